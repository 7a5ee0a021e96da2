/// One turn of a sine, shared by every generator of the process.
///
/// 256 points with linear interpolation keep harmonics more than 90 dB below the tone. The table
/// is made by turning a vector, so that no mathematics library is needed.
@safe
public final class SineTable: @unchecked Sendable {
  private let points: UnsafeMutablePointer<Int16>

  /// Makes the table.
  public init() {
    unsafe points = .allocate(capacity: 257)
    let (stepCosine, stepSine) = (0.999_698_818_696_204_2, 0.024_541_228_522_912_288)
    var (x, y) = (1.0, 0.0)
    for i in 0...256 {
      unsafe (points + i).initialize(to: nearest(y * 32_767))
      (x, y) = (x * stepCosine - y * stepSine, x * stepSine + y * stepCosine)
    }
  }

  deinit { unsafe points.deallocate() }

  /// The sine of a phase, a full turn being 2^32; from -32,767 to 32,767.
  @inline(__always)
  public func value(_ phase: UInt32) -> Int32 {
    let i = Int(phase >> 24)
    let fraction = Int32(phase >> 8 & 0xFFFF)
    let low = unsafe Int32(points[i])
    let high = unsafe Int32(points[i + 1])
    return low + ((high - low) * fraction) >> 16
  }

  /// How far the phase moves in a sample at that frequency.
  public static func step(hertz: Double) -> UInt32 { UInt32(hertz * 4_294_967_296 / 8000) }
}

/// The nearest whole number, halves away from zero.
///
/// `rounded()` is a call of the mathematics library on armv7.
@inline(__always)
func nearest(_ value: Double) -> Int16 { Int16(value < 0 ? value - 0.5 : value + 0.5) }
