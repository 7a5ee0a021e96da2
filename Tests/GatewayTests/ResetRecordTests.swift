import Base
import Gateway
import Testing

@Suite("Record of resets")
struct ResetRecordTests {
  @Test(
    "What is written is read",
    arguments: [ResetRecord.State.running, .stopped, .hung(thread: 0), .hung(thread: 3)])
  func roundTrip(state: ResetRecord.State) {
    let record = ResetRecord(bootID: Text("5b1d2a6e-boot"), state: state)
    #expect(ResetRecord(parsing: record.text) == record)
  }

  @Test(
    "What a torn or foreign file holds is no record",
    arguments: ["", "\n", "boot", "boot hung", "boot hung x", "boot hung 256", "boot run", "a b c"]
  )
  func refused(text: String) {
    #expect(ResetRecord(parsing: Text(text)) == nil)
  }

  @Test("A line without an end that fills a file is no record")
  func endless() {
    #expect(ResetRecord(parsing: Text(repeating: UInt8(ascii: "a"), count: 4_096)) == nil)
  }

  /// What a start concludes, row by row.
  @Test(arguments: [
    (nil, false, false, ResetReason.firstStart),
    (nil, true, false, .watchdog),
    (nil, false, true, .panic),
    ("now running", false, false, .processDied),
    ("now stopped", false, false, .restarted),
    ("now hung 1", false, false, .processDied),
    // The boot status stays as it was while the board runs: the process died after a bite.
    ("now running", true, true, .processDied),
    ("then running", false, false, .powerLost),
    ("then running", true, false, .watchdog),
    ("then hung 1", true, false, .watchdogMedia(thread: 1)),
    ("then hung 1", false, false, .powerLost),
    ("then stopped", false, false, .rebooted),
    ("then stopped", true, false, .watchdog),
    ("then running", true, true, .panic),
  ])
  func conclusion(record: String?, bit: Bool, panic: Bool, expected: ResetReason) {
    let last = record.flatMap { ResetRecord(parsing: Text($0)) }
    #expect((last == nil) == (record == nil))
    let reason = ResetReason(
      last: last, bootID: Text("now"), watchdogBit: bit, hasPanicRecord: panic)
    #expect(reason == expected)
  }
}
