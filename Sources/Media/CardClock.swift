internal import Base

/// The nominal times of a card's periods on the monotonic clock.
///
/// The card's clock is not the system's: the times follow the moments at which periods were found,
/// slowly, so that neither a late waking nor a timer's grain shows.
struct CardClock {
  /// A period in nanoseconds.
  static let period: Int64 = 10_000_000
  /// A step that no waking explains.
  private static let jump: Int64 = 100_000_000

  /// The time of the present period.
  private(set) var nominal = Instant.zero

  /// A period was found; `measured` is when it was complete at the latest (ns).
  mutating func tick(_ measured: Int64) {
    let expected = nominal.nanoseconds + Self.period
    let error = measured - expected
    nominal = Instant(
      nanoseconds: error.magnitude > Self.jump ? measured : expected + error / 16)
  }

  /// The periods begin anew; returns how many were left out.
  mutating func restart(at now: Instant) -> Int64 {
    defer { nominal = now }
    return max(0, now.nanoseconds - nominal.nanoseconds) / Self.period
  }
}
