import Base
import Line
import MediaControl
import SIPAgent
import Testing

@testable import Call

@Suite("The lamp at the telephone")
struct PortLampTests {
  static let waiting = UserAgentOutput.messages(1, MessageSummary(isWaiting: true))
  static let heard = UserAgentOutput.messages(1, MessageSummary(isWaiting: false))

  @Test("Lit and put out by a message each, 2 s into a quiet line; nothing when nothing changes")
  func lamp() throws {
    var bench = try PortBench(lamp: true)
    #expect(bench.tell(Self.waiting, 100).isEmpty)
    #expect(bench.port.report.isLampLit == nil)
    #expect(bench.run(to: 2_300) == ["2100 onHookTransmission", "2250 callerID(6)"])
    #expect(bench.tell(.callerIDSent(1), 2_900).isEmpty)
    #expect(bench.run(to: 9_000) == ["3200 standby"])
    #expect(bench.port.report.isLampLit == true)
    #expect(bench.tell(Self.waiting, 10_000).isEmpty && bench.run(to: 60_000).isEmpty)
    #expect(bench.tell(Self.heard, 60_000).isEmpty)
    #expect(bench.run(to: 62_200) == ["62000 onHookTransmission", "62150 callerID(6)"])
    _ = bench.tell(.callerIDSent(1), 62_600)
    _ = bench.run(to: 63_000)
    #expect(bench.port.report.isLampLit == false)
    bench.expectNothingLeft()
  }

  @Test("The first word puts out a lamp that may burn from before a restart")
  func first() throws {
    var bench = try PortBench(lamp: true)
    _ = bench.tell(Self.heard, 0)
    #expect(bench.run(to: 2_200).last == "2150 callerID(6)")
  }

  @Test("Off: the telephone is left alone")
  func off() throws {
    var bench = try PortBench()
    _ = bench.tell(Self.waiting, 0)
    #expect(bench.run(to: 60_000).isEmpty)
  }

  /// A line whose lamp is being told of messages.
  private func sending() throws -> PortBench {
    var bench = try PortBench(lamp: true)
    _ = bench.tell(Self.waiting, 0)
    _ = bench.run(to: 2_300)
    return bench
  }

  @Test("A caller is worth more; the lamp gets its message after the call")
  func interrupted() throws {
    var bench = try sending()
    bench.happen(.incoming)
    #expect(bench.stage == .ringing && bench.feed == "ringing")
    let session = try #require(bench.session)
    _ = bench.tell(.callerIDSent(1), 2_400)
    _ = bench.tell(.ended(session, .cancelled), 3_000)
    #expect(bench.port.report.isLampLit == nil)
    #expect(bench.run(to: 5_500) == ["5000 onHookTransmission", "5150 callerID(6)"])
  }

  @Test("Lifted in the middle: dial tone, and the whole message again on hook")
  func lifted() throws {
    var bench = try sending()
    #expect(
      bench.loop(.closed, 2_300) == [
        "2300 forwardActive", "2300 stopTone", "2300 play stutterDial", "2300 listen",
      ])
    _ = bench.loop(.open, 5_000)
    let seen = bench.run(to: 12_000)
    #expect(seen.contains { $0.hasSuffix("callerID(6)") }, "\(seen)")
  }

  @Test("Heard while the lamp is being lit: it is put out after that")
  func changed() throws {
    var bench = try sending()
    #expect(bench.tell(Self.heard, 2_400).isEmpty)
    _ = bench.tell(.callerIDSent(1), 2_700)
    #expect(bench.run(to: 4_999) == ["3000 standby"])
    #expect(bench.run(to: 5_200) == ["5000 onHookTransmission", "5150 callerID(6)"])
  }

  @Test("Given up at the console: put out once; asked for: told at once")
  func live() throws {
    var bench = try PortBench(lamp: true)
    _ = bench.tell(Self.waiting, 0)
    _ = bench.run(to: 20_000)
    #expect(bench.port.report.isLampLit == true)
    bench.change { $0.hasMessageLamp = false }
    #expect(bench.run(to: 20_200) == ["20000 onHookTransmission", "20150 callerID(6)"])
    _ = bench.run(to: 40_000)
    #expect(bench.port.report.isLampLit == false && bench.port.deadline == nil)
    bench.change { $0.hasMessageLamp = true }
    #expect(bench.run(to: 40_200) == ["40000 onHookTransmission", "40150 callerID(6)"])
  }

  @Test("A line whose callers are told by digits has no such message")
  func digits() throws {
    var bench = try PortBench(lamp: true)
    bench.change { $0.callerIDScheme = .dtmf }
    _ = bench.tell(Self.waiting, 0)
    #expect(bench.run(to: 60_000).isEmpty)
  }
}
