import Base
import Testing

@Suite("Token bucket")
struct TokenBucketTests {
  private func instant(_ seconds: Int64) -> Instant {
    Instant(nanoseconds: seconds * 1_000_000_000)
  }

  @Test func aBurstThenOneAnInterval() {
    var bucket = TokenBucket(burst: 3, every: .seconds(10))
    let taken = [100, 100, 100, 100, 109, 110, 110].map { bucket.take(at: instant($0)) }
    #expect(taken == [true, true, true, false, false, true, false])
  }

  @Test func itNeverHoldsMoreThanTheBurst() {
    var bucket = TokenBucket(burst: 2, every: .seconds(10))
    let first = bucket.take(at: instant(0))
    let taken = (0..<3).map { _ in bucket.take(at: instant(100_000)) }
    #expect(first)
    #expect(taken == [true, true, false])
  }
}
