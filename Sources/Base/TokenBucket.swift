/// How often something may be done: a number of times at once, and again one time per interval.
public struct TokenBucket: Equatable, Sendable {
  private let burst: Int64
  private let interval: Int64
  /// When the bucket will be full again (ns).
  private var fullAt: Int64 = 0

  /// Makes a full bucket; both must be positive.
  public init(burst: Int, every interval: Duration) {
    precondition(burst > 0 && interval > .zero, "an empty bucket allows nothing")
    self.burst = Int64(burst)
    self.interval = interval.inNanoseconds
  }

  /// Takes a token; `false` when there is none at that time.
  public mutating func take(at now: Instant) -> Bool {
    let filling = max(fullAt, now.nanoseconds) + interval
    guard filling - now.nanoseconds <= burst * interval else { return false }
    fullAt = filling
    return true
  }
}
