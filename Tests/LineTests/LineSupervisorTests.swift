import Base
import Line
import MediaControl
import Testing

/// Drives one line along a time line and writes down what it wants, with the time.
struct LineBench {
  var line: LineSupervisor
  private var out = Outbox<LineSupervisor.Output>(limit: LineSupervisor.outputLimit)

  init(_ profile: CountryProfile = .china) {
    line = LineSupervisor(profile: profile, now: .zero, into: &out)
    _ = out.drain()
  }

  mutating func run(to ms: Int64) -> [String] {
    var seen: [String] = []
    while let deadline = line.deadline, deadline <= at(ms) {
      line.advance(to: deadline, into: &out)
      seen += drain(deadline)
    }
    return seen
  }

  mutating func edge(_ edge: LoopEdge, _ ms: Int64) -> [String] {
    let before = run(to: ms)
    line.observe(edge, now: at(ms), into: &out)
    return before + drain(at(ms))
  }

  mutating func ring(_ callerID: CallerIDSignal?, _ ms: Int64) -> [String] {
    #expect(line.ring(callerID, now: at(ms), into: &out))
    return drain(at(ms)) + run(to: ms)
  }

  /// `nil` if the line refuses.
  mutating func tryToRing(_ ms: Int64) -> [String]? {
    guard line.ring(nil, now: at(ms), into: &out) else { return nil }
    return drain(at(ms)) + run(to: ms)
  }

  /// `nil` if the line refuses.
  mutating func send(_ signal: CallerIDSignal?, _ ms: Int64) throws -> [String]? {
    let before = run(to: ms)
    guard line.send(try #require(signal), now: at(ms), into: &out) else { return nil }
    return before + drain(at(ms))
  }

  mutating func stopRinging(_ ms: Int64) -> [String] {
    let before = run(to: ms)
    line.stopRinging(now: at(ms), into: &out)
    return before + drain(at(ms))
  }

  mutating func resumeRing(_ ms: Int64) -> [String] {
    line.resumeRing(now: at(ms), into: &out)
    return drain(at(ms))
  }

  mutating func lockOut(_ ms: Int64) -> [String] {
    line.lockOut(now: at(ms), into: &out)
    return drain(at(ms))
  }

  private mutating func drain(_ time: Instant) -> [String] {
    out.drain().map { "\(time.nanoseconds / 1_000_000) \(name($0))" }
  }

  private func name(_ output: LineSupervisor.Output) -> String {
    switch output {
    case .feed(let feed): "\(feed)"
    case .play: "alert"
    case .sendCallerID(let signal): "callerID(\(signal.count))"
    case .stopSignalling: "stopSignalling"
    case .messageSent: "messageSent"
    case .offHook: "offHook"
    case .ringTripped: "ringTripped"
    case .hookFlash: "hookFlash"
    case .onHook: "onHook"
    case .pulseStart: "pulseStart"
    case .pulseDigit(let digit): "digit \(Character(UnicodeScalar(digit)))"
    }
  }
}

@Suite("Line supervisor")
struct LineSupervisorTests {
  let signal = CallerID(number: Text("110")).signal(
    scheme: .bell202, profile: .china, time: TimeOfDay(month: 1, day: 1, hour: 0, minute: 0))

  @Test("China rings 1 s in 5 s; caller ID comes 500 ms after the first burst and only once")
  func chineseRing() {
    var bench = LineBench()
    #expect(bench.ring(signal, 0) == ["0 ringing"])
    #expect(bench.run(to: 1_499) == ["1000 onHookTransmission"])
    #expect(bench.run(to: 1_500) == ["1500 callerID(18)"])
    bench.line.callerIDSent(now: at(2_100))
    #expect(
      bench.run(to: 11_000) == [
        "5000 ringing", "6000 onHookTransmission", "10000 ringing", "11000 onHookTransmission",
      ])
    #expect(bench.stopRinging(12_000) == ["12000 standby"])
    #expect(bench.run(to: 60_000) == [])
  }

  @Test("A double ring keeps caller ID for its long silence")
  func doubleRing() {
    var bench = LineBench(.australia)
    let seen = bench.ring(signal, 0) + bench.run(to: 2_999)
    #expect(
      seen == [
        "0 ringing", "400 onHookTransmission", "600 ringing", "1000 onHookTransmission",
        "1500 callerID(18)",
      ])
  }

  @Test("The United Kingdom reverses, alerts and sends before it rings")
  func beforeRinging() {
    let message = CallerID(number: Text("1")).signal(
      scheme: .v23, profile: .unitedKingdom, time: nil)
    var bench = LineBench(.unitedKingdom)
    #expect(bench.ring(message, 0) == ["0 reverseActive"])
    #expect(bench.run(to: 1_000) == ["150 alert", "310 callerID(6)"])
    bench.line.callerIDSent(now: at(1_000))
    #expect(bench.run(to: 1_700) == ["1300 ringing", "1700 onHookTransmission"])
  }

  @Test("DTMF goes before the first ring; a media thread that never answers delays it by 6 s")
  func digitsFirst() {
    let digits = CallerID(number: Text("110")).signal(scheme: .dtmf, profile: .china, time: nil)
    var bench = LineBench()
    let seen = bench.ring(digits, 0) + bench.run(to: 7_000)
    #expect(
      seen == ["0 onHookTransmission", "150 callerID(5)", "6450 ringing"])
  }

  @Test("Lifting stops ringing in the same call, in the burst and in the silence")
  func ringTrip() {
    for ms: Int64 in [0, 500, 999, 1_000, 1_300, 4_999, 5_000, 5_700] {
      var bench = LineBench()
      _ = bench.ring(nil, 0)
      let seen = bench.edge(.closed, ms).suffix(2)
      #expect(seen == ["\(ms) forwardActive", "\(ms) ringTripped"])
      #expect(bench.run(to: 60_000) == [])
      #expect(!bench.line.isRinging)
    }
  }

  @Test("Lifting in the middle of caller ID ends it")
  func ringTripInCallerID() {
    var bench = LineBench()
    _ = bench.ring(signal, 0)
    #expect(
      bench.edge(.closed, 1_700) == [
        "1000 onHookTransmission", "1500 callerID(18)", "1700 forwardActive",
        "1700 stopSignalling", "1700 ringTripped",
      ])
  }

  @Test("A lifted, a ringing and a locked-out line cannot ring")
  func refusals() {
    var bench = LineBench()
    _ = bench.ring(nil, 0)
    #expect(bench.tryToRing(10) == nil)
    _ = bench.edge(.closed, 100)
    #expect(bench.tryToRing(200) == nil)
    #expect(bench.lockOut(300) == ["300 standby"])
    #expect(bench.tryToRing(400) == nil)
    #expect(bench.edge(.open, 1_000) == [])
    #expect(bench.run(to: 1_500) == ["1500 onHook"])
    #expect(bench.ring(nil, 2_000) == ["2000 ringing"])
  }

  @Test("A call on a plain line: lift, dial with pulses, flash, replace")
  func plainCall() {
    var bench = LineBench()
    #expect(bench.edge(.closed, 0) == ["0 forwardActive", "0 offHook"])
    bench.line.acceptsPulses = true
    _ = bench.edge(.open, 1_000)
    #expect(bench.edge(.closed, 1_060) == ["1060 pulseStart"])
    #expect(bench.run(to: 1_310) == ["1310 digit 1"])
    bench.line.acceptsPulses = false
    #expect(bench.edge(.open, 2_000) + bench.edge(.closed, 2_200) == ["2200 hookFlash"])
    #expect(bench.edge(.open, 3_000) + bench.run(to: 9_000) == ["3500 standby", "3500 onHook"])
  }

  @Test("Any edges, rings and stops: feed and hook always agree", arguments: UInt64(1)...200)
  func randomWalk(seed: UInt64) {
    var dice = RandomSource(testSeed: seed)
    var bench = LineBench(CountryProfile.all[Int(seed) % CountryProfile.all.count])
    var now: Int64 = 0
    var feed = "standby"
    for _ in 0..<300 {
      now += Int64.random(in: 0...1_500, using: &dice)
      var seen: [String] = []
      switch Int.random(in: 0..<8, using: &dice) {
      case 0...2: seen = bench.edge(.closed, now)
      case 3, 4: seen = bench.edge(.open, now)
      case 5:
        seen = bench.run(to: now) + (bench.tryToRing(now) ?? [])
      case 6: seen = bench.stopRinging(now)
      default: seen = bench.run(to: now) + bench.lockOut(now)
      }
      for line in seen {
        let word = String(line.drop { $0 != " " }.dropFirst())
        switch word {
        case "offHook", "ringTripped": #expect(feed == "forwardActive", "seed \(seed)")
        case "onHook": #expect(feed == "standby", "seed \(seed)")
        case "standby", "forwardActive", "reverseActive", "ringing", "onHookTransmission":
          feed = word
        default: break
        }
      }
    }
    _ = bench.edge(.open, now)
    _ = bench.stopRinging(now + 2_000)
    #expect(bench.run(to: now + 600_000).isEmpty, "seed \(seed)")
    #expect(bench.line.deadline == nil)
  }

  @Test("A burst that was put off rings in full later, and caller ID follows it")
  func heldRing() {
    var bench = LineBench()
    #expect(bench.ring(signal, 0) == ["0 ringing"])
    bench.line.holdRing()
    #expect(!bench.line.needsRingCurrent)
    #expect(bench.run(to: 900).isEmpty)
    #expect(bench.line.isRinging)
    #expect(bench.resumeRing(1_000) == ["1000 ringing"])
    let seen = bench.run(to: 6_500)
    #expect(seen.first == "2000 onHookTransmission")
    #expect(seen.last == "6000 ringing")
    #expect(seen.contains { $0.hasPrefix("2500 callerID") })
  }

  @Test("Lifting the handset while the burst waits answers, and nothing rings any more")
  func tripWhileHeld() {
    var bench = LineBench()
    _ = bench.ring(nil, 0)
    bench.line.holdRing()
    #expect(bench.edge(.closed, 500) == ["500 forwardActive", "500 ringTripped"])
    #expect(bench.resumeRing(600).isEmpty)
  }

  @Test("A double ring keeps its current through the short pause, and frees it in the long one")
  func currentOfDoubleRing() {
    var bench = LineBench(.unitedKingdom)
    _ = bench.ring(nil, 0)
    _ = bench.run(to: 500)
    #expect(bench.line.needsRingCurrent)
    _ = bench.run(to: 1_100)
    #expect(!bench.line.needsRingCurrent)
  }
}
