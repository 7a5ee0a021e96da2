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
    let power = Level.meanSquare(samples, range)
    guard Level.dBm0(meanSquare: power) > -42 else { return nil }
    let row = strongest(samples, range, DTMF.low)
    let column = strongest(samples, range, DTMF.high)
    // Most sounds are no digit: this spares them the exact look. N²·A²/4 is what Goertzel gives.
    let scale = Double(range.count * range.count) / 2
    guard (row.power + column.power) / scale > 0.5 * power else { return nil }
    let fit = ToneFit(samples, range, hertz: [row.hertz, column.hertz])
    let low = Level.dBm0(amplitude: fit.amplitudes[0])
    let high = Level.dBm0(amplitude: fit.amplitudes[1])
    guard fit.purity > 0.75, abs(low - high) < 10 else { return nil }
    let key = DTMF.key(row: row.index, column: column.index)
    return Reading(key: key, lowDBm0: low, highDBm0: high)
  }

  /// The frequency of a group that is there, as the sender makes it: 1.5 % off at the most.
  private static func strongest(
    _ samples: [Int16], _ range: Range<Int>, _ group: [Double]
  ) -> (index: Int, hertz: Double, power: Double) {
    var best = (index: 0, hertz: group[0], power: -1.0)
    func consider(_ index: Int, _ hertz: Double) {
      let power = goertzelPower(samples, range, hertz: hertz)
      if power > best.power { best = (index, hertz, power) }
    }
    for index in group.indices { consider(index, group[index]) }
    let nominal = best.hertz
    consider(best.index, nominal * 0.987)
    consider(best.index, nominal * 1.013)
    return best
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
