import Glibc

/// Where commands come from and answers go.
class Console {
  private var pending: [UInt8] = []
  private var commands: [String] = []
  private let output: CInt

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

  /// Shows a report; `false` when nobody reads any more.
  func show(_ report: Report) -> Bool { write(report.line + "\n") }

  /// What is heard now may have changed.
  func refresh(_ situation: String, now: Nanoseconds) {}

  final func write(_ text: String) -> Bool { writeAll(Array(text.utf8), to: output) }
}
