public import Base
internal import CLinux

/// Whole files.
public enum File {
  private static let firstRoom = 4096

  /// Reads a file of at most `limit` bytes; a larger one is refused as `EFBIG`.
  public static func read(_ path: Text, limit: Int) throws(Errno) -> Text {
    let file = try FileDescriptor(unsafe clinux_open_for_reading(path.terminated.asCString))
    // Room grows with the file: few are as large as they may be, and memory once touched stays.
    var bytes = Text()
    var filled = 0
    while filled <= limit {
      if filled == bytes.count {
        let more = min(max(firstRoom, filled), limit + 1 - filled)
        bytes.append(contentsOf: repeatElement(0, count: more))
      }
      let left = bytes.count - filled
      let count = unsafe bytes.withUnsafeMutableBytes { room in
        unsafe CLinux.read(file.rawValue, room.baseAddress?.advanced(by: filled), left)
      }
      guard count >= 0 else { throw Errno() }
      if count == 0 { return Text(bytes[0..<filled]) }
      filled += count
    }
    throw Errno(rawValue: EFBIG)
  }

  /// Whether there is anything under a path, of whatever kind.
  public static func exists(_ path: Text) -> Bool {
    unsafe access(path.terminated.asCString, F_OK) == 0
  }

  /// Replaces a file's content whole: after a power cut the file is the old one or the new one.
  ///
  /// A file beside it, `PATH.new`, is written, made lasting and renamed; then the folder is.
  public static func replace(_ path: Text, with content: Text) throws(Errno) {
    let draft = path + Text(".new")
    let file = try FileDescriptor(unsafe clinux_create(draft.terminated.asCString))
    do throws(Errno) {
      try write(content, to: file)
      guard fsync(file.rawValue) == 0 else { throw Errno() }
    } catch {
      _ = unsafe unlink(draft.terminated.asCString)
      throw error
    }
    try rename(draft, to: path)
  }

  /// Writes to a file that is there and keeps its identity, such as a switch of the kernel.
  public static func overwrite(_ path: Text, with content: Text) throws(Errno) {
    let file = try FileDescriptor(unsafe clinux_open_for_writing(path.terminated.asCString))
    try write(content, to: file)
  }

  /// The file system that a path is on: its size and what is free of it, in KiB; `nil` without one.
  public static func space(at path: Text) -> (allKiB: Int, freeKiB: Int)? {
    var (all, free): (Int64, Int64) = (0, 0)
    guard unsafe clinux_space(path.terminated.asCString, &all, &free) == 0 else { return nil }
    return (Int(clamping: all), Int(clamping: free))
  }

  /// Renames a file over another one and makes the change lasting.
  public static func rename(_ path: Text, to other: Text) throws(Errno) {
    guard
      unsafe CLinux.rename(path.terminated.asCString, other.terminated.asCString) == 0
    else { throw Errno() }
    try syncFolder(of: other)
  }

  /// Renames a file, if it is there, over another one; the next change of the folder that is made
  /// lasting makes this one so.
  public static func move(_ path: Text, to other: Text) {
    _ = unsafe CLinux.rename(path.terminated.asCString, other.terminated.asCString)
  }

  /// Removes a file, there or not, and makes the change lasting.
  public static func remove(_ path: Text) throws(Errno) {
    guard unsafe unlink(path.terminated.asCString) == 0 else {
      let error = Errno()
      if error.isNoSuchFile { return }
      throw error
    }
    try syncFolder(of: path)
  }

  private static func syncFolder(of path: Text) throws(Errno) {
    let folder = path.prefix((path.lastIndex(of: UInt8(ascii: "/")) ?? 0) + 1)
    let place = folder.isEmpty ? Text("./") : Text(folder)
    guard unsafe clinux_sync_folder(place.terminated.asCString) == 0 else { throw Errno() }
  }

  static func write(_ content: Text, to file: borrowing FileDescriptor) throws(Errno) {
    var rest = content[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe CLinux.write(file.rawValue, bytes.baseAddress, bytes.count)
      }
      guard count > 0 else { throw Errno() }
      rest = rest.dropFirst(count)
    }
  }
}
