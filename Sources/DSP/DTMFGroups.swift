/// A tone of each group: the key's place (row times four plus column), the tones' powers, and the
/// least power of each in the time that was looked at.
struct TonePair {
  var place: Int
  var power: SIMD2<Float>
  var least: SIMD2<Float>
}

/// What a stretch of sound must be to count as a pair of tones.
struct TonePairRules {
  /// How evenly a tone must turn; 1 is a sine and nothing else.
  var purity: Float
  /// The least power within the stretch as a part of the greatest.
  var steadiness: Float

  static let digit = TonePairRules(purity: 0.96, steadiness: 0.25)
  static let tail = TonePairRules(purity: 0.9, steadiness: 0)
  static let suspicion = TonePairRules(purity: 0.96, steadiness: 0)
}

/// The eight frequencies (ITU-T Q.23) and what they may deviate in frequency and level.
struct DTMFGroups {
  /// Between the ±1.5 % that must be taken and the ±3.5 % that must not (Q.24).
  private static let deviation = 0.024
  /// A row 8 dB above its column must be taken.
  private static let twist: Float = 7.94  // 9 dB
  /// A column 4 dB above its row must be taken.
  private static let reverseTwist: Float = 3.55  // 5.5 dB
  /// `thresholdDBm0` as a mean square.
  private static let threshold: Float = 131_000

  /// How far the output of a frequency turns from one to the next, how far off it may be, and what
  /// makes good the filter's loss.
  private struct Nominal {
    var turn: SIMD2<Float> = .zero
    var slack: Float = 0
    var gain: Float = 1
  }

  private var nominal = InlineArray<8, Nominal>(repeating: Nominal())

  init(_ sine: SineTable) {
    let hertz: InlineArray<8, Double> = [697, 770, 852, 941, 1209, 1336, 1477, 1633]
    let gains: InlineArray<8, Float> = [1.38, 1.02, 1.02, 1.38, 1.1, 1, 1, 1.1]
    for i in 0..<8 {
      let turns = hertz[i] / 800
      nominal[i] = Nominal(
        turn: [sine.cosine(turns: turns), sine.sine(turns: turns)],
        slack: Float(turns * 2 * .pi * Self.deviation), gain: gains[i])
    }
  }

  /// The pair that sounds in the last `count` outputs, if these follow the rules.
  func pair(
    in filter: DTMFFilter, last count: Int, rules: TonePairRules
  ) -> TonePair? {
    guard Self.powers(filter.output(DTMFFilter.kept - 1)).min() > Self.threshold / 4 else {
      return nil
    }
    let first = DTMFFilter.kept - count
    var previous = filter.output(first)
    var least = Self.powers(previous)
    var (most, sum) = (least, least / 2)
    var (real, imaginary) = (SIMD2<Float>.zero, SIMD2<Float>.zero)
    for i in first + 1..<DTMFFilter.kept {
      let output = filter.output(i)
      let power = Self.powers(output)
      least.replace(with: power, where: power .< least)
      most.replace(with: power, where: power .> most)
      sum += power
      real += output.evenHalf * previous.evenHalf + output.oddHalf * previous.oddHalf
      imaginary += output.oddHalf * previous.evenHalf - output.evenHalf * previous.oddHalf
      previous = output
    }
    sum -= Self.powers(previous) / 2
    let turning = real * real + imaginary * imaginary
    guard all(turning .>= sum * sum * (rules.purity * rules.purity)),
      all(least .>= most * rules.steadiness)
    else { return nil }
    guard let row = tone(real.x, imaginary.x, from: 0),
      let column = tone(real.y, imaginary.y, from: 4)
    else { return nil }
    let gain: SIMD2<Float> = [nominal[row].gain, nominal[column].gain]
    let power = gain * sum / Float(count - 1)
    guard Self.fit(power) else { return nil }
    return TonePair(place: row * 4 + column - 4, power: power, least: gain * least)
  }

  @inline(__always)
  private static func powers(_ output: GroupPair) -> SIMD2<Float> {
    let squares = output * output
    return squares.evenHalf + squares.oddHalf
  }

  /// Which frequency of a group turns that far.
  private func tone(_ real: Float, _ imaginary: Float, from first: Int) -> Int? {
    for i in first..<first + 4 {
      let turn = nominal[i].turn
      let along = real * turn.x + imaginary * turn.y
      let across = imaginary * turn.x - real * turn.y
      if along > 0, abs(across) <= along * nominal[i].slack { return i }
    }
    return nil
  }

  private static func fit(_ power: SIMD2<Float>) -> Bool {
    power.min() >= threshold && power.x <= power.y * twist && power.y <= power.x * reverseTwist
  }
}
