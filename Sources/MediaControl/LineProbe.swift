/// What the media thread does with a line that somebody tests.
public enum LineProbe: UInt8, Equatable, Sendable, BitwiseCopyable {
  /// Tell every DTMF digit with the levels of its tones.
  case digits
  /// Return to the line what it says, a second later.
  case loopback
  /// Send noise into the line once, and tell how much of it comes back.
  case echo
}

/// How loud the two tones of a DTMF digit were, in tenths of a dBm0.
public struct DigitLevels: Equatable, Sendable, BitwiseCopyable {
  /// The tone of the low group, the row.
  public var lowTenthsDBm0: Int16
  /// The tone of the high group, the column.
  public var highTenthsDBm0: Int16

  /// Puts the two levels together.
  public init(lowTenthsDBm0: Int16, highTenthsDBm0: Int16) {
    self.lowTenthsDBm0 = lowTenthsDBm0
    self.highTenthsDBm0 = highTenthsDBm0
  }

  /// By how much the column is louder than the row, in tenths of a decibel.
  public var twistTenthsDB: Int { Int(highTenthsDBm0) - Int(lowTenthsDBm0) }
}

/// How much weaker a signal came back from a line than it was sent.
public struct EchoReturnLoss: Equatable, Sendable, BitwiseCopyable {
  /// In tenths of a decibel.
  public var tenthsDB: Int16
  /// Whether the echo was lost in the noise of the line, so that the loss is that much or more.
  public var isLowerBound: Bool

  /// Describes a loss.
  public init(tenthsDB: Int16, isLowerBound: Bool) {
    self.tenthsDB = tenthsDB
    self.isLowerBound = isLowerBound
  }
}
