/// What the subscriber did with the switch hook or the dial.
public enum HookEvent: Equatable, Sendable {
  /// The handset was lifted.
  case offHook
  /// The hook was tapped: a break long enough to be meant, too short to be a hang-up.
  case hookFlash
  /// The handset is back.
  case onHook
  /// The first pulse of a digit is over: the dial is in use.
  case pulseStart
  /// The dial sent a train of pulses that stands for this digit (ASCII).
  case pulseDigit(UInt8)
}

/// What the driver sees of the loop.
public enum LoopEdge: UInt8, Equatable, Sendable, BitwiseCopyable {
  /// Current flows: off hook, or the dial's contact closed again.
  case closed
  /// No current: on hook, a flash, or a dial pulse.
  case open
}
