import Glibc
import Testing

@testable import AnalogPhone

/// Q.23, typed in here a second time.
private let pairs: [Character: [Double]] = [
  "1": [697, 1_209], "2": [697, 1_336], "3": [697, 1_477], "A": [697, 1_633],
  "4": [770, 1_209], "5": [770, 1_336], "6": [770, 1_477], "B": [770, 1_633],
  "7": [852, 1_209], "8": [852, 1_336], "9": [852, 1_477], "C": [852, 1_633],
  "*": [941, 1_209], "0": [941, 1_336], "#": [941, 1_477], "D": [941, 1_633],
]

private let allKeys = "1234567890*#ABCD"

/// Digits with each frequency at its own level, as a line would bring them.
private func digits(
  _ keys: String, onMs: Double = 100, gapMs: Double = 100, low: Double = -9, high: Double = -7,
  detune: Double = 1
) -> Sound {
  var sound = Sound()
  sound.silence(ms: 50)
  for key in keys {
    guard let pair = pairs[key] else { continue }
    var one = Sound()
    one.tone([pair[0] * detune], ms: onMs, dBm0: low)
    var other = Sound()
    other.tone([pair[1] * detune], ms: onMs, dBm0: high)
    sound.samples += zip(one.samples, other.samples).map { $0 + $1 }
    sound.silence(ms: gapMs)
  }
  return sound
}

private func heardDigits(_ sound: Sound, onHook: Bool = false) -> [(key: Character, ms: Double)] {
  listen(sound, onHook: onHook).compactMap {
    if case .digit(let reading, _, let ms) = $0 { (reading.key, ms) } else { nil }
  }
}

@Suite("DTMF")
struct DTMFTests {
  @Test(
    "Digits are recognized with their length", arguments: [(50.0, 50.0), (100, 100), (250, 70)])
  func recognized(on: Double, gap: Double) {
    let heard = heardDigits(digits(allKeys, onMs: on, gapMs: gap))
    #expect(String(heard.map(\.key)) == allKeys)
    #expect(heard.allSatisfy { abs($0.ms - on) < 2 })
  }

  @Test("Levels, twist and 1.5 % of error are allowed")
  func tolerances() {
    for sound in [
      digits(allKeys, low: -25, high: -25), digits(allKeys, low: -3, high: -3),
      digits(allKeys, low: -12, high: -4), digits(allKeys, low: -6, high: -10),
      digits(allKeys, detune: 1.015), digits(allKeys, detune: 0.985),
    ] {
      #expect(String(heardDigits(sound).map(\.key)) == allKeys)
    }
  }

  @Test("The levels of both frequencies are measured")
  func levels() throws {
    for case .digit(let reading, let onset, _) in listen(digits("5", low: -11, high: -9)) {
      #expect(abs(reading.lowDBm0 + 11) < 0.3)
      #expect(abs(reading.highDBm0 + 9) < 0.3)
      #expect(abs(onset - 400) <= 1)
      return
    }
    Issue.record("no digit")
  }

  @Test("Call progress tones and digits do not mix")
  func separate() {
    var sound = Sound()
    sound.cadence([450], [350, 350], periods: 5)
    #expect(heardDigits(sound).isEmpty)
    let heard = listen(digits("111111"))
    #expect(!heard.contains { if case .tone = $0 { true } else { false } })
    #expect(!heard.contains { if case .speech = $0 { true } else { false } })
  }

  /// Power of one frequency by the definition of the transform, over whole periods of nothing.
  private func level(_ samples: ArraySlice<Int16>, _ hertz: Double) -> Double {
    var real = 0.0
    var imaginary = 0.0
    for (i, sample) in samples.enumerated() {
      let angle = 2 * Double.pi * hertz * Double(i) / 8_000
      real += Double(sample) * cos(angle)
      imaginary += Double(sample) * sin(angle)
    }
    let peak = 2 * hypot(real, imaginary) / Double(samples.count)
    return 20 * log10(peak / Sound.zeroDBm0Peak)
  }

  @Test("What is dialled has the frequencies, levels and times of the order", arguments: allKeys)
  func generated(key: Character) throws {
    var mouth = Mouth()
    mouth.dial([key], DTMF.Sending(onMs: 100, gapMs: 60, lowDBm0: -11, highDBm0: -8.5))
    let samples = (0..<20).flatMap { _ in mouth.speak(80) }
    let pair = try #require(pairs[key])
    #expect(abs(level(samples[0..<800], pair[0]) + 11) < 0.25)
    #expect(abs(level(samples[0..<800], pair[1]) + 8.5) < 0.25)
    #expect(samples[1..<800].contains { $0 != 0 } && samples[792..<800].contains { $0 != 0 })
    #expect(samples[800...].allSatisfy { $0 == 0 })
  }

  @Test("Dialling takes exactly its time")
  func timing() {
    var mouth = Mouth()
    mouth.dial(["1", "2", "3"], DTMF.Sending(onMs: 50, gapMs: 50))
    var frames = 0
    while mouth.isBusy(.dial) {
      _ = mouth.speak(80)
      frames += 1
    }
    #expect(frames == 30)
  }
}

@Suite("Caller ID in DTMF")
struct DTMFCallerIDTests {
  struct Row: CustomTestStringConvertible {
    let raw: String
    var number: String?
    var redirecting: String?
    var absence: String?
    var testDescription: String { raw }
  }

  static let rows = [
    Row(raw: "A13800138000C", number: "13800138000"),
    Row(raw: "A02155667788#", number: "02155667788"),
    Row(raw: "D13800138000C", number: "13800138000"),
    Row(raw: "13800138000#", number: "13800138000"),
    Row(raw: "D1#", absence: "P"),
    Row(raw: "B00C", absence: "O"),
    Row(raw: "B10C", absence: "P"),
    Row(raw: "A12345678D87654321C", number: "12345678", redirecting: "87654321"),
  ]

  @Test("Every variant is read from the sound", arguments: rows)
  func variants(_ row: Row) throws {
    var sound = digits(row.raw, onMs: 70, gapMs: 70)
    sound.silence(ms: 700)
    let readings = listen(sound, onHook: true).compactMap {
      if case .dtmfCallerID(let reading, _) = $0 { reading } else { nil }
    }
    #expect(readings.count == 1)
    let reading = try #require(readings.first)
    #expect(reading.raw == row.raw)
    #expect(reading.number == row.number)
    #expect(reading.redirecting == row.redirecting)
    #expect(reading.absence == row.absence)
  }

  @Test("Off hook, digits are digits")
  func offHook() {
    var sound = digits("A13800138000C", onMs: 70, gapMs: 70)
    sound.silence(ms: 700)
    #expect(!listen(sound).contains { if case .dtmfCallerID = $0 { true } else { false } })
  }
}
