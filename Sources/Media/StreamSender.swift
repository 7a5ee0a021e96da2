internal import Base
internal import DSP
internal import MediaControl
internal import RTP
internal import SecureRTP

/// The sending half of a stream: frames of the line become RTP packets, digits become events.
struct StreamSender: ~Copyable {
  /// Samples from the beginning of a digit to the detector's certainty: two blocks of 102.
  private static let detection: UInt32 = 204

  private var parameters: StreamParameters
  /// Protects RTP and RTCP with our key.
  private(set) var protection: SecureSender?
  private var sequence: UInt16
  /// The RTP time of the next frame.
  private(set) var timestamp: UInt32
  private var filled = 0
  private var isTalkspurtNew = true
  private var events = TelephoneEventSender()
  /// Three frames: 12 octets of header, 240 of audio, and the room of a tag.
  private var packet = InlineArray<272, UInt8>(repeating: 0)
  /// RTP packets sent by the present source.
  private(set) var packets: UInt32 = 0
  /// Octets of payload sent by the present source.
  private(set) var octets: UInt32 = 0
  private var packetsBefore: UInt32 = 0

  init(_ parameters: StreamParameters) {
    self.parameters = parameters
    protection = parameters.keys.map { SecureSender($0.send) }
    sequence = parameters.firstSequenceNumber
    timestamp = parameters.firstTimestamp
  }

  /// Offer and answer changed the stream.
  mutating func update(_ new: StreamParameters) {
    let isOther = new.synchronizationSource != parameters.synchronizationSource
    // The same key must never begin again with the same source: its packets are counted on.
    if isOther || new.keys?.send != parameters.keys?.send {
      protection = new.keys.map { SecureSender($0.send) }
    }
    if isOther { beginSource(new.firstSequenceNumber) }
    parameters = new
  }

  private mutating func beginSource(_ firstSequenceNumber: UInt16) {
    sequence = firstSequenceNumber
    isTalkspurtNew = true
    packetsBefore &+= packets
    (packets, octets) = (0, 0)
  }

  /// RTP packets sent by all sources.
  var allPackets: UInt32 { packetsBefore &+ packets }

  /// Whether digits go out as events.
  var sendsEvents: Bool {
    parameters.direction.sends && parameters.sendEventPayloadType != nil && parameters.data == nil
  }

  /// A digit (ASCII) was heard on the line.
  mutating func begin(digit: UInt8) {
    guard sendsEvents, let code = TelephoneEvent.code(digit: digit) else { return }
    events.start(code: code, at: timestamp &- Self.detection)
  }

  /// The digit is over.
  mutating func endDigit() { events.stop(at: timestamp) }

  /// Time passed without audio: the thread left periods out.
  mutating func skip(periods: UInt32) {
    timestamp &+= periods &* 80
    filled = 0
  }

  /// Takes the next frame; `isMuted` keeps it from being heard, but not from being sent.
  ///
  /// `beat` counts the thread's periods. Packets of all ports end on the same beats, so that they
  /// leave together: a frame before which none can begin is left out.
  mutating func add(
    _ frame: borrowing Frame, isMuted: Bool, codec: G711, beat: UInt32,
    send: (Span<UInt8>) -> Void
  ) {
    defer { timestamp &+= 80 }
    guard parameters.direction.sends else { return pause() }
    if events.isSending {
      pause()
      if let due = events.next(at: timestamp) { sendEvent(due, send) }
      return
    }
    guard filled > 0 || beat % UInt32(wanted / 80) == 0 else { return }
    encode(frame, isMuted, codec)
    if filled >= wanted { sendAudio(send) }
  }

  /// Octets of payload of a whole packet.
  private var wanted: Int { min(max(Int(parameters.packetMs) / 10, 1), 3) * 80 }

  private mutating func pause() {
    filled = 0
    isTalkspurtNew = true
  }

  private mutating func encode(_ frame: borrowing Frame, _ isMuted: Bool, _ codec: G711) {
    let start = RTPHeader.size + filled
    var bytes = packet.mutableSpan
    if isMuted {
      let silence = G711.silence(parameters.law)
      for i in start..<start + 80 { bytes[i] = silence }
    } else {
      codec.encode(frame.span, law: parameters.law, into: &bytes, at: start)
    }
    filled += 80
  }

  private mutating func sendAudio(_ send: (Span<UInt8>) -> Void) {
    let header = RTPHeader(
      marker: isTalkspurtNew, payloadType: parameters.sendPayloadType, sequenceNumber: sequence,
      timestamp: timestamp &- UInt32(filled - 80), source: parameters.synchronizationSource)
    isTalkspurtNew = false
    finish(header, payload: filled, send)
    filled = 0
  }

  private mutating func sendEvent(
    _ due: TelephoneEventSender.Packet, _ send: (Span<UInt8>) -> Void
  ) {
    guard let payloadType = parameters.sendEventPayloadType else { return }
    let header = RTPHeader(
      marker: due.marker, payloadType: payloadType, sequenceNumber: sequence,
      timestamp: due.timestamp, source: parameters.synchronizationSource)
    var event = InlineArray<4, UInt8>(repeating: 0)
    var payload = event.mutableSpan
    due.event.write(into: &payload)
    for i in 0..<TelephoneEvent.size { packet[RTPHeader.size + i] = event[i] }
    finish(header, payload: TelephoneEvent.size, send)
  }

  private mutating func finish(
    _ header: RTPHeader, payload: Int, _ send: (Span<UInt8>) -> Void
  ) {
    var bytes = packet.mutableSpan
    header.write(into: &bytes)
    var size = RTPHeader.size + payload
    if let protection { size = protection.protect(&bytes, count: size) }
    send(packet.span.extracting(0..<size))
    sequence &+= 1
    packets &+= 1
    octets &+= UInt32(payload)
  }
}
