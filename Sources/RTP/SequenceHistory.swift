/// Which of the last 64 sequence numbers were seen.
struct SequenceHistory: Sendable {
  private var highest: UInt16 = 0
  /// Bit n: `highest - n` was seen.
  private var seen: UInt64 = 0

  /// Notes the number; `false` if it was seen before.
  mutating func note(_ number: UInt16) -> Bool {
    let step = Int(Int16(bitPattern: number &- highest))
    if seen == 0 || step > 3_000 || step < -3_000 {
      highest = number
      seen = 1
      return true
    }
    if step > 0 {
      seen = step < 64 ? seen << UInt64(step) | 1 : 1
      highest = number
      return true
    }
    // What is older than the window comes too late anyway.
    guard step > -64 else { return true }
    let bit: UInt64 = 1 << UInt64(-step)
    defer { seen |= bit }
    return seen & bit == 0
  }

  /// Whether nothing newer was seen than this number, which was.
  func isNewest(_ number: UInt16) -> Bool { number == highest }

  /// Forgets everything.
  mutating func clear() { seen = 0 }
}
