import Base
import Call
import MediaControl
import SIPAgent
import Testing

@Suite("Random walks of a port")
struct PortWalkTests {
  @Test("Nothing traps and nothing sticks", arguments: UInt64(1)...300)
  func walk(seed: UInt64) throws {
    var dice = RandomSource(testSeed: seed)
    var bench = try PortBench(
      label: "seed \(seed)", map: seed % 2 == 0 ? chinesePlan : "x.T", lamp: seed % 3 == 0)
    for _ in 0..<300 { step(&bench, &dice) }
    bench.expectNothingLeft()
  }

  @Test("The walks go everywhere")
  func coverage() throws {
    var stages: Set<PortStage> = []
    var ends: [String] = []
    for seed: UInt64 in 1...80 {
      var dice = RandomSource(testSeed: seed)
      var bench = try PortBench(label: "seed \(seed)")
      for _ in 0..<300 {
        step(&bench, &dice)
        stages.insert(bench.stage)
      }
      ends += bench.records.map { "\($0.end)" }
    }
    #expect(stages == Set(PortStage.allCases))
    #expect(Set(ends).isSuperset(of: ["hungUp", "noAnswer", "incompatible", "refusedHere"]))
    #expect(ends.count > 300)
  }

  private static let tests: [PortTest] = [.watch, .ring, .tone, .probe(.loopback)]

  private func step(_ bench: inout PortBench, _ dice: inout RandomSource) {
    let waits: [Int64] = [0, 0, 10, 60, 60, 200, 200, 700, 3_000, 3_000, 15_000, 70_000]
    let ms = bench.now.nanoseconds / 1_000_000 + waits[Int.random(in: 0..<12, using: &dice)]
    let before = bench.startedCalls
    switch Int.random(in: 0..<16, using: &dice) {
    case 0, 1: _ = bench.loop(.closed, ms)
    case 2: _ = bench.loop(.open, ms)
    case 3:
      _ = bench.loop(.closed, ms)
      for key in "110#" { _ = bench.digit(key, ms) }
    case 4:
      let keys = Array("1105*#86")
      for _ in 0..<Int.random(in: 1...4, using: &dice) {
        _ = bench.digit(keys[Int.random(in: 0..<8, using: &dice)], ms)
      }
    case 5: _ = bench.tell(media(&bench, &dice), ms)
    case 6: bench.happen(.incoming)
    case 7: _ = bench.run(to: ms)
    case 8: bench.happen(Int.random(in: 0..<20, using: &dice) == 0 ? .cardLost : .cardReturned)
    case 9: _ = bench.test(Self.tests[Int.random(in: 0..<4, using: &dice)], ms)
    case 10: _ = bench.endTest(ms)
    case 11:
      let isWaiting = Int.random(in: 0..<2, using: &dice) == 0
      _ = bench.tell(.messages(1, MessageSummary(isWaiting: isWaiting)), ms)
    default: _ = bench.tell(session(&bench, &dice), ms)
    }
    // The user agent answers most INVITEs in the same turn, some late, some never.
    guard bench.startedCalls > before, bench.stage == .calling, bench.session == nil else { return }
    switch Int.random(in: 0..<8, using: &dice) {
    case 0: _ = bench.invited(nil, bench.now.nanoseconds / 1_000_000)
    case 1: _ = bench.loop(.open, bench.now.nanoseconds / 1_000_000)
    case 2: break
    default: _ = bench.invited(bench.newSession(), bench.now.nanoseconds / 1_000_000)
    }
  }

  private func media(_ bench: inout PortBench, _ dice: inout RandomSource) -> MediaEvent {
    if bench.silentStreams > 0, Bool.random(using: &dice) {
      return .streamClosed(1, StreamStatistics())
    }
    let port = UInt8.random(in: 1...2, using: &dice)
    switch Int.random(in: 0..<6, using: &dice) {
    case 0: return .streamStarted(port)
    case 5: return .dataHeard(port, Bool.random(using: &dice) ? .fax : .modem)
    case 1: return .callerIDSent(port)
    case 2: return .digit(port, UInt8.random(in: 0...255, using: &dice), at: bench.now)
    case 3: return .streamReport(port, StreamStatistics())
    default: return .periodsMissed(1)
    }
  }

  /// Something that the user agent could say of a session that lives, or of one that does not.
  private func session(_ bench: inout PortBench, _ dice: inout RandomSource) -> UserAgentOutput {
    let descriptions: [Text] = [[], remote(), remote(version: 2, direction: "inactive"), foreign]
    let text = descriptions[Int.random(in: 0..<4, using: &dice)]
    let ghost = SessionNumber(rawValue: 1_000_000)
    let session = Int.random(in: 0..<8, using: &dice) > 0 ? bench.session ?? ghost : ghost
    switch Int.random(in: 0..<13, using: &dice) {
    case 12: return .offerRefused(session, code: Bool.random(using: &dice) ? 491 : 488)
    case 0, 9, 10: return .progress(session, code: 180, description: text)
    case 1: return .progress(session, code: 183, description: text)
    case 2, 3: return .answered(session, description: text)
    case 4: return .offered(session, description: text)
    case 5: return .offerAccepted(session, description: text)
    case 6: return .ended(session, .status(UInt16.random(in: 300...699, using: &dice)))
    case 7: return .registration(1, Bool.random(using: &dice) ? .registered : .unregistered)
    default: return .confirmed(session)
    }
  }
}
