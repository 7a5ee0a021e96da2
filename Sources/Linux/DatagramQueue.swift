public import Base
internal import CLinux

/// Datagrams of several sockets that wait to be given to the kernel in one call (io_uring).
///
/// Where the kernel has no io_uring, or does not let us have it, each takes a call of its own. For
/// one thread.
@safe
public final class DatagramQueue {
  /// How many datagrams wait at the most; the next one sends them.
  public static let limit = Int(clinux_send_limit)
  /// Octets of a datagram that can wait; a longer one is sent at once, after those that wait.
  public static let room = Int(clinux_send_room)

  private let ring: OpaquePointer
  private var refused: UInt32 = 0

  /// Makes an empty queue; `isBatching` says whether io_uring is tried.
  ///
  /// Throws ENOMEM.
  public init(isBatching: Bool = true) throws(Errno) {
    guard let ring = unsafe clinux_send_ring_open(isBatching ? 1 : 0) else { throw Errno() }
    unsafe self.ring = ring
  }

  deinit { unsafe clinux_send_ring_close(ring) }

  /// Whether the kernel takes them together.
  public var isBatching: Bool { unsafe clinux_send_ring_is_batching(ring) != 0 }

  /// Leaves a copy of a datagram here until `flush`.
  public func add(_ bytes: Span<UInt8>, from socket: MediaSocket, to endpoint: Endpoint) {
    var peer = clinux_endpoint(endpoint)
    unsafe bytes.withUnsafeBufferPointer { datagram in
      for _ in 0..<2 {
        let kept = unsafe clinux_send_ring_add(
          ring, socket.rawValue, datagram.baseAddress, datagram.count, &peer)
        if kept == 0 { return }
        drain()
        if datagram.count > Self.room { break }
      }
      let sent = unsafe clinux_send_to(
        socket.rawValue, datagram.baseAddress, datagram.count, &peer)
      if sent < 0 { refused &+= 1 }
    }
  }

  /// Sends what waits, in its order; returns how many the kernel did not take since the last time.
  public func flush() -> UInt32 {
    drain()
    defer { refused = 0 }
    return refused
  }

  private func drain() { unsafe refused &+= clinux_send_ring_flush(ring) }
}
