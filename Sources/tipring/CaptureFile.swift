import Base
import Gateway
import Linux

/// The file of `capture start`, beside the console's socket: in memory, gone with a restart.
final class CaptureFile {
  private let path: Text
  private var file: AppendingFile?

  /// Names the file; nothing is made yet.
  init(beside socket: Text) {
    let folder = socket.prefix((socket.lastIndex(of: UInt8(ascii: "/")) ?? 0) + 1)
    path = Text(folder) + Text("capture.pcapng")
  }

  /// Does what a console asks for; `nil` when it asks for something else.
  func carryOut(_ errand: ConsoleErrand) -> ConsoleErrandResult? {
    switch errand {
    case .openCapture:
      do throws(Errno) {
        file = try AppendingFile(creating: path)
        return .file(path)
      } catch {
        return .failed(path + Text(": ") + error.message)
      }
    case .closeCapture:
      file = nil
      return .file(path)
    case .store, .confirm, .factoryReset, .load, .setPassword, .readEnvironment: return nil
    }
  }

  /// Appends to the file; a sentence when that was not possible, and the file is closed.
  func append(_ bytes: Text) -> Text? {
    guard !bytes.isEmpty, let file else { return nil }
    do throws(Errno) {
      try file.append(bytes)
      return nil
    } catch {
      self.file = nil
      return path + Text(": ") + error.message + Text(": the capture ends here")
    }
  }
}
