public import Base
internal import CLinux

/// Copies of the UDP packets from and to a range of ports, as they pass; it needs CAP_NET_RAW.
public final class PacketTap {
  /// A packet as it passed.
  public struct Passage {
    /// The bytes from the IP header on.
    public let packet: Text
    /// When, in nanoseconds since 1970, UTC.
    public let utcNanoseconds: Int64
  }

  private let descriptor: FileDescriptor
  private var room = Text(repeating: 0, count: 2_048)

  /// Begins at one device, or at all of them when its name is empty.
  public init(device: Text, ports: ClosedRange<UInt16>) throws(Errno) {
    descriptor = try FileDescriptor(
      unsafe clinux_tap_socket(device.terminated.asCString, ports.lowerBound, ports.upperBound))
  }

  /// The descriptor that is readable when packets wait.
  public var rawValue: CInt { descriptor.rawValue }

  /// Takes what waits, at most so many packets.
  public func receive(budget: Int, _ take: (Passage) -> Void) {
    for _ in 0..<budget {
      var time: Int64 = 0
      let capacity = room.count
      let count = unsafe clinux_tap_receive(rawValue, &room, capacity, &time)
      guard count >= 0 else { return }
      if count > 0 { take(Passage(packet: Text(room[0..<Int(count)]), utcNanoseconds: time)) }
    }
  }
}
