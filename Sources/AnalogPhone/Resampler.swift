import Glibc

/// Brings a recording to 8 kHz with a windowed-sinc filter, as many samples at a time as wanted.
///
/// The filter is flat up to 3.6 kHz and 80 dB down from 4 kHz on (Kaiser window, β 8).
struct Resampler {
  private let source: [Int16]
  private let gain: Double
  /// One set of coefficients for each position between two input samples.
  private let phases: [[Double]]
  private let inputStep: Int
  private let halfWidth: Int
  private var produced = 0

  /// How many samples come out in all.
  let count: Int

  init(_ recording: Recording, gain: Double = 1) {
    let divisor = greatestCommonDivisor(recording.rate, 8_000)
    let up = 8_000 / divisor
    inputStep = recording.rate / divisor
    source = recording.samples
    self.gain = gain
    count = (recording.samples.count * up + inputStep - 1) / inputStep
    guard recording.rate != 8_000 else {
      halfWidth = 0
      phases = [[1]]
      return
    }
    let filter = LowPass(inputRate: Double(recording.rate))
    halfWidth = filter.halfWidth
    phases = (0..<up).map { filter.coefficients(shift: Double($0) / Double(up)) }
  }

  /// Whether nothing is left.
  var isDone: Bool { produced >= count }

  /// How many samples are left.
  var remaining: Int { count - produced }

  /// The next sample.
  mutating func next() -> Int16 {
    let position = produced * inputStep
    produced += 1
    let coefficients = phases[position % phases.count]
    let first = position / phases.count - halfWidth
    // Before its beginning and after its end the recording is silent.
    var k = max(0, -first)
    let end = min(coefficients.count, source.count - first)
    var sum = 0.0
    while k < end {
      sum += coefficients[k] * Double(source[first + k])
      k += 1
    }
    return clipped(sum * gain)
  }
}

/// The sample nearest to the value.
func clipped(_ value: Double) -> Int16 {
  Int16(max(-32_768, min(32_767, value.rounded())))
}

private struct LowPass {
  private static let beta = 8.0
  private static let transitionHertz = 400.0

  private let inputRate: Double
  private let cutoff: Double
  let halfWidth: Int

  init(inputRate: Double) {
    self.inputRate = inputRate
    // Sources below 8 kHz are cut at their own limit instead.
    cutoff = min(8_000, inputRate) / 2 - Self.transitionHertz / 2
    // Kaiser's estimate for 80 dB: (80 − 7.95) / (14.36 · Δf / fs) coefficients.
    halfWidth = Int((72.05 / 14.36 * inputRate / Self.transitionHertz / 2).rounded(.up))
  }

  /// The coefficients that give the value `shift` input samples after the middle one.
  func coefficients(shift: Double) -> [Double] {
    let raw = (-halfWidth...halfWidth).map { value(at: Double($0) - shift) }
    let sum = raw.reduce(0, +)
    return raw.map { $0 / sum }
  }

  private func value(at x: Double) -> Double {
    let edge = x / (Double(halfWidth) + 1)
    let window = besselI0(Self.beta * (1 - edge * edge).squareRoot()) / besselI0(Self.beta)
    let angle = 2 * Double.pi * cutoff / inputRate * x
    return window * (abs(angle) < 1e-9 ? 1 : sin(angle) / angle)
  }
}

private func besselI0(_ x: Double) -> Double {
  var term = 1.0
  var sum = 1.0
  for k in 1...40 {
    term *= (x / 2 / Double(k)) * (x / 2 / Double(k))
    sum += term
  }
  return sum
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
