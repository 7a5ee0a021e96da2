import Glibc

/// Sound made by the textbook, for tests: no line of it comes from what is tested.
///
/// Levels: G.711's A-law overloads at +3.14 dBm0 and its largest sine fills 16 bits, so 0 dBm0 is
/// a sine of peak 32768 · 10^(−3.14/20) = 22827.
struct Sound {
  var samples: [Double] = []

  static let zeroDBm0Peak = 22_827.0

  /// Sines of one level each, with the phases running on from the first sample of the sound.
  mutating func tone(_ hertz: [Double], ms: Double, dBm0: Double = -10) {
    let peak = Self.zeroDBm0Peak * pow(10, dBm0 / 20)
    for _ in 0..<Int(ms * 8) {
      let t = Double(samples.count) / 8_000
      samples.append(hertz.reduce(0) { $0 + peak * sin(2 * .pi * $1 * t) })
    }
  }

  mutating func silence(ms: Double) {
    samples += [Double](repeating: 0, count: Int(ms * 8))
  }

  /// One period or more of an interrupted tone.
  mutating func cadence(_ hertz: [Double], _ pieces: [Double], periods: Int, dBm0: Double = -10) {
    for _ in 0..<periods {
      for (i, ms) in pieces.enumerated() {
        if i % 2 == 0 { tone(hertz, ms: ms, dBm0: dBm0) } else { silence(ms: ms) }
      }
    }
  }

  /// Noise with a flat spectrum over everything so far.
  mutating func addNoise(dBm0: Double, seed: UInt64) {
    var dice = SplitMix(state: seed)
    let deviation = Self.zeroDBm0Peak / 2.0.squareRoot() * pow(10, dBm0 / 20)
    for i in samples.indices { samples[i] += deviation * dice.gaussian() }
  }

  /// Frames of 80 samples, the last one filled up with silence.
  var frames: [[Int16]] {
    let count = (samples.count + 79) / 80 * 80
    let padded = samples + [Double](repeating: 0, count: count - samples.count)
    return stride(from: 0, to: count, by: 80).map { start in
      padded[start..<start + 80].map { Int16(max(-32_768, min(32_767, $0.rounded()))) }
    }
  }

  var linear: [Int16] { frames.flatMap(\.self) }
}

/// A caller ID signal bit by bit, phase-continuous.
struct FSKSignal {
  var mark = 1_200.0
  var space = 2_200.0
  var baud = 1_200.0
  var dBm0 = -14.0
  var seizureBits = 300
  var markBits = 180
  /// Marks between two bytes beyond the stop bit.
  var stuffing = 0
  /// Samples the bits begin after the first sample of the sound, to try every phase of the clock.
  var offset = 0.0

  func bits(_ message: [UInt8]) -> [Bool] {
    var bits = (0..<seizureBits).map { $0 % 2 == 1 } + [Bool](repeating: true, count: markBits)
    for byte in message {
      bits.append(false)
      for k in 0..<8 { bits.append(byte >> UInt8(k) & 1 == 1) }
      bits += [Bool](repeating: true, count: 1 + stuffing)
    }
    return bits + [true, true, true]
  }

  func sound(_ message: [UInt8]) -> Sound { sound(bits: bits(message)) }

  func sound(bits: [Bool]) -> Sound {
    var sound = Sound()
    var phase = 0.0
    let count = Int(Double(bits.count) * 8_000 / baud)
    for i in 0..<count {
      let bit = bits[min(bits.count - 1, Int((Double(i) + offset) * baud / 8_000))]
      phase += 2 * .pi * (bit ? mark : space) / 8_000
      sound.samples.append(Sound.zeroDBm0Peak * pow(10, dBm0 / 20) * sin(phase))
    }
    return sound
  }
}

/// Adds the checksum byte that makes the sum of all bytes zero.
func withChecksum(_ bytes: [UInt8]) -> [UInt8] {
  bytes + [UInt8((256 - bytes.reduce(0) { $0 + Int($1) } % 256) % 256)]
}

/// Small seeded generator: a failing seed in a log is a reproducible test.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Mean 0, deviation 1 (Box and Muller).
  mutating func gaussian() -> Double {
    let radius = (-2 * log(Double.random(in: 1e-12..<1, using: &self))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
  }
}

/// G.711 A-law there and back, by the segments of the standard's table.
func throughALaw(_ sample: Double) -> Double {
  let magnitude = min(abs(sample), 32_256) / 16
  let segment = magnitude < 32 ? 0 : Int(log2(magnitude / 16))
  let step = segment == 0 ? 2.0 : pow(2, Double(segment))
  let middle = (magnitude / step).rounded(.down) * step + step / 2
  return (sample < 0 ? -1 : 1) * middle * 16
}
