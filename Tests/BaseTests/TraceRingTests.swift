import Base
import Testing

@Suite("Trace ring")
struct TraceRingTests {
  @Test("Keeps the last events in their order")
  func keepsTheLast() {
    var trace = TraceRing<Int>(capacity: 3)
    for i in 0..<5 { trace.note(i, at: Instant(nanoseconds: Int64(i))) }
    var seen: [Int] = []
    var numbers: [UInt64] = []
    trace.forEach {
      seen.append($0.event)
      numbers.append($0.number)
    }
    #expect(seen == [2, 3, 4])
    #expect(numbers == [2, 3, 4])
  }
}
