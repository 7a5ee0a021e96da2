import Base
import Call
import Line
import MediaControl
import SIPAgent
import Testing

@Suite("A port under test")
struct PortTestingTests {
  @Test("One burst of the cadence, and silence")
  func burst() throws {
    var bench = try PortBench()
    var seen = bench.test(.ring, 0)
    seen += bench.run(to: 20_000)
    #expect(
      seen == ["0 ringing", "1000 onHookTransmission", "1000 standby", "1000 test burstOver"])
    #expect(bench.stage == .testing)
    #expect(bench.endTest(20_000).isEmpty)
    bench.expectNothingLeft()
  }

  @Test("A cadence of two rings is rung to its long silence")
  func doubleBurst() throws {
    var bench = try PortBench()
    var settings = PortSettings(
      number: 1, local: Endpoint(.v4(1), 2), profile: .telltale, digitMap: .anything)
    settings.profile.ringCadence = RingCadence(doubleOnMs: 400, gapMs: 200, offMs: 2_000)
    var out = Outbox<PortOutput>(limit: PortController.outputLimit)
    bench.port = PortController(
      settings: settings, random: RandomSource(testSeed: 1), now: .zero, into: &out)
    var seen = bench.test(.ring, 0)
    seen += bench.run(to: 20_000)
    #expect(
      seen == [
        "0 ringing", "400 onHookTransmission", "600 ringing", "1000 onHookTransmission",
        "1000 standby", "1000 test burstOver",
      ])
  }

  @Test("Who lifts the handset in the burst trips the bell, and is no subscriber")
  func tripped() throws {
    var bench = try PortBench()
    _ = bench.test(.ring, 0)
    #expect(
      bench.loop(.closed, 640) == [
        "0 ringing", "640 forwardActive", "640 test offHook", "640 listen",
      ])
    #expect(bench.run(to: 30_000).isEmpty)
    #expect(bench.endTest(30_000) == ["30000 play dial"])
    bench.expectNothingLeft()
  }

  @Test("Tone and probes are for a handset that is off, and follow it")
  func handset() throws {
    var bench = try PortBench()
    #expect(bench.test(.tone, 0).isEmpty)
    #expect(
      bench.loop(.closed, 100) == [
        "100 forwardActive", "100 test offHook", "100 play dial", "100 listen",
      ])
    #expect(bench.test(.probe(.echo), 200) == ["200 stopTone", "200 probe echo"])
    #expect(bench.test(.probe(.loopback), 300) == ["300 probe loopback"])
    #expect(bench.loop(.open, 400).isEmpty)
    #expect(
      bench.run(to: 2_000).suffix(4) == [
        "900 standby", "900 test onHook", "900 ignore", "900 no probe",
      ])
    #expect(
      bench.loop(.closed, 3_000) == [
        "3000 forwardActive", "3000 test offHook", "3000 listen", "3000 probe loopback",
      ])
    #expect(bench.endTest(4_000) == ["4000 play dial", "4000 no probe"])
    bench.expectNothingLeft()
  }

  @Test("Flashes and pulses are told; nobody is called by them")
  func pulses() throws {
    var bench = try PortBench()
    _ = bench.test(.watch, 0)
    _ = bench.loop(.closed, 100)
    for i: Int64 in 0..<2 {
      _ = bench.loop(.open, 1_000 + i * 100)
      _ = bench.loop(.closed, 1_061 + i * 100)
    }
    #expect(bench.run(to: 2_000) == ["1411 test pulseDigit"])
    _ = bench.loop(.open, 3_000)
    #expect(bench.loop(.closed, 3_200) == ["3200 test hookFlash"])
    #expect(bench.startedCalls == 0)
    bench.expectNothingLeft()
  }

  @Test("What the media thread measures is told, unless the test is over")
  func measured() throws {
    var bench = try PortBench()
    let levels = DigitLevels(lowTenthsDBm0: -90, highTenthsDBm0: -70)
    let loss = EchoReturnLoss(tenthsDB: 184, isLowerBound: false)
    _ = bench.test(.probe(.digits), 0)
    #expect(bench.tell(.digitMeasured(1, 0x35, levels), 100) == ["100 test digit"])
    #expect(bench.tell(.echoMeasured(1, loss), 200) == ["200 test echo"])
    #expect(bench.tell(.echoMeasured(2, loss), 200).isEmpty)
    _ = bench.endTest(300)
    #expect(bench.tell(.echoMeasured(1, loss), 400).isEmpty)
  }

  @Test(
    "A call that comes in rings at once, with its caller ID", arguments: [PortTest.watch, .ring])
  func incoming(test: PortTest) throws {
    var bench = try PortBench()
    _ = bench.test(test, 0)
    _ = bench.run(to: 500)
    let seen = bench.tell(.incoming(bench.newSession(), 1, caller, offer: remote()), 500)
    let bell = ["500 test dropped", "500 ring", "500 ringing"]
    #expect(seen == (test == .ring ? ["500 standby"] : []) + bell)
    #expect(bench.stage == .ringing)
    #expect(bench.run(to: 3_000).contains { $0.contains("callerID") })
    bench.expectNothingLeft()
  }

  @Test("A call that cannot be taken ends the test too, and nothing is left of either")
  func incompatible() throws {
    var bench = try PortBench()
    _ = bench.test(.watch, 0)
    let seen = bench.tell(.incoming(bench.newSession(), 1, caller, offer: foreign), 500)
    #expect(seen == ["500 test dropped", "500 note incompatibleDescription", "500 reject 488"])
    #expect(bench.stage == .idle)
    bench.expectNothingLeft()
  }

  @Test("Nobody's number and nobody's call is taken away by a test")
  func refused() throws {
    var bench = try PortBench()
    _ = bench.loop(.closed, 0)
    _ = bench.digit("1", 500)
    #expect(bench.test(.watch, 600).isEmpty)
    #expect(bench.stage == .dialling && bench.tone == nil)
    bench.expectNothingLeft()
  }
}
