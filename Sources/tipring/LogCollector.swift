import Base
import Config
import Linux
import Network

/// The way to the collector of the log: a datagram a line (RFC 5426), or a stream, plain (RFC 6587)
/// or inside TLS (RFC 5425).
///
/// A flood is cut, and no call waits for a log: what a datagram loses is lost, and what a stream does
/// not take waits in a room of its own.
final class LogCollector {
  /// How many lines wait for the first address of a collector that has a name.
  private static let waitingLimit = 100
  /// CS1 for what may be late (RFC 4594 §4.9 leaves it below everything else).
  private static let dscp: UInt8 = 8

  /// The stream, if the log goes by one.
  let stream: LogStreamConnection?
  private let device: Text
  private let port: UInt16
  /// Where a collector is that has a name.
  private var lookup: HostLookup?
  /// Where it is.
  private var server: Endpoint?
  private var socket: UDPSocket?
  /// Lines that were sent before anybody knew where to.
  private var waiting: [Text] = []
  private var allowance = TokenBucket(burst: 200, every: .milliseconds(50))
  /// Whether it was said that it has no address.
  private var hasComplained = false

  /// Prepares the way, bound to a device if one is named; `nil` when no collector is provisioned.
  init?(_ configuration: Configuration, device: Text, now: Instant) throws(Errno) {
    guard let collector = configuration.syslogServer else { return nil }
    self.device = device
    switch collector {
    case .endpoint(let endpoint):
      server = endpoint
      port = endpoint.port
    case .host(let name, let port):
      lookup = HostLookup(name, now: now)
      self.port = port
    }
    if configuration.syslogTransport != .udp {
      let isSecure = configuration.syslogTransport == .tls
      stream = LogStreamConnection(
        to: server, dscp: Self.dscp, device: device,
        streams: isSecure ? SecureStreams(configuration) : nil, name: configuration.syslogName,
        now: now)
      return
    }
    stream = nil
    try openSocket()
  }

  private func openSocket() throws(Errno) {
    guard let server else { return }
    let anywhere: IPAddress = server.address.isIPv6 ? .v6(0, 0) : .v4(0)
    socket = try UDPSocket(
      local: Endpoint(anywhere, 0), marks: TrafficMarks(dscp: Self.dscp), device: device)
  }

  /// When `question` has something to ask.
  var deadline: Instant? { lookup?.deadline }

  /// What DNS has to be asked now; `resolved` takes the answer.
  func question(now: Instant) -> DNSQuestion? { lookup?.advance(to: now) }

  /// Takes the answer of DNS; the next question, and what the log has to be told.
  func resolved(_ answer: DNSAnswer, now: Instant) -> (next: DNSQuestion?, complaint: Text?) {
    guard let (next, hasFailed) = lookup?.receive(answer, now: now) else { return (nil, nil) }
    if let address = lookup?.address { use(Endpoint(address, port)) }
    guard hasFailed, !hasComplained, let name = lookup?.name else {
      if next == nil { hasComplained = hasFailed }
      return (next, nil)
    }
    hasComplained = true
    return (next, Text("syslog server: no address of ") + name + Text(" is known"))
  }

  private func use(_ endpoint: Endpoint) {
    guard endpoint != server else { return }
    server = endpoint
    if let stream { return stream.use(endpoint) }
    do throws(Errno) { try openSocket() } catch { socket = nil }
    for line in waiting { try? socket?.send(line, to: endpoint) }
    waiting = []
  }

  /// Sends a message, or lets it wait.
  func send(_ message: @autoclosure () -> Text, now: Instant) {
    guard allowance.take(at: now) else { return }
    if let stream { return stream.add(message()) }
    guard let server else {
      if waiting.count < Self.waitingLimit { waiting.append(message()) }
      return
    }
    try? socket?.send(message(), to: server)
  }
}
