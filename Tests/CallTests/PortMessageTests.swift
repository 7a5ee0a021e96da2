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
