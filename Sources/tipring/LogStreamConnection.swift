import Base
import Linux
import Network

/// The connection behind a `LogStream`: it does what that wants, and tells it what came of it.
final class LogStreamConnection {
  /// A collector that leaves lines unanswered for so long is gone.
  private static let silence = Duration.seconds(30)

  private let server: Endpoint
  private let dscp: UInt8
  private let device: Text
  private var stream: LogStream
  private var connection: TCPConnection?
  private var isConnecting = false
  /// Whether the loop was asked to tell when there is room to send.
  private var awaitsRoom = false

  /// Nothing is connected before there is a line to send.
  init(to server: Endpoint, dscp: UInt8, device: Text, now: Instant) {
    self.server = server
    self.dscp = dscp
    self.device = device
    stream = LogStream(now: now)
  }

  /// The descriptor of the connection; -1 without one.
  var rawValue: CInt { connection?.rawValue ?? -1 }

  /// When `advance` must be called next.
  var deadline: Instant? { stream.deadline }

  /// Adds a line; `advance` sends it.
  func add(_ line: Text) { stream.add(line) }

  /// Connects when it is time, and sends what waits.
  func advance(to now: Instant, in loop: borrowing EventLoop) {
    switch stream.advance(to: now) {
    case .nothing: break
    case .connect: connect(now, in: loop)
    case .giveUp: lose(now)
    }
    if !awaitsRoom { send(now, in: loop) }
  }

  /// Serves the ready descriptor; returns a complaint for the log when lines were left out.
  func serve(now: Instant, in loop: borrowing EventLoop) -> Text? {
    guard let connection else { return nil }
    guard !isConnecting else { return finishConnecting(connection, now, in: loop) }
    if awaitsRoom {
      awaitsRoom = false
      send(now, in: loop)
      return nil
    }
    // A collector says nothing: this is its end, or bytes that nobody wants.
    if case .closed = connection.receive() { lose(now) }
    return nil
  }

  private func connect(_ now: Instant, in loop: borrowing EventLoop) {
    do throws(Errno) {
      let made = try TCPConnection(
        connectingTo: server, dscp: dscp, silence: Self.silence, device: device)
      try loop.watch(made.rawValue)
      try loop.change(made.rawValue, toWriting: true)
      connection = made
      isConnecting = true
    } catch {
      lose(now)
    }
  }

  private func finishConnecting(
    _ connection: TCPConnection, _ now: Instant, in loop: borrowing EventLoop
  ) -> Text? {
    isConnecting = false
    guard connection.isConnected,
      (try? loop.change(connection.rawValue, toWriting: false)) != nil
    else {
      lose(now)
      return nil
    }
    let omitted = stream.opened()
    send(now, in: loop)
    guard omitted > 0 else { return nil }
    var words = Text("syslog server: ")
    words.append(decimal: omitted)
    return words + Text(" lines were left out while it was away")
  }

  private func send(_ now: Instant, in loop: borrowing EventLoop) {
    guard let connection, !isConnecting else { return }
    while let next = stream.next {
      guard let count = connection.send(next) else { return lose(now) }
      stream.sent(count)
      guard count == next.count else {
        awaitsRoom = true
        break
      }
    }
    try? loop.change(connection.rawValue, toWriting: awaitsRoom)
  }

  private func lose(_ now: Instant) {
    connection = nil
    isConnecting = false
    awaitsRoom = false
    stream.failed(now: now)
  }
}
