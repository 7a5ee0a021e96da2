/// A set of ASCII bytes as two words of bits; every byte from 128 on is outside.
struct ByteClass: Sendable {
  private let low: UInt64
  private let high: UInt64

  private init(_ low: UInt64, _ high: UInt64) {
    self.low = low
    self.high = high
  }

  /// Whether the byte is in the set.
  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    byte < 128 && (byte < 64 ? low : high) &>> UInt64(byte) & 1 != 0
  }

  /// `token` of RFC 3261 §25.1.
  static let token = ByteClass(0x03FF_6CA2_0000_0000, 0x47FF_FFFF_87FF_FFFE)

  /// What may stand in a parameter's value without quotes.
  ///
  /// Wider than `token / host`: tags with `=`, `/` and `@` are seen in the field.
  static let parameterValue = ByteClass(0xA7FF_EFFA_0000_0000, 0x7FFF_FFFF_FFFF_FFFF)

  /// Letters, digits, `-`, `.` and the `_` that is seen in the field.
  static let host = ByteClass(0x03FF_6000_0000_0000, 0x07FF_FFFE_87FF_FFFE)

  /// What an IPv6 address is spelled with.
  static let address6 = ByteClass(0x07FF_4000_0000_0000, 0x0000_007E_0000_007E)

  /// What may stand in a URI at all (RFC 3986 §2, and what the field adds).
  static let uri = ByteClass(0xAFFF_FFFA_0000_0000, 0x47FF_FFFE_AFFF_FFFF)

  /// `word` of RFC 3261 §25.1, for the Call-ID.
  static let word = ByteClass(0xD7FF_EFA6_0000_0000, 0x6FFF_FFFF_BFFF_FFFE)

  /// `phonedigit-hex` and `visual-separator` and `+` of RFC 3966 §3.
  static let phone = ByteClass(0x03FF_6F08_0000_0000, 0x0000_007E_0000_007E)

  /// `unreserved / user-unreserved` of RFC 3261 §25.1: what a user part needs no escape for.
  static let plainUser = ByteClass(0xABFF_FFD2_0000_0000, 0x47FF_FFFE_87FF_FFFE)
}
