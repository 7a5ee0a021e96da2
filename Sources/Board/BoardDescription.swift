public import Base

/// What moves the wires of a board's ports.
public enum LineDriver: UInt8, CaseIterable, Sendable {
  /// A Unix socket per port, for trying the firmware without a board.
  case simulator

  /// The word that names the driver in a description.
  public var word: StaticString {
    switch self {
    case .simulator: "simulator"
    }
  }
}

/// What the firmware must know of the board that it runs on.
public struct BoardDescription: Equatable, Sendable {
  /// The most ports that a board may have.
  public static let portLimit: UInt8 = 32

  /// The board's name: letters, digits and hyphens.
  public var name: Text
  /// What moves the wires of its ports.
  public var driver: LineDriver
  /// How many FXS ports it has, numbered from 1.
  public var ports: UInt8

  /// Describes a board.
  public init(name: Text, driver: LineDriver, ports: UInt8) {
    self.name = name
    self.driver = driver
    self.ports = ports
  }
}
