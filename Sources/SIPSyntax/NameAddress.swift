public import Base

/// A `name-addr` or `addr-spec` with its parameters: From, To, Contact, Route (RFC 3261 §20.10).
public struct NameAddress: Equatable, Sendable {
  /// The display name, without quotes but with its escapes; `nil` if there is none.
  public let displayName: Range<Int>?
  /// The URI, without angle brackets.
  public let uri: Range<Int>
  /// The parameters of the header field, from the first semicolon on; empty without any.
  public let parameters: Range<Int>
  /// The value of the `tag` parameter.
  public private(set) var tag: Range<Int>?
  /// Whether this is the `*` of a Contact (RFC 3261 §10.2.2).
  public let isWildcard: Bool

  /// Reads the one value that stands in the range.
  public init(parsing bytes: Text, _ range: Range<Int>) throws(SyntaxError) {
    let range = range.clamped(to: 0..<bytes.count)
    var position = range.lowerBound
    self = try NameAddress(bytes.span, at: &position, to: range.upperBound)
    guard position == range.upperBound else { throw SyntaxError(.badNameAddress, at: position) }
  }

  /// Reads the value at `position`, and moves to the comma behind it or to `end`.
  init(_ bytes: Span<UInt8>, at position: inout Int, to end: Int) throws(SyntaxError) {
    position = bytes.skipSpace(from: position, to: end)
    let start = position
    displayName = try NameAddress.displayName(bytes, at: &position, to: end)
    if position < end, bytes[position] == UInt8(ascii: "<") {
      uri = try NameAddress.bracketed(bytes, at: &position, to: end)
    } else {
      guard displayName == nil else { throw SyntaxError(.badNameAddress, at: position) }
      uri = try NameAddress.bare(bytes, at: &position, to: end)
    }
    isWildcard = uri.count == 1 && bytes[uri.lowerBound] == UInt8(ascii: "*") && uri.lowerBound == start
    let from = position
    while position < end, bytes[position] == UInt8(ascii: ";") {
      let parameter = try Parameter(bytes, at: &position, to: end)
      if tag == nil, bytes.holdsIgnoringCase("tag", at: parameter.name) { tag = parameter.value }
    }
    guard position == end || bytes[position] == UInt8(ascii: ",") else {
      throw SyntaxError(.badNameAddress, at: position)
    }
    parameters = bytes.trimmedEnd(from..<position)
  }

  /// A quoted string, or tokens in front of `<`; leaves `position` behind the space that follows.
  private static func displayName(
    _ bytes: Span<UInt8>, at position: inout Int, to end: Int
  ) throws(SyntaxError) -> Range<Int>? {
    let start = position
    guard start < end, bytes[start] != UInt8(ascii: "<") else { return nil }
    if bytes[start] == UInt8(ascii: "\"") {
      let behind = try bytes.skipQuoted(from: start, to: end)
      position = bytes.skipSpace(from: behind, to: end)
      return start &+ 1..<behind &- 1
    }
    var stop = start
    while stop < end, ByteClass.token.contains(bytes[stop]) || isSpace(bytes[stop]) { stop &+= 1 }
    guard stop < end, bytes[stop] == UInt8(ascii: "<") else { return nil }
    position = stop
    return bytes.trimmedEnd(start..<stop)
  }

  private static func bracketed(
    _ bytes: Span<UInt8>, at position: inout Int, to end: Int
  ) throws(SyntaxError) -> Range<Int> {
    let start = position &+ 1
    let close = bytes.find(UInt8(ascii: ">"), from: start, to: end)
    guard close < end, close > start else { throw SyntaxError(.badNameAddress, at: start) }
    position = bytes.skipSpace(from: close &+ 1, to: end)
    return start..<close
  }

  /// RFC 3261 §20: a URI with a comma, a question mark or a semicolon must stand in brackets, so
  /// that without them the first semicolon ends the URI.
  private static func bare(
    _ bytes: Span<UInt8>, at position: inout Int, to end: Int
  ) throws(SyntaxError) -> Range<Int> {
    let start = position
    var stop = start
    while stop < end, ByteClass.uri.contains(bytes[stop]), bytes[stop] != UInt8(ascii: ";"),
      bytes[stop] != UInt8(ascii: ","), bytes[stop] != UInt8(ascii: "?")
    { stop &+= 1 }
    guard stop > start else { throw SyntaxError(.badNameAddress, at: start) }
    position = bytes.skipSpace(from: stop, to: end)
    return start..<stop
  }
}
