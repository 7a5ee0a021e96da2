import Base
import SIPSyntax
import Testing

@testable import SIPAgent

@Suite("An SBC that is there and does not serve")
struct UnableServerTests {
  @Test(
    "REGISTER is refused, or gets 100 and nothing more: the other SBC serves for some minutes",
    arguments: [100, 408, 503, 504] as [UInt16])
  func registrar(code: UInt16) {
    let carrier = Carrier(accounts: 2)
    carrier.refusals = [(0, .register, code, code == 503 ? "300" : nil)]
    carrier.act { $0.registerAgain(now: $1, into: &$2) }
    carrier.pass(.seconds(code == 100 ? 33 : 1))
    #expect(carrier.agent.server == Carrier.servers[1])
    #expect(carrier.isRegistered)
    // What the one refused is no failure of what the other one has accepted.
    #expect(carrier.agent.registrations.allSatisfy { $0.failures == 0 })
    carrier.refusals = []
    carrier.pass(.seconds(290))
    #expect(carrier.agent.server == Carrier.servers[1])
    carrier.pass(.seconds(130))
    #expect(carrier.agent.server == Carrier.servers[0])
  }

  @Test(
    "When no SBC has a way to the registrar, the pauses grow over both of them",
    arguments: [503, 504] as [UInt16])
  func nobody(code: UInt16) {
    let carrier = Carrier(accounts: 1)
    carrier.refusals = [(0, .register, code, nil), (1, .register, code, nil)]
    carrier.act { $0.registerAgain(now: $1, into: &$2) }
    carrier.pass(.seconds(4 * 3_600))
    let late = carrier.requests.filter {
      $0.method == .register && $0.at >= .zero + .seconds(2 * 3_600)
    }
    #expect((2...24).contains(late.count), "\(late.count) in two hours")
  }

  @Test("What only one account gets moves the others once, and then no more")
  func ownTrouble() {
    let carrier = Carrier(accounts: 3)
    carrier.refusedNumber = "1002"
    carrier.refusals = [(0, .register, 504, nil), (1, .register, 504, nil)]
    carrier.act { $0.registerAgain(now: $1, into: &$2) }
    carrier.pass(.seconds(3_600))
    _ = carrier.takeEvents()
    #expect(carrier.agent.server == Carrier.servers[0])
    carrier.pass(.seconds(4 * 3_600))
    let moves = carrier.takeEvents().count {
      if case .note(.serverChosen) = $0 { true } else { false }
    }
    #expect(moves == 0)
    #expect(carrier.agent.registrations.count { $0.status == .registered } == 2)
  }

  @Test("A heartbeat that gets 100 and nothing more is a missed one")
  func heartbeat() {
    let carrier = Carrier(accounts: 1)
    carrier.refusals = [(0, .options, 100, nil)]
    carrier.pass(.seconds(300))
    #expect(carrier.agent.server == Carrier.servers[1])
    carrier.refusals = []
    carrier.pass(.seconds(300))
    #expect(carrier.agent.server == Carrier.servers[0])
  }

  @Test("The SBC that serves has failed when the list grows: the new one serves")
  func listGrows() {
    var settings = HeartbeatSettings()
    settings.isForOne = true
    var random = RandomSource(testSeed: 1)
    var out = Outbox<SBCSelection.Output>(limit: 16)
    var selection = SBCSelection(count: 1, settings: settings)
    selection.start(now: .zero, using: &random)
    #expect(selection.replaced(by: [0, nil], now: .zero, using: &random).serving == 0)
    for _ in 0..<settings.missesAllowed { selection.missed(0, now: .zero, into: &out) }
    #expect(selection.hasFailed(0))
    #expect(selection.replaced(by: [0, nil], now: .zero, using: &random).serving == 1)
    #expect(selection.replaced(by: [nil, 0], now: .zero, using: &random).serving == 0)
    #expect(selection.replaced(by: [0], now: .zero, using: &random).serving == 0)
  }
}
