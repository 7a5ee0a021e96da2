import Base
import Gateway
import Linux

/// The file of `capture start`, beside the console's socket: in memory, gone with a restart.
final class CaptureFile {
  /// Above the largest capture.
  private static let limit = 4 << 20

  private let path: Text
  private let device: Text
  private let ports: ClosedRange<UInt16>
  private var file: AppendingFile?
  /// Where the packets of the media come from while they are wanted.
  private(set) var tap: PacketTap?

  /// Names the file, the voice interface and its media ports; nothing is made yet.
  init(beside socket: Text, device: Text, ports: ClosedRange<UInt16>) {
    self.device = device
    self.ports = ports
    let folder = socket.prefix((socket.lastIndex(of: UInt8(ascii: "/")) ?? 0) + 1)
    path = Text(folder) + Text("capture.pcapng")
  }

  /// Does what a console asks for; `nil` when it asks for something else.
  func carryOut(
    _ errand: ConsoleErrand, in loop: borrowing EventLoop
  ) -> ConsoleErrandResult? {
    switch errand {
    case .openCapture(let withMedia):
      let opened: PacketTap?
      do throws(Errno) {
        opened = withMedia ? try PacketTap(device: device, ports: ports) : nil
        if let opened { try loop.watch(opened.rawValue) }
      } catch {
        return .failed(Text("copies of the packets: ") + error.message)
      }
      do throws(Errno) {
        file = try AppendingFile(creating: path)
      } catch {
        return .failed(path + Text(": ") + error.message)
      }
      tap = opened
      return .file(path)
    case .closeCapture:
      file = nil
      tap = nil
      return .file(path)
    case .readCapture: return read()
    case .store, .confirm, .factoryReset, .load, .setPassword, .readEnvironment: return nil
    }
  }

  private func read() -> ConsoleErrandResult {
    do throws(Errno) {
      return .content(try File.read(path, limit: Self.limit))
    } catch {
      return .failed(
        error.isNoSuchFile ? Text("there is no capture") : path + Text(": ") + error.message)
    }
  }

  /// Takes no more packets; the capture itself goes on.
  func endTap() { tap = nil }

  /// Appends to the file; a sentence when that was not possible, and the file is closed.
  func append(_ bytes: Text) -> Text? {
    guard !bytes.isEmpty, let file else { return nil }
    do throws(Errno) {
      try file.append(bytes)
      return nil
    } catch {
      self.file = nil
      tap = nil
      return path + Text(": ") + error.message + Text(": the capture ends here")
    }
  }
}
