/// How one port's line circuit is wired to the processor.
public struct PortWiring: Equatable, Sendable {
  /// The port's number, from 1.
  public var port: UInt8
  /// The card that carries its audio.
  public var card: UInt8 = 1
  /// Its channel on the card, from 1.
  public var channel: UInt8 = 1
  /// The line of the description that first names the port, for messages.
  public var line = 0
  private var pins: [GPIOPin?]

  /// Describes a port without a pin.
  public init(port: UInt8) {
    self.port = port
    pins = [GPIOPin?](repeating: nil, count: PinRole.allCases.count)
  }

  /// The pin that does this, if there is one.
  public subscript(role: PinRole) -> GPIOPin? {
    get { pins[Int(role.rawValue)] }
    set { pins[Int(role.rawValue)] = newValue }
  }
}
