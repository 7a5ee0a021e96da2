import Base
import RTP
import Testing

/// Expected figures from RFC 3550 appendix A and from a floating-point evaluation of §6.4.1.
@Suite("Reception statistics")
struct ReceptionStatisticsTests {
  @Test("A source is believed with its second packet in a row (A.1)")
  func probation() {
    var statistics = ReceptionStatistics()
    #expect(statistics.receive(sequenceNumber: 100) == false)
    #expect(statistics.receive(sequenceNumber: 200) == false)
    #expect(statistics.receive(sequenceNumber: 201) == true)
    #expect(statistics.received == 1 && statistics.expected == 1)
  }

  @Test("Sequence numbers wrap into cycles, loss is expected minus received (A.1, A.3)")
  func wrapAndLoss() {
    var statistics = ReceptionStatistics(probation: 1)
    for number in [65_533, 65_534, 0, 1, 65_535, 4] as [UInt16] {
      #expect(statistics.receive(sequenceNumber: number) == true)
    }
    #expect(statistics.extendedHighest == 0x1_0004)
    #expect(statistics.expected == 8 && statistics.received == 6 && statistics.lost == 2)
    // 2 of 8 lost is 64/256.
    expectFractions([64, 0], &statistics)
  }

  @Test("Duplicates make the loss negative, and the fraction stays zero")
  func duplicates() {
    var statistics = ReceptionStatistics(probation: 1)
    for number in [7, 8, 8, 8] as [UInt16] { _ = statistics.receive(sequenceNumber: number) }
    #expect(statistics.lost == -2)
    expectFractions([0], &statistics)
  }

  @Test("A big jump is refused once and is a restart when it goes on (A.1)")
  func restart() {
    var statistics = ReceptionStatistics(probation: 1)
    for number in 10...20 as ClosedRange<UInt16> { _ = statistics.receive(sequenceNumber: number) }
    #expect(statistics.receive(sequenceNumber: 30_000) == false)
    #expect(statistics.receive(sequenceNumber: 21) == true)
    #expect(statistics.receive(sequenceNumber: 40_000) == false)
    #expect(statistics.receive(sequenceNumber: 40_001) == true)
    #expect(statistics.received == 1 && statistics.lost == 0)
  }

  @Test("A gap of 2,999 is loss, a step back of 99 is reordering (A.1)")
  func limits() {
    var statistics = ReceptionStatistics(probation: 1)
    _ = statistics.receive(sequenceNumber: 1_000)
    #expect(statistics.receive(sequenceNumber: 3_999) == true)
    #expect(statistics.receive(sequenceNumber: 3_900) == true)
    #expect(statistics.extendedHighest == 3_999)
    #expect(statistics.receive(sequenceNumber: 3_898) == false)
  }

  @Test("Loss keeps to 24 bits and a lost share to 255")
  func clamps() {
    var statistics = ReceptionStatistics(probation: 1)
    _ = statistics.receive(sequenceNumber: 0)
    _ = statistics.takeFractionLost()
    var number: UInt16 = 0
    for _ in 0..<3_000 {
      number &+= 2_999
      _ = statistics.receive(sequenceNumber: number)
    }
    #expect(statistics.lost == 0x7F_FFFF)
    expectFractions([255], &statistics)
  }

  @Test("Interarrival jitter follows its definition (A.8)")
  func jitter() {
    let late = [
      41, 19, 50, 83, 6, 9, 68, 12, 46, 74, 7, 64, 27, 4, 11, 55, 53, 8, 30, 11, 70, 54, 7, 72,
      15, 28, 80, 80, 74, 7, 73, 74, 50, 6, 28, 5, 71, 17, 37, 53,
    ]
    var statistics = ReceptionStatistics(probation: 1)
    for (i, late) in late.enumerated() {
      let units = Int64(50_000 + i * 160 + late)
      statistics.measure(
        timestamp: UInt32(1_000 + i * 160), arrival: Instant(nanoseconds: units * 125_000))
    }
    // 31.506 by the definition; the integer form keeps whole units.
    #expect((31...32).contains(statistics.jitter))
  }

  private func expectFractions(_ wanted: [UInt8], _ statistics: inout ReceptionStatistics) {
    for want in wanted {
      let fraction = statistics.takeFractionLost()
      #expect(fraction == want)
    }
  }
}
