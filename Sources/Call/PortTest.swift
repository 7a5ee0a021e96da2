public import MediaControl

/// What a test of its line has a port do.
public enum PortTest: Equatable, Sendable {
  /// Tell what hook and dial do, and nothing else.
  case watch
  /// Ring for one burst.
  case ring
  /// Play dial tone into the handset while it is off.
  case tone
  /// Measure something while the handset is off.
  case probe(LineProbe)
}

/// What a test of a line is told.
public enum PortTestEvent: Equatable, Sendable {
  /// The handset was lifted, also while the bell rang.
  case offHook
  /// The handset is back.
  case onHook
  /// The hook was tapped.
  case hookFlash
  /// A dial sent this digit (ASCII).
  case pulseDigit(UInt8)
  /// A key sent this digit (ASCII), whose tones were so loud.
  case digit(UInt8, DigitLevels)
  /// The burst is over, and the handset still on the hook.
  case burstOver
  /// So much of what was sent came back.
  case echo(EchoReturnLoss)
  /// The test is over.
  case dropped(TestInterruption)
}

/// What is more important than a test of a line.
public enum TestInterruption: Equatable, Sendable {
  /// Somebody calls the port.
  case incomingCall
  /// Whoever holds the handset dials.
  case dialling
  /// Hardware is gone.
  case hardware
}
