public import Base
internal import CLinux

/// A UDP socket of one local address.
public struct UDPSocket: ~Copyable, Sendable {
  private let descriptor: FileDescriptor

  /// Binds to `local`; `dscp` is the six-bit code point of what is sent (RFC 2474).
  public init(local: Endpoint, dscp: UInt8) throws(Errno) {
    var address = clinux_endpoint(local)
    descriptor = try FileDescriptor(unsafe clinux_udp_socket(&address, CInt(dscp), nil))
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

extension clinux_endpoint {
  /// The endpoint as the C side wants it.
  init(_ endpoint: Endpoint) {
    self.init()
    port = endpoint.port
    unsafe withUnsafeMutableBytes(of: &octets) { octets in
      switch endpoint.address {
      case .v4(let value):
        unsafe octets.storeBytes(of: value.bigEndian, as: UInt32.self)
      case .v6(let high, let low):
        unsafe octets.storeBytes(of: high.bigEndian, as: UInt64.self)
        unsafe octets.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
    }
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
