public import Base
internal import CLinux

/// The board's log: one datagram a line to syslogd's local socket.
///
/// A flood is cut: more than `linesPerWindow` lines in ten seconds are counted, not sent.
public final class SystemLog {
  /// How grave a line is (RFC 5424 §6.2.1).
  public enum Severity: UInt8, Sendable {
    /// Something could not be done.
    case error = 3
    /// Something happened.
    case informational = 6
  }

  /// How many lines may go out in ten seconds.
  public static let linesPerWindow = 200
  private static let window = Duration.seconds(10)
  /// Facility local0 (RFC 5424 table 1).
  private static let facility: UInt8 = 16

  private let path: Text
  /// Negative while the log is not there.
  private var descriptor: CInt = -1
  private var windowEnd = Instant.zero
  private var sent = 0
  private var omitted = 0

  /// Writes to a socket such as `/dev/log`, which may come, go and come back.
  public init(path: Text) { self.path = path.terminated }

  deinit { disconnect() }

  private func disconnect() {
    if descriptor >= 0 { _ = close(descriptor) }
    descriptor = -1
  }

  /// Sends a line; what the log does not take at once is lost.
  public func write(_ line: Text, _ severity: Severity, now: Instant) {
    if now >= windowEnd {
      windowEnd = now + Self.window
      sent = 0
      if omitted > 0 { tellOmitted() }
    }
    guard sent < Self.linesPerWindow else {
      omitted += 1
      return
    }
    sent += 1
    send(line, severity)
  }

  private func tellOmitted() {
    var line = Text()
    line.append(decimal: omitted)
    line.append(" lines left out: too many at once")
    omitted = 0
    send(line, .informational)
  }

  private func send(_ line: Text, _ severity: Severity) {
    var datagram = Text("<")
    datagram.append(decimal: Self.facility * 8 + severity.rawValue)
    datagram.append(">tipring: ")
    datagram += line
    if descriptor < 0 { descriptor = unsafe clinux_unix_datagram_connect(path.asCString) }
    guard descriptor >= 0 else { return }
    let taken = unsafe clinux_send_now(descriptor, datagram, datagram.count)
    // The log was started anew: its old socket is gone, the next line finds the new one.
    if taken < 0, !Errno().wouldBlock { disconnect() }
  }
}
