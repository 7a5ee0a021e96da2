import Base
import RTP
import Testing

@Suite("Jitter buffer in virtual time")
struct JitterBufferTests {
  @Test(
    "Ten minutes on loopback: no frame lost, repeated or made up, at most 40 ms added",
    arguments: [0.0, 19.9], [10, 20])
  func loopback(phase: Double, service: Int) {
    var simulation = JitterSimulation()
    simulation.seconds = 600
    simulation.settings.serviceInterval = .milliseconds(service)
    // Two threads with timers: each wakes up to 3 ms late.
    simulation.delay = { random, _ in phase + 3 * random.unit() }
    simulation.wake = { 3 * $0.unit() }
    let result = simulation.run()
    print("loopback phase \(phase) service \(service): \(result)")
    #expect(result.counters.concealedFrames == 0)
    #expect(result.counters.droppedFrames == 0)
    #expect(result.counters.latePackets == 0)
    #expect(result.repeated == 0 && result.skipped == 0 && result.badFrames == 0)
    #expect(result.counters.playedFrames >= 59_990)
    #expect(result.meanDelayMs - phase - 20 <= 40)
    #expect(result.largestBufferMs <= 45)
  }
}
