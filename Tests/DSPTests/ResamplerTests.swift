import DSP
import Foundation
import Testing

/// Both ways between 8 kHz and a card's rate.
@Suite("Resampling", .serialized)
struct ResamplerTests {
  private static let peak = 10_000.0

  /// A second of a sine through the decimator; the settled half of it.
  private func decimated(_ hertz: Double, factor: Int) -> [Int16] {
    let decimator = Decimator(RateFilter(factor: factor))
    let fast = sine(hertz, rate: 8_000 * factor)
    var slow: [Int16] = []
    for start in stride(from: 0, to: fast.count, by: 80 * factor) {
      var frame = [Int16](repeating: 0, count: 80)
      var span = frame.mutableSpan
      decimator.convert(fast[start..<start + 80 * factor].span, into: &span)
      slow += frame
    }
    return Array(slow[4_000...])
  }

  private func interpolated(_ slow: [Int16], factor: Int) -> [Int16] {
    let interpolator = Interpolator(RateFilter(factor: factor))
    var fast: [Int16] = []
    for start in stride(from: 0, to: slow.count, by: 80) {
      var frame = [Int16](repeating: 0, count: 80 * factor)
      var span = frame.mutableSpan
      interpolator.convert(slow[start..<start + 80].span, into: &span)
      fast += frame
    }
    return Array(fast[(fast.count / 2)...])
  }

  private func sine(_ hertz: Double, rate: Int) -> [Int16] {
    (0..<rate).map {
      Int16((Self.peak * sin(2 * .pi * hertz * Double($0) / Double(rate))).rounded())
    }
  }

  /// The level of one frequency below the sine that went in, in dB.
  private func gain(_ samples: [Int16], _ hertz: Double, rate: Int) -> Double {
    var (i, q) = (0.0, 0.0)
    for (n, x) in samples.enumerated() {
      let phase = 2 * .pi * hertz * Double(n) / Double(rate)
      i += Double(x) * cos(phase)
      q += Double(x) * sin(phase)
    }
    return 20
      * log10(max(2 * (i * i + q * q).squareRoot() / Double(samples.count), 1e-3) / Self.peak)
  }

  private static let band = [300.0, 500, 1_000, 1_700, 2_400, 3_000, 3_200, 3_400]

  @Test("300 to 3400 Hz pass within 0.5 dB", arguments: [2, 6])
  func passband(_ factor: Int) {
    for hertz in Self.band {
      let down = gain(decimated(hertz, factor: factor), hertz, rate: 8_000)
      #expect(abs(down) < 0.5, "\(hertz) Hz down: \(down) dB")
      let up = gain(
        interpolated(sine(hertz, rate: 8_000), factor: factor), hertz, rate: 8_000 * factor)
      #expect(abs(up) < 0.5, "\(hertz) Hz up: \(up) dB")
    }
  }

  @Test("What would fold into the band is 45 dB down", arguments: [2, 6])
  func aliases(_ factor: Int) {
    for hertz in stride(from: 4_600.0, to: Double(4_000 * factor), by: 1_300) {
      let out = decimated(hertz, factor: factor)
      let folded = abs((hertz / 8_000).rounded() * 8_000 - hertz)
      let left = gain(out, folded, rate: 8_000)
      #expect(left < -45, "\(hertz) Hz as \(folded) Hz: \(left) dB")
    }
  }

  @Test("No image of the band is above -45 dB", arguments: [2, 6])
  func images(_ factor: Int) {
    let rate = 8_000 * factor
    for hertz in Self.band {
      let out = interpolated(sine(hertz, rate: 8_000), factor: factor)
      for turn in 1...factor / 2 {
        for image in [Double(8_000 * turn) - hertz, Double(8_000 * turn) + hertz]
        where image < Double(rate) / 2 {
          let level = gain(out, image, rate: rate)
          #expect(level < -45, "image of \(hertz) Hz at \(image) Hz: \(level) dB")
        }
      }
    }
  }

  @Test("Full scale clips and does not wrap", arguments: [2, 6])
  func fullScale(_ factor: Int) {
    let decimator = Decimator(RateFilter(factor: factor))
    let interpolator = Interpolator(RateFilter(factor: factor))
    var frame = [Int16](repeating: 0, count: 80)
    var fast = [Int16](repeating: 0, count: 80 * factor)
    for sign in [Int16.max, .min] {
      for _ in 0..<3 {
        var span = frame.mutableSpan
        decimator.convert([Int16](repeating: sign, count: 80 * factor).span, into: &span)
        var fastSpan = fast.mutableSpan
        interpolator.convert([Int16](repeating: sign, count: 80).span, into: &fastSpan)
      }
      #expect(abs(Int(frame[79]) - Int(sign)) < 330)
      #expect(abs(Int(fast[80 * factor - 1]) - Int(sign)) < 330)
    }
  }

  @Test("A reset forgets the past", arguments: [2, 6])
  func reset(_ factor: Int) {
    let decimator = Decimator(RateFilter(factor: factor))
    let interpolator = Interpolator(RateFilter(factor: factor))
    var slow = [Int16](repeating: 9_000, count: 80)
    var fast = [Int16](repeating: 9_000, count: 80 * factor)
    for value in [Int16(9_000), 0] {
      decimator.reset()
      interpolator.reset()
      var slowSpan = slow.mutableSpan
      decimator.convert([Int16](repeating: value, count: 80 * factor).span, into: &slowSpan)
      var fastSpan = fast.mutableSpan
      interpolator.convert([Int16](repeating: value, count: 80).span, into: &fastSpan)
    }
    #expect(slow.allSatisfy { $0 == 0 } && fast.allSatisfy { $0 == 0 })
  }
}
