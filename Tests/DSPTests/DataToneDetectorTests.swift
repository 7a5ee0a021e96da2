import Base
import DSP
import Foundation
import Testing

@Suite("Answering tones of modems and flags of fax machines")
struct DataToneDetectorTests {
  /// An answering tone as V.25 and V.8 have it.
  struct Answer {
    var hertz = 2100.0
    var level = -13.0
    var ms = 3000.0
    /// How often the phase turns by half a turn; `nil` for never.
    var turnMs: Double?
    /// How much the amplitude swings at 15 Hz.
    var swing = 0.0
    /// Level of white noise under everything; `nil` for none.
    var noise: Double?

    var sound: [Double] {
      let peak = (2 * zeroDBm0 * pow(10, level / 10)).squareRoot()
      var samples = (0..<Int(ms * 8)).map { n in
        let seconds = Double(n) / 8000
        let isTurned = turnMs.map { Int(seconds * 1000 / $0) % 2 == 1 } ?? false
        let amplitude = peak * (1 + swing * sin(2 * .pi * 15 * seconds))
        return (isTurned ? -1 : 1) * amplitude * sin(2 * .pi * hertz * seconds)
      }
      guard let noise else { return samples }
      var random = RandomSource(testSeed: 25)
      let under = DSPTests.noise(dBm0: noise, count: samples.count, &random)
      samples = mixed(samples, under)
      return samples
    }
  }

  /// Bits in channel 2 of V.21, its phase without a step.
  func channel2(
    _ bits: [Int], level: Double = -13, shift: Double = 0, baud: Double = 300
  ) -> [Double] {
    let peak = (2 * zeroDBm0 * pow(10, level / 10)).squareRoot()
    var phase = 0.0
    return (0..<Int(Double(bits.count) * 8000 / baud)).map { n in
      let isOne = bits[min(Int(Double(n) * baud / 8000), bits.count - 1)] == 1
      phase += 2 * .pi * ((isOne ? 1650 : 1850) + shift) / 8000
      return peak * sin(phase)
    }
  }

  func flags(_ count: Int) -> [Int] { (0..<count).flatMap { _ in [0, 1, 1, 1, 1, 1, 1, 0] } }

  /// A joint menu of V.8: ten ones, ten bits of synchronization, characters of ten bits.
  func jointMenu(_ count: Int) -> [Int] {
    let octets = [0xE0, 0xC1, 0x45, 0x10, 0x2A]
    let characters = octets.flatMap { octet in [0] + (0..<8).map { octet >> $0 & 1 } + [1] }
    let one = [Int](repeating: 1, count: 10) + [0, 0, 0, 0, 0, 0, 1, 1, 1, 1] + characters
    return (0..<count).flatMap { _ in one }
  }

  /// What is heard, and how many milliseconds after the beginning.
  func heard(
    _ samples: [Double], _ detector: inout DataToneDetector
  ) -> [(data: VoicebandData, ms: Int)] {
    let frames = quantized(samples)
    var found: [(VoicebandData, Int)] = []
    for start in stride(from: 0, to: frames.count - 79, by: 80) {
      if let data = detector.hear(frames[start..<start + 80].span) {
        found.append((data, start / 8 + 10))
      }
    }
    return found
  }

  func heard(_ samples: [Double]) -> [(data: VoicebandData, ms: Int)] {
    var detector = DataToneDetector()
    return heard(samples, &detector)
  }

  @Test(
    "Tones that must be heard within a second and a bit",
    arguments: [
      ("plain", Answer()),
      ("15 Hz low", Answer(hertz: 2085)), ("15 Hz high", Answer(hertz: 2115)),
      ("loud", Answer(level: 0)), ("weak", Answer(level: -40)),
      ("its phase turns", Answer(turnMs: 425)),
      ("ANSam", Answer(swing: 0.2)), ("ANSam that turns", Answer(turnMs: 450, swing: 0.2)),
      ("noise 20 dB below", Answer(level: -30, noise: -50)),
    ] as [(String, Answer)])
  func hears(name: String, answer: Answer) {
    for shift in 0..<8 {
      let found = heard([Double](repeating: 0, count: 800 + 17 * shift) + answer.sound)
      #expect(found.map(\.data) == [.modem], "\(name)")
      #expect((1_080...1_400).contains(found.first?.ms ?? 0), "\(name): \(found)")
    }
  }

  @Test(
    "What is no answering tone",
    arguments: [
      ("too short", Answer(ms: 900)),
      ("a flute's C", Answer(hertz: 2093, ms: 900)), ("too weak", Answer(level: -46)),
      ("40 Hz beside it", Answer(hertz: 2140)), ("Bell 103", Answer(hertz: 2225)),
      ("a calling modem", Answer(hertz: 1300)), ("a calling fax machine", Answer(hertz: 1100)),
      ("no more than the noise", Answer(level: -30, noise: -30)),
    ] as [(String, Answer)])
  func ignores(name: String, answer: Answer) {
    #expect(heard(answer.sound).isEmpty, "\(name)")
  }

  @Test("Noise, for a minute")
  func noise() {
    var random = RandomSource(testSeed: 26)
    var detector = DataToneDetector()
    for _ in 0..<60 {
      #expect(heard(DSPTests.noise(dBm0: -20, count: 8000, &random), &detector).isEmpty)
    }
  }

  @Test(
    "Flags behind the tone make a fax machine of the modem",
    arguments: [
      (-13, 0, 300), (-38, 0, 300), (-13, 6, 300), (-13, -6, 300), (-13, 0, 300.03),
    ] as [(Double, Double, Double)])
  func flags(level: Double, shift: Double, baud: Double) {
    let before = Answer().sound + [Double](repeating: 0, count: 600)
    let found = heard(before + channel2(flags(37), level: level, shift: shift, baud: baud))
    #expect(found.map(\.data) == [.modem, .fax])
    #expect((3275...3400).contains(found.last?.ms ?? 0), "\(found)")
  }

  @Test("Flags without a tone before them say nothing")
  func flagsAlone() {
    #expect(heard(channel2(flags(100))).isEmpty)
  }

  @Test("A V.8 modem speaks in the same channel and is no fax machine")
  func jointMenu() {
    let found = heard(Answer(turnMs: 450, swing: 0.2).sound + channel2(jointMenu(20)))
    #expect(found.map(\.data) == [.modem])
  }

  @Test("Flags are heard behind a long silence")
  func idles() {
    var detector = DataToneDetector()
    detector.data = .modem
    #expect(heard(channel2([0] + [Int](repeating: 1, count: 8)), &detector).isEmpty)
    #expect(heard([Double](repeating: 0, count: 800_000), &detector).isEmpty)
    #expect(heard(channel2(flags(37)), &detector).map(\.data) == [.fax])
  }

  @Test("What the other end has heard is taken, and what it takes back is listened for again")
  func set() {
    var detector = DataToneDetector()
    detector.data = .modem
    #expect(heard(channel2(flags(37)), &detector).map(\.data) == [.fax])
    detector.data = nil
    #expect(heard(Answer().sound, &detector).map(\.data) == [.modem])
  }
}
