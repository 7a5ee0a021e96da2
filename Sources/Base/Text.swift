/// Text as the protocols carry it: bytes, ASCII or UTF-8.
///
/// `String` brings Unicode tables and hidden costs to the board; nothing here needs either.
public typealias Text = [UInt8]

extension Array where Element == UInt8 {
  /// Makes the bytes of a literal.
  public init(_ literal: StaticString) {
    self = literal.withUTF8Buffer { unsafe Array($0) }
  }

  /// Appends the bytes of a literal.
  public mutating func append(_ literal: StaticString) {
    literal.withUTF8Buffer { unsafe append(contentsOf: $0) }
  }

  /// Appends an integer in decimal.
  public mutating func append(decimal value: some BinaryInteger) {
    var rest = UInt64(value.magnitude)
    if value < 0 { append(UInt8(ascii: "-")) }
    let start = count
    repeat {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    self[start...].reverse()
  }

  /// Appends an integer in lower-case hexadecimal with exactly `digits` digits.
  public mutating func append(hex value: UInt64, digits: Int) {
    for place in stride(from: digits - 1, through: 0, by: -1) {
      append(hexDigit(UInt8(truncatingIfNeeded: value >> UInt64(4 * place)) & 0xF))
    }
  }

  /// Appends an integer in decimal with zeros in front up to `digits` digits.
  public mutating func append(decimal value: Int, padded digits: Int) {
    var text = Text()
    text.append(decimal: value)
    for _ in 0..<Swift.max(0, digits - text.count) { append(UInt8(ascii: "0")) }
    append(contentsOf: text)
  }

  /// Whether the bytes are exactly those of a literal.
  public func equals(_ literal: StaticString) -> Bool { self[...].equals(literal) }

  /// Whether the bytes are those of a literal, letters compared without case (ASCII).
  public func equalsIgnoringCase(_ literal: StaticString) -> Bool {
    self[...].equalsIgnoringCase(literal)
  }

  /// The unsigned decimal number that the bytes spell, or `nil`.
  public var decimalValue: UInt64? { self[...].decimalValue }
}

extension ArraySlice where Element == UInt8 {
  /// Whether the bytes are exactly those of a literal.
  public func equals(_ literal: StaticString) -> Bool {
    literal.withUTF8Buffer { unsafe elementsEqual($0) }
  }

  /// Whether the bytes are those of a literal, letters compared without case (ASCII).
  public func equalsIgnoringCase(_ literal: StaticString) -> Bool {
    literal.withUTF8Buffer { unsafe elementsEqual($0) { lowercased($0) == lowercased($1) } }
  }

  /// The unsigned decimal number that the bytes spell, or `nil`.
  public var decimalValue: UInt64? {
    guard !isEmpty, count <= 19 else { return nil }
    var value: UInt64 = 0
    for byte in self {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + UInt64(digit)
    }
    return value
  }
}

/// An ASCII letter in lower case; every other byte as it is.
public func lowercased(_ byte: UInt8) -> UInt8 {
  byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
}

/// The lower-case hexadecimal digit of a value below 16.
public func hexDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
