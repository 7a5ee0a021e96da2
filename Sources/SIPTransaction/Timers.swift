/// The timers that RFC 3261 table 4 lets a user agent choose.
///
/// All others follow from these three.
public struct Timers: Equatable, Sendable {
  /// T1, the estimate of the round trip.
  public var t1: Duration
  /// T2, the longest pause between two copies of a non-INVITE request or of an INVITE's response.
  public var t2: Duration
  /// T4, how long the network may hold a message back.
  public var t4: Duration
  /// Whether the transport sees to it that messages arrive, as TCP and TLS do.
  ///
  /// Then nothing is sent again and nothing late is waited for.
  public var isReliable = false

  /// Makes a set of timers; the standard's own values unless told otherwise.
  public init(
    t1: Duration = .milliseconds(500), t2: Duration = .seconds(4), t4: Duration = .seconds(5)
  ) {
    self.t1 = t1
    self.t2 = t2
    self.t4 = t4
  }

  /// 64 times T1: timers B, F, H, L and M.
  public var patience: Duration { t1 * 64 }

  /// Timers A, E and G at their beginning; by a reliable transport they never come before the end.
  public var firstPause: Duration { isReliable ? patience : t1 }

  /// Timer D: how long the answer to an INVITE may be repeated over UDP, at least 32 s.
  public var timerD: Duration { isReliable ? .zero : max(.seconds(32), patience) }

  /// Timers I and K: how long what is late may still come.
  public var lateness: Duration { isReliable ? .zero : t4 }

  /// Timer J: how long a request may come again.
  public var timerJ: Duration { isReliable ? .zero : patience }

  /// The pause after `interval` when pauses double up to T2.
  public func doubled(_ interval: Duration) -> Duration { min(interval * 2, t2) }
}

/// What kind of response a status code is (RFC 3261 §7.2).
public enum ResponseClass: UInt8, Equatable, Sendable {
  /// 1xx: the request was received and is being worked on.
  case provisional
  /// 2xx: the request was accepted.
  case success
  /// 3xx to 6xx: the request ended without success.
  case failure

  /// Makes the class of a status code, or `nil` if no response has that code.
  public init?(statusCode: UInt16) {
    switch statusCode {
    case 100..<200: self = .provisional
    case 200..<300: self = .success
    case 300..<700: self = .failure
    default: return nil
    }
  }
}
