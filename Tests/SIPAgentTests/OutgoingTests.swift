import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Sessions that we begin")
struct OutgoingTests {
  private static let contact: [(HeaderName, String)] = [(.contact, "<sip:2001@192.0.2.7:5080>")]
  private static let answer = Text("v=0\r\no=far 1 1 IN IP4 192.0.2.7\r\ns=-\r\nt=0 0\r\n")

  private func call(_ bench: Bench, to number: StaticString = "2001") -> SessionNumber {
    let session = bench.act {
      $0.invite(from: 1, to: Text(number), offer: Bench.offer, now: $1, into: &$2)
    }
    return session ?? SessionNumber(rawValue: 0)
  }

  /// A call that the far side has answered; the wire and the events are empty.
  private func established(
    _ bench: Bench, fields: [(HeaderName, String)] = OutgoingTests.contact
  ) -> SessionNumber {
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 200, fields: fields, body: Self.answer)
    _ = bench.takeRequest(.ack)
    _ = bench.takeEvents()
    return session
  }

  @Test("407, 100, 180, 183, 200, ACK, BYE: what stands in each message")
  func call() {
    let bench = Bench()
    let session = call(bench)
    let first = bench.takeRequest(.invite)
    #expect(first.requestURI == "sip:2001@ims.example")
    #expect(first.value(.to) == "<sip:2001@ims.example>")
    #expect(first.text(first.body) == Bench.offer)
    bench.respond(
      to: first, 407,
      fields: [(.proxyAuthenticate, "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"")])
    let ack = bench.takeRequest(.ack)
    #expect(ack.branch == first.branch)
    #expect(ack.toTag == "far")
    let invite = bench.takeRequest(.invite)
    #expect(invite.sequenceNumber == 2)
    #expect(invite.branch != first.branch)
    #expect(invite.value(.proxyAuthorization).contains("uri=\"sip:2001@ims.example\""))
    #expect(invite.text(invite.body) == Bench.offer)
    for field: HeaderName in [.from, .callID, .contact, .allow, .maxForwards] {
      #expect(invite.value(field) == first.value(field))
    }

    bench.respond(to: invite, 100)
    bench.respond(to: invite, 180)
    bench.respond(to: invite, 183, body: Self.answer)
    bench.respond(to: invite, 200, fields: Self.contact, body: Self.answer)
    #expect(
      bench.takeEvents() == [
        .progress(session, code: 180, description: []),
        .progress(session, code: 183, description: Self.answer),
        .answered(session, description: Self.answer),
      ])
    let confirmation = bench.takeRequest(.ack)
    #expect(confirmation.requestURI == "sip:2001@192.0.2.7:5080")
    #expect(confirmation.sequenceNumber == 2)
    #expect(confirmation.value(.proxyAuthorization) == invite.value(.proxyAuthorization))
    #expect(bench.agent.sessions.first?.stage == .established)

    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    #expect(bench.takeEvents() == [.ended(session, .local)])
    let bye = bench.takeRequest(.bye)
    #expect(bye.sequenceNumber == 3)
    #expect(bye.value(.proxyAuthorization).contains("nc=00000002"))
    bench.respond(to: bye, 200)
    #expect(bench.agent.sessions.isEmpty)
    bench.pass(.seconds(33))
    #expect(bench.isClean)
    #expect(bench.wire.isEmpty)
  }

  @Test("The route set: Service-Route first, then Record-Route from the far end, loose and strict")
  func routes() {
    let bench = Bench(accounts: [Bench.account(1)])
    bench.act { $0.start(now: $1, into: &$2) }
    bench.respond(
      to: bench.takeRequest(.register), 200, fields: [(.serviceRoute, "<sip:orig@sbc;lr>")])
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    #expect(invite.value(.route) == "<sip:orig@sbc;lr>")
    bench.respond(
      to: invite, 200,
      fields: Self.contact + [(.recordRoute, "<sip:near;lr>, <sip:far;lr>")])
    let ack = bench.takeRequest(.ack)
    #expect(ack.elements(.route).map { string(ack.text($0)) } == ["<sip:far;lr>", "<sip:near;lr>"])
    #expect(ack.requestURI == "sip:2001@192.0.2.7:5080")
    bench.act { $0.hangUp(session, now: $1, into: &$2) }

    let strict = call(bench)
    _ = bench.takeRequest(.bye)
    bench.respond(
      to: bench.takeRequest(.invite), 200,
      fields: Self.contact + [(.recordRoute, "<sip:near;lr>, <sip:old@far>")])
    let strictAck = bench.takeRequest(.ack)
    #expect(strictAck.requestURI == "sip:old@far")
    #expect(
      strictAck.elements(.route).map { string(strictAck.text($0)) }
        == ["<sip:near;lr>", "<sip:2001@192.0.2.7:5080>"])
    bench.act { $0.hangUp(strict, now: $1, into: &$2) }
  }

  @Test(
    "What the network says of early media (RFC 5009) is told",
    arguments: [
      ("sendrecv", EarlyMedia.authorized), ("SendOnly, gated", .authorized),
      ("supported, inactive", .denied), ("recvonly", .denied), ("gated", .unsaid), ("", .unsaid),
      ("sendrecv, inactive", .authorized), ("sendrecvx", .unsaid),
    ])
  func earlyMedia(value: String, said: EarlyMedia) {
    let bench = Bench()
    let session = call(bench)
    bench.respond(to: bench.takeRequest(.invite), 183, fields: [(.pEarlyMedia, value)])
    #expect(
      bench.takeFacts() == [.progress(session, code: 183, description: [], earlyMedia: said)])
  }

  @Test(
    "A refusal ends it with its code", arguments: [302, 403, 404, 408, 480, 486, 503, 603, 699])
  func refused(_ code: UInt16) {
    let bench = Bench()
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, code)
    _ = bench.takeRequest(.ack)
    bench.respond(to: invite, code)
    _ = bench.takeRequest(.ack)
    #expect(bench.takeEvents() == [.ended(session, .status(code))])
    bench.pass(.seconds(32))
    #expect(bench.isClean)
  }

  @Test("Nobody answers: seven copies, then the end after 32 s")
  func silence() {
    let bench = Bench()
    let session = call(bench)
    bench.pass(.seconds(60))
    #expect(bench.sendTimes == [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500])
    #expect(bench.takeEvents() == [.note(.sessionUnanswered(session)), .ended(session, .timeout)])
    #expect(bench.isClean)
  }

  @Test("Credentials that are not taken end it")
  func unauthorized() {
    let bench = Bench()
    let session = call(bench)
    for nonce in ["a", "b"] {
      bench.respond(
        to: bench.takeRequest(.invite), 401,
        fields: [(.wwwAuthenticate, "Digest realm=\"r\", nonce=\"\(nonce)\"")])
      _ = bench.takeRequest(.ack)
    }
    #expect(bench.takeEvents() == [.ended(session, .unauthorized)])
    #expect(bench.wire.isEmpty)
  }

  @Test("CANCEL waits for a provisional response (RFC 3261 §9.1)")
  func cancelBeforeProvisional() {
    let bench = Bench()
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    #expect(bench.takeEvents() == [.ended(session, .local)])
    #expect(bench.wire.isEmpty)
    bench.respond(to: invite, 100)
    let cancel = bench.takeRequest(.cancel)
    #expect(cancel.branch == invite.branch)
    #expect(cancel.sequenceNumber == invite.sequenceNumber)
    #expect(cancel.requestURI == invite.requestURI)
    #expect(cancel.toTag == "")
    bench.respond(to: cancel, 200)
    bench.respond(to: invite, 487)
    _ = bench.takeRequest(.ack)
    #expect(bench.takeEvents() == [])
    bench.pass(.seconds(33))
    #expect(bench.isClean)
  }

  @Test("Hang-up while ringing sends CANCEL at once; a challenge after it is not answered")
  func cancelWhileRinging() {
    let bench = Bench()
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 180)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    _ = bench.takeRequest(.cancel)
    bench.respond(
      to: invite, 407, fields: [(.proxyAuthenticate, "Digest realm=\"r\", nonce=\"n\"")])
    _ = bench.takeRequest(.ack)
    #expect(bench.wire.isEmpty)
    #expect(
      bench.takeEvents() == [
        .progress(session, code: 180, description: []), .ended(session, .local),
      ])
  }

  @Test("A 200 that crosses the CANCEL is acknowledged and hung up, once")
  func cancelCrosses() {
    let bench = Bench()
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 180)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    let cancel = bench.takeRequest(.cancel)
    for _ in 0..<2 { bench.respond(to: invite, 200, fields: Self.contact) }
    bench.respond(to: cancel, 481)
    _ = bench.takeRequest(.ack)
    let bye = bench.takeRequest(.bye)
    #expect(bye.toTag == "far")
    _ = bench.takeRequest(.ack)
    #expect(bench.wire.isEmpty)
    bench.respond(to: bye, 200)
    _ = bench.takeEvents()
    bench.pass(.seconds(33))
    #expect(bench.isClean)
    #expect(bench.takeEvents() == [])
  }

  @Test("A far side that never ends a cancelled INVITE is forgotten after 64*T1")
  func cancelForgotten() {
    let bench = Bench()
    let session = call(bench)
    bench.respond(to: bench.takeRequest(.invite), 180)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    bench.respond(to: bench.takeRequest(.cancel), 200)
    bench.pass(.seconds(31))
    #expect(!bench.isClean)
    bench.pass(.seconds(2))
    #expect(bench.isClean)
  }

  @Test("A 2xx again gets the same ACK; a 2xx of another fork gets ACK and BYE, once")
  func forks() {
    let bench = Bench()
    _ = call(bench)
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 200, fields: Self.contact, body: Self.answer)
    let ack = bench.takeRequest(.ack)
    bench.respond(to: invite, 200, fields: Self.contact, body: Self.answer)
    #expect(bench.takeRequest(.ack).bytes == ack.bytes)

    bench.respond(to: invite, 200, tag: "other", fields: [(.contact, "<sip:other@192.0.2.8>")])
    let forkAck = bench.takeRequest(.ack)
    #expect(forkAck.requestURI == "sip:other@192.0.2.8")
    #expect(forkAck.toTag == "other")
    let bye = bench.takeRequest(.bye)
    #expect(bye.toTag == "other")
    #expect(bye.requestURI == "sip:other@192.0.2.8")
    bench.respond(to: invite, 200, tag: "other", fields: [(.contact, "<sip:other@192.0.2.8>")])
    #expect(bench.takeRequest(.ack).bytes == forkAck.bytes)
    #expect(bench.wire.isEmpty)
    #expect(bench.agent.sessions.first?.stage == .established)
    #expect(bench.takeEvents().count == 1)
  }

  @Test("The far side's BYE is answered, again if it comes again, and ends it once")
  func farBye() {
    let bench = Bench()
    let session = established(bench)
    let report = bench.agent.sessions[0]
    var bye = FarRequest(method: "BYE", from: "<sip:2001@ims.example>;tag=far")
    bye.callID = string(report.callID)
    bye.to = "<sip:1001@ims.example>;tag=\(localTag(bench, session))"
    bench.receive(bye.text)
    bench.receive(bye.text)
    bench.takeResponse(200)
    bench.takeResponse(200)
    #expect(bench.takeEvents() == [.ended(session, .byRemote)])
    #expect(bench.agent.counters[.repeated] == 1)
    bench.pass(.seconds(33))
    #expect(bench.isClean)
    bye.branch = "z9hG4bKlater"
    bench.receive(bye.text)
    bench.takeResponse(481)
  }

  /// Our tag, read from a re-INVITE that the far side then refuses.
  private func localTag(_ bench: Bench, _ session: SessionNumber) -> String {
    let isSent = bench.act {
      $0.reoffer(session, offer: Bench.offer, now: $1, into: &$2)
    }
    #expect(isSent)
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 488)
    _ = bench.takeRequest(.ack)
    _ = bench.takeEvents()
    return (try? invite.from().tag).map { string(invite.text($0)) } ?? ""
  }

  @Test("Our re-INVITE: accepted with a new target, refused, challenged, and lost with 481")
  func reoffer() {
    let bench = Bench()
    let session = established(bench)
    func offer() -> Message {
      let isSent = bench.act { $0.reoffer(session, offer: Bench.offer, now: $1, into: &$2) }
      #expect(isSent)
      return bench.takeRequest(.invite)
    }
    let first = offer()
    #expect(first.requestURI == "sip:2001@192.0.2.7:5080")
    #expect(first.toTag == "far")
    #expect(!bench.act { $0.reoffer(session, offer: Bench.offer, now: $1, into: &$2) })
    bench.respond(to: first, 100)
    bench.respond(to: first, 200, fields: [(.contact, "<sip:moved@192.0.2.9>")], body: Self.answer)
    #expect(bench.takeRequest(.ack).requestURI == "sip:moved@192.0.2.9")
    bench.respond(to: first, 200, fields: [(.contact, "<sip:moved@192.0.2.9>")], body: Self.answer)
    _ = bench.takeRequest(.ack)
    #expect(bench.takeEvents() == [.offerAccepted(session, description: Self.answer)])

    bench.respond(to: offer(), 488)
    _ = bench.takeRequest(.ack)
    #expect(bench.takeEvents() == [.offerRefused(session, code: 488)])

    bench.respond(
      to: offer(), 407, fields: [(.proxyAuthenticate, "Digest realm=\"r\", nonce=\"n\"")])
    _ = bench.takeRequest(.ack)
    let again = bench.takeRequest(.invite)
    #expect(again.first(.proxyAuthorization) != nil)
    bench.respond(to: again, 200, fields: Self.contact, body: Self.answer)
    _ = bench.takeRequest(.ack)
    #expect(bench.takeEvents() == [.offerAccepted(session, description: Self.answer)])

    bench.respond(to: offer(), 481)
    _ = bench.takeRequest(.ack)
    #expect(bench.wire.isEmpty)
    #expect(bench.takeEvents() == [.ended(session, .dialogLost)])
  }

  @Test("A re-INVITE that nobody answers ends the session with BYE")
  func reofferUnanswered() {
    let bench = Bench()
    let session = established(bench)
    _ = bench.act { $0.reoffer(session, offer: Bench.offer, now: $1, into: &$2) }
    bench.pass(.seconds(32))
    #expect(bench.takeEvents().last == .ended(session, .dialogLost))
    #expect(bench.wire.last.map { $0.startLine.isRequest(.bye) } == true)
  }

  @Test("A challenged BYE is sent again with credentials and a new CSeq")
  func challengedBye() {
    let bench = Bench()
    let session = established(bench)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    let bye = bench.takeRequest(.bye)
    bench.respond(
      to: bye, 407, fields: [(.proxyAuthenticate, "Digest realm=\"r\", nonce=\"n\"")])
    let again = bench.takeRequest(.bye)
    #expect(again.sequenceNumber == bye.sequenceNumber + 1)
    #expect(again.first(.proxyAuthorization) != nil)
    bench.respond(to: again, 200)
    bench.pass(.seconds(33))
    #expect(bench.isClean)
  }

  @Test("Dialled signs cannot break out of the URI")
  func dialledSigns() {
    let bench = Bench()
    _ = call(bench, to: "*21*1@b>\r\nX: y#")
    let invite = bench.takeRequest(.invite)
    #expect(invite.requestURI == "sip:*21*1%40b%3E%0D%0AX%3A%20y%23@ims.example")
    #expect(!string(invite.bytes).contains("\r\nX: y"))
  }

  @Test("Thirty-two sessions fit; the next one and an unknown account get none")
  func full() {
    let bench = Bench()
    for _ in 0..<UserAgent.sessionLimit {
      #expect(call(bench).rawValue > 0)
    }
    #expect(call(bench).rawValue == 0)
    let other = Bench()
    #expect(
      other.act { $0.invite(from: 9, to: Text("1"), offer: [], now: $1, into: &$2) } == nil)
  }

  @Test("Stopping hangs up, cancels and is done when all is answered")
  func stop() {
    let bench = Bench()
    let talking = established(bench)
    let ringing = call(bench)
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 180)
    _ = bench.takeEvents()
    bench.act { $0.stop(now: $1, into: &$2) }
    #expect(bench.takeEvents() == [.ended(talking, .local), .ended(ringing, .local)])
    bench.respond(to: bench.takeRequest(.bye), 200)
    bench.respond(to: bench.takeRequest(.cancel), 200)
    #expect(bench.takeEvents() == [])
    bench.respond(to: invite, 487)
    #expect(bench.takeEvents() == [.stopped])
    #expect(bench.agent.deadline == nil)
    #expect(call(bench).rawValue == 0)
  }
}

extension StartLine {
  func isRequest(_ method: SIPSyntax.Method) -> Bool {
    if case .request(method, _) = self { true } else { false }
  }
}
