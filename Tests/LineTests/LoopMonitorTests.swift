import Base
import Line
import Testing

/// Drives one monitor along a time line, as the event loop would.
private struct Loop {
  private var monitor: LoopMonitor
  private var out = Outbox<HookEvent>(limit: 4)

  init(flashMs: ClosedRange<Int> = 90...500, dialling: Bool) {
    monitor = LoopMonitor(timing: LoopTiming(flashMs: flashMs))
    monitor.acceptsPulses = dialling
    monitor.observe(.closed, now: .zero, into: &out)
    _ = out.drain()
  }

  mutating func run(to ms: Int64) -> [HookEvent] {
    var seen: [HookEvent] = []
    while let deadline = monitor.deadline, deadline <= at(ms) {
      monitor.advance(to: deadline, into: &out)
      seen += out.drain()
    }
    return seen
  }

  mutating func edge(_ edge: LoopEdge, _ ms: Int64) -> [HookEvent] {
    let before = run(to: ms)
    monitor.observe(edge, now: at(ms), into: &out)
    return before + out.drain()
  }

  mutating func setDialling(_ dialling: Bool) { monitor.acceptsPulses = dialling }

  /// A dial sends a digit from `ms` on with 61 ms breaks and 39 ms makes.
  mutating func pulse(_ count: Int, from ms: Int64) -> [HookEvent] {
    var seen: [HookEvent] = []
    for i in 0..<Int64(count) {
      seen += edge(.open, ms + 100 * i)
      seen += edge(.closed, ms + 100 * i + 61)
    }
    return seen
  }
}

@Suite("Loop monitor")
struct LoopMonitorTests {
  struct Break: Sendable {
    var flashMs = 90...500
    var dialling: Bool
    var ms: Int64
    var meaning: [HookEvent]
  }

  static let breaks: [Break] = [
    Break(dialling: false, ms: 1, meaning: []),
    Break(dialling: false, ms: 61, meaning: []),
    Break(dialling: false, ms: 89, meaning: []),
    Break(dialling: false, ms: 90, meaning: [.hookFlash]),
    Break(dialling: false, ms: 499, meaning: [.hookFlash]),
    Break(dialling: false, ms: 500, meaning: [.onHook, .offHook]),
    Break(dialling: true, ms: 14, meaning: []),
    Break(dialling: true, ms: 15, meaning: [.pulseStart, .pulseDigit(UInt8(ascii: "1"))]),
    Break(dialling: true, ms: 61, meaning: [.pulseStart, .pulseDigit(UInt8(ascii: "1"))]),
    Break(dialling: true, ms: 120, meaning: [.pulseStart, .pulseDigit(UInt8(ascii: "1"))]),
    Break(dialling: true, ms: 121, meaning: [.hookFlash]),
    Break(dialling: true, ms: 500, meaning: [.onHook, .offHook]),
    Break(flashMs: 300...1100, dialling: true, ms: 200, meaning: []),
    Break(flashMs: 60...200, dialling: false, ms: 60, meaning: [.hookFlash]),
    Break(
      flashMs: 60...200, dialling: true, ms: 60,
      meaning: [.pulseStart, .pulseDigit(UInt8(ascii: "1"))]),
    Break(flashMs: 60...200, dialling: true, ms: 200, meaning: [.onHook, .offHook]),
  ]

  @Test("What a break means", arguments: breaks)
  func loopBreak(_ row: Break) {
    var loop = Loop(flashMs: row.flashMs, dialling: row.dialling)
    var seen = loop.edge(.open, 1_000)
    seen += loop.edge(.closed, 1_000 + row.ms)
    seen += loop.run(to: 5_000)
    #expect(seen == row.meaning)
  }

  @Test("A hang-up is told when the flash window is over")
  func hangUp() {
    var loop = Loop(dialling: true)
    #expect(loop.edge(.open, 1_000) == [])
    #expect(loop.run(to: 1_499) == [])
    #expect(loop.run(to: 1_500) == [.onHook])
    #expect(loop.run(to: 100_000) == [])
    #expect(loop.edge(.closed, 200_000) == [.offHook])
  }

  @Test("A late turn does not turn a hang-up into a flash")
  func lateTurn() {
    var out = Outbox<HookEvent>(limit: 4)
    var monitor = LoopMonitor(timing: LoopTiming(flashMs: 90...500))
    monitor.observe(.closed, now: at(0), into: &out)
    monitor.observe(.open, now: at(100), into: &out)
    monitor.observe(.closed, now: at(900), into: &out)
    #expect(out.drain() == [.offHook, .onHook, .offHook])
  }

  @Test("A train of pulses is a digit", arguments: 1...12)
  func digit(_ pulses: Int) {
    var loop = Loop(dialling: true)
    var seen = loop.pulse(pulses, from: 1_000)
    let end = 1_000 + Int64(pulses) * 100 - 39
    seen += loop.run(to: end + 249)
    #expect(seen == [.pulseStart])
    let expected: [HookEvent] =
      pulses > 10 ? [] : [.pulseDigit(UInt8(ascii: "0") + UInt8(pulses % 10))]
    #expect(loop.run(to: end + 250) == expected)
  }

  @Test("Two digits with a pause between them")
  func number() {
    var loop = Loop(dialling: true)
    let seen = loop.pulse(1, from: 1_000) + loop.pulse(10, from: 1_700) + loop.run(to: 9_000)
    #expect(
      seen == [
        .pulseStart, .pulseDigit(UInt8(ascii: "1")), .pulseStart, .pulseDigit(UInt8(ascii: "0")),
      ])
  }

  @Test("Pulses that are no longer wanted are no digit")
  func diallingEnds() {
    var loop = Loop(dialling: true)
    var seen = loop.pulse(3, from: 1_000)
    loop.setDialling(false)
    seen += loop.run(to: 9_000)
    #expect(seen == [.pulseStart])
  }

  @Test("A repeated level is no edge")
  func resynchronization() {
    var loop = Loop(dialling: true)
    #expect(loop.edge(.closed, 10) == [])
    #expect(loop.edge(.open, 1_000) == [])
    #expect(loop.edge(.open, 1_400) == [])
    #expect(loop.run(to: 1_500) == [.onHook])
    #expect(loop.edge(.open, 2_000) == [])
  }

  @Test("Any edges: lifted and replaced alternate", arguments: UInt64(1)...100)
  func randomWalk(seed: UInt64) {
    var dice = RandomSource(testSeed: seed)
    var loop = Loop(dialling: false)
    var now: Int64 = 0
    var isOffHook = true
    for _ in 0..<500 {
      now += Int64.random(in: 0...700, using: &dice)
      loop.setDialling(Bool.random(using: &dice))
      for event in loop.edge(Bool.random(using: &dice) ? .open : .closed, now) {
        switch event {
        case .offHook:
          #expect(!isOffHook, "seed \(seed)")
          isOffHook = true
        case .onHook:
          #expect(isOffHook, "seed \(seed)")
          isOffHook = false
        case .hookFlash, .pulseStart, .pulseDigit:
          #expect(isOffHook, "seed \(seed)")
        }
      }
    }
    _ = loop.edge(.open, now)
    #expect(loop.run(to: now + 500).last == .onHook || !isOffHook, "seed \(seed)")
  }
}
