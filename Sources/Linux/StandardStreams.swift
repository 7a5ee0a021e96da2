public import Base
internal import CLinux

/// The program's own words, input and end.
public enum StandardStreams {
  /// Writes to standard output; what nobody reads is lost.
  public static func print(_ text: Text) { write(text, to: 1) }

  /// Writes to standard error.
  public static func complain(_ text: Text) { write(text, to: 2) }

  /// Takes what waits on standard input, blocking; empty at its end.
  public static func read(limit: Int = 1_024) -> Text {
    var room = Text(repeating: 0, count: limit)
    let count = unsafe CLinux.read(0, &room, limit)
    return count > 0 ? Text(room[0..<count]) : []
  }

  /// Whether a person sits at standard input.
  public static var isTerminal: Bool { isatty(0) == 1 }

  /// The words of the command line, the program's name first.
  ///
  /// Embedded Swift has no access to argc and argv; the kernel has them.
  public static func arguments() throws(Errno) -> [Text] {
    let all = try File.read(Text("/proc/self/cmdline"), limit: 65_536)
    return all.split(separator: 0, omittingEmptySubsequences: false).dropLast().map { Text($0) }
  }

  /// Ends the program.
  public static func exit(_ status: CInt) -> Never { CLinux.exit(status) }

  private static func write(_ text: Text, to descriptor: CInt) {
    var rest = text[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe CLinux.write(descriptor, bytes.baseAddress, bytes.count)
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
