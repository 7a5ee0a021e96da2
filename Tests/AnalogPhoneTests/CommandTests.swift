import Testing

@testable import AnalogPhone

@Suite("The lines that the phone understands")
struct CommandTests {
  struct Row: CustomTestStringConvertible {
    let line: String
    let command: Command?
    var testDescription: String { line }

    init(_ line: String, _ command: Command?) {
      self.line = line
      self.command = command
    }
  }

  static let rows = [
    Row("", nil),
    Row("  # a comment", nil),
    Row(" lift\r", .lift),
    Row("HANG-UP", .hangUp),
    Row("flash", .flash(ms: 100)),
    Row("flash 350", .flash(ms: 350)),
    Row("dial 12a#", .dial(["1", "2", "A", "#"], DTMF.Sending())),
    Row(
      "dial 5 50 60 -20",
      .dial(["5"], DTMF.Sending(onMs: 50, gapMs: 60, lowDBm0: -20, highDBm0: -18))),
    Row(
      "dial 5 50 60 -20/-15",
      .dial(["5"], DTMF.Sending(onMs: 50, gapMs: 60, lowDBm0: -20, highDBm0: -15))),
    Row("pulse 10", .pulse([1, 0], HookSwitch.PulseTiming())),
    Row("play \"/a b.wav\"", .play("/a b.wav")),
    Row("say hello  there", .say("hello  there")),
    Row("tone 350+440 500 -13", .tone([350, 440], ms: 500, dBm0: -13)),
    Row("hybrid 18.5", .hybrid(lossDB: 18.5, delay: 8)),
    Row("hybrid 6 40", .hybrid(lossDB: 6, delay: 40)),
    Row("hybrid off", .hybrid(lossDB: nil, delay: 0)),
    Row("record stop", .recordStop),
    Row("record x.wav", .record("x.wav")),
    Row("wait ring 10s", .wait([.ring], text: "ring", ms: 10_000)),
    Row(
      "wait tone busy|congestion 500ms",
      .wait([.tone("busy"), .tone("congestion")], text: "tone busy|congestion", ms: 500)),
    Row(
      "wait ring | tone dial 2.5s",
      .wait([.ring, .tone("dial")], text: "ring | tone dial", ms: 2_500)),
    Row("wait feed reverse 250", .wait([.feed(.reverse)], text: "feed reverse", ms: 250)),
    Row(
      "wait polarity normal 1s",
      .wait([.polarity(reversed: false)], text: "polarity normal", ms: 1_000)),
    Row("pause 20", .pause(ms: 20)),
  ]

  @Test("Every form is read", arguments: rows)
  func forms(_ row: Row) throws {
    #expect(try CommandParser.parse(row.line) == row.command)
  }

  @Test(
    "Every mistake is told",
    arguments: [
      "ring", "lift now", "flash x", "flash 0", "dial", "dial 12x", "dial 1 5", "dial 1 50 50 9",
      "pulse 1a", "play", "tone", "tone x", "tone 5000", "wait", "wait ring", "wait love 5s",
      "wait ring soon", "wait feed up 1s", "wait polarity up 1s", "pause", "pause -1",
      "pause 99999999999999999999s", "pause nan", "record", "hybrid",
      "hybrid x", "hybrid -1", "hybrid 10 x",
    ])
  func mistakes(line: String) {
    #expect(throws: CommandError.self) { try CommandParser.parse(line) }
  }

  @Test("Values with spaces stand in quotes, and time comes last")
  func reportLine() {
    var report = Report.event("x", .init("a", "b c\"d"), .init("level", -10.04))
    report.at = 7
    #expect(report.line == "event x a=\"b c\\\"d\" level=-10.0 t=7")
  }

  @Test(
    "Numbers are rounded as on paper",
    arguments: [
      (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (1_234.5678, 3, "1234.568"), (9.99, 1, "10.0"),
      (-12.3, 0, "-12"), (.infinity, 1, "nan"),
    ])
  func numbers(value: Double, digits: Int, text: String) { #expect(fixed(value, digits) == text) }

  @Test("The command line is read, and its mistakes are told")
  func options() throws {
    let options = try Options(["/s", "--script", "-", "--country", "us", "--patience", "5"])
    #expect(options.socket == "/s")
    #expect(options.country == "us")
    #expect(options.patienceMs == 5)
    #expect(!options.failsOnError)
    for wrong in [[], ["--x"], ["a", "b"], ["a", "--country"], ["a", "--country", "zz"]] {
      #expect(throws: CommandError.self) { try Options(wrong) }
    }
  }
}
