import DSP
import Testing

@Suite("Packet loss concealer")
struct PacketLossConcealerTests {
  /// A tone of 100 Hz in which frames are missing.
  func play(missing: Range<Int>, frames: Int = 60) -> [Int16] {
    var concealer = PacketLossConcealer()
    let tone = quantized(sine(100, dBm0: -10, count: frames * 80))
    var out: [Int16] = []
    for n in 0..<frames {
      var frame = Array(tone[n * 80..<n * 80 + 80])
      var span = frame.mutableSpan
      if missing.contains(n) { concealer.conceal(&span) } else { concealer.learn(&span) }
      out += frame
    }
    return out
  }

  @Test("A gap of 20 ms in a voice's pitch is filled at about its level")
  func shortGap() {
    let samples = play(missing: 30..<32)
    #expect(level(samples[2400..<2560]) > -14)
    #expect(abs(level(samples[3200...]) + 10) < 0.2)
  }

  @Test("A long gap fades to silence within 60 ms and the sound comes back whole")
  func longGap() {
    let samples = play(missing: 20..<40)
    #expect(samples[(26 * 80)..<(40 * 80)].allSatisfy { abs($0) < 40 })
    #expect(abs(level(samples[(42 * 80)...]) + 10) < 0.2)
  }

  @Test("Without a past it makes silence")
  func noPast() {
    var concealer = PacketLossConcealer()
    let samples = collect(160) { concealer.conceal(&$0) }
    #expect(samples.allSatisfy { $0 == 0 })
  }
}
