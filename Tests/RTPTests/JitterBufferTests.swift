import Base
import RTP
import Testing

/// A network, and what it may cost.
struct Network: Sendable {
  let name: String
  let seed: UInt64
  let edit: @Sendable (inout JitterSimulation) -> Void
  /// Frames made up beyond those of lost packets, and left out, at the most.
  var concealed: UInt32
  var dropped: UInt32
  var late: UInt32 = 0
  /// The buffer's delay in the end.
  var bufferMs: UInt16

  init(
    _ name: String, seed: UInt64 = 1, concealed: UInt32, dropped: UInt32, late: UInt32 = 0,
    bufferMs: UInt16, _ edit: @Sendable @escaping (inout JitterSimulation) -> Void
  ) {
    self.name = name
    self.seed = seed
    self.edit = edit
    self.concealed = concealed
    self.dropped = dropped
    self.late = late
    self.bufferMs = bufferMs
  }

  /// Two minutes each; the way's shortest delay is 10 ms.
  static let rows = [
    Network("quiet", concealed: 0, dropped: 0, bufferMs: 40) { _ in },
    Network("10 ms packets", concealed: 3, dropped: 0, bufferMs: 65) {
      $0.packetMs = 10
      $0.delay = { random, _ in 30 + 5 * random.normal() }
    },
    Network("30 ms packets", concealed: 3, dropped: 0, bufferMs: 65) {
      $0.packetMs = 30
      $0.delay = { random, _ in 30 + 5 * random.normal() }
    },
    Network("normal 15 ms", seed: 2, concealed: 10, dropped: 5, bufferMs: 130) {
      $0.delay = { random, _ in 60 + max(-50, 15 * random.normal()) }
    },
    Network("normal 30 ms", seed: 3, concealed: 30, dropped: 15, late: 5, bufferMs: 205) {
      $0.delay = { random, _ in 120 + max(-110, 30 * random.normal()) }
    },
    Network("Pareto 3 ms", seed: 4, concealed: 60, dropped: 30, late: 20, bufferMs: 120) {
      $0.delay = { random, _ in 10 + 3 * random.pareto() }
    },
    Network("1 % lost", seed: 5, concealed: 0, dropped: 0, bufferMs: 40) { $0.loss = 0.01 },
    Network("10 % lost", seed: 6, concealed: 3, dropped: 0, bufferMs: 65) {
      $0.loss = 0.1
      $0.delay = { random, _ in 30 + 5 * random.normal() }
    },
    Network("10 % twice", seed: 7, concealed: 0, dropped: 0, bufferMs: 40) {
      $0.duplicates = 0.1
    },
    Network("stall of 80 ms every 5 s", concealed: 25, dropped: 25, bufferMs: 115) {
      $0.delay = { _, number in number % 250 < 4 ? 90 - Double(number % 250) * 20 : 10 }
    },
    Network("stall of 400 ms every 30 s", concealed: 90, dropped: 90, late: 60, bufferMs: 205) {
      $0.delay = { _, number in number % 1_500 < 20 ? 410 - Double(number % 1_500) * 20 : 10 }
    },
    Network(
      "normal 15 ms, read when dry", seed: 9, concealed: 10, dropped: 5, late: 3, bufferMs: 115
    ) {
      $0.readsWhenDry = true
      $0.settings.serviceInterval = .zero
      $0.delay = { random, _ in 60 + max(-50, 15 * random.normal()) }
    },
    Network("stalls, read when dry", concealed: 25, dropped: 25, bufferMs: 115) {
      $0.readsWhenDry = true
      $0.settings.serviceInterval = .zero
      $0.delay = { _, number in number % 250 < 4 ? 90 - Double(number % 250) * 20 : 10 }
    },
    Network("60 ms longer way", concealed: 8, dropped: 0, bufferMs: 40) {
      $0.delay = { _, number in number > 2_000 ? 70 : 10 }
    },
    Network("60 ms shorter way", concealed: 0, dropped: 7, bufferMs: 55) {
      $0.delay = { _, number in number < 2_000 ? 70 : 10 }
    },
    Network("threads that wake 8 ms late", seed: 8, concealed: 0, dropped: 0, bufferMs: 55) {
      $0.delay = { random, _ in 10 + 8 * random.unit() }
      $0.wake = { 8 * $0.unit() }
    },
  ]
}

@Suite("Jitter buffer in virtual time")
struct JitterBufferTests {
  @Test(
    "Ten minutes on loopback: no frame lost, repeated or made up, at most 40 ms added",
    arguments: [0.0, 19.9], [0, 20])
  func loopback(phase: Double, service: Int) {
    var simulation = JitterSimulation()
    simulation.seconds = 600
    simulation.settings.serviceInterval = .milliseconds(service)
    simulation.readsWhenDry = service == 0
    // Two threads with timers: each wakes up to 3 ms late.
    simulation.delay = { random, _ in phase + 3 * random.unit() }
    simulation.wake = { 3 * $0.unit() }
    let result = simulation.run()
    #expect(result.counters.concealedFrames == 0)
    #expect(result.counters.droppedFrames == 0)
    #expect(result.counters.latePackets == 0)
    #expect(result.repeated == 0 && result.skipped == 0 && result.badFrames == 0)
    #expect(result.counters.playedFrames >= 59_990)
    #expect(result.largestBufferMs <= 40)
  }

  @Test("An hour with clocks 100 ppm apart costs the 36 frames that it must", arguments: [-1.0, 1])
  func drift(sign: Double) {
    var simulation = JitterSimulation()
    simulation.seconds = 3_600
    simulation.packetMs = 30
    simulation.driftPPM = 100 * sign
    let result = simulation.run()
    let counters = result.counters
    #expect(counters.latePackets == 0 && counters.restarts == 0 && result.repeated == 0)
    // A faster sender stops 360 ms early: those frames are missing in the end.
    #expect(counters.insertedFrames <= (sign < 0 ? 37 : 0))
    #expect(counters.droppedFrames <= (sign > 0 ? 37 : 0))
    #expect(counters.concealedFrames - counters.insertedFrames <= 37)
    #expect(result.largestBufferMs <= 60)
  }

  @Test(
    "Half an hour with a card's clock off is made up for in the pauses",
    arguments: [-200.0, -100, 100, 200])
  func driftIsNotHeard(ppm: Double) {
    var simulation = JitterSimulation()
    simulation.seconds = 1_800
    simulation.driftPPM = ppm
    simulation.delay = { random, _ in 5 + 2 * random.unit() }
    let result = simulation.run()
    let frames = 180 * abs(ppm) / 1_000
    let adjusted = Double(
      ppm > 0 ? result.counters.droppedFrames : result.counters.insertedFrames)
    #expect(abs(adjusted - frames) <= 3, "\(result)")
    #expect(result.skippedLoud == 0 && result.heldLoud == 0 && result.repeated == 0, "\(result)")
    #expect(result.counters.latePackets == 0 && result.counters.restarts == 0)
  }

  @Test("What each kind of network costs", arguments: Network.rows)
  func networks(_ row: Network) {
    var simulation = JitterSimulation()
    simulation.seconds = 120
    simulation.seed = row.seed
    simulation.delay = { _, _ in 10 }
    row.edit(&simulation)
    let result = simulation.run()
    let counters = result.counters
    let comment: Comment = "\(row.name), seed \(row.seed): \(result)"
    let lost =
      UInt32((result.sent - min(result.sent, result.reachedReader)))
      * UInt32(
        simulation.packetMs / 10)
    #expect(counters.concealedFrames <= lost + row.concealed, comment)
    #expect(counters.droppedFrames <= row.dropped, comment)
    #expect(counters.latePackets <= row.late, comment)
    #expect(result.bufferMs <= row.bufferMs, comment)
    #expect(result.repeated == 0 && result.badFrames == 0, comment)
    #expect(UInt32(result.skipped) <= lost + 3 * row.concealed + row.dropped, comment)
    let frames = counters.playedFrames + counters.concealedFrames + counters.comfortFrames
    // A network that begins with a stall has nothing to give for as long.
    #expect(frames >= 11_950, comment)
  }
}
