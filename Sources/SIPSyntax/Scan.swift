internal import Base

// Searches over hostile bytes. Every access is checked against the span's bounds; the searches take
// a machine word at a time where they can, because a message is mostly bytes that end nothing.

extension Span where Element == UInt8 {
  /// Eight bytes (four on a 32-bit machine), the first one in the lowest bits.
  @inline(__always)
  private func word(at offset: Int) -> UInt {
    unsafe UInt(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt.self))
  }

  /// The first CR or LF at or behind `start`, or `count`.
  func lineBreak(from start: Int) -> Int {
    var i = start
    let last = count &- UInt.bytes
    while i <= last {
      let word = word(at: i)
      // The lowest flag is exact: a borrow only runs upward from a byte that is below 0x0E.
      let flags = (word &- UInt.each(0x0E)) & ~word & UInt.each(0x80)
      if flags == 0 {
        i &+= UInt.bytes
        continue
      }
      i &+= flags.trailingZeroBitCount &>> 3
      if isLineBreak(self[i]) { return i }
      i &+= 1
    }
    while i < count, !isLineBreak(self[i]) { i &+= 1 }
    return i
  }

  /// The first such byte in the range, or `end`.
  func find(_ byte: UInt8, from start: Int, to end: Int) -> Int {
    var i = start
    let last = end &- UInt.bytes
    let pattern = UInt.each(1) &* UInt(byte)
    while i <= last {
      let word = word(at: i) ^ pattern
      let flags = (word &- UInt.each(1)) & ~word & UInt.each(0x80)
      if flags != 0 { return i &+ flags.trailingZeroBitCount &>> 3 }
      i &+= UInt.bytes
    }
    while i < end, self[i] != byte { i &+= 1 }
    return i
  }

  /// The first byte of the range that is outside the class, or `end`.
  @inline(__always)
  func skip(_ allowed: ByteClass, from start: Int, to end: Int) -> Int {
    var i = start
    while i < end, allowed.contains(self[i]) { i &+= 1 }
    return i
  }

  /// The first byte of the range that is not linear white space, or `end`.
  ///
  /// A folded line's CR and LF count as white space: they cannot stand anywhere else in a value.
  @inline(__always)
  func skipSpace(from start: Int, to end: Int) -> Int {
    var i = start
    while i < end, isSpace(self[i]) { i &+= 1 }
    return i
  }

  /// The range without the white space at its ends.
  @inline(__always)
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    trimmedEnd(skipSpace(from: range.lowerBound, to: range.upperBound)..<range.upperBound)
  }

  /// The range without the white space at its end.
  @inline(__always)
  func trimmedEnd(_ range: Range<Int>) -> Range<Int> {
    var end = range.upperBound
    while end > range.lowerBound, isSpace(self[end &- 1]) { end &-= 1 }
    return range.lowerBound..<end
  }

  /// Whether the range holds exactly the literal.
  func holds(_ literal: StaticString, at range: Range<Int>) -> Bool {
    guard literal.utf8CodeUnitCount == range.count else { return false }
    for i in 0..<range.count where unsafe self[range.lowerBound &+ i] != literal.utf8Start[i] {
      return false
    }
    return true
  }

  /// Whether the range holds the literal, letters compared without case.
  func holdsIgnoringCase(_ literal: StaticString, at range: Range<Int>) -> Bool {
    guard literal.utf8CodeUnitCount == range.count else { return false }
    for i in 0..<range.count {
      let differing = unsafe self[range.lowerBound &+ i] ^ literal.utf8Start[i]
      if differing == 0 { continue }
      let letter = unsafe literal.utf8Start[i] | 0x20
      guard differing == 0x20, letter &- UInt8(ascii: "a") < 26 else { return false }
    }
    return true
  }

  /// The number that the range spells in digits, or `nil` if it is none or above `limit`.
  ///
  /// Leading zeros are allowed; the length is not limited by the number's.
  func number(_ range: Range<Int>, upTo limit: UInt32) -> UInt32? {
    if range.isEmpty { return nil }
    var value: UInt64 = 0
    for i in range {
      let digit = self[i] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value &* 10 &+ UInt64(digit)
      guard value <= limit else { return nil }
    }
    return UInt32(truncatingIfNeeded: value)
  }

  /// Behind the closing quote of a quoted string that starts at `start`.
  func skipQuoted(from start: Int, to end: Int) throws(SyntaxError) -> Int {
    var i = start &+ 1
    while i < end {
      switch self[i] {
      case UInt8(ascii: "\""): return i &+ 1
      case UInt8(ascii: "\\"):
        guard i &+ 1 < end, self[i &+ 1] < 0x80, !isLineBreak(self[i &+ 1]) else {
          throw SyntaxError(.badQuotedString, at: i)
        }
        i &+= 2
      default: i &+= 1
      }
    }
    throw SyntaxError(.badQuotedString, at: start)
  }
}

extension UInt {
  /// How many bytes a machine word has.
  @inline(__always)
  fileprivate static var bytes: Int { UInt.bitWidth / 8 }

  /// The word whose bytes are all the same.
  @inline(__always)
  fileprivate static func each(_ byte: UInt8) -> UInt { UInt.max / 0xFF &* UInt(byte) }
}

@inline(__always)
func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x0A }

@inline(__always)
func isSpace(_ byte: UInt8) -> Bool {
  byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
}
