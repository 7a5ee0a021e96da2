import DSP
import Testing

@Suite("DTMF generator")
struct DTMFGeneratorTests {
  let table = SineTable()

  @Test(
    "Each key has its pair (Q.23) at -11 and -9 dBm0", arguments: Array("123A456B789C*0#D".utf8))
  func pairs(key: UInt8) throws {
    let place = try #require(DTMFDetectorTests.keys.firstIndex(of: key))
    var generator = DTMFGenerator(sine: table, onMs: 50, offMs: 50)
    require(generator.play(key, held: true))
    let samples = Array(collect(4080) { generator.render(into: &$0) }[80...])
    #expect(abs(level(samples, DTMFDetectorTests.rows[place >> 2]) + 11) < 0.1)
    #expect(abs(level(samples, DTMFDetectorTests.columns[place & 3]) + 9) < 0.1)
    for (i, other) in (DTMFDetectorTests.rows + DTMFDetectorTests.columns).enumerated()
    where i != place >> 2 && i != 4 + (place & 3) {
      #expect(level(samples, other) < -65)
    }
  }

  @Test("A digit released at once still sounds its shortest time")
  func shortest() {
    var generator = DTMFGenerator(sine: table, onMs: 40, offMs: 50)
    require(generator.play(0x31, held: true))
    generator.release()
    let samples = collect(1600) { generator.render(into: &$0) }
    let runs = cadence(samples)
    #expect(runs.count == 2 && (40...43).contains(runs[0]), "\(runs)")
    #expect(generator.isIdle)
  }

  @Test("A held digit sounds until it is released")
  func held() {
    var generator = DTMFGenerator(sine: table, onMs: 40, offMs: 40)
    require(generator.play(0x35, held: true))
    var samples = collect(8 * 300) { generator.render(into: &$0) }
    generator.release()
    samples += collect(8 * 100) { generator.render(into: &$0) }
    let runs = cadence(samples)
    #expect(runs.count == 2 && (300...303).contains(runs[0]), "\(runs)")
  }

  @Test("Digits that come faster than the line may hear them wait for their turn")
  func queue() {
    var generator = DTMFGenerator(sine: table, onMs: 50, offMs: 50)
    for key in "1234567890".utf8 { require(generator.play(key, held: false)) }
    let samples = collect(8 * 1200) { generator.render(into: &$0) }
    let digits = DTMFDetectorTests().detect(samples).map(\.digit)
    #expect(digits == Array("1234567890".utf8))
  }

  @Test("What is no key, and the seventeenth that waits, is refused")
  func refuses() {
    var generator = DTMFGenerator(sine: table, onMs: 50, offMs: 50)
    for byte in 0...255 where !DTMFDetectorTests.keys.contains(UInt8(byte)) {
      refuse(generator.play(UInt8(byte), held: false))
    }
    for _ in 0..<DTMFGenerator.limit { require(generator.play(0x31, held: false)) }
    refuse(generator.play(0x31, held: false))
  }
}
