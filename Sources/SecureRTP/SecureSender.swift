public import Base
internal import RTP

/// Protects what we send with one master key (RFC 3711 §3.3).
public final class SecureSender {
  /// By how many octets a packet grows at the most.
  public static let overhead = 20

  private let media: PacketCipher
  private let control: PacketCipher
  private var rollover: UInt32 = 0
  private var lastSequence: UInt16?
  private var controlIndex: UInt32 = 0

  /// Begins with rollover counter 0; a source and its sequence numbers must not begin again under
  /// the same key.
  public init(_ key: MediaKey) {
    media = PacketCipher(key, isControl: false)
    control = PacketCipher(key, isControl: true)
  }

  /// Protects the RTP packet in the first `count` octets; how many it has then.
  ///
  /// Sequence numbers must rise; there must be room for `overhead` octets more.
  public func protect(_ bytes: inout MutableSpan<UInt8>, count: Int) -> Int {
    guard count >= RTPHeader.size, count + Self.overhead <= bytes.count,
      let start = try? RTPPacket.payloadStart(bytes.span.extracting(0..<count))
    else { preconditionFailure("no packet of ours") }
    let sequence = word16(bytes.span, 2)
    let source = word32(bytes.span, 8)
    if let lastSequence, sequence < lastSequence { rollover &+= 1 }
    lastSequence = sequence
    let index = UInt64(rollover) << 16 | UInt64(sequence)
    if media.suite.isGCM {
      sealMedia(&bytes, start..<count, media.nonce(source: source, index: index))
    } else {
      media.crypt(&bytes, start..<count, media.counterBlock(source: source, index: index))
      let tag = media.tag(bytes, count, tail: rollover)
      for i in 0..<media.tagSize { bytes[count + i] = tag[i] }
    }
    return count + media.tagSize
  }

  private func sealMedia(
    _ bytes: inout MutableSpan<UInt8>, _ part: Range<Int>, _ nonce: InlineArray<12, UInt8>
  ) {
    var header = KnownOctets()
    header.append(bytes.span.extracting(0..<part.lowerBound))
    media.seal(&bytes, part, nonce, known: header)
  }

  /// Protects the RTCP packet in the first `count` octets; how many it has then.
  public func protectControl(_ bytes: inout MutableSpan<UInt8>, count: Int) -> Int {
    precondition(count >= 8 && count + Self.overhead <= bytes.count)
    let source = word32(bytes.span, 4)
    controlIndex = (controlIndex + 1) & 0x7FFF_FFFF
    let word = controlIndex | 0x8000_0000
    if control.suite.isGCM {
      var known = KnownOctets()
      known.append(bytes.span.extracting(0..<8))
      known.append(word)
      control.seal(
        &bytes, 8..<count, control.nonce(source: source, index: UInt64(controlIndex)),
        known: known)
      put32(word, into: &bytes, at: count + control.tagSize)
    } else {
      control.crypt(
        &bytes, 8..<count, control.counterBlock(source: source, index: UInt64(controlIndex)))
      let tag = control.tag(bytes, count, tail: word)
      put32(word, into: &bytes, at: count)
      for i in 0..<control.tagSize { bytes[count + 4 + i] = tag[i] }
    }
    return count + 4 + control.tagSize
  }
}

/// Octets that GCM authenticates and does not encrypt: a header, at most 15 sources and an extension.
struct KnownOctets {
  static let room = 256
  private(set) var octets = InlineArray<256, UInt8>(repeating: 0)
  private(set) var count = 0

  /// Appends octets, for which there must be room.
  mutating func append(_ bytes: borrowing Span<UInt8>) {
    for i in bytes.indices { octets[count + i] = bytes[i] }
    count += bytes.count
  }

  /// Appends a word in network order.
  mutating func append(_ word: UInt32) {
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      octets[count] = UInt8(truncatingIfNeeded: word >> shift)
      count += 1
    }
  }
}
