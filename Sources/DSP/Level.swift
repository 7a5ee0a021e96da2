/// Levels of the digital audio path: 16-bit samples, 8000 a second, dBm0.
///
/// A sine that just reaches full scale has +3.14 dBm0 (ITU-T G.711 §3 for A-law), so 0 dBm0 is a
/// sine with a peak of 22,826.
public enum Level {
  /// The peak of a full-scale sine in dBm0.
  public static let fullScaleDBm0 = 3.14

  /// The peak of a sine with that level; above full scale it is full scale.
  public static func peak(dBm0 level: Double) -> Int32 {
    let below = fullScaleDBm0 - level
    guard below > 0 else { return 32_767 }
    return Int32(32_768 * powerOfTen(-below / 20))
  }

  /// The mean square of a sine of 0 dBm0.
  private static let zeroDBm0: Float = 260_536_992

  /// The level of a sound by its mean square, in tenths of a dBm0.
  public static func tenthsDBm0(meanSquare: Float) -> Int16 { tenthsDB(meanSquare / zeroDBm0) }

  /// A ratio of two powers in tenths of a decibel; below -150 dB all are the same.
  ///
  /// The power of two is in the number itself; the rest is the series of the area tangent, so that
  /// no mathematics library is needed.
  public static func tenthsDB(_ ratio: Float) -> Int16 {
    guard ratio > 1e-15 else { return -1_500 }
    let x = (ratio.significand - 1) / (ratio.significand + 1)
    var power = x
    var sum: Float = 0
    for i in 0..<6 {
      sum += power / Float(2 * i + 1)
      power *= x * x
    }
    let octaves = Float(ratio.exponent) + 2 * sum / 0.693_147_2
    return nearest(Double(octaves * 30.103))
  }

  /// 10 to the power of `x`, for -10 ≤ x ≤ 0: the series of e^y on a quarter of a power, squared.
  private static func powerOfTen(_ x: Double) -> Double {
    let y = max(x, -10) * 2.302_585_092_994_046 / 16
    var term = 1.0
    var sum = 1.0
    for i in 1...12 {
      term *= y / Double(i)
      sum += term
    }
    for _ in 0..<4 { sum *= sum }
    return sum
  }
}
