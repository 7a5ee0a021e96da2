import Glibc
import Testing

@testable import AnalogPhone

/// A path of a file that is not there yet; the test removes what it puts there.
func temporaryPath(_ name: String) -> String {
  "/tmp/analog-phone-\(getpid())-\(UInt32.random(in: 0 ... .max))-\(name)"
}

@Suite("WAV files and sample rates")
struct FileTests {
  @Test("What is written is what the format asks for, and comes back")
  func roundTrip() throws {
    let path = temporaryPath("a.wav")
    defer { unlink(path) }
    let samples: [Int16] = [0, 1, -1, 32_767, -32_768, 256]
    try WAVFile.write(samples, to: path)
    let bytes = try readBytes(path)
    #expect(Array(bytes[0..<4]) == Array("RIFF".utf8))
    #expect(Array(bytes[4..<8]) == [48, 0, 0, 0])
    #expect(Array(bytes[20..<36]) == [1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0])
    #expect(Array(bytes[40..<48]) == [12, 0, 0, 0, 0, 0, 1, 0])
    #expect(try WAVFile.read(path) == Recording(rate: 8_000, samples: samples))
  }

  @Test("Files that are none are refused with a reason, never a crash", arguments: UInt64(1)...200)
  func damaged(seed: UInt64) throws {
    var dice = SplitMix(state: seed)
    var bytes = Self.header
    for _ in 0..<Int.random(in: 0...4, using: &dice) {
      bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
    }
    bytes.removeLast(Int.random(in: 0..<bytes.count, using: &dice))
    do {
      #expect(try WAVFile.decode(bytes).samples.count <= bytes.count / 2)
    } catch {
      #expect(!error.reason.isEmpty)
    }
  }

  private static let header =
    Array("RIFF".utf8) + [44, 0, 0, 0] + Array("WAVEfmt ".utf8) + [16, 0, 0, 0, 1, 0, 1, 0]
    + [0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0] + Array("data".utf8)
    + [8, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0]

  @Test("A length that a pipe could not know is taken as far as it goes")
  func pipeLength() throws {
    var bytes = Self.header
    bytes.replaceSubrange(40..<44, with: [0xFF, 0xFF, 0xFF, 0x7F])
    #expect(try WAVFile.decode(bytes).samples == [1, 2, 3, 4])
  }

  private func peak(_ samples: ArraySlice<Int16>, _ hertz: Double) -> Double {
    var real = 0.0
    var imaginary = 0.0
    for (i, sample) in samples.enumerated() {
      real += Double(sample) * cos(2 * .pi * hertz * Double(i) / 8_000)
      imaginary += Double(sample) * sin(2 * .pi * hertz * Double(i) / 8_000)
    }
    return 2 * hypot(real, imaginary) / Double(samples.count)
  }

  private func resampled(_ hertz: Double, rate: Int) -> [Int16] {
    let samples = (0..<rate / 2).map {
      Int16(10_000 * sin(2 * .pi * hertz * Double($0) / Double(rate)))
    }
    var source = Resampler(Recording(rate: rate, samples: samples))
    return (0..<source.count).map { _ in source.next() }
  }

  @Test(
    "Telephone frequencies pass, others leave nothing behind",
    arguments: [11_025, 16_000, 22_050, 44_100, 48_000])
  func resampling(rate: Int) {
    for hertz in [300.0, 1_000, 3_400] {
      let out = resampled(hertz, rate: rate)
      #expect(abs(out.count - 4_000) <= 1)
      #expect(abs(20 * log10(peak(out[1_000..<3_000], hertz) / 10_000)) < 0.05)
    }
    for hertz in [4_100.0, 5_000] {
      let loudest = resampled(hertz, rate: rate)[1_000..<3_000].map { abs(Int($0)) }.max() ?? 0
      #expect(loudest <= 4, "\(hertz) Hz of \(rate) leave \(loudest)")
    }
  }

  @Test("8 kHz pass unchanged")
  func unchanged() {
    let samples: [Int16] = [1, -2, 3, 32_767, -32_768]
    var source = Resampler(Recording(rate: 8_000, samples: samples))
    #expect((0..<source.count).map { _ in source.next() } == samples)
    #expect(source.isDone)
  }
}

@Suite("Levels in dBm0")
struct LevelTests {
  @Test(
    "A sine that fills the range is +3.14 dBm0", arguments: [(32_767.0, 3.14), (3_276.7, -16.86)])
  func sine(peak: Double, dBm0: Double) {
    let samples = (0..<8_000).map {
      Int16(peak * sin(2 * .pi * 1_000 * (Double($0) + 0.5) / 8_000))
    }
    #expect(abs(Level.dBm0(samples, 0..<8_000) - dBm0) < 0.01)
  }

  @Test("Nothing is -99")
  func silence() { #expect(Level.dBm0([0, 0], 0..<2) == -99) }
}
