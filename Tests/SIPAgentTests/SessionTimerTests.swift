import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Session timers (RFC 4028)")
struct SessionTimerTests {
  private static let contact: (HeaderName, String) = (.contact, "<sip:2001@192.0.2.7:5080>")
  private static let allow: (HeaderName, String) = (.allow, "INVITE, ACK, BYE, UPDATE")
  private static let answer = Text("v=0\r\no=far 1 1 IN IP4 192.0.2.7\r\ns=-\r\nt=0 0\r\n")

  private static func settings(_ expires: UInt32, _ minimum: UInt32 = 90) -> SessionSettings {
    var sessions = SessionSettings()
    sessions.expiresSeconds = expires
    sessions.minimumSeconds = minimum
    return sessions
  }

  /// A call of ours that is answered with these fields; the wire and the events are empty.
  private func outgoing(
    _ bench: Bench, _ interval: String?, allow: Bool = true
  ) -> SessionNumber {
    let session = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    var fields = [Self.contact]
    if let interval { fields.append((.sessionExpires, interval)) }
    if allow { fields.append(Self.allow) }
    bench.respond(
      to: bench.takeRequest(.invite), 200, fields: fields, body: Self.answer)
    _ = bench.takeRequest(.ack)
    _ = bench.takeEvents()
    bench.sendTimes = []
    return session ?? SessionNumber(rawValue: 0)
  }

  /// A call of the far side that we answered, and our 200; the wire and the events are empty.
  func incoming(_ bench: Bench, _ fields: [String]) -> (SessionNumber, Message) {
    bench.receive(FarRequest(fields: fields, body: "v=0\r\n").text)
    guard case .incoming(let session, _, _, _) = bench.events.last else {
      Issue.record("no call came in")
      return (SessionNumber(rawValue: 0), bench.takeResponse(200))
    }
    bench.act { $0.answer(session, description: Self.answer, now: $1, into: &$2) }
    let ok = bench.takeResponse(200)
    bench.receive(within(ok, "ACK", 1))
    _ = bench.takeEvents()
    bench.sendTimes = []
    return (session, ok)
  }

  func within(
    _ ok: Message, _ method: String, _ sequence: Int, fields: [String] = [], body: String = ""
  ) -> Text {
    FarRequest(
      method: method, branch: "z9hG4bKin\(sequence)\(method)", to: ok.value(.to),
      sequence: sequence, fields: fields, body: body
    ).text
  }

  // MARK: - Our calls

  @Test("What our INVITE asks for")
  func asked() {
    for (sessions, expires, minimum) in [
      (Self.settings(1_800), "1800", ""), (Self.settings(600, 300), "600", "300"),
      (Self.settings(60, 60), "90", ""), (Self.settings(0), "", ""),
    ] {
      let bench = Bench(sessions: sessions)
      _ = bench.act {
        $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
      }
      let invite = bench.takeRequest(.invite)
      #expect(invite.value(.sessionExpires) == expires)
      #expect(invite.value(.minSE) == minimum)
      #expect(invite.lists("timer", in: .supported) == !expires.isEmpty)
    }
  }

  @Test("We refresh at half of it by UPDATE, again and again, and nobody hears of it")
  func refreshing() {
    let bench = Bench()
    let session = outgoing(bench, "1200;refresher=uac")
    for round in 1...3 {
      bench.pass(.milliseconds(599_999))
      #expect(bench.wire.isEmpty)
      bench.pass(.milliseconds(1))
      let update = bench.takeRequest(.update)
      #expect(update.sequenceNumber == 1 + round)
      #expect(update.value(.sessionExpires) == "1200;refresher=uac")
      #expect(update.value(.supported) == "100rel, timer, replaces, norefersub")
      #expect(update.requestURI == "sip:2001@192.0.2.7:5080")
      #expect(update.body.isEmpty)
      bench.respond(to: update, 200, fields: [(.sessionExpires, "1200;refresher=uac")])
    }
    #expect(bench.takeEvents() == [])
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    bench.respond(to: bench.takeRequest(.bye), 200)
    bench.pass(.seconds(2_000))
    #expect(bench.wire.isEmpty)
    #expect(bench.isClean)
  }

  @Test("A far side without UPDATE gets a re-INVITE with the same description")
  func refreshingByInvite() {
    let bench = Bench()
    let session = outgoing(bench, "90;refresher=uac", allow: false)
    bench.pass(.seconds(45))
    let invite = bench.takeRequest(.invite)
    #expect(invite.text(invite.body) == Bench.offer)
    #expect(invite.value(.sessionExpires) == "90;refresher=uac")
    #expect(!bench.act { $0.reoffer(session, offer: Bench.offer, now: $1, into: &$2) })
    bench.respond(
      to: invite, 200, fields: [Self.contact, (.sessionExpires, "90;refresher=uac")],
      body: Self.answer)
    _ = bench.takeRequest(.ack)
    #expect(bench.takeEvents() == [])
    bench.pass(.seconds(45))
    let moved = Text("v=0\r\no=far 1 2 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\n")
    bench.respond(
      to: bench.takeRequest(.invite), 200,
      fields: [Self.contact, (.sessionExpires, "90;refresher=uac")], body: moved)
    _ = bench.takeRequest(.ack)
    #expect(bench.takeEvents() == [.offerAccepted(session, description: moved)])
  }

  @Test("405 to the UPDATE: the re-INVITE goes at once")
  func updateNotTaken() {
    let bench = Bench()
    _ = outgoing(bench, "90;refresher=uac")
    bench.pass(.seconds(45))
    bench.respond(to: bench.takeRequest(.update), 405)
    let invite = bench.takeRequest(.invite)
    bench.respond(
      to: invite, 200, fields: [Self.contact, (.sessionExpires, "90;refresher=uac")],
      body: Self.answer)
    _ = bench.takeRequest(.ack)
    bench.pass(.seconds(45))
    _ = bench.takeRequest(.invite)
  }

  @Test(
    "A refused refresh comes again, until the interval is nearly over: BYE",
    arguments: [491, 500, 503, 488])
  func refused(_ code: UInt16) {
    let bench = Bench()
    _ = outgoing(bench, "90;refresher=uac")
    bench.pass(.seconds(45))
    bench.respond(to: bench.takeRequest(.update), code)
    #expect(bench.wire.isEmpty)
    let pause = (code == 491 ? 2_100...4_000 : 5_000...5_000) as ClosedRange<Int64>
    bench.pass(.milliseconds(pause.upperBound))
    bench.respond(to: bench.takeRequest(.update), code)
    #expect(pause.contains(bench.sendTimes[1] - 45_000))
    while bench.now < .zero + .seconds(60), bench.takeFacts().isEmpty {
      bench.pass(.milliseconds(10))
      while let sent = bench.wire.first, sent.startLine.isRequest(.update) {
        bench.respond(to: bench.takeRequest(.update), code)
      }
    }
    #expect(bench.now == .zero + .seconds(60))
    #expect(bench.takeRequest(.bye).toTag == "far")
    #expect(bench.agent.sessions.isEmpty)
  }

  @Test("A refresh that the far side does not know the call for, or does not answer")
  func lost() {
    let bench = Bench()
    let session = outgoing(bench, "1800;refresher=uac")
    bench.pass(.seconds(900))
    bench.respond(to: bench.takeRequest(.update), 481)
    #expect(bench.takeEvents() == [.ended(session, .dialogLost)])
    #expect(bench.wire.isEmpty)

    let silent = Bench()
    let other = outgoing(silent, "1800;refresher=uac")
    silent.pass(.seconds(932))
    #expect(silent.takeFacts() == [.ended(other, .dialogLost)])
    #expect(silent.wire.last?.startLine.isRequest(.bye) == true)
  }

  @Test("A challenged UPDATE is sent again with credentials")
  func challenged() {
    let bench = Bench()
    _ = outgoing(bench, "90;refresher=uac")
    bench.pass(.seconds(45))
    bench.respond(
      to: bench.takeRequest(.update), 407,
      fields: [(.proxyAuthenticate, "Digest realm=\"r\", nonce=\"n\"")])
    let again = bench.takeRequest(.update)
    #expect(again.first(.proxyAuthorization) != nil)
    #expect(again.value(.sessionExpires) == "90;refresher=uac")
    #expect(again.sequenceNumber == 3)
    bench.respond(to: again, 200, fields: [(.sessionExpires, "90;refresher=uac")])
    bench.pass(.seconds(44))
    #expect(bench.wire.isEmpty)
  }

  @Test(
    "The far side refreshes: BYE at its interval less the lesser of 32 s and a third",
    arguments: [("1800;refresher=uas", 1_768), ("90;refresher=uas", 60), ("9;refresher=uas", 60)])
  func watching(_ interval: String, _ seconds: Int64) {
    let bench = Bench()
    let session = outgoing(bench, interval)
    bench.pass(.seconds(seconds) - .milliseconds(1))
    #expect(bench.wire.isEmpty)
    bench.pass(.milliseconds(1))
    #expect(bench.takeEvents() == [.ended(session, .dialogLost)])
    _ = bench.takeRequest(.bye)
  }

  @Test("Without Session-Expires in the 200 there is no timer")
  func withoutTimer() {
    let bench = Bench()
    _ = outgoing(bench, nil)
    bench.pass(.seconds(86_400))
    #expect(bench.wire.isEmpty)
    #expect(bench.agent.deadline == nil)
  }

  @Test("422: once more with the interval that it asks for, and with credentials that are known")
  func tooSmall() {
    let bench = Bench(sessions: Self.settings(300))
    _ = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    let first = bench.takeRequest(.invite)
    #expect(first.value(.sessionExpires) == "300")
    bench.respond(
      to: first, 407, fields: [(.proxyAuthenticate, "Digest realm=\"r\", nonce=\"n\"")])
    _ = bench.takeRequest(.ack)
    bench.respond(to: bench.takeRequest(.invite), 422, fields: [(.minSE, "900")])
    _ = bench.takeRequest(.ack)
    let second = bench.takeRequest(.invite)
    #expect(second.sequenceNumber == 3)
    #expect(second.value(.sessionExpires) == "900")
    #expect(second.value(.minSE) == "900")
    #expect(second.first(.proxyAuthorization) != nil)
    #expect(second.text(second.body) == Bench.offer)
    #expect(second.callID().map { second.text($0) } == first.callID().map { first.text($0) })
    bench.respond(to: second, 422, fields: [(.minSE, "1200")])
    _ = bench.takeRequest(.ack)
    let third = bench.takeRequest(.invite)
    #expect(third.value(.sessionExpires) == "1200")
    bench.respond(
      to: third, 200, fields: [Self.contact, Self.allow, (.sessionExpires, "1200;refresher=uac")],
      body: Self.answer)
    _ = bench.takeRequest(.ack)
    bench.pass(.seconds(600))
    let update = bench.takeRequest(.update)
    #expect(update.value(.sessionExpires) == "1200;refresher=uac")
    #expect(update.value(.minSE) == "1200")
    #expect(bench.agent.sessions.first?.stage == .established)
  }

  @Test("422s that lead nowhere end the call", arguments: ["", "300", "90"])
  func endlessTooSmall(_ minimum: String) {
    let bench = Bench(sessions: Self.settings(300))
    let session = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    let fields: [(HeaderName, String)] = minimum.isEmpty ? [] : [(.minSE, minimum)]
    var rounds = 0
    while let sent = bench.wire.first, sent.startLine.isRequest(.invite) {
      rounds += 1
      bench.respond(to: bench.takeRequest(.invite), 422, fields: fields)
      _ = bench.takeRequest(.ack)
    }
    #expect(rounds == (minimum.isEmpty ? 1 : 2))
    let end = session.map { UserAgentOutput.ended($0, .status(422)) }
    #expect(bench.takeEvents().last == end)
  }

  @Test("A refresh that meets 422 goes again at once")
  func refreshTooSmall() {
    for allow in [true, false] {
      let bench = Bench()
      _ = outgoing(bench, "90;refresher=uac", allow: allow)
      bench.pass(.seconds(45))
      let refresh = bench.takeRequest(allow ? .update : .invite)
      bench.respond(to: refresh, 422, fields: [(.minSE, "120")])
      if !allow { _ = bench.takeRequest(.ack) }
      let again = bench.takeRequest(allow ? .update : .invite)
      #expect(again.value(.sessionExpires) == "120;refresher=uac")
      #expect(again.value(.minSE) == "120")
      bench.respond(
        to: again, 200, fields: [Self.contact, (.sessionExpires, "120;refresher=uac")],
        body: allow ? [] : Self.answer)
      if !allow { _ = bench.takeRequest(.ack) }
      bench.pass(.seconds(59))
      #expect(bench.wire.isEmpty)
      bench.pass(.seconds(1))
      #expect(!bench.wire.isEmpty)
    }
  }

  // MARK: - The far side's calls

  struct Row: CustomTestStringConvertible {
    var testDescription: String
    var fields: [String]
    var interval: String
    var require = "timer"
    /// Seconds until we refresh; `nil` if the far side does.
    var ours: Int64?
  }

  static let rows: [Row] = [
    Row(testDescription: "knows nothing of it", fields: [], interval: "", require: ""),
    Row(
      testDescription: "knows it and asks for nothing", fields: ["Supported: timer"],
      interval: "1800;refresher=uac"),
    Row(
      testDescription: "asks", fields: ["Supported: timer", "Session-Expires: 600"],
      interval: "600;refresher=uac"),
    Row(
      testDescription: "leaves it to us",
      fields: ["k: timer", "x: 600;refresher=uas"], interval: "600;refresher=uas", ours: 300),
    Row(
      testDescription: "wants it itself",
      fields: ["Supported: timer", "Session-Expires: 600;refresher=uac"],
      interval: "600;refresher=uac"),
    Row(
      testDescription: "a proxy asks for a caller that knows nothing",
      fields: ["Session-Expires: 600"], interval: "600;refresher=uas", require: "", ours: 300),
    Row(
      testDescription: "such a one cannot mend what is too short",
      fields: ["Session-Expires: 30"], interval: "90;refresher=uas", require: "", ours: 45),
    Row(
      testDescription: "longer than we ask for",
      fields: ["Supported: timer", "Session-Expires: 7200"], interval: "1800;refresher=uac"),
    Row(
      testDescription: "longer, and no shorter will do",
      fields: ["Supported: timer", "Session-Expires: 7200", "Min-SE: 3600"],
      interval: "3600;refresher=uac"),
    Row(
      testDescription: "requires it", fields: ["Require: timer", "Supported: timer"],
      interval: "1800;refresher=uac"),
  ]

  @Test("What our 200 says, and who refreshes", arguments: rows)
  func answered(_ row: Row) {
    let bench = Bench()
    let (session, ok) = incoming(bench, row.fields + ["Allow: INVITE, UPDATE"])
    #expect(ok.value(.sessionExpires) == row.interval)
    #expect(ok.value(.require) == row.require)
    #expect(ok.value(.supported) == "100rel, timer, replaces, norefersub")
    guard let ours = row.ours else {
      bench.pass(.seconds(86_400))
      let end: [UserAgentOutput] = row.interval.isEmpty ? [] : [.ended(session, .dialogLost)]
      #expect(bench.takeFacts() == end)
      return
    }
    bench.pass(.seconds(ours) - .milliseconds(1))
    #expect(bench.wire.isEmpty)
    bench.pass(.milliseconds(1))
    let update = bench.takeRequest(.update)
    #expect(update.value(.sessionExpires).hasSuffix(";refresher=uac"))
    #expect(update.sequenceNumber == 1)
  }

  @Test("Too short: 422 with what we take, and the caller's second try")
  func refusedAsTooShort() {
    let bench = Bench(sessions: Self.settings(1_800, 300))
    bench.receive(
      FarRequest(fields: ["Supported: timer", "Session-Expires: 299"], body: "v=0\r\n").text)
    #expect(bench.takeResponse(422).value(.minSE) == "300")
    #expect(bench.isClean)
    bench.receive(FarRequest(method: "ACK").text)
    var again = FarRequest(fields: ["Supported: timer", "Session-Expires: 300"], body: "v=0\r\n")
    again.branch = "z9hG4bKfar2"
    again.sequence = 2
    bench.receive(again.text)
    #expect(bench.agent.sessions.count == 1)
  }

  @Test("The far side's refreshes put the end off: UPDATE, and a re-INVITE that changes nothing")
  func refreshed() {
    let bench = Bench()
    let fields = ["Supported: timer", "Session-Expires: 1800;refresher=uac"]
    let (session, ok) = incoming(bench, fields)
    bench.pass(.seconds(900))
    bench.receive(within(ok, "UPDATE", 2, fields: fields))
    #expect(bench.takeResponse(200).value(.sessionExpires) == "1800;refresher=uac")
    bench.pass(.seconds(1_700))
    bench.receive(within(ok, "INVITE", 3, fields: fields, body: "v=0\r\n"))
    let again = bench.takeResponse(200)
    #expect(again.value(.sessionExpires) == "1800;refresher=uac")
    #expect(again.text(again.body) == Self.answer)
    bench.pass(.milliseconds(500))
    bench.takeResponse(200)
    bench.receive(within(ok, "ACK", 3))
    bench.receive(within(ok, "UPDATE", 4, fields: fields, body: "v=0\r\n"))
    let updated = bench.takeResponse(200)
    #expect(updated.text(updated.body) == Self.answer)
    #expect(bench.takeEvents() == [])
    bench.pass(.milliseconds(1_767_999))
    #expect(bench.wire.isEmpty)
    bench.pass(.milliseconds(1))
    _ = bench.takeRequest(.bye)
    #expect(bench.takeEvents() == [.ended(session, .dialogLost)])
  }

  @Test("A re-INVITE that changes something is told, and its 200 sets the interval too")
  func changed() {
    let bench = Bench()
    let fields = ["Supported: timer", "Session-Expires: 90;refresher=uac"]
    let (session, ok) = incoming(bench, fields)
    bench.receive(within(ok, "INVITE", 2, fields: fields, body: "v=1\r\n"))
    #expect(bench.takeEvents() == [.offered(session, description: Text("v=1\r\n"))])
    bench.act { $0.acceptOffer(session, description: Bench.offer, now: $1, into: &$2) }
    #expect(bench.takeResponse(200).value(.sessionExpires) == "90;refresher=uac")
    bench.receive(within(ok, "ACK", 2))
    // What counts now is what was agreed on last.
    bench.receive(within(ok, "INVITE", 3, fields: fields, body: "v=1\r\n"))
    let again = bench.takeResponse(200)
    #expect(again.text(again.body) == Bench.offer)
    bench.receive(within(ok, "ACK", 3))
    bench.receive(within(ok, "INVITE", 4, fields: fields, body: "v=0\r\n"))
    #expect(bench.takeEvents() == [.offered(session, description: Text("v=0\r\n"))])
  }

  @Test("A request too short in the dialog: 422, and the session goes on")
  func tooShortWithin() {
    let bench = Bench()
    let fields = ["Supported: timer", "Session-Expires: 1800;refresher=uac"]
    let (_, ok) = incoming(bench, fields)
    bench.receive(
      within(ok, "UPDATE", 2, fields: ["Supported: timer", "Session-Expires: 60"]))
    #expect(bench.takeResponse(422).value(.minSE) == "90")
    #expect(bench.agent.sessions.count == 1)
  }

  @Test("A refresh without Session-Expires keeps the one who refreshes; without timer it ends it")
  func silentRefresh() {
    let bench = Bench()
    let (_, ok) = incoming(
      bench, ["Supported: timer", "Session-Expires: 600;refresher=uas", "Allow: UPDATE"])
    bench.receive(within(ok, "UPDATE", 2, fields: ["Supported: timer"]))
    #expect(bench.takeResponse(200).value(.sessionExpires) == "1800;refresher=uas")
    bench.receive(within(ok, "UPDATE", 3))
    #expect(bench.takeResponse(200).value(.sessionExpires) == "")
    bench.pass(.seconds(7_200))
    #expect(bench.wire.isEmpty)
  }

  @Test("Our refresh and the far side's re-INVITE meet: 491, as with any offer")
  func glare() {
    let bench = Bench()
    let (session, ok) = incoming(
      bench, ["Supported: timer", "Session-Expires: 90;refresher=uas"])
    bench.pass(.seconds(45))
    let ours = bench.takeRequest(.invite)
    #expect(ours.text(ours.body) == Self.answer)
    bench.receive(within(ok, "INVITE", 2, body: "v=1\r\n"))
    bench.takeResponse(491)
    bench.respond(to: ours, 491)
    _ = bench.takeRequest(.ack)
    #expect(bench.takeFacts() == [])
    bench.pass(.seconds(4))
    _ = bench.takeRequest(.invite)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
  }

  @Test("Off: no word of it, and Require: timer is refused")
  func off() {
    let bench = Bench(sessions: Self.settings(0))
    let (_, ok) = incoming(bench, ["Supported: timer", "Session-Expires: 60"])
    #expect(ok.value(.sessionExpires) == "")
    #expect(ok.value(.supported) == "100rel, replaces, norefersub")
    bench.pass(.seconds(86_400))
    #expect(bench.wire.isEmpty)
    var other = FarRequest(fields: ["Require: timer"])
    other.callID = "call-2@far"
    other.branch = "z9hG4bKfar2"
    bench.receive(other.text)
    #expect(bench.takeResponse(420).value(.unsupported) == "timer")
  }

  @Test("New settings count from the next call on; OPTIONS tells what can be done")
  func update() {
    let bench = Bench()
    var options = FarRequest(method: "OPTIONS")
    bench.receive(options.text)
    #expect(bench.takeResponse(200).value(.supported) == "100rel, timer, replaces, norefersub")
    var sessions = Self.settings(0)
    sessions.reliability = .off
    bench.act { agent, _, _ in
      agent.update(userAgent: Text("x"), sessions: sessions, accounts: [])
    }
    options.branch = "z9hG4bKfar2"
    bench.receive(options.text)
    let after = bench.takeResponse(200)
    #expect(after.value(.supported) == "replaces, norefersub")
    #expect(!after.value(.allow).contains("PRACK"))
  }
}
