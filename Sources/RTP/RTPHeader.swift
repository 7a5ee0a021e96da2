/// The fixed header of an RTP packet, and where its payload lies (RFC 3550 §5.1).
public struct RTPHeader: Equatable, Sendable, BitwiseCopyable {
  /// Octets of a header without contributing sources or extension.
  public static let size = 12

  /// The first packet of a talkspurt, or of an event (RFC 3551 §4.1, RFC 4733 §2.5.1.2).
  public var marker: Bool
  /// What the payload is; 0 to 127.
  public var payloadType: UInt8
  /// Counts packets, modulo 2^16.
  public var sequenceNumber: UInt16
  /// The first sample's place in time, in samples at 8 kHz, modulo 2^32.
  public var timestamp: UInt32
  /// The synchronization source (SSRC).
  public var source: UInt32

  /// Makes a header.
  public init(
    marker: Bool, payloadType: UInt8, sequenceNumber: UInt16, timestamp: UInt32, source: UInt32
  ) {
    self.marker = marker
    self.payloadType = payloadType & 0x7F
    self.sequenceNumber = sequenceNumber
    self.timestamp = timestamp
    self.source = source
  }
}

/// An RTP packet as it was received: the header, and which bytes of the datagram are payload.
public struct RTPPacket: Equatable, Sendable {
  /// The fixed header.
  public let header: RTPHeader
  /// The payload's bytes in the datagram, without padding; may be empty.
  public let payload: Range<Int>

  /// Reads a datagram; contributing sources, header extension and padding are skipped.
  public init(parsing bytes: borrowing Span<UInt8>) throws(PacketError) {
    guard bytes.count >= RTPHeader.size else { throw .truncated }
    let first = bytes[0]
    guard first >> 6 == 2 else { throw .badVersion }
    // RTCP packet types 192 to 223 would be payload types 64 to 95 with the marker (RFC 5761 §4).
    guard !(192...223).contains(bytes[1]) else { throw .wrongKind }
    header = RTPHeader(
      marker: bytes[1] & 0x80 != 0, payloadType: bytes[1],
      sequenceNumber: word16(bytes, 2), timestamp: word32(bytes, 4), source: word32(bytes, 8))
    let start = try Self.payloadStart(bytes)
    payload = start..<(try Self.payloadEnd(bytes, padded: first & 0x20 != 0, start))
  }

  /// Where the payload of a packet begins, behind contributing sources and header extension.
  public static func payloadStart(
    _ bytes: borrowing Span<UInt8>
  ) throws(PacketError) -> Int {
    guard bytes.count >= RTPHeader.size else { throw .truncated }
    let flags = bytes[0]
    var start = RTPHeader.size + 4 * Int(flags & 0x0F)
    if flags & 0x10 != 0 {
      guard bytes.count >= start + 4 else { throw .truncated }
      start += 4 + 4 * Int(word16(bytes, start + 2))
    }
    guard bytes.count >= start else { throw .truncated }
    return start
  }

  private static func payloadEnd(
    _ bytes: borrowing Span<UInt8>, padded: Bool, _ start: Int
  ) throws(PacketError) -> Int {
    guard padded else { return bytes.count }
    let padding = Int(bytes[bytes.count - 1])
    guard padding > 0, padding <= bytes.count - start else { throw .badPadding }
    return bytes.count - padding
  }
}

extension RTPHeader {
  /// Writes the header at the front of `bytes`, which must have room for `size` octets.
  public func write(into bytes: inout MutableSpan<UInt8>) {
    bytes[0] = 0x80
    bytes[1] = payloadType & 0x7F | (marker ? 0x80 : 0)
    put16(sequenceNumber, into: &bytes, at: 2)
    put32(timestamp, into: &bytes, at: 4)
    put32(source, into: &bytes, at: 8)
  }
}
