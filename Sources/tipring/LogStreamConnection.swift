import Base
import Linux
import Network

/// The connection behind a `LogStream`: it does what that wants, and tells it what came of it.
final class LogStreamConnection {
  /// A collector that leaves lines unanswered for so long is gone.
  private static let silence = Duration.seconds(30)

  private var server: Endpoint?
  private let dscp: UInt8
  private let device: Text
  private let streams: SecureStreams?
  private let name: Text
  private var stream: LogStream
  private var connection: ClientStream?
  private var complaints: [Text] = []
  /// The last reason why there is no connection; the same again is not said again.
  private var lastFailure: Text?

  /// Nothing is connected before there is a line to send, and `use` has said where to if `server` is
  /// `nil`; with `streams` it is by TLS, and `name` is what the collector's certificate must be for.
  init(
    to server: Endpoint?, dscp: UInt8, device: Text, streams: SecureStreams?, name: Text,
    now: Instant
  ) {
    self.server = server
    self.dscp = dscp
    self.device = device
    self.streams = streams
    self.name = name
    stream = LogStream(now: now)
  }

  /// The collector is somewhere else from the next connection on.
  func use(_ server: Endpoint) { self.server = server }

  /// The descriptor of the connection; -1 without one.
  var rawValue: CInt { connection?.rawValue ?? -1 }

  /// When `advance` must be called next.
  var deadline: Instant? { stream.deadline }

  /// Adds a line; `advance` sends it.
  func add(_ line: Text) { stream.add(line) }

  /// What the log has to be told since the last call.
  func takeComplaints() -> [Text] {
    defer { complaints = [] }
    return complaints
  }

  /// Connects when it is time, and sends what waits.
  func advance(to now: Instant, isClockSet: Bool, in loop: borrowing EventLoop) {
    switch stream.advance(to: now) {
    case .nothing: break
    case .connect: connect(now, isClockSet, in: loop)
    case .giveUp: lose(now, Text("no answer"))
    }
    if connection?.wantsWriting == false, stream.next != nil { send(now, in: loop) }
  }

  /// Serves the ready descriptor.
  func serve(now: Instant, in loop: borrowing EventLoop) {
    guard let connection else { return }
    let wasWaiting = connection.isOpen && connection.wantsWriting
    switch connection.serve() {
    case .nothing: watch(connection, in: loop)
    case .opened: opened(connection, now, in: loop)
    case .failed(let failure): lose(now, failure.words)
    case .ready:
      if wasWaiting { return send(now, in: loop) }
      // A collector says nothing: this is its end, or bytes that nobody wants.
      if case .closed = connection.receive() { lose(now, Text("the connection ended")) }
    }
  }

  private func connect(_ now: Instant, _ isClockSet: Bool, in loop: borrowing EventLoop) {
    // Why there is no address is said by whoever looks for it.
    guard let server else { return stream.failed(now: now) }
    do throws(TLSFailure) {
      let security = try streams?.security(host: name, rule: .web, isClockSet: isClockSet)
      let made = try ClientStream(
        to: server, marks: TrafficMarks(dscp: dscp), silence: Self.silence, device: device,
        security: security)
      connection = made
      try? loop.watch(made.rawValue)
      watch(made, in: loop)
    } catch {
      lose(now, error.words)
    }
  }

  private func opened(_ connection: ClientStream, _ now: Instant, in loop: borrowing EventLoop) {
    let omitted = stream.opened()
    lastFailure = nil
    for warning in SecureStreams.warnings(of: connection, now: now) { complain(warning) }
    if omitted > 0 {
      var words = Text()
      words.append(decimal: omitted)
      complain(words + Text(" lines were left out while it was away"))
    }
    send(now, in: loop)
  }

  private func send(_ now: Instant, in loop: borrowing EventLoop) {
    guard let connection, connection.isOpen else { return }
    while let next = stream.next {
      guard let count = connection.send(next) else {
        return lose(now, Text("the connection ended"))
      }
      stream.sent(count)
      guard count == next.count else { break }
    }
    watch(connection, in: loop)
  }

  private func watch(_ connection: ClientStream, in loop: borrowing EventLoop) {
    try? loop.change(connection.rawValue, toWriting: connection.wantsWriting)
  }

  private func lose(_ now: Instant, _ why: Text) {
    connection = nil
    stream.failed(now: now)
    // Told to the collector too, which learns of it when it is back.
    guard lastFailure != why else { return }
    lastFailure = why
    complain(why)
  }

  private func complain(_ words: Text) { complaints.append(Text("syslog server: ") + words) }
}
