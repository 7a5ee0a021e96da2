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
  /// The user part without a password, escapes as they are; the number of a tel URI.
  public private(set) var user: Range<Int>?
  /// The password, which nobody should use (RFC 3261 §19.1.1).
  public private(set) var password: Range<Int>?
  /// The host; an IPv6 address with its brackets; empty for a tel URI.
  public private(set) var host: Range<Int>
  /// The port.
  public private(set) var port: UInt16?
  /// The parameters, from the first semicolon on; empty without any.
  public private(set) var parameters: Range<Int>
  /// The headers behind the question mark, without it; empty without any.
  public private(set) var headers: Range<Int>
  /// Everything behind the scheme's colon.
  public let opaque: Range<Int>

  /// Takes apart the URI that stands in the range.
  public init(parsing bytes: Text, _ range: Range<Int>) throws(SyntaxError) {
    try self.init(bytes.span, range.clamped(to: 0..<bytes.count))
  }

  /// Takes apart the URI that is the whole text.
  public init(parsing bytes: Text) throws(SyntaxError) {
    try self.init(bytes.span, 0..<bytes.count)
  }

  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(SyntaxError) {
    let colon = bytes.find(UInt8(ascii: ":"), from: range.lowerBound, to: range.upperBound)
    guard colon < range.upperBound else { throw SyntaxError(.badURI, at: range.lowerBound) }
    scheme = try SIPURI.scheme(bytes, range.lowerBound..<colon)
    opaque = colon &+ 1..<range.upperBound
    host = opaque.upperBound..<opaque.upperBound
    parameters = host
    headers = host
    switch scheme {
    case .sip, .sips: try parseSIP(bytes)
    case .tel: try parseTel(bytes)
    case .other: try check(bytes, opaque)
    }
  }

  private static func scheme(
    _ bytes: Span<UInt8>, _ name: Range<Int>
  ) throws(SyntaxError) -> Scheme {
    if bytes.holdsIgnoringCase("sip", at: name) { return .sip }
    if bytes.holdsIgnoringCase("sips", at: name) { return .sips }
    if bytes.holdsIgnoringCase("tel", at: name) { return .tel }
    // RFC 3986 §3.1: a letter, then letters, digits, `+`, `-` and `.`; the token class is near.
    guard !name.isEmpty, lowercased(bytes[name.lowerBound]) &- UInt8(ascii: "a") < 26,
      bytes.skip(.token, from: name.lowerBound, to: name.upperBound) == name.upperBound
    else { throw SyntaxError(.badURI, at: name.lowerBound) }
    return .other
  }

  private mutating func parseSIP(_ bytes: Span<UInt8>) throws(SyntaxError) {
    var position = opaque.lowerBound
    let end = opaque.upperBound
    // An unescaped `@` can stand nowhere else, so that it ends the user part and not a `;` or `?`.
    let at = bytes.find(UInt8(ascii: "@"), from: position, to: end)
    if at < end {
      try parseUser(bytes, position..<at)
      position = at &+ 1
    }
    let hostPort = try HostPort(bytes, at: &position, to: end)
    host = hostPort.host
    port = hostPort.port
    try parseTail(bytes, from: position)
  }

  private mutating func parseUser(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(SyntaxError) {
    guard !range.isEmpty else { throw SyntaxError(.badURI, at: range.lowerBound) }
    try check(bytes, range)
    let colon = bytes.find(UInt8(ascii: ":"), from: range.lowerBound, to: range.upperBound)
    user = range.lowerBound..<colon
    if colon < range.upperBound { password = colon &+ 1..<range.upperBound }
  }

  /// RFC 3966 §3: the number, then parameters.
  private mutating func parseTel(_ bytes: Span<UInt8>) throws(SyntaxError) {
    let stop = bytes.find(UInt8(ascii: ";"), from: opaque.lowerBound, to: opaque.upperBound)
    let bad = bytes.skip(.phone, from: opaque.lowerBound, to: stop)
    guard bad == stop, stop > opaque.lowerBound else { throw SyntaxError(.badURI, at: bad) }
    user = opaque.lowerBound..<stop
    try parseTail(bytes, from: stop)
  }

  /// The parameters and the headers.
  private mutating func parseTail(_ bytes: Span<UInt8>, from start: Int) throws(SyntaxError) {
    let end = opaque.upperBound
    guard start < end else { return }
    let question = bytes.find(UInt8(ascii: "?"), from: start, to: end)
    if start < question, bytes[start] != UInt8(ascii: ";") {
      throw SyntaxError(.badURI, at: start)
    }
    try check(bytes, start..<end)
    parameters = start..<question
    headers = min(question &+ 1, end)..<end
  }

  /// Whether every byte may stand in a URI and every `%` starts an escape.
  private func check(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(SyntaxError) {
    for i in range {
      let byte = bytes[i]
      guard ByteClass.uri.contains(byte) || byte == UInt8(ascii: "`") else {
        throw SyntaxError(.badURI, at: i)
      }
      guard byte == UInt8(ascii: "%") else { continue }
      guard i &+ 2 < range.upperBound, hexValue(bytes[i &+ 1]) != nil,
        hexValue(bytes[i &+ 2]) != nil
      else { throw SyntaxError(.badEscape, at: i) }
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
