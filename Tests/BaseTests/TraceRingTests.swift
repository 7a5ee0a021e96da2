import Base
import Testing

@Suite("Trace ring")
struct TraceRingTests {
  @Test("Keeps the last events in their order")
  func keepsTheLast() {
    var trace = TraceRing<Int>(capacity: 3)
    for i in 0..<5 { trace.note(i, at: Instant(nanoseconds: Int64(i))) }
    #expect(entries(of: trace) == ["2 2-2 x1", "3 3-3 x1", "4 4-4 x1"])
  }

  @Test("A flood of one event takes one entry")
  func flood() {
    var trace = TraceRing<Int>(capacity: 2)
    trace.note(7, at: .zero)
    for i in 1...1_000 { trace.note(8, at: Instant(nanoseconds: Int64(i))) }
    #expect(entries(of: trace) == ["7 0-0 x1", "8 1-1000 x1000"])
    trace.note(7, at: Instant(nanoseconds: 1_001))
    #expect(entries(of: trace) == ["8 1-1000 x1000", "7 1001-1001 x1"])
  }

  private func entries(of trace: TraceRing<Int>) -> [String] {
    var seen: [String] = []
    trace.forEach {
      seen.append("\($0.event) \($0.first.nanoseconds)-\($0.last.nanoseconds) x\($0.times)")
    }
    return seen
  }

  @Test("The last entries alone, and no more than are kept")
  func last() {
    var ring = TraceRing<Int>(capacity: 3)
    for number in [1, 2, 3, 4, 4] { ring.note(number, at: .zero) }
    #expect(ring.total == 4)
    var seen: [Int] = []
    ring.forEach(ofLast: 2) { seen.append($0.event) }
    #expect(seen == [3, 4])
    seen = []
    ring.forEach(ofLast: 9) { seen.append($0.event) }
    #expect(seen == [2, 3, 4])
    ring.forEach(ofLast: 0) { _ in Issue.record("nothing was asked for") }
  }
}
