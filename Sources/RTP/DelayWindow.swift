/// The relative delays of the last packets: their lowest value and a high percentile, in O(1).
///
/// A delay is arrival time minus media time; only differences mean something. The bins are a ring
/// over milliseconds, so that a clock that drifts for days never has to be re-centred.
final class DelayWindow {
  /// Packets that are remembered: 10 s of 20 ms packets.
  static let length = 512
  /// Milliseconds between the lowest and the highest delay that are told apart.
  static let span: Int64 = 1_000
  private static let bins: Int64 = 1_024

  private var values = InlineArray<512, Int16>(repeating: 0)
  private var counts = InlineArray<1_024, UInt16>(repeating: 0)
  private var count = 0
  private var oldest = 0
  private var low: Int64 = 0
  private var high: Int64 = 0

  /// Whether nothing is remembered.
  var isEmpty: Bool { count == 0 }

  /// The lowest delay that is remembered, in milliseconds.
  var lowest: Int64 { low }

  /// The lowest delay that at least 97 of 100 packets kept, in milliseconds.
  private(set) var percentile97: Int64 = 0

  /// Remembers a delay in milliseconds and forgets the oldest one.
  func add(_ delay: Int64) {
    if count > 0, delay < high - Self.span { clear() }
    // One packet that is a second late says as much as one that is a minute late.
    let value = count == 0 ? delay : min(delay, low + Self.span)
    if count == Self.length { forget() }
    if count == 0 { (low, high) = (value, value) }
    low = min(low, value)
    high = max(high, value)
    values[(oldest + count) % Self.length] = Int16(truncatingIfNeeded: value)
    count += 1
    counts[bin(value)] += 1
    percentile97 = highPercentile()
  }

  private func highPercentile() -> Int64 {
    var above = count * 3 / 100
    var value = high
    while value > low {
      let here = Int(counts[bin(value)])
      if here > above { return value }
      above -= here
      value -= 1
    }
    return low
  }

  /// Forgets everything.
  func clear() {
    for i in 0..<Int(Self.bins) { counts[i] = 0 }
    count = 0
    oldest = 0
  }

  private func bin(_ value: Int64) -> Int { Int(truncatingIfNeeded: value & (Self.bins - 1)) }

  private func forget() {
    let index = bin(Int64(values[oldest]))
    counts[index] -= 1
    oldest = (oldest + 1) % Self.length
    count -= 1
    guard count > 0 else { return }
    while low < high, counts[bin(low)] == 0 { low += 1 }
    while high > low, counts[bin(high)] == 0 { high -= 1 }
  }
}
