public import Base

/// Why a digit map was refused, and where.
public struct DigitMapError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Reason: UInt8, Equatable, Sendable, CaseIterable {
    /// The map, or one of its alternatives, has no symbol.
    case empty
    /// A character that is no symbol of a digit map.
    case unexpectedCharacter
    /// A `[` without its `]`, or a `(` without its `)`.
    case unclosed
    /// A range that is not two digits, the lower one first.
    case badRange
    /// A dot that has nothing before it to repeat.
    case nothingToRepeat
    /// More alternatives or symbols than the limits.
    case tooLong
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

/// One thing that dialling can produce, as a bit of a set.
struct DialSymbols: OptionSet, Sendable {
  let rawValue: UInt32

  /// `0`…`9`: what `x` stands for.
  static let anyDigit = DialSymbols(rawValue: 0x3FF)
  static let star = DialSymbols(rawValue: 1 << 10)
  static let pound = DialSymbols(rawValue: 1 << 11)
  /// A timer ran out: the short one (`T`, `S`) or the long one (`L`).
  static let shortTimer = DialSymbols(rawValue: 1 << 16)
  static let longTimer = DialSymbols(rawValue: 1 << 17)
  static let timers: DialSymbols = [.shortTimer, .longTimer]

  init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The symbol of a dialled key, or `nil` for a byte that no key sends.
  init?(key: UInt8) {
    let digit = key &- UInt8(ascii: "0")
    let letter = lowercased(key) &- UInt8(ascii: "a")
    switch key {
    case _ where digit < 10: rawValue = 1 << UInt32(digit)
    case UInt8(ascii: "*"): self = .star
    case UInt8(ascii: "#"): self = .pound
    case _ where letter < 4: rawValue = 1 << UInt32(12 + letter)
    default: return nil
    }
  }
}

/// Which numbers can be dialled, in the syntax of RFC 3435 §2.1.5.
///
/// Alternatives are separated by `|`; `x` is any digit, `[2-8*]` any of a set, `.` repeats the
/// symbol before it any number of times (also none), `T` is the inter-digit timer. The timers `S`
/// and `L` of H.248.1 §7.1.14 may stand instead of `T`.
public struct DigitMap: Equatable, Sendable {
  /// One place of an alternative.
  struct Place: Equatable, Sendable {
    var symbols: DialSymbols
    var isRepeated: Bool
  }

  /// How many alternatives a map has at the most.
  public static let alternativeLimit = 128
  /// How many places an alternative has at the most.
  public static let placeLimit = 60

  let alternatives: [[Place]]

  /// Any digits, ended by `#` or by the inter-digit timer.
  public static var anything: DigitMap {
    let symbols: DialSymbols = [.anyDigit, .star]
    return DigitMap(alternatives: [
      [
        Place(symbols: symbols, isRepeated: false), Place(symbols: symbols, isRepeated: true),
        Place(symbols: .shortTimer, isRepeated: false),
      ]
    ])
  }

  private init(alternatives: [[Place]]) { self.alternatives = alternatives }

  /// Reads a map; parentheses around it and blanks between its symbols do not matter.
  public init(parsing text: Text) throws(DigitMapError) {
    var reader = DigitMapReader(text: text)
    alternatives = try reader.read()
  }
}

/// Reads a digit map from left to right.
private struct DigitMapReader {
  let text: Text
  var offset = 0
  var alternatives: [[DigitMap.Place]] = []
  var places: [DigitMap.Place] = []

  init(text: Text) { self.text = text }

  mutating func read() throws(DigitMapError) -> [[DigitMap.Place]] {
    skipBlanks()
    let opening = offset
    let isEnclosed = take(UInt8(ascii: "("))
    while let byte = next(), byte != UInt8(ascii: ")") || !isEnclosed {
      try readSymbol(byte)
    }
    if isEnclosed {
      guard offset > 0, text[offset - 1] == UInt8(ascii: ")"), offset - 1 > opening else {
        throw DigitMapError(.unclosed, at: opening)
      }
      skipBlanks()
      guard offset == text.count else { throw DigitMapError(.unexpectedCharacter, at: offset) }
    }
    try finishAlternative()
    return alternatives
  }

  private mutating func readSymbol(_ byte: UInt8) throws(DigitMapError) {
    let at = offset - 1
    switch lowercased(byte) {
    case UInt8(ascii: "|"): try finishAlternative()
    case UInt8(ascii: "x"): try add(.anyDigit, at)
    case UInt8(ascii: "t"), UInt8(ascii: "s"): try add(.shortTimer, at)
    case UInt8(ascii: "l"): try add(.longTimer, at)
    case UInt8(ascii: "["): try add(try readSet(from: at), at)
    case UInt8(ascii: "."):
      guard let last = places.indices.last, !places[last].isRepeated else {
        throw DigitMapError(.nothingToRepeat, at: at)
      }
      places[last].isRepeated = true
    case let key:
      guard let symbol = DialSymbols(key: key) else {
        throw DigitMapError(.unexpectedCharacter, at: at)
      }
      try add(symbol, at)
    }
  }

  private mutating func readSet(from start: Int) throws(DigitMapError) -> DialSymbols {
    var set: DialSymbols = []
    while let byte = next() {
      let at = offset - 1
      switch lowercased(byte) {
      case UInt8(ascii: "]"):
        if set.isEmpty { throw DigitMapError(.empty, at: at) }
        return set
      case UInt8(ascii: "x"): set.formUnion(.anyDigit)
      case UInt8(ascii: "t"), UInt8(ascii: "s"): set.formUnion(.shortTimer)
      case UInt8(ascii: "l"): set.formUnion(.longTimer)
      case let key:
        guard let symbol = DialSymbols(key: key) else {
          throw DigitMapError(.unexpectedCharacter, at: at)
        }
        set.formUnion(take(UInt8(ascii: "-")) ? try range(from: key, at) : symbol)
      }
    }
    throw DigitMapError(.unclosed, at: start)
  }

  private mutating func range(from low: UInt8, _ at: Int) throws(DigitMapError) -> DialSymbols {
    guard let high = next(), low &- UInt8(ascii: "0") < 10, high &- UInt8(ascii: "0") < 10,
      low <= high
    else { throw DigitMapError(.badRange, at: at) }
    var set: DialSymbols = []
    for digit in low...high {
      set.formUnion(DialSymbols(rawValue: 1 << UInt32(digit - UInt8(ascii: "0"))))
    }
    return set
  }

  private mutating func add(_ symbols: DialSymbols, _ at: Int) throws(DigitMapError) {
    guard places.count < DigitMap.placeLimit else { throw DigitMapError(.tooLong, at: at) }
    places.append(DigitMap.Place(symbols: symbols, isRepeated: false))
  }

  private mutating func finishAlternative() throws(DigitMapError) {
    let at = offset == 0 ? 0 : offset - 1
    guard !places.isEmpty else { throw DigitMapError(.empty, at: at) }
    guard alternatives.count < DigitMap.alternativeLimit else {
      throw DigitMapError(.tooLong, at: at)
    }
    alternatives.append(places)
    places.removeAll(keepingCapacity: true)
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard offset < text.count, text[offset] == byte else { return false }
    offset += 1
    return true
  }

  private mutating func next() -> UInt8? {
    skipBlanks()
    guard offset < text.count else { return nil }
    offset += 1
    return text[offset - 1]
  }

  private mutating func skipBlanks() {
    while offset < text.count, text[offset] == UInt8(ascii: " ") || text[offset] == 9 {
      offset += 1
    }
  }
}
