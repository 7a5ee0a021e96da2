import Base
import Testing

@testable import SIPAgent

/// Ten thousand boxes whose SBCs go and come back, as far as their machines decide.
@Suite("A district")
struct StormTests {
  private struct Box {
    var selection: SBCSelection
    /// One for each port.
    var registrations: [Registration]
    var random: RandomSource
    /// When the heartbeat on its way counts as unanswered.
    var missedAt: [(at: Instant, place: Int)] = []
    /// When the REGISTERs on their way do.
    var silentAt: [Instant?]

    init(ports: Int, settings: HeartbeatSettings, random: RandomSource) {
      selection = SBCSelection(count: 2, settings: settings)
      let registration = Registration(
        expiresSeconds: 3_600, backOff: BackOff(), refusalPause: .seconds(1_200))
      registrations = [Registration](repeating: registration, count: ports)
      silentAt = [Instant?](repeating: nil, count: ports)
      self.random = random
    }

    var deadline: Instant? {
      var first = soonest(selection.deadline, missedAt.map { $0.at }.min())
      for i in registrations.indices {
        first = soonest(first, soonest(registrations[i].deadline, silentAt[i]))
      }
      return first
    }

    var isRegistered: Bool { registrations.allSatisfy { $0.status == .registered } }
  }

  /// What each SBC got in each second.
  private struct Load {
    private var heartbeats = [[Int: Int]](repeating: [:], count: 2)
    private var registers = [[Int: Int]](repeating: [:], count: 2)

    mutating func countHeartbeat(at place: Int, second: Int) {
      heartbeats[place][second, default: 0] += 1
    }

    mutating func countRegisters(_ count: Int, at place: Int, second: Int) {
      registers[place][second, default: 0] += count
    }

    func row(_ second: Int) -> String {
      (0..<2).map { "\(heartbeats[$0][second] ?? 0) + \(registers[$0][second] ?? 0)" }
        .joined(separator: ", ")
    }

    func mostHeartbeats(from second: Int) -> Int { most(heartbeats, from: second) }
    func mostRegisters(from second: Int) -> Int { most(registers, from: second) }

    private func most(_ counts: [[Int: Int]], from second: Int) -> Int {
      counts.flatMap { $0.filter { $0.key >= second }.map { $0.value } }.max() ?? 0
    }
  }

  private let settings = HeartbeatSettings()

  /// What a rate is provisioned for: the even one, and five deviations of chance for boxes that each
  /// send `burst` messages together.
  private func provisioned(boxes: Int, seconds: Int, burst: Int) -> Int {
    let even = Double(boxes) / Double(seconds)
    return Int((even + 5 * even.squareRoot()) * Double(burst))
  }

  @Test("After an hour without any SBC, ten thousand boxes come back within 60 s and evenly")
  func comeBack() {
    let (count, ports) = (10_000, 4)
    let (gone, back) = (Instant.zero + .seconds(100), Instant.zero + .seconds(3_700))
    var load = Load()
    var slowest: Int64 = 0
    for i in 0..<count {
      let at = live(seed: UInt64(i + 1), ports: ports, goneFrom: gone, back, &load)
      slowest = max(slowest, (at - back).inMilliseconds)
    }
    print("second after the return: what each of two SBCs gets, OPTIONS + REGISTERs;")
    print("\(count) boxes of \(ports) ports, two REGISTERs a port (401, 200)")
    for second in stride(from: 0, to: 150, by: 10) {
      print("  \(second) s: \(load.row(second + 3_700))")
    }
    let pause = Int(settings.pause.inMilliseconds / 1_000)
    let (asked, sent) = (load.mostHeartbeats(from: 3_700), load.mostRegisters(from: 3_700))
    let heartbeats = provisioned(boxes: count, seconds: pause, burst: 1)
    let registers = provisioned(boxes: count, seconds: pause, burst: 2 * ports)
    print("the last box is registered \(slowest) ms after the return")
    print("OPTIONS a second at one SBC: at most \(asked), provisioned \(heartbeats)")
    print("REGISTERs a second at one SBC: at most \(sent), provisioned \(registers)")
    #expect(slowest <= 60_000)
    #expect(asked <= heartbeats)
    #expect(sent <= registers)
    #expect(sent > count * ports * 2 / (4 * pause))
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

  /// One box's life; returns when its ports were all registered after `back`.
  private func live(
    seed: UInt64, ports: Int, goneFrom gone: Instant, _ back: Instant, _ load: inout Load
  ) -> Instant {
    var random = RandomSource(testSeed: seed)
    var box = Box(ports: ports, settings: settings, random: random.child())
    var now = Instant.zero
    box.selection.start(now: now, using: &box.random)
    for i in box.registrations.indices {
      var wishes = Outbox<Registration.Output>(limit: 8)
      box.registrations[i].start(into: &wishes)
      settle(&box, i, &wishes, isThere: true, now, &load)
    }
    var registeredAt: Instant?
    while let next = box.deadline, next < back + .seconds(150) {
      now = max(now, next)
      step(&box, isThere: now < gone || now >= back, now, &load)
      if now >= back, registeredAt == nil, box.isRegistered { registeredAt = now }
    }
    return registeredAt ?? now
  }

  private func step(_ box: inout Box, isThere: Bool, _ now: Instant, _ load: inout Load) {
    var words = Outbox<SBCSelection.Output>(limit: 16)
    for missed in box.missedAt where missed.at <= now {
      box.selection.missed(missed.place, now: now, into: &words)
    }
    box.missedAt.removeAll { $0.at <= now }
    box.selection.advance(to: now, into: &words)
    let isToRenew = ask(&box, &words, isThere: isThere, now, &load)
    for i in box.registrations.indices {
      var wishes = Outbox<Registration.Output>(limit: 8)
      if let due = box.silentAt[i], due <= now {
        box.silentAt[i] = nil
        box.registrations[i].receive(
          .failed(.timeout, retryAfterSeconds: 0), now: now, using: &box.random, into: &wishes)
      }
      box.registrations[i].advance(to: now, into: &wishes)
      if isToRenew { box.registrations[i].renew(into: &wishes) }
      settle(&box, i, &wishes, isThere: isThere, now, &load)
    }
  }

  /// Does what the selection wants; returns whether every port is to register again.
  private func ask(
    _ box: inout Box, _ words: inout Outbox<SBCSelection.Output>, isThere: Bool, _ now: Instant,
    _ load: inout Load
  ) -> Bool {
    var isToRenew = false
    while !words.pending.isEmpty {
      for word in words.drain() {
        switch word {
        case .ask(let place):
          load.countHeartbeat(at: place, second: second(now))
          if isThere {
            box.selection.answered(place, now: now, into: &words)
          } else {
            box.missedAt.append((now + settings.patience, place))
          }
        case .resumed, .moved:
          isToRenew = true
        case .failed, .returned:
          break
        }
      }
    }
    return isToRenew
  }

  private func settle(
    _ box: inout Box, _ i: Int, _ wishes: inout Outbox<Registration.Output>, isThere: Bool,
    _ now: Instant, _ load: inout Load
  ) {
    while !wishes.pending.isEmpty {
      for wish in wishes.drain() {
        guard case .sendRegister(let seconds) = wish else { continue }
        let place = box.selection.serving
        if isThere {
          load.countRegisters(2, at: place, second: second(now))
          box.silentAt[i] = nil
          box.registrations[i].receive(
            .accepted(expiresSeconds: seconds), now: now, using: &box.random, into: &wishes)
        } else {
          load.countRegisters(1, at: place, second: second(now))
          box.silentAt[i] = now + .seconds(32)
        }
      }
    }
  }

  private func second(_ now: Instant) -> Int { Int((now - .zero).inMilliseconds / 1_000) }
}
