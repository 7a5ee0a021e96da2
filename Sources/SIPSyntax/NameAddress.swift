public import Base

/// A `name-addr` or `addr-spec` with its parameters: From, To, Contact, Route (RFC 3261 §20.10).
public struct NameAddress: Equatable, Sendable {
  private let displayNamePlace: Place
  private let uriPlace: Place
  private let parametersPlace: Place
  private let tagPlace: Place
  /// Whether this is the `*` of a Contact (RFC 3261 §10.2.2).
  public let isWildcard: Bool

  /// The display name, without quotes but with its escapes; `nil` if there is none.
  public var displayName: Range<Int>? { displayNamePlace.optional }
  /// The URI, without angle brackets.
  public var uri: Range<Int> { uriPlace.range }
  /// The parameters of the header field, from the first semicolon on; empty without any.
  public var parameters: Range<Int> { parametersPlace.range }
  /// The value of the `tag` parameter.
  public var tag: Range<Int>? { tagPlace.optional }

  /// Reads the one value that stands in the range.
  public init(parsing bytes: Text, _ range: Range<Int>) throws(SyntaxError) {
    let range = try Place.check(range, bytes.count)
    var position = range.lowerBound
    self = try NameAddress(bytes.span, at: &position, to: range.upperBound)
    guard position == range.upperBound else { throw SyntaxError(.badNameAddress, at: position) }
  }

  /// Reads the value at `position`, and moves to the comma behind it or to `end`.
  init(_ bytes: Span<UInt8>, at position: inout Int, to end: Int) throws(SyntaxError) {
    position = bytes.skipSpace(from: position, to: end)
    let name = try NameAddress.displayName(bytes, at: &position, to: end)
    let uri: Range<Int>
    var isStar = false
    if position < end, bytes[position] == UInt8(ascii: "<") {
      uri = try NameAddress.bracketed(bytes, at: &position, to: end)
    } else {
      guard name == .none else { throw SyntaxError(.badNameAddress, at: position) }
      uri = try NameAddress.bare(bytes, at: &position, to: end)
      isStar = uri.count == 1 && bytes[uri.lowerBound] == UInt8(ascii: "*")
    }
    displayNamePlace = name
    uriPlace = Place(uri)
    isWildcard = isStar
    let from = position
    tagPlace = try NameAddress.skipParameters(bytes, at: &position, to: end)
    parametersPlace = Place(bytes.trimmedEnd(from..<position))
  }

  /// Moves to the comma behind the parameters or to `end`; returns the tag's value.
  @inline(__always)
  private static func skipParameters(
    _ bytes: Span<UInt8>, at position: inout Int, to end: Int
  ) throws(SyntaxError) -> Place {
    var tag = Place.none
    while position < end, bytes[position] == UInt8(ascii: ";") {
      let parameter = try Parameter(bytes, at: &position, to: end)
      guard tag == .none, parameter.valuePlace != .none else { continue }
      if bytes.holdsIgnoringCase("tag", at: parameter.name) { tag = parameter.valuePlace }
    }
    guard position == end || bytes[position] == UInt8(ascii: ",") else {
      throw SyntaxError(.badNameAddress, at: position)
    }
    return tag
  }

  /// A quoted string, or tokens in front of `<`; leaves `position` behind the space that follows.
  @inline(__always)
  private static func displayName(
    _ bytes: Span<UInt8>, at position: inout Int, to end: Int
  ) throws(SyntaxError) -> Place {
    let start = position
    guard start < end, bytes[start] != UInt8(ascii: "<") else { return .none }
    if bytes[start] == UInt8(ascii: "\"") {
      let behind = try bytes.skipQuoted(from: start, to: end)
      position = bytes.skipSpace(from: behind, to: end)
      return Place(start &+ 1, behind &- 1)
    }
    var stop = start
    while stop < end, ByteClass.token.contains(bytes[stop]) || isSpace(bytes[stop]) { stop &+= 1 }
    guard stop < end, bytes[stop] == UInt8(ascii: "<") else { return .none }
    position = stop
    return Place(bytes.trimmedEnd(start..<stop))
  }

  @inline(__always)
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
    let stop = bytes.skip(.bareURI, from: start, to: end)
    guard stop > start else { throw SyntaxError(.badNameAddress, at: start) }
    position = bytes.skipSpace(from: stop, to: end)
    return start..<stop
  }
}
