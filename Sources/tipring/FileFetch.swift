import Base
import Config
import Linux
import Provisioning

/// The way of provisioning to its web server: one request, one answer, one connection.
final class FileFetch {
  /// What came of a request.
  enum Result {
    case answered(HTTPResponse)
    case failed(Text)
  }

  /// A server that leaves bytes unanswered for so long is gone.
  private static let silence = Duration.seconds(20)
  /// CS1: what may be late.
  private static let dscp: UInt8 = 8
  /// How many reads a turn makes: a fast server must not keep the loop from the lines.
  private static let readBudget = 8

  private let streams: SecureStreams
  private let device: Text
  private let userAgent: Text
  private var connection: ClientStream?
  /// The request that waits for the address of its host.
  private var unresolved: FileRequest?
  private var reader = HTTPResponseReader(bodyLimit: CommandFile.sizeLimit)
  private var unsent = Text()[...]
  private var results: [Result] = []
  private var warned: [Text] = []
  /// Whether a turn has left bytes, of which TLS may hold some that the kernel does not tell of.
  private var hasMore = false

  init(_ configuration: Configuration, device: Text) {
    streams = SecureStreams(configuration)
    self.device = device
    userAgent = configuration.sipUserAgent
  }

  /// The descriptor of the connection; -1 without one.
  var rawValue: CInt { connection?.rawValue ?? -1 }

  /// When `serve` must be called next, ready or not.
  var deadline: Instant? { hasMore ? .zero : nil }

  /// What came of the request, once.
  func takeResult() -> Result? { results.isEmpty ? nil : results.removeFirst() }

  /// The host name whose address `resolved` has to tell before the request can leave.
  var wantedName: Text? { unresolved?.address.host }

  /// Asks for a file, in place of one that is still waited for.
  func begin(_ request: FileRequest, isClockSet: Bool, in loop: borrowing EventLoop) {
    abandon()
    unresolved = request
    guard let address = IPAddress(parsing: request.address.host[...]) else { return }
    resolved(address, isClockSet: isClockSet, in: loop)
  }

  /// Takes the address of `wantedName`; `nil` when it has none, or nobody can be asked.
  func resolved(_ address: IPAddress?, isClockSet: Bool, in loop: borrowing EventLoop) {
    guard let request = unresolved else { return }
    unresolved = nil
    reader = HTTPResponseReader(bodyLimit: CommandFile.sizeLimit)
    unsent = request.text(userAgent: userAgent)[...]
    do throws(TLSFailure) {
      guard let address else {
        throw TLSFailure(words: Text("no address of ") + request.address.host + Text(" is known"))
      }
      let security = try streams.security(
        host: request.address.host, rule: .web, isClockSet: isClockSet)
      let made = try ClientStream(
        to: Endpoint(address, request.address.port), marks: TrafficMarks(dscp: Self.dscp),
        silence: Self.silence,
        device: device, security: security)
      connection = made
      try? loop.watch(made.rawValue)
      watch(made, in: loop)
    } catch {
      end(.failed(error.words))
    }
  }

  /// Waits no more.
  func abandon() {
    connection = nil
    hasMore = false
    unresolved = nil
    results = []
  }

  /// Serves the ready descriptor, or what `deadline` tells of.
  ///
  /// Returns what the log has to be told of certificates.
  func serve(now: Instant, in loop: borrowing EventLoop) -> [Text] {
    guard let connection else { return [] }
    switch connection.serve() {
    case .nothing: break
    case .failed(let failure): end(.failed(failure.words))
    case .opened:
      send(connection)
      if self.connection != nil { watch(connection, in: loop) }
      return news(SecureStreams.warnings(of: connection, now: now))
    case .ready: if unsent.isEmpty { receive(connection) } else { send(connection) }
    }
    if self.connection != nil { watch(connection, in: loop) }
    return []
  }

  private func send(_ connection: ClientStream) {
    guard let count = connection.send(unsent) else {
      return end(.failed(Text("the connection ended")))
    }
    unsent = unsent.dropFirst(count)
  }

  /// Takes what is there within the budget: a record that TLS has read whole makes no descriptor
  /// ready again, so that the loop has to be told of what is left.
  private func receive(_ connection: ClientStream) {
    do throws(HTTPProblem) {
      hasMore = false
      for _ in 0..<Self.readBudget {
        switch connection.receive() {
        case .nothing: return
        case .bytes(let bytes): try reader.receive(bytes)
        case .closed:
          try reader.end()
        }
        if let answer = reader.complete { return end(.answered(answer)) }
      }
      hasMore = true
    } catch {
      end(.failed(Text(error.words)))
    }
  }

  private func end(_ result: Result) {
    connection = nil
    results = [result]
  }

  private func watch(_ connection: ClientStream, in loop: borrowing EventLoop) {
    try? loop.change(connection.rawValue, toWriting: connection.wantsWriting)
  }

  /// The warnings that were not said before.
  private func news(_ warnings: [Text]) -> [Text] {
    let new = warnings.filter { !warned.contains($0) }
    warned = warnings
    return new.map { Text("provisioning: ") + $0 }
  }
}
