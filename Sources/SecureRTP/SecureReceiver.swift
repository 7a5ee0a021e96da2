public import Base
public import RTP

/// Checks and opens what the far party sends with one master key (RFC 3711 §3.3).
///
/// Each source has a rollover counter and a replay window of its own; a source is remembered once
/// a packet of it was authentic, and forgotten when four others have spoken since.
public final class SecureReceiver {
  private let media: PacketCipher
  private let control: PacketCipher
  private var sources = InlineArray<4, SourceHistory?>(repeating: nil)
  private var count = 0

  /// Begins; every source starts with rollover counter 0.
  public init(_ key: MediaKey) {
    media = PacketCipher(key, isControl: false)
    control = PacketCipher(key, isControl: true)
  }

  /// Opens the SRTP packet in the first `count` octets; how many octets of RTP it has.
  ///
  /// A packet that is refused may be overwritten, and changes nothing else.
  public func unprotect(
    _ bytes: inout MutableSpan<UInt8>, count: Int
  ) throws(PacketError) -> Int {
    guard count <= bytes.count, count >= RTPHeader.size + media.tagSize else { throw .truncated }
    let end = count - media.tagSize
    guard bytes[0] >> 6 == 2 else { throw .badVersion }
    let start = try RTPPacket.payloadStart(bytes.span.extracting(0..<end))
    let source = word32(bytes.span, 8)
    var history = history(of: source)
    guard let index = history.index(of: word16(bytes.span, 2)), history.media.admits(index) else {
      throw .replayed
    }
    if media.suite.isGCM {
      guard start <= KnownOctets.room else { throw .badLength }
      var header = KnownOctets()
      header.append(bytes.span.extracting(0..<start))
      let nonce = media.nonce(source: source, index: index)
      guard media.open(&bytes, start..<end, nonce, known: header) else { throw .forged }
    } else {
      let tag = media.tag(bytes, end, tail: UInt32(truncatingIfNeeded: index >> 16))
      guard isSame(tag, bytes, end, media.tagSize) else { throw .forged }
      media.crypt(&bytes, start..<end, media.counterBlock(source: source, index: index))
    }
    history.media.note(index)
    remember(history)
    return end
  }

  /// Opens the SRTCP packet in the first `count` octets; how many octets of RTCP it has.
  ///
  /// RTCP that is not encrypted is refused: nobody has agreed on that.
  public func unprotectControl(
    _ bytes: inout MutableSpan<UInt8>, count: Int
  ) throws(PacketError) -> Int {
    let end = count - 4 - control.tagSize
    guard count <= bytes.count, end >= 8 else { throw .truncated }
    guard bytes[0] >> 6 == 2 else { throw .badVersion }
    let word = word32(bytes.span, control.suite.isGCM ? count - 4 : end)
    guard word >> 31 == 1 else { throw .forged }
    let index = UInt64(word & 0x7FFF_FFFF)
    let source = word32(bytes.span, 4)
    var history = history(of: source)
    guard history.control.admits(index) else { throw .replayed }
    if control.suite.isGCM {
      var known = KnownOctets()
      known.append(bytes.span.extracting(0..<8))
      known.append(word)
      let nonce = control.nonce(source: source, index: index)
      guard control.open(&bytes, 8..<end, nonce, known: known) else { throw .forged }
    } else {
      let tag = control.tag(bytes, end, tail: word)
      guard isSame(tag, bytes, end + 4, control.tagSize) else { throw .forged }
      control.crypt(&bytes, 8..<end, control.counterBlock(source: source, index: index))
    }
    history.control.note(index)
    remember(history)
    return end
  }

  /// Compares in a time that does not depend on where the first difference is.
  private func isSame(
    _ tag: InlineArray<20, UInt8>, _ bytes: borrowing MutableSpan<UInt8>, _ at: Int, _ size: Int
  ) -> Bool {
    var difference: UInt8 = 0
    for i in 0..<size { difference |= tag[i] ^ bytes[at + i] }
    return difference == 0
  }

  private func history(of source: UInt32) -> SourceHistory {
    for i in 0..<count {
      if let known = sources[i], known.source == source { return known }
    }
    return SourceHistory(source: source)
  }

  /// Keeps the sources in the order in which they spoke last.
  private func remember(_ history: SourceHistory) {
    var place = 0
    while place < count, sources[place]?.source != history.source { place += 1 }
    if place == count, count < 4 { count += 1 }
    place = min(place, 3)
    while place > 0 {
      sources[place] = sources[place - 1]
      place -= 1
    }
    sources[0] = history
  }
}
