import Glibc

/// The kernel's words for the last error.
func lastError() -> String { String(cString: strerror(errno)) }

/// Reads a whole file.
func readBytes(_ path: String) throws(FileError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError(reason: "\(path): \(lastError())") }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  while let more = try readMore(descriptor, path) { bytes += more }
  return bytes
}

private func readMore(_ descriptor: CInt, _ path: String) throws(FileError) -> [UInt8]? {
  var buffer = [UInt8](repeating: 0, count: 65_536)
  let count = read(descriptor, &buffer, buffer.count)
  guard count >= 0 else { throw FileError(reason: "\(path): \(lastError())") }
  return count == 0 ? nil : Array(buffer[..<count])
}

/// Writes a whole file, replacing what was there.
func writeBytes(_ bytes: [UInt8], to path: String) throws(FileError) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw FileError(reason: "\(path): \(lastError())") }
  defer { close(descriptor) }
  guard writeAll(bytes, to: descriptor) else {
    throw FileError(reason: "\(path): \(lastError())")
  }
}

/// Writes all the bytes; `false` when the other side does not take them.
func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
  var written = 0
  while written < bytes.count {
    let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    if count < 0 && errno == EAGAIN {
      var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      _ = poll(&waiting, 1, -1)
      continue
    }
    guard count > 0 else { return false }
    written += count
  }
  return true
}
