public import Base

/// The board's watchdog.
public struct WatchdogDescription: Equatable, Sendable {
  /// The longest time that a description may give, in seconds.
  public static let timeoutLimit: UInt8 = 120

  /// The device, such as `/dev/watchdog`.
  public var device: Text
  /// After how many seconds without a sign of life it resets the board.
  public var timeoutSeconds: UInt8
  /// The line of the description that names it, for messages.
  public var line = 0

  /// Describes a watchdog.
  public init(device: Text, timeoutSeconds: UInt8) {
    self.device = device
    self.timeoutSeconds = timeoutSeconds
  }
}
