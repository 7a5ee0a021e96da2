public import Base
internal import CLinux

/// What the messages of a local socket are.
public enum UnixSocketKind: Sendable {
  /// A stream of bytes.
  case stream
  /// Packets that keep their borders.
  case packets
}

/// A local socket that others connect to; only the same user may (mode 0600), and who else is let in.
public struct UnixListener: ~Copyable {
  private let descriptor: FileDescriptor
  private let path: Text

  /// Listens at a path; what was there before is replaced.
  public init(path: Text, kind: UnixSocketKind) throws(Errno) {
    self.path = path.terminated
    descriptor = try FileDescriptor(
      kind == .stream
        ? unsafe clinux_unix_listen(path.terminated.asCString)
        : unsafe clinux_unix_packet_listen(path.terminated.asCString))
  }

  deinit { _ = unsafe unlink(path.asCString) }

  /// Lets the members of a group connect as well.
  public func share(with group: UInt32) throws(Errno) {
    guard unsafe clinux_unix_share(path.asCString, group) == 0 else { throw Errno() }
  }

  /// The descriptor that is readable when somebody wants to connect.
  public var rawValue: CInt { descriptor.rawValue }

  /// Takes the connection that waits, or `nil` when none does any more.
  public func accept() -> UnixConnection? {
    let rawValue = clinux_accept(descriptor.rawValue)
    return rawValue < 0 ? nil : UnixConnection(adopting: rawValue)
  }
}

/// What a read of a connection found.
public enum Arrival {
  /// These bytes: a part of the stream, or one packet.
  case bytes(Text)
  /// Nothing is there now.
  case nothing
  /// The other end is gone.
  case closed

  /// Reads what a socket has, without waiting.
  init(of descriptor: CInt, limit: Int) {
    var room = Text(repeating: 0, count: limit)
    let count = unsafe clinux_receive_now(descriptor, &room, limit)
    if count > 0 {
      self = .bytes(Text(room[0..<Int(count)]))
    } else {
      self = count < 0 && Errno().wouldBlock ? .nothing : .closed
    }
  }
}

/// One end of a local connection; it is closed with its last reference.
///
/// A connection that a listener accepted never blocks; one made with `connectingTo` does in the
/// functions that say so.
public final class UnixConnection {
  /// The descriptor that is readable when bytes or the end wait.
  public let rawValue: CInt
  private var isOwned = true

  init(adopting rawValue: CInt) { self.rawValue = rawValue }

  deinit { if isOwned { _ = close(rawValue) } }

  /// Connects to a stream socket at a path.
  ///
  /// It waits until the listener takes the connection, or fails at once.
  public init(connectingTo path: Text, waits: Bool = true) throws(Errno) {
    rawValue =
      waits
      ? unsafe clinux_unix_connect(path.terminated.asCString)
      : unsafe clinux_unix_connect_at_once(path.terminated.asCString)
    guard rawValue >= 0 else {
      isOwned = false
      throw Errno()
    }
  }

  /// Whether the other end may do what this process may: its user is root, or ours.
  public var isTrusted: Bool {
    let user = clinux_unix_peer(rawValue)
    return user == 0 || user == Int64(geteuid())
  }

  /// Sends all the bytes or none; `false` when the other end is gone or does not read.
  public func send(_ bytes: Text) -> Bool {
    unsafe clinux_send_now(rawValue, bytes, bytes.count) == Int64(bytes.count)
  }

  /// Takes what waits, up to `limit` bytes.
  public func receive(limit: Int = 4_096) -> Arrival { Arrival(of: rawValue, limit: limit) }

  /// Sends all the bytes, waiting until the other end takes them; for clients, not for a loop.
  public func sendWaiting(_ bytes: Text) -> Bool {
    unsafe write(rawValue, bytes, bytes.count) == bytes.count
  }

  /// Waits for bytes; empty when the other end is gone.
  public func receiveWaiting(limit: Int = 4_096) -> Text {
    var room = Text(repeating: 0, count: limit)
    let count = unsafe read(rawValue, &room, limit)
    return count > 0 ? Text(room[0..<count]) : []
  }

  /// Gives the descriptor to another owner, who has to close it.
  public func release() -> CInt {
    isOwned = false
    return rawValue
  }
}

extension Array where Element == UInt8 {
  /// The text with the zero byte that C wants at the end.
  var terminated: Text { self + [0] }

  /// The bytes of a terminated text, valid for the call that they are an argument of.
  var asCString: [CChar] { map { CChar(bitPattern: $0) } }
}
