import Base
import RTP

/// A sender, a network and a reader in virtual time.
///
/// Every 10 ms of audio carries its number in samples that are as good as silent, so that the
/// reader can tell what is played twice, left out or out of order.
struct JitterSimulation {
  var seconds = 60
  var packetMs = 20
  /// How much faster the sender's clock runs than the reader's, in parts per million.
  var driftPPM = 0.0
  /// Share of packets that never arrive, and that arrive twice.
  var loss = 0.0
  var duplicates = 0.0
  /// The way's delay of one packet in milliseconds.
  var delay: (inout RandomSource, Int) -> Double = { _, _ in 5 }
  /// Speech of 1.2 s and pauses of 0.8 s, or a tone without an end.
  var pauses = true
  var settings = JitterSettings()
  /// The reader looks into the socket when the buffer has no next frame, or every 40 ms.
  var readsWhenDry = false
  /// How late the reader's thread wakes, in milliseconds.
  var wake: (inout RandomSource) -> Double = { _ in 0 }
  var seed: UInt64 = 1

  struct Result {
    var counters = JitterCounters()
    /// Frames that were played twice or after a later one.
    var repeated = 0
    /// Frames that were never played although a later one was.
    var skipped = 0
    /// Frames of speech that were never played, and holds where speech went on.
    var skippedLoud = 0
    var heldLoud = 0
    var badFrames = 0
    /// Delay from the arrival of a frame's packet to its play, in milliseconds.
    var meanDelayMs = 0.0
    var bufferMs: UInt16 = 0
    var largestBufferMs: UInt16 = 0
    var sent = 0
    var reachedReader = 0
  }

  private struct Packet {
    var number: Int
    var arrival: Int64
  }

  func run() -> Result {
    var random = RandomSource(testSeed: seed)
    let packets = network(&random)
    var buffer = JitterBuffer(settings: settings)
    var result = Result()
    result.sent = seconds * 1_000 / packetMs
    result.reachedReader = packets.count
    let service = readsWhenDry ? 40 : Int(settings.serviceInterval.inMilliseconds)
    var next = 0
    var last: Int?
    var delays = 0.0
    var frame = [UInt8](repeating: 0, count: 80)
    for tick in 0..<(seconds * 100) {
      let now = Int64(tick) * 10_000_000
      if tick * 10 % service == 0 || (readsWhenDry && !buffer.isReady) {
        let woken = now + Int64(wake(&random) * 1e6)
        while next < packets.count, packets[next].arrival <= woken {
          insert(packets[next], into: &buffer)
          next += 1
        }
      }
      var span = frame.mutableSpan
      let kind = buffer.read(into: &span, now: Instant(nanoseconds: now))
      result.largestBufferMs = max(result.largestBufferMs, buffer.delayMs)
      if kind == .conceal, let last, isLoud(last + 1), last + 1 < seconds * 100 {
        result.heldLoud += 1
      }
      guard kind == .audio else { continue }
      let number = Self.number(of: frame)
      if let last {
        if number <= last { result.repeated += 1 }
        for skipped in last + 1..<max(last + 1, number) {
          result.skipped += 1
          if isLoud(skipped) { result.skippedLoud += 1 }
        }
      }
      if !Self.isWhole(frame, loud: isLoud(number)) { result.badFrames += 1 }
      last = number
      delays += Double(now) / 1e6 - Double(number * 10 / packetMs * packetMs)
    }
    result.counters = buffer.counters
    result.meanDelayMs = delays / Double(max(1, result.counters.playedFrames))
    result.bufferMs = buffer.delayMs
    return result
  }

  private func network(_ random: inout RandomSource) -> [Packet] {
    var packets: [Packet] = []
    for number in 0..<(seconds * 1_000 / packetMs) {
      let sent = Double(number * packetMs) * (1 - driftPPM * 1e-6)
      let lost = random.unit() < loss
      let arrival = Int64((sent + delay(&random, number)) * 1e6)
      let twice = random.unit() < duplicates
      if lost { continue }
      packets.append(Packet(number: number, arrival: arrival))
      if twice { packets.append(Packet(number: number, arrival: arrival + 3_000_000)) }
    }
    return packets.sorted { ($0.arrival, $0.number) < ($1.arrival, $1.number) }
  }

  private func insert(_ packet: Packet, into buffer: inout JitterBuffer) {
    let samples = packetMs * 8
    var payload: [UInt8] = []
    for i in 0..<(samples / 80) { append(packet.number * packetMs / 10 + i, to: &payload) }
    // Both counters begin shortly before they wrap.
    let header = RTPHeader(
      marker: packet.number == 0, payloadType: 8,
      sequenceNumber: 65_000 &+ UInt16(truncatingIfNeeded: packet.number),
      timestamp: 0xFFFF_0000 &+ UInt32(truncatingIfNeeded: packet.number * samples),
      source: 0x1234_5678)
    buffer.insert(header, payload: payload.span, arrival: Instant(nanoseconds: packet.arrival))
  }

  private func isLoud(_ number: Int) -> Bool { !pauses || number % 200 < 120 }

  /// 0xD5 is zero in A-law; the low four bits of the code are steps of 2 in 2^12.
  private func append(_ number: Int, to payload: inout [UInt8]) {
    for i in 0..<8 { payload.append(0xD5 ^ UInt8(number >> (4 * i) & 15)) }
    payload.append(contentsOf: isLoud(number) ? Self.loud : Self.quiet)
  }

  private static let loud = [UInt8](repeating: 0xA0, count: 72)
  private static let quiet = [UInt8](repeating: 0xD5, count: 72)

  private static func number(of frame: [UInt8]) -> Int {
    var number = 0
    for i in 0..<8 { number |= Int((frame[i] ^ 0xD5) & 15) << (4 * i) }
    return number
  }

  /// Three samples stand for all: the store is tested for itself.
  private static func isWhole(_ frame: [UInt8], loud: Bool) -> Bool {
    let want: UInt8 = loud ? 0xA0 : 0xD5
    return frame[8] == want && frame[44] == want && frame[79] == want
  }
}

extension RandomSource {
  /// A number from 0 up to 1.
  mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

  /// A number that is nearly normal, as the sum of twelve: mean 0, deviation 1.
  mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += unit() }
    return sum
  }

  /// A number with a Pareto tail of exponent 2: at least 1, above x with probability 1/x².
  mutating func pareto() -> Double { 1 / max(1e-6, 1 - unit()).squareRoot() }
}
