/// What a sender says of its clock and its packets (RFC 3550 §6.4.1).
public struct SenderInformation: Equatable, Sendable, BitwiseCopyable {
  /// The sender's clock, 32.32 bits of seconds.
  public var clock: UInt64
  /// The same moment as an RTP timestamp.
  public var timestamp: UInt32
  /// RTP packets sent.
  public var packets: UInt32
  /// Payload octets sent.
  public var octets: UInt32

  /// Makes the information.
  public init(clock: UInt64, timestamp: UInt32, packets: UInt32, octets: UInt32) {
    self.clock = clock
    self.timestamp = timestamp
    self.packets = packets
    self.octets = octets
  }
}

/// What a receiver says of one source (RFC 3550 §6.4.1).
public struct ReportBlock: Equatable, Sendable, BitwiseCopyable {
  /// Octets of a block.
  static let size = 24

  /// The source that is reported on.
  public var source: UInt32
  /// The share lost since the last report, in 1/256.
  public var fractionLost: UInt8
  /// Packets lost since the beginning; 24 bits, signed.
  public var lost: Int32
  /// The highest sequence number with its cycles.
  public var highest: UInt32
  /// Interarrival jitter in timestamp units.
  public var jitter: UInt32
  /// The middle 32 bits of the clock in the last sender report; 0 if none came.
  public var lastReport: UInt32
  /// Time since that report in 1/65536 s.
  public var delay: UInt32

  /// Makes a block.
  public init(
    source: UInt32, fractionLost: UInt8, lost: Int32, highest: UInt32, jitter: UInt32,
    lastReport: UInt32, delay: UInt32
  ) {
    self.source = source
    self.fractionLost = fractionLost
    self.lost = lost
    self.highest = highest
    self.jitter = jitter
    self.lastReport = lastReport
    self.delay = delay
  }

  init(_ bytes: borrowing Span<UInt8>, at start: Int) {
    let losses = word32(bytes, start + 4)
    self.init(
      source: word32(bytes, start), fractionLost: UInt8(losses >> 24),
      lost: Int32(bitPattern: losses << 8) >> 8, highest: word32(bytes, start + 8),
      jitter: word32(bytes, start + 12), lastReport: word32(bytes, start + 16),
      delay: word32(bytes, start + 20))
  }

  func write(into bytes: inout MutableSpan<UInt8>, at start: Int) {
    put32(source, into: &bytes, at: start)
    let losses = UInt32(bitPattern: lost) & 0xFF_FFFF
    put32(UInt32(fractionLost) << 24 | losses, into: &bytes, at: start + 4)
    put32(highest, into: &bytes, at: start + 8)
    put32(jitter, into: &bytes, at: start + 12)
    put32(lastReport, into: &bytes, at: start + 16)
    put32(delay, into: &bytes, at: start + 20)
  }
}

/// What matters to one receiver in a compound RTCP packet.
public struct RTCPReport: Equatable, Sendable, BitwiseCopyable {
  /// Who sent it.
  public let source: UInt32
  /// The sender information, if it sends.
  public private(set) var sender: SenderInformation?
  /// The block about us.
  public private(set) var block: ReportBlock?
  /// Whether the sender leaves.
  public private(set) var isGoodbye = false

  private enum Kind {
    static let senderReport: UInt8 = 200
    static let receiverReport: UInt8 = 201
    static let goodbye: UInt8 = 203
  }

  /// Reads a compound packet as RFC 3550 A.2 checks it; `ours` is our own source.
  public init(parsing bytes: borrowing Span<UInt8>, ours: UInt32) throws(PacketError) {
    guard bytes.count >= 8 else { throw .truncated }
    guard bytes[0] >> 6 == 2 else { throw .badVersion }
    guard bytes[1] == Kind.senderReport || bytes[1] == Kind.receiverReport else {
      throw .wrongKind
    }
    source = word32(bytes, 4)
    var start = 0
    while start < bytes.count {
      let end = try Self.end(of: bytes, at: start)
      try read(bytes, start..<end, ours)
      start = end
    }
  }

  /// Where the packet at `start` ends; padding is allowed in the last packet only (§6.4.1).
  private static func end(
    of bytes: borrowing Span<UInt8>, at start: Int
  ) throws(PacketError) -> Int {
    guard bytes.count - start >= 4 else { throw .truncated }
    guard bytes[start] >> 6 == 2 else { throw .badVersion }
    let end = start + 4 + 4 * Int(word16(bytes, start + 2))
    guard end <= bytes.count else { throw .badLength }
    guard bytes[start] & 0x20 == 0 || end == bytes.count else { throw .badPadding }
    return end
  }

  private mutating func read(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ ours: UInt32
  ) throws(PacketError) {
    let start = range.lowerBound
    let count = Int(bytes[start] & 0x1F)
    switch bytes[start + 1] {
    case Kind.senderReport:
      guard range.count >= 28 else { throw .badLength }
      if word32(bytes, start + 4) == source { sender = Self.sender(bytes, start + 8) }
      try readBlocks(bytes, start + 28, range.upperBound, count, ours)
    case Kind.receiverReport:
      guard range.count >= 8 else { throw .badLength }
      try readBlocks(bytes, start + 8, range.upperBound, count, ours)
    case Kind.goodbye:
      guard range.count >= 4 + 4 * count else { throw .badLength }
      for i in 0..<count where word32(bytes, start + 4 + 4 * i) == source { isGoodbye = true }
    default:
      break  // Source descriptions, application packets and extended reports are for others.
    }
  }

  private static func sender(_ bytes: borrowing Span<UInt8>, _ at: Int) -> SenderInformation {
    SenderInformation(
      clock: UInt64(word32(bytes, at)) << 32 | UInt64(word32(bytes, at + 4)),
      timestamp: word32(bytes, at + 8), packets: word32(bytes, at + 12),
      octets: word32(bytes, at + 16))
  }

  private mutating func readBlocks(
    _ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ count: Int, _ ours: UInt32
  ) throws(PacketError) {
    guard end - start >= count * ReportBlock.size else { throw .badLength }
    for i in 0..<count where word32(bytes, start + i * ReportBlock.size) == ours {
      block = ReportBlock(bytes, at: start + i * ReportBlock.size)
    }
  }
}
