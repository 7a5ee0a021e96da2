import Glibc

/// Recognizes the key that the last 20 ms sound like.
struct DTMFReceiver {
  /// A key and its two levels.
  struct Reading: Equatable {
    let key: Character
    let lowDBm0: Double
    let highDBm0: Double
  }

  /// Samples that one reading looks at.
  static let window = 160

  /// The key in these samples, or `nil` when they are something else.
  ///
  /// Both groups must hold one frequency within ±1.5 %, the two may differ by 10 dB, and together
  /// they must be nearly all that is heard.
  static func read(_ samples: [Int16], _ range: Range<Int>) -> Reading? {
    guard Level.dBm0(samples, range) > -42 else { return nil }
    let row = strongest(samples, range, DTMF.low)
    let column = strongest(samples, range, DTMF.high)
    let fit = ToneFit(samples, range, hertz: [DTMF.low[row], DTMF.high[column]])
    let low = Level.dBm0(amplitude: fit.amplitudes[0])
    let high = Level.dBm0(amplitude: fit.amplitudes[1])
    guard fit.purity > 0.75, abs(low - high) < 10 else { return nil }
    return Reading(key: DTMF.key(row: row, column: column), lowDBm0: low, highDBm0: high)
  }

  private static func strongest(
    _ samples: [Int16], _ range: Range<Int>, _ group: [Double]
  ) -> Int {
    let powers = group.map { goertzelPower(samples, range, hertz: $0) }
    return powers.indices.max { powers[$0] < powers[$1] } ?? 0
  }
}

/// The power of one frequency in some samples, by Goertzel's recurrence.
func goertzelPower(_ samples: [Int16], _ range: Range<Int>, hertz: Double) -> Double {
  let coefficient = 2 * cos(2 * Double.pi * hertz / 8_000)
  var one = 0.0
  var two = 0.0
  for i in range {
    let next = Double(samples[i]) + coefficient * one - two
    two = one
    one = next
  }
  return one * one + two * two - coefficient * one * two
}
