import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("What a far side may ask of us, and what it gets again")
struct FarSideTests {
  private static let contact: (HeaderName, String) = (.contact, "<sip:2001@192.0.2.7:5080>")
  private static let challenge: (HeaderName, String) = (
    .proxyAuthenticate, "Digest realm=\"ims.example\", nonce=\"n\", qop=\"auth\""
  )

  /// A call of ours that nobody has answered.
  private func call(_ bench: Bench, offer: Text = Bench.offer) throws -> (SessionNumber, Message) {
    let session = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: offer, now: $1, into: &$2)
    }
    return (try #require(session), bench.takeRequest(.invite))
  }

  /// A call of ours that is answered.
  private func talk(_ bench: Bench, offer: Text = Bench.offer) throws -> (SessionNumber, Message) {
    let (session, invite) = try call(bench, offer: offer)
    bench.respond(to: invite, 200, fields: [Self.contact], body: Bench.offer)
    _ = bench.takeRequest(.ack)
    return (session, invite)
  }

  /// A request of the far side in the dialog of such a call.
  private func within(
    _ invite: Message, _ method: String, _ sequence: Int, branch: String? = nil, body: String = ""
  ) -> Text {
    FarRequest(
      method: method, branch: branch ?? "z9hG4bK\(method)\(sequence)",
      from: invite.value(.to) + ";tag=far", to: invite.value(.from),
      callID: invite.value(.callID), sequence: sequence, body: body
    ).text
  }

  @Test("A flood of reliable responses whose PRACKs nobody answers is bounded")
  func manyReliable() throws {
    let bench = Bench()
    let (session, invite) = try call(bench)
    var first: Message?
    for number in 1...1_000 {
      bench.respond(
        to: invite, 183,
        fields: [Self.contact, (.require, "100rel"), (.rSeq, String(number))])
      if first == nil { first = bench.wire.first }
    }
    #expect(bench.wire.count == 8)
    #expect(bench.agent.rememberedCount < 12)
    bench.wire = []
    bench.respond(to: try #require(first), 200)
    bench.respond(to: invite, 183, fields: [Self.contact, (.require, "100rel"), (.rSeq, "9")])
    _ = bench.takeRequest(.prack)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
  }

  @Test("A refused re-INVITE gets the same refusal again, and its copy with another method none")
  func copyOfRefusal() throws {
    let bench = Bench()
    let (session, invite) = try talk(bench)
    bench.act { _ = $0.reoffer(session, offer: Bench.offer, now: $1, into: &$2) }
    let ours = bench.takeRequest(.invite)
    for _ in 0..<2 {
      bench.receive(within(invite, "INVITE", 5, body: "v=1\r\n"))
      bench.takeResponse(491)
    }
    bench.receive(within(invite, "INFO", 5))
    bench.takeResponse(500)
    bench.receive(within(invite, "INVITE", 4, body: "v=1\r\n"))
    bench.takeResponse(500)
    bench.respond(to: ours, 200, fields: [Self.contact], body: Bench.offer)
    _ = bench.takeRequest(.ack)
    // It could be taken now; but its far side has heard of the refusal long before.
    bench.receive(within(invite, "INVITE", 5, body: "v=1\r\n"))
    bench.takeResponse(491)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    _ = bench.takeRequest(.bye)
  }

  @Test("A refused refresh waits as long as the far side wants, if the session lasts that long")
  func refusedRefresh() throws {
    for (retryAfter, pause) in [("20", 20), ("3000", 5), ("", 5)] {
      let bench = Bench()
      let (session, invite) = try call(bench)
      bench.respond(
        to: invite, 200,
        fields: [
          Self.contact, (.allow, "INVITE, ACK, BYE, CANCEL, UPDATE"), (.require, "timer"),
          (.sessionExpires, "1200;refresher=uac"),
        ], body: Bench.offer)
      _ = bench.takeRequest(.ack)
      bench.pass(.seconds(600))
      bench.respond(
        to: bench.takeRequest(.update), 503,
        fields: retryAfter.isEmpty ? [] : [(.retryAfter, retryAfter)])
      bench.pass(.seconds(Int64(pause)) - .milliseconds(1))
      #expect(bench.wire.isEmpty)
      bench.pass(.milliseconds(1))
      _ = bench.takeRequest(.update)
      bench.act { $0.hangUp(session, now: $1, into: &$2) }
    }
  }

  @Test("A re-INVITE that overtakes the answer to our INVITE comes again (RFC 3261 §14.2)")
  func overtaken() throws {
    for isEarly in [false, true] {
      let bench = Bench()
      let (session, invite) = try call(bench)
      if isEarly { bench.respond(to: invite, 180, fields: [Self.contact]) }
      bench.receive(within(invite, "INVITE", 1, body: "v=1\r\n"))
      bench.takeResponse(491)
      bench.receive(within(invite, "UPDATE", isEarly ? 2 : 1, body: "v=1\r\n"))
      bench.takeResponse(isEarly ? 491 : 481)
      bench.respond(to: invite, 200, fields: [Self.contact], body: Bench.offer)
      _ = bench.takeRequest(.ack)
      _ = bench.takeFacts()
      bench.receive(within(invite, "INVITE", 3, body: "v=1\r\n"))
      #expect(bench.takeFacts() == [.offered(session, description: Text("v=1\r\n"))])
    }
  }

  @Test("Forks that want PRACKs come before those that do not")
  func manyForks() throws {
    let bench = Bench()
    let (session, invite) = try call(bench)
    for fork: StaticString in ["a", "b", "c", "d", "e", "f", "g", "h", "i"] {
      bench.respond(to: invite, 180, tag: fork, fields: [Self.contact])
    }
    #expect(bench.wire.isEmpty)
    bench.respond(to: invite, 183, tag: "far", fields: [(.require, "100rel"), (.rSeq, "1")])
    #expect(bench.takeRequest(.prack).toTag == "far")
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
  }

  @Test("A 180 that is not reliable makes an early dialog too (RFC 3261 §12.1)")
  func earlyDialog() throws {
    let bench = Bench()
    let (_, invite) = try call(bench)
    bench.respond(to: invite, 180)
    bench.receive(within(invite, "INFO", 1))
    bench.takeResponse(481)
    bench.respond(to: invite, 180, fields: [Self.contact])
    bench.receive(within(invite, "INFO", 2))
    bench.takeResponse(200)
    bench.receive(within(invite, "UPDATE", 3))
    bench.takeResponse(200)
    bench.receive(within(invite, "UPDATE", 4, body: "v=1\r\n"))
    bench.takeResponse(491)
    bench.respond(to: invite, 199, fields: [Self.contact])
    bench.receive(within(invite, "INFO", 5))
    bench.takeResponse(481)
    bench.respond(to: invite, 200, fields: [Self.contact], body: Bench.offer)
    _ = bench.takeRequest(.ack)
  }

  @Test("A proxy that forks a call to two of our ports rings both", arguments: [false, true])
  func forked(isBusy: Bool) {
    let bench = Bench()
    for port in 1...2 {
      bench.receive(
        FarRequest(
          uri: "sip:100\(port)@192.0.2.100:5070", branch: "z9hG4bKfork\(port)",
          to: "<sip:group@ims.example>", body: "v=0\r\n"
        ).text)
      guard isBusy, case .incoming(let session, _, _, _) = bench.takeFacts().last else { continue }
      bench.act { $0.reject(session, code: 486, now: $1, into: &$2) }
      let busy = bench.takeResponse(486)
      bench.receive(
        FarRequest(
          method: "ACK", uri: "sip:100\(port)@192.0.2.100:5070", branch: "z9hG4bKfork\(port)",
          to: busy.value(.to)
        ).text)
    }
    #expect(isBusy || bench.agent.sessions.count == 2)
    #expect(bench.agent.counters[.merged] == 0)
  }

  @Test("A refresh of a call with keys is an offer like any other (RFC 4568 §5.1.2)")
  func refreshWithKeys() throws {
    let bench = Bench()
    let offer = Bench.offer + Text("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:k\r\n")
    let (session, invite) = try talk(bench, offer: offer)
    _ = bench.takeFacts()
    bench.receive(within(invite, "INVITE", 1, body: string(Bench.offer)))
    #expect(bench.takeFacts() == [.offered(session, description: Bench.offer)])
    bench.act { $0.acceptOffer(session, description: Text("v=0\r\n"), now: $1, into: &$2) }
    let ok = bench.takeResponse(200)
    #expect(string(ok.text(ok.body)) == "v=0\r\n")
  }

  @Test("A re-INVITE that is challenged after the far side's BYE is not sent again")
  func challengedTooLate() throws {
    let bench = Bench()
    let (session, invite) = try talk(bench)
    bench.act { _ = $0.reoffer(session, offer: Bench.offer, now: $1, into: &$2) }
    let ours = bench.takeRequest(.invite)
    bench.receive(within(invite, "BYE", 1))
    bench.takeResponse(200)
    bench.respond(
      to: ours, 407,
      fields: [Self.challenge])
    _ = bench.takeRequest(.ack)
    #expect(bench.wire.isEmpty)
  }

  @Test("The BYE to another fork's answer is sent again when it is challenged")
  func forkIsChallenged() throws {
    let bench = Bench()
    let (session, invite) = try talk(bench)
    bench.respond(to: invite, 200, tag: "fork", fields: [Self.contact], body: Bench.offer)
    _ = bench.takeRequest(.ack)
    let bye = bench.takeRequest(.bye)
    bench.respond(
      to: bye, 407,
      fields: [Self.challenge])
    let again = bench.takeRequest(.bye)
    #expect(again.toTag == "fork" && again.sequenceNumber == bye.sequenceNumber + 1)
    #expect(again.value(.proxyAuthorization).contains("nonce=\"n\""))
    bench.respond(to: again, 200)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    #expect(bench.takeRequest(.bye).sequenceNumber == invite.sequenceNumber + 1)
  }

  @Test("Our binding among several in the answer to REGISTER (RFC 3261 §10.2.4)")
  func bindings() {
    let ours = "<sip:1001@192.0.2.100:5070;transport=UDP>"
    for (contact, second) in [
      ("<sip:x@192.0.2.9>;expires=5, <sip:1001@192.0.2.100:5070>;expires=2000", 1_400),
      ("<sip:x@192.0.2.9>;expires=5, \(ours);expires=2000", 1_400),
      ("<sip:x@192.0.2.9>;expires=5, <sip:y@192.0.2.9>;expires=7", 3_000),
      ("<sip:sbc@192.0.2.9>;expires=500", 250),
    ] {
      let bench = Bench(accounts: [Bench.account(1)])
      bench.act { $0.start(now: $1, into: &$2) }
      bench.respond(
        to: bench.takeRequest(.register), 200, fields: [(.contact, contact), (.expires, "3600")])
      #expect(
        bench.agent.registrations[0].nextAttempt == .zero + .seconds(Int64(second)), "\(contact)")
    }
  }

  @Test("Under IMS: what we read beside SDP, and where we are in responses (TS 24.229)")
  func ims() {
    let bench = ProfileTests.registered()
    _ = bench.takeRequest(.subscribe)
    _ = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    let invite = bench.takeRequest(.invite)
    #expect(invite.value(.accept) == "application/sdp, application/3gpp-ims+xml")
    bench.receive(FarRequest(body: "v=0\r\n").text)
    guard case .incoming(let session, _, _, _) = bench.takeFacts().last else {
      Issue.record("nobody calls")
      return
    }
    bench.act { $0.ring(session, offer: [], now: $1, into: &$2) }
    let ringing = bench.takeResponse(180)
    #expect(ringing.value(other: "P-Access-Network-Info") == ProfileTests.access)
  }
}
