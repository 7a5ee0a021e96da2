import Base
import Foundation

/// A UDP socket on the loopback interface, closed with the value's last owner.
final class LoopbackSocket: @unchecked Sendable {
  let descriptor: CInt
  let port: UInt16

  init() {
    let descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
    self.descriptor = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    port = withUnsafeMutableBytes(of: &address) { bytes in
      let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      guard let pointer else { return 0 }
      _ = bind(descriptor, pointer, length)
      _ = getsockname(descriptor, pointer, &length)
      return bytes.load(fromByteOffset: 2, as: UInt16.self).bigEndian
    }
  }

  deinit { close(descriptor) }

  var endpoint: Endpoint { Endpoint(.loopback, port) }

  /// Sends a datagram to a port of the same interface.
  func send(_ bytes: [UInt8], to port: UInt16) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    withUnsafeBytes(of: &address) { to in
      _ = sendto(
        descriptor, bytes, bytes.count, 0, to.assumingMemoryBound(to: sockaddr.self).baseAddress,
        socklen_t(to.count))
    }
  }

  /// Takes a datagram, or returns `nil` when none comes within the time.
  func receive(ms: CInt) -> [UInt8]? {
    guard readable(descriptor, ms: ms) else { return nil }
    var bytes = [UInt8](repeating: 0, count: 2048)
    let n = recv(descriptor, &bytes, bytes.count, 0)
    return n >= 0 ? Array(bytes.prefix(n)) : nil
  }
}

/// Whether something can be read within the time.
func readable(_ descriptor: CInt, ms: CInt) -> Bool {
  var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  // A signal says nothing of the socket.
  while true {
    let ready = poll(&poller, 1, ms)
    if ready >= 0 || errno != EINTR { return ready > 0 }
  }
}

/// A pair of connected packet sockets: the box's end and the telephone's.
struct LinePair {
  let box: CInt
  let phone: CInt

  init() {
    var ends: [CInt] = [0, 0]
    _ = socketpair(AF_UNIX, CInt(SOCK_SEQPACKET.rawValue), 0, &ends)
    (box, phone) = (ends[0], ends[1])
  }

  /// The telephone takes one frame; `nil` when none comes within the time.
  func take(ms: CInt = 0) -> [Int16]? {
    guard readable(phone, ms: ms) else { return nil }
    var samples = [Int16](repeating: 0, count: 80)
    return recv(phone, &samples, 160, 0) == 160 ? samples : nil
  }

  /// The telephone answers with a frame of one value.
  func answer(_ value: Int16) { answer([Int16](repeating: value, count: 80)) }

  func answer(_ samples: [Int16]) {
    _ = send(phone, samples, samples.count * 2, CInt(MSG_NOSIGNAL))
  }
}
