public import Base

/// What moves the wires of a board's ports.
public enum LineDriver: UInt8, CaseIterable, Sendable {
  /// A Unix socket per port, for trying the firmware without a board.
  case simulator
  /// Line circuits on GPIO pins, with their audio on ALSA cards.
  case slic

  /// The word that names the driver in a description.
  public var word: StaticString {
    switch self {
    case .simulator: "simulator"
    case .slic: "slic"
    }
  }
}

/// What the firmware must know of the board that it runs on.
public struct BoardDescription: Equatable, Sendable {
  /// The most ports that a board may have.
  public static let portLimit: UInt8 = 32
  /// The longest debouncing, in milliseconds: a dial of 20 pulses a second closes for 17 ms.
  public static let hookDebounceLimitMs: UInt8 = 15

  /// The board's name: letters, digits and hyphens.
  public var name: Text
  /// What moves the wires of its ports.
  public var driver: LineDriver
  /// How many FXS ports it has, numbered from 1.
  public var ports: UInt8
  /// The audio cards, by number.
  public var cards: [CardDescription] = []
  /// How the ports are wired, by port.
  public var wiring: [PortWiring] = []
  /// How many ports may ring at the same moment; the supply of ring current sets it.
  public var ringLimit = portLimit
  /// How long a level of a hook pin must last before it counts, in milliseconds.
  public var hookDebounceMs: UInt8 = 10
  /// The button that takes the box back to the factory's settings, if there is one.
  public var resetButton: ButtonWiring?
  /// The watchdog, if there is one.
  public var watchdog: WatchdogDescription?

  /// Describes a board.
  public init(name: Text, driver: LineDriver, ports: UInt8) {
    self.name = name
    self.driver = driver
    self.ports = ports
  }
}
