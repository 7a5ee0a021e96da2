import Foundation

@testable import AnalogPhone

/// The other end of a port's socket: a box that clocks as fast as the test likes.
final class FakeBox {
  struct Failure: Error {
    let what: String
  }

  let path: String
  private let listener: CInt
  private var line: CInt = -1
  private var audio: CInt = -1

  init(path: String) throws {
    self.path = path
    unlink(path)
    listener = socket(AF_UNIX, CInt(SOCK_SEQPACKET.rawValue), 0)
    var address = try Self.require(unixAddress(path), "address")
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) }
    }
    guard bound == 0, listen(listener, 4) == 0 else { throw Failure(what: "bind") }
  }

  deinit {
    hangUp()
    close(listener)
    unlink(path)
  }

  private static func require<T>(_ value: T?, _ what: String) throws -> T {
    guard let value else { throw Failure(what: what) }
    return value
  }

  /// Takes the phone's two connections, in whichever order they say who they are.
  func accept() throws {
    for _ in 0..<2 {
      let connection = Glibc.accept(listener, nil, nil)
      var limit = timeval(tv_sec: 10, tv_usec: 0)
      setsockopt(
        connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      switch String(decoding: try Self.receive(connection), as: UTF8.self) {
      case "line": line = connection
      case "audio": audio = connection
      case let other: throw Failure(what: "role \(other)")
      }
    }
  }

  /// Ends both connections, as a box that dies.
  func hangUp() {
    if line >= 0 { close(line) }
    if audio >= 0 { close(audio) }
    line = -1
    audio = -1
  }

  func feed(_ feed: String) { Self.send(line, Array("feed \(feed)".utf8)) }

  func sendLine(_ text: String) { Self.send(line, Array(text.utf8)) }

  func sendAudio(_ bytes: [UInt8]) { Self.send(audio, bytes) }

  /// What the phone says about the loop next.
  func loop() throws -> String { String(decoding: try Self.receive(line), as: UTF8.self) }

  /// What the phone said about the loop already, if it did.
  func loopNow() -> String? {
    var buffer = [UInt8](repeating: 0, count: 100)
    let count = recv(line, &buffer, buffer.count, CInt(MSG_DONTWAIT))
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  /// Sends one frame and takes the one packet that answers it.
  func exchange(_ frame: [Int16]) throws -> [Int16] {
    sendAudio(
      frame.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
    let bytes = try Self.receive(audio)
    guard bytes.count == 160 else { throw Failure(what: "answer of \(bytes.count) bytes") }
    return stride(from: 0, to: 160, by: 2).map {
      Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8)
    }
  }

  /// Whether a packet is waiting that nobody asked for.
  var hasUnaskedAudio: Bool {
    var byte: UInt8 = 0
    return recv(audio, &byte, 1, CInt(MSG_DONTWAIT | MSG_PEEK)) > 0
  }

  private static func send(_ descriptor: CInt, _ bytes: [UInt8]) {
    _ = Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
  }

  private static func receive(_ descriptor: CInt) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = uninterrupted { recv(descriptor, &buffer, buffer.count, 0) }
    guard count > 0 else { throw Failure(what: "nothing came: \(lastError())") }
    return Array(buffer[..<count])
  }
}

/// A phone at work on its own thread, driven through its standard input and output.
final class WorkingPhone {
  private var commands: [CInt] = [-1, -1]
  private var answers: [CInt] = [-1, -1]
  private var buffered: [UInt8] = []
  private let ended = DispatchSemaphore(value: 0)
  private let status = Status()

  /// Written by the phone's thread before the semaphore, read after it.
  private final class Status: @unchecked Sendable {
    var code: CInt = -1
  }

  init(_ arguments: [String]) throws {
    signal(SIGPIPE, SIG_IGN)
    guard pipe(&commands) == 0, pipe(&answers) == 0 else { throw FakeBox.Failure(what: "pipe") }
    let options = try Options(arguments)
    let (input, output) = (commands[0], answers[1])
    let (ended, status) = (ended, status)
    Thread {
      let session = Session(options: options, input: input, console: Console(output: output))
      status.code = session.run()
      close(output)
      ended.signal()
    }.start()
  }

  deinit {
    endInput()
    close(answers[0])
    _ = ended.wait(timeout: .now() + 10)
    close(commands[0])
  }

  func give(_ command: String) { _ = writeAll(Array((command + "\n").utf8), to: commands[1]) }

  func endInput() {
    if commands[1] >= 0 { close(commands[1]) }
    commands[1] = -1
  }

  /// The next line that begins so; the others are skipped.
  func line(_ start: String) throws -> String {
    while true {
      let line = try nextLine()
      if line.hasPrefix(start) { return line }
    }
  }

  /// The exit status, once the phone has ended.
  func exitStatus() throws -> CInt {
    guard ended.wait(timeout: .now() + 10) == .success else {
      throw FakeBox.Failure(what: "the phone did not end")
    }
    ended.signal()
    return status.code
  }

  private func nextLine() throws -> String {
    while true {
      if let end = buffered.firstIndex(of: 10) {
        defer { buffered.removeFirst(end + 1) }
        return String(decoding: buffered[..<end], as: UTF8.self)
      }
      var waiting = pollfd(fd: answers[0], events: Int16(POLLIN), revents: 0)
      guard uninterrupted({ Int(poll(&waiting, 1, 10_000)) }) > 0 else {
        throw FakeBox.Failure(what: "no answer")
      }
      var more = [UInt8](repeating: 0, count: 4_096)
      let count = read(answers[0], &more, more.count)
      guard count > 0 else { throw FakeBox.Failure(what: "the phone has ended") }
      buffered += more[..<count]
    }
  }
}

/// Makes a system call again that a signal has ended before anything happened.
func uninterrupted(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
