import Base
import Media
import MediaControl
import Testing

@Suite("Probes of a line")
struct PortChannelProbeTests {
  @Test("A digit is told once, when it is over, as loud as it was")
  func digits() throws {
    let rig = Rig()
    rig.perform(.probe(1, .digits))
    #expect(rig.channel.isActive)
    rig.idle(ms: 100)
    let low = sines([770], dBm0: -12, ms: 100)
    rig.say(zip(low, sines([1_336], dBm0: -9, ms: 100)).map { $0 + $1 })
    #expect(rig.events().isEmpty, "the key is still down")
    rig.idle(ms: 100)
    let events = rig.events()
    try #require(events.count == 1)
    guard case .digitMeasured(1, UInt8(ascii: "5"), let levels) = events[0] else {
      Issue.record("\(events[0])")
      return
    }
    #expect(abs(levels.lowTenthsDBm0 + 120) <= 3, "\(levels)")
    #expect(abs(levels.highTenthsDBm0 + 90) <= 3, "\(levels)")
    #expect((27...33).contains(levels.twistTenthsDB), "\(levels)")
  }

  @Test("Key after key, one without a pause too; none when nobody waits for them")
  func keys() {
    let rig = Rig()
    rig.perform(.probe(1, .digits))
    for pair in [[697.0, 1_209], [941, 1_336], [852, 1_477]] { rig.say(sines(pair, ms: 80)) }
    rig.idle(ms: 100)
    var keys: [UInt8] = []
    for case .digitMeasured(1, let digit, _) in rig.events() { keys.append(digit) }
    #expect(keys == Array("109".utf8))
    rig.perform(.probe(1, nil))
    #expect(!rig.channel.isActive)
    rig.say(sines([697, 1_209], ms: 80))
    rig.idle(ms: 100)
    #expect(rig.events().isEmpty)
  }

  @Test("What the line says comes back a second later, sample for sample")
  func loopback() {
    let rig = Rig()
    rig.perform(.probe(1, .loopback))
    #expect(rig.channel.isActive)
    let said = (0..<16_000).map { Int16(truncatingIfNeeded: $0 &* 7_919) }
    rig.say(said)
    #expect(rig.played[..<8_000].allSatisfy { $0 == 0 })
    #expect(Array(rig.played[8_000...]) == Array(said[..<8_000]))
    rig.perform(.probe(1, nil))
    #expect(!rig.channel.isActive && rig.run().allSatisfy { $0 == 0 })
    rig.perform(.probe(1, .loopback))
    rig.idle(ms: 1_100)
    #expect(rig.played.suffix(8_800).allSatisfy { $0 == 0 }, "old speech is forgotten")
  }

  @Test("The echo of a line that returns a tenth, three periods late, is 20 dB; then it is silent")
  func echo() throws {
    let rig = Rig()
    rig.perform(.probe(1, .echo))
    var periods = 0
    var played: [[Int16]] = [[], [], []]
    while rig.channel.isActive, periods < 1_000 {
      played.append(rig.run(played[periods].map { $0 / 10 }))
      periods += 1
    }
    #expect((200...300).contains(periods), "\(periods)")
    let events = rig.events()
    try #require(events.count == 1)
    guard case .echoMeasured(1, let loss) = events[0] else {
      Issue.record("\(events[0])")
      return
    }
    #expect(abs(loss.tenthsDB - 200) <= 2 && !loss.isLowerBound, "\(loss)")
    #expect(rig.run().allSatisfy { $0 == 0 })
  }

  @Test("A tone waits while a probe sends, and a probe that ends leaves it")
  func tone() {
    let rig = Rig()
    rig.perform(.probe(1, .loopback))
    rig.perform(.play(1, steadyTone(450)))
    rig.idle(ms: 100)
    #expect(rig.takePlayed().allSatisfy { $0 == 0 })
    rig.perform(.probe(1, nil))
    rig.idle(ms: 500)
    #expect(abs(level(rig.played, 450) + 10) < 0.2)
  }
}
