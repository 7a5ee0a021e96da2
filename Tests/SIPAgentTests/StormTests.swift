import Base
import Testing

@testable import SIPAgent

/// Ten thousand boxes whose SBCs go and come back, as far as their machines decide.
@Suite("A district")
struct StormTests {
  private struct Box {
    var selection: SBCSelection
    var registration: Registration
    var random: RandomSource
    /// When the heartbeat or the REGISTER on its way counts as unanswered.
    var missedAt: [(at: Instant, place: Int)] = []
    var silentAt: Instant?

    var deadline: Instant? {
      let missed = missedAt.map { $0.at }.min()
      return soonest(soonest(selection.deadline, registration.deadline), soonest(missed, silentAt))
    }
  }

  /// What both SBCs got in each second.
  private struct Load {
    var heartbeats: [Int: Int] = [:]
    var registers: [Int: Int] = [:]
  }

  private let settings = HeartbeatSettings()

  @Test("After an hour without any SBC, ten thousand boxes come back within 60 s and evenly")
  func comeBack() {
    let count = 10_000
    let back = Instant.zero + .seconds(3_700)
    var load = Load()
    var registered: [Instant] = []
    for i in 0..<count {
      registered.append(live(seed: UInt64(i + 1), goneFrom: .zero + .seconds(100), back, &load))
    }
    let slowest = registered.map { ($0 - back).inMilliseconds }.max() ?? .max
    let provisioned = count / Int(settings.pause.inMilliseconds / 1_000)
    print("second after the return: heartbeats, REGISTERs of \(count) boxes at both SBCs")
    for second in 3_700..<3_765 {
      let (asked, sent) = (load.heartbeats[second] ?? 0, load.registers[second] ?? 0)
      if second % 5 == 0 { print("  \(second - 3_700) s: \(asked), \(sent)") }
    }
    let peak = load.registers.filter { $0.key >= 3_700 }.map { $0.value }.max() ?? 0
    print("the last box is registered \(slowest) ms after the return; at most \(peak) a second")
    #expect(slowest <= 60_000)
    // A box asks each of two SBCs once a pause, and the first that answers gets its REGISTER.
    #expect(peak <= 2 * provisioned * 12 / 10)
  }

  @Test("When power returns to ten thousand boxes, their first REGISTERs come evenly")
  func powerReturns() {
    let (count, spread) = (10_000, 30)
    var registers: [Int: Int] = [:]
    for i in 0..<count {
      var random = RandomSource(testSeed: UInt64(i + 1))
      // Boxes of one kind boot in nearly the same time.
      let start = Instant.zero + .milliseconds(Int64(random.next() % 500))
      var registration = Registration(
        expiresSeconds: 3_600, backOff: BackOff(), refusalPause: .seconds(1_200))
      registration.wait(until: start + BackOff.part(of: .seconds(Int64(spread)), using: &random))
      var wishes = Outbox<Registration.Output>(limit: 8)
      let due = registration.deadline ?? .zero
      registration.advance(to: due, into: &wishes)
      #expect(wishes.pending.contains(.sendRegister(expiresSeconds: 3_600)))
      registers[second(due), default: 0] += 1
    }
    let peak = registers.values.max() ?? 0
    print("second after the power: REGISTERs of \(count) boxes, sip register-spread \(spread)")
    for second in stride(from: 0, through: spread, by: 5) {
      print("  \(second) s: \(registers[second] ?? 0)")
    }
    print("at most \(peak) a second")
    #expect(peak <= count / spread * 12 / 10)
    #expect(registers.keys.max() ?? 0 <= spread)
  }

  /// One box's life; returns when it was registered after `back`.
  private func live(
    seed: UInt64, goneFrom gone: Instant, _ back: Instant, _ load: inout Load
  ) -> Instant {
    var random = RandomSource(testSeed: seed)
    var box = Box(
      selection: SBCSelection(count: 2, settings: settings),
      registration: Registration(
        expiresSeconds: 3_600, backOff: BackOff(), refusalPause: .seconds(1_200)),
      random: random.child())
    var now = Instant.zero
    box.selection.start(now: now, using: &box.random)
    var wishes = Outbox<Registration.Output>(limit: 8)
    box.registration.start(into: &wishes)
    settle(&box, &wishes, isThere: true, now, &load)
    while let next = box.deadline, next < back + .seconds(120) {
      now = max(now, next)
      step(&box, isThere: now < gone || now >= back, now, &load)
      if now >= back, box.registration.status == .registered { return now }
    }
    return now
  }

  private func step(_ box: inout Box, isThere: Bool, _ now: Instant, _ load: inout Load) {
    var words = Outbox<SBCSelection.Output>(limit: 16)
    var wishes = Outbox<Registration.Output>(limit: 8)
    for missed in box.missedAt where missed.at <= now {
      box.selection.missed(missed.place, now: now, into: &words)
    }
    box.missedAt.removeAll { $0.at <= now }
    if let due = box.silentAt, due <= now {
      box.silentAt = nil
      box.registration.receive(
        .failed(.timeout, retryAfterSeconds: 0), now: now, using: &box.random, into: &wishes)
    }
    box.selection.advance(to: now, into: &words)
    box.registration.advance(to: now, into: &wishes)
    while !words.pending.isEmpty {
      for word in words.drain() {
        switch word {
        case .ask(let place):
          load.heartbeats[second(now), default: 0] += 1
          if isThere {
            box.selection.answered(place, now: now, into: &words)
          } else {
            box.missedAt.append((now + settings.patience, place))
          }
        case .resumed, .moved:
          box.registration.renew(into: &wishes)
        case .failed, .returned:
          break
        }
      }
    }
    settle(&box, &wishes, isThere: isThere, now, &load)
  }

  private func settle(
    _ box: inout Box, _ wishes: inout Outbox<Registration.Output>, isThere: Bool, _ now: Instant,
    _ load: inout Load
  ) {
    while !wishes.pending.isEmpty {
      for wish in wishes.drain() {
        guard case .sendRegister(let seconds) = wish else { continue }
        load.registers[second(now), default: 0] += 1
        if isThere {
          box.silentAt = nil
          box.registration.receive(
            .accepted(expiresSeconds: seconds), now: now, using: &box.random, into: &wishes)
        } else {
          box.silentAt = now + .seconds(32)
        }
      }
    }
  }

  private func second(_ now: Instant) -> Int { Int((now - .zero).inMilliseconds / 1_000) }
}
