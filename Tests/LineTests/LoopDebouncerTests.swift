import Base
import Line
import Testing

@Suite("Loop debouncer")
struct LoopDebouncerTests {
  private var debouncer = LoopDebouncer(time: .milliseconds(10))

  /// Feeds levels at milliseconds, then lets time pass; writes what is confirmed and when.
  private mutating func confirmed(
    _ levels: [(LoopEdge, Int64)], until end: Int64
  ) -> [String] {
    var seen: [String] = []
    for (level, ms) in levels {
      if let edge = debouncer.observe(level, at: at(ms)) { seen.append(text(edge)) }
    }
    if let edge = debouncer.advance(to: at(end)) { seen.append(text(edge)) }
    return seen
  }

  private func text(_ confirmed: (edge: LoopEdge, at: Instant)) -> String {
    "\(confirmed.at.nanoseconds / 1_000_000) \(confirmed.edge)"
  }

  @Test("A level that lasts is told when it has lasted, once")
  mutating func lasting() {
    #expect(confirmed([(.closed, 0)], until: 9).isEmpty)
    #expect(debouncer.deadline == at(10))
    #expect(confirmed([], until: 10) == ["10 closed"])
    #expect(debouncer.deadline == nil)
    #expect(confirmed([(.closed, 20)], until: 100).isEmpty)
  }

  @Test("A bounce of 5 ms at lifting delays it, a spike of 9 ms is nothing")
  mutating func bounce() {
    let bouncing: [(LoopEdge, Int64)] = [
      (.closed, 0), (.open, 2), (.closed, 3), (.open, 4), (.closed, 5),
    ]
    #expect(confirmed(bouncing, until: 15) == ["15 closed"])
    #expect(confirmed([(.open, 100), (.closed, 109)], until: 500).isEmpty)
  }

  @Test("Edges that are read late keep their lengths")
  mutating func lateReading() {
    // A dial pulse of 61 ms, read all at once.
    let pulse: [(LoopEdge, Int64)] = [(.closed, 0), (.open, 200), (.closed, 261)]
    #expect(confirmed(pulse, until: 300) == ["10 closed", "210 open", "271 closed"])
  }

  @Test("The level is known before it is certain")
  mutating func level() {
    #expect(debouncer.level == .open)
    _ = debouncer.observe(.closed, at: at(0))
    #expect(debouncer.level == .closed)
    _ = debouncer.observe(.open, at: at(1))
    #expect(debouncer.level == .open)
  }
}
