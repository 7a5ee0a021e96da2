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

  /// The longest name of a line or chip, in bytes: the kernel's 32 less the end mark.
  public static let nameLimit = 31
  /// The highest offset on a chip.
  public static let offsetLimit: UInt32 = 1_023

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

  /// The pin as a description writes it: a name, or `CHIP:OFFSET`.
  public var text: Text {
    switch place {
    case .name(let name): return name
    case .offset(let chip, let offset):
      var text = chip
      text.append(":")
      text.append(decimal: offset)
      return text
    }
  }
}

/// What a pin of a port does.
public enum PinRole: UInt8, CaseIterable, Sendable {
  /// Input: the loop is closed (AG1171: SHK).
  case hook
  /// Output: the circuit is in ring mode; its polarity pin then makes the ring current (RM).
  case ringMode
  /// Output: reversed polarity (F/R).
  case reverse
  /// Output: the circuit makes the ring current by itself while this is active.
  case ringEnable
  /// Output: the circuit is switched off (PD).
  case powerDown
  /// Output: the line is connected to the circuit by a relay.
  case relay
  /// Output: the port is in use.
  case lamp

  /// The word that names the role in a description.
  public var word: StaticString {
    switch self {
    case .hook: "hook"
    case .ringMode: "ring-mode"
    case .reverse: "reverse"
    case .ringEnable: "ring-enable"
    case .powerDown: "power-down"
    case .relay: "relay"
    case .lamp: "lamp"
    }
  }
}
