import Base
import DSP
import MediaControl
import RTP

/// Takes the input as packets of a stream with their times, through the receiving half of a call:
/// latch, jitter buffer, events, concealment.
///
/// Each packet is nine bytes of script, so that mutations make streams with gaps, other sources,
/// header extensions, padding and other senders, and not only refused packets.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: min(count, 4_096)))
  var line = Line(bytes.first ?? 0)
  var start = 1
  while start + 9 <= bytes.count {
    line.play(Array(bytes[start..<start + 9]))
    start += 9
  }
  line.conclude()
  return 0
}

private let tools = (codec: G711(), sine: SineTable())

private struct Line: ~Copyable {
  private static let far = Endpoint(.v4(0xC000_0207), 4_000)
  private var parameters: StreamParameters
  private var receiver: StreamReceiver
  private var now = Instant(nanoseconds: 1_000_000_000)
  private var sequence: UInt16 = 65_000
  private var timestamp: UInt32 = 4_294_900_000
  private var sent: UInt32 = 0

  init(_ options: UInt8) {
    parameters = StreamParameters(
      remote: Self.far, law: options & 1 == 0 ? .aLaw : .muLaw, synchronizationSource: 1,
      firstSequenceNumber: 1, firstTimestamp: 1)
    // Either law, as behind an answer that lists both.
    if options & 8 != 0 { parameters.receiveOtherPayloadType = parameters.law.other.payloadType }
    parameters.receiveEventPayloadType = options & 2 == 0 ? 101 : nil
    var settings = MediaSettings(canonicalName: Text("box"))
    if options & 4 != 0 { settings.maximumDelay = .milliseconds(40) }
    receiver = StreamReceiver(parameters, settings: settings, sine: tools.sine)
  }

  mutating func play(_ step: [UInt8]) {
    sequence &+= [1, 0, 2, UInt16(step[0]), 0 &- UInt16(step[0]), 32_768][Int(step[1] % 6)]
    timestamp &+= [160, 0, 80, 320, UInt32(step[0]) << 24, 0 &- UInt32(step[0])][Int(step[2] % 6)]
    let host: UInt32 = step[3] % 16 == 15 ? 0xC000_0208 : 0xC000_0207
    let sender = Endpoint(.v4(host), 4_000 + UInt16(step[3] & 1))
    let packet = packet(step)
    let taken = receiver.receive(packet.span, from: sender, arrived: now)
    sent += taken ? 1 : 0
    expect(receiver.packets == sent, "a packet taken and not counted")
    if step[8] >= 250 { renegotiate(step[8]) }
    // Mostly the pace of the packets; a pause is played to its end.
    let frames = [2, 1, 0, 3, Int(step[8] % 40), 120][Int(step[8] % 6)]
    for _ in 0..<frames { tick() }
  }

  /// A packet as the step wants it: its type, how it is filled, and what is wrong with it.
  private func packet(_ step: [UInt8]) -> Text {
    let stray = step[4] & 0x80 == 0 ? parameters.law.other.payloadType : step[4]
    let types: [UInt8] = [parameters.law.payloadType, 101, 13, stray]
    let type = types[Int(step[4] % 16 < 12 ? 0 : step[4] % 4)]
    let (sources, hasExtension) = (step[5] & 3, step[5] & 4 != 0)
    let hasPadding = step[5] & 8 != 0
    var bytes: Text = [
      (step[5] & 0xF0 == 0xF0 ? step[6] : 0x80) | sources | (hasExtension ? 0x10 : 0)
        | (hasPadding ? 0x20 : 0),
      type | (step[4] & 0x40 == 0 ? 0 : 0x80),
    ]
    bytes += [UInt8(sequence >> 8), UInt8(truncatingIfNeeded: sequence)]
    for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: timestamp >> shift)) }
    bytes += [0, 0, 0, step[3] & 0x60]
    for _ in 0..<Int(sources) * 4 { bytes.append(step[6]) }
    if hasExtension {
      let words = step[6] % 16 == 15 ? step[7] : step[6] % 3
      bytes += [0xBE, 0xDE, 0, words]
      for _ in 0..<Int(words % 8) * 4 { bytes.append(step[7]) }
    }
    let sizes = [160, 80, 240, 0, 1, Int(step[7]), 1_000]
    let payload = type == 101 ? 4 : sizes[Int(step[7] % 7)]
    for i in 0..<payload { bytes.append(type == 101 ? event(step, i) : step[7] ^ UInt8(i & 255)) }
    if hasPadding { bytes += [0, 0, 0, step[6] % 4 == 3 ? step[7] : 4] }
    return step[5] & 0xF0 == 0xE0 ? Text(bytes.prefix(Int(step[6]))) : bytes
  }

  private func event(_ step: [UInt8], _ i: Int) -> UInt8 { [step[6] % 18, step[7], 1, step[6]][i] }

  private mutating func renegotiate(_ kind: UInt8) {
    switch kind {
    case 250: agree(on: .aLaw)
    case 251: agree(on: .muLaw)
    case 252: parameters.direction = .sendOnly
    case 253: parameters.remote = Endpoint(.v4(0xC000_0208), 4_000)
    case 254: parameters.remote = Endpoint(Self.far.address, 4_001)
    default:
      parameters.direction = .sendReceive
      parameters.remote = Self.far
    }
    receiver.update(parameters, now: now)
  }

  /// A law comes with its payload type, and with that of the other one where both may come.
  private mutating func agree(on law: CompandingLaw) {
    parameters.law = law
    parameters.receivePayloadType = law.payloadType
    if parameters.receiveOtherPayloadType != nil {
      parameters.receiveOtherPayloadType = law.other.payloadType
    }
  }

  private mutating func tick() {
    var frame = Frame(repeating: 0)
    receiver.render(into: &frame, codec: tools.codec, now: now)
    now = now + Period.length
  }

  /// What a stream of silence and a good packet find: an ended digit, and figures that hold.
  mutating func conclude() {
    for _ in 0..<40 { tick() }
    var statistics = StreamStatistics()
    receiver.fill(&statistics)
    expect(statistics.receivedPackets == sent, "statistics of other packets")
    expect(statistics.bufferMs <= 1_000, "a delay without a limit")
    parameters.direction = .sendReceive
    parameters.remote = Self.far
    receiver.update(parameters, now: now)
    // The latch may hold another port of the far side for ten seconds.
    now = now + .seconds(11)
    let step: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0]
    expect(receiver.receive(packet(step).span, from: Self.far, arrived: now), "deaf for ever")
  }
}

/// A precondition whose words are printed in an optimised build too.
private func expect(_ condition: Bool, _ words: StaticString) {
  if !condition { fatalError("\(words)") }
}
