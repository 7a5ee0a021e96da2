import Base
import DSP
import Foundation
import MediaControl
import Testing

@Suite("Echo return loss")
struct EchoMeterTests {
  /// What comes back of what is sent, beside `others`; the samples that were sent come along.
  private func measure(
    others: [Double] = [], _ path: ([Double], Int) -> Double
  ) -> (loss: EchoReturnLoss?, sent: [Double]) {
    var meter = EchoMeter(sine: SineTable())
    var sent: [Double] = []
    var heard = [Int16](repeating: 0, count: 80)
    var played = [Int16](repeating: 0, count: 80)
    var loss: EchoReturnLoss?
    for _ in 0..<300 {
      var span = played.mutableSpan
      let result = meter.run(heard: heard.span, played: &span)
      #expect(loss == nil || result == nil, "told twice")
      loss = loss ?? result
      let start = sent.count
      sent += played.map(Double.init)
      heard = quantized(
        (start..<start + 80).map { path(sent, $0) + (others.isEmpty ? 0 : others[$0]) })
    }
    return (loss, sent)
  }

  private func gain(_ decibels: Double) -> Double { pow(10, decibels / 20) }

  @Test("The signal: its level, its band, 3 dB less an octave, no peaks")
  func signal() {
    let sent = measure { _, _ in 0 }.sent[..<1_600]
    let samples = quantized(Array(sent))
    #expect(abs(level(samples[...]) + 13) < 0.05)
    #expect(abs(level(samples, 400) - level(samples, 800) - 3.01) < 0.1)
    #expect(abs(level(samples, 800) - level(samples, 3_200) - 6.02) < 0.1)
    #expect(level(samples, 200) < -70 && level(samples, 3_600) < -70)
    #expect((sent.map(abs).max() ?? 0) < 3 * gain(-13) * zeroDBm0.squareRoot())
  }

  @Test(
    "A loss is found, however late the echo is",
    arguments: [0.0, 6, 12.5, 18.4, 30, 45], [1, 8, 83, 400, 1_600])
  func delayed(decibels: Double, delay: Int) throws {
    let measured = measure { sent, n in n < delay ? 0 : sent[n - delay] * gain(-decibels) }
    let loss = try #require(measured.loss)
    #expect(abs(Double(loss.tenthsDB) / 10 - decibels) <= 0.2, "\(loss)")
    #expect(!loss.isLowerBound)
  }

  @Test("A loss that differs over the band is the mean with the weights of G.122")
  func weighted() throws {
    // The mean of two samples: a loss of |cos(pi f / 8000)| at f.
    let measured = measure { sent, n in n < 20 ? 0 : (sent[n - 20] + sent[n - 19]) / 2 }
    let loss = try #require(measured.loss)
    var (sum, weights) = (0.0, 0.0)
    for f in stride(from: 300.0, through: 3_400, by: 1) {
      sum += pow(cos(.pi * f / 8_000), 2) / f
      weights += 1 / f
    }
    #expect(abs(Double(loss.tenthsDB) / 10 + 10 * log10(sum / weights)) < 0.3, "\(loss)")
  }

  @Test("Noise and speech-like sound beside the echo change it little")
  func noisy() throws {
    var random = RandomSource(testSeed: 7)
    let others = noise(dBm0: -30, count: 24_000, &random)
    let measured = measure(others: others) { sent, n in n < 40 ? 0 : sent[n - 40] * gain(-20) }
    let loss = try #require(measured.loss)
    #expect(abs(Double(loss.tenthsDB) / 10 - 20) <= 0.5, "\(loss)")
  }

  @Test("A hum of the mains and an offset are no echo")
  func hum() throws {
    let others = mixed(
      sine(50, dBm0: -20, count: 24_000),
      mixed(sine(100, dBm0: -20, count: 24_000), [Double](repeating: 500, count: 24_000)))
    let measured = measure(others: others) { sent, n in n < 40 ? 0 : sent[n - 40] * gain(-25) }
    let loss = try #require(measured.loss)
    #expect(abs(Double(loss.tenthsDB) / 10 - 25) <= 0.5, "\(loss)")
  }

  @Test("Without an echo only a bound is known, which noise lowers")
  func silent() throws {
    let quiet = try #require(measure { _, _ in 0 }.loss)
    #expect(quiet == EchoReturnLoss(tenthsDB: 600, isLowerBound: true))
    var random = RandomSource(testSeed: 8)
    let others = noise(dBm0: -40, count: 24_000, &random)
    let loud = try #require(measure(others: others) { _, _ in 0 }.loss)
    #expect(loud.isLowerBound && (350...500).contains(loud.tenthsDB), "\(loud)")
  }
}

@Suite("Levels and delay")
struct LevelTests {
  @Test(
    "Ratios in tenths of a decibel", arguments: Array(stride(from: -140.0, through: 60, by: 0.37)))
  func ratios(decibels: Double) {
    let tenths = Level.tenthsDB(Float(pow(10, decibels / 10)))
    #expect(abs(Double(tenths) - decibels * 10) <= 0.51, "\(tenths)")
  }

  @Test("Nothing is the least level there is")
  func nothing() {
    #expect(Level.tenthsDB(0) == -1_500 && Level.tenthsDB(-1) == -1_500)
    #expect(Level.tenthsDBm0(meanSquare: 0) == -1_500)
  }

  @Test(
    "The tones of a digit are told as loud as they are", arguments: [-25.0, -20, -9, -6],
    [-6, 0, 2.0])
  func digits(low: Double, twist: Double) throws {
    for (row, column) in [(697.0, 1_209.0), (770, 1_336), (941, 1_633)] {
      var detector = DTMFDetector()
      let pair = mixed(
        sine(row, dBm0: low, count: 800), sine(column, dBm0: low + twist, count: 800))
      let samples = quantized(pair)
      for start in stride(from: 0, to: 640, by: 80) {
        _ = detector.hear(samples[start..<start + 80].span)
      }
      let told = detector.levels
      let levels = try #require(told)
      #expect(abs(Double(levels.lowTenthsDBm0) - low * 10) <= 4, "\(row): \(levels)")
      #expect(abs(Double(levels.highTenthsDBm0) - (low + twist) * 10) <= 4, "\(column): \(levels)")
    }
    let silent = DTMFDetector().levels
    #expect(silent == nil)
  }

  @Test("What went in comes out so many samples later", arguments: [1, 79, 80, 81, 8_000])
  func delay(samples count: Int) {
    let line = DelayLine(samples: count)
    let sound = (0..<20_000).map { Int16(truncatingIfNeeded: $0 &* 7_919) }
    var out: [Int16] = []
    for start in stride(from: 0, to: sound.count, by: 80) {
      var frame = [Int16](repeating: 1, count: 80)
      var span = frame.mutableSpan
      line.pass(sound[start..<start + 80].span, into: &span)
      out += frame
    }
    #expect(out.prefix(count).allSatisfy { $0 == 0 })
    #expect(Array(out.dropFirst(count)) == Array(sound.prefix(sound.count - count)))
  }
}
