import Base
import DSP
import Foundation
import MediaControl
import Testing

@Suite("Caller ID modulator")
struct CallerIDModulatorTests {
  let table = SineTable()

  /// An MDMF call with date and number; the checksum makes the sum 0 modulo 256.
  static let mdmf: Text = [
    0x80, 0x16, 0x01, 0x08, 0x30, 0x33, 0x31, 0x37, 0x31, 0x36, 0x35, 0x36, 0x02, 0x0A, 0x32, 0x31,
    0x35, 0x36, 0x34, 0x33, 0x30, 0x31, 0x34, 0x34, 0xBA,
  ]

  func play(_ signal: CallerIDSignal) -> [Int16] {
    var modulator = CallerIDModulator(signal, sine: table)
    var isDone = false
    var samples: [Int16] = []
    while !isDone, samples.count < 80_000 {
      samples += collect(80) { isDone = modulator.render(into: &$0) }
    }
    #expect(isDone)
    return samples
  }

  @Test(
    "A demodulator of the test's own reads seizure, marks and bytes",
    arguments: [(CallerIDSignal.Modulation.bell202, 1200.0, 2200.0), (.v23, 1300, 2100)])
  func fsk(modulation: CallerIDSignal.Modulation, mark: Double, space: Double) throws {
    let signal = try #require(CallerIDSignal(Self.mdmf, modulation: modulation))
    let bits = demodulate(play(signal), mark: mark, space: space)
    let seizure = bits.prefix(300)
    #expect(seizure.enumerated().allSatisfy { $1 == ($0 % 2 == 1) })
    #expect(bits[300..<480].allSatisfy { $0 })
    #expect(bytes(Array(bits[480...])) == Self.mdmf)
    #expect(bits.suffix(10).allSatisfy { $0 })
  }

  @Test("Every byte value comes through")
  func everyByte() throws {
    for half in 0..<2 {
      let message = (0..<128).map { UInt8(half * 128 + $0) }
      let signal = try #require(CallerIDSignal(message, modulation: .bell202))
      let bits = demodulate(play(signal), mark: 1200, space: 2200)
      #expect(bytes(Array(bits[480...])) == message)
    }
  }

  @Test("The level is -13.5 dBm0 within 1.5 dB (GR-30), and lasts as long as its bits")
  func levelAndLength() throws {
    let signal = try #require(CallerIDSignal(Self.mdmf, modulation: .bell202))
    let samples = play(signal)
    #expect(abs(level(samples[..<3200]) + 13.5) < 1.5)
    let bits = 300 + 180 + 25 * 10 + 10
    #expect((samples.count - bits * 20 / 3).magnitude <= 160)
  }

  @Test("The marks before the bytes are one frequency")
  func marks() throws {
    let signal = try #require(CallerIDSignal(Self.mdmf, modulation: .bell202))
    let samples = Array(play(signal)[2080..<3120])
    #expect(abs(level(samples, 1200) + 14) < 0.1)
    #expect(level(samples, 2200) < -60)
  }

  @Test("Digits of a DTMF message last 70 ms and pause 70 ms")
  func dtmf() throws {
    let text = Text("A2156430144C")
    let signal = try #require(CallerIDSignal(text, modulation: .dtmf))
    let samples = play(signal)
    #expect(DTMFDetectorTests().detect(samples).map(\.digit) == text)
    for run in cadence(samples).dropLast() { #expect((67...83).contains(run), "\(run) ms") }
  }

  @Test("An empty message ends")
  func empty() throws {
    for modulation in [CallerIDSignal.Modulation.bell202, .v23, .dtmf] {
      let signal = try #require(CallerIDSignal([], modulation: modulation))
      #expect(play(signal).count < 8000)
    }
  }

  /// One decision a bit: which of the two frequencies is stronger in the middle of it.
  private func demodulate(_ samples: [Int16], mark: Double, space: Double) -> [Bool] {
    let bit = 8000.0 / 1200
    return (0..<Int(Double(samples.count) / bit)).compactMap { n in
      let start = Int((Double(n) * bit).rounded(.up))
      let window = samples[start..<min(start + 6, samples.count)]
      guard window.count == 6, window.contains(where: { abs($0) > 500 }) else { return nil }
      return power(window, mark) > power(window, space)
    }
  }

  private func power(_ samples: ArraySlice<Int16>, _ hertz: Double) -> Double {
    var (i, q) = (0.0, 0.0)
    for (n, x) in samples.enumerated() {
      i += Double(x) * cos(2 * .pi * hertz * Double(n) / 8000)
      q += Double(x) * sin(2 * .pi * hertz * Double(n) / 8000)
    }
    return i * i + q * q
  }

  /// Start bit, eight bits with the least significant first, stop bit.
  private func bytes(_ bits: [Bool]) -> Text {
    var out = Text()
    var at = 0
    while at + 10 <= bits.count {
      guard !bits[at] else {
        at += 1
        continue
      }
      #expect(bits[at + 9], "stop bit of byte \(out.count)")
      out.append((0..<8).reduce(0) { $0 | (bits[at + 1 + $1] ? 1 << UInt8($1) : 0) })
      at += 10
    }
    return out
  }
}
