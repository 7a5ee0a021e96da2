import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Reliable provisional responses to our INVITE (RFC 3262)")
struct ReliableOutgoingTests {
  private static let contact: (HeaderName, String) = (.contact, "<sip:2001@192.0.2.7:5080>")
  private static let answer = Text("v=0\r\no=far 1 1 IN IP4 192.0.2.7\r\ns=-\r\nt=0 0\r\n")
  private static let later = Text("v=0\r\no=far 1 2 IN IP4 192.0.2.8\r\ns=-\r\nt=0 0\r\n")

  private func call(_ bench: Bench, offer: Text = Bench.offer) -> SessionNumber {
    let session = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: offer, now: $1, into: &$2)
    }
    return session ?? SessionNumber(rawValue: 0)
  }

  private func reliable(
    _ number: Int, _ contact: (HeaderName, String) = Self.contact
  ) -> [(HeaderName, String)] {
    [contact, (.require, "100rel"), (.rSeq, "\(number)")]
  }

  /// A request of the far side in the early dialog of a PRACK of ours.
  private func within(_ prack: Message, _ method: String, _ sequence: Int, body: String = "")
    -> Text
  {
    var request = FarRequest(method: method, branch: "z9hG4bKearly\(sequence)")
    request.from = prack.value(.to)
    request.to = prack.value(.from)
    request.callID = prack.value(.callID)
    request.sequence = sequence
    request.body = body
    return request.text
  }

  @Test("183 with the answer, PRACK in its early dialog, 200 without one, BYE")
  func answered() {
    let bench = Bench()
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    #expect(invite.value(.supported) == "100rel, timer, replaces, norefersub, 199")
    #expect(invite.value(.allow).contains("PRACK"))
    bench.respond(
      to: invite, 183,
      fields: reliable(776_656) + [(.recordRoute, "<sip:near;lr>, <sip:far;lr>")],
      body: Self.answer)
    let prack = bench.takeRequest(.prack)
    #expect(prack.value(.rAck) == "776656 1 INVITE")
    #expect(prack.sequenceNumber == 2)
    #expect(prack.toTag == "far")
    #expect(prack.requestURI == "sip:2001@192.0.2.7:5080")
    #expect(
      prack.elements(.route).map { string(prack.text($0)) } == ["<sip:far;lr>", "<sip:near;lr>"])
    #expect(prack.body.isEmpty)
    bench.respond(to: prack, 200)
    bench.respond(to: invite, 200, fields: [Self.contact])
    #expect(
      bench.takeEvents() == [
        .progress(session, code: 183, description: Self.answer),
        .answered(session, description: Self.answer),
      ])
    #expect(bench.takeRequest(.ack).sequenceNumber == 1)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    let bye = bench.takeRequest(.bye)
    #expect(bye.sequenceNumber == 3)
    bench.respond(to: bye, 200)
    bench.pass(.seconds(33))
    #expect(bench.isClean)
    #expect(bench.wire.isEmpty)
  }

  @Test("Copies are neither acknowledged nor told; what is out of order waits for what it lacks")
  func order() {
    let bench = Bench()
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    for _ in 0..<3 { bench.respond(to: invite, 180, fields: reliable(7)) }
    bench.respond(to: invite, 183, fields: reliable(9), body: Self.later)
    #expect(bench.takeRequest(.prack).value(.rAck) == "7 1 INVITE")
    #expect(bench.wire.isEmpty)
    #expect(bench.takeEvents() == [.progress(session, code: 180, description: [])])
    bench.respond(to: invite, 183, fields: reliable(8), body: Self.answer)
    bench.respond(to: invite, 180, fields: reliable(7))
    bench.respond(to: invite, 183, fields: reliable(9), body: Self.later)
    #expect(bench.takeRequest(.prack).value(.rAck) == "8 1 INVITE")
    let last = bench.takeRequest(.prack)
    #expect(last.value(.rAck) == "9 1 INVITE")
    #expect(last.sequenceNumber == 4)
    #expect(bench.wire.isEmpty)
    // The first description is the answer; the one of 9 is not looked at (RFC 3261 §13.2.1).
    #expect(
      bench.takeEvents() == [
        .progress(session, code: 183, description: Self.answer),
        .progress(session, code: 183, description: []),
      ])
  }

  @Test("A lost PRACK repeats itself until it is answered; a copy of the 183 changes nothing")
  func lostAcknowledgement() {
    let bench = Bench()
    _ = call(bench)
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 183, fields: reliable(1), body: Self.answer)
    bench.pass(.milliseconds(3_600))
    bench.respond(to: invite, 183, fields: reliable(1), body: Self.answer)
    #expect(bench.sendTimes == [0, 0, 500, 1_500, 3_500])
    #expect(Set(bench.wire.map { $0.bytes }).count == 1)
    bench.respond(to: bench.takeRequest(.prack), 200)
    bench.wire = []
    bench.pass(.seconds(40))
    #expect(bench.wire.isEmpty)
    #expect(bench.takeEvents().count == 1)
  }

  @Test("A PRACK that nobody answers leaves the call to its INVITE")
  func unansweredAcknowledgement() {
    let bench = Bench()
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 180, fields: reliable(1))
    bench.pass(.seconds(40))
    #expect(bench.takeEvents().last == .note(.sessionUnanswered(session)))
    bench.wire = []
    bench.respond(to: invite, 504)
    _ = bench.takeRequest(.ack)
    #expect(bench.takeEvents() == [.ended(session, .status(504))])
    bench.pass(.seconds(33))
    #expect(bench.isClean)
  }

  @Test("Forks: each has its own numbers, routes and answer; the one that answers is the call")
  func forked() {
    let bench = Bench()
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    let other: (HeaderName, String) = (.contact, "<sip:other@192.0.2.8>")
    bench.respond(to: invite, 183, tag: "one", fields: reliable(100), body: Self.answer)
    bench.respond(to: invite, 183, tag: "two", fields: reliable(5, other), body: Self.later)
    bench.respond(to: invite, 180, tag: "one", fields: reliable(101))
    let first = bench.takeRequest(.prack)
    #expect((first.toTag, first.value(.rAck)) == ("one", "100 1 INVITE"))
    #expect(first.sequenceNumber == 2)
    let second = bench.takeRequest(.prack)
    #expect((second.toTag, second.value(.rAck)) == ("two", "5 1 INVITE"))
    #expect((second.sequenceNumber, second.requestURI) == (2, "sip:other@192.0.2.8"))
    let third = bench.takeRequest(.prack)
    #expect((third.toTag, third.sequenceNumber) == ("one", 3))
    for prack in [first, second, third] { bench.respond(to: prack, 200) }
    _ = bench.takeEvents()

    bench.respond(to: invite, 200, tag: "two", fields: [other])
    #expect(bench.takeEvents() == [.answered(session, description: Self.later)])
    #expect(bench.takeRequest(.ack).requestURI == "sip:other@192.0.2.8")
    bench.respond(to: invite, 200, tag: "one", fields: [Self.contact])
    #expect(bench.takeRequest(.ack).toTag == "one")
    let dismissed = bench.takeRequest(.bye)
    #expect((dismissed.toTag, dismissed.sequenceNumber) == ("one", 4))
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    let bye = bench.takeRequest(.bye)
    #expect((bye.toTag, bye.sequenceNumber) == ("two", 3))
  }

  @Test("A ninth early dialog is not acknowledged")
  func tooManyForks() {
    let bench = Bench()
    _ = call(bench)
    let invite = bench.takeRequest(.invite)
    let tags: [StaticString] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
    for tag in tags { bench.respond(to: invite, 180, tag: tag, fields: reliable(1)) }
    #expect(bench.wire.count == 8)
    #expect(bench.takeEvents().count == 10)
  }

  @Test("An INVITE without an offer: the 183's is answered in its PRACK")
  func offerInResponse() {
    let bench = Bench()
    let session = call(bench, offer: [])
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 183, fields: reliable(3), body: Self.answer)
    bench.respond(to: invite, 183, fields: reliable(3), body: Self.answer)
    #expect(
      bench.takeEvents() == [
        .progress(session, code: 183, description: []),
        .offered(session, description: Self.answer),
      ])
    #expect(bench.wire.isEmpty)
    bench.act { $0.acceptOffer(session, description: Bench.offer, now: $1, into: &$2) }
    let prack = bench.takeRequest(.prack)
    #expect(prack.text(prack.body) == Bench.offer)
    #expect(prack.value(.rAck) == "3 1 INVITE")
    bench.respond(to: prack, 200)
    bench.respond(to: invite, 200, fields: [Self.contact])
    _ = bench.takeRequest(.ack)
    #expect(bench.takeEvents() == [.answered(session, description: [])])
  }

  @Test("An offer that is refused ends the call: a PRACK could not refuse it")
  func refusedOffer() {
    let bench = Bench()
    let session = call(bench, offer: [])
    bench.respond(
      to: bench.takeRequest(.invite), 183, fields: reliable(3), body: Self.answer)
    _ = bench.takeEvents()
    bench.act { $0.refuseOffer(session, code: 488, now: $1, into: &$2) }
    _ = bench.takeRequest(.cancel)
    #expect(bench.wire.isEmpty)
    #expect(bench.takeEvents() == [.ended(session, .local)])
  }

  @Test("An offer for a call that is given up is left to the CANCEL")
  func offerAfterHangUp() {
    let bench = Bench()
    let session = call(bench, offer: [])
    let invite = bench.takeRequest(.invite)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    bench.respond(to: invite, 183, fields: reliable(3), body: Self.answer)
    bench.respond(to: bench.takeRequest(.cancel), 200)
    bench.respond(to: invite, 487)
    _ = bench.takeRequest(.ack)
    #expect(bench.wire.isEmpty)
    #expect(bench.takeEvents() == [.ended(session, .local)])
    bench.pass(.seconds(33))
    #expect(bench.isClean)
  }

  @Test("UPDATE before the answer: 491 while our offer is open, then an offer like any other")
  func earlyUpdate() {
    let bench = Bench()
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 180, fields: reliable(1))
    let prack = bench.takeRequest(.prack)
    bench.respond(to: prack, 200)
    bench.receive(within(prack, "UPDATE", 1, body: "v=1\r\n"))
    bench.takeResponse(491)
    bench.receive(within(prack, "UPDATE", 2))
    bench.takeResponse(200)
    bench.respond(to: invite, 183, fields: reliable(2), body: Self.answer)
    bench.respond(to: bench.takeRequest(.prack), 200)
    _ = bench.takeEvents()
    bench.receive(within(prack, "UPDATE", 3, body: "v=1\r\n"))
    #expect(bench.takeEvents() == [.offered(session, description: Text("v=1\r\n"))])
    bench.receive(within(prack, "UPDATE", 4, body: "v=2\r\n"))
    bench.takeResponse(500)
    bench.act { $0.acceptOffer(session, description: Bench.offer, now: $1, into: &$2) }
    let ok = bench.takeResponse(200)
    #expect(ok.value(.cSeq) == "3 UPDATE")
    #expect(ok.text(ok.body) == Bench.offer)
    // The answer to the INVITE is history now.
    bench.respond(to: invite, 200, fields: [Self.contact], body: Self.answer)
    #expect(bench.takeFacts() == [.answered(session, description: [])])
    _ = bench.takeRequest(.ack)
    bench.receive(within(prack, "BYE", 4))
    bench.takeResponse(500)
    bench.receive(within(prack, "BYE", 5))
    bench.takeResponse(200)
    #expect(bench.takeEvents().last == .ended(session, .byRemote))
  }

  @Test("A request in an early dialog that no early dialog may have", arguments: ["BYE", "PRACK"])
  func earlyNonsense(_ method: String) {
    let bench = Bench()
    _ = call(bench)
    bench.respond(to: bench.takeRequest(.invite), 180, fields: reliable(1))
    bench.receive(within(bench.takeRequest(.prack), method, 1))
    bench.takeResponse(481)
  }

  @Test("A challenged PRACK is sent again with credentials and the next CSeq of its dialog")
  func challenged() {
    let bench = Bench()
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 183, fields: reliable(1), body: Self.answer)
    bench.respond(
      to: bench.takeRequest(.prack), 407,
      fields: [(.proxyAuthenticate, "Digest realm=\"r\", nonce=\"n\"")])
    let again = bench.takeRequest(.prack)
    #expect(again.sequenceNumber == 3)
    #expect(again.value(.rAck) == "1 1 INVITE")
    #expect(again.first(.proxyAuthorization) != nil)
    bench.respond(to: again, 200)
    bench.respond(to: invite, 200, fields: [Self.contact])
    _ = bench.takeRequest(.ack)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    #expect(bench.takeRequest(.bye).sequenceNumber == 4)
  }

  @Test("Hang-up in an early dialog is a CANCEL; a 200 that crosses it gets ACK and BYE")
  func cancelled() {
    let bench = Bench()
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 183, fields: reliable(1), body: Self.answer)
    bench.respond(to: bench.takeRequest(.prack), 200)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    bench.respond(to: bench.takeRequest(.cancel), 200)
    bench.respond(to: invite, 200, fields: [Self.contact])
    _ = bench.takeRequest(.ack)
    #expect(bench.takeRequest(.bye).sequenceNumber == 3)
    #expect(bench.takeEvents().last == .ended(session, .local))
  }

  @Test("Where 100rel is off, nobody is told of it and nothing is acknowledged")
  func off() {
    var sessions = SessionSettings()
    sessions.reliability = .off
    let bench = Bench(sessions: sessions)
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    #expect(invite.value(.supported) == "timer, replaces, norefersub, 199")
    #expect(!invite.value(.allow).contains("PRACK"))
    bench.respond(to: invite, 183, fields: reliable(1), body: Self.answer)
    #expect(bench.wire.isEmpty)
    #expect(
      bench.takeEvents() == [.progress(session, code: 183, description: Self.answer)])
  }
}
