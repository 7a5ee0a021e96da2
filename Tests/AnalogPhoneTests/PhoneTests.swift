import Testing

@testable import AnalogPhone

/// Drives a phone along a time line and keeps what it did.
struct TimeLine {
  var phone = Phone(country: "cn", now: 0)
  var now: Nanoseconds = 0
  var lines: [String] = []
  var sentences: [String] = []
  var loops: [(closed: Bool, atMs: Double)] = []
  var spoken: [Int16] = []

  init() {
    phone.connect(now: 0)
    receive(.standby)
  }

  private mutating func collect() {
    for output in phone.drain() {
      switch output {
      case .setLoop(let closed): loops.append((closed, Double(now) / 1e6))
      case .report(let report):
        lines.append(report.line)
        if let sentence = report.sentence { sentences.append(sentence) }
      case .synthesize, .quit: break
      }
    }
  }

  mutating func give(_ command: String) {
    phone.perform(command, now: now)
    collect()
  }

  mutating func receive(_ feed: LineFeed) {
    phone.receive(feed, now: now)
    collect()
  }

  /// Lets frames come, each `everyMs` of the kernel's clock.
  mutating func hear(_ sound: Sound, everyMs: Double = 10) {
    for frame in sound.frames {
      now += Nanoseconds(everyMs * 1e6)
      spoken += phone.receive(frame, now: now)
      collect()
    }
  }

  mutating func hearSilence(ms: Double, everyMs: Double = 10) {
    var sound = Sound()
    sound.silence(ms: ms)
    hear(sound, everyMs: everyMs)
  }

  /// Lets time pass without a frame, waking the phone when it asked for it.
  mutating func idle(ms: Double) {
    let end = now + Nanoseconds(ms * 1e6)
    while let deadline = phone.deadline, deadline <= end {
      now = max(now, deadline)
      phone.advance(to: now)
      collect()
    }
    now = end
    phone.advance(to: now)
    collect()
  }

  func has(_ start: String) -> Bool { lines.contains { $0.hasPrefix(start) } }

  var last: String { lines.last ?? "" }
}

/// A value of a line of the protocol.
func value(_ key: String, in line: String) -> String? {
  line.split(separator: " ").first { $0.hasPrefix(key + "=") }.map {
    String($0.dropFirst(key.count + 1))
  }
}

@Suite("The telephone, in virtual time")
struct PhoneTests {
  @Test("A flash counts frames while audio runs, however fast they come", arguments: [1.0, 10, 25])
  func flashInFrames(everyMs: Double) {
    var line = TimeLine()
    line.give("lift")
    line.hearSilence(ms: 100, everyMs: everyMs)
    let start = line.spoken.count
    line.give("flash 100")
    #expect(line.loops.last?.closed == false)
    line.hearSilence(ms: 90, everyMs: everyMs)
    #expect(line.loops.last?.closed == false)
    line.hearSilence(ms: 10, everyMs: everyMs)
    #expect(line.loops.last?.closed == true)
    #expect(line.spoken.count - start == 800)
  }

  @Test("A flash counts the clock while nothing comes")
  func flashInTime() {
    var line = TimeLine()
    line.give("lift")
    line.idle(ms: 500)
    line.give("flash 100")
    line.idle(ms: 300)
    #expect(line.loops.map(\.closed) == [true, false, true])
    #expect(line.loops[2].atMs - line.loops[1].atMs == 100)
  }

  @Test("A flash goes on by the clock when the box stops its audio in the middle")
  func flashAcross() {
    var line = TimeLine()
    line.give("lift")
    line.hearSilence(ms: 100)
    line.give("flash 200")
    line.hearSilence(ms: 50)
    line.idle(ms: 400)
    #expect(line.loops.map(\.closed) == [true, false, true])
    #expect(abs(line.loops[2].atMs - line.loops[1].atMs - 200) <= 10)
  }

  @Test(
    "A hybrid returns what is heard, weaker and later, under what is said", arguments: [0, 8, 95])
  func hybrid(delay: Int) {
    var line = TimeLine()
    line.give("hybrid 20 \(delay)")
    var sound = Sound()
    sound.tone([1_000], ms: 500)
    line.hear(sound)
    #expect(line.spoken.allSatisfy { $0 == 0 }, "a loop that is open returns nothing")
    line.give("lift")
    line.spoken = []
    line.hear(sound)
    let echo = sound.linear.map { Int((Double($0) / 10).rounded()) }
    for i in 0..<4_000 - delay { #expect(abs(Int(line.spoken[i + delay]) - echo[i]) <= 1) }
    line.give("hybrid off")
    line.spoken = []
    line.hear(sound)
    #expect(line.spoken.allSatisfy { $0 == 0 })
  }

  @Test("Pulses have the times of a rotary dial")
  func pulses() {
    var line = TimeLine()
    line.give("lift")
    line.idle(ms: 100)
    line.give("pulse 20")
    line.idle(ms: 5_000)
    let edges = line.loops.dropFirst().map(\.atMs)
    #expect(edges.count == 24)
    let breaks = stride(from: 0, to: 24, by: 2).map { edges[$0 + 1] - edges[$0] }
    #expect(breaks.allSatisfy { $0 == 61 })
    #expect(edges[2] - edges[0] == 100)
    #expect(edges[4] - edges[3] == 839)
    #expect(line.lines.filter { $0.hasPrefix("event dial-done") }.count == 1)
  }

  @Test("The time of a wait is the line's time")
  func waitTimeout() {
    var line = TimeLine()
    line.give("lift")
    line.hearSilence(ms: 100)
    line.give("wait tone dial 5s")
    line.hearSilence(ms: 4_900, everyMs: 1)
    #expect(!line.has("error"))
    line.hearSilence(ms: 100, everyMs: 1)
    #expect(line.has("error wait tone dial timeout after 5000 ms; silence"))
    #expect(line.phone.isReady)
  }

  @Test("Off-hook to the first sample of dial tone is measured")
  func dialToneDelay() throws {
    var line = TimeLine()
    line.idle(ms: 3_000)
    line.give("lift")
    line.hearSilence(ms: 30)
    var tone = Sound()
    tone.tone([450], ms: 1_500)
    line.give("wait tone dial 5s")
    line.hear(tone)
    let start = try #require(line.lines.first { $0.hasPrefix("event audio-start") })
    #expect(value("since-lift-ms", in: start) == "40.000")
    #expect(value("onset", in: start) == "3040000000")
    let named = try #require(line.lines.first { $0.hasPrefix("ok wait tone dial 450") })
    #expect(value("onset", in: named) == "3040000000")
    #expect(value("level", in: named) == "-10.0")
    #expect(line.sentences.contains("dial tone 450 Hz, -10.0 dBm0"))
  }

  @Test("The dial tone of the next call is a new one", arguments: [false, true])
  func nextCall(boxKeepsSending: Bool) throws {
    var line = TimeLine()
    var tone = Sound()
    tone.tone([450], ms: 1_500)
    for _ in 0..<2 {
      line.give("lift")
      line.hear(tone)
      line.give("hang-up")
      if !boxKeepsSending { line.idle(ms: 500) }
    }
    let named = line.lines.filter { $0.hasPrefix("event tone dial") }
    #expect(named.map { value("since-lift-ms", in: $0) } == ["10.000", "10.000"])
    let ends = line.lines.filter { $0.hasPrefix("event tone-end dial") }
    #expect(ends.map { value("ms", in: $0) } == ["1499.9", "1499.9"])
  }

  @Test("A dial tone that dialling cuts after a second is no ringback")
  func cutByDialling() {
    var line = TimeLine()
    line.give("lift")
    var tone = Sound()
    tone.tone([450], ms: 900)
    line.hear(tone)
    line.give("dial 1234567890")
    tone = Sound()
    tone.tone([450], ms: 100)
    tone.silence(ms: 4_000)
    line.hear(tone)
    #expect(!line.has("event tone"))
  }

  @Test("Ringing, caller ID, lifting")
  func incoming() throws {
    var line = TimeLine()
    line.give("wait ring 10s")
    line.idle(ms: 1_000)
    line.receive(.ringing)
    #expect(line.last.hasPrefix("ok wait ring count=1"))
    line.idle(ms: 1_000)
    line.receive(.standby)
    line.idle(ms: 500)
    let message = withChecksum([0x80, 0x0D, 0x02, 0x0B] + Array("13800138000".utf8))
    var signal = FSKSignal().sound(message)
    signal.silence(ms: Double(8_000 * 3 - signal.samples.count) / 8)
    line.hear(signal)
    line.give("wait caller-id 1s")
    #expect(line.last.hasPrefix("ok wait caller-id format=mdmf number=13800138000"))
    line.idle(ms: 500)
    line.receive(.ringing)
    #expect(line.has("event ringing cadence=1000/4000"))
    #expect(line.sentences.last == "ringing 1 s on 4 s off, caller 13800138000")
    line.idle(ms: 300)
    line.give("lift")
    line.idle(ms: 12)
    line.receive(.forward)
    let trip = try #require(line.lines.first { $0.hasPrefix("event ring-trip") })
    #expect(value("after-ms", in: trip) == "12.000")
    #expect(line.has("event ring-end rings=2"))
  }

  @Test("A call that is given up is forgotten")
  func abandoned() {
    var line = TimeLine()
    line.receive(.ringing)
    line.idle(ms: 1_000)
    line.receive(.standby)
    line.give("wait ring-end 10s")
    line.idle(ms: 6_000)
    #expect(!line.has("ok wait ring-end"))
    line.idle(ms: 1_000)
    #expect(line.has("ok wait ring-end rings=1"))
    line.give("wait caller-id 1s")
    line.idle(ms: 2_000)
    #expect(line.has("error wait caller-id timeout"))
  }

  @Test("The lamp for messages is told without a ring, and is no call")
  func lamp() {
    var line = TimeLine()
    line.give("wait message-lamp on 5s")
    var signal = FSKSignal().sound(withChecksum([0x82, 3, 0x0B, 1, 0xFF]))
    signal.silence(ms: 100)
    line.hear(signal)
    #expect(line.has("event message-lamp on modem=bell202 format=mdmf raw=82030B01FF70"))
    #expect(line.has("ok wait message-lamp on"))
    line.give("wait message-lamp off 1s")
    line.idle(ms: 1_100)
    #expect(line.last.hasPrefix("error wait message-lamp off timeout"))
    var other = FSKSignal(mark: 1_300, space: 2_100).sound(withChecksum([0x82, 3, 0x0B, 1, 0]))
    other.silence(ms: 100)
    line.hear(other)
    line.give("wait message-lamp off 1s")
    #expect(line.last.hasPrefix("ok wait message-lamp off"))
    line.give("wait caller-id 1s")
    line.idle(ms: 1_100)
    #expect(line.last.hasPrefix("error wait caller-id timeout"))
  }

  @Test("Polarity is told when it changes, and ringing between changes nothing")
  func polarity() {
    var line = TimeLine()
    line.give("lift")
    line.receive(.forward)
    #expect(!line.has("event polarity"))
    line.receive(.reverse)
    #expect(line.has("event polarity reversed"))
    line.give("wait polarity 1s")
    #expect(line.last.hasPrefix("ok wait polarity"))
    line.give("wait polarity normal 1s")
    line.receive(.forward)
    #expect(line.last.hasPrefix("ok wait polarity"))
  }

  @Test("The far party's digits are collected")
  func digits() {
    var line = TimeLine()
    line.give("lift")
    var sound = Sound()
    for pair in [[697.0, 1_209], [770, 1_336], [852, 1_477]] {
      sound.tone(pair, ms: 80)
      sound.silence(ms: 80)
    }
    line.hear(sound)
    line.give("wait digits 159 1s")
    #expect(line.last.hasPrefix("ok wait digits 159"))
  }

  @Test(
    "What cannot be done on hook is refused", arguments: ["dial 1", "flash", "pulse 1", "say a"])
  func refusedOnHook(command: String) {
    var line = TimeLine()
    line.give(command)
    let verb = command.split(separator: " ")[0]
    #expect(line.last.hasPrefix("error \(verb) lift the handset first"))
    #expect(line.loops.isEmpty)
  }

  @Test("Hanging up ends what was being sent and forgets the call")
  func hangUp() {
    var line = TimeLine()
    line.give("lift")
    line.give("dial 5,5")
    line.give("pulse 5")
    line.give("hang-up")
    line.idle(ms: 5_000)
    #expect(line.loops.last?.closed == false)
    line.give("lift")
    line.hearSilence(ms: 1_000)
    #expect(line.spoken.allSatisfy { $0 == 0 })
  }

  @Test(
    "Random commands, feeds and sounds leave it answering every frame", arguments: UInt64(1)...8)
  func randomWalk(seed: UInt64) {
    var dice = SplitMix(state: seed)
    var line = TimeLine()
    let commands = [
      "lift", "hang-up", "flash", "dial 12", "pulse 3", "wait ring 1s", "wait tone any 500ms",
      "pause 100", "hear", "status", "nonsense", "dial", "tone 440 50", "stop",
    ]
    var frames = 0
    for _ in 0..<100 {
      switch Int.random(in: 0..<5, using: &dice) {
      case 0 where line.phone.isReady:
        line.give(commands[Int.random(in: 0..<commands.count, using: &dice)])
      case 1: line.receive(LineFeed.allCases[Int.random(in: 0..<5, using: &dice)])
      case 2: line.idle(ms: Double.random(in: 0...300, using: &dice))
      default:
        var sound = Sound()
        sound.tone([Double.random(in: 300...3_000, using: &dice)], ms: 50)
        line.hear(sound)
        frames += 5
      }
    }
    #expect(line.spoken.count == frames * 80)
    line.idle(ms: 100_000)
    #expect(line.phone.isReady)
    #expect(line.phone.hook.isClosed == line.phone.hook.isLifted)
  }
}
