import Base
import Linux
import Network

/// The way of echo requests: a raw socket for the family of the host, opened for the first one.
final class Pinger {
  /// Datagrams that one turn takes; more wait for the next one.
  private static let budget = 16

  private let device: Text
  private let identifier = UInt16(truncatingIfNeeded: ThisProcess.identifier)
  private var socket: EchoSocket?

  /// Nothing is open; requests leave by a device if one is named.
  init(device: Text) { self.device = device }

  /// The descriptor that is readable when answers wait; -1 while nothing is open.
  var rawValue: CInt { socket?.rawValue ?? -1 }

  /// Sends a request.
  func send(_ number: UInt16, to host: IPAddress, in loop: borrowing EventLoop) throws(Errno) {
    if socket?.isIPv6 != host.isIPv6 {
      let opened = try EchoSocket(isIPv6: host.isIPv6, device: device)
      try loop.watch(opened.rawValue)
      socket = opened
    }
    let packet = EchoPacket(identifier: identifier, number: number)
    try socket?.send(packet.request(isIPv6: host.isIPv6), to: host)
  }

  /// Takes the answers that wait.
  func receive(_ take: (_ number: UInt16, _ host: IPAddress) -> Void) {
    for _ in 0..<Self.budget {
      guard let socket, let arrival = socket.receive() else { return }
      let packet = EchoPacket(replyIn: arrival.datagram, isIPv6: socket.isIPv6)
      if let packet, packet.identifier == identifier { take(packet.number, arrival.host) }
    }
  }
}
