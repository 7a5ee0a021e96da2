public import Base

/// A packet on its way into the buffer.
struct Arrival {
  let timestamp: UInt32
  let marker: Bool
  let time: Int64
  var position: Int64
  /// Arrival minus media time (ns).
  var delay: Int64 { time - position * JitterBuffer.sampleNs }

  init(_ header: RTPHeader, at arrival: Instant, _ timeline: Timeline) {
    timestamp = header.timestamp
    marker = header.marker
    time = arrival.nanoseconds
    position = timeline.position(of: header.timestamp)
  }
}

extension JitterBuffer {
  /// Takes an audio packet in; `arrival` is the kernel's time of it on the clock of the reads.
  ///
  /// Where a stream may be of either law `isMuLaw` says of which the packet is.
  public func insert(
    _ header: RTPHeader, payload: borrowing Span<UInt8>, arrival: Instant, isMuLaw: Bool? = nil
  ) {
    guard (1...Self.longestPacket).contains(payload.count), admits(header) else {
      counters.refusedPackets &+= 1
      return
    }
    guard history.note(header.sequenceNumber) else {
      counters.duplicatePackets &+= 1
      return
    }
    if let isMuLaw, isMuLaw != settings.isMuLaw {
      guard history.isNewest(header.sequenceNumber) else {
        counters.latePackets &+= 1
        return
      }
      speak(isMuLaw: isMuLaw)
      _ = history.note(header.sequenceNumber)
    }
    place(Arrival(header, at: arrival, timeline), payload)
  }

  /// From now on the payload is of this law; what is stored of the other one is forgotten.
  public func speak(isMuLaw: Bool) {
    guard isMuLaw != settings.isMuLaw else { return }
    settings.isMuLaw = isMuLaw
    restart()
  }

  /// A telephone-event packet came in place of audio.
  public func noteEvent(_ header: RTPHeader, arrival: Instant) {
    guard header.source == source, history.note(header.sequenceNumber) else { return }
    eventHeard = arrival
    isPausing = true
  }

  /// A comfort noise packet came (RFC 3389): the far party pauses on purpose.
  public func noteComfortNoise(_ header: RTPHeader) {
    guard header.source == source, history.note(header.sequenceNumber) else { return }
    isPausing = true
  }

  /// Forgets what is stored and waits for a first packet; the counters go on.
  public func restart() {
    if state != .idle { counters.restarts &+= 1 }
    state = .idle
    store.clear()
    delays.clear()
    history.clear()
    timeline = Timeline()
    pacing = Pacing()
    dryFrames = 0
    misfits = 0
    isPausing = false
    eventHeard = nil
  }

  /// Whether the packet's source is the one that is played, or takes over from it.
  ///
  /// A new source takes over at once when the former one is silent, else with its second packet
  /// in a row: a single stray packet must not throw the buffer away.
  private func admits(_ header: RTPHeader) -> Bool {
    if header.source == source {
      candidate = nil
      return true
    }
    guard source == nil || dryFrames > 0 || candidate == header.source else {
      candidate = header.source
      return false
    }
    restart()
    source = header.source
    candidate = nil
    return true
  }

  private func place(_ packet: Arrival, _ payload: borrowing Span<UInt8>) {
    switch state {
    case .idle:
      state = .primed(first: packet.position)
      keep(packet, payload)
    case .primed(let first):
      // What lies here at the start may be 200 ms and what is held back as much.
      guard (-1_600...1_600).contains(packet.position - first) else {
        return misfit(packet, payload)
      }
      state = .primed(first: min(first, packet.position))
      keep(packet, payload)
    case .running:
      fit(packet, payload)
    }
  }

  private func fit(_ packet: Arrival, _ payload: borrowing Span<UInt8>) {
    let position = packet.position
    let end = position + Int64(payload.count)
    guard end - cursor <= SampleStore.capacity, cursor - position <= 8_000 else {
      if packet.marker || dryFrames >= Pacing.longGap { return resynchronize(packet, payload) }
      return misfit(packet, payload)
    }
    if dryFrames >= (packet.marker ? 2 : Pacing.longGap), store.count == 0 { anchor(position) }
    // To go back is to let time slip, which a modem cannot bear.
    if position < cursor, !settings.isSteady { rewind(to: position) }
    guard end > cursor else { return late(packet, payload) }
    keep(packet, payload)
  }

  private func keep(_ packet: Arrival, _ payload: borrowing Span<UInt8>) {
    misfits = 0
    timeline.keep(packet.timestamp, at: packet.position)
    measure(packet.delay)
    let skipped = state == .running ? Int(max(0, cursor - packet.position)) : 0
    if store.put(payload, at: packet.position, skipping: skipped) == 0 {
      counters.duplicatePackets &+= 1
    } else {
      counters.acceptedPackets &+= 1
      isPausing = false
    }
  }

  /// The beginning of a talkspurt: the delay may change without being heard.
  private func anchor(_ position: Int64) {
    guard !delays.isEmpty else { return }
    let samples = (aim - offset) / Self.sampleNs
    let frames = samples >= 0 ? (samples + Self.frame - 1) / Self.frame : samples / Self.frame
    let wanted = min(max(cursor - frames * Self.frame, played), max(position, cursor))
    offset += (cursor - wanted) * Self.sampleNs
    cursor = wanted
  }

  /// Goes back to a late packet if nothing behind it was played: a stall costs a pause, no speech.
  private func rewind(to position: Int64) {
    let step = (cursor - position) * Self.sampleNs
    guard position >= played, offset + step <= ceiling else { return }
    cursor = position
    offset += step
  }

  private func late(_ packet: Arrival, _ payload: borrowing Span<UInt8>) {
    counters.latePackets &+= 1
    measure(packet.delay)
    pacing.noteLate()
    if misfits == 0 { firstMisfit = packet.time }
    misfits += 1
    // Five in a row, and not in one burst: the path or the sender's clock has moved.
    guard misfits >= 5, store.count == 0, packet.time - firstMisfit >= Self.burstNs else { return }
    resynchronize(packet, payload)
  }

  private func measure(_ delay: Int64) {
    delays.add(delay / 1_000_000)
    pacing.notePacket(
      height: delay - lowest + margin, isPeak: delay + margin > plainAim + 20_000_000)
  }

  private func misfit(_ packet: Arrival, _ payload: borrowing Span<UInt8>) {
    misfits += 1
    guard misfits >= 3 else {
      counters.refusedPackets &+= 1
      return
    }
    resynchronize(packet, payload)
  }

  /// The timestamps jumped: begin anew with this packet, on the same source.
  private func resynchronize(_ packet: Arrival, _ payload: borrowing Span<UInt8>) {
    restart()
    var first = packet
    first.position = Timeline.origin
    place(first, payload)
  }
}
