public import Base
internal import CLinux

/// A TCP socket that others connect to.
public struct TCPListener: ~Copyable {
  private let descriptor: FileDescriptor

  /// Listens at `local`; with a device, only what comes by it.
  ///
  /// `sendRoom` is what a connection may leave unsent in the kernel, in bytes: a client that does
  /// not read costs no more.
  public init(
    local: Endpoint, marks: TrafficMarks = TrafficMarks(dscp: 0), device: Text = [],
    sendRoom: Int = 4_096
  ) throws(Errno) {
    var address = clinux_endpoint(local)
    let (dscp, priority) = (CInt(marks.dscp), CInt(marks.priority))
    let room = CInt(clamping: sendRoom)
    if device.isEmpty {
      descriptor = try FileDescriptor(
        unsafe clinux_tcp_listen(&address, dscp, priority, nil, room))
    } else {
      descriptor = try FileDescriptor(
        unsafe clinux_tcp_listen(&address, dscp, priority, device.terminated.asCString, room))
    }
  }

  /// The descriptor that is readable when somebody wants to connect.
  public var rawValue: CInt { descriptor.rawValue }

  /// Takes the connection that waits, or `nil` when none does any more.
  public func accept() -> TCPConnection? {
    let rawValue = clinux_accept(descriptor.rawValue)
    return rawValue < 0 ? nil : TCPConnection(adopting: rawValue)
  }
}

/// One end of a TCP connection that never blocks; it is closed with its last reference.
public final class TCPConnection {
  /// The descriptor that is ready when bytes or the end wait, or when there is room to send.
  public let rawValue: CInt

  init(adopting rawValue: CInt) { self.rawValue = rawValue }

  /// Who is at the other end; `nil` when it is gone already.
  public var peer: Endpoint? {
    var peer = clinux_endpoint()
    return unsafe clinux_peer(rawValue, &peer) == 0 ? Endpoint(peer) : nil
  }

  /// Begins to connect, by a device and from an address if they are named; when the descriptor can be written to,
  /// `failure` tells what came of it.
  ///
  /// The connection fails when what was sent stays without an answer for `silence`.
  init(
    connectingTo remote: Endpoint, from local: IPAddress?, marks: TrafficMarks,
    silence: Duration, device: Text
  ) throws(Errno) {
    var address = clinux_endpoint(remote)
    let (dscp, priority) = (CInt(marks.dscp), CInt(marks.priority))
    let milliseconds = UInt32(clamping: silence.inMilliseconds)
    if let local {
      var from = clinux_endpoint(Endpoint(local, 0))
      rawValue = unsafe clinux_tcp_connect(
        &address, &from, dscp, priority, milliseconds, device.terminated.asCString)
    } else {
      rawValue = unsafe clinux_tcp_connect(
        &address, nil, dscp, priority, milliseconds, device.terminated.asCString)
    }
    if rawValue < 0 { throw Errno() }
  }

  /// What has failed, if anything has.
  var failure: Errno? {
    let error = clinux_socket_error(rawValue)
    return error == 0 ? nil : Errno(rawValue: error)
  }

  deinit { _ = close(rawValue) }

  /// Takes what waits, up to `limit` bytes.
  public func receive(limit: Int = 4_096) -> Arrival { Arrival(of: rawValue, limit: limit) }

  /// Sends as many of the bytes as there is room for; returns how many, or `nil` when the other end
  /// is gone.
  public func send(_ bytes: ArraySlice<UInt8>) -> Int? {
    let count = unsafe bytes.withUnsafeBytes { bytes in
      unsafe clinux_send_now(rawValue, bytes.baseAddress, bytes.count)
    }
    if count >= 0 { return Int(count) }
    return Errno().wouldBlock ? 0 : nil
  }

  /// Tells the other end that nothing more will come.
  public func endSending() { _ = clinux_end_sending(rawValue) }
}
