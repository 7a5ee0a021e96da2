import Base
import Testing

@testable import Gateway

@Suite("Words and numbers of the console")
struct WordsTests {
  @Test(
    "A time in hours, however many they are",
    arguments: [
      (Duration.zero, "0:00:00"), (.seconds(3_599), "0:59:59"),
      (.seconds(100 * 86_400) + .milliseconds(999), "2400:00:00"),
      // One more than 31 bits, and the most that an SBC may grant.
      (.seconds(2_147_483_648), "596523:14:08"), (.seconds(4_294_967_295), "1193046:28:15"),
    ])
  func clock(time: Duration, expected: String) {
    var text = Text()
    text.append(clock: time)
    #expect(string(text) == expected)
  }

  @Test(
    "Milliseconds with two decimals",
    arguments: [
      (Duration.microseconds(1_239), "1.23"), (.seconds(6 * 3_600), "21600000.00"),
    ])
  func milliseconds(time: Duration, expected: String) {
    var text = Text()
    text.append(milliseconds: time)
    #expect(string(text) == expected)
  }

  @Test("A loop that is open for a month is as one of an hour")
  func breaks() {
    var breaks = LoopBreaks()
    let day = Duration.seconds(86_400)
    breaks.observe(.open, now: .zero)
    breaks.observe(.closed, now: Instant.zero + day * 30)
    #expect(breaks.last == 3_600_000)
    breaks.observe(.open, now: Instant.zero + day * 31)
    breaks.observe(.closed, now: Instant.zero + day * 31 + .milliseconds(60))
    #expect(breaks.last == 60 && breaks.meanOfPulses == 1_800_030)
  }
}
