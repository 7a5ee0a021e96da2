/// The dial tone that the network names for a line (TS 183 043, `dial-tone-pattern`).
public enum DialTonePattern: UInt8, Equatable, Sendable {
  /// Nothing is special.
  case standard
  /// A service is active that the subscriber should remember, such as a diversion of all calls.
  case specialCondition
  /// Messages wait.
  case messageWaiting
}
