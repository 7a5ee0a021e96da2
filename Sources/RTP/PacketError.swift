/// Why a datagram on a media socket was refused.
public enum PacketError: UInt8, Error, Sendable, CaseIterable, BitwiseCopyable {
  /// Fewer bytes than the header or the element that it announces.
  case truncated
  /// The version is not 2.
  case badVersion
  /// The padding count is zero or larger than what is there.
  case badPadding
  /// The bytes are RTCP where RTP was expected, or the other way round (RFC 5761 §4).
  case wrongKind
  /// A length field does not fit the datagram.
  case badLength
  /// The tag of a protected packet is wrong (RFC 3711 §3.3).
  case forged
  /// A protected packet came before, or is too old to tell.
  case replayed
}
