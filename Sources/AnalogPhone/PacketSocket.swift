import Glibc

/// One end of a packet connection over a Unix socket (SOCK_SEQPACKET).
struct PacketSocket: ~Copyable {
  /// What a read gave.
  enum Packet: Equatable {
    case bytes([UInt8])
    /// Nothing is there at this moment.
    case none
    /// The other side is gone.
    case closed
  }

  let descriptor: CInt

  /// Takes over a connected descriptor.
  init(adopting descriptor: CInt) {
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  /// Connects, and says who is calling as the first packet.
  static func connect(to path: String, role: String) throws(FileError) -> PacketSocket {
    let descriptor = Glibc.socket(
      AF_UNIX, CInt(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw FileError(reason: lastError()) }
    let socket = PacketSocket(adopting: descriptor)
    guard var address = unixAddress(path) else {
      throw FileError(reason: "\(path): too long for a socket's name")
    }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, size)
      }
    }
    guard result == 0, socket.send(Array(role.utf8)) else {
      throw FileError(reason: "\(path): \(lastError())")
    }
    return socket
  }

  deinit { close(descriptor) }

  /// Sends one packet; `false` when the other side is gone or does not read.
  func send(_ bytes: [UInt8]) -> Bool {
    Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
  }

  /// The next packet, of 4096 bytes at the most.
  func receive() -> Packet {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count > 0 { return .bytes(Array(buffer[..<count])) }
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return .none }
    return .closed
  }
}

/// The address of a Unix socket, or `nil` when the path is too long.
func unixAddress(_ path: String) -> sockaddr_un? {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  let bytes = Array(path.utf8)
  guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
  return address
}

/// The kernel's monotonic clock.
func monotonicNow() -> Nanoseconds {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Nanoseconds(time.tv_sec) * 1_000_000_000 + Nanoseconds(time.tv_nsec)
}
