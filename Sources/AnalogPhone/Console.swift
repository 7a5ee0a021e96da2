import Glibc

/// Where commands come from and answers go.
class Console {
  private var pending: [UInt8] = []
  private var commands: [String] = []
  private let output: CInt
  private var unsent: [UInt8] = []
  private var dropped = 0

  init(output: CInt) { self.output = output }

  /// The next whole line that was given.
  func nextCommand() -> String? { commands.isEmpty ? nil : commands.removeFirst() }

  final func give(_ command: String) { commands.append(command) }

  /// Takes what was typed or piped; `false` means that the user wants to end.
  func take(_ bytes: [UInt8]) -> Bool {
    for byte in bytes {
      if byte == 10 {
        finish()
      } else if pending.count < 4_096 {
        pending.append(byte)
      }
    }
    return true
  }

  /// The input has ended: a last line without an end is a command too.
  func finish() {
    guard !pending.isEmpty else { return }
    give(String(decoding: pending, as: UTF8.self))
    pending = []
  }

  /// Shows a report; the text of the help stands before its answer as comments.
  func show(_ report: Report) {
    if report.words == "help", let text = report.sentence {
      for line in text.split(separator: "\n") { write("# \(line)\n") }
    }
    if report.kind == .event && isCrowded {
      dropped += 1
    } else {
      write(report.line + "\n")
    }
  }

  /// What is heard now may have changed.
  func refresh(_ situation: String, now: Nanoseconds) {}

  /// Says something as soon as the reader takes it: a slow reader must not stop the audio.
  final func write(_ text: String) { unsent += text.utf8 }

  /// Where to wait for the reader, if something is left to say.
  final var waitingOutput: CInt? { unsent.isEmpty ? nil : output }

  /// Writes what the reader takes without waiting; `false` when nobody reads any more.
  final func flush() -> Bool {
    while !unsent.isEmpty {
      var ready = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
      guard poll(&ready, 1, 0) > 0 else { return true }
      // A pipe that is ready takes so many bytes at once (PIPE_BUF).
      let part = Array(unsent.prefix(4_096))
      guard writeAll(part, to: output) else { return false }
      unsent.removeFirst(part.count)
    }
    if dropped > 0 {
      write("event dropped count=\(dropped)\n")
      dropped = 0
    }
    return true
  }

  /// Writes the rest, however long the reader takes.
  final func finishWriting() {
    _ = writeAll(unsent, to: output)
    unsent = []
  }

  /// Whether the reader is so far behind that events are left out.
  private var isCrowded: Bool { unsent.count > 1_000_000 }
}
