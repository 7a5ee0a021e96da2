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
  private let server: Endpoint
  private let socket: UDPSocket?
  /// The stream, if the log goes by one.
  let stream: LogStreamConnection?
  private var allowance = TokenBucket(burst: 200, every: .milliseconds(50))
  /// CS1 for what may be late (RFC 4594 §4.9 leaves it below everything else).
  private static let dscp: UInt8 = 8

  /// Prepares the way, bound to a device if one is named; `nil` when no collector is provisioned.
  init?(_ configuration: Configuration, device: Text, now: Instant) throws(Errno) {
    guard let server = configuration.syslogServer else { return nil }
    self.server = server
    if configuration.syslogTransport != .udp {
      let isSecure = configuration.syslogTransport == .tls
      stream = LogStreamConnection(
        to: server, dscp: Self.dscp, device: device,
        streams: isSecure ? SecureStreams(configuration) : nil, name: configuration.syslogName,
        now: now)
      socket = nil
      return
    }
    stream = nil
    let anywhere: IPAddress = server.address.isIPv6 ? .v6(0, 0) : .v4(0)
    socket = try UDPSocket(
      local: Endpoint(anywhere, 0), marks: TrafficMarks(dscp: Self.dscp), device: device)
  }

  /// Sends a message, or lets it wait.
  func send(_ message: @autoclosure () -> Text, now: Instant) {
    guard allowance.take(at: now) else { return }
    if let stream { return stream.add(message()) }
    try? socket?.send(message(), to: server)
  }
}
