import Base
import RTP
import Testing

@Suite("Jitter buffer with a steady delay, for modems")
struct JitterSteadyTests {
  private var simulation: JitterSimulation {
    var simulation = JitterSimulation()
    simulation.settings.minimum = .milliseconds(80)
    simulation.settings.isSteady = true
    simulation.pauses = false
    simulation.seconds = 300
    return simulation
  }

  @Test("What makes an adaptive delay change again and again leaves this one alone")
  func changes() {
    var simulation = simulation
    // A stall of 60 ms every 5 s.
    simulation.delay = { _, number in number % 250 < 3 ? 70 - Double(number % 250) * 20 : 10 }
    let steady = simulation.run().counters
    #expect(steady.insertedFrames <= 1 && steady.droppedFrames == 0, "\(steady)")
    #expect(steady.latePackets == 0 && steady.concealedFrames <= 1, "\(steady)")
    simulation.settings = JitterSettings()
    let adaptive = simulation.run().counters
    #expect(adaptive.insertedFrames + adaptive.droppedFrames > 5, "\(adaptive)")
  }

  @Test("A stall costs what it covers, and no slip of time before or after it")
  func stall() {
    var simulation = simulation
    simulation.delay = { _, number in
      // 130 ms every minute, and between two a packet that is 40 ms early.
      let place = number % 3_000
      return (500..<507).contains(place) ? 180 - Double(place - 500) * 20 : place == 1_500 ? 10 : 50
    }
    let result = simulation.run()
    let counters = result.counters
    #expect(counters.droppedFrames == 0 && counters.insertedFrames <= 1, "\(counters)")
    #expect(counters.concealedFrames <= 5 * 8 && result.bufferMs <= 95, "\(result)")
  }

  @Test("Clocks 100 ppm apart: it grows to the longest, then follows by a frame at a time")
  func drift() {
    var simulation = simulation
    simulation.seconds = 3_600
    simulation.driftPPM = 100
    let result = simulation.run()
    #expect((20...30).contains(result.counters.droppedFrames), "\(result.counters)")
    #expect(result.counters.latePackets == 0 && result.largestBufferMs <= 215)
  }

  @Test("Clocks 100 ppm apart the other way: it shrinks by half and is set right at once")
  func drain() {
    var simulation = simulation
    simulation.seconds = 3_600
    simulation.driftPPM = -100
    let result = simulation.run()
    #expect((30...38).contains(result.counters.insertedFrames), "\(result.counters)")
    #expect(result.counters.latePackets == 0 && result.counters.droppedFrames == 0)
  }
}
