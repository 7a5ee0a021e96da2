import Base
import RTP
import Testing

@Suite("RTCP")
struct RTCPTests {
  /// Packed with Python's struct: a sender report with two blocks, a canonical name, a goodbye.
  static let compound: [UInt8] = [
    0x82, 0xC8, 0x00, 0x12, 0x00, 0x00, 0x12, 0x34, 0xB4, 0x4D, 0xB7, 0x05, 0x20, 0x00, 0x00,
    0x00, 0x00, 0x02, 0x71, 0x00, 0x00, 0x00, 0x03, 0xE8, 0x00, 0x02, 0x71, 0x00, 0x00, 0x00,
    0x00, 0x55, 0x01, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x04, 0x00,
    0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x06, 0x0A, 0x0B, 0x0C, 0x0D, 0x40, 0xFF, 0xFF, 0xF9,
    0x00, 0x01, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x21, 0xB7, 0x05, 0x20, 0x00, 0x00, 0x05, 0x40,
    0x00, 0x81, 0xCA, 0x00, 0x03, 0x00, 0x00, 0x12, 0x34, 0x01, 0x05, 0x61, 0x40, 0x62, 0x2E,
    0x63, 0x00, 0x81, 0xCB, 0x00, 0x01, 0x00, 0x00, 0x12, 0x34,
  ]
  static let ours: UInt32 = 0x0A0B_0C0D

  @Test("The block about us, the sender information and the goodbye are found")
  func parses() throws {
    let report = try RTCPReport(parsing: Self.compound.span, ours: Self.ours)
    #expect(report.source == 0x1234)
    #expect(
      report.sender
        == SenderInformation(
          clock: 0xB44D_B705_2000_0000, timestamp: 160_000, packets: 1_000, octets: 160_000))
    #expect(
      report.block
        == ReportBlock(
          source: Self.ours, fractionLost: 64, lost: -7, highest: 0x1_FFFF, jitter: 33,
          lastReport: 0xB705_2000, delay: 0x0005_4000))
    #expect(report.isGoodbye)
  }

  @Test("The round trip is the one of RFC 3550 figure 2: 6.125 s")
  func roundTrip() {
    var session = session()
    let arrival = Instant(nanoseconds: 46_864_500_000_000)
    session.receive(Self.compound.span, arrival: arrival)
    #expect(session.roundTrip == .milliseconds(6_125))
    #expect(session.remoteLost == -7 && session.remoteJitter == 33 && session.isRemoteGone)
  }

  @Test("Two parties that report to each other agree on loss and on the round trip")
  func bothSides() throws {
    var near = session(source: 1)
    var far = session(source: 2)
    var nearHeard = ReceptionStatistics(probation: 1)
    var farHeard = ReceptionStatistics(probation: 1)
    for number in [1, 2, 4] as [UInt16] { _ = farHeard.receive(sequenceNumber: number) }
    let sent = RTCPSession.Sent(packets: 3, octets: 480, timestamp: 480)
    let first = write(&near, sent, heard: nil, &nearHeard, at: 1_000)
    far.receive(first.span, arrival: at(1_030))
    let second = write(&far, nil, heard: 1, &farHeard, at: 3_030)
    near.receive(second.span, arrival: at(3_060))
    #expect(near.remoteLost == 1)
    let trip = try #require(near.roundTrip)
    #expect(trip > .milliseconds(59) && trip < .milliseconds(61))
    #expect(near.refusedPackets == 0 && far.refusedPackets == 0)
  }

  @Test("Another source of ours has reports of its own; what was lost before stays lost")
  func otherSource() throws {
    var session = session(source: Self.ours &+ 1)
    var heard = ReceptionStatistics(probation: 1)
    session.speak(as: Self.ours)
    session.receive(Self.compound.span, arrival: at(0))
    #expect(session.remoteLost == -7)
    session.speak(as: 9)
    session.receive(Self.compound.span, arrival: at(0))
    #expect(session.remoteLost == -7, "a late report of the source before")
    session.speak(as: Self.ours)
    session.receive(Self.compound.span, arrival: at(0))
    #expect(session.remoteLost == -14)
    session.speak(as: 9)
    let bytes = write(&session, nil, heard: nil, &heard, at: 1)
    #expect(try RTCPReport(parsing: bytes.span, ours: 0).source == 9)
    #expect(bytes[12..<16] == [0, 0, 0, 9], "the chunk with the name")
  }

  @Test("A goodbye follows a whole report, and no report follows a goodbye")
  func goodbye() throws {
    var session = session(source: 9)
    var heard = ReceptionStatistics(probation: 1)
    var bytes = [UInt8](repeating: 0xEE, count: RTCPSession.largestPacket)
    var span = bytes.mutableSpan
    let count = session.goodbye(
      into: &span, sent: nil, heard: nil, reception: &heard, now: at(0))
    let packet = Array(bytes[..<count])
    let report = try RTCPReport(parsing: packet.span, ours: 0)
    #expect(report.isGoodbye && report.source == 9)
    #expect(session.deadline == nil)
  }

  @Test("Names of any length keep the chunk whole", arguments: 0...70)
  func names(length: Int) throws {
    var session = RTCPSession(
      source: 9, name: Text(repeating: 0x61, count: length), random: 1, now: at(0))
    var heard = ReceptionStatistics(probation: 1)
    let bytes = write(&session, nil, heard: 5, &heard, at: 5)
    #expect(bytes.count % 4 == 0)
    #expect(bytes.last == 0, "a chunk ends with a zero octet")
    #expect(Int(bytes[32 + 9]) == min(length, RTCPSession.longestName))
    _ = try RTCPReport(parsing: bytes.span, ours: 5)
  }

  @Test("Intervals are 0.5 to 1.5 times five seconds over 1.218, the first one half (§6.2)")
  func intervals() throws {
    var shortest = Duration.seconds(100)
    var longest = Duration.zero
    for random in 0..<200 as Range<UInt32> {
      var session = RTCPSession(source: 1, name: [], random: random &* 0x9E37_79B9, now: at(0))
      let first = try #require(session.deadline) - at(0)
      #expect(first >= .milliseconds(1_026) && first <= .milliseconds(3_079))
      var heard = ReceptionStatistics(probation: 1)
      _ = write(&session, nil, heard: nil, &heard, at: 0)
      let next = try #require(session.deadline) - at(0)
      (shortest, longest) = (min(shortest, next), max(longest, next))
    }
    #expect(shortest >= .milliseconds(2_052) && shortest < .milliseconds(2_500))
    #expect(longest <= .milliseconds(6_158) && longest > .milliseconds(5_700))
  }

  @Test("Every prefix but whole packets is refused")
  func prefixes() {
    let whole = [76, 92, 100]
    for count in 0...Self.compound.count {
      let prefix = Array(Self.compound[..<count])
      let parsed = try? RTCPReport(parsing: prefix.span, ours: Self.ours)
      #expect((parsed != nil) == whole.contains(count), "\(count) octets")
    }
  }

  @Test("Random octets and bent packets are parsed or refused", arguments: [1, 2, 3] as [UInt64])
  func random(seed: UInt64) {
    var random = RandomSource(testSeed: seed)
    var session = session()
    for _ in 0..<5_000 {
      var bytes = Self.compound
      for _ in 0..<(1 + random.next() % 6) {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      bytes.removeLast(Int(random.next() % 101))
      session.receive(bytes.span, arrival: Instant(nanoseconds: Int64(random.next() >> 2)))
    }
    #expect(session.refusedPackets > 0)
  }

  private func session(source: UInt32 = ours) -> RTCPSession {
    RTCPSession(source: source, name: Text("a@b.c"), random: 1, now: at(0))
  }

  private func at(_ milliseconds: Int64) -> Instant {
    Instant(nanoseconds: 1_000_000_000_000 + milliseconds * 1_000_000)
  }

  private func write(
    _ session: inout RTCPSession, _ sent: RTCPSession.Sent?, heard: UInt32?,
    _ reception: inout ReceptionStatistics, at milliseconds: Int64
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xEE, count: RTCPSession.largestPacket)
    var span = bytes.mutableSpan
    let count = session.report(
      into: &span, sent: sent, heard: heard, reception: &reception, now: at(milliseconds))
    return Array(bytes[..<count])
  }
}
