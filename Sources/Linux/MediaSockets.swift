public import Base
internal import CLinux

/// A media socket of the process; it does not own the descriptor.
public struct MediaSocket: Sendable, BitwiseCopyable {
  /// The kernel's number.
  public let rawValue: CInt

  /// Looks at a descriptor that somebody else keeps open.
  public init(_ rawValue: CInt) { self.rawValue = rawValue }

  /// Asks the kernel to stamp every datagram with its arrival.
  public func enableArrivalTimes() throws(Errno) {
    guard clinux_enable_arrival_times(rawValue) == 0 else { throw Errno() }
  }

  /// Sends a packet of samples to a connected local socket; returns whether the kernel took it.
  public func send(_ samples: Span<Int16>) -> Bool {
    unsafe samples.withUnsafeBytes { bytes in
      unsafe clinux_send_now(rawValue, bytes.baseAddress, bytes.count) == Int64(bytes.count)
    }
  }

  /// What came of an attempt to receive samples.
  public enum Received: Sendable {
    /// A packet that filled the frame exactly.
    case frame
    /// Nothing is waiting.
    case nothing
    /// A packet of another size; the frame's content is not defined.
    case badSize
    /// The other side closed the socket, or it failed.
    case closed
  }

  /// Takes one packet of samples from a connected local socket.
  public func receive(_ samples: inout MutableSpan<Int16>) -> Received {
    let n = unsafe samples.withUnsafeMutableBytes { bytes in
      unsafe clinux_receive_now(rawValue, bytes.baseAddress, bytes.count)
    }
    if n < 0 { return Errno().wouldBlock ? .nothing : .closed }
    if n == 0 { return .closed }
    return n == Int64(samples.count * 2) ? .frame : .badSize
  }

  /// Closes the descriptor; for who owns it.
  public func close() { _ = CLinux.close(rawValue) }
}

/// Room for the datagrams that one system call takes from a socket.
@safe
public final class DatagramBatch {
  /// How many datagrams it holds.
  public static let limit = Int(clinux_batch_limit)
  /// Octets that a datagram may have; one that fills its room was cut and is not given out.
  public static let room = 768

  private let bytes: UnsafeMutablePointer<UInt8>
  private let datagrams: UnsafeMutablePointer<clinux_datagram>
  /// How many datagrams the last `receive` took.
  public private(set) var count = 0
  /// How many of them were longer than `room`.
  public private(set) var oversized: UInt32 = 0

  /// Makes an empty batch.
  public init() {
    unsafe bytes = .allocate(capacity: Self.limit * Self.room)
    unsafe bytes.initialize(repeating: 0, count: Self.limit * Self.room)
    unsafe datagrams = .allocate(capacity: Self.limit)
    unsafe datagrams.initialize(repeating: clinux_datagram(), count: Self.limit)
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe datagrams.deallocate()
  }

  /// Takes what waits on the socket, up to `limit` datagrams, without sleeping.
  public func receive(from socket: MediaSocket) {
    for i in 0..<Self.limit {
      unsafe datagrams[i].bytes = UnsafeMutableRawPointer(bytes + i * Self.room)
      unsafe datagrams[i].count = UInt32(Self.room)
    }
    let n = unsafe clinux_receive_batch(socket.rawValue, datagrams, UInt32(Self.limit))
    count = max(0, Int(n))
  }

  /// Calls `body` with every datagram: its bytes, sender, and arrival on the monotonic clock.
  ///
  /// The kernel stamps with the wall clock; `now` and `realtime` are the two clocks at the same
  /// moment, and a stamp that makes no sense beside them counts as now.
  public func forEach(
    now: Instant, realtime: Int64, _ body: (Span<UInt8>, Endpoint, Instant) -> Void
  ) {
    oversized = 0
    for i in 0..<count {
      let datagram = unsafe datagrams[i]
      guard unsafe datagram.count < Self.room else {
        oversized += 1
        continue
      }
      let age = unsafe realtime &- datagram.arrived_ns
      // RTCP waits up to 5 s to be read; what looks older was stamped by a clock that was set.
      let arrived =
        (0...10_000_000_000).contains(age) ? Instant(nanoseconds: now.nanoseconds - age) : now
      let content = unsafe UnsafeBufferPointer(
        start: bytes + i * Self.room, count: Int(datagram.count))
      unsafe body(content.span, Endpoint(datagram.peer), arrived)
    }
  }
}
