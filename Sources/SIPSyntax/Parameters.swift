/// A parameter of a header field or a URI: `;name` or `;name=value`.
public struct Parameter: Equatable, Sendable {
  let namePlace: Place
  let valuePlace: Place

  /// Where the name stands.
  public var name: Range<Int> { namePlace.range }
  /// Where the value stands, without the quotes of a quoted string; `nil` if there is none.
  public var value: Range<Int>? { valuePlace.optional }
}

extension Parameter {
  /// Reads the parameter that follows the semicolon at `position`, and moves behind it.
  ///
  /// White space may stand around `;` and `=` (RFC 3261 §25.1, SEMI and EQUAL).
  init(_ bytes: Span<UInt8>, at position: inout Int, to end: Int) throws(SyntaxError) {
    let start = bytes.skipSpace(from: position &+ 1, to: end)
    let nameEnd = bytes.skip(.token, from: start, to: end)
    guard nameEnd > start else { throw SyntaxError(.badParameter, at: start) }
    namePlace = Place(start, nameEnd)
    position = bytes.skipSpace(from: nameEnd, to: end)
    guard position < end, bytes[position] == UInt8(ascii: "=") else {
      valuePlace = .none
      return
    }
    valuePlace = try Parameter.value(bytes, at: &position, to: end)
  }

  @inline(__always)
  private static func value(
    _ bytes: Span<UInt8>, at position: inout Int, to end: Int
  ) throws(SyntaxError) -> Place {
    let start = bytes.skipSpace(from: position &+ 1, to: end)
    if start < end, bytes[start] == UInt8(ascii: "\"") {
      let behind = try bytes.skipQuoted(from: start, to: end)
      position = bytes.skipSpace(from: behind, to: end)
      return Place(start &+ 1, behind &- 1)
    }
    let valueEnd = bytes.skip(.parameterValue, from: start, to: end)
    guard valueEnd > start else { throw SyntaxError(.badParameter, at: start) }
    position = bytes.skipSpace(from: valueEnd, to: end)
    return Place(start, valueEnd)
  }
}

extension Array where Element == UInt8 {
  /// The value of a parameter in a range that starts with its semicolon, or `nil` without one.
  ///
  /// A parameter without a value has an empty range. Names are compared without case; the first of
  /// two parameters of one name counts; what does not follow the grammar ends the search.
  public func parameter(_ name: StaticString, in range: Range<Int>) -> Range<Int>? {
    let range = range.clamped(to: 0..<Swift.min(count, Message.maximumSize))
    let bytes = span
    var position = bytes.skipSpace(from: range.lowerBound, to: range.upperBound)
    while position < range.upperBound, bytes[position] == UInt8(ascii: ";") {
      guard let parameter = try? Parameter(bytes, at: &position, to: range.upperBound) else {
        return nil
      }
      if bytes.holdsIgnoringCase(name, at: parameter.name) {
        return parameter.value ?? parameter.name.upperBound..<parameter.name.upperBound
      }
    }
    return nil
  }
}

extension Message {
  /// The value of a parameter in a range of the message; see `Text.parameter(_:in:)`.
  public func parameter(_ name: StaticString, in range: Range<Int>) -> Range<Int>? {
    bytes.parameter(name, in: range)
  }
}
