public import Base
internal import CLinux

/// A raw socket for echo requests and their answers; it needs CAP_NET_RAW.
public final class EchoSocket {
  /// A datagram as it came.
  public struct Arrival {
    /// The bytes: of IPv4 with its header.
    public let datagram: Text
    /// Who sent it.
    public let host: IPAddress
  }

  /// Which family it speaks.
  public let isIPv6: Bool
  private let descriptor: FileDescriptor

  /// Opens it, bound to a device if one is named.
  public init(isIPv6: Bool, device: Text) throws(Errno) {
    self.isIPv6 = isIPv6
    descriptor = try FileDescriptor(
      unsafe clinux_echo_socket(isIPv6 ? 1 : 0, device.terminated.asCString))
  }

  /// The descriptor that is readable when a datagram waits.
  public var rawValue: CInt { descriptor.rawValue }

  /// Sends a datagram.
  public func send(_ datagram: Text, to host: IPAddress) throws(Errno) {
    var address = clinux_endpoint(Endpoint(host, 0))
    let sent = unsafe clinux_send_to(rawValue, datagram, datagram.count, &address)
    guard sent >= 0 else { throw Errno() }
  }

  /// Takes the datagram that waits, up to 256 bytes of it; `nil` when none does.
  public func receive() -> Arrival? {
    var room = Text(repeating: 0, count: 256)
    var address = clinux_endpoint()
    let capacity = room.count
    let count = unsafe clinux_receive_from(rawValue, &room, capacity, &address)
    guard count >= 0 else { return nil }
    return Arrival(
      datagram: Text(room[0..<min(Int(count), capacity)]), host: Endpoint(address).address)
  }
}
