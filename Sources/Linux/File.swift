public import Base
internal import CLinux

/// Whole files.
public enum File {
  /// Reads a file of at most `limit` bytes; a larger one is refused as `EFBIG`.
  public static func read(_ path: Text, limit: Int) throws(Errno) -> Text {
    let file = try FileDescriptor(unsafe clinux_open_for_reading(path.terminated.asCString))
    var bytes = Text(repeating: 0, count: limit + 1)
    var filled = 0
    while filled <= limit {
      let left = limit + 1 - filled
      let count = unsafe bytes.withUnsafeMutableBytes { room in
        unsafe CLinux.read(file.rawValue, room.baseAddress?.advanced(by: filled), left)
      }
      guard count >= 0 else { throw Errno() }
      if count == 0 { return Text(bytes[0..<filled]) }
      filled += count
    }
    throw Errno(rawValue: EFBIG)
  }
}
