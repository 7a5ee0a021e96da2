/// What the line circuit puts on the two wires.
public enum LineFeed: UInt8, Sendable, BitwiseCopyable {
  /// Nothing: the wires are cut off.
  case open
  /// On hook at low power; a closed loop is still noticed.
  case standby
  /// Talking battery, normal polarity.
  case forwardActive
  /// Talking battery, reversed polarity.
  case reverseActive
  /// Ring current.
  case ringing
  /// On hook with the audio path open, for caller ID.
  case onHookTransmission
}
