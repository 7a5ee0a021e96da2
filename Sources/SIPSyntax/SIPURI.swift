public import Base

/// A URI's scheme, as far as a telephone cares.
public enum Scheme: UInt8, Equatable, Sendable {
  /// RFC 3261 §19.1.
  case sip
  /// RFC 3261 §19.1, over TLS.
  case sips
  /// RFC 3966.
  case tel
  /// Any other; its text is the URI's `opaque` part.
  case other
}

/// A SIP, SIPS or tel URI taken apart (RFC 3261 §19.1.1, RFC 3966 §3).
public struct SIPURI: Equatable, Sendable {
  /// The scheme.
  public let scheme: Scheme
  /// The port.
  public private(set) var port: UInt16?
  private var userPlace = Place.none
  private var passwordPlace = Place.none
  private var hostPlace: Place
  private var parametersPlace: Place
  private var headersPlace: Place
  private let opaquePlace: Place

  /// The user part without a password, escapes as they are; the number of a tel URI.
  public var user: Range<Int>? { userPlace.optional }
  /// The password, which nobody should use (RFC 3261 §19.1.1).
  public var password: Range<Int>? { passwordPlace.optional }
  /// The host; an IPv6 address with its brackets; empty for a tel URI.
  public var host: Range<Int> { hostPlace.range }
  /// The parameters, from the first semicolon on; empty without any.
  public var parameters: Range<Int> { parametersPlace.range }
  /// The headers behind the question mark, without it; empty without any.
  public var headers: Range<Int> { headersPlace.range }
  /// Everything behind the scheme's colon.
  public var opaque: Range<Int> { opaquePlace.range }

  /// Takes apart the URI that stands in the range.
  public init(parsing bytes: Text, _ range: Range<Int>) throws(SyntaxError) {
    try self.init(bytes.span, Place.check(range, bytes.count))
  }

  /// Takes apart the URI that is the whole text.
  public init(parsing bytes: Text) throws(SyntaxError) {
    try self.init(parsing: bytes, 0..<bytes.count)
  }

  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(SyntaxError) {
    var start = range.lowerBound &+ 4
    if range.count > 4, bytes.startsSIP(range.lowerBound) {
      scheme = .sip
    } else {
      (scheme, start) = try SIPURI.scheme(bytes, range)
    }
    let end = range.upperBound
    opaquePlace = Place(start, end)
    hostPlace = Place(end, end)
    parametersPlace = hostPlace
    headersPlace = hostPlace
    switch scheme {
    case .sip, .sips: try parseSIP(bytes, start..<end)
    case .tel: try parseTel(bytes, start..<end)
    case .other: try SIPURI.checkOpaque(bytes, start..<end)
    }
  }

  /// The scheme and where it ends, behind its colon.
  private static func scheme(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(SyntaxError) -> (Scheme, Int) {
    let colon = bytes.skip(.token, from: range.lowerBound, to: range.upperBound)
    // RFC 3986 §3.1 starts a scheme with a letter; what follows is nearly a token.
    guard colon < range.upperBound, bytes[colon] == UInt8(ascii: ":"),
      lowercased(bytes[range.lowerBound]) &- UInt8(ascii: "a") < 26
    else { throw SyntaxError(.badURI, at: colon) }
    let name = range.lowerBound..<colon
    if bytes.holdsIgnoringCase("sip", at: name) { return (.sip, colon &+ 1) }
    if bytes.holdsIgnoringCase("sips", at: name) { return (.sips, colon &+ 1) }
    return (bytes.holdsIgnoringCase("tel", at: name) ? .tel : .other, colon &+ 1)
  }

  private static func checkOpaque(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(SyntaxError) {
    var i = try check(bytes, range)
    while i < range.upperBound { i = try check(bytes, i &+ 1..<range.upperBound) }
  }

  @inline(__always)
  private mutating func parseSIP(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(SyntaxError) {
    var position = try parseUser(bytes, range)
    let hostPort = try HostPort(bytes, at: &position, to: range.upperBound)
    hostPlace = Place(hostPort.host)
    port = hostPort.port
    try parseTail(bytes, position..<range.upperBound)
  }

  /// Reads up to the `@` and returns where the host starts.
  ///
  /// An unescaped `@` can stand nowhere else, and a host with its parameters is spelled with what
  /// a user part is spelled with: so the first byte that is not, if it is an `@`, ends a user part.
  @inline(__always)
  private mutating func parseUser(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(SyntaxError) -> Int {
    let start = range.lowerBound
    let end = range.upperBound
    var colon = end
    var i = start
    while true {
      i = bytes.skip(.user, from: i, to: end)
      guard i < end else { return start }
      switch bytes[i] {
      case UInt8(ascii: "@"):
        guard i > start, colon > start else { throw SyntaxError(.badURI, at: start) }
        userPlace = Place(start, min(colon, i))
        if colon < i { passwordPlace = Place(colon &+ 1, i) }
        return i &+ 1
      case UInt8(ascii: ":"): colon = min(colon, i)
      case UInt8(ascii: "%"): try SIPURI.checkEscape(bytes, at: i, to: end)
      case UInt8(ascii: "#"): break  // Star codes with it are sent unescaped in the field.
      default: return start
      }
      i &+= 1
    }
  }

  /// RFC 3966 §3: the number, then parameters.
  private mutating func parseTel(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(SyntaxError) {
    var stop = range.lowerBound
    while stop < range.upperBound, isPhoneByte(bytes[stop]) { stop &+= 1 }
    guard stop > range.lowerBound, stop == range.upperBound || bytes[stop] == UInt8(ascii: ";")
    else { throw SyntaxError(.badURI, at: stop) }
    userPlace = Place(range.lowerBound, stop)
    try parseTail(bytes, stop..<range.upperBound)
  }

  /// The parameters and the headers.
  @inline(__always)
  private mutating func parseTail(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(SyntaxError) {
    guard !range.isEmpty else { return }
    let start = range.lowerBound
    let end = range.upperBound
    let plain = bytes.skip(.uri, from: start, to: end)
    let question = plain == end ? end : try SIPURI.check(bytes, plain..<end)
    guard bytes[start] == UInt8(ascii: ";") || question == start else {
      throw SyntaxError(.badURI, at: start)
    }
    parametersPlace = Place(start, question)
    guard question < end else { return }
    headersPlace = Place(question &+ 1, end)
    let stop = try SIPURI.check(bytes, question &+ 1..<end)
    guard stop == end else { throw SyntaxError(.badURI, at: stop) }
  }

  /// Where the first `?` is, or the end; until then every byte may stand in a URI and every `%`
  /// starts an escape.
  private static func check(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(SyntaxError) -> Int {
    var i = range.lowerBound
    while true {
      i = bytes.skip(.uri, from: i, to: range.upperBound)
      guard i < range.upperBound, bytes[i] != UInt8(ascii: "?") else { return i }
      guard bytes[i] == UInt8(ascii: "%") else { throw SyntaxError(.badURI, at: i) }
      try checkEscape(bytes, at: i, to: range.upperBound)
      i &+= 1
    }
  }

  private static func checkEscape(
    _ bytes: Span<UInt8>, at i: Int, to end: Int
  ) throws(SyntaxError) {
    guard i &+ 2 < end, hexValue(bytes[i &+ 1]) != nil, hexValue(bytes[i &+ 2]) != nil else {
      throw SyntaxError(.badEscape, at: i)
    }
  }

  /// `phonedigit-hex`, `visual-separator` and `+` (RFC 3966 §3).
  private func isPhoneByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "#"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"):
      true
    default: hexValue(byte) != nil
    }
  }
}

/// The value of a hexadecimal digit, or `nil`.
func hexValue(_ byte: UInt8) -> UInt8? {
  let digit = byte &- UInt8(ascii: "0")
  if digit < 10 { return digit }
  let letter = lowercased(byte) &- UInt8(ascii: "a")
  return letter < 6 ? letter &+ 10 : nil
}

extension Array where Element == UInt8 {
  /// The text of a URI part with its `%` escapes resolved; what is no escape stays as it is.
  public func unescaped(_ range: Range<Int>) -> Text {
    let range = range.clamped(to: 0..<count)
    var result = Text()
    result.reserveCapacity(range.count)
    var i = range.lowerBound
    while i < range.upperBound {
      if self[i] == UInt8(ascii: "%"), i + 2 < range.upperBound,
        let high = hexValue(self[i + 1]), let low = hexValue(self[i + 2])
      {
        result.append(high << 4 | low)
        i += 3
      } else {
        result.append(self[i])
        i += 1
      }
    }
    return result
  }

  /// The text of a quoted string's inside with its backslashes resolved.
  public func unquoted(_ range: Range<Int>) -> Text {
    let range = range.clamped(to: 0..<count)
    var result = Text()
    result.reserveCapacity(range.count)
    var i = range.lowerBound
    while i < range.upperBound {
      if self[i] == UInt8(ascii: "\\"), i + 1 < range.upperBound { i += 1 }
      result.append(self[i])
      i += 1
    }
    return result
  }
}
