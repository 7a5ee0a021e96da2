import Base
import RTP
import Testing

@Suite("RTP header")
struct RTPHeaderTests {
  /// Packed with Python's struct: two contributing sources, an extension of three words, five
  /// octets of padding.
  static let full: [UInt8] = [
    0xB2, 0x88, 0xFF, 0xFE, 0xDE, 0xAD, 0xBE, 0xEF, 0x01, 0x02, 0x03, 0x04, 0x11, 0x11, 0x11,
    0x11, 0x22, 0x22, 0x22, 0x22, 0xBE, 0xDE, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x00,
    0x00, 0x00, 0x00, 0x05,
  ]
  static let plain: [UInt8] = [
    0x80, 0x80, 0x00, 0x01, 0x00, 0x00, 0x00, 0xA0, 0xCA, 0xFE, 0xBA, 0xBE,
  ]

  @Test("Everything that may lie between header and payload is skipped")
  func parses() throws {
    let packet = try RTPPacket(parsing: Self.full.span)
    #expect(
      packet.header
        == RTPHeader(
          marker: true, payloadType: 8, sequenceNumber: 0xFFFE, timestamp: 0xDEAD_BEEF,
          source: 0x0102_0304))
    #expect(packet.payload == 36..<44)
  }

  @Test("What is written is what another program packs")
  func writes() {
    var bytes = [UInt8](repeating: 0, count: 12)
    var span = bytes.mutableSpan
    RTPHeader(
      marker: true, payloadType: 0, sequenceNumber: 1, timestamp: 160, source: 0xCAFE_BABE
    ).write(into: &span)
    #expect(bytes == Self.plain)
  }

  struct Refusal: Sendable {
    let error: PacketError
    let bytes: [UInt8]

    /// The plain packet with another first octet and octets behind it.
    init(_ error: PacketError, first: UInt8, _ more: [UInt8] = []) {
      self.error = error
      bytes = [first] + RTPHeaderTests.plain.dropFirst() + more
    }

    init(_ error: PacketError, _ bytes: [UInt8]) {
      self.error = error
      self.bytes = bytes
    }

    static let rows = [
      Refusal(.truncated, []),
      Refusal(.truncated, Array(RTPHeaderTests.plain.dropLast())),
      Refusal(.badVersion, first: 0x40),
      Refusal(.wrongKind, [0x80, 200] + RTPHeaderTests.plain.dropFirst(2)),
      Refusal(.badPadding, first: 0xA0, [0]),
      Refusal(.badPadding, first: 0xA0, [2]),
      Refusal(.truncated, first: 0x8F),
      Refusal(.truncated, first: 0x90, [0, 0, 0xFF, 0xFF]),
    ]
  }

  @Test("Refusals have their reason", arguments: Refusal.rows)
  func refuses(_ row: Refusal) {
    #expect(throws: row.error) { try RTPPacket(parsing: row.bytes.span) }
  }

  @Test("Every prefix is parsed or refused, and the payload lies in it")
  func prefixes() {
    for count in 0...Self.full.count { check(Array(Self.full.prefix(count))) }
  }

  @Test("Random octets are parsed or refused", arguments: [1, 2, 3] as [UInt64])
  func random(seed: UInt64) {
    var random = RandomSource(testSeed: seed)
    for _ in 0..<5_000 {
      var bytes = [UInt8](repeating: 0, count: Int(random.next() % 80))
      for i in bytes.indices { bytes[i] = UInt8(truncatingIfNeeded: random.nextWord()) }
      if !bytes.isEmpty, random.next() % 2 == 0 { bytes[0] = 0x80 | bytes[0] & 0x3F }
      check(bytes)
    }
  }

  private func check(_ bytes: [UInt8]) {
    guard let packet = try? RTPPacket(parsing: bytes.span) else { return }
    #expect(packet.payload.lowerBound >= 12 && packet.payload.upperBound <= bytes.count)
  }
}
