public import Base

/// The pauses between attempts to register (RFC 5626 §4.5).
///
/// The pause doubles with every failure in a row up to a limit, and chance takes up to half of it
/// away, so that ten thousand boxes that lost power together do not come back together.
public struct BackOff: Equatable, Sendable {
  /// The standard's base time when all flows have failed.
  public var base: Duration
  /// The standard's longest pause.
  public var limit: Duration

  /// Makes the standard's pauses.
  public init(base: Duration = .seconds(30), limit: Duration = .seconds(1_800)) {
    self.base = base
    self.limit = limit
  }

  /// The pause after `failures` failures in a row, at least one.
  public func pause(after failures: UInt32, using random: inout RandomSource) -> Duration {
    let doublings = min(failures, 16)
    return spread(min(limit, base * (1 << Int(doublings))), using: &random)
  }

  /// Any part of a time, each as likely as the other.
  public static func part(of time: Duration, using random: inout RandomSource) -> Duration {
    .nanoseconds(Int64(random.next() % (UInt64(max(0, time.inNanoseconds)) + 1)))
  }

  /// Between half of `pause` and all of it.
  public func spread(_ pause: Duration, using random: inout RandomSource) -> Duration {
    let half = UInt64(max(0, pause.inNanoseconds / 2))
    return .nanoseconds(Int64(half + random.next() % (half + 1)))
  }
}
