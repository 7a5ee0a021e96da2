/// A point on the monotonic clock, in nanoseconds.
///
/// Protocol code never reads a clock. The owner of an event loop reads it once a turn and hands
/// the value down, so that a test runs an hour of retransmissions in a microsecond.
public struct Instant: Comparable, Hashable, Sendable, BitwiseCopyable {
  /// Nanoseconds since the clock's own origin (boot, on Linux).
  public let nanoseconds: Int64

  /// Makes the instant that many nanoseconds after the clock's origin.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The clock's origin.
  public static let zero = Instant(nanoseconds: 0)

  /// Orders two instants in time.
  public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

  /// The instant that lies `delay` after `start`.
  public static func + (start: Instant, delay: Duration) -> Instant {
    Instant(nanoseconds: start.nanoseconds &+ delay.inNanoseconds)
  }

  /// How long after `start` the instant `end` lies; negative if it lies before.
  public static func - (end: Instant, start: Instant) -> Duration {
    .nanoseconds(end.nanoseconds - start.nanoseconds)
  }
}

extension Duration {
  /// The whole nanoseconds of the duration.
  public var inNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
  }

  /// The whole milliseconds of the duration.
  public var inMilliseconds: Int64 { inNanoseconds / 1_000_000 }
}

/// The earlier of two optional deadlines; `nil` means that there is none.
public func soonest(_ a: Instant?, _ b: Instant?) -> Instant? {
  guard let a else { return b }
  guard let b else { return a }
  return min(a, b)
}
