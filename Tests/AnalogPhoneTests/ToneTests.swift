import Testing

@testable import AnalogPhone

/// What an ear of a country told about a sound.
func listen(_ sound: Sound, country: String = "cn", onHook: Bool = false) -> [Heard] {
  var ear = Ear(country: country)
  ear.isOnHook = onHook
  return sound.frames.flatMap { ear.hear($0) }
}

private func tones(_ heard: [Heard]) -> [(tone: ToneNamer.Named, level: Double)] {
  heard.compactMap { if case .tone(let tone, let level) = $0 { (tone, level) } else { nil } }
}

struct WantedTone: CustomTestStringConvertible {
  let country: String
  let name: String
  let hertz: [Double]
  let cadence: [Double]
  var testDescription: String { "\(country) \(name)" }
}

/// ITU-T E.180 supplement 2 and GB 3380, typed in here a second time.
private let wanted = [
  WantedTone(country: "cn", name: "dial", hertz: [450], cadence: []),
  WantedTone(country: "cn", name: "ringback", hertz: [450], cadence: [1_000, 4_000]),
  WantedTone(country: "cn", name: "busy", hertz: [450], cadence: [350, 350]),
  WantedTone(country: "cn", name: "congestion", hertz: [450], cadence: [700, 700]),
  WantedTone(country: "cn", name: "call-waiting", hertz: [450], cadence: [400, 4_000]),
  WantedTone(country: "cn", name: "special-dial", hertz: [450], cadence: [400, 40]),
  WantedTone(
    country: "cn", name: "vacant", hertz: [450],
    cadence: [100, 100, 100, 100, 100, 100, 400, 400]),
  WantedTone(country: "cn", name: "intrusion", hertz: [450], cadence: [200, 200, 200, 600]),
  WantedTone(country: "cn", name: "howler", hertz: [950], cadence: []),
  WantedTone(country: "us", name: "dial", hertz: [350, 440], cadence: []),
  WantedTone(country: "us", name: "special-dial", hertz: [350, 440], cadence: [100, 100]),
  WantedTone(country: "us", name: "ringback", hertz: [440, 480], cadence: [2_000, 4_000]),
  WantedTone(country: "us", name: "busy", hertz: [480, 620], cadence: [500, 500]),
  WantedTone(country: "us", name: "congestion", hertz: [480, 620], cadence: [250, 250]),
  WantedTone(
    country: "us", name: "howler", hertz: [1_400, 2_060, 2_450, 2_600], cadence: [100, 100]),
  WantedTone(country: "uk", name: "ringback", hertz: [400, 450], cadence: [400, 200, 400, 2_000]),
  WantedTone(country: "uk", name: "busy", hertz: [400], cadence: [375, 375]),
  WantedTone(country: "uk", name: "congestion", hertz: [400], cadence: [400, 350, 225, 525]),
  WantedTone(country: "de", name: "dial", hertz: [425], cadence: []),
  WantedTone(country: "de", name: "busy", hertz: [425], cadence: [480, 480]),
  WantedTone(country: "de", name: "congestion", hertz: [425], cadence: [240, 240]),
  WantedTone(country: "fr", name: "dial", hertz: [440], cadence: []),
  WantedTone(country: "fr", name: "ringback", hertz: [440], cadence: [1_500, 3_500]),
  WantedTone(country: "jp", name: "dial", hertz: [400], cadence: []),
  WantedTone(country: "jp", name: "ringback", hertz: [384, 416], cadence: [1_000, 2_000]),
  WantedTone(country: "au", name: "dial", hertz: [413, 438], cadence: []),
  WantedTone(country: "au", name: "ringback", hertz: [413, 438], cadence: [400, 200, 400, 2_000]),
  WantedTone(country: "hk", name: "ringback", hertz: [440, 480], cadence: [400, 200, 400, 3_000]),
]

extension WantedTone {
  /// At least 2.2 seconds of it.
  func sound(detune: Double = 1, dBm0: Double = -10, stretch: Double = 1) -> Sound {
    var sound = Sound()
    sound.silence(ms: 100)
    let detuned = hertz.map { $0 * detune }
    if cadence.isEmpty {
      sound.tone(detuned, ms: 2_200, dBm0: dBm0)
    } else {
      let pieces = cadence.map { $0 * stretch }
      let period = pieces.reduce(0, +)
      sound.cadence(detuned, pieces, periods: max(1, Int(2_200 / period) + 1), dBm0: dBm0)
    }
    return sound
  }
}

@Suite("Tones are named by spectrum and cadence")
struct ToneTests {
  @Test("Every tone has its name, once, with its level and its first sample", arguments: wanted)
  private func names(_ row: WantedTone) throws {
    let heard = tones(listen(row.sound(), country: row.country))
    #expect(heard.map(\.tone.name) == [row.name])
    let first = try #require(heard.first)
    // Tones that beat within the window pull at each other.
    let limit = row.hertz.count == 1 ? 0.5 : 2.5
    #expect(zip(first.tone.hertz, row.hertz).allSatisfy { abs($0 - $1) < limit })
    #expect(abs(first.tone.onset - 800) <= 1, "the first sample is 800")
    let total = -10 + [0, 3.01, 4.77, 6.02][row.hertz.count - 1]
    #expect(abs(first.level - total) < 0.3)
    #expect(first.tone.cadence == row.cadence)
  }

  @Test(
    "Sources may be off by a percent and cadences by a few",
    arguments: wanted.prefix(9), [(0.99, 1.05), (1.01, 0.95)])
  private func tolerances(_ row: WantedTone, _ error: (detune: Double, stretch: Double)) {
    let sound = row.sound(detune: error.detune, stretch: error.stretch)
    #expect(tones(listen(sound)).map(\.tone.name) == [row.name])
  }

  @Test("Noise 20 dB below the tone does not hide it", arguments: wanted.prefix(9))
  private func noise(_ row: WantedTone) {
    var sound = row.sound()
    sound.addNoise(dBm0: -30, seed: 7)
    #expect(tones(listen(sound)).map(\.tone.name) == [row.name])
  }

  @Test("A loud and a faint tone have the same name", arguments: [-30.0, -20, 0, 3])
  func levels(dBm0: Double) throws {
    let heard = tones(listen(wanted[2].sound(dBm0: dBm0)))
    #expect(heard.map(\.tone.name) == ["busy"])
    #expect(abs(try #require(heard.first).level - dBm0) < 0.2)
  }

  @Test("Through A-law it is the same tone")
  func companded() throws {
    var sound = wanted[0].sound()
    sound.samples = sound.samples.map { throughALaw($0) }
    let heard = tones(listen(sound))
    #expect(heard.map(\.tone.name) == ["dial"])
    #expect(abs(try #require(heard.first).level + 10) < 0.1)
  }

  @Test("What follows without a pause is another tone")
  func sequence() {
    var sound = Sound()
    sound.tone([450], ms: 2_000)
    sound.cadence([450], [350, 350], periods: 4)
    sound.tone([950], ms: 1_000)
    let names = tones(listen(sound)).map(\.tone.name)
    #expect(names == ["dial", "busy", "howler"])
  }

  @Test("The steps of a howler are reported with their levels")
  func howler() {
    var sound = Sound()
    for level in [-25.0, -19, -13, -7, -1] { sound.tone([950], ms: 1_000, dBm0: level) }
    let heard = listen(sound)
    #expect(tones(heard).map(\.tone.name) == ["howler"])
    let levels = heard.compactMap {
      if case .toneLevel(_, let level) = $0 { level } else { nil }
    }
    for level in [-19.0, -13, -7, -1] {
      #expect(levels.contains { abs($0 - level) < 0.3 }, "no step to \(level) in \(levels)")
    }
  }

  @Test("The end of a tone is told with its length")
  func end() throws {
    var sound = Sound()
    sound.tone([450], ms: 1_500)
    sound.silence(ms: 1_000)
    let ends = listen(sound).compactMap {
      if case .toneEnd(let tone, let end) = $0 { end - tone.onset } else { nil }
    }
    #expect(abs(try #require(ends.first) - 12_000) <= 8)
    #expect(ends.count == 1)
  }

  @Test("A tone that no table knows is told by its frequency")
  func unknown() throws {
    var sound = Sound()
    sound.tone([1_000], ms: 2_500)
    let heard = tones(listen(sound))
    #expect(heard.map(\.tone.name) == ["unknown"])
    #expect(abs(try #require(heard.first?.tone.hertz.first) - 1_000) < 1)
  }

  @Test("Sound after silence is told with its first sample in the same frame", arguments: 0..<80)
  func audioStart(offset: Int) {
    var sound = Sound()
    sound.samples = [Double](repeating: 0, count: 2_000 + offset)
    sound.tone([450], ms: 30)
    var ear = Ear(country: "cn")
    ear.isOnHook = false
    for (i, frame) in sound.frames.enumerated() {
      for case .audioStart(let onset) in ear.hear(frame) {
        #expect(abs(onset - (2_000 + offset)) <= 1)
        #expect(i <= onset / 80 + 1)
        return
      }
    }
    Issue.record("nothing was noticed")
  }

  @Test("Noise alone is no tone, but sound", arguments: [UInt64(1), 2, 3])
  func noiseAlone(seed: UInt64) {
    var sound = Sound()
    sound.silence(ms: 3_000)
    sound.addNoise(dBm0: -25, seed: seed)
    let heard = listen(sound)
    #expect(tones(heard).isEmpty)
    #expect(heard.contains { if case .speech = $0 { true } else { false } })
  }
}
