/// One look at the two groups of DTMF frequencies.
///
/// Real and imaginary part of the low group, then of the high group; their squared length is the
/// mean square of the tone.
typealias GroupPair = SIMD4<Float>

/// Takes the low and the high group of DTMF frequencies out of the line's audio, 800 times a
/// second, as the complex outputs of two band filters.
///
/// Both filters are 64 samples (8 ms) long. They pass 682-955 and 1190-1658 Hz (the outer tones
/// lose 1.4 and 0.4 dB) and keep each other's group and dial tones of 350-450 Hz down by 37 dB.
@safe
final class DTMFFilter {
  static let taps = 64
  static let hop = 10
  /// Samples that make a block of eight outputs.
  static let block = 80
  /// Outputs that are kept, 30 ms.
  static let kept = 24
  private static let past = taps - hop

  private let coefficients: UnsafeMutablePointer<GroupPair>
  private let samples: UnsafeMutablePointer<Float>
  private let kept: UnsafeMutablePointer<GroupPair>

  init(_ sine: SineTable) {
    unsafe coefficients = .allocate(capacity: Self.taps)
    unsafe samples = .allocate(capacity: Self.past + Self.block)
    unsafe kept = .allocate(capacity: Self.kept)
    let (lowSum, highSum) = (Self.sum(sine, edge: 200), Self.sum(sine, edge: 320))
    for n in 0..<Self.taps {
      let low = Self.wave(sine, centre: 819, at: n) * Self.prototype(sine, edge: 200, at: n)
      let high = Self.wave(sine, centre: 1421, at: n) * Self.prototype(sine, edge: 320, at: n)
      let pair = GroupPair(lowHalf: low / lowSum, highHalf: high / highSum)
      unsafe (coefficients + n).initialize(to: pair)
    }
    reset()
  }

  deinit {
    unsafe coefficients.deallocate()
    unsafe samples.deallocate()
    unsafe kept.deallocate()
  }

  /// Forgets the past.
  func reset() {
    unsafe samples.initialize(repeating: 0, count: Self.past + Self.block)
    unsafe kept.initialize(repeating: .zero, count: Self.kept)
  }

  /// One of the outputs that are kept, the newest being number 23.
  @inline(__always)
  func output(_ number: Int) -> GroupPair {
    assert(number >= 0 && number < Self.kept, "no such output")
    return unsafe kept[number]
  }

  /// Puts samples at their place in the block; returns the sum of their squares.
  func set(_ place: Int, _ new: Span<Int16>) -> Float {
    precondition(place >= 0 && new.count <= Self.block - place, "outside of the block")
    let block = unsafe samples + Self.past + place
    var energy: Float = 0
    for i in new.indices {
      let sample = Float(new[i])
      unsafe block[i] = sample
      energy += sample * sample
    }
    return energy
  }

  /// Filters a full block.
  func finishBlock() {
    unsafe kept.update(from: kept + 8, count: 16)
    filter(from: 0, into: 16)
    filter(from: 4 * Self.hop, into: 20)
    unsafe samples.update(from: samples + Self.block, count: Self.past)
  }

  /// Four outputs at once, so that a coefficient is read once for them.
  private func filter(from start: Int, into place: Int) {
    let x = unsafe samples + start
    var (a, b, c, d) = (GroupPair.zero, GroupPair.zero, GroupPair.zero, GroupPair.zero)
    for n in 0..<Self.taps {
      let weight = unsafe coefficients[n]
      a += unsafe weight * x[n]
      b += unsafe weight * x[n &+ 10]
      c += unsafe weight * x[n &+ 20]
      d += unsafe weight * x[n &+ 30]
    }
    unsafe kept[place] = a
    unsafe kept[place + 1] = b
    unsafe kept[place + 2] = c
    unsafe kept[place + 3] = d
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
