import Glibc

/// The two modems that carry caller ID, both 1200 bits a second.
enum Modem: String, CaseIterable {
  /// Mark 1200 Hz, space 2200 Hz.
  case bell202
  /// ITU-T V.23 forward channel: mark 1300 Hz, space 2100 Hz.
  case v23

  var markHertz: Double { self == .bell202 ? 1_200 : 1_300 }
  var spaceHertz: Double { self == .bell202 ? 2_200 : 2_100 }
}

/// Tells mark from space, sample by sample, by the energy of the two frequencies in the last bit.
struct FSKDemodulator {
  /// Samples a bit lasts.
  static let bit = 8_000.0 / 1_200

  private var mark: BitEnergy
  private var space: BitEnergy

  init(_ modem: Modem) {
    mark = BitEnergy(hertz: modem.markHertz)
    space = BitEnergy(hertz: modem.spaceHertz)
  }

  /// How sure it is: +1 mark, −1 space; and the peak value of the two together.
  mutating func receive(_ sample: Int16) -> (decision: Double, amplitude: Double) {
    let markEnergy = mark.receive(Double(sample))
    let spaceEnergy = space.receive(Double(sample))
    let sum = markEnergy + spaceEnergy
    guard sum > 0 else { return (0, 0) }
    return ((markEnergy - spaceEnergy) / sum, 2 * sum.squareRoot() / Self.bit)
  }
}

/// The energy of one frequency in the last 6⅔ samples.
private struct BitEnergy {
  private let cosines: [Double]
  private let sines: [Double]
  private var phase = 0
  private var real = [Double](repeating: 0, count: 7)
  private var imaginary = [Double](repeating: 0, count: 7)
  private var realSum = 0.0
  private var imaginarySum = 0.0
  private var slot = 0

  /// Every frequency that is used is a multiple of 100 Hz: 80 samples hold whole periods.
  init(hertz: Double) {
    let turn = 2 * Double.pi * hertz / 8_000
    cosines = (0..<80).map { cos(turn * Double($0)) }
    sines = (0..<80).map { sin(turn * Double($0)) }
  }

  mutating func receive(_ sample: Double) -> Double {
    let x = sample * cosines[phase]
    let y = sample * sines[phase]
    phase = phase == 79 ? 0 : phase + 1
    realSum += x - real[slot]
    imaginarySum += y - imaginary[slot]
    real[slot] = x
    imaginary[slot] = y
    slot = slot == 6 ? 0 : slot + 1
    // The slot that is written next holds the oldest product; two thirds of it still count.
    let a = realSum - real[slot] / 3
    let b = imaginarySum - imaginary[slot] / 3
    return a * a + b * b
  }
}
