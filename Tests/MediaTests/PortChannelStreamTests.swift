import Base
import Media
import MediaControl
import Testing

@Suite("Port with a stream")
struct PortChannelStreamTests {
  @Test(
    "The line's audio goes out in packets of the agreed time", arguments: [10, 20, 30] as [UInt8])
  func packets(packetMs: UInt8) {
    let rig = Rig()
    rig.perform(.openStream(1, stream(packetMs: packetMs)))
    let speech = sines([1000], ms: 300)
    rig.say(speech)
    let sent = rig.takeSent().filter { $0.kind == .media }
    #expect(sent.count == 300 / Int(packetMs))
    var audio: [Int16] = []
    for (n, packet) in sent.enumerated() {
      let header = Header(packet.bytes)
      #expect(header.type == 8 && header.source == 0x1122_3344 && packet.to == Rig.remote)
      #expect(header.number == UInt16(truncatingIfNeeded: 65_534 + n))
      #expect(header.timestamp == 0xFFFF_FF00 &+ UInt32(n * Int(packetMs) * 8))
      #expect(header.marker == (n == 0))
      #expect(packet.bytes.count == 12 + Int(packetMs) * 8)
      audio += packet.bytes[12...].map(aLawSample)
    }
    let error = zip(audio, speech).map { Double($0) - Double($1) }
    #expect(error.allSatisfy { abs($0) <= 512 })
    #expect(abs(level(audio, 1000) + 10) < 0.1)
  }

  @Test(
    "Streams that begin at any time send on the same beats, without a gap",
    arguments: [10, 20, 30] as [UInt8])
  func beats(packetMs: UInt8) {
    let periods = UInt32(packetMs / 10)
    for begin in 0..<6 {
      let rig = Rig()
      rig.idle(ms: begin * 10)
      rig.perform(.openStream(1, stream(packetMs: packetMs)))
      let leftOut = (periods - rig.beat % periods) % periods
      for n in 0..<30 {
        rig.run()
        for packet in rig.takeSent() where packet.kind == .media {
          #expect(rig.beat % periods == 0)
          let end = UInt32(n + 1) * 80
          #expect(Header(packet.bytes).timestamp == 0xFFFF_FF00 &+ end &- periods * 80)
          #expect(Header(packet.bytes).marker == (end == (leftOut + periods) * 80))
        }
      }
    }
  }

  @Test("The far party's audio is heard, after no more than 50 ms")
  func listening() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    let tone = [UInt8]([0xD5, 0x85, 0xD5, 0x05])  // 2 kHz: zero, plus, zero, minus.
    var sounded: Int?
    for n in 0..<50 {
      let payload = (0..<160).map { tone[$0 % 4] }
      rig.receive(packet(number: UInt16(n), timestamp: UInt32(n * 160), payload: payload))
      for half in 0..<2 where rig.run().contains(where: { abs($0) > 1000 }) && sounded == nil {
        sounded = n * 20 + half * 10
      }
    }
    #expect((sounded ?? 1000) <= 50)
    let statistics = rig.report()
    #expect(statistics?.receivedPackets == 50 && statistics?.lostPackets == 0)
    #expect(statistics?.concealedFrames == 0 && statistics?.latePackets == 0)
    #expect(level(rig.played[4000...], 2000) > -20)
  }

  @Test("The first packet is told once")
  func started() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.run()
    #expect(rig.events().isEmpty)
    for n in 0..<3 { rig.receive(packet(number: UInt16(n), timestamp: UInt32(n * 160))) }
    #expect(rig.events().map { "\($0)" } == ["streamStarted(1)"])
    var other = stream()
    other.party = 1
    rig.perform(.updateStream(1, other))
    // What comes within 200 ms may be of the one before.
    for n in 3..<13 { rig.receive(packet(number: UInt16(n), timestamp: UInt32(n * 160))) }
    #expect(rig.events().isEmpty)
    for n in 13..<16 { rig.receive(packet(number: UInt16(n), timestamp: UInt32(n * 160))) }
    #expect(rig.events().map { "\($0)" } == ["streamStarted(1)"])
  }

  @Test("Where the answer lists both laws either is heard, also in turn; else only the one")
  func bothLaws() {
    for isListed in [true, false] {
      let rig = Rig()
      var both = stream()
      both.receiveOtherPayloadType = isListed ? 0 : nil
      rig.perform(.openStream(1, both))
      // 2 kHz at the same level in both laws: zero, plus, zero, minus.
      let laws: [(type: UInt8, tone: [UInt8])] = [
        (0, [0xFF, 0xAF, 0xFF, 0x2F]), (8, [0xD5, 0x85, 0xD5, 0x05]),
      ]
      for n in 0..<100 {
        let law = laws[n / 50]
        let payload = (0..<160).map { law.tone[$0 % 4] }
        rig.receive(
          packet(
            type: law.type, number: UInt16(n), timestamp: UInt32(n * 160), payload: payload))
        for _ in 0..<2 { rig.run() }
      }
      #expect(rig.report()?.refusedPackets == (isListed ? 0 : 50))
      let (first, second) = (rig.played[4_000..<8_000], rig.played[12_000...])
      #expect((level(first, 2000) > -40) == isListed)
      #expect(level(second, 2000) > -20)
      // The zero of one law is none in the other.
      let means = [first, second].map { $0.reduce(0) { $0 + Int($1) } / $0.count }
      #expect(means.allSatisfy { abs($0) < 50 }, "\(means)")
    }
  }

  @Test("A tone hides the stream, which goes on behind it")
  func tone() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    for n in 0..<50 {
      if n == 10 { rig.perform(.play(1, steadyTone(440))) }
      if n == 30 { rig.perform(.stopTone(1)) }
      let payload = (0..<160).map { [0xD5, 0x85, 0xD5, 0x05][$0 % 4] as UInt8 }
      rig.receive(packet(number: UInt16(n), timestamp: UInt32(n * 160), payload: payload))
      rig.run()
      rig.run()
    }
    let during = rig.played[(12 * 160)..<(28 * 160)]
    #expect(abs(level(during, 440) + 10) < 0.2 && level(during, 2000) < -60)
    #expect(level(rig.played[(35 * 160)...], 2000) > -20)
    #expect(rig.report()?.concealedFrames == 0)
  }

  @Test(
    "Hold stops what it says it stops, and our time goes on",
    arguments: [
      (StreamDirection.sendOnly, true, false), (.receiveOnly, false, true),
      (.inactive, false, false),
    ])
  func hold(direction: StreamDirection, sends: Bool, hears: Bool) {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.idle(ms: 100)
    var held = stream()
    held.direction = direction
    rig.perform(.updateStream(1, held))
    _ = rig.takeSent()
    for n in 0..<20 {
      let payload = (0..<160).map { [0xD5, 0x85, 0xD5, 0x05][$0 % 4] as UInt8 }
      rig.receive(packet(number: UInt16(n), timestamp: UInt32(n * 160), payload: payload))
      rig.run()
      rig.run()
    }
    #expect(rig.takeSent().contains { $0.kind == .media } == sends)
    #expect(rig.played.contains { abs($0) > 1000 } == hears)
    rig.perform(.updateStream(1, stream()))
    rig.idle(ms: 20)
    let next = rig.takeSent().first { $0.kind == .media }.map { Header($0.bytes) }
    #expect(next?.timestamp == UInt32(0xFFFF_FF00) &+ 500 * 8)
    #expect(next?.marker == !sends)
  }

  @Test("A change of codec and address takes effect with the next packet")
  func change() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.idle(ms: 40)
    var other = stream(.muLaw)
    other.remote = Endpoint(.v4(0x0A00_0001), 5004)
    rig.perform(.updateStream(1, other))
    _ = rig.takeSent()
    rig.idle(ms: 20)
    let next = rig.takeSent().first
    #expect(next?.to == other.remote && next?.bytes[1] == 0 && next?.bytes[12] == 0xFF)
    rig.receive(packet(type: 0, number: 9, timestamp: 0), from: Rig.remote)
    #expect(rig.report()?.strangerPackets == 1)
  }

  @Test("What was buffered under the old law is not played under the new one")
  func lawChange() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    for n in 0..<4 { rig.receive(packet(number: UInt16(n), timestamp: UInt32(n * 160))) }
    rig.run()
    rig.perform(.updateStream(1, stream(.muLaw)))
    rig.idle(ms: 200)
    #expect(rig.played.allSatisfy { abs($0) <= 8 })
  }

  @Test("Symmetric RTP: we answer to the port that the negotiated host really uses")
  func latch() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    let real = Endpoint(Rig.remote.address, 31_000)
    rig.receive(packet(number: 1, timestamp: 0), from: real)
    rig.idle(ms: 20)
    #expect(rig.takeSent().first?.to == real)
    rig.receive(packet(number: 2, timestamp: 160), from: Endpoint(.loopback, 4000))
    #expect(rig.report()?.strangerPackets == 1)
  }

  @Test("Another source of ours counts and reports from nothing on")
  func otherSource() throws {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.idle(ms: 1_000)
    var other = stream()
    (other.synchronizationSource, other.firstSequenceNumber) = (0x0102_0304, 77)
    rig.perform(.updateStream(1, other))
    let before = rig.takeSent().filter { $0.kind == .media }
    rig.idle(ms: 8_000)
    let sent = rig.takeSent()
    let media = sent.filter { $0.kind == .media }.map { Header($0.bytes) }
    #expect(media.allSatisfy { $0.source == 0x0102_0304 })
    #expect(media.first?.number == 77 && media.first?.marker == true)
    #expect(
      media.first?.timestamp == before.last.map { Header($0.bytes).timestamp &+ 160 })
    let at = try #require(sent.firstIndex { $0.kind == .control })
    let report = sent[at].bytes
    #expect(report[1] == 200 && report[4..<8] == [1, 2, 3, 4])
    let count = sent[..<at].filter { $0.kind == .media }.count
    #expect(report[20..<24] == [0, 0, UInt8(count >> 8), UInt8(count & 255)])
    #expect(Int(try #require(rig.report()).sentPackets) == before.count + media.count)
  }

  @Test("Packets from before a change of the port are played, and ours go to the new one")
  func moved() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    let tone = [UInt8](repeating: 0x00, count: 160)
    rig.receive(packet(number: 1, timestamp: 0, payload: tone))
    var other = stream()
    other.remote = Endpoint(Rig.remote.address, 4002)
    rig.perform(.updateStream(1, other))
    for n in UInt16(2)..<12 {
      rig.receive(packet(number: n, timestamp: UInt32(n) * 160, payload: tone))
      rig.idle(ms: 20)
    }
    #expect(rig.takeSent().filter { $0.kind == .media }.allSatisfy { $0.to == other.remote })
    #expect(rig.takePlayed().filter { abs($0) > 1000 }.count > 800)
    #expect(rig.report()?.strangerPackets == 0)
    rig.idle(ms: 10_000)
    rig.receive(packet(number: 600, timestamp: 96_000, payload: tone))
    _ = rig.takeSent()
    rig.idle(ms: 20)
    #expect(rig.takeSent().first?.to == Rig.remote, "the far side has not moved")
  }

  @Test(
    "What is no packet of ours is counted and not heard",
    arguments: [
      [], [0x80], [0x40] + packet(number: 1, timestamp: 0).dropFirst(),
      packet(type: 18, number: 1, timestamp: 0), packet(number: 1, timestamp: 0, payload: []),
      packet(number: 1, timestamp: 0, payload: [UInt8](repeating: 0, count: 3000)),
      packet(type: 101, number: 1, timestamp: 0, payload: [1, 2]),
    ] as [[UInt8]])
  func refused(bytes: [UInt8]) {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.receive(bytes)
    rig.idle(ms: 100)
    #expect(rig.report()?.refusedPackets == 1)
    #expect(rig.played.allSatisfy { $0 == 0 })
  }

  @Test("Random datagrams never trap", arguments: 0..<10)
  func noise(seed: Int) {
    var random = RandomSource(testSeed: UInt64(seed))
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    for _ in 0..<2000 {
      var bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      if bytes.count > 2, Bool.random(using: &random) {
        bytes[0] = 0x80
        bytes[1] = [8, 101, 13, 200, 201, 0x88][Int.random(in: 0..<6, using: &random)]
      }
      let kind = Int.random(in: 0..<4, using: &random) == 0 ? MediaKind.control : .media
      rig.receive(bytes, kind: kind)
      if Bool.random(using: &random) { rig.run() }
    }
    #expect(rig.report() != nil, "seed \(seed)")
  }

  @Test("Reports go to the next port every 2.5 to 7.5 s, and a goodbye at the end")
  func reports() throws {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.idle(ms: 60_000)
    rig.perform(.closeStream(1))
    let control = rig.takeSent().filter { $0.kind == .control }
    #expect((7...25).contains(control.count))
    let times = control.map(\.at)
    for (a, b) in zip(times, times.dropFirst().dropLast()) {
      #expect((2000...7600).contains((b - a).inMilliseconds))
    }
    #expect(control.allSatisfy { $0.to == Endpoint(Rig.remote.address, 4001) })
    #expect(control.allSatisfy { $0.bytes[0] >> 6 == 2 && $0.bytes[1] == 200 })
    // BYE, one source (RFC 3550 §6.6), is the last packet of the last compound.
    let last = try #require(control.last?.bytes)
    #expect(last.suffix(8) == [0x81, 203, 0, 1, 0x11, 0x22, 0x33, 0x44])
    #expect(!rig.channel.isActive)
    let closed = rig.events()
    guard case .streamClosed(1, let statistics) = closed.first else {
      Issue.record("\(closed)")
      return
    }
    #expect(statistics.sentPackets == 3000)
  }

  @Test("Reports go where the far party wants them (RFC 3605)")
  func reportsElsewhere() {
    let rig = Rig()
    var parameters = stream()
    parameters.remoteControl = Endpoint(Rig.remote.address, 5_555)
    rig.perform(.openStream(1, parameters))
    rig.idle(ms: 20_000)
    let control = rig.takeSent().filter { $0.kind == .control }
    #expect(!control.isEmpty)
    #expect(control.allSatisfy { $0.to == parameters.remoteControl })
  }

  @Test("Periods that the thread left out are seen by the far party as time")
  func skipped() {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    rig.idle(ms: 20)
    rig.channel.skip(periods: 7)
    rig.idle(ms: 20)
    let sent = rig.takeSent().map { Header($0.bytes) }
    #expect(sent.count == 2)
    #expect(
      sent[1].timestamp &- sent[0].timestamp == 9 * 80 && sent[1].number == sent[0].number &+ 1)
  }

  @Test(
    "The far party's clock may run 200 ppm off for a minute without a gap", arguments: [-200, 200])
  func drift(ppm: Int) {
    let rig = Rig()
    rig.perform(.openStream(1, stream()))
    let start = rig.now
    var due = start
    var number = 0
    while rig.now - start < .seconds(60) {
      while due <= rig.now {
        rig.channel.receive(
          .media,
          packet(number: UInt16(truncatingIfNeeded: number), timestamp: UInt32(number * 160)).span,
          from: Rig.remote, arrived: due)
        number += 1
        due =
          start + .nanoseconds(Int64(number) * 20_000_000 * (1_000_000 + Int64(ppm)) / 1_000_000)
      }
      rig.run()
    }
    let statistics = rig.report()
    // 200 ppm of 60 s are 12 ms: one frame more or less.
    #expect((statistics?.concealedFrames ?? 99) + (statistics?.droppedFrames ?? 99) <= 3)
    #expect(statistics?.latePackets == 0)
  }
}
