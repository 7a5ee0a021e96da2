public import Base

/// A line `a=crypto` that we can use: a key of SRTP and the tag that answers name (RFC 4568 §9.2).
public struct CryptoAttribute: Equatable, Sendable {
  /// The fewest packets for which a key must be good: a call of five hours.
  private static let leastLifetime: UInt64 = 1 << 20

  /// The number that an answer repeats.
  public let tag: UInt32
  /// The suite and the writer's key.
  public let key: MediaKey

  /// Makes a line.
  public init(tag: UInt32, key: MediaKey) {
    self.tag = tag
    self.key = key
  }

  /// Reads `1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^31 WSH=128`.
  ///
  /// It is `nil` for a suite that we do not know, more than one key, a master key identifier, a key
  /// that would end in the middle of a call, and a parameter that would change what packets look
  /// like; a parameter with a minus before it is one that may be ignored (§6.3.7).
  init?(parsing value: ArraySlice<UInt8>) {
    var words = WordReader(value)
    guard let number = words.next(), number.count <= 9, let tag = number.decimalValue,
      let name = words.next(), let parameters = words.next(),
      let suite = Self.suite(name), let key = Self.key(suite, parameters)
    else { return nil }
    while let word = words.next() {
      guard word.first == UInt8(ascii: "-") || word.starts(with: Text("WSH=")) else { return nil }
    }
    self.init(tag: UInt32(tag), key: key)
  }

  private static func suite(_ name: ArraySlice<UInt8>) -> CryptoSuite? {
    for suite in CryptoSuite.allCases where name.equalsIgnoringCase(suite.name) { return suite }
    return nil
  }

  /// `inline:KEY` and perhaps a lifetime; a colon behind that means an identifier.
  private static func key(_ suite: CryptoSuite, _ value: ArraySlice<UInt8>) -> MediaKey? {
    guard let colon = value.firstIndex(of: UInt8(ascii: ":")),
      value[..<colon].equalsIgnoringCase("inline"), !value.contains(UInt8(ascii: ";"))
    else { return nil }
    let parts = value[(colon + 1)...].split(
      separator: UInt8(ascii: "|"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.count == 1 || isLongEnough(parts[1]),
      let octets = decodedBase64(Text(parts[0]))
    else { return nil }
    return MediaKey(suite, octets)
  }

  /// Whether `2^31` or `1048576` packets are a lifetime for a call.
  private static func isLongEnough(_ lifetime: ArraySlice<UInt8>) -> Bool {
    guard lifetime.starts(with: Text("2^")) else {
      guard !lifetime.contains(UInt8(ascii: ":")) else { return false }
      return (lifetime.decimalValue ?? 0) >= leastLifetime
    }
    return (lifetime.dropFirst(2).decimalValue ?? 0) >= 20
  }
}

extension Array where Element == UInt8 {
  /// Appends the line.
  mutating func append(_ crypto: CryptoAttribute) {
    append("a=crypto:")
    append(decimal: crypto.tag)
    append(" ")
    append(crypto.key.suite.name)
    append(" inline:")
    var octets = Text()
    for i in 0..<crypto.key.count { octets.append(crypto.key.bytes[i]) }
    append(contentsOf: encodedBase64(octets))
    append("\r\n")
  }
}
