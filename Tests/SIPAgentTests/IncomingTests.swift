import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Sessions that the far side begins")
struct IncomingTests {
  private static let answer = Text("v=0\r\no=us 1 1 IN IP4 192.0.2.100\r\ns=-\r\nt=0 0\r\n")

  private func call(_ bench: Bench, _ request: FarRequest = FarRequest()) -> SessionNumber {
    bench.receive(request.text)
    guard case .incoming(let session, _, _, _) = bench.events.last else {
      Issue.record("no call came in")
      return SessionNumber(rawValue: 0)
    }
    return session
  }

  private func ack(_ response: Message, sequence: Int = 1, body: String = "") -> Text {
    FarRequest(
      method: "ACK", branch: "z9hG4bKack\(sequence)", to: response.value(.to),
      sequence: sequence, body: body
    ).text
  }

  /// A call that we answered and the far side acknowledged, and our 200.
  private func established(_ bench: Bench) -> (SessionNumber, Message) {
    let session = call(bench, FarRequest(body: "v=0\r\n"))
    bench.act { $0.answer(session, description: Self.answer, now: $1, into: &$2) }
    let ok = bench.takeResponse(200)
    bench.receive(ack(ok))
    #expect(bench.takeEvents().last == .confirmed(session))
    return (session, ok)
  }

  private func within(
    _ ok: Message, _ method: String, _ sequence: Int, body: String = "", fields: [String] = []
  ) -> FarRequest {
    FarRequest(
      method: method, branch: "z9hG4bKin\(sequence)\(method)", to: ok.value(.to),
      sequence: sequence, fields: fields, body: body)
  }

  @Test("180, 200, ACK, BYE: what stands in each message")
  func answered() {
    let bench = Bench()
    var request = FarRequest()
    request.fields = ["Record-Route: <sip:192.0.2.1;lr>, <sip:core;lr>"]
    request.body = "v=0\r\n"
    let session = call(bench, request)
    #expect(
      bench.takeEvents() == [
        .incoming(
          session, 1,
          Caller(number: Text("2001"), displayName: Text("Ann"), isAnonymous: false),
          offer: Text("v=0\r\n"))
      ])
    bench.act { $0.ring(session, offer: [], now: $1, into: &$2) }
    let ringing = bench.takeResponse(180)
    #expect(ringing.value(.recordRoute) == "<sip:192.0.2.1;lr>, <sip:core;lr>")
    #expect(ringing.value(.contact) == "<sip:1001@192.0.2.100:5070>")
    #expect(ringing.value(.via).contains("rport=5060"))
    #expect(!ringing.toTag.isEmpty)
    bench.act { $0.answer(session, description: Self.answer, now: $1, into: &$2) }
    let ok = bench.takeResponse(200)
    #expect(ok.toTag == ringing.toTag)
    #expect(ok.text(ok.body) == Self.answer)
    bench.receive(ack(ok))
    bench.receive(ack(ok))
    #expect(bench.takeEvents() == [.confirmed(session)])
    bench.pass(.seconds(40))
    #expect(bench.wire.isEmpty)

    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    let bye = bench.takeRequest(.bye)
    #expect(bye.requestURI == "sip:2001@192.0.2.7:5080")
    #expect(
      bye.elements(.route).map { string(bye.text($0)) }
        == ["<sip:192.0.2.1;lr>", "<sip:core;lr>"])
    #expect(bye.value(.from) == ok.value(.to))
    #expect(bye.value(.to) == "\"Ann\" <sip:2001@ims.example>;tag=far")
    #expect(bye.sequenceNumber == 1)
    bench.respond(to: bye, 200)
    #expect(bench.takeEvents() == [.ended(session, .local)])
    bench.pass(.seconds(6))
    #expect(bench.isClean)
  }

  @Test("A silent phone gets its caller a 100 after 200 ms; copies of the INVITE get it again")
  func trying() {
    let bench = Bench()
    _ = call(bench)
    bench.receive(FarRequest().text)
    #expect(bench.wire.isEmpty)
    bench.pass(.milliseconds(200))
    #expect(bench.takeResponse(100).toTag == "")
    bench.receive(FarRequest().text)
    bench.takeResponse(100)
    #expect(bench.agent.counters[.repeated] == 2)
    #expect(bench.takeEvents().count == 1)
  }

  @Test("CANCEL: 200 for it, 487 for the INVITE, and the end")
  func cancelled() {
    let bench = Bench()
    let session = call(bench)
    bench.act { $0.ring(session, offer: [], now: $1, into: &$2) }
    bench.takeResponse(180)
    let cancel = FarRequest(method: "CANCEL")
    bench.receive(cancel.text)
    #expect(bench.takeResponse(200).value(.cSeq) == "1 CANCEL")
    let terminated = bench.takeResponse(487)
    #expect(bench.takeEvents().last == .ended(session, .cancelled))
    bench.receive(cancel.text)
    bench.takeResponse(200)
    bench.pass(.milliseconds(500))
    bench.takeResponse(487)
    bench.receive(
      FarRequest(method: "ACK", branch: "z9hG4bKfar1", to: terminated.value(.to)).text)
    bench.pass(.seconds(6))
    #expect(bench.wire.isEmpty)
    #expect(bench.isClean)
    bench.receive(cancel.text)
    bench.takeResponse(481)
  }

  @Test("A CANCEL after the answer changes nothing")
  func cancelTooLate() {
    let bench = Bench()
    let session = call(bench)
    bench.act { $0.answer(session, description: Self.answer, now: $1, into: &$2) }
    bench.receive(FarRequest(method: "CANCEL").text)
    bench.takeResponse(200)
    bench.takeResponse(200)
    #expect(bench.wire.isEmpty)
    #expect(bench.takeEvents().count == 1)
  }

  @Test("A lost ACK: the 200 again with pauses up to T2, then BYE and the end after 64*T1")
  func unacknowledged() {
    let bench = Bench()
    let session = call(bench)
    bench.act { $0.answer(session, description: Self.answer, now: $1, into: &$2) }
    bench.pass(.milliseconds(31_999))
    #expect(
      bench.sendTimes
        == [0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
    #expect(Set(bench.wire.map { $0.bytes }).count == 1)
    bench.wire = []
    bench.pass(.milliseconds(1))
    bench.respond(to: bench.takeRequest(.bye), 200)
    #expect(bench.takeEvents().last == .ended(session, .unacknowledged))
    bench.pass(.seconds(33))
    #expect(bench.isClean)
  }

  @Test("A hang-up before the ACK waits for it with the BYE (RFC 3261 §15)")
  func hangUpBeforeAck() {
    let bench = Bench()
    let session = call(bench)
    bench.act { $0.answer(session, description: Self.answer, now: $1, into: &$2) }
    let ok = bench.takeResponse(200)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    #expect(bench.takeEvents().last == .ended(session, .local))
    #expect(bench.wire.isEmpty)
    bench.receive(ack(ok))
    bench.respond(to: bench.takeRequest(.bye), 200)
    #expect(bench.takeEvents() == [])
    bench.pass(.seconds(33))
    #expect(bench.isClean)
  }

  @Test("A rejection is repeated until it is acknowledged", arguments: [404, 480, 486, 603])
  func rejected(_ code: UInt16) {
    let bench = Bench()
    let session = call(bench)
    bench.act { $0.reject(session, code: code, now: $1, into: &$2) }
    #expect(bench.takeEvents().last == .ended(session, .local))
    bench.pass(.milliseconds(500))
    let refusal = bench.takeResponse(code)
    bench.takeResponse(code)
    bench.receive(FarRequest(method: "ACK", to: refusal.value(.to)).text)
    bench.pass(.seconds(5))
    #expect(bench.wire.isEmpty)
    #expect(bench.isClean)
    #expect(bench.agent.counters[.strayAck] == 0)
  }

  @Test("The caller's BYE before the answer ends it with 487")
  func earlyBye() {
    let bench = Bench()
    let session = call(bench)
    bench.act { $0.ring(session, offer: [], now: $1, into: &$2) }
    let ringing = bench.takeResponse(180)
    bench.receive(within(ringing, "BYE", 2).text)
    bench.takeResponse(200)
    bench.takeResponse(487)
    #expect(bench.takeEvents().last == .ended(session, .byRemote))
  }

  @Test("BYEs that cross are both answered, and the end is said once")
  func crossingByes() {
    let bench = Bench()
    let (session, ok) = established(bench)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    let bye = bench.takeRequest(.bye)
    bench.receive(within(ok, "BYE", 2).text)
    bench.takeResponse(200)
    bench.respond(to: bye, 200)
    #expect(bench.takeEvents() == [.ended(session, .local)])
  }

  @Test("A re-INVITE: accepted, repeated until its ACK, then refused; 500 while one is open")
  func reinvited() {
    let bench = Bench()
    let (session, ok) = established(bench)
    bench.receive(within(ok, "INVITE", 2, body: "v=1\r\n").text)
    #expect(bench.takeEvents() == [.offered(session, description: Text("v=1\r\n"))])
    bench.receive(within(ok, "INVITE", 3, body: "v=2\r\n").text)
    let busy = bench.takeResponse(500)
    #expect(busy.retryAfter().map { $0 <= 10 } == true)
    bench.act { $0.acceptOffer(session, description: Self.answer, now: $1, into: &$2) }
    let accepted = bench.takeResponse(200)
    #expect(accepted.value(.cSeq) == "2 INVITE")
    bench.pass(.milliseconds(500))
    bench.takeResponse(200)
    bench.receive(ack(ok, sequence: 2))
    bench.pass(.seconds(10))
    #expect(bench.wire.isEmpty)

    bench.receive(within(ok, "INVITE", 4, body: "v=3\r\n").text)
    bench.act { $0.refuseOffer(session, code: 488, now: $1, into: &$2) }
    let refused = bench.takeResponse(488)
    bench.receive(
      FarRequest(method: "ACK", branch: "z9hG4bKin4INVITE", to: refused.value(.to), sequence: 4)
        .text)
    _ = bench.takeEvents()
    bench.pass(.seconds(40))
    #expect(bench.wire.isEmpty)
    #expect(bench.takeEvents() == [])
    #expect(bench.agent.sessions.first?.stage == .established)
  }

  @Test("A re-INVITE without an offer is answered with ours, and its ACK carries the answer")
  func delayedOffer() {
    let bench = Bench()
    let session = call(bench)
    bench.act { $0.answer(session, description: Self.answer, now: $1, into: &$2) }
    let ok = bench.takeResponse(200)
    bench.receive(ack(ok, body: "v=9\r\n"))
    #expect(
      bench.takeEvents().suffix(2) == [
        .confirmed(session), .offerAccepted(session, description: Text("v=9\r\n")),
      ])
    bench.receive(within(ok, "INVITE", 2).text)
    #expect(bench.takeEvents() == [.offered(session, description: [])])
    bench.act { $0.acceptOffer(session, description: Self.answer, now: $1, into: &$2) }
    bench.takeResponse(200)
    bench.receive(ack(ok, sequence: 2, body: "v=8\r\n"))
    #expect(bench.takeEvents() == [.offerAccepted(session, description: Text("v=8\r\n"))])
  }

  @Test("Offers that meet: 491; an UPDATE is answered; BYE closes an open re-INVITE with 487")
  func glare() {
    let bench = Bench()
    let (session, ok) = established(bench)
    let isSent = bench.act { $0.reoffer(session, offer: Bench.offer, now: $1, into: &$2) }
    #expect(isSent)
    let ours = bench.takeRequest(.invite)
    bench.receive(within(ok, "INVITE", 2, body: "v=1\r\n").text)
    bench.takeResponse(491)
    bench.receive(within(ok, "UPDATE", 3, body: "v=1\r\n").text)
    bench.takeResponse(491)
    bench.respond(to: ours, 491)
    _ = bench.takeRequest(.ack)
    #expect(bench.agent.counters[.glare] == 2)
    #expect(bench.takeEvents().last == .offerRefused(session, code: 491))

    bench.receive(within(ok, "UPDATE", 4, body: "v=1\r\n").text)
    #expect(bench.takeEvents() == [.offered(session, description: Text("v=1\r\n"))])
    bench.act { $0.acceptOffer(session, description: Self.answer, now: $1, into: &$2) }
    #expect(bench.takeResponse(200).value(.cSeq) == "4 UPDATE")
    bench.receive(within(ok, "UPDATE", 5).text)
    bench.takeResponse(200)

    bench.receive(within(ok, "INVITE", 6, body: "v=2\r\n").text)
    bench.receive(within(ok, "BYE", 7).text)
    bench.takeResponse(200)
    #expect(bench.takeResponse(487).value(.cSeq) == "6 INVITE")
    #expect(bench.takeEvents().last == .ended(session, .byRemote))
  }

  @Test("A CANCEL of a re-INVITE leaves the session as it was")
  func reinviteCancelled() {
    let bench = Bench()
    let (session, ok) = established(bench)
    var invite = within(ok, "INVITE", 2, body: "v=1\r\n")
    bench.receive(invite.text)
    invite.method = "CANCEL"
    invite.body = ""
    bench.receive(invite.text)
    bench.takeResponse(200)
    bench.takeResponse(487)
    #expect(bench.takeEvents() == [.offered(session, description: Text("v=1\r\n"))])
    #expect(bench.agent.sessions.first?.stage == .established)
  }

  @Test("A re-INVITE whose 200 is never acknowledged ends the session with BYE")
  func reinviteUnacknowledged() {
    let bench = Bench()
    let (session, ok) = established(bench)
    bench.receive(within(ok, "INVITE", 2, body: "v=1\r\n").text)
    bench.act { $0.acceptOffer(session, description: Self.answer, now: $1, into: &$2) }
    bench.pass(.seconds(32))
    #expect(bench.takeEvents().last == .ended(session, .dialogLost))
    #expect(bench.wire.last?.startLine.isRequest(.bye) == true)
  }

  @Test("A CSeq that is not above the last one is refused with 500")
  func outOfOrder() {
    let bench = Bench()
    let (_, ok) = established(bench)
    bench.receive(within(ok, "INFO", 5).text)
    bench.takeResponse(200)
    bench.receive(within(ok, "OPTIONS", 4).text)
    bench.takeResponse(500)
    bench.receive(within(ok, "OPTIONS", 6).text)
    #expect(bench.takeResponse(200).value(.allow).contains("INVITE"))
  }

  @Test("INFO of a package is refused, for none is known (RFC 6086 §4.2.2)")
  func packages() {
    let bench = Bench()
    let (_, ok) = established(bench)
    bench.receive(within(ok, "INFO", 5, fields: ["Info-Package: dtmf"]).text)
    let refusal = bench.takeResponse(469)
    #expect(refusal.value(other: "Recv-Info") == "")
    #expect(string(refusal.bytes).contains("\r\nRecv-Info:"))
    bench.receive(within(ok, "INFO", 6).text)
    bench.takeResponse(200)
  }

  @Test("P-Called-Party-ID says whom of those behind one Contact a call is for (RFC 7315 §4.2)")
  func calledParty() {
    for (called, account) in [("sip:1002@ims.example", 2), ("sip:other@ims.example", 1)] {
      let bench = Bench()
      bench.receive(
        FarRequest(fields: ["P-Called-Party-ID: <\(called)>"], body: "v=0\r\n").text)
      guard case .incoming(_, let number, _, _) = bench.events.last else {
        Issue.record("no call came in")
        return
      }
      #expect(number == account)
    }
  }

  @Test("The description is found among the parts of a body (RFC 5621)")
  func parts() {
    let bench = Bench()
    let body =
      "--b1\r\nContent-Type: application/isup;version=itu-t92+\r\n"
      + "Content-Disposition: signal;handling=optional\r\n\r\n\u{1}\u{2}\r\n"
      + "--b1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b1--\r\n"
    var request = FarRequest(body: body)
    request.contentType = "multipart/mixed;boundary=\"b1\""
    bench.receive(request.text)
    guard case .incoming(_, _, _, let offer) = bench.events.last else {
      Issue.record("no call came in")
      return
    }
    #expect(string(offer) == "v=0")
  }

  struct CallerRow: CustomTestStringConvertible {
    var testDescription: String
    var from = "\"Ann\" <sip:2001@ims.example>;tag=far"
    var fields: [String] = []
    var number = ""
    var name = ""
    var isAnonymous = false
  }

  static let callers: [CallerRow] = [
    CallerRow(testDescription: "From", number: "2001", name: "Ann"),
    CallerRow(
      testDescription: "asserted", fields: ["P-Asserted-Identity: \"Bob\" <sip:+862002@ims>"],
      number: "+862002", name: "Bob"),
    CallerRow(
      testDescription: "asserted tel without a name",
      fields: ["P-Asserted-Identity: <tel:+86-2002;phone-context=x>"], number: "+862002",
      name: "Ann"),
    CallerRow(
      testDescription: "privacy", fields: ["P-Asserted-Identity: <sip:2002@ims>", "Privacy: id"],
      isAnonymous: true),
    CallerRow(
      testDescription: "privacy list", fields: ["Privacy: critical; user"], isAnonymous: true),
    CallerRow(
      testDescription: "privacy none", fields: ["Privacy: none"], number: "2001", name: "Ann"),
    CallerRow(
      testDescription: "anonymous From",
      from: "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=far", isAnonymous: true),
    CallerRow(
      testDescription: "escapes", from: "\"A \\\"B\\\"\" <sip:%2A21;npdi=yes@ims>;tag=far",
      number: "*21", name: "A \"B\""),
  ]

  @Test(arguments: callers)
  func caller(_ row: CallerRow) {
    let bench = Bench()
    var request = FarRequest()
    request.from = row.from
    request.fields = row.fields
    bench.receive(request.text)
    guard case .incoming(_, _, let caller, _) = bench.events.last else {
      Issue.record("no call came in")
      return
    }
    #expect(string(caller.number) == row.number)
    #expect(string(caller.displayName) == row.name)
    #expect(caller.isAnonymous == row.isAnonymous)
  }
}
