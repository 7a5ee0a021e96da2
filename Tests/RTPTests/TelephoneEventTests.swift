import Base
import RTP
import Testing

@Suite("Telephone events (RFC 4733)")
struct TelephoneEventTests {
  private typealias Fact = TelephoneEventReceiver.Fact

  @Test("The payload is the one of RFC 4733 §2.3: digit 1, end, -20 dBm0, 400 samples")
  func payload() throws {
    let bytes: [UInt8] = [1, 0x80 | 20, 0x01, 0x90]
    let event = TelephoneEvent(code: 1, isEnd: true, volume: 20, duration: 400)
    #expect(try TelephoneEvent(parsing: bytes.span) == event)
    var written = [UInt8](repeating: 0xFF, count: 4)
    var span = written.mutableSpan
    event.write(into: &span)
    #expect(written == bytes)
    for count in 0..<4 {
      let prefix = Array(bytes[..<count])
      #expect(throws: PacketError.truncated) { try TelephoneEvent(parsing: prefix.span) }
    }
  }

  @Test("Digits and codes are each other's reverse")
  func digits() {
    for digit in "0123456789*#ABCD".utf8 {
      #expect(TelephoneEvent.code(digit: digit).flatMap(TelephoneEvent.digit(code:)) == digit)
    }
    #expect(TelephoneEvent.code(digit: UInt8(ascii: "E")) == nil)
    #expect(TelephoneEvent.digit(code: 16) == nil)
  }

  @Test("A digit of 100 ms: first packet marked, updates every 50 ms, the end three times")
  func sends() {
    var sender = TelephoneEventSender()
    let packets = run(&sender, ticks: 20, [(0, true, 5), (10, false, 5)])
    #expect(packets.map(\.packet.marker) == [true, false, false, false, false])
    #expect(packets.map(\.packet.event.isEnd) == [false, false, true, true, true])
    #expect(packets.map(\.packet.event.duration) == [80, 400, 800, 800, 800])
    #expect(packets.map(\.tick) == [0, 5, 10, 12, 14])
    #expect(packets.allSatisfy { $0.packet.timestamp == 0 && $0.packet.event.code == 5 })
    #expect(!sender.isSending)
  }

  @Test("Audio is withheld while the digit sounds, and goes on between the copies of its end")
  func audio() {
    var sender = TelephoneEventSender()
    let before = sender.withholdsAudio
    _ = run(&sender, ticks: 10, [(0, true, 5)])
    let during = sender.withholdsAudio
    sender.stop(at: 800)
    _ = sender.next(at: 800)
    #expect(!before && during && !sender.withholdsAudio && sender.isSending)
  }

  @Test("A digit that was too short is told as 40 ms")
  func shortest() {
    var sender = TelephoneEventSender()
    let packets = run(&sender, ticks: 20, [(0, true, 5), (1, false, 5)])
    #expect(packets.last?.packet.event.duration == 320)
    #expect(packets.filter(\.packet.event.isEnd).count == 3)
  }

  @Test("Digits that follow fast come out whole and in order, each ended three times")
  func fastDigits() {
    var sender = TelephoneEventSender()
    let packets = run(
      &sender, ticks: 60,
      [(0, true, 1), (4, false, 1), (5, true, 2), (9, false, 2), (10, true, 3), (14, false, 3)])
    var receiver = TelephoneEventReceiver()
    var facts: [Fact] = []
    for row in packets {
      if let fact = receive(&receiver, row.packet, row.tick) { facts.append(fact) }
    }
    #expect(
      facts == [
        .began(code: 1, volume: 10), .ended(code: 1, samples: 320),
        .began(code: 2, volume: 10), .ended(code: 2, samples: 320),
        .began(code: 3, volume: 10), .ended(code: 3, samples: 320),
      ])
    for code in 1...3 as ClosedRange<UInt8> {
      #expect(packets.filter { $0.packet.event.isEnd && $0.packet.event.code == code }.count == 3)
    }
  }

  @Test("An event of 20 s goes on in segments and stays one event (§2.5.1.3)")
  func long() {
    var sender = TelephoneEventSender()
    let packets = run(&sender, ticks: 2_100, [(0, true, 11), (2_000, false, 11)])
    #expect(Set(packets.map(\.packet.timestamp)).sorted() == [0, 0xFFFF, 2 * 0xFFFF])
    #expect(packets.filter(\.packet.marker).count == 1)
    var receiver = TelephoneEventReceiver()
    let facts = packets.compactMap { receive(&receiver, $0.packet, $0.tick) }
    #expect(facts == [.began(code: 11, volume: 10), .ended(code: 11, samples: 160_000)])
  }

  @Test(
    "Whichever packets are lost, a digit is heard once and ends", arguments: 0..<31)
  func losses(mask: Int) {
    var sender = TelephoneEventSender()
    let packets = run(&sender, ticks: 20, [(0, true, 7), (10, false, 7)])
    var receiver = TelephoneEventReceiver()
    var facts: [Fact] = []
    for (i, row) in packets.enumerated() where mask >> i & 1 == 0 {
      if let fact = receive(&receiver, row.packet, row.tick) { facts.append(fact) }
    }
    if let deadline = receiver.deadline, let fact = receiver.advance(to: deadline) {
      facts.append(fact)
    }
    #expect(receiver.sounding == nil && receiver.deadline == nil)
    switch facts.first {
    case .began(let code, _):
      #expect(code == 7 && facts.count == 2)
      guard case .ended(7, let samples) = facts.last else { return #expect(Bool(false)) }
      #expect(samples == (mask & 0b11100 != 0b11100 ? 800 : mask & 2 == 0 ? 400 : 80))
    case .passed(let code, _, let samples):
      #expect(code == 7 && samples == 800 && facts.count == 1)
    case .ended, nil:
      Issue.record("mask \(mask): \(facts)")
    }
  }

  @Test("A lost end is told after 150 ms, not before, and not again by a straggler")
  func lostEnd() {
    var receiver = TelephoneEventReceiver()
    let event = TelephoneEvent(code: 3, isEnd: false, volume: 9, duration: 400)
    #expect(receiver.receive(event, timestamp: 50, now: .zero) == .began(code: 3, volume: 9))
    #expect(receiver.advance(to: Instant(nanoseconds: 149_999_999)) == nil)
    #expect(
      receiver.advance(to: Instant(nanoseconds: 150_000_000)) == .ended(code: 3, samples: 400))
    #expect(receiver.receive(event, timestamp: 50, now: Instant(nanoseconds: 2)) == nil)
  }

  @Test("A new event ends the former one; an overtaken packet of the former changes nothing")
  func overtaken() {
    var receiver = TelephoneEventReceiver()
    func event(_ code: UInt8) -> TelephoneEvent {
      TelephoneEvent(code: code, isEnd: false, volume: 10, duration: 80)
    }
    _ = receiver.receive(event(1), timestamp: 0xFFFF_FF00, now: .zero)
    #expect(
      receiver.receive(event(2), timestamp: 0x100, now: .zero) == .began(code: 2, volume: 10))
    #expect(receiver.receive(event(1), timestamp: 0xFFFF_FF00, now: .zero) == nil)
    #expect(receiver.sounding == 2)
  }

  @Test("After the sender's timestamps began anew, digits are heard again")
  func newTimestamps() {
    var receiver = TelephoneEventReceiver()
    let end = TelephoneEvent(code: 1, isEnd: true, volume: 10, duration: 800)
    _ = receiver.receive(end, timestamp: 1_000_000, now: .zero)
    #expect(
      receiver.receive(end, timestamp: 5, now: .zero)
        == .passed(code: 1, volume: 10, samples: 800))
  }

  private struct Row {
    let tick: Int
    let packet: TelephoneEventSender.Packet
  }

  /// Runs the sender over ticks of 80 samples; `keys` are (tick, pressed, code).
  private func run(
    _ sender: inout TelephoneEventSender, ticks: Int, _ keys: [(Int, Bool, UInt8)]
  ) -> [Row] {
    var rows: [Row] = []
    for tick in 0..<ticks {
      let now = UInt32(tick * 80)
      for (at, pressed, code) in keys where at == tick {
        if pressed { sender.start(code: code, at: now) } else { sender.stop(at: now) }
      }
      if let packet = sender.next(at: now) { rows.append(Row(tick: tick, packet: packet)) }
    }
    return rows
  }

  private func receive(
    _ receiver: inout TelephoneEventReceiver, _ packet: TelephoneEventSender.Packet, _ tick: Int
  ) -> Fact? {
    receiver.receive(
      packet.event, timestamp: packet.timestamp,
      now: Instant(nanoseconds: Int64(tick) * 10_000_000))
  }
}
