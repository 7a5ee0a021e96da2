public import Base
public import RTP

/// Checks and opens what the far party sends with one master key (RFC 3711 §3.3).
///
/// Each source has a rollover counter and a replay window of its own; a source is remembered once
/// a packet of it was authentic, and forgotten when four others have spoken since.
///
/// ```
///   source     first packet                         later packets
///   new        rollover counter 0                   estimate
///   known by   as under the key before, or 0:       estimate
///   last key   whichever is authentic is kept
/// ```
/// RFC 3711 §3.3.1 has a source go on with its counter under another key, RFC 4568 §7.1.4 has it begin
/// again at another address, and far sides do either anywhere.
public final class SecureReceiver {
  /// Octets of the longest packet that is tried with two counters.
  private static let room = 768

  private let media: PacketCipher
  private let control: PacketCipher
  private var sources = SourceTable()
  /// What came of sources under the key before, until they speak under this one.
  private var before = SourceTable()

  /// Begins; every source starts with rollover counter 0, or goes on from `former`, the receiver
  /// with the key before.
  public init(_ key: MediaKey, after former: SecureReceiver? = nil) {
    media = PacketCipher(key, isControl: false)
    control = PacketCipher(key, isControl: true)
    guard let former else { return }
    before = former.before
    before.remember(former.sources)
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
    let sequence = word16(bytes.span, 2)
    var history = sources.history(of: word32(bytes.span, 8))
    guard !history.media.isEmpty else {
      try openFirst(&bytes, start..<end, sequence, history)
      return end
    }
    guard let index = history.index(of: sequence), history.media.admits(index) else {
      throw .replayed
    }
    try open(&bytes, start..<end, history.source, index)
    history.media.note(index)
    sources.remember(history)
    return end
  }

  @inline(never)
  private func openFirst(
    _ bytes: inout MutableSpan<UInt8>, _ part: Range<Int>, _ sequence: UInt16,
    _ known: SourceHistory
  ) throws(PacketError) {
    var history = known
    let source = history.source
    var index = UInt64(sequence)
    let kept = before.history(of: source).index(of: sequence) ?? index
    let isKnown = kept != index
    // Only one of both is authentic, whichever is tried first.
    if isKnown, opensCopy(bytes, part, source, kept) { index = kept }
    try open(&bytes, part, source, index)
    history.media.note(index)
    sources.remember(history)
    // Its counter is known from now on. Were the source forgotten among others, the old one would
    // let packets in again.
    if isKnown { before.remember(SourceHistory(source: source)) }
  }

  /// Whether a packet is authentic; GCM leaves nothing of one that is not.
  private func opensCopy(
    _ bytes: borrowing MutableSpan<UInt8>, _ part: Range<Int>, _ source: UInt32, _ index: UInt64
  ) -> Bool {
    let count = part.upperBound + media.tagSize
    guard count <= Self.room else { return false }
    var room = InlineArray<768, UInt8>(repeating: 0)
    var copy = room.mutableSpan
    for i in 0..<count { copy[i] = bytes[i] }
    return (try? open(&copy, part, source, index)) != nil
  }

  /// Checks the tag behind a part and decrypts the part; inlined, for it is every packet's way.
  @inline(__always)
  private func open(
    _ bytes: inout MutableSpan<UInt8>, _ part: Range<Int>, _ source: UInt32, _ index: UInt64
  ) throws(PacketError) {
    if media.suite.isGCM {
      guard part.lowerBound <= KnownOctets.room else { throw .badLength }
      var header = KnownOctets()
      header.append(bytes.span.extracting(0..<part.lowerBound))
      let nonce = media.nonce(source: source, index: index)
      guard media.open(&bytes, part, nonce, known: header) else { throw .forged }
    } else {
      let tag = media.tag(bytes, part.upperBound, tail: UInt32(truncatingIfNeeded: index >> 16))
      guard isSame(tag, bytes, part.upperBound, media.tagSize) else { throw .forged }
      media.crypt(&bytes, part, media.counterBlock(source: source, index: index))
    }
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
    var history = sources.history(of: source)
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
    sources.remember(history)
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
}
