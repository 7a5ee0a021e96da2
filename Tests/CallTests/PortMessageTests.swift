import Line
import SIPAgent
import Testing

@testable import Call

@Suite("The dial tone of a full mailbox")
struct PortMessageTests {
  @Test("Stuttering while messages wait, plain when they are heard")
  func tone() throws {
    var bench = try PortBench()
    #expect(bench.tell(.messages(1, MessageSummary(isWaiting: true)), 0).isEmpty)
    #expect(
      bench.loop(.closed, 100) == ["100 forwardActive", "100 play stutterDial", "100 listen"])
    #expect(bench.digit("1", 1_000) == ["1000 stopTone"])
    _ = bench.loop(.open, 2_000)
    _ = bench.tell(.messages(1, MessageSummary(isWaiting: false)), 4_000)
    #expect(bench.loop(.closed, 5_000) == ["5000 forwardActive", "5000 play dial", "5000 listen"])
  }

  @Test("What comes while dial tone sounds changes it; another port's mailbox does not")
  func meanwhile() throws {
    var bench = try PortBench()
    _ = bench.loop(.closed, 100)
    #expect(bench.tell(.messages(2, MessageSummary(isWaiting: true)), 300).isEmpty)
    #expect(
      bench.tell(.messages(1, MessageSummary(isWaiting: true)), 500) == ["500 play stutterDial"])
    #expect(
      bench.tell(.messages(1, MessageSummary(isWaiting: false)), 700) == ["700 play dial"])
  }
}

@Suite("Which dial tone sounds")
struct DialToneReasonsTests {
  /// Mailbox, what the network names, tone.
  static let rows: [(Bool, DialTonePattern, CallProgressTone)] = [
    (false, .standard, .dial), (true, .standard, .stutterDial),
    (false, .specialCondition, .stutterDial), (true, .specialCondition, .stutterDial),
    (false, .messageWaiting, .stutterDial), (true, .messageWaiting, .stutterDial),
  ]

  @Test("While a single reason stands, a special one", arguments: rows)
  func tone(_ hasMessages: Bool, _ pattern: DialTonePattern, _ tone: CallProgressTone) {
    #expect(DialToneReasons(hasMessages: hasMessages, pattern: pattern).tone == tone)
  }

  @Test("What the network names changes the port's tone at once, and only that port's")
  func port() throws {
    var bench = try PortBench()
    _ = bench.loop(.closed, 100)
    #expect(bench.tell(.dialTone(2, .specialCondition), 300).isEmpty)
    #expect(bench.tell(.dialTone(1, .specialCondition), 400) == ["400 play stutterDial"])
    #expect(bench.tell(.messages(1, MessageSummary(isWaiting: true)), 500).isEmpty)
    #expect(bench.tell(.dialTone(1, .standard), 600).isEmpty)
    #expect(
      bench.tell(.messages(1, MessageSummary(isWaiting: false)), 700) == ["700 play dial"])
  }
}
