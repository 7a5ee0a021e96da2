public import MediaControl

/// A port whose audio is a channel of a card.
public struct CardWiring: Sendable, BitwiseCopyable {
  /// The port.
  public let port: PortNumber
  /// Its channel on the card, from 0.
  public let channel: Int
  /// Its sockets.
  public let sockets: MediaPortSockets

  /// Describes the wiring of one port.
  public init(port: PortNumber, channel: Int, sockets: MediaPortSockets) {
    self.port = port
    self.channel = channel
    self.sockets = sockets
  }
}

/// The same port as the thread runs it.
final class CardPort {
  let driver: PortDriver
  let channel: Int
  /// Whether the channel plays silence already.
  var isSilent = true

  init(_ driver: PortDriver, channel: Int) {
    self.driver = driver
    self.channel = channel
  }
}
