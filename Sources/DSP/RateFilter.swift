/// The low-pass filter between 8 kHz and a card's rate, shared by all channels of the card.
///
/// A sinc in a Kaiser window, 20 taps for every sample at 8 kHz: the band of G.712 (300 to 3400 Hz)
/// passes within 0.2 dB, and what would fold into it (from 4600 Hz on) is 50 dB down.
@safe
public final class RateFilter: @unchecked Sendable {
  /// Taps for one sample of the lower rate.
  static let phaseTaps = 20
  /// Bits behind the binary point of a tap.
  static let fraction: Int32 = 14
  /// The shape of the window for 50 dB (Kaiser's formula).
  private static let beta = 4.54

  /// How many samples of the card one sample at 8 kHz is.
  public let factor: Int
  /// How many taps there are.
  let count: Int
  private let taps: UnsafeMutablePointer<Int16>

  /// Makes the filter; `factor` is 2 for 16 kHz and 6 for 48 kHz.
  public init(factor: Int) {
    precondition(factor > 1 && factor <= 6, "a card's rate is a small multiple of 8 kHz")
    self.factor = factor
    count = Self.phaseTaps * factor
    unsafe taps = .allocate(capacity: count)
    let half = count / 2
    let theta = 1.570_796_326_794_896_6 / Double(factor)
    var (sine, cosine) = Self.sineAndCosine(theta)
    let (stepSine, stepCosine) = (2 * sine * cosine, 1 - 2 * sine * sine)
    for n in 0..<half {
      let x = Double(2 * n + 1)
      let place = x / Double(count)
      let window = Self.bessel(Self.beta * (1 - place * place).squareRoot())
      let tap = sine / (theta * x) * window / Self.bessel(Self.beta)
      let value = nearest(tap * Double(1 << Self.fraction))
      unsafe (taps + half + n).initialize(to: value)
      unsafe (taps + half - 1 - n).initialize(to: value)
      (sine, cosine) = (
        sine * stepCosine + cosine * stepSine, cosine * stepCosine - sine * stepSine
      )
    }
  }

  deinit { unsafe taps.deallocate() }

  /// A tap; the sum of all is `factor` times one.
  @inline(__always)
  subscript(index: Int) -> Int32 { unsafe Int32(taps[index]) }

  private static func sineAndCosine(_ angle: Double) -> (Double, Double) {
    let square = angle * angle
    let sine =
      angle
      * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72))))
    return (sine, (1 - sine * sine).squareRoot())
  }

  /// The modified Bessel function of order 0, by its series.
  private static func bessel(_ x: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for k in 1...24 {
      let factor = x / Double(2 * k)
      term *= factor * factor
      sum += term
    }
    return sum
  }
}
