/// Which packets of a source came, by their index; 64 behind the highest one can be told apart.
struct ReplayWindow: Sendable, BitwiseCopyable {
  private(set) var highest: UInt64 = 0
  /// Bit n: `highest - n` came; 0 before the first packet.
  private var seen: UInt64 = 0

  /// Whether nothing came yet.
  @inline(__always)
  var isEmpty: Bool { seen == 0 }

  /// Whether a packet is neither known nor older than the window (RFC 3711 §3.3.2).
  @inline(__always)
  func admits(_ index: UInt64) -> Bool {
    guard !isEmpty, index <= highest else { return true }
    let age = highest - index
    return age < 64 && seen >> age & 1 == 0
  }

  /// Notes a packet that was authentic.
  @inline(__always)
  mutating func note(_ index: UInt64) {
    guard !isEmpty else {
      highest = index
      seen = 1
      return
    }
    if index > highest {
      let step = index - highest
      seen = step < 64 ? seen << step | 1 : 1
      highest = index
    } else if highest - index < 64 {
      seen |= 1 << (highest - index)
    }
  }
}

/// What came of one source.
struct SourceHistory: Sendable, BitwiseCopyable {
  let source: UInt32
  var media = ReplayWindow()
  var control = ReplayWindow()

  init(source: UInt32) { self.source = source }

  /// The 48-bit index of a sequence number (RFC 3711 appendix A); `nil` before the first one.
  @inline(__always)
  func index(of sequence: UInt16) -> UInt64? {
    guard !media.isEmpty else { return UInt64(sequence) }
    let last = UInt16(truncatingIfNeeded: media.highest)
    var rollover = Int64(media.highest >> 16)
    if last < 0x8000 {
      if Int32(sequence) - Int32(last) > 0x8000 { rollover -= 1 }
    } else if Int32(last) - 0x8000 > Int32(sequence) {
      rollover += 1
    }
    guard rollover >= 0, rollover <= 0xFFFF_FFFF else { return nil }
    return UInt64(rollover) << 16 | UInt64(sequence)
  }
}

/// What came of the four sources that spoke last.
struct SourceTable: Sendable, BitwiseCopyable {
  private var histories = InlineArray<4, SourceHistory?>(repeating: nil)
  private var count = 0

  /// What came of a source; nothing of one that is not known.
  func history(of source: UInt32) -> SourceHistory {
    for i in 0..<count {
      if let known = histories[i], known.source == source { return known }
    }
    return SourceHistory(source: source)
  }

  /// Keeps the sources in the order in which they spoke last.
  @inline(__always)
  mutating func remember(_ history: SourceHistory) {
    var place = 0
    while place < count, histories[place]?.source != history.source { place += 1 }
    if place == count, count < 4 { count += 1 }
    place = min(place, 3)
    while place > 0 {
      histories[place] = histories[place - 1]
      place -= 1
    }
    histories[0] = history
  }

  /// Takes the sources of a later table, but for those of which only reports came.
  mutating func remember(_ later: SourceTable) {
    for i in (0..<later.count).reversed() {
      if let history = later.histories[i], !history.media.isEmpty { remember(history) }
    }
  }
}
