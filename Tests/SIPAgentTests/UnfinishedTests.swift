import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("A re-INVITE that gets 100 and no more")
struct UnfinishedTests {
  /// A call whose re-INVITE the SBC has only said 100 to.
  private func reinvited() throws -> (Carrier, SessionNumber) {
    let carrier = Carrier(accounts: 1, servers: [Carrier.servers[0]])
    let session = try carrier.call(from: 1)
    carrier.pass(.seconds(40))
    carrier.refusals = [(0, .invite, 100, nil)]
    let isSent = carrier.act {
      $0.reoffer(session, offer: Bench.offer + Text("a=sendonly\r\n"), now: $1, into: &$2)
    }
    #expect(isSent)
    carrier.pass(.seconds(1))
    _ = carrier.takeEvents()
    return (carrier, session)
  }

  @Test("It is forgotten after the call")
  func afterTheCall() throws {
    let (carrier, session) = try reinvited()
    carrier.act { $0.hangUp(session, now: $1, into: &$2) }
    carrier.pass(.seconds(100))
    #expect(carrier.agent.rememberedCount > 0, "its answer may still come")
    carrier.pass(.seconds(150))
    #expect(carrier.agent.rememberedCount == 0)
  }

  @Test("It ends the call after Timer C and 64*T1, as a 408 would")
  func duringTheCall() throws {
    let (carrier, session) = try reinvited()
    carrier.pass(.seconds(210))
    #expect(carrier.takeEvents().isEmpty)
    carrier.pass(.seconds(2))
    #expect(carrier.takeEvents().contains(.ended(session, .dialogLost)))
    carrier.pass(.seconds(40))
    #expect(carrier.agent.rememberedCount == 0)
  }
}
