public import Base
internal import CLinux

/// How what a socket sends is marked.
public struct TrafficMarks: Sendable {
  /// The six-bit code point of packets (RFC 2474).
  public var dscp: UInt8
  /// The priority of frames, 0 to 7 (IEEE 802.1Q PCP); 0 leaves it to the code point.
  public var priority: UInt8

  /// Makes marks from both.
  public init(dscp: UInt8, priority: UInt8 = 0) {
    self.dscp = dscp
    self.priority = priority
  }
}

/// A UDP socket of one local address.
public struct UDPSocket: ~Copyable, Sendable {
  private let descriptor: FileDescriptor

  /// Binds to `local`; `marks` is what the network sees of the importance of what is sent.
  ///
  /// With a device nothing comes or goes by another one, whatever the routing tables say.
  public init(local: Endpoint, marks: TrafficMarks, device: Text = []) throws(Errno) {
    var address = clinux_endpoint(local)
    let dscp = CInt(marks.dscp)
    let priority = CInt(marks.priority)
    if device.isEmpty {
      descriptor = try FileDescriptor(unsafe clinux_udp_socket(&address, dscp, priority, nil))
    } else {
      descriptor = try FileDescriptor(
        unsafe clinux_udp_socket(&address, dscp, priority, device.terminated.asCString))
    }
  }

  /// The descriptor that is readable when a datagram waits.
  public var rawValue: CInt { descriptor.rawValue }

  /// Sends a datagram.
  public func send(_ datagram: Text, to remote: Endpoint) throws(Errno) {
    var address = clinux_endpoint(remote)
    let sent = unsafe clinux_send_to(descriptor.rawValue, datagram, datagram.count, &address)
    guard sent >= 0 else { throw Errno() }
  }

  /// A datagram as it came.
  public struct Arrival {
    /// The bytes, cut off where the room ended.
    public let datagram: Text
    /// How many bytes were sent.
    public let length: Int
    /// Who sent it.
    public let source: Endpoint
  }

  /// Takes the datagram that waits, or `nil` when none does; `room` is scratch space.
  public func receive(room: inout Text) throws(Errno) -> Arrival? {
    var address = clinux_endpoint()
    let capacity = room.count
    let count = unsafe clinux_receive_from(descriptor.rawValue, &room, capacity, &address)
    if count < 0 {
      let error = Errno()
      if error.wouldBlock { return nil }
      throw error
    }
    let length = Int(count)
    return Arrival(
      datagram: Text(room[0..<min(length, capacity)]), length: length, source: Endpoint(address))
  }

  /// Gives the descriptor to another owner, who has to close it.
  public consuming func release() -> CInt { descriptor.release() }
}

extension IPAddress {
  /// Writes the 4 or 16 octets in network order to the front of `octets`, which has room.
  func write(into octets: UnsafeMutableRawBufferPointer) {
    switch self {
    case .v4(let value):
      unsafe octets.storeBytes(of: value.bigEndian, as: UInt32.self)
    case .v6(let high, let low):
      unsafe octets.storeBytes(of: high.bigEndian, as: UInt64.self)
      unsafe octets.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
  }
}

extension clinux_endpoint {
  /// The endpoint as the C side wants it.
  init(_ endpoint: Endpoint) {
    self.init()
    port = endpoint.port
    unsafe withUnsafeMutableBytes(of: &octets) { unsafe endpoint.address.write(into: $0) }
    is_ipv6 = endpoint.address.isIPv6 ? 1 : 0
  }
}

extension Endpoint {
  /// The endpoint that the C side told.
  init(_ raw: clinux_endpoint) {
    let address = unsafe withUnsafeBytes(of: raw.octets) { octets in
      guard raw.is_ipv6 != 0 else {
        return unsafe IPAddress.v4(UInt32(bigEndian: octets.loadUnaligned(as: UInt32.self)))
      }
      return unsafe IPAddress.v6(
        UInt64(bigEndian: octets.loadUnaligned(as: UInt64.self)),
        UInt64(bigEndian: octets.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
    self.init(address, raw.port)
  }
}
