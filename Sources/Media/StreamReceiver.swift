internal import Base
internal import DSP
internal import MediaControl
internal import RTP
internal import SecureRTP

/// The receiving half of a stream: RTP packets become frames for the line, events become DTMF.
struct StreamReceiver: ~Copyable {
  /// Comfort noise (RFC 3389), static payload type.
  private static let comfortNoise: UInt8 = 13

  private var parameters: StreamParameters
  private let settings: MediaSettings
  private var protection: SecureReceiver?
  private var latch: SourceLatch
  private var buffer: JitterBuffer
  private var concealer = PacketLossConcealer()
  private var events = TelephoneEventReceiver()
  private var digits: DTMFGenerator
  private var codes = InlineArray<80, UInt8>(repeating: 0)
  /// The far party's source, once heard.
  private(set) var source: UInt32?
  /// What RTCP says about it.
  var reception = ReceptionStatistics(probation: 1)
  /// RTP packets taken.
  private(set) var packets: UInt32 = 0
  private var refused: UInt32 = 0
  private var forged: UInt32 = 0
  private var replayed: UInt32 = 0

  init(_ parameters: StreamParameters, settings: MediaSettings, sine: SineTable) {
    self.parameters = parameters
    self.settings = settings
    protection = parameters.keys.map { SecureReceiver($0.receive) }
    latch = SourceLatch(negotiated: parameters.remote)
    buffer = JitterBuffer(settings: Self.jitter(parameters, settings, parameters.law))
    // RFC 4733 §2.5.2.2 leaves the shortest tone to the receiver; Q.24 asks for 40 ms.
    digits = DTMFGenerator(sine: sine, onMs: 50, offMs: 50)
  }

  private static func jitter(
    _ parameters: StreamParameters, _ settings: MediaSettings, _ law: CompandingLaw
  ) -> JitterSettings {
    var jitter = JitterSettings()
    let isData = parameters.data != nil
    jitter.minimum =
      isData
      ? min(max(settings.dataDelay, settings.minimumDelay), settings.maximumDelay)
      : settings.minimumDelay
    jitter.maximum = settings.maximumDelay
    jitter.isSteady = isData
    // The socket is read whenever the buffer has no frame for the line, so nothing waits there.
    jitter.serviceInterval = .zero
    jitter.isMuLaw = law == .muLaw
    return jitter
  }

  /// What the far party speaks now: where its answer lists both laws it may use either.
  private var law: CompandingLaw { buffer.settings.isMuLaw ? .muLaw : .aLaw }

  /// Where our packets go.
  var remote: Endpoint { latch.remote }

  /// Whether the buffer has nothing for the next frame.
  var isDry: Bool { !buffer.isReady }

  /// Whether digits of the far party sound on the line.
  var isPlayingDigits: Bool { !digits.isIdle }

  /// Offer and answer changed the stream.
  mutating func update(_ new: StreamParameters, now: Instant) {
    latch.negotiate(new.remote, now: now)
    if !new.direction.receives { buffer.restart() }
    if new.law != parameters.law || new.receiveOtherPayloadType == nil {
      buffer.speak(isMuLaw: new.law == .muLaw)
    }
    buffer.settings = Self.jitter(new, settings, law)
    if new.keys?.receive != parameters.keys?.receive {
      protection = new.keys.map { SecureReceiver($0.receive, after: protection) }
    }
    parameters = new
  }

  /// A datagram came to the RTP socket; returns whether it was taken.
  mutating func receive(_ bytes: Span<UInt8>, from sender: Endpoint, arrived: Instant) -> Bool {
    guard parameters.direction.receives else { return false }
    guard let protection else { return take(bytes, from: sender, arrived) }
    guard bytes.count <= DatagramRoom.count else { return refuse() }
    var packet = DatagramRoom(repeating: 0)
    let count: Int
    do throws(PacketError) {
      var opened = packet.mutableSpan
      copy(bytes, into: &opened)
      count = try protection.unprotect(&opened, count: bytes.count)
    } catch {
      return refuse(error)
    }
    return take(packet.span.extracting(0..<count), from: sender, arrived)
  }

  /// A datagram came to the RTCP socket; gives its report on, unless it is not authentic.
  mutating func receive(control bytes: Span<UInt8>, take: (Span<UInt8>) -> Void) {
    guard let protection else { return take(bytes) }
    guard bytes.count <= DatagramRoom.count else { return }
    var packet = DatagramRoom(repeating: 0)
    let count: Int
    do throws(PacketError) {
      var opened = packet.mutableSpan
      copy(bytes, into: &opened)
      count = try protection.unprotectControl(&opened, count: bytes.count)
    } catch {
      // Others send keep-alives there that are no RTCP at all.
      if error == .forged || error == .replayed { _ = refuse(error) }
      return
    }
    take(packet.span.extracting(0..<count))
  }

  private mutating func take(
    _ bytes: Span<UInt8>, from sender: Endpoint, _ arrived: Instant
  ) -> Bool {
    let packet: RTPPacket
    do throws(PacketError) { packet = try RTPPacket(parsing: bytes) } catch { return refuse() }
    let type = packet.header.payloadType
    let isEvent = type == parameters.receiveEventPayloadType
    let isOther = type == parameters.receiveOtherPayloadType
    let isAudio = isOther || type == parameters.receivePayloadType
    guard isAudio || isEvent || type == Self.comfortNoise else { return refuse() }
    guard latch.admits(sender, now: arrived) else { return false }
    count(packet.header, isEvent: isEvent, arrived)
    let payload = bytes.extracting(packet.payload)
    if isEvent {
      take(event: payload, packet.header, arrived)
    } else if type == Self.comfortNoise {
      buffer.noteComfortNoise(packet.header)
    } else {
      let spoken = isOther ? parameters.law.other : parameters.law
      buffer.insert(
        packet.header, payload: payload, arrival: arrived, isMuLaw: spoken == .muLaw)
    }
    return true
  }

  /// A datagram was longer than any that we could use.
  mutating func countOversized(_ number: UInt32) { refused &+= number }

  /// Gives the next frame for the line.
  mutating func render(into frame: inout Frame, codec: G711, now: Instant) {
    if let fact = events.advance(to: now) { play(fact) }
    var samples = frame.mutableSpan
    var coded = codes.mutableSpan
    switch buffer.read(into: &coded, now: now) {
    case .audio:
      codec.decode(codes.span, law: law, into: &samples)
      concealer.learn(&samples)
    case .conceal:
      concealer.conceal(&samples)
    case .comfort, .event, .waiting:
      for i in samples.indices { samples[i] = 0 }
      concealer.learn(&samples)
    }
    if isPlayingDigits { digits.render(into: &samples) }
  }

  /// The line is busy with a tone: the frame is taken and not heard.
  mutating func discard(now: Instant) {
    if let fact = events.advance(to: now) { play(fact) }
    var coded = codes.mutableSpan
    _ = buffer.read(into: &coded, now: now)
  }

  /// Adds what this half counted.
  func fill(_ statistics: inout StreamStatistics) {
    let counters = buffer.counters
    statistics.receivedPackets = packets
    statistics.lostPackets = UInt32(max(0, reception.lost))
    statistics.latePackets = counters.latePackets
    statistics.duplicatePackets = counters.duplicatePackets
    statistics.refusedPackets = refused &+ counters.refusedPackets
    statistics.strangerPackets = latch.strangerPackets
    statistics.forgedPackets = forged
    statistics.replayedPackets = replayed
    statistics.concealedFrames = counters.concealedFrames
    statistics.droppedFrames = counters.droppedFrames
    statistics.jitter = reception.jitter
    statistics.bufferMs = buffer.delayMs
    statistics.remoteSource = source ?? 0
  }

  private mutating func refuse(_ error: PacketError) -> Bool {
    switch error {
    case .forged: forged &+= 1
    case .replayed: replayed &+= 1
    case .truncated, .badVersion, .badPadding, .wrongKind, .badLength: refused &+= 1
    }
    return false
  }

  private mutating func refuse() -> Bool {
    refused &+= 1
    return false
  }

  private mutating func count(_ header: RTPHeader, isEvent: Bool, _ arrived: Instant) {
    packets &+= 1
    if header.source != source {
      source = header.source
      reception = ReceptionStatistics(probation: 1)
    }
    guard reception.receive(sequenceNumber: header.sequenceNumber), !isEvent else { return }
    reception.measure(timestamp: header.timestamp, arrival: arrived)
  }

  private mutating func take(event payload: Span<UInt8>, _ header: RTPHeader, _ arrived: Instant) {
    buffer.noteEvent(header, arrival: arrived)
    let event: TelephoneEvent
    do throws(PacketError) {
      event = try TelephoneEvent(parsing: payload)
    } catch {
      refused &+= 1
      return
    }
    if let fact = events.receive(event, timestamp: header.timestamp, now: arrived) { play(fact) }
  }

  private mutating func play(_ fact: TelephoneEventReceiver.Fact) {
    switch fact {
    case .began(let code, _):
      if let digit = TelephoneEvent.digit(code: code) { _ = digits.play(digit, held: true) }
    case .ended:
      digits.release()
    case .passed(let code, _, _):
      if let digit = TelephoneEvent.digit(code: code) { _ = digits.play(digit, held: false) }
    }
  }
}

/// Room for a datagram as a batch of them holds it.
private typealias DatagramRoom = InlineArray<768, UInt8>

private func copy(_ bytes: Span<UInt8>, into room: inout MutableSpan<UInt8>) {
  for i in bytes.indices { room[i] = bytes[i] }
}
