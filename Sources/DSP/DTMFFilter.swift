/// One look at the two groups of DTMF frequencies: low real and imaginary part, high real and
/// imaginary part. The squared length of a part is the mean square of its tone.
typealias GroupPair = SIMD4<Float>

/// Takes the low and the high group of DTMF frequencies out of the line's audio, 800 times a
/// second, as the complex outputs of two band filters.
///
/// Both filters are 64 samples (8 ms) long. They pass 682-955 and 1190-1658 Hz (the outer tones
/// lose 1.4 and 0.4 dB) and keep each other's group and dial tones of 350-450 Hz down by 37 dB.
struct DTMFFilter: ~Copyable {
  static let taps = 64
  static let hop = 10
  /// Samples that make a block of eight outputs.
  static let block = 80
  private static let past = taps - hop

  private var coefficients = InlineArray<64, GroupPair>(repeating: .zero)
  private var samples = InlineArray<134, Float>(repeating: 0)

  init(_ sine: SineTable) {
    let low = Self.sum(sine, edge: 200)
    let high = Self.sum(sine, edge: 320)
    for n in 0..<Self.taps {
      let l = Self.wave(sine, centre: 819, at: n) * (Self.prototype(sine, edge: 200, at: n) / low)
      let h = Self.wave(sine, centre: 1421, at: n) * (Self.prototype(sine, edge: 320, at: n) / high)
      coefficients[n] = GroupPair(l.x, l.y, h.x, h.y)
    }
  }

  /// Forgets the past.
  mutating func reset() { samples = .init(repeating: 0) }

  /// Puts a sample at its place in the block.
  @inline(__always)
  mutating func set(_ place: Int, _ sample: Int16) { samples[Self.past + place] = Float(sample) }

  /// Filters a full block; its eight outputs become the last of `outputs`, the older move up.
  mutating func finishBlock(into outputs: inout InlineArray<24, GroupPair>) {
    for i in 0..<16 { outputs[i] = outputs[i + 8] }
    for half in 0..<2 {
      let four = filter(from: half * 4 * Self.hop)
      for i in 0..<4 { outputs[16 + half * 4 + i] = four[i] }
    }
    for i in 0..<Self.past { samples[i] = samples[i + Self.block] }
  }

  /// Four outputs at once, so that a coefficient is read once for them.
  private func filter(from start: Int) -> InlineArray<4, GroupPair> {
    let (h, x) = (coefficients.span, samples.span)
    precondition(start >= 0 && start + 3 * Self.hop + Self.taps <= x.count, "behind the block")
    var (a, b, c, d) = (GroupPair.zero, GroupPair.zero, GroupPair.zero, GroupPair.zero)
    for n in 0..<Self.taps {
      let weight = unsafe h[unchecked: n]
      let at = start &+ n
      a += unsafe weight * x[unchecked: at]
      b += unsafe weight * x[unchecked: at &+ 10]
      c += unsafe weight * x[unchecked: at &+ 20]
      d += unsafe weight * x[unchecked: at &+ 30]
    }
    return [a, b, c, d]
  }

  /// A low-pass filter: sin(x)/x under a raised cosine on a pedestal of 0.2.
  private static func prototype(_ sine: SineTable, edge: Double, at n: Int) -> Float {
    let t = Double(n) - 31.5
    let window = 0.6 - 0.4 * sine.cosine(turns: (Double(n) + 0.5) / 64)
    return window * sine.sine(turns: edge / 8000 * t) / Float(t)
  }

  /// Half the sum of a prototype, in units that make a tone's squared output its mean square.
  private static func sum(_ sine: SineTable, edge: Double) -> Float {
    var sum: Float = 0
    for n in 0..<taps { sum += prototype(sine, edge: edge, at: n) }
    return sum / 1.414_214
  }

  private static func wave(_ sine: SineTable, centre: Double, at n: Int) -> SIMD2<Float> {
    let turns = centre / 8000 * (Double(n) - 31.5)
    return [sine.cosine(turns: turns), -sine.sine(turns: turns)]
  }
}

extension SineTable {
  /// The sine of a number of turns.
  func sine(turns: Double) -> Float {
    Float(value(UInt32(truncatingIfNeeded: Int64(turns * 4_294_967_296)))) / 32_767
  }

  /// The cosine of a number of turns.
  func cosine(turns: Double) -> Float { sine(turns: turns + 0.25) }
}
