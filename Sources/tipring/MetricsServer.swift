import Base
import Config
import Console
import Linux

/// The page of metrics for a monitoring system: HTTP/1.1, one answer a connection.
///
///     reading ──head is whole──> sending ──all is sent──> draining ──end of file──> gone
/// Each state has its time, and nothing that a client does makes it longer: nobody can hold one of
/// the few places. Draining keeps the kernel from throwing away, with what was not read, the answer
/// that was sent (RFC 9112 §9.6).
final class MetricsServer {
  /// How many clients are served at the same time; others wait in the kernel's queue.
  private static let clientLimit = 4
  private static let readingTime = Duration.seconds(5)
  /// As long as Prometheus waits by itself.
  private static let sendingTime = Duration.seconds(10)
  private static let drainingTime = Duration.seconds(2)
  /// What is thrown away of that which nobody asked for, in bytes.
  private static let drainLimit = 65_536

  private enum State {
    case reading
    case sending
    case draining
  }

  private final class Client {
    let connection: TCPConnection
    var state = State.reading
    var deadline: Instant
    var reader = PageRequestReader()
    var unsent: ArraySlice<UInt8> = []
    var drained = 0

    init(_ connection: TCPConnection, until deadline: Instant) {
      self.connection = connection
      self.deadline = deadline
    }
  }

  private let listener: TCPListener
  private var clients: [Client] = []
  /// Whether the loop tells of those who want to connect: not while there is no place for them.
  private var isWelcoming = true

  private init(local: Endpoint, device: Text) throws(Errno) {
    listener = try TCPListener(local: local, device: device)
  }

  /// Listens on the management interface if there is one, else where voice is; `nil` when no port is
  /// provisioned.
  static func open(
    _ configuration: Configuration, _ networks: Networks
  ) throws(StartFailure) -> MetricsServer? {
    guard let port = configuration.metricsPort else { return nil }
    var words = Text()
    words.append(decimal: port)
    return try opening("metrics port", words) { () throws(Errno) -> MetricsServer in
      guard let device = networks.managementDevice else {
        return try MetricsServer(
          local: Endpoint(configuration.boundAddress, port), device: networks.voiceDevice)
      }
      let isIPv6 = configuration.managementNetwork?.address?.address.isIPv6 ?? false
      return try MetricsServer(
        local: Endpoint(isIPv6 ? .v6(0, 0) : .v4(0), port), device: device)
    }
  }

  /// The descriptor to watch from the start; those of clients are watched as they come.
  var rawValue: CInt { listener.rawValue }

  /// Whether a descriptor is of this server.
  func owns(_ descriptor: CInt) -> Bool {
    descriptor == listener.rawValue || client(of: descriptor) != nil
  }

  /// When `advance` must be called next.
  var deadline: Instant? { clients.map { $0.deadline }.min() }

  /// Closes the clients whose time is over; at the end of every turn, for there may be places again.
  func advance(to now: Instant, in loop: borrowing EventLoop) {
    if let deadline, now >= deadline { clients.removeAll { $0.deadline <= now } }
    guard !isWelcoming, clients.count < Self.clientLimit else { return }
    isWelcoming = (try? loop.watch(listener.rawValue)) != nil
  }

  /// Serves a ready descriptor as far as that goes without waiting.
  func serve(
    _ descriptor: CInt, now: Instant, in loop: borrowing EventLoop, page: () -> Text
  ) {
    if descriptor == listener.rawValue {
      welcome(now: now, in: loop)
    } else if let client = client(of: descriptor),
      !serve(client, now: now, in: loop, page: page)
    {
      clients.removeAll { $0 === client }
    }
  }

  private func client(of descriptor: CInt) -> Client? {
    clients.first { $0.connection.rawValue == descriptor }
  }

  private func welcome(now: Instant, in loop: borrowing EventLoop) {
    while clients.count < Self.clientLimit, let connection = listener.accept() {
      guard (try? loop.watch(connection.rawValue)) != nil else { continue }
      clients.append(Client(connection, until: now + Self.readingTime))
    }
    guard clients.count == Self.clientLimit else { return }
    loop.forget(listener.rawValue)
    isWelcoming = false
  }

  /// Goes on with a client; `false` when that is over.
  private func serve(
    _ client: Client, now: Instant, in loop: borrowing EventLoop, page: () -> Text
  ) -> Bool {
    if client.state == .sending { return send(client, now: now, in: loop) }
    switch client.connection.receive() {
    case .nothing: return true
    case .closed: return false
    case .bytes(let bytes):
      guard client.state == .reading else {
        client.drained += bytes.count
        return client.drained < Self.drainLimit
      }
      guard let request = client.reader.receive(bytes) else { return true }
      client.unsent = request.answer(page: page)[...]
      client.deadline = now + Self.sendingTime
      return send(client, now: now, in: loop)
    }
  }

  /// Sends what there is room for; the loop tells when there is room for the rest.
  private func send(_ client: Client, now: Instant, in loop: borrowing EventLoop) -> Bool {
    guard let count = client.connection.send(client.unsent) else { return false }
    client.unsent = client.unsent.dropFirst(count)
    let wasWaiting = client.state == .sending
    let isWaiting = !client.unsent.isEmpty
    client.state = isWaiting ? .sending : .draining
    if !isWaiting {
      client.connection.endSending()
      client.deadline = now + Self.drainingTime
    }
    guard isWaiting != wasWaiting else { return true }
    return (try? loop.change(client.connection.rawValue, toWriting: isWaiting)) != nil
  }
}
