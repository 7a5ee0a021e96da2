import Base
import Foundation
import Media
import MediaControl
import RTP

/// A channel in virtual time: one call of `run` is 10 ms.
final class Rig {
  struct Sent {
    let kind: MediaKind
    let bytes: [UInt8]
    let to: Endpoint
    let at: Instant
  }

  static let remote = Endpoint(.v4(0xC0A8_0102), 4000)

  let channel: PortChannel
  private let ring = MessageRing<MediaEvent>(capacity: 64)
  private let sink: EventSink
  private(set) var sent: [Sent] = []
  private(set) var played: [Int16] = []
  var now: Instant
  /// Periods that were run.
  private(set) var beat: UInt32 = 0

  init(port: PortNumber = 1, start: Instant = Instant(nanoseconds: 1_000_000_000)) {
    now = start
    sink = EventSink(ring)
    channel = PortChannel(
      port: port, settings: MediaSettings(canonicalName: Text("box@example")), tools: Toolbox(),
      random: RandomSource(testSeed: UInt64(port)), events: sink)
  }

  func perform(_ command: MediaCommand) {
    channel.perform(command, now: now) { self.note($0, $1, $2) }
  }

  /// One period; the line says `heard`.
  @discardableResult
  func run(_ heard: [Int16] = []) -> [Int16] {
    var line = Frame(repeating: 0)
    for i in 0..<min(80, heard.count) { line[i] = heard[i] }
    var frame = Frame(repeating: 0x5555)
    channel.run(heard: line, played: &frame, now: now, beat: beat) { self.note($0, $1, $2) }
    now = now + Period.length
    beat += 1
    let samples = (0..<80).map { frame[$0] }
    played += samples
    return samples
  }

  /// As many periods as the sound has; what is missing in the last one is silence.
  func say(_ samples: [Int16]) {
    for start in stride(from: 0, to: samples.count, by: 80) {
      run(Array(samples[start..<min(start + 80, samples.count)]))
    }
  }

  func idle(ms: Int) { for _ in 0..<ms / 10 { run() } }

  func receive(_ bytes: [UInt8], from peer: Endpoint = Rig.remote, kind: MediaKind = .media) {
    channel.receive(kind, bytes.span, from: peer, arrived: now)
  }

  func events() -> [MediaEvent] {
    var all: [MediaEvent] = []
    while let event = ring.read() { all.append(event) }
    return all
  }

  func takeSent() -> [Sent] {
    defer { sent = [] }
    return sent
  }

  func takePlayed() -> [Int16] {
    defer { played = [] }
    return played
  }

  func report() -> StreamStatistics? {
    perform(.reportStream(1))
    for case .streamReport(_, let statistics) in events() { return statistics }
    return nil
  }

  private func note(_ kind: MediaKind, _ bytes: Span<UInt8>, _ to: Endpoint) {
    var copy: [UInt8] = []
    for i in bytes.indices { copy.append(bytes[i]) }
    sent.append(Sent(kind: kind, bytes: copy, to: to, at: now))
  }
}

/// A stream of 20 ms A-law with events under 101 both ways.
func stream(_ law: CompandingLaw = .aLaw, packetMs: UInt8 = 20) -> StreamParameters {
  var parameters = StreamParameters(
    remote: Rig.remote, law: law, synchronizationSource: 0x1122_3344, firstSequenceNumber: 65_534,
    firstTimestamp: 0xFFFF_FF00)
  parameters.sendEventPayloadType = 101
  parameters.receiveEventPayloadType = 101
  parameters.packetMs = packetMs
  return parameters
}

/// A tone of one segment for ever.
func steadyTone(_ hertz: UInt16, _ levelDBm0: Int8 = -10) -> Tone {
  var segment = ToneSegment(silenceMs: 0)
  segment.components[0] = .init(hertz: hertz, levelDBm0: levelDBm0)
  var tone = Tone()
  _ = tone.append(segment)
  return tone
}

/// Sines of a level (dBm0) of the tests' own.
func sines(_ hertz: [Double], dBm0 level: Double = -10, ms: Int) -> [Int16] {
  let peak = 32_768 * pow(10, (level - 3.14) / 20)
  return (0..<ms * 8).map { n in
    Int16(hertz.reduce(0) { $0 + peak * sin(2 * .pi * $1 * Double(n) / 8000) }.rounded())
  }
}

/// The level of one frequency in dBm0.
func level(_ samples: some Collection<Int16>, _ hertz: Double) -> Double {
  var (i, q) = (0.0, 0.0)
  for (n, x) in samples.enumerated() {
    i += Double(x) * cos(2 * .pi * hertz * Double(n) / 8000)
    q += Double(x) * sin(2 * .pi * hertz * Double(n) / 8000)
  }
  let peak = 2 * (i * i + q * q).squareRoot() / Double(max(samples.count, 1))
  return 20 * log10(max(peak, 1e-3) / 32_768) + 3.14
}

/// An A-law code's sample by the formula of G.711 table 1a, for the tests.
func aLawSample(_ code: UInt8) -> Int16 {
  let bits = Int(code ^ 0x55)
  let step = Double(bits & 15) + 0.5
  let segment = bits >> 4 & 7
  let value = segment == 0 ? step * 16 : (16 + step) * 16 * pow(2, Double(segment - 1))
  return Int16(bits & 0x80 != 0 ? value : -value)
}

/// A packet as a far party would send it.
func packet(
  type: UInt8 = 8, number: UInt16, timestamp: UInt32, source: UInt32 = 0x5555_AAAA,
  marker: Bool = false, payload: [UInt8] = [UInt8](repeating: 0xD5, count: 160)
) -> [UInt8] {
  [
    0x80, type | (marker ? 0x80 : 0), UInt8(number >> 8), UInt8(number & 0xFF),
  ] + word(timestamp) + word(source) + payload
}

private func word(_ value: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

/// The fixed header of a packet, read by hand.
struct Header: Equatable {
  let marker: Bool
  let type: UInt8
  let number: UInt16
  let timestamp: UInt32
  let source: UInt32

  init(_ b: [UInt8]) {
    marker = b[1] & 0x80 != 0
    type = b[1] & 0x7F
    number = UInt16(b[2]) << 8 | UInt16(b[3])
    timestamp = b[4..<8].reduce(0) { $0 << 8 | UInt32($1) }
    source = b[8..<12].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
