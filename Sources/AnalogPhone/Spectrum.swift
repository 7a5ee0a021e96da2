import Glibc

/// Finds the frequencies that some samples are made of.
struct Spectrum {
  /// One frequency and its strength.
  struct Peak: Equatable {
    let hertz: Double
    let amplitude: Double
  }

  private static let size = 2_048
  private static let hertzPerBin = 8_000.0 / Double(size)

  private let magnitudes: [Double]

  /// Analyzes up to 2048 samples under a Hann window.
  init(_ samples: [Int16], _ range: Range<Int>) {
    let count = min(range.count, Self.size)
    var real = [Double](repeating: 0, count: Self.size)
    var sum = 0.0
    for i in 0..<count {
      let weight = 0.5 - 0.5 * cos(2 * Double.pi * (Double(i) + 0.5) / Double(count))
      real[i] = Double(samples[range.lowerBound + i]) * weight
      sum += weight
    }
    let scale = sum > 0 ? 2 / sum : 0
    magnitudes = fourierMagnitudes(real).map { $0 * scale }
  }

  /// The strongest frequencies first, at most four, none weaker than the first by over 15 dB.
  func peaks() -> [Peak] {
    let first = Int(200 / Self.hertzPerBin)
    let last = Int(3_600 / Self.hertzPerBin)
    var found: [Peak] = []
    for i in first...last where magnitudes[i] > magnitudes[i - 1] {
      if magnitudes[i] >= magnitudes[i + 1] { found.append(interpolated(at: i)) }
    }
    found.sort { $0.amplitude > $1.amplitude }
    guard let strongest = found.first, strongest.amplitude > 1 else { return [] }
    let limit = strongest.amplitude * pow(10, -15.0 / 20)
    return found.prefix(4).filter { $0.amplitude >= limit }
  }

  /// A parabola through the logarithms of three neighbours.
  private func interpolated(at i: Int) -> Peak {
    let a = log(magnitudes[i - 1] + 1e-12)
    let b = log(magnitudes[i] + 1e-12)
    let c = log(magnitudes[i + 1] + 1e-12)
    let curve = a - 2 * b + c
    let shift = curve == 0 ? 0 : 0.5 * (a - c) / curve
    let height = b - 0.25 * (a - c) * shift
    return Peak(hertz: (Double(i) + shift) * Self.hertzPerBin, amplitude: exp(height))
  }
}

/// Magnitudes of the first half of a discrete Fourier transform; the size is a power of two.
private func fourierMagnitudes(_ input: [Double]) -> [Double] {
  let size = input.count
  var real = input
  var imaginary = [Double](repeating: 0, count: size)
  reverseBits(&real)
  var half = 1
  while half < size {
    let turn = -Double.pi / Double(half)
    for k in 0..<half {
      let c = cos(turn * Double(k))
      let s = sin(turn * Double(k))
      for top in stride(from: k, to: size, by: 2 * half) {
        let bottom = top + half
        let r = real[bottom] * c - imaginary[bottom] * s
        let i = real[bottom] * s + imaginary[bottom] * c
        real[bottom] = real[top] - r
        imaginary[bottom] = imaginary[top] - i
        real[top] += r
        imaginary[top] += i
      }
    }
    half *= 2
  }
  return (0..<size / 2).map { hypot(real[$0], imaginary[$0]) }
}

private func reverseBits(_ values: inout [Double]) {
  var j = 0
  for i in 1..<values.count {
    var bit = values.count >> 1
    while j & bit != 0 {
      j ^= bit
      bit >>= 1
    }
    j |= bit
    if i < j { values.swapAt(i, j) }
  }
}
