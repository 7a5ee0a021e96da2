import Base
import Config
import Linux

/// The way to the collector of the log: UDP, a datagram a line (RFC 5426).
///
/// A flood is cut, and what is not taken at once is lost: no call waits for a log.
final class LogCollector {
  private let server: Endpoint
  private let socket: UDPSocket
  private var allowance = TokenBucket(burst: 200, every: .milliseconds(50))

  /// Opens the socket, bound to a device if one is named; `nil` when no collector is provisioned.
  init?(_ configuration: Configuration, device: Text) throws(Errno) {
    guard let server = configuration.syslogServer else { return nil }
    self.server = server
    let anywhere: IPAddress = server.address.isIPv6 ? .v6(0, 0) : .v4(0)
    // CS1 for what may be late (RFC 4594 §4.9 leaves it below everything else).
    socket = try UDPSocket(
      local: Endpoint(anywhere, 0), marks: TrafficMarks(dscp: 8), device: device)
  }

  /// Sends a message.
  func send(_ message: @autoclosure () -> Text, now: Instant) {
    guard allowance.take(at: now) else { return }
    try? socket.send(message(), to: server)
  }
}
