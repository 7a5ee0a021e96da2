/// Half a second of G.711 by media time, and which of its samples are there.
///
/// A ring over positions: a packet of any length lands where its timestamp says, in any order.
struct SampleStore: ~Copyable {
  /// Samples that fit.
  static let capacity: Int64 = 4_096

  private var samples = InlineArray<4_096, UInt8>(repeating: 0)
  private var present = InlineArray<64, UInt64>(repeating: 0)
  /// How many samples are there.
  private(set) var count = 0

  /// Stores the payload from `position` on, leaving out its first samples; tells how many are new.
  mutating func put(_ payload: borrowing Span<UInt8>, at position: Int64, skipping first: Int) -> Int {
    let before = count
    for i in first..<payload.count {
      let slot = index(position + Int64(i))
      guard !isPresent(slot) else { continue }
      samples[slot] = payload[i]
      present[slot >> 6] |= 1 << UInt64(slot & 63)
      count += 1
    }
    return count - before
  }

  /// Whether every sample of the range is there.
  func has(_ range: Range<Int64>) -> Bool {
    for position in range where !isPresent(index(position)) { return false }
    return true
  }

  /// The sample at a position.
  subscript(position: Int64) -> UInt8 { samples[index(position)] }

  /// Forgets the samples of the range, which must not be longer than the store.
  mutating func forget(_ range: Range<Int64>) {
    guard count > 0 else { return }
    for position in range {
      let slot = index(position)
      guard isPresent(slot) else { continue }
      present[slot >> 6] &= ~(1 << UInt64(slot & 63))
      count -= 1
    }
  }

  /// Forgets everything.
  mutating func clear() {
    for i in 0..<64 { present[i] = 0 }
    count = 0
  }

  private func index(_ position: Int64) -> Int {
    Int(truncatingIfNeeded: position & (Self.capacity - 1))
  }

  private func isPresent(_ slot: Int) -> Bool {
    present[slot >> 6] >> UInt64(slot & 63) & 1 != 0
  }
}
