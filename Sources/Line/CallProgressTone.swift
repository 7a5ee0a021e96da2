/// The tones that tell a subscriber where a call stands.
public enum CallProgressTone: UInt8, Equatable, Sendable, CaseIterable, BitwiseCopyable {
  /// Dial now.
  case dial
  /// Dial now; something is special (a message waits, forwarding is on, recall).
  case stutterDial
  /// The far phone rings.
  case ringback
  /// The far party is in a call, or has hung up.
  case busy
  /// The network cannot carry the call.
  case congestion
  /// The number is not in use.
  case vacant
  /// Nobody answered.
  case noAnswer
  /// This port is not registered at its server.
  case unregistered
  /// Another call waits.
  case callWaiting
  /// The request was accepted.
  case confirmation
  /// Replace the handset.
  case howler
}
