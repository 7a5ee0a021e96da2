import Glibc

/// Levels of 16-bit samples in dBm0: a sine that just fills the range is +3.14 dBm0 (ITU-T G.711).
enum Level {
  /// What stands for "nothing at all".
  static let silenceDBm0 = -99.0

  private static let fullScaleDBm0 = 3.14
  private static let fullScaleMeanSquare = 32_768.0 * 32_768.0 / 2

  /// The level of samples with that mean square.
  static func dBm0(meanSquare: Double) -> Double {
    guard meanSquare > 0 else { return silenceDBm0 }
    return max(silenceDBm0, 10 * log10(meanSquare / fullScaleMeanSquare) + fullScaleDBm0)
  }

  /// The level of a sine with that peak value.
  static func dBm0(amplitude: Double) -> Double { dBm0(meanSquare: amplitude * amplitude / 2) }

  /// The peak value of a sine of that level.
  static func amplitude(dBm0 level: Double) -> Double {
    32_768 * pow(10, (level - fullScaleDBm0) / 20)
  }

  /// The mean square of some of the samples.
  static func meanSquare(_ samples: [Int16], _ range: Range<Int>) -> Double {
    guard !range.isEmpty else { return 0 }
    var sum: Int64 = 0
    for i in range {
      let value = Int64(samples[i])
      sum += value * value
    }
    return Double(sum) / Double(range.count)
  }

  /// The level of some of the samples.
  static func dBm0(_ samples: [Int16], _ range: Range<Int>) -> Double {
    dBm0(meanSquare: meanSquare(samples, range))
  }
}
