/// When a REGISTER offers the way that it goes by as a flow (RFC 5626 §4.2).
public enum OutboundOffer: UInt8, Equatable, Sendable {
  /// Never.
  case off
  /// By TCP and TLS.
  case streams
  /// By UDP as well, where STUN keeps it.
  case on
}
