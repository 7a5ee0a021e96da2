import Base
import RTP
import Testing

/// A buffer, its clock and a sender, moved by hand.
private struct Bench: ~Copyable {
  var buffer = JitterBuffer()
  var now: Int64 = 0
  var sequence: UInt16 = 65_530
  var timestamp: UInt32 = 0xFFFF_FF00
  var source: UInt32 = 1

  mutating func send(
    samples: Int = 160, marker: Bool = false, fill: UInt8 = 0xA0, delayMs: Int64 = 0,
    isMuLaw: Bool? = nil
  ) {
    let header = RTPHeader(
      marker: marker, payloadType: 8, sequenceNumber: sequence, timestamp: timestamp,
      source: source)
    let payload = [UInt8](repeating: fill, count: samples)
    buffer.insert(
      header, payload: payload.span, arrival: Instant(nanoseconds: (now + delayMs) * 1_000_000),
      isMuLaw: isMuLaw)
    sequence &+= 1
    timestamp &+= UInt32(samples)
  }

  /// A packet that the network loses.
  mutating func lose(samples: UInt32 = 160) {
    sequence &+= 1
    timestamp &+= samples
  }

  mutating func read() -> (kind: JitterBuffer.Frame, byte: UInt8) {
    var frame = [UInt8](repeating: 0, count: 80)
    var span = frame.mutableSpan
    let kind = buffer.read(into: &span, now: Instant(nanoseconds: now * 1_000_000))
    now += 10
    return (kind, frame[0])
  }

  /// Sends and reads for some packets of 20 ms; the kinds of the frames.
  mutating func talk(_ packets: Int, fill: UInt8 = 0xA0) -> [JitterBuffer.Frame] {
    var kinds: [JitterBuffer.Frame] = []
    for _ in 0..<packets {
      send(fill: fill)
      kinds += [read().kind, read().kind]
    }
    return kinds
  }

  mutating func listen(_ frames: Int) -> [JitterBuffer.Frame] {
    (0..<frames).map { _ in read().kind }
  }
}

@Suite("Jitter buffer at the edges")
struct JitterEdgeTests {
  @Test("Nothing comes out before the first packet, and the first two packets' time after it")
  func start() {
    var bench = Bench()
    #expect(bench.listen(3) == [.waiting, .waiting, .waiting])
    let kinds = bench.talk(10)
    #expect(kinds.prefix(while: { $0 == .waiting }).count == 3)
    #expect(kinds.dropFirst(3).allSatisfy { $0 == .audio })
    #expect(bench.buffer.counters.concealedFrames == 0)
  }

  @Test("Packets in any order and of 10, 20 and 30 ms are played in media order")
  func orderAndSizes() {
    var bench = Bench()
    var bytes: [UInt8] = []
    for size in [80, 160, 240, 80, 160, 240, 80, 80, 80, 80] as [Int] {
      bench.send(samples: size, fill: UInt8(size))
      for _ in 0..<(size / 80) {
        let (kind, byte) = bench.read()
        if kind == .audio { bytes.append(byte) }
      }
    }
    bytes.removeLast(bytes.count - 12)
    #expect(bytes == [80, 160, 160, 240, 240, 240, 80, 160, 160, 240, 240, 240])
  }

  @Test("An overtaken packet is played in its place")
  func reordered() {
    var bench = Bench()
    _ = bench.talk(5)
    let (sequence, timestamp) = (bench.sequence, bench.timestamp)
    bench.lose()
    bench.send(fill: 2)
    (bench.sequence, bench.timestamp) = (sequence, timestamp)
    bench.send(fill: 1)
    bench.lose()
    var bytes: [UInt8] = []
    for _ in 0..<7 { bytes.append(bench.read().byte) }
    #expect(bytes == [0xA0, 0xA0, 0xA0, 1, 1, 2, 2])
    #expect(bench.buffer.counters.concealedFrames == 0)
  }

  @Test("A lost packet is concealed for its length and nothing else changes")
  func loss() {
    var bench = Bench()
    _ = bench.talk(5)
    bench.lose()
    let missing = bench.listen(2)
    let kinds = missing + bench.talk(10)
    #expect(kinds.filter { $0 == .conceal }.count == 2)
    #expect(kinds.count - 2 == kinds.filter { $0 == .audio }.count)
  }

  @Test("A duplicate is counted, before and after it was played")
  func duplicates() {
    var bench = Bench()
    _ = bench.talk(5)
    for back in [1, 5] as [UInt16] {
      let (sequence, timestamp) = (bench.sequence, bench.timestamp)
      (bench.sequence, bench.timestamp) = (sequence &- back, timestamp &- 160 * UInt32(back))
      bench.send()
      (bench.sequence, bench.timestamp) = (sequence, timestamp)
    }
    #expect(bench.buffer.counters.duplicatePackets == 2)
    #expect(bench.buffer.counters.latePackets == 0)
  }

  @Test("The other law begins anew with its first packet, but for a stray, an old or an empty one")
  func law() {
    var bench = Bench()
    _ = bench.talk(10)
    bench.source = 2
    bench.send(isMuLaw: true)
    bench.source = 1
    bench.send(samples: 0, isMuLaw: true)
    bench.sequence &-= 7
    bench.send(isMuLaw: true)
    bench.sequence &+= 6
    #expect(bench.buffer.counters.restarts == 0 && !bench.buffer.settings.isMuLaw)
    bench.send(isMuLaw: true)
    #expect(bench.buffer.counters.restarts == 1 && bench.buffer.settings.isMuLaw)
    // Another copy of it, and one that was overtaken, are of no more use.
    bench.sequence &-= 2
    bench.send(isMuLaw: false)
    #expect(bench.buffer.counters.restarts == 1 && bench.buffer.settings.isMuLaw)
  }

  @Test("Another source takes over with its second packet; a stray one changes nothing")
  func source() {
    var bench = Bench()
    _ = bench.talk(10)
    bench.source = 2
    bench.send()
    bench.source = 1
    #expect(bench.talk(5).allSatisfy { $0 != .waiting })
    #expect(bench.buffer.counters.refusedPackets == 1 && bench.buffer.counters.restarts == 0)
    bench.source = 3
    bench.timestamp = 12
    bench.sequence = 9
    let kinds = bench.talk(10, fill: 3)
    #expect(bench.buffer.counters.restarts == 1)
    #expect(kinds.suffix(10).allSatisfy { $0 == .audio })
    #expect(bench.read().byte == 3)
  }

  @Test(
    "Timestamps that jump without another source are followed",
    arguments: [
      4_000_000, 20_000, 5_000, -5_000, -20_000, -4_000_000,
    ])
  func jump(samples: Int) {
    var bench = Bench()
    _ = bench.talk(50)
    bench.timestamp &+= UInt32(truncatingIfNeeded: samples)
    _ = bench.talk(60)
    let kinds = bench.talk(20)
    #expect(kinds.allSatisfy { $0 == .audio }, "\(samples): \(bench.buffer.counters)")
    #expect(bench.buffer.delayMs <= 220)
  }

  @Test("A pause with comfort noise is comfort, the next talkspurt comes whole")
  func pause() {
    var bench = Bench()
    _ = bench.talk(50)
    bench.buffer.noteComfortNoise(
      RTPHeader(
        marker: false, payloadType: 13, sequenceNumber: bench.sequence,
        timestamp: bench.timestamp, source: 1))
    bench.sequence &+= 1
    let silence = bench.listen(100)
    #expect(silence.dropFirst(4).allSatisfy { $0 == .comfort })
    bench.timestamp &+= 8_000
    bench.send(marker: true, fill: 7)
    var kinds = [bench.read().kind, bench.read().kind]
    kinds += bench.talk(10, fill: 7)
    #expect(kinds.drop { $0 == .comfort }.allSatisfy { $0 == .audio })
    #expect(kinds.filter { $0 == .comfort }.count <= 4)
    #expect(bench.buffer.counters.concealedFrames == 0)
  }

  @Test("A pause without a word is concealed for 200 ms and is comfort from then on")
  func silence() {
    var bench = Bench()
    _ = bench.talk(50)
    let kinds = bench.listen(100).drop { $0 == .audio }
    #expect(kinds.prefix(20).allSatisfy { $0 == .conceal })
    #expect(kinds.dropFirst(20).allSatisfy { $0 == .comfort })
  }

  @Test("While events come, missing audio is the event, and audio goes on in its place behind it")
  func events() {
    var bench = Bench()
    _ = bench.talk(50)
    var kinds: [JitterBuffer.Frame] = []
    for _ in 0..<10 {
      bench.buffer.noteEvent(
        RTPHeader(
          marker: false, payloadType: 101, sequenceNumber: bench.sequence,
          timestamp: bench.timestamp, source: 1),
        arrival: Instant(nanoseconds: bench.now * 1_000_000))
      bench.sequence &+= 1
      kinds += [bench.read().kind, bench.read().kind]
    }
    bench.timestamp &+= 1_600
    kinds += bench.talk(20)
    #expect(!kinds.contains(.conceal))
    #expect((17...23).contains(kinds.filter { $0 == .event }.count))
    #expect(kinds.suffix(30).allSatisfy { $0 == .audio })
  }

  @Test("Packets that are empty or longer than 100 ms are refused")
  func sizes() {
    var bench = Bench()
    bench.send(samples: 0)
    bench.send(samples: 801)
    #expect(bench.buffer.counters.refusedPackets == 2)
    #expect(bench.read().kind == .waiting)
    bench.send(samples: 800)
    #expect(bench.buffer.counters.acceptedPackets == 1)
  }

  @Test("Settings bound the delay")
  func bounds() {
    var bench = Bench()
    bench.buffer.settings.minimum = .milliseconds(100)
    _ = bench.talk(100)
    #expect((100...110).contains(bench.buffer.delayMs))
    #expect(bench.buffer.targetMs == 100)
  }

  @Test(
    "Hostile headers and times: no trap, and honest packets are played again afterwards",
    arguments: [1, 2, 3, 4] as [UInt64])
  func hostile(seed: UInt64) {
    var random = RandomSource(testSeed: seed)
    var bench = Bench()
    for _ in 0..<4_000 {
      bench.sequence = UInt16(truncatingIfNeeded: random.next())
      if random.next() % 3 != 0 { bench.timestamp = random.nextWord() }
      if random.next() % 50 == 0 { bench.source = random.nextWord() % 3 }
      if random.next() % 100 == 0 { bench.now = Int64(random.next() >> 25) }
      bench.send(
        samples: Int(random.next() % 900), marker: random.next() % 4 == 0,
        delayMs: random.next() % 9 == 0 ? -Int64(random.next() >> 26) : 0)
      if random.next() % 2 == 0 { _ = bench.read() }
    }
    bench.source = 77
    _ = bench.talk(50)
    #expect(bench.talk(50).allSatisfy { $0 == .audio }, "seed \(seed)")
  }
}
