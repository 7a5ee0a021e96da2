public import Base

extension JitterBuffer {
  /// Gives out the next 10 ms; `frame` must have room for `frameSamples` octets.
  ///
  /// `now` is the nominal time of the media period, so that a thread that wakes late and catches up
  /// does not look like a clock that jumps.
  public func read(into frame: inout MutableSpan<UInt8>, now: Instant) -> Frame {
    switch state {
    case .idle:
      return .waiting
    case .primed(let first):
      begin(first, now)
    case .running:
      follow(now)
    }
    if mustHold() { return hold() }
    if mustDrop() { drop() }
    return take(into: &frame, now)
  }

  /// Puts the cursor so that the fastest packet lies here for as short as is safe.
  private func begin(_ first: Int64, _ now: Instant) {
    let start = max(settings.minimum.inNanoseconds, margin)
    let wait = lowest + start + first * Self.sampleNs - now.nanoseconds
    let frames = wait >= 0 ? (wait + Self.frameNs - 1) / Self.frameNs : -(-wait / Self.frameNs)
    cursor = first - min(max(frames, -100), 40) * Self.frame
    if cursor > first { store.forget(first..<cursor) }
    opening = max(first, cursor)
    played = cursor
    offset = now.nanoseconds - cursor * Self.sampleNs
    dryFrames = 0
    state = .running
  }

  private func follow(_ now: Instant) {
    let measured = now.nanoseconds &- cursor &* Self.sampleNs
    let error = measured - offset
    // A step of half a second is a thread that stood still, not a clock that drifts.
    offset = error.magnitude > 500_000_000 ? measured : offset + error / 32
  }

  private func mustHold() -> Bool {
    guard !delays.isEmpty else { return false }
    let lack = aim - offset
    return pacing.holds(
      lack: lack, isQuiet: lack >= Pacing.holdQuiet && isQuiet, isSteady: settings.isSteady)
  }

  private func mustDrop() -> Bool {
    guard !delays.isEmpty, store.has(cursor..<cursor + 2 * Self.frame) else { return false }
    let excess = offset - aim
    return pacing.drops(
      excess: excess, isOver: offset > ceiling, isQuiet: excess >= Pacing.dropQuiet && isQuiet,
      isSteady: settings.isSteady)
  }

  private func hold() -> Frame {
    offset += Self.frameNs
    counters.concealedFrames &+= 1
    counters.insertedFrames &+= 1
    return .conceal
  }

  private func drop() {
    store.forget(cursor..<cursor + Self.frame)
    cursor += Self.frame
    offset -= Self.frameNs
    counters.droppedFrames &+= 1
  }

  private func take(into frame: inout MutableSpan<UInt8>, _ now: Instant) -> Frame {
    let range = cursor..<cursor + Self.frame
    defer {
      store.forget(range)
      cursor = range.upperBound
    }
    guard store.has(range) else { return missing(now) }
    for i in 0..<Self.frameSamples { frame[i] = store[cursor + Int64(i)] }
    played = range.upperBound
    dryFrames = 0
    counters.playedFrames &+= 1
    return .audio
  }

  private func missing(_ now: Instant) -> Frame {
    if cursor < opening { return .waiting }
    dryFrames = min(dryFrames + 1, 1 << 20)
    if let heard = eventHeard, now - heard < TelephoneEventReceiver.silence {
      counters.eventFrames &+= 1
      return .event
    }
    if isPausing || dryFrames > Pacing.longGap {
      counters.comfortFrames &+= 1
      return .comfort
    }
    counters.concealedFrames &+= 1
    return .conceal
  }

  /// Whether the next frame is there and nobody would miss it.
  private var isQuiet: Bool {
    let range = cursor..<cursor + Self.frame
    guard store.has(range) else { return true }
    var sum = 0
    for position in range { sum += magnitude(store[position], isMuLaw: settings.isMuLaw) }
    return sum < Pacing.quietSum
  }
}

/// The magnitude of a G.711 sample on the 14-bit scale of µ-law, without a table.
func magnitude(_ sample: UInt8, isMuLaw: Bool) -> Int {
  let code = Int((isMuLaw ? ~sample : sample ^ 0x55) & 0x7F)
  let (segment, step) = (code >> 4, code & 15)
  if isMuLaw { return (2 * step + 33) << segment - 33 }
  return segment == 0 ? 4 * step + 2 : (4 * step + 66) << (segment - 1)
}
