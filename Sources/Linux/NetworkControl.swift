public import Base
internal import CLinux

/// What the kernel is asked of network interfaces, and what it tells of them.
public enum NetworkControl {
  /// Carries out a request to rtnetlink(7) and returns when the kernel has answered.
  public static func request(_ message: Text) throws(Errno) {
    guard unsafe clinux_netlink_request(message, message.count) == 0 else { throw Errno() }
  }

  /// The kernel's number of an interface; `nil` when there is none of that name.
  public static func index(of name: Text) -> UInt32? {
    let index = unsafe clinux_interface_index(name.terminated.asCString)
    return index == 0 ? nil : index
  }

  /// Switches IPv6 off on an interface that needs none: no router is asked for.
  public static func switchOffIPv6(_ name: Text) { setIPv6(name, "/disable_ipv6", "1") }

  /// An interface whose address and gateway are provisioned takes none from routers (RFC 4861).
  public static func ignoreRouters(_ name: Text) { setIPv6(name, "/accept_ra", "0") }

  private static func setIPv6(_ name: Text, _ setting: StaticString, _ value: StaticString) {
    let path = Text("/proc/sys/net/ipv6/conf/") + name + Text(setting)
    _ = try? File.overwrite(path, with: Text(value))
  }
}

/// Hears of links and addresses: each datagram is for `LinkReport` and `AddressReport`.
public final class LinkSocket {
  private static let room = 8_192
  private let descriptor: FileDescriptor

  /// Opens it.
  public init() throws(Errno) { descriptor = try FileDescriptor(clinux_link_socket()) }

  /// The descriptor that is readable when there is news.
  public var rawValue: CInt { descriptor.rawValue }

  /// Takes the oldest datagram; `nil` when there is none.
  public func receive() -> Text? {
    var bytes = Text(repeating: 0, count: Self.room)
    let count = unsafe bytes.withUnsafeMutableBytes { room in
      unsafe clinux_receive_now(rawValue, room.baseAddress, room.count)
    }
    return count > 0 ? Text(bytes[0..<Int(min(count, Int64(Self.room)))]) : nil
  }
}
