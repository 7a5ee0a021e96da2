public import Base
internal import CLinux

/// A TCP socket that others connect to.
public struct TCPListener: ~Copyable {
  /// What a connection may leave unsent in the kernel: a client that does not read costs no more.
  private static let sendRoom: CInt = 4_096

  private let descriptor: FileDescriptor

  /// Listens at `local`; with a device, only what comes by it.
  public init(local: Endpoint, device: Text = []) throws(Errno) {
    var address = clinux_endpoint(local)
    if device.isEmpty {
      descriptor = try FileDescriptor(unsafe clinux_tcp_listen(&address, nil, Self.sendRoom))
    } else {
      descriptor = try FileDescriptor(
        unsafe clinux_tcp_listen(&address, device.terminated.asCString, Self.sendRoom))
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

  /// Begins to connect, by a device if one is named; when the descriptor can be written to,
  /// `failure` tells what came of it.
  ///
  /// The connection fails when what was sent stays without an answer for `silence`.
  init(
    connectingTo remote: Endpoint, dscp: UInt8, silence: Duration, device: Text
  ) throws(Errno) {
    var address = clinux_endpoint(remote)
    rawValue = unsafe clinux_tcp_connect(
      &address, CInt(dscp), UInt32(clamping: silence.inMilliseconds),
      device.terminated.asCString)
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
