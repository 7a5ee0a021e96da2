public import Base

extension JitterBuffer {
  /// Takes an audio packet in; `arrival` is the kernel's time of it on the clock of the reads.
  public mutating func insert(
    _ header: RTPHeader, payload: borrowing Span<UInt8>, arrival: Instant
  ) {
    guard (1...Self.longestPacket).contains(payload.count), admits(header) else {
      counters.refusedPackets &+= 1
      return
    }
    guard history.note(header.sequenceNumber) else {
      counters.duplicatePackets &+= 1
      return
    }
    let position = timeline.position(of: header.timestamp)
    let delay = arrival.nanoseconds &- position &* Self.sampleNs
    place(payload, position, delay, marker: header.marker)
  }

  /// A telephone-event packet came in place of audio.
  public mutating func noteEvent(_ header: RTPHeader, arrival: Instant) {
    guard header.source == source, history.note(header.sequenceNumber) else { return }
    eventHeard = arrival
    isPausing = true
  }

  /// A comfort noise packet came (RFC 3389): the far party pauses on purpose.
  public mutating func noteComfortNoise(_ header: RTPHeader) {
    guard header.source == source, history.note(header.sequenceNumber) else { return }
    isPausing = true
  }

  /// Forgets what is stored and waits for a first packet; the counters go on.
  public mutating func restart() {
    if state != .idle { counters.restarts &+= 1 }
    state = .idle
    store.clear()
    delays.clear()
    history.clear()
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
  private mutating func admits(_ header: RTPHeader) -> Bool {
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

  private mutating func place(
    _ payload: borrowing Span<UInt8>, _ position: Int64, _ delay: Int64, marker: Bool
  ) {
    switch state {
    case .idle:
      state = .primed(first: position, delay: delay)
      keep(payload, position, delay)
    case .primed(let first, let firstDelay):
      let ahead = position - first
      guard (-1_600...1_600).contains(ahead) else { return misfit(payload, position, delay) }
      if ahead < 0 { state = .primed(first: position, delay: firstDelay) }
      keep(payload, position, delay)
    case .running:
      fit(payload, position, delay, marker: marker)
    }
  }

  private mutating func fit(
    _ payload: borrowing Span<UInt8>, _ position: Int64, _ delay: Int64, marker: Bool
  ) {
    let end = position + Int64(payload.count)
    let isNear = end - cursor <= SampleStore.capacity && cursor - position <= 8_000
    guard isNear else {
      if marker || dryFrames >= Pacing.longGap { return resynchronize(payload, position, delay) }
      return misfit(payload, position, delay)
    }
    if dryFrames >= (marker ? 2 : Pacing.longGap), store.count == 0 { anchor(position) }
    if position < cursor { rewind(to: position) }
    guard end > cursor else { return late(payload, position, delay) }
    keep(payload, position, delay)
  }

  private mutating func keep(
    _ payload: borrowing Span<UInt8>, _ position: Int64, _ delay: Int64
  ) {
    misfits = 0
    measure(delay)
    let skipped = state == .running ? Int(max(0, cursor - position)) : 0
    if store.put(payload, at: position, skipping: skipped) == 0 {
      counters.duplicatePackets &+= 1
    } else {
      counters.acceptedPackets &+= 1
      isPausing = false
    }
  }

  /// The beginning of a talkspurt: the delay may change without being heard.
  private mutating func anchor(_ position: Int64) {
    guard !delays.isEmpty else { return }
    let samples = (aim - offset) / Self.sampleNs
    let frames = samples >= 0 ? (samples + 79) / 80 : -(-samples / 80)
    let wanted = min(max(cursor - frames * 80, played), max(position, cursor))
    offset += (cursor - wanted) * Self.sampleNs
    cursor = wanted
  }

  /// Goes back to a late packet if nothing behind it was played: a stall costs a pause, no speech.
  private mutating func rewind(to position: Int64) {
    let step = (cursor - position) * Self.sampleNs
    guard position >= played, offset + step <= ceiling else { return }
    cursor = position
    offset += step
  }

  private mutating func late(
    _ payload: borrowing Span<UInt8>, _ position: Int64, _ delay: Int64
  ) {
    counters.latePackets &+= 1
    measure(delay)
    pacing.noteLate()
    let arrival = delay &+ position &* Self.sampleNs
    if misfits == 0 { firstMisfit = arrival }
    misfits += 1
    // Five in a row, and not in one burst: the path or the sender's clock has moved.
    guard misfits >= 5, store.count == 0, arrival - firstMisfit >= Self.burstNs else { return }
    resynchronize(payload, position, delay)
  }

  private mutating func measure(_ delay: Int64) {
    delays.add(delay / 1_000_000)
    pacing.notePacket(height: delay - lowest + margin, isPeak: delay + margin > plainAim + 20_000_000)
  }

  private mutating func misfit(
    _ payload: borrowing Span<UInt8>, _ position: Int64, _ delay: Int64
  ) {
    counters.refusedPackets &+= 1
    misfits += 1
    if misfits >= 3 { resynchronize(payload, position, delay) }
  }

  /// The timestamps jumped: begin anew with this packet, on the same source.
  private mutating func resynchronize(
    _ payload: borrowing Span<UInt8>, _ position: Int64, _ delay: Int64
  ) {
    restart()
    state = .primed(first: position, delay: delay)
    keep(payload, position, delay)
  }
}
