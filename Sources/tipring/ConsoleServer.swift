import Access
import Base
import Console
import Gateway
import Linux

/// The console's socket: several clients, each with its own half-finished line.
final class ConsoleServer {
  /// How many shells may be open at the same time.
  private static let clientLimit = 8

  private final class Client {
    let connection: UnixConnection
    var decoder = RequestDecoder()
    var session: ConsoleSession
    var heardAt: Instant
    /// What came with a line whose answer waits for the disk.
    var requests: ArraySlice<ConsoleRequest> = []

    init(_ connection: UnixConnection, number: UInt8, now: Instant) {
      self.connection = connection
      session = ConsoleSession(
        number: number, role: connection.isTrusted ? .administrator : .operator)
      heardAt = now
    }
  }

  private let listener: UnixListener
  private var clients: [Client] = []

  /// Listens at a path; the members of a group, if any, may connect as operators.
  init(path: Text, group: UInt32?) throws(Errno) {
    listener = try UnixListener(path: path, kind: .stream)
    if let group { try listener.share(with: group) }
  }

  /// The descriptor to watch from the start; those of clients are watched as they come.
  var rawValue: CInt { listener.rawValue }

  /// Reads what a ready descriptor has and answers every request in it; returns the session of a
  /// console that is gone.
  func serve(
    _ descriptor: CInt, now: Instant, in loop: borrowing EventLoop,
    answer: (ConsoleRequest, inout ConsoleSession) -> Text
  ) -> ConsoleSession? {
    if descriptor == listener.rawValue {
      welcome(now: now, in: loop)
    } else if let client = clients.first(where: { $0.connection.rawValue == descriptor }) {
      client.heardAt = now
      if serve(client, in: loop, answer) { return nil }
      clients.removeAll { $0 === client }
      return client.session
    }
    return nil
  }

  /// Gives the answer that a console waits for, and answers what came behind that line; returns the
  /// session of a console that is gone.
  func resume(
    _ number: UInt8, now: Instant, in loop: borrowing EventLoop,
    ending: (inout ConsoleSession) -> Text,
    answer: (ConsoleRequest, inout ConsoleSession) -> Text
  ) -> ConsoleSession? {
    guard let client = clients.first(where: { $0.session.number == number }) else { return nil }
    client.heardAt = now
    let bytes = ending(&client.session)
    if client.connection.send(bytes), !client.session.isOver, serveRequests(of: client, answer),
      client.session.isWaiting || (try? loop.watch(client.connection.rawValue)) != nil
    {
      return nil
    }
    clients.removeAll { $0 === client }
    return client.session
  }

  /// When the console that is silent for longest has been so for the limit; `nil` for no limit.
  func deadline(limit: Duration?) -> Instant? {
    let silent = clients.filter { !$0.session.isWaiting }
    guard let limit, let oldest = silent.map({ $0.heardAt }).min() else { return nil }
    return oldest + limit
  }

  /// Closes the consoles that were silent for the limit; returns their sessions.
  ///
  /// Somebody may have left a terminal open: the next one has to log in.
  func closeIdle(now: Instant, limit: Duration?) -> [ConsoleSession] {
    guard let deadline = deadline(limit: limit), let limit, now >= deadline else { return [] }
    let idle = clients.filter { now - $0.heardAt >= limit && !$0.session.isWaiting }
    for client in idle {
      _ = client.connection.send(
        ConsoleProtocol.frame(Text("nobody has typed anything for too long\n"), prompt: []))
    }
    clients.removeAll { client in idle.contains { $0 === client } }
    return idle.map { $0.session }
  }

  /// Sends more of an answer that goes on; returns the session of a console that does not read it.
  func send(_ piece: LivePiece, now: Instant) -> ConsoleSession? {
    guard let client = clients.first(where: { $0.session.number == piece.console }) else {
      return nil
    }
    if piece.keepsAwake { client.heardAt = now }
    if client.connection.send(piece.bytes) { return nil }
    clients.removeAll { $0 === client }
    return client.session
  }

  private func welcome(now: Instant, in loop: borrowing EventLoop) {
    while let connection = listener.accept() {
      // The last place is for those who may do everything: root tells of wrong passwords there.
      guard clients.count < Self.clientLimit - (connection.isTrusted ? 0 : 1) else {
        _ = connection.send(Text("too many consoles are open\n\u{4}"))
        continue
      }
      guard (try? loop.watch(connection.rawValue)) != nil else { continue }
      clients.append(Client(connection, number: freeNumber, now: now))
    }
  }

  /// The lowest number that no console has.
  private var freeNumber: UInt8 {
    (1...UInt8(Self.clientLimit)).first { number in
      !clients.contains { $0.session.number == number }
    } ?? 0
  }

  /// Answers a client; `false` when it is gone, asks to leave, or does not read its answers.
  private func serve(
    _ client: Client, in loop: borrowing EventLoop,
    _ answer: (ConsoleRequest, inout ConsoleSession) -> Text
  ) -> Bool {
    switch client.connection.receive() {
    case .nothing: return true
    case .closed: return false
    case .bytes(let bytes):
      client.requests = client.decoder.receive(bytes)[...]
      guard serveRequests(of: client, answer) else { return false }
      // It is not listened to before it has its answer: what it sends meanwhile waits in its socket.
      if client.session.isWaiting { loop.forget(client.connection.rawValue) }
      return true
    }
  }

  /// Answers what a client has sent, up to a line that waits; `false` as `serve` says.
  private func serveRequests(
    of client: Client, _ answer: (ConsoleRequest, inout ConsoleSession) -> Text
  ) -> Bool {
    while !client.session.isWaiting, let request = client.requests.popFirst() {
      if request == .close { return false }
      guard client.connection.send(answer(request, &client.session)) else { return false }
      if client.session.isOver { return false }
    }
    return true
  }
}
