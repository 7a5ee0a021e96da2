import Base
import DSP
import MediaControl
import Testing

@Suite("Tone generator")
struct ToneGeneratorTests {
  let table = SineTable()

  /// A piece of a tone as the rows say it.
  static func piece(_ hertz: [UInt16], _ level: Int8, _ ms: UInt16, am: UInt8 = 0) -> ToneSegment {
    var segment = ToneSegment(silenceMs: ms)
    for (i, f) in hertz.enumerated() {
      segment.components[i] = .init(hertz: f, levelDBm0: level)
    }
    segment.modulationHz = am
    return segment
  }

  static func tone(_ pieces: [ToneSegment], repeatFrom: UInt8? = 0) -> Tone {
    var tone = Tone()
    for piece in pieces { require(tone.append(piece)) }
    tone.repeatFrom = repeatFrom
    return tone
  }

  func play(_ tone: Tone, ms: Int) -> [Int16] {
    var generator = ToneGenerator(sine: table)
    generator.start(tone)
    return collect(ms * 8) { generator.render(into: &$0) }
  }

  @Test(
    "The levels are right and the rest is 60 dB below",
    arguments: [
      ([450], -10), ([450], 0), ([450], -30), ([950], 3), ([350, 440], -13), ([480, 620], -24),
      ([440, 480], -19), ([400, 425, 450], -15), ([697, 1209], -9), ([2130, 2750], -16),
      ([300, 1000, 2000, 3400], -20),
    ] as [([UInt16], Int8)])
  func spectrum(hertz: [UInt16], dBm0: Int8) {
    // The first 10 ms hold the rise.
    let samples = Array(play(Self.tone([Self.piece(hertz, dBm0, 0)]), ms: 1010)[80...])
    for f in hertz { #expect(abs(level(samples, Double(f)) - Double(dBm0)) < 0.1, "\(f) Hz") }
    for probe in stride(from: 50.0, to: 4000, by: 25)
    where hertz.allSatisfy({ abs(Double($0) - probe) > 10 }) {
      // Quantisation to 16 bits alone puts about -110 dBm0 into each hertz.
      #expect(level(samples, probe) < Double(dBm0) - 60, "\(probe) Hz")
    }
  }

  @Test("A modulation of 90 % makes sidebands 6.9 dB below the carrier")
  func modulation() {
    let samples = Array(play(Self.tone([Self.piece([400], -13, 0, am: 25)]), ms: 1010)[80...])
    #expect(abs(level(samples, 400) + 13) < 0.1)
    #expect(abs(level(samples, 375) + 19.94) < 0.1)
    #expect(abs(level(samples, 425) + 19.94) < 0.1)
    #expect(level(samples, 350) < -70)
  }

  /// The cadences of LINE figures: busy, congestion, vacant number of China, British ringback.
  @Test(
    "Cadences are right to the millisecond",
    arguments: [
      ([350, 350], [350, 350, 350, 350, 350, 250]),
      ([700, 700], [700, 700, 600]),
      (
        [100, 100, 100, 100, 100, 100, 400, 400],
        [100, 100, 100, 100, 100, 100, 400, 400, 100, 100, 100, 100, 100, 100]
      ),
      ([400, 200, 400, 2000], [400, 200, 400, 1000]),
      ([1000, 4000], [1000, 1000]),
    ] as [([UInt16], [Int])])
  func cadences(times: [UInt16], heard: [Int]) {
    let pieces = times.enumerated().map { i, ms in
      i % 2 == 0 ? Self.piece([450], -10, ms) : ToneSegment(silenceMs: ms)
    }
    let samples = play(Self.tone(pieces), ms: heard.reduce(0, +))
    #expect(cadence(samples) == heard)
  }

  @Test("A tone that is not repeated ends, and nothing comes behind it")
  func once() {
    var generator = ToneGenerator(sine: table)
    generator.start(Self.tone([Self.piece([950], -10, 40)], repeatFrom: nil))
    let samples = collect(800) { generator.render(into: &$0) }
    #expect(generator.isFinished)
    #expect(cadence(samples) == [40, 60])
  }

  @Test("The stutter is played once, the part behind it for ever")
  func repeatFromTheMiddle() {
    let stutter = Self.tone(
      [Self.piece([450], -10, 100), ToneSegment(silenceMs: 100), Self.piece([450], -10, 0)],
      repeatFrom: 2)
    #expect(cadence(play(stutter, ms: 1000)) == [100, 100, 800])
  }

  @Test("Two segments with the same sound are one sound without an edge")
  func joined() {
    let one = play(Self.tone([Self.piece([450], -10, 0)]), ms: 500)
    let two = play(Self.tone([Self.piece([450], -10, 100), Self.piece([450], -10, 37)]), ms: 500)
    #expect(one == two)
  }

  @Test("A howler in steps changes its level and nothing clicks")
  func steps() {
    let steps = (0..<5).map { Self.piece([950], Int8(-20 + 5 * $0), 200) }
    let samples = play(Self.tone(steps), ms: 1000)
    for step in 0..<5 {
      let middle = Array(samples[(step * 1600 + 160)..<(step * 1600 + 1440)])
      #expect(abs(level(middle, 950) - Double(-20 + 5 * step)) < 0.2)
    }
    #expect(steepest(samples) < 22_827 * 0.75)
  }

  @Test("Stopping falls to silence within 2 ms, without a click")
  func stop() {
    var generator = ToneGenerator(sine: table)
    generator.start(Self.tone([Self.piece([450], 0, 0)]))
    var samples = collect(800) { generator.render(into: &$0) }
    generator.stop()
    samples += collect(160) { generator.render(into: &$0) }
    #expect(generator.isFinished)
    #expect(samples[816...].allSatisfy { $0 == 0 })
    // The steepest step of 450 Hz at 0 dBm0 is 2 π 450 / 8000 of the peak of 22,827.
    #expect(steepest(samples) < 22_827 * 0.40)
  }

  @Test("A tone without a segment, or with a wrong repetition, is silence")
  func empty() {
    #expect(play(Tone(), ms: 20).allSatisfy { $0 == 0 })
    let wrong = play(Self.tone([Self.piece([450], -10, 10)], repeatFrom: 9), ms: 30)
    #expect(wrong[80...].allSatisfy { $0 == 0 })
  }

  @Test("Random tones in random frames never trap and sound as long as they say", arguments: 0..<20)
  func walk(seed: Int) {
    var random = RandomSource(testSeed: UInt64(seed))
    var pieces: [ToneSegment] = []
    for _ in 0..<Int.random(in: 1...16, using: &random) {
      var piece = ToneSegment(silenceMs: .random(in: 20...200, using: &random))
      for i in 0..<Int.random(in: 0...4, using: &random) {
        piece.components[i] = .init(
          hertz: .random(in: 200...4100, using: &random),
          levelDBm0: .random(in: -30...20, using: &random))
      }
      piece.modulationHz = .random(in: 0...60, using: &random)
      pieces.append(piece)
    }
    var generator = ToneGenerator(sine: table)
    generator.start(Self.tone(pieces, repeatFrom: nil))
    let total = pieces.reduce(0) { $0 + Int($1.milliseconds) * 8 }
    let size = Int.random(in: 1...200, using: &random)
    _ = collect(total - 1, frame: 1) { generator.render(into: &$0) }
    #expect(!generator.isFinished, "seed \(seed)")
    _ = collect(size, frame: size) { generator.render(into: &$0) }
    #expect(generator.isFinished, "seed \(seed)")
  }

  private func steepest(_ samples: [Int16]) -> Double {
    zip(samples, samples.dropFirst()).map { Double(abs(Int($0) - Int($1))) }.max() ?? 0
  }
}
