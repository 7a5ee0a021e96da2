internal import Base

// Searches over hostile bytes. Every access is checked against the span's bounds; the searches take
// a machine word at a time where they can, because a message is mostly bytes that end nothing.

extension Span where Element == UInt8 {
  /// Eight bytes (four on a 32-bit machine), the first one in the lowest bits; all of them must be
  /// within the span.
  @inline(__always)
  private func word(at offset: Int) -> UInt {
    unsafe UInt(
      littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt.self))
  }

  /// Stops the program if the range is not the span's: what follows it may go unchecked.
  @inline(__always)
  private func own(_ start: Int, _ end: Int) {
    precondition(start >= 0 && end <= count, "a search must stay within the bytes")
  }

  /// Which bytes of a word are below 0x0E, as CR and LF are; the lowest flag is exact, because a
  /// borrow only runs upward from such a byte.
  @inline(__always)
  private func controls(_ word: UInt) -> UInt {
    (word &- UInt.each(0x0E)) & ~word & UInt.each(0x80)
  }

  /// The first CR or LF at or behind `start`, or `count`.
  @inline(__always)
  func lineBreak(from start: Int) -> Int {
    own(start, count)
    var i = start
    let last = count &- 2 &* UInt.bytes
    while i <= last {
      let low = controls(word(at: i))
      let high = controls(word(at: i &+ UInt.bytes))
      if low | high == 0 {
        i &+= 2 &* UInt.bytes
        continue
      }
      if low == 0 { i &+= UInt.bytes }
      i &+= (low == 0 ? high : low).trailingZeroBitCount &>> 3
      if unsafe isLineBreak(self[unchecked: i]) { return i }
      i &+= 1
    }
    return lineBreakSlowly(from: i)
  }

  private func lineBreakSlowly(from start: Int) -> Int {
    var i = start
    while i < count, !isLineBreak(self[i]) { i &+= 1 }
    return i
  }

  /// Whether CRLF stands there and behind it a byte that is no white space; `false` near the end.
  @inline(__always)
  func startsNextLine(_ offset: Int) -> Bool {
    guard offset >= 0, offset &+ 4 <= count else { return false }
    let four = unsafe UInt32(
      littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
    return four & 0xFFFF == 0x0A0D && four & 0xFF_0000 > 0x20_0000
  }

  /// The first such byte in the range, or `end`; in place for the first two words, where the colon
  /// behind a name nearly always is.
  @inline(__always)
  func findNear(_ byte: UInt8, from start: Int, to end: Int) -> Int {
    own(start, end)
    let second = start &+ UInt.bytes
    guard second &+ UInt.bytes <= end else { return find(byte, from: start, to: end) }
    let low = zeros(word(at: start) ^ UInt.each(byte))
    if low != 0 { return start &+ low.trailingZeroBitCount &>> 3 }
    let high = zeros(word(at: second) ^ UInt.each(byte))
    if high != 0 { return second &+ high.trailingZeroBitCount &>> 3 }
    return find(byte, from: second &+ UInt.bytes, to: end)
  }

  /// Which bytes of a word are zero; the lowest flag is exact.
  @inline(__always)
  private func zeros(_ word: UInt) -> UInt {
    (word &- UInt.each(1)) & ~word & UInt.each(0x80)
  }

  /// The first such byte in the range, or `end`.
  func find(_ byte: UInt8, from start: Int, to end: Int) -> Int {
    own(start, end)
    var i = start
    let last = end &- 2 &* UInt.bytes
    let pattern = UInt.each(1) &* UInt(byte)
    while i <= last {
      let low = zeros(word(at: i) ^ pattern)
      let high = zeros(word(at: i &+ UInt.bytes) ^ pattern)
      if low != 0 { return i &+ low.trailingZeroBitCount &>> 3 }
      if high != 0 { return i &+ UInt.bytes &+ high.trailingZeroBitCount &>> 3 }
      i &+= 2 &* UInt.bytes
    }
    while i < end, unsafe self[unchecked: i] != byte { i &+= 1 }
    return i
  }

  /// The first byte of the range that is outside the class, or `end`.
  ///
  /// Four bytes a turn: most of a message passes here, and the size-optimised build unrolls nothing.
  func skip(_ allowed: ByteClass, from start: Int, to end: Int) -> Int {
    own(start, end)
    var i = start
    while i &+ 4 <= end {
      guard unsafe allowed.contains(self[unchecked: i]) else { return i }
      guard unsafe allowed.contains(self[unchecked: i &+ 1]) else { return i &+ 1 }
      guard unsafe allowed.contains(self[unchecked: i &+ 2]) else { return i &+ 2 }
      guard unsafe allowed.contains(self[unchecked: i &+ 3]) else { return i &+ 3 }
      i &+= 4
    }
    // What is left is less than a turn.
    guard i < end, unsafe allowed.contains(self[unchecked: i]) else { return i }
    i &+= 1
    guard i < end, unsafe allowed.contains(self[unchecked: i]) else { return i }
    i &+= 1
    guard i < end, unsafe allowed.contains(self[unchecked: i]) else { return i }
    return i &+ 1
  }

  /// The first byte of the range that is not linear white space, or `end`.
  ///
  /// A folded line's CR and LF count as white space: they cannot stand anywhere else in a value.
  @inline(__always)
  func skipSpace(from start: Int, to end: Int) -> Int {
    guard start < end, self[start] <= 0x20 else { return start }
    // One space and then the value is what nearly everybody writes.
    if self[start] == 0x20, start &+ 1 < end, self[start &+ 1] > 0x20 { return start &+ 1 }
    return skip(.space, from: start, to: end)
  }

  /// The range without the white space at its ends.
  @inline(__always)
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    trimmedEnd(skipSpace(from: range.lowerBound, to: range.upperBound)..<range.upperBound)
  }

  /// The range without the white space at its end.
  @inline(__always)
  func trimmedEnd(_ range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty, self[range.upperBound &- 1] <= 0x20 else { return range }
    return trimmedEndSlowly(range)
  }

  private func trimmedEndSlowly(_ range: Range<Int>) -> Range<Int> {
    var end = range.upperBound
    while end > range.lowerBound, ByteClass.space.contains(self[end &- 1]) { end &-= 1 }
    return range.lowerBound..<end
  }

  /// Whether the range holds exactly the literal.
  func holds(_ literal: StaticString, at range: Range<Int>) -> Bool {
    guard literal.utf8CodeUnitCount == range.count else { return false }
    return equals(literal, at: range.lowerBound, letterBit: 0)
  }

  /// Whether the range holds the literal, letters compared without case.
  ///
  /// The literal must be made of letters, digits and the marks below `@`: where it has a letter,
  /// and only there, it has the bit 0x40, and the two cases of a letter differ in the bit 0x20.
  func holdsIgnoringCase(_ literal: StaticString, at range: Range<Int>) -> Bool {
    guard literal.utf8CodeUnitCount == range.count else { return false }
    return equals(literal, at: range.lowerBound, letterBit: 0x40)
  }

  /// The same in place, for the one caller that asks for every field.
  @inline(__always)
  func spells(_ literal: StaticString, at range: Range<Int>) -> Bool {
    guard literal.utf8CodeUnitCount == range.count else { return false }
    return equals(literal, at: range.lowerBound, letterBit: 0x40)
  }

  /// Whether `sip:` stands there, in any case.
  @inline(__always)
  func startsSIP(_ offset: Int) -> Bool {
    guard offset >= 0, offset &+ 4 <= count else { return false }
    let four = unsafe UInt32(
      littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
    let wanted =
      UInt32(UInt8(ascii: "s")) | UInt32(UInt8(ascii: "i")) << 8
      | UInt32(UInt8(ascii: "p")) << 16 | UInt32(UInt8(ascii: ":")) << 24
    return (four ^ wanted) & ~0x0020_2020 == 0
  }

  /// Compares a word at a time, the last word over the one before it; short literals by the byte.
  @inline(__always)
  private func equals(_ literal: StaticString, at start: Int, letterBit: UInt8) -> Bool {
    let count = literal.utf8CodeUnitCount
    if count >= 8 { return equals(literal, at: start, count, as: UInt64.self, letterBit) }
    if count >= 4 { return equals(literal, at: start, count, as: UInt32.self, letterBit) }
    return equals(literal, at: start, count, as: UInt8.self, letterBit)
  }

  @inline(__always)
  private func equals<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ literal: StaticString, at start: Int, _ count: Int, as: Word.Type, _ letterBit: UInt8
  ) -> Bool {
    own(start, start &+ count)
    let text = unsafe UnsafeRawPointer(literal.utf8Start)
    let mask = Word.max / 0xFF &* Word(truncatingIfNeeded: letterBit)
    let last = count &- MemoryLayout<Word>.size
    var i = 0
    while i <= last {
      let want = unsafe text.loadUnaligned(fromByteOffset: i, as: Word.self)
      let have = unsafe bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: start &+ i, as: Word.self)
      guard (have ^ want) & ~((want & mask) &>> 1) == 0 else { return false }
      i = i == last ? count : Swift.min(i &+ MemoryLayout<Word>.size, last)
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

  /// Behind the digits at `start`, and where the word starts that follows them after a space; what
  /// CSeq and RAck begin with.
  func skipNumber(from start: Int, to end: Int) -> (digits: Int, word: Int) {
    var stop = start
    while stop < end, self[stop] &- UInt8(ascii: "0") < 10 { stop &+= 1 }
    return (stop, skipSpace(from: stop, to: end))
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
func isSpace(_ byte: UInt8) -> Bool { ByteClass.space.contains(byte) }
