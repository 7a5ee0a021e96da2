/// How long a tone sounded and paused, newest last.
struct Cadence {
  /// One piece.
  struct Segment: Equatable {
    let isOn: Bool
    let ms: Double
    /// Number of its first sample.
    let start: Int
  }

  /// Pieces that are complete, beginning with a sound, sound and pause in turn.
  private(set) var complete: [Segment] = []

  mutating func append(_ segment: Segment) {
    guard complete.last?.isOn ?? false != segment.isOn else { return }
    complete.append(segment)
    if complete.count > 32 { complete.removeFirst(2) }
  }

  mutating func reset() { complete = [] }

  /// How many of the newest complete pieces follow the pattern, with the unfinished one after them.
  ///
  /// Zero when even the unfinished piece is too long, or when there is too little to tell: two
  /// complete pieces, or a sound and a pause that has lasted a second.
  func length(matching pattern: [Double], then current: Segment) -> Int {
    var best = 0
    for phase in pattern.indices where (phase % 2 == 0) == current.isOn {
      guard current.ms <= pattern[phase] + Self.tolerance(pattern[phase]) else { continue }
      best = max(best, length(before: phase, pattern))
    }
    let isEnough = best >= 2 || (best == 1 && !current.isOn && current.ms >= 1_000)
    return isEnough ? best : 0
  }

  private func length(before phase: Int, _ pattern: [Double]) -> Int {
    var index = phase
    var count = 0
    for segment in complete.reversed() {
      index = (index + pattern.count - 1) % pattern.count
      guard abs(segment.ms - pattern[index]) <= Self.tolerance(pattern[index]) else { break }
      count += 1
    }
    return count
  }

  /// The period of two pieces that has come twice, when no table knows it.
  func repeated(then current: Segment) -> [Double]? {
    let newest = complete.suffix(4)
    guard newest.count == 4, let first = newest.first else { return nil }
    let pieces = newest.map(\.ms)
    for i in 0..<2 where abs(pieces[i] - pieces[i + 2]) > Self.tolerance(pieces[i]) { return nil }
    guard current.ms <= pieces[0] + Self.tolerance(pieces[0]) else { return nil }
    return first.isOn ? [pieces[0], pieces[1]] : [pieces[1], pieces[0]]
  }

  /// 10 % (the tolerance of GB 3380), and never finer than the ear's blocks.
  private static func tolerance(_ ms: Double) -> Double { max(20, ms * 0.1) }
}
