import Base
import Testing

@Suite("Wall clock")
struct WallClockTests {
  /// Seconds since 1970 and what `date -u` prints for them.
  static let moments: [(seconds: Int64, text: String)] = [
    (0, "1970-01-01 00:00:00"), (-1, "1969-12-31 23:59:59"), (951_782_400, "2000-02-29 00:00:00"),
    (951_868_799, "2000-02-29 23:59:59"), (1_709_164_800, "2024-02-29 00:00:00"),
    (1_735_689_599, "2024-12-31 23:59:59"), (1_795_435_200, "2026-11-23 12:00:00"),
    (4_107_542_400, "2100-03-01 00:00:00"),
  ]

  @Test(arguments: moments)
  func printsLikeDate(_ seconds: Int64, _ text: String) {
    let now = Instant(nanoseconds: 5_000_000_000)
    let clock = WallClock(
      utcNanoseconds: seconds * 1_000_000_000, utcOffsetSeconds: 0, at: now)
    var out = Text()
    out.append(clock.localTime(at: now))
    #expect(String(decoding: out, as: UTF8.self) == text)
  }

  @Test func countsTheOffsetAndTheTimeThatPassed() {
    let clock = WallClock(utcNanoseconds: 0, utcOffsetSeconds: 8 * 3_600, at: .zero)
    let later = Instant(nanoseconds: 90_000_250_000)
    #expect(clock.localTime(at: later).hour == 8)
    #expect(clock.localTime(at: later).minute == 1)
    #expect(clock.localTime(at: later).second == 30)
    #expect(clock.microseconds(at: later) == 250)
  }
}
