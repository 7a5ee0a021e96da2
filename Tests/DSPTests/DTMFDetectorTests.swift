import Base
import DSP
import Testing

@Suite("DTMF detector")
struct DTMFDetectorTests {
  static let keys = Array("123A456B789C*0#D".utf8)
  static let rows = [697.0, 770, 852, 941]
  static let columns = [1209.0, 1336, 1477, 1633]

  /// One digit as a bad or good telephone sends it.
  struct Press {
    var onMs = 60.0
    var offMs = 60.0
    var low = -9.0
    var high = -7.0
    var deviation = 0.0
    /// Level of white noise under everything; `nil` for none.
    var noise: Double?

    func sound(_ key: Int) -> [Double] {
      let count = Int(onMs * 8)
      let f = 1 + deviation / 100
      let pair = mixed(
        sine(rows[key >> 2] * f, dBm0: low, count: count),
        sine(columns[key & 3] * f, dBm0: high, count: count))
      return pair + [Double](repeating: 0, count: Int(offMs * 8))
    }
  }

  /// Plays every key `rounds` times, shifted against the detector's blocks; returns how many came.
  func heard(_ press: Press, rounds: Int = 4) -> (right: Int, wrong: Int, sent: Int) {
    var random = RandomSource(testSeed: 24)
    var result = (right: 0, wrong: 0, sent: 0)
    for round in 0..<rounds {
      for key in 0..<16 {
        var samples = [Double](repeating: 0, count: 400 + (round * 16 + key) * 13 % 102)
        samples += press.sound(key)
        if let level = press.noise {
          samples = mixed(samples, noise(dBm0: level, count: samples.count, &random))
        }
        let digits = detect(quantized(samples + [Double](repeating: 0, count: 400))).map(\.digit)
        result.sent += 1
        if digits == [Self.keys[key]] {
          result.right += 1
        } else if !digits.isEmpty {
          result.wrong += 1
        }
      }
    }
    return result
  }

  func detect(_ samples: [Int16]) -> [(digit: UInt8, ms: Int)] {
    var detector = DTMFDetector()
    var digits: [(UInt8, Int)] = []
    for start in stride(from: 0, to: samples.count - 79, by: 80) {
      if let digit = detector.hear(samples[start..<start + 80].span) {
        digits.append((digit, (start + 80) / 8))
      }
    }
    return digits
  }

  /// ITU-T Q.24 table A-1 and the acceptance figures of common receivers.
  @Test(
    "Digits that must be taken",
    arguments: [
      ("usual", Press()),
      ("40 ms on, 40 ms off", Press(onMs: 40, offMs: 40)),
      ("long", Press(onMs: 2000)),
      ("strong", Press(low: -1, high: 0)),
      ("weak, -25 dBm0 each", Press(low: -25, high: -25)),
      ("weaker than asked, -32 dBm0 each", Press(low: -32, high: -32)),
      ("8 dB twist, high group weaker", Press(low: -9, high: -17)),
      ("4 dB reverse twist, high group stronger", Press(low: -12, high: -8)),
      ("both tones +1.5 %", Press(deviation: 1.5)),
      ("both tones -1.5 %", Press(deviation: -1.5)),
      ("S/N 15 dB", Press(low: -10, high: -10, noise: -22)),
      (
        "40 ms, weak, 1.5 % high, S/N 15 dB",
        Press(onMs: 40, low: -25, high: -25, deviation: 1.5, noise: -37)
      ),
    ] as [(String, Press)])
  func accepts(name: String, press: Press) {
    let result = heard(press)
    #expect(result.right == result.sent, "\(name): \(result)")
  }

  @Test(
    "Sounds that must not be taken",
    arguments: [
      ("23 ms", Press(onMs: 23)),
      ("24 ms, strong", Press(onMs: 24, low: 0, high: 0)),
      ("+3.5 %", Press(deviation: 3.5)),
      ("-3.5 %", Press(deviation: -3.5)),
      ("15 dB twist", Press(low: -5, high: -20)),
      ("10 dB reverse twist", Press(low: -20, high: -10)),
      ("below the threshold", Press(low: -35, high: -35)),
      ("low group alone", Press(high: -80)),
      ("high group alone", Press(low: -80)),
      ("under louder noise", Press(low: -20, high: -20, noise: -10)),
    ] as [(String, Press)])
  func refuses(name: String, press: Press) {
    let result = heard(press)
    #expect(result.right + result.wrong == 0, "\(name): \(result)")
  }

  @Test("Ten digits a second come in order, none twice")
  func rate() {
    let press = Press(onMs: 50, offMs: 50)
    let samples = (0..<160).flatMap { press.sound($0 % 16) }
    #expect(detect(quantized(samples)).map(\.digit) == (0..<160).map { Self.keys[$0 % 16] })
  }

  @Test("A digit is told within 42 ms of its beginning, and suspected within 20")
  func delay() {
    var slowest = 0.0
    var suspected = 0.0
    for shift in 0..<80 {
      var detector = DTMFDetector()
      let begin = 800 + shift
      let line = quantized([Double](repeating: 0, count: begin) + Press(onMs: 100).sound(5))
      var (told, suspicious): (Int?, Int?)
      for start in stride(from: 0, to: line.count - 79, by: 80) {
        if detector.hear(line[start..<start + 80].span) != nil { told = told ?? start + 80 }
        if detector.isSuspicious { suspicious = suspicious ?? start + 80 }
      }
      slowest = max(slowest, Double((told ?? .max) - begin) / 8)
      suspected = max(suspected, Double((suspicious ?? .max) - begin) / 8)
    }
    print("digit told after at most \(slowest) ms, suspected after \(suspected) ms")
    #expect(slowest <= 42 && suspected <= 20, "\(slowest) ms, \(suspected) ms")
  }

  @Test("Frames of any length give the same digits")
  func frames() {
    let line = quantized((0..<16).flatMap { Press(onMs: 45, offMs: 45).sound($0) })
    for size in [1, 7, 80, 160, 333] {
      var detector = DTMFDetector()
      var digits: [UInt8] = []
      for start in stride(from: 0, to: line.count, by: size) {
        let end = min(start + size, line.count)
        if let digit = detector.hear(line[start..<end].span) { digits.append(digit) }
      }
      #expect(digits == Self.keys, "\(size)")
    }
  }

  @Test(
    "A gap in a digit does not make two of it, a pause does",
    arguments: [(4.0, 1), (10, 1), (15, 1), (30, 2), (40, 2)])
  func interruption(gapMs: Double, expected: Int) {
    for shift in 0..<40 {
      let silence = [Double](repeating: 0, count: 400 + shift * 2)
      let pieces = Press(onMs: 60, offMs: gapMs).sound(3) + Press(onMs: 60, offMs: 60).sound(3)
      #expect(detect(quantized(silence + pieces)).count == expected, "shift \(shift)")
    }
  }

  @Test(
    "A dial tone at the level of an exchange does not hide the first digit",
    arguments: [
      ([(450, -10)], -9.0, -7.0), ([(350, -13), (440, -13)], -9, -7), ([(450, -10)], -20, -20),
      ([(350, -13), (440, -13)], -20, -20),
    ] as [([(Double, Double)], Double, Double)])
  func dialTone(tone: [(Double, Double)], low: Double, high: Double) {
    for key in 0..<16 {
      var line = [Double](repeating: 0, count: 1600 + key * 5)
      line += Press(onMs: 40, offMs: 40, low: low, high: high).sound(key)
      for (hertz, level) in tone { line = mixed(line, sine(hertz, dBm0: level, count: line.count)) }
      #expect(detect(quantized(line)).map(\.digit) == [Self.keys[key]])
    }
  }

  @Test("A minute of noise that wanders like speech makes no digit")
  func talkOff() {
    var random = RandomSource(testSeed: 7)
    var samples: [Double] = []
    while samples.count < 60 * 8000 {
      // Syllables of 80 to 250 ms: the harmonics of a voice, each about 2 dB below the one before,
      // and noise.
      let pitch = Double.random(in: 90...280, using: &random)
      let count = Int.random(in: 640...2000, using: &random)
      var syllable = noise(dBm0: -30, count: count, &random)
      for k in 1...12 where pitch * Double(k) < 3400 {
        let level = -12 - 2 * Double(k) + .random(in: -8...8, using: &random)
        syllable = mixed(syllable, sine(pitch * Double(k), dBm0: level, count: count))
      }
      samples += syllable
    }
    #expect(detect(quantized(samples)).isEmpty)
  }

  /// A flat voice of 232 Hz has its third and seventh overtone on 697 and 1633 Hz.
  @Test("A held vowel whose overtones fall on a pair is no digit", arguments: [0.0, -10, -20])
  func vowel(gain: Double) {
    let overtones = [(1, -4.0), (2, 0), (3, -4), (7, -6), (8, -9), (12, -20), (13, -12)]
    var voice: [Double] = []
    for (number, level) in overtones {
      voice = mixed(voice, sine(232.6 * Double(number), dBm0: level - 6 + gain, count: 8000))
    }
    for shift in 0..<20 {
      let silence = [Double](repeating: 0, count: 1000 + shift * 4)
      #expect(detect(quantized(silence + voice)).isEmpty, "shift \(shift)")
    }
  }

  @Test("Music of two voices with overtones makes no digit and no suspicion to speak of")
  func music() {
    var random = RandomSource(testSeed: 11)
    var detector = DTMFDetector()
    var (digits, suspicious, frames) = (0, 0, 0)
    for _ in 0..<300 {
      var chord: [Double] = []
      let count = Int.random(in: 1...4, using: &random) * 800
      for _ in 0..<2 {
        let pitch = 110 * Double.twelfth(Int.random(in: 0...36, using: &random))
        for k in 1...6 where pitch * Double(k) < 3400 {
          let level = -14 - 3 * Double(k)
          chord = mixed(chord, sine(pitch * Double(k), dBm0: level, count: count))
        }
      }
      let samples = quantized(chord)
      for start in stride(from: 0, to: count, by: 80) {
        if detector.hear(samples[start..<start + 80].span) != nil { digits += 1 }
        if detector.isSuspicious { suspicious += 1 }
        frames += 1
      }
    }
    #expect(digits == 0 && suspicious * 100 <= frames, "\(digits), \(suspicious) of \(frames)")
  }

  @Test("It knows whether a digit sounds, and forgets it when told")
  func status() {
    var detector = DTMFDetector()
    let samples = quantized(Press(onMs: 100).sound(0))
    for start in stride(from: 0, to: 640, by: 80) {
      _ = detector.hear(samples[start..<start + 80].span)
    }
    #expect(detector.isSounding && detector.isSuspicious)
    detector.reset()
    #expect(!detector.isSounding && !detector.isSuspicious)
  }
}

extension Double {
  /// So many semitones up.
  fileprivate static func twelfth(_ steps: Int) -> Double {
    (0..<steps).reduce(1.0) { ratio, _ in ratio * 1.059_463_094_359_295_3 }
  }
}
