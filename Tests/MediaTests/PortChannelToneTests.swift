import Base
import Media
import MediaControl
import Testing

@Suite("Port without a stream")
struct PortChannelToneTests {
  @Test("An idle port needs no periods")
  func idle() { #expect(!Rig().channel.isActive) }

  @Test("The first frame after the command carries the tone")
  func dialTone() {
    let rig = Rig()
    rig.perform(.play(1, steadyTone(450)))
    #expect(rig.channel.isActive)
    let first = rig.run()
    #expect(first.contains { abs($0) > 5000 })
    rig.idle(ms: 500)
    #expect(abs(level(rig.played[800...], 450) + 10) < 0.1)
  }

  @Test("A stopped tone falls silent and the port is idle")
  func stop() {
    let rig = Rig()
    rig.perform(.play(1, steadyTone(450)))
    rig.idle(ms: 50)
    rig.perform(.stopTone(1))
    rig.run()
    #expect(rig.run().allSatisfy { $0 == 0 })
    #expect(!rig.channel.isActive)
  }

  @Test("A caller ID is sent on an idle port, told once, and the port is idle again")
  func callerID() throws {
    let rig = Rig()
    let signal = try #require(CallerIDSignal([0x80, 0x02, 0x01, 0x00, 0x7D], modulation: .bell202))
    rig.perform(.sendCallerID(1, signal))
    var periods = 0
    while rig.channel.isActive, periods < 500 {
      rig.run()
      periods += 1
    }
    // 300 + 180 + 50 + 10 bits at 1200 baud are 450 ms.
    #expect((45...47).contains(periods))
    #expect(rig.events().map { "\($0)" } == ["callerIDSent(1)"])
    #expect(abs(level(rig.played[2080..<3120], 1200) + 14) < 0.2)
  }

  @Test("Digits of the line are told once each, at the time of the detector's certainty")
  func digits() throws {
    let rig = Rig()
    rig.perform(.listenForDigits(1, true))
    #expect(rig.channel.isActive)
    rig.idle(ms: 100)
    let began = rig.now
    rig.say(sines([770, 1336], ms: 80))
    rig.idle(ms: 80)
    let events = rig.events()
    try #require(events.count == 1)
    guard case .digit(1, UInt8(ascii: "5"), let at) = events[0] else {
      Issue.record("\(events[0])")
      return
    }
    #expect((10_000_000...40_000_000).contains((at - began).inNanoseconds))
  }

  @Test("Nothing is told when nobody listens, and an old digit is not told later")
  func deaf() {
    let rig = Rig()
    rig.perform(.listenForDigits(1, true))
    rig.say(sines([770, 1336], ms: 20))
    rig.perform(.listenForDigits(1, false))
    #expect(!rig.channel.isActive)
    rig.say(sines([770, 1336], ms: 80))
    rig.perform(.listenForDigits(1, true))
    rig.idle(ms: 100)
    #expect(rig.events().isEmpty)
  }

  @Test("Digits are heard under the dial tone")
  func digitUnderTone() {
    let rig = Rig()
    rig.perform(.play(1, steadyTone(450)))
    rig.perform(.listenForDigits(1, true))
    let echo = zip(sines([697, 1209], ms: 80), sines([450], dBm0: -24, ms: 80)).map { $0 + $1 }
    rig.say(echo)
    rig.idle(ms: 50)
    #expect(rig.events().count == 1)
  }

  @Test("Commands for a stream that is not open do nothing")
  func noStream() {
    let rig = Rig()
    rig.perform(.updateStream(1, stream()))
    rig.perform(.closeStream(1))
    rig.perform(.reportStream(1))
    rig.receive(packet(number: 1, timestamp: 0))
    rig.channel.skip(periods: 3)
    rig.run()
    #expect(rig.events().isEmpty && rig.sent.isEmpty && !rig.channel.isActive)
  }

  @Test("Lifting the handset cuts a caller ID message off")
  func callerIDCutOff() throws {
    let rig = Rig()
    let message = Text(repeating: 0x55, count: 40)
    let signal = try #require(CallerIDSignal(message, modulation: .bell202))
    rig.perform(.sendCallerID(1, signal))
    rig.idle(ms: 50)
    #expect(rig.channel.isActive)
    rig.perform(.stopTone(1))
    #expect(!rig.channel.isActive)
    #expect(rig.run().allSatisfy { $0 == 0 })
  }
}
