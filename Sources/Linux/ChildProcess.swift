public import Base
internal import CLinux

/// A program that we have started and whose output we read line by line; it ends with its owner.
public final class ChildProcess {
  /// A line that is longer is thrown away.
  private static let lineLimit = 1_024

  private let descriptor: CInt
  private let process: CInt
  private var unread = Text()

  /// Starts a program; the first word is its path.
  public init(_ words: [Text]) throws(Errno) {
    var process: CInt = 0
    var pointers = unsafe [UnsafeMutablePointer<CChar>?]()
    for word in words { unsafe pointers.append(strdup(word.terminated.asCString)) }
    unsafe pointers.append(nil)
    descriptor = unsafe clinux_start_child(pointers, &process)
    for i in unsafe pointers.indices { unsafe free(pointers[i]) }
    self.process = process
    guard descriptor >= 0 else { throw Errno() }
  }

  deinit {
    guard descriptor >= 0 else { return }
    _ = close(descriptor)
    clinux_end_child(process)
  }

  /// The descriptor that is readable when the program has said something, or has ended.
  public var rawValue: CInt { descriptor }

  /// The lines that are complete, without their ends, and whether the program has ended.
  public func read() -> (lines: [Text], hasEnded: Bool) {
    var lines: [Text] = []
    var room = Text(repeating: 0, count: Self.lineLimit)
    let count = unsafe room.withUnsafeMutableBytes { room in
      unsafe CLinux.read(descriptor, room.baseAddress, room.count)
    }
    guard count > 0 else { return ([], count == 0 || !Errno().wouldBlock) }
    for byte in room[0..<count] {
      if byte == UInt8(ascii: "\n") {
        if unread.count < Self.lineLimit { lines.append(unread) }
        unread = []
      } else if unread.count < Self.lineLimit {
        unread.append(byte)
      }
    }
    return (lines, false)
  }
}
