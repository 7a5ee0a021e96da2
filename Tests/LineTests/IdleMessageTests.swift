import Base
import Line
import MediaControl
import Testing

@Suite("A message into an idle line")
struct IdleMessageTests {
  let signal = CallerIDScheme.bell202.lampSignal(isLit: true)

  @Test("By Bell 202 it is sent as it is; the line is free 300 ms after it")
  func bell202() throws {
    var bench = LineBench()
    #expect(try bench.send(signal, 100) == ["100 onHookTransmission"])
    #expect(bench.run(to: 1_000) == ["250 callerID(6)"])
    bench.line.callerIDSent(now: at(1_000))
    #expect(bench.run(to: 60_000) == ["1300 standby", "1300 messageSent"])
    #expect(bench.line.deadline == nil)
  }

  @Test("By V.23 an alerting signal goes before it, where the country wants one after a reversal")
  func v23() throws {
    let signal = CallerIDScheme.v23.lampSignal(isLit: true)
    var france = LineBench(.france)
    #expect(try france.send(signal, 0) == ["0 onHookTransmission"])
    #expect(france.run(to: 500) == ["150 alert", "310 callerID(6)"])
    var kingdom = LineBench(.unitedKingdom)
    #expect(try kingdom.send(signal, 0) == ["0 reverseActive"])
    #expect(kingdom.run(to: 500) == ["150 alert", "310 callerID(6)"])
  }

  @Test("A media thread that never answers holds the line for 6 s")
  func silentMedia() throws {
    var bench = LineBench()
    _ = try bench.send(signal, 0)
    #expect(
      bench.run(to: 60_000) == ["150 callerID(6)", "6450 standby", "6450 messageSent"])
  }

  @Test("A call ends it and rings at once", arguments: [100, 200])
  func ring(_ ms: Int64) throws {
    var bench = LineBench()
    _ = try bench.send(signal, 0)
    _ = bench.run(to: ms)
    let stop = ms > 150 ? ["\(ms) stopSignalling"] : []
    #expect(bench.ring(nil, ms) == ["\(ms) standby"] + stop + ["\(ms) ringing"])
    bench.line.callerIDSent(now: at(ms + 10))
    #expect(bench.run(to: ms + 1_000) == ["\(ms + 1_000) onHookTransmission"])
  }

  @Test("Lifting ends it")
  func lift() throws {
    var bench = LineBench()
    _ = try bench.send(signal, 0)
    let seen = bench.edge(.closed, 200) + bench.run(to: 10_000)
    #expect(
      seen.dropFirst() == ["200 forwardActive", "200 stopSignalling", "200 offHook"], "\(seen)")
    #expect(seen.first == "150 callerID(6)")
  }

  @Test("A line that rings, is lifted or sends already refuses")
  func refused() throws {
    var bench = LineBench()
    _ = try bench.send(signal, 0)
    #expect(try bench.send(signal, 10) == nil)
    _ = bench.ring(nil, 20)
    #expect(try bench.send(signal, 30) == nil)
    _ = bench.edge(.closed, 3_000)
    #expect(try bench.send(signal, 4_000) == nil)
  }
}
