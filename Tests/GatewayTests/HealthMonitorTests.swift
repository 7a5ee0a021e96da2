import Base
import Gateway
import Testing

@Suite("Health: the watchdog is fed by living threads only")
struct HealthMonitorTests {
  private let start = Instant(nanoseconds: 1_000_000_000)

  /// Looks every 2 s (a time-out of 10 s) at threads whose counters are given per look.
  private func follow(_ looks: [[UInt32]]) -> [[HealthMonitor.Output]] {
    var monitor = HealthMonitor(threads: looks[0].count, timeout: .seconds(10), now: start)
    var out = Outbox<HealthMonitor.Output>(limit: HealthMonitor.outputLimit)
    return looks.map { proofs in
      monitor.advance(to: monitor.deadline, proofs: proofs, into: &out)
      return out.drain()
    }
  }

  @Test("Two threads that move feed it at every look")
  func living() {
    let seen = follow([[0, 0], [1, 5], [2, 6], [3, 900]])
    #expect(seen == Array(repeating: [.feed, .askForProof], count: 4))
  }

  @Test("A thread that stands still starves it, is named once, and is forgiven when it moves")
  func hung() {
    let seen = follow([[1, 1], [2, 2], [3, 2], [4, 2], [5, 2], [6, 2], [7, 3]])
    #expect(
      seen == [
        [.feed, .askForProof], [.feed, .askForProof],
        // One look without an answer may be a thread that was busy; from the second on it starves.
        [.feed, .askForProof], [.askForProof], [.accuse(thread: 1), .askForProof],
        [.askForProof], [.acquit, .feed, .askForProof],
      ])
  }

  @Test("A counter that wraps around is a proof")
  func wrap() {
    #expect(follow([[.max], [0]])[1] == [.feed, .askForProof])
  }

  @Test("Without media threads the control loop alone is proof")
  func none() {
    #expect(follow([[], [], []])[2] == [.feed, .askForProof])
  }

  @Test("It bites no later than the time-out after the last feeding")
  func nothingBetweenDeadlines() {
    var monitor = HealthMonitor(threads: 1, timeout: .seconds(10), now: start)
    var out = Outbox<HealthMonitor.Output>(limit: HealthMonitor.outputLimit)
    monitor.advance(to: start, proofs: [1], into: &out)
    _ = out.drain()
    monitor.advance(to: start + .seconds(1), proofs: [2], into: &out)
    #expect(out.drain().isEmpty)
    #expect(monitor.deadline == start + .seconds(2))
  }
}
