import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Two user agents over a bad network")
struct NetworkTests {
  /// What one side knows of its sessions from its events alone.
  private struct Ledger {
    var alive: [SessionNumber] = []
    var pending: [SessionNumber] = []
    var offered: [SessionNumber] = []
    var begun = 0
    var answered = 0
    var ended: [SessionNumber: Int] = [:]

    mutating func read(_ events: [UserAgentOutput]) {
      for event in events {
        switch event {
        case .incoming(let session, _, _, _):
          begin(session)
          pending.append(session)
        case .offered(let session, _): offered.append(session)
        case .answered: answered += 1
        case .ended(let session, _, _):
          ended[session, default: 0] += 1
          alive.removeAll { $0 == session }
          pending.removeAll { $0 == session }
          offered.removeAll { $0 == session }
        case .send, .sendByStream, .registration, .progress, .emergency, .confirmed, .offerAccepted,
          .offerRefused, .note,
          .referred, .transfer, .replacing, .messages, .dialTone, .stopped:
          break
        }
      }
    }

    mutating func begin(_ session: SessionNumber) {
      begun += 1
      alive.append(session)
    }
  }

  @Test("Every session ends exactly once and nothing is left", arguments: UInt64(1)...200)
  func simulation(seed: UInt64) {
    let network = Network(
      seed: seed, lossPercent: Int(seed % 4) * 12, repeatPercent: Int(seed % 3) * 10)
    var ledgers = [Ledger(), Ledger()]
    for i in 0...1 { network.act(i) { $0.start(now: $1, into: &$2) } }
    for _ in 0..<80 {
      let i = network.pick(0...1)
      step(network, i, &ledgers[i])
      network.pass(.milliseconds(Int64(network.pick(0...1_500))))
      for j in 0...1 { ledgers[j].read(network.benches[j].takeEvents()) }
    }
    for i in 0...1 { hangUpAll(network, i, ledgers[i]) }
    network.pass(.seconds(140))
    for i in 0...1 {
      ledgers[i].read(network.benches[i].takeEvents())
      // A caller that never heard a 1xx may not cancel; its callee rings until its user gives up.
      let stages = network.benches[i].agent.sessions.map { $0.stage }
      #expect(stages.allSatisfy { $0 == .called }, "seed \(seed)")
      hangUpAll(network, i, ledgers[i])
    }
    network.pass(.seconds(70))
    for i in 0...1 {
      ledgers[i].read(network.benches[i].takeEvents())
      let agent = network.benches[i].agent
      #expect(ledgers[i].alive.isEmpty, "seed \(seed)")
      #expect(ledgers[i].ended.count == ledgers[i].begun, "seed \(seed)")
      #expect(ledgers[i].ended.values.allSatisfy { $0 == 1 }, "seed \(seed)")
      #expect(agent.sessions.isEmpty, "seed \(seed)")
      #expect(agent.rememberedCount <= 2, "seed \(seed): only a REGISTER may be on its way")
      #expect(agent.counters[.malformed] + agent.counters[.badRequest] == 0, "seed \(seed)")
    }
    if seed % 4 == 0 {
      let answered = ledgers[0].answered + ledgers[1].answered
      #expect(answered > 0, "seed \(seed): calls come through a network without loss")
      #expect(network.benches[0].agent.registrations[0].status == .registered)
    }
    stop(network, seed: seed)
  }

  private func hangUpAll(_ network: Network, _ i: Int, _ ledger: Ledger) {
    for session in ledger.alive {
      network.act(i) { $0.hangUp(session, now: $1, into: &$2) }
    }
  }

  /// One thing that a subscriber may do now.
  private func step(_ network: Network, _ i: Int, _ ledger: inout Ledger) {
    let pending = ledger.pending.first
    switch network.pick(0...9) {
    case 0...2:
      guard ledger.alive.count < 6 else { return }
      let other = Text(Network.users[1 - i].utf8)
      let account = AccountNumber(i + 1)
      let offer = network.chance(80) ? Bench.offer : []
      let session = network.act(i) {
        $0.invite(from: account, to: other, offer: offer, now: $1, into: &$2)
      }
      if let session { ledger.begin(session) }
    case 3:
      if let pending { network.act(i) { $0.ring(pending, offer: Bench.offer, now: $1, into: &$2) } }
    case 4...5:
      guard let pending else { return }
      network.act(i) { $0.answer(pending, description: Bench.offer, now: $1, into: &$2) }
      ledger.pending.removeFirst()
    case 6:
      guard let pending else { return }
      network.act(i) { $0.reject(pending, code: 486, now: $1, into: &$2) }
    case 7:
      guard !ledger.alive.isEmpty else { return }
      let session = ledger.alive[network.pick(0...ledger.alive.count - 1)]
      network.act(i) { $0.hangUp(session, now: $1, into: &$2) }
    case 8:
      guard let session = ledger.alive.first else { return }
      _ = network.act(i) { $0.reoffer(session, offer: Bench.offer, now: $1, into: &$2) }
    default:
      guard let session = ledger.offered.popLast() else { return }
      let isWelcome = network.chance(70)
      network.act(i) {
        if isWelcome {
          $0.acceptOffer(session, description: Bench.offer, now: $1, into: &$2)
        } else {
          $0.refuseOffer(session, code: 488, now: $1, into: &$2)
        }
      }
    }
  }

  private func stop(_ network: Network, seed: UInt64) {
    for i in 0...1 { network.act(i) { $0.stop(now: $1, into: &$2) } }
    network.pass(.seconds(5))
    for bench in network.benches {
      #expect(bench.takeEvents().last == .stopped, "seed \(seed)")
      #expect(bench.isClean, "seed \(seed)")
      #expect(bench.agent.deadline == nil, "seed \(seed)")
    }
  }
}
