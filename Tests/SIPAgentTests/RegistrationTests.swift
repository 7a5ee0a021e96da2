import Base
import Testing

@testable import SIPAgent

/// Drives one registration along a time line in virtual time.
struct RegistrationLine {
  var machine: Registration
  var out = Outbox<Registration.Output>(limit: 8)
  var random: RandomSource
  var now = Instant.zero

  init(expires: UInt32 = 3_600, seed: UInt64 = 1) {
    machine = Registration(
      expiresSeconds: expires, backOff: BackOff(), refusalPause: .seconds(1_200))
    random = RandomSource(testSeed: seed)
  }

  mutating func start() -> [Registration.Output] {
    machine.start(into: &out)
    return out.drain()
  }

  mutating func stop() -> [Registration.Output] {
    machine.stop(into: &out)
    return out.drain()
  }

  mutating func answer(_ answer: Registration.Answer) -> [Registration.Output] {
    machine.receive(answer, now: now, using: &random, into: &out)
    return out.drain()
  }

  /// Jumps to the next deadline; returns how many seconds that took and what came of it.
  mutating func next() -> (seconds: Double, [Registration.Output]) {
    guard let deadline = machine.deadline else { return (-1, []) }
    let pause = deadline - now
    now = deadline
    machine.advance(to: now, into: &out)
    return (Double(pause.inMilliseconds) / 1_000, out.drain())
  }
}

@Suite("Registration")
struct RegistrationTests {
  @Test(
    "Not every reason wakes who pauses or is barred",
    arguments: [
      (Registration.Renewal.asked, 1, 1), (.moved, 1, 0), (.lost, 0, 0),
    ])
  func renewal(_ reason: Registration.Renewal, pausing: Int, barred: Int) {
    func sent(_ line: inout RegistrationLine) -> Int {
      line.machine.renew(reason, into: &line.out)
      return line.out.drain().count { if case .sendRegister = $0 { true } else { false } }
    }
    var line = RegistrationLine()
    _ = line.start()
    _ = line.answer(.failed(.refused(503), retryAfterSeconds: 60))
    #expect(sent(&line) == pausing)
    // A way that is new, and only that, forgives what has failed.
    #expect(line.machine.failures == (reason == .asked ? 0 : 1))
    line = RegistrationLine()
    _ = line.start()
    _ = line.answer(.accepted(expiresSeconds: 600))
    #expect(sent(&line) == 1)
    _ = line.answer(.accepted(expiresSeconds: 600))
    line.machine.receive(
      .stop(endsCalls: false), now: line.now, using: &line.random, into: &line.out)
    _ = line.out.drain()
    #expect(sent(&line) == barred)
  }

  /// TS 24.229 §5.1.1.4.1: half of it up to 1,200 s, otherwise 600 s before the end.
  static let lifetimes: [(granted: UInt32, refresh: Double)] = [
    (1, 1), (60, 30), (600, 300), (1_200, 600), (1_201, 601), (3_600, 3_000),
    (600_000, 599_400), (4_294_967_295, 4_294_966_695),
  ]

  @Test("It refreshes in time", arguments: lifetimes)
  func refresh(_ granted: UInt32, _ seconds: Double) {
    var line = RegistrationLine()
    #expect(line.start() == [.changed(.registering), .sendRegister(expiresSeconds: 3_600)])
    #expect(line.answer(.accepted(expiresSeconds: granted)) == [.changed(.registered)])
    let (pause, seen) = line.next()
    #expect(pause == seconds)
    #expect(seen == [.sendRegister(expiresSeconds: 3_600)])
    #expect(line.answer(.accepted(expiresSeconds: granted)) == [])
  }

  @Test("A registrar that wants a longer interval gets it, at most three times")
  func intervalTooBrief() {
    var line = RegistrationLine(expires: 60)
    _ = line.start()
    for seconds: UInt32 in [120, 240, 480] {
      let seen = line.answer(.intervalTooBrief(minimumSeconds: seconds))
      #expect(seen == [.sendRegister(expiresSeconds: seconds)])
    }
    let end = line.answer(.intervalTooBrief(minimumSeconds: 960))
    #expect(end == [.changed(.failed(.refused(423)))])
    var same = RegistrationLine(expires: 60)
    _ = same.start()
    let refused = same.answer(.intervalTooBrief(minimumSeconds: 60))
    #expect(refused == [.changed(.failed(.refused(423)))])
  }

  @Test("Silence: W = min(1800, 30 * 2^n), half of it to all of it, for ever (RFC 5626 §4.5)")
  func silence() {
    let bounds: [Double] = [60, 120, 240, 480, 960, 1_800, 1_800, 1_800]
    var spreads: [Double] = []
    for seed in UInt64(1)...50 {
      var line = RegistrationLine(seed: seed)
      _ = line.start()
      let failure = Registration.Answer.failed(.timeout, retryAfterSeconds: 0)
      #expect(line.answer(failure) == [.changed(.failed(.timeout))])
      for bound in bounds + [Double](repeating: 1_800, count: 200) {
        let (pause, seen) = line.next()
        #expect(pause >= bound / 2 - 0.001 && pause <= bound, "seed \(seed)")
        #expect(seen == [.sendRegister(expiresSeconds: 3_600)], "seed \(seed)")
        spreads.append(pause / bound)
        #expect(line.answer(failure) == [], "the same failure is no change")
      }
      #expect(line.answer(.accepted(expiresSeconds: 3_600)) == [])
      #expect(line.next().1 == [.sendRegister(expiresSeconds: 3_600)])
    }
    let mean = spreads.reduce(0, +) / Double(spreads.count)
    #expect(abs(mean - 0.75) < 0.01, "uniform between a half and one")
    #expect((spreads.min() ?? 1) < 0.505)
    #expect((spreads.max() ?? 0) > 0.995)
  }

  /// What the registrar says, and the shortest and the longest pause that follows.
  static let refusals: [(failure: RegistrationFailure, retryAfter: UInt32, Double, Double)] = [
    (.refused(403), 0, 600, 1_200), (.refused(404), 0, 600, 1_200),
    (.credentials, 0, 600, 1_200), (.unsupportedChallenge, 0, 600, 1_200),
    (.refused(603), 0, 600, 1_200), (.refused(503), 0, 30, 60), (.refused(500), 0, 30, 60),
    (.refused(408), 0, 30, 60), (.refused(480), 0, 30, 60), (.refused(302), 0, 30, 60),
    (.refused(503), 300, 300, 300), (.refused(503), 5, 30, 60),
    (.refused(403), 3_600, 3_600, 3_600), (.refused(503), .max, 86_400, 86_400),
  ]

  @Test("Each refusal has its pause", arguments: refusals)
  func refused(
    _ failure: RegistrationFailure, _ retryAfter: UInt32, _ shortest: Double, _ longest: Double
  ) {
    var line = RegistrationLine()
    _ = line.start()
    let seen = line.answer(.failed(failure, retryAfterSeconds: retryAfter))
    #expect(seen == [.changed(.failed(failure))])
    let (pause, next) = line.next()
    #expect(pause >= shortest - 0.001 && pause <= longest)
    #expect(next == [.sendRegister(expiresSeconds: 3_600)])
  }

  @Test("A refresh that fails leaves the binding alive until it expires")
  func bindingOutlivesFailure() {
    var line = RegistrationLine()
    _ = line.start()
    _ = line.answer(.accepted(expiresSeconds: 120))
    #expect(line.next().1 == [.sendRegister(expiresSeconds: 3_600)])
    line.now = line.now + .seconds(32)
    #expect(line.answer(.failed(.timeout, retryAfterSeconds: 40)) == [])
    #expect(line.machine.status == .registered)
    let (pause, seen) = line.next()
    #expect(pause == 28)
    #expect(seen == [.changed(.failed(.timeout))])
    #expect(line.next().1 == [.sendRegister(expiresSeconds: 3_600)])
    #expect(line.answer(.accepted(expiresSeconds: 120)) == [.changed(.registered)])
  }

  @Test("A refusal ends the binding at once")
  func refusalEndsBinding() {
    var line = RegistrationLine()
    _ = line.start()
    _ = line.answer(.accepted(expiresSeconds: 120))
    _ = line.next()
    let seen = line.answer(.failed(.refused(403), retryAfterSeconds: 0))
    #expect(seen == [.changed(.failed(.refused(403)))])
  }

  @Test("A 2xx without a binding is a failure")
  func empty() {
    var line = RegistrationLine()
    _ = line.start()
    #expect(line.answer(.accepted(expiresSeconds: 0)) == [.changed(.failed(.refused(200)))])
  }

  @Test("Giving back asks for zero and ends with whatever answer")
  func stop() {
    var line = RegistrationLine()
    _ = line.start()
    _ = line.answer(.accepted(expiresSeconds: 60))
    #expect(line.stop() == [.sendRegister(expiresSeconds: 0)])
    #expect(line.machine.deadline == nil)
    #expect(
      line.answer(.failed(.timeout, retryAfterSeconds: 0)) == [.changed(.unregistered), .left])
    #expect(line.stop() == [])
    var idle = RegistrationLine()
    #expect(idle.stop() == [.left])
    var failed = RegistrationLine()
    _ = failed.start()
    _ = failed.answer(.failed(.timeout, retryAfterSeconds: 0))
    #expect(failed.stop() == [.changed(.unregistered), .left])
  }
}
