/// How accounts learn of messages that wait in their mailboxes (RFC 3842).
public enum MessageWaiting: UInt8, Equatable, Sendable {
  /// Not at all.
  case off
  /// By NOTIFY that the SBC sends of its own accord.
  case unsolicited
  /// By a subscription, and by a NOTIFY without one as well.
  case subscribe
}
