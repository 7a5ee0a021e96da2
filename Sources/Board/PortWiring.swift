public import Base

/// A GPIO line of the board.
public struct GPIOPin: Equatable, Sendable {
  /// Where the kernel knows it.
  public enum Place: Equatable, Sendable {
    /// By the name that the device tree gives it.
    case name(Text)
    /// By its chip (`gpiochip0`, or the chip's label) and its offset there.
    case offset(chip: Text, UInt32)
  }

  /// Where the kernel knows it.
  public var place: Place
  /// Whether the low level means yes.
  public var isActiveLow: Bool
  /// The line of the description that names the pin, for messages.
  public var line = 0

  /// Describes a pin.
  public init(place: Place, isActiveLow: Bool = false) {
    self.place = place
    self.isActiveLow = isActiveLow
  }
}

/// How one port's line circuit is wired to the processor.
public struct PortWiring: Equatable, Sendable {
  /// The port's number, from 1.
  public var port: UInt8
  /// The card that carries its audio.
  public var card: UInt8 = 1
  /// Its channel on the card, from 1.
  public var channel: UInt8 = 1
  /// Input: the loop is closed (AG1171: SHK).
  public var hook: GPIOPin?
  /// Output: the circuit is in ring mode; its polarity pin then makes the ring current (RM).
  public var ringMode: GPIOPin?
  /// Output: reversed polarity (F/R).
  public var reverse: GPIOPin?
  /// Output: the circuit makes the ring current by itself while this is active.
  public var ringEnable: GPIOPin?
  /// Output: the circuit is switched off (PD).
  public var powerDown: GPIOPin?
  /// Output: the line is connected to the circuit by a relay.
  public var relay: GPIOPin?
  /// Output: the port is in use.
  public var lamp: GPIOPin?
  /// The line of the description that first names the port, for messages.
  public var line = 0

  /// Describes a port without a pin.
  public init(port: UInt8) { self.port = port }
}

/// The board's watchdog.
public struct WatchdogDescription: Equatable, Sendable {
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
