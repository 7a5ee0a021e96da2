import Base
import Foundation
import Testing

/// 0 dBm0 as the mean square of the samples: a sine of +3.14 dBm0 just reaches full scale.
let zeroDBm0 = pow(32_768, 2) / 2 / pow(10, 0.314)

/// The level of one frequency over the whole signal, by correlation with a sine and a cosine.
func level(_ samples: ArraySlice<Int16>, _ hertz: Double) -> Double {
  var (i, q) = (0.0, 0.0)
  var weights = 0.0
  for (n, x) in samples.enumerated() {
    let weight = 0.5 - 0.5 * cos(2 * .pi * (Double(n) + 0.5) / Double(samples.count))
    let phase = 2 * .pi * hertz * Double(n) / 8000
    i += weight * Double(x) * cos(phase)
    q += weight * Double(x) * sin(phase)
    weights += weight
  }
  let peak = 2 * (i * i + q * q).squareRoot() / weights
  return 10 * log10(max(peak * peak / 2, 1e-9) / zeroDBm0)
}

func level(_ samples: [Int16], _ hertz: Double) -> Double { level(samples[...], hertz) }

/// The level of everything together.
func level(_ samples: ArraySlice<Int16>) -> Double {
  let sum = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
  return 10 * log10(max(sum / Double(max(samples.count, 1)), 1e-9) / zeroDBm0)
}

/// Lengths of sound and silence in milliseconds, beginning with sound.
///
/// A zero comes first if it begins silent. Sound is where a millisecond is above -45 dBm0.
func cadence(_ samples: [Int16]) -> [Int] {
  var runs: [Int] = []
  var isSound = true
  var length = 0
  for start in stride(from: 0, to: samples.count - 7, by: 8) {
    let loud = level(samples[start..<start + 8]) > -45
    if loud != isSound {
      runs.append(length)
      (isSound, length) = (loud, 0)
    }
    length += 1
  }
  return runs + [length]
}

/// A sine of the tests' own: peak by dBm0, samples from zero phase on.
func sine(_ hertz: Double, dBm0 level: Double, count: Int) -> [Double] {
  let peak = (2 * zeroDBm0 * pow(10, level / 10)).squareRoot()
  return (0..<count).map { peak * sin(2 * .pi * hertz * Double($0) / 8000) }
}

/// White noise of a level, by the sum of twelve uniform numbers.
func noise(dBm0 level: Double, count: Int, _ random: inout RandomSource) -> [Double] {
  let rms = (zeroDBm0 * pow(10, level / 10)).squareRoot()
  return (0..<count).map { _ in
    var sum = -6.0
    for _ in 0..<12 { sum += Double(random.nextWord()) / 4_294_967_296 }
    return rms * sum
  }
}

/// Rounds and limits to 16 bits.
func quantized(_ samples: [Double]) -> [Int16] {
  samples.map { Int16(max(-32_768, min(32_767, $0.rounded()))) }
}

/// Adds sample by sample; the longer one's tail stays.
func mixed(_ a: [Double], _ b: [Double]) -> [Double] {
  (0..<max(a.count, b.count)).map {
    ($0 < a.count ? a[$0] : 0) + ($0 < b.count ? b[$0] : 0)
  }
}

/// Calls `render` for frames of `size` until `count` samples are there.
func collect(_ count: Int, frame size: Int = 80, _ render: (inout MutableSpan<Int16>) -> Void)
  -> [Int16]
{
  var samples: [Int16] = []
  var frame = [Int16](repeating: 0, count: size)
  while samples.count < count {
    var span = frame.mutableSpan
    render(&span)
    samples += frame
  }
  return Array(samples.prefix(count))
}

/// `#expect` of a mutating call that must be taken.
func require(_ taken: Bool, at location: SourceLocation = #_sourceLocation) {
  #expect(taken, sourceLocation: location)
}

/// `#expect` of a mutating call that must be refused.
func refuse(_ taken: Bool, at location: SourceLocation = #_sourceLocation) {
  #expect(!taken, sourceLocation: location)
}
