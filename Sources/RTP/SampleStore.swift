/// Half a second of G.711 by media time, and which of its samples are there.
///
/// A ring over positions: a packet of any length lands where its timestamp says, in any order.
final class SampleStore {
  /// Samples that fit.
  static let capacity: Int64 = 4_096

  private var samples = InlineArray<4_096, UInt8>(repeating: 0)
  /// Bit n of word m: sample 64 m + n is there.
  private var present = InlineArray<64, UInt64>(repeating: 0)
  /// How many samples are there.
  private(set) var count = 0

  /// Some samples of one word of `present`.
  private struct Piece {
    let word: Int
    let mask: UInt64
    let length: Int64

    /// The beginning of the range, as far as it lies in one word.
    init(_ range: Range<Int64>) {
      let slot = SampleStore.slot(range.lowerBound)
      let first = slot & 63
      word = slot >> 6
      length = min(Int64(64 - first), range.upperBound - range.lowerBound)
      mask = (length == 64 ? ~0 : (1 << UInt64(length)) - 1) << UInt64(first)
    }
  }

  /// Stores the payload from `position` on but for its first samples; tells how many are new.
  func put(
    _ payload: borrowing Span<UInt8>, at position: Int64, skipping first: Int
  ) -> Int {
    for i in first..<payload.count { samples[Self.slot(position + Int64(i))] = payload[i] }
    var rest = position + Int64(first)..<position + Int64(payload.count)
    var new = 0
    while !rest.isEmpty {
      let piece = Piece(rest)
      new += (piece.mask & ~present[piece.word]).nonzeroBitCount
      present[piece.word] |= piece.mask
      rest = rest.lowerBound + piece.length..<rest.upperBound
    }
    count += new
    return new
  }

  /// Whether every sample of the range is there.
  func has(_ range: Range<Int64>) -> Bool {
    var rest = range
    while !rest.isEmpty {
      let piece = Piece(rest)
      guard present[piece.word] & piece.mask == piece.mask else { return false }
      rest = rest.lowerBound + piece.length..<rest.upperBound
    }
    return true
  }

  /// The sample at a position.
  subscript(position: Int64) -> UInt8 { samples[Self.slot(position)] }

  /// Forgets the samples of the range, which may be longer than the store.
  func forget(_ range: Range<Int64>) {
    guard range.upperBound - range.lowerBound < Self.capacity else { return clear() }
    var rest = range
    while !rest.isEmpty, count > 0 {
      let piece = Piece(rest)
      count -= (piece.mask & present[piece.word]).nonzeroBitCount
      present[piece.word] &= ~piece.mask
      rest = rest.lowerBound + piece.length..<rest.upperBound
    }
  }

  /// Forgets everything.
  func clear() {
    for i in 0..<64 { present[i] = 0 }
    count = 0
  }

  private static func slot(_ position: Int64) -> Int {
    Int(truncatingIfNeeded: position & (capacity - 1))
  }
}
