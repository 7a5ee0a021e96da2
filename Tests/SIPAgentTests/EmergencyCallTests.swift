import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Emergency calls (RFC 5031)")
struct EmergencyCallTests {
  private static let police = CallPurpose(emergencyService: Text("sos.police"))

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
