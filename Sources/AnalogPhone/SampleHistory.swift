import Glibc

/// The last seconds of what was heard, addressed by the number of the sample.
struct SampleHistory {
  private static let kept = 8_192

  /// The samples that are still there.
  private(set) var samples: [Int16] = []
  private var first = 0

  /// How many samples were heard in all; also the number of the next one.
  var count: Int { first + samples.count }

  mutating func append(_ frame: [Int16]) {
    samples += frame
    if samples.count > 2 * Self.kept {
      let surplus = samples.count - Self.kept
      samples.removeFirst(surplus)
      first += surplus
    }
  }

  /// Where the samples from one number up to another are kept, as far as they still are.
  func range(_ from: Int, _ to: Int) -> Range<Int> {
    let low = max(0, min(samples.count, from - first))
    return low..<max(low, min(samples.count, to - first))
  }

  /// The first sample whose magnitude passes the root mean square of the level.
  func firstOver(_ dBm0: Double, _ from: Int, _ to: Int) -> Int? {
    let limit = Self.limit(dBm0)
    return range(from, to).first { abs(Int(samples[$0])) > limit }.map { $0 + first }
  }

  /// The last sample whose magnitude passes the root mean square of the level.
  func lastOver(_ dBm0: Double, _ from: Int, _ to: Int) -> Int? {
    let limit = Self.limit(dBm0)
    return range(from, to).last { abs(Int(samples[$0])) > limit }.map { $0 + first }
  }

  private static func limit(_ dBm0: Double) -> Int {
    Int(Level.amplitude(dBm0: dBm0) / 2.0.squareRoot())
  }
}
