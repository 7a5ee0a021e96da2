import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Emergency calls (RFC 5031)")
struct EmergencyCallTests {
  static let police = CallPurpose(emergencyService: Text("sos.police"))

  private func call(_ carrier: Carrier, from account: AccountNumber = 1) throws -> SessionNumber {
    try #require(
      carrier.act {
        $0.invite(
          from: account, to: Text("110"), offer: Bench.offer, purpose: Self.police, now: $1,
          into: &$2)
      })
  }

  private func isAnswered(_ session: SessionNumber, _ carrier: Carrier) -> Bool {
    carrier.takeEvents().contains { if case .answered(session, _) = $0 { true } else { false } }
  }

  @Test(
    "What is on the wire, also when it is sent again with credentials", arguments: [false, true])
  func wire(isIMS: Bool) {
    let bench = Bench { if isIMS { $0.profile = .ims } }
    let session = bench.act {
      $0.invite(
        from: 1, to: Text("110"), offer: Bench.offer, purpose: Self.police, now: $1, into: &$2)
    }
    var invite = bench.takeRequest(.invite)
    for round in 0..<2 {
      #expect(invite.requestURI == (isIMS ? "urn:service:sos.police" : "sip:110@ims.example"))
      #expect(invite.value(.to) == (isIMS ? "<urn:service:sos.police>" : "<sip:110@ims.example>"))
      #expect(invite.value(.priority) == "emergency")
      #expect(invite.value(.from).contains("<sip:1001@ims.example>"))
      #expect(!invite.contains(.privacy))
      guard round == 0 else { break }
      bench.respond(
        to: invite, 407,
        fields: [(.proxyAuthenticate, "Digest realm=\"ims.example\",nonce=\"n\",qop=\"auth\"")])
      _ = bench.takeRequest(.ack)
      invite = bench.takeRequest(.invite)
      #expect(invite.contains(.proxyAuthorization))
    }
    #expect(session != nil)
  }

  /// A 380 with an alternative service, in the name of somebody.
  private func become(
    _ type: String, asserted: String, contact: String? = nil, isPrivate: Bool = false
  ) -> (bench: Bench, ends: Bool) {
    let bench = ProfileTests.registered(isPrivate: isPrivate)
    _ = bench.takeRequest(.subscribe)
    _ = bench.act {
      $0.invite(from: 1, to: Text("112"), offer: Bench.offer, now: $1, into: &$2)
    }
    var fields: [(HeaderName, String)] = [(.pAssertedIdentity, asserted)]
    if let contact { fields.append((.contact, contact)) }
    bench.respond(
      to: bench.takeRequest(.invite), 380, fields: fields,
      contentType: "application/3gpp-ims+xml",
      body: Text(
        """
        <?xml version="1.0"?><ims-3gpp version="1"><alternative-service><type>\(type)</type>
        <reason/></alternative-service></ims-3gpp>
        """.utf8))
    _ = bench.takeRequest(.ack)
    let events = bench.takeEvents()
    let isTold = events.contains { if case .emergency = $0 { true } else { false } }
    #expect(isTold == bench.wire.contains { $0.value(.priority) == "emergency" })
    let ends = events.contains {
      if case .ended(_, .status(380), _) = $0 { true } else { false }
    }
    return (bench, ends)
  }

  @Test(
    "The core knows a number as one of emergency (380, TS 24.229 §5.1.3.1)",
    arguments: [
      (nil, "urn:service:sos"), ("<urn:service:sos.fire>", "urn:service:sos.fire"),
      ("<sip:evil@x>", "urn:service:sos"),
    ] as [(String?, String)])
  func learnt(contact: String?, target: String) {
    let (bench, ends) = become("emergency", asserted: "<sip:term@192.0.2.1:5060>", contact: contact)
    #expect(!ends)
    let invite = bench.takeRequest(.invite)
    #expect(invite.requestURI == target && invite.value(.to) == "<\(target)>")
    #expect(invite.value(.priority) == "emergency")
    #expect(invite.text(invite.body) == Bench.offer)
    bench.respond(to: invite, 200, fields: [(.contact, "<sip:psap@192.0.2.7>")], body: Bench.offer)
    _ = bench.takeRequest(.ack)
  }

  @Test("A call that becomes one of emergency withholds nothing any more")
  func learntOfWithheld() {
    let (bench, _) = become(
      "emergency", asserted: "<sip:term@192.0.2.1:5060>", isPrivate: true)
    let invite = bench.takeRequest(.invite)
    #expect(invite.value(.from).hasPrefix("\"Port 1\" <sip:+861001@ims.example>;tag="))
    #expect(invite.first(.privacy) == nil)
    bench.respond(to: invite, 200, fields: [(.contact, "<sip:psap@192.0.2.7>")], body: Bench.offer)
    let ack = bench.takeRequest(.ack)
    #expect(ack.value(.from) == invite.value(.from))
  }

  @Test("Nobody else's word makes a call one of emergency, and no other word")
  func notLearnt() {
    for (type, asserted) in [
      ("emergency", "<sip:evil.example>"), ("restoration", "<sip:term@192.0.2.1:5060>"),
    ] {
      let (bench, ends) = become(type, asserted: asserted)
      #expect(ends && bench.wire.isEmpty)
    }
  }

  @Test("A barred account calls: the other SBC is asked when one refuses", arguments: [403, 503])
  func barred(code: UInt16) throws {
    let carrier = Carrier(accounts: 1)
    carrier.refusals = [(0, .register, 403, nil), (1, .register, 403, nil)]
    carrier.act { $0.registerAgain(now: $1, into: &$2) }
    #expect(!carrier.isRegistered)
    carrier.refusals.append((0, .invite, code, nil))
    let session = try call(carrier)
    #expect(isAnswered(session, carrier))
    #expect(carrier.count(.invite, at: 0) == 1 && carrier.count(.invite, at: 1) == 1)
    #expect(carrier.agent.server == Carrier.servers[0], "one refused call moves nobody")
  }

  @Test("Nobody waits for a silent SBC, nor for a registration at the other one")
  func silent() throws {
    let carrier = Carrier(accounts: 1)
    carrier.isThere[0] = false
    carrier.refusals = [(1, .register, 403, nil)]
    let session = try call(carrier)
    carrier.pass(.milliseconds(2_100))
    #expect(isAnswered(session, carrier))
    #expect(carrier.count(.invite, at: 1) == 1)
  }

  @Test("When every SBC has refused, the last refusal is the end")
  func refusedEverywhere() throws {
    let carrier = Carrier(accounts: 1)
    carrier.refusals = [(0, .invite, 403, nil), (1, .invite, 500, nil)]
    let session = try call(carrier)
    #expect(carrier.takeEvents().contains(.ended(session, .status(500))))
    #expect(carrier.count(.invite, at: 0) == 1 && carrier.count(.invite, at: 1) == 1)
  }

  @Test("A centre that is busy has answered", arguments: [486, 603])
  func answeredBusy(code: UInt16) throws {
    let carrier = Carrier(accounts: 1)
    carrier.refusals = [(0, .invite, code, nil)]
    let session = try call(carrier)
    #expect(carrier.takeEvents().contains(.ended(session, .status(code))))
    #expect(carrier.count(.invite, at: 1) == 0)
  }

  @Test("Where every session is taken, the newest ordinary call makes room, never an emergency")
  func room() throws {
    let carrier = Carrier(accounts: 1)
    var calls = [try call(carrier)]
    while calls.count < UserAgent.sessionLimit { calls.append(try carrier.call(from: 1)) }
    let refused = carrier.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    #expect(refused == nil)
    _ = carrier.takeEvents()
    let session = try call(carrier)
    let events = carrier.takeEvents()
    #expect(events.contains(.ended(calls[calls.count - 1], .local)))
    #expect(events.contains { if case .answered(session, _) = $0 { true } else { false } })
    for _ in 2..<UserAgent.sessionLimit { _ = try call(carrier) }
    _ = carrier.takeEvents()
    #expect(
      carrier.act {
        $0.invite(
          from: 1, to: Text("110"), offer: Bench.offer, purpose: Self.police, now: $1, into: &$2)
      } == nil, "all of them are emergencies")
    #expect(!carrier.takeEvents().contains { if case .ended = $0 { true } else { false } })
  }
}
