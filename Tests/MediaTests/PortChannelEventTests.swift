import Base
import DSP
import Media
import MediaControl
import Testing

@Suite("RFC 4733 on a port")
struct PortChannelEventTests {
  @Test("A pressed key goes out as an event and hardly in the audio", arguments: 0..<16)
  func pressed(shift: Int) throws {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.say([Int16](repeating: 0, count: 1600 + shift * 13))
    let silence = [Int16](repeating: 0, count: shift * 13 % 80)
    rig.say(silence + sines([852, 1477], dBm0: -8, ms: 200))
    rig.idle(ms: 400)
    let media = rig.takeSent().filter { $0.kind == .media }
    let events = media.filter { $0.bytes[1] & 0x7F == 101 }
    try #require(events.count >= 5)
    #expect(events.allSatisfy { $0.bytes.count == 16 && $0.bytes[12] == 9 })
    let stamps = Set(events.map { Header($0.bytes).timestamp })
    #expect(stamps.count == 1)
    #expect(events.filter { $0.bytes[13] & 0x80 != 0 }.count == 3)
    #expect(Header(events[0].bytes).marker && !Header(events[1].bytes).marker)
    let duration = events.last.map { Int($0.bytes[14]) << 8 | Int($0.bytes[15]) } ?? 0
    #expect((1600 - 240...1600 + 400).contains(duration), "\(duration)")
    #expect(leak(media) <= 10, "\(leak(media)) ms")
  }

  /// Milliseconds of DTMF in the audio packets.
  private func leak(_ media: [Rig.Sent]) -> Int {
    media.filter { $0.bytes[1] & 0x7F == 8 }.reduce(0) { sum, packet in
      sum + packet.bytes[12...].map(aLawSample).filter { abs($0) > 300 }.count
    } / 8
  }

  @Test("Numbers go on through events, and audio comes back marked as a new talkspurt")
  func numbering() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.say(sines([852, 1477], ms: 100))
    rig.idle(ms: 300)
    let headers = rig.takeSent().filter { $0.kind == .media }.map { Header($0.bytes) }
    for (a, b) in zip(headers, headers.dropFirst()) { #expect(b.number == a.number &+ 1) }
    let back = headers.drop { $0.type == 8 }.first { $0.type == 8 }
    #expect(back?.marker == true)
  }

  @Test("Without an agreed event the digit stays in the audio")
  func inBand() {
    let rig = Rig()
    var parameters = stream()
    parameters.sendEventPayloadType = nil
    rig.perform(.openStream(1, parameters))
    rig.say(sines([852, 1477], ms: 100))
    let media = rig.takeSent().filter { $0.kind == .media }
    #expect(media.count == 5 && media.allSatisfy { $0.bytes[1] & 0x7F == 8 })
    #expect(leak(media) > 80)
  }

  @Test("Keys in a call are told to the control loop if it listens")
  func listening() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.perform(.listenForDigits(1, true))
    rig.say(sines([852, 1477], ms: 100))
    rig.idle(ms: 50)
    #expect(rig.events().count == 1)
  }

  @Test("The number's last key, still down when the call is answered, is not sent again")
  func heldOver() {
    let rig = Rig()
    rig.perform(.listenForDigits(1, true))
    rig.say(sines([697, 1477], ms: 60))
    #expect(rig.events().count == 1)
    rig.perform(.listenForDigits(1, false))
    rig.perform(.play(1, steadyTone(450)))
    rig.say(sines([697, 1477], ms: 20))
    rig.perform(.openStream(1, stream()))
    rig.perform(.stopTone(1))
    rig.idle(ms: 20)
    rig.say(sines([697, 1477], ms: 60))
    rig.idle(ms: 300)
    #expect(rig.takeSent().allSatisfy { $0.bytes[1] & 0x7F != 101 })
    rig.say(sines([697, 1477], ms: 80))
    #expect(rig.takeSent().contains { $0.bytes[1] & 0x7F == 101 })
  }

  @Test("A held key longer than an event can say goes on in segments")
  func long() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.say(sines([697, 1209], ms: 10_000))
    rig.idle(ms: 300)
    let events = rig.takeSent().filter { $0.bytes[1] & 0x7F == 101 }
    #expect(Set(events.map { Header($0.bytes).timestamp }).count == 2)
    #expect(events.filter { $0.bytes[13] & 0x80 != 0 }.count == 3)
  }

  /// The digits that a received train of events makes audible.
  private func heard(_ rig: Rig) -> [UInt8] {
    var detector = DTMFDetector()
    let samples = rig.takePlayed()
    var digits: [UInt8] = []
    for start in stride(from: 0, to: samples.count, by: 80) {
      if let digit = detector.hear(samples[start..<start + 80].span) { digits.append(digit) }
    }
    return digits
  }

  private func event(_ code: UInt8, end: Bool, duration: UInt16) -> [UInt8] {
    [code, (end ? 0x80 : 0) | 10, UInt8(duration >> 8), UInt8(duration & 0xFF)]
  }

  @Test("Events of the far party are played as digits")
  func received() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    var number: UInt16 = 0
    for (place, code) in ([1, 2, 10, 15] as [UInt8]).enumerated() {
      let stamp = UInt32(place * 2000)
      for step in 1...4 {
        for _ in 0..<(step == 4 ? 3 : 1) {
          number &+= 1
          let payload = event(code, end: step == 4, duration: UInt16(step * 160))
          rig.receive(
            packet(type: 101, number: number, timestamp: stamp, marker: step == 1, payload: payload)
          )
        }
        rig.idle(ms: 20)
      }
      rig.idle(ms: 120)
    }
    #expect(heard(rig) == Array("12*D".utf8))
  }

  @Test("Only an end packet comes through: the digit is still played, 40 ms at the least")
  func lastEnd() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.receive(
      packet(type: 101, number: 1, timestamp: 0, payload: event(7, end: true, duration: 800)))
    rig.idle(ms: 200)
    let sound = rig.played.filter { abs($0) > 500 }.count
    #expect(heard(rig) == Array("7".utf8) && sound > 300)
  }

  @Test("No end packet comes through: the digit ends by itself")
  func noEnd() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.receive(
      packet(type: 101, number: 1, timestamp: 0, payload: event(7, end: false, duration: 160)))
    rig.idle(ms: 1000)
    #expect(rig.played[(300 * 8)...].allSatisfy { $0 == 0 })
    #expect(heard(rig) == Array("7".utf8))
  }

  @Test("The echo of a played digit is not sent back")
  func echo() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.receive(
      packet(type: 101, number: 1, timestamp: 0, payload: event(7, end: false, duration: 160)))
    var last = [Int16](repeating: 0, count: 80)
    for _ in 0..<60 { last = rig.run(last.map { $0 / 4 }) }
    #expect(!rig.takeSent().contains { $0.bytes[1] & 0x7F == 101 })
  }
}
