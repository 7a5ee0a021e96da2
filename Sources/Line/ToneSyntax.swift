public import Base
public import MediaControl

/// Why a tone's text was refused, and where.
public struct ToneSyntaxError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Reason: UInt8, Equatable, Sendable, CaseIterable {
    /// A frequency, level or time was expected.
    case numberExpected
    /// A frequency above 3999 Hz, a level outside -60…+3 dBm0, or a time above 65535 ms.
    case numberOutOfRange
    /// More than four frequencies at once.
    case tooManyFrequencies
    /// More segments than a tone has room for.
    case tooManySegments
    /// A segment without a time is not the last one.
    case endless
    /// A once-only segment after a repeated one.
    case onceAfterRepeated
    /// A character that has no meaning here.
    case unexpectedCharacter
  }

  /// What is wrong.
  public let reason: Reason
  /// The index of the byte that is wrong.
  public let offset: Int

  /// Makes the error.
  public init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}

extension Tone {
  /// Reads a tone such as `350@-13+440@-13`, `450/350,0/350` or `!950/330,!1400/330,0/1000`.
  ///
  /// Segments are separated by commas; a segment is frequencies joined by `+`, each with an
  /// optional level `@dBm0`, an optional modulation `*Hz`, and an optional time `/ms`; 0 Hz is
  /// silence. Segments with `!` are played once, the others are repeated for ever. Frequencies
  /// without a level get `levelDBm0`.
  public init(parsing text: Text, levelDBm0: Int8 = -10) throws(ToneSyntaxError) {
    self.init()
    var cursor = ToneCursor(text: text, levelDBm0: levelDBm0)
    while true {
      try readSegment(&cursor)
      if cursor.isAtEnd { return }
      try cursor.expect(UInt8(ascii: ","))
    }
  }

  private mutating func readSegment(_ cursor: inout ToneCursor) throws(ToneSyntaxError) {
    let start = cursor.offset
    let once = cursor.take(UInt8(ascii: "!"))
    if once, repeatFrom != nil { throw ToneSyntaxError(.onceAfterRepeated, at: start) }
    let segment = try cursor.segment()
    if segment.milliseconds == 0, !cursor.isAtEnd { throw ToneSyntaxError(.endless, at: start) }
    if !once, repeatFrom == nil { repeatFrom = count }
    guard append(segment) else { throw ToneSyntaxError(.tooManySegments, at: start) }
  }
}

/// Reads the pieces of a tone's text from left to right.
private struct ToneCursor {
  let text: Text
  let levelDBm0: Int8
  var offset = 0

  init(text: Text, levelDBm0: Int8) {
    self.text = text
    self.levelDBm0 = levelDBm0
  }

  var isAtEnd: Bool { offset == text.count }

  mutating func take(_ byte: UInt8) -> Bool {
    guard offset < text.count, text[offset] == byte else { return false }
    offset += 1
    return true
  }

  mutating func expect(_ byte: UInt8) throws(ToneSyntaxError) {
    guard take(byte) else { throw ToneSyntaxError(.unexpectedCharacter, at: offset) }
  }

  mutating func number(upTo limit: Int) throws(ToneSyntaxError) -> Int {
    let start = offset
    var value = 0
    while offset < text.count, text[offset] &- UInt8(ascii: "0") < 10 {
      value = value * 10 + Int(text[offset] - UInt8(ascii: "0"))
      offset += 1
      guard value <= limit else { throw ToneSyntaxError(.numberOutOfRange, at: start) }
    }
    guard offset > start else { throw ToneSyntaxError(.numberExpected, at: start) }
    return value
  }

  mutating func segment() throws(ToneSyntaxError) -> ToneSegment {
    var segment = ToneSegment(silenceMs: 0)
    var used = 0
    repeat {
      guard used < 4 else { throw ToneSyntaxError(.tooManyFrequencies, at: offset) }
      segment.components[used] = try component()
      used += 1
    } while take(UInt8(ascii: "+"))
    if take(UInt8(ascii: "*")) { segment.modulationHz = UInt8(try number(upTo: 255)) }
    if take(UInt8(ascii: "/")) { segment.milliseconds = UInt16(try number(upTo: 65_535)) }
    return segment
  }

  private mutating func component() throws(ToneSyntaxError) -> ToneSegment.Component {
    let hertz = UInt16(try number(upTo: 3999))
    guard take(UInt8(ascii: "@")) else {
      return ToneSegment.Component(hertz: hertz, levelDBm0: hertz == 0 ? 0 : levelDBm0)
    }
    let start = offset
    let isNegative = take(UInt8(ascii: "-"))
    let magnitude = try number(upTo: 60)
    guard isNegative || magnitude <= 3 else { throw ToneSyntaxError(.numberOutOfRange, at: start) }
    let level = Int8(isNegative ? -magnitude : magnitude)
    return ToneSegment.Component(hertz: hertz, levelDBm0: level)
  }
}
