internal import Base

extension Message {
  /// More parts than a message to a telephone has any use for.
  private static let partLimit = 16
  /// RFC 2046 §5.1.1.
  private static let boundaryLimit = 70

  /// Where the content of a media type stands in the body: all of it, or the first such part of
  /// multipart/mixed (RFC 5621 §3, RFC 2046 §5.1); `nil` when there is none.
  ///
  /// Parts of other types, as SIP-I has them, are passed over whatever their handling is.
  public func content(_ type: StaticString) -> Range<Int>? {
    if body.isEmpty { return nil }
    if value(of: .contentType, is: type) { return body }
    guard value(of: .contentType, is: "multipart/mixed"), let boundary = boundary() else {
      return nil
    }
    var delimiter = delimiter(boundary, from: body.lowerBound)
    for _ in 0..<Self.partLimit {
      guard let start = delimiter, let end = self.delimiter(boundary, from: start.upperBound)
      else { return nil }
      if let content = content(of: start.upperBound..<end.lowerBound, type) { return content }
      delimiter = end
    }
    return nil
  }

  /// The boundary of Content-Type, without the quotes that it may stand in.
  private func boundary() -> ArraySlice<UInt8>? {
    guard let range = first(.contentType) else { return nil }
    let start = bytes.span.find(UInt8(ascii: ";"), from: range.lowerBound, to: range.upperBound)
    guard let value = parameter("boundary", in: start..<range.upperBound) else { return nil }
    var boundary = bytes[value]
    if boundary.first == UInt8(ascii: "\""), boundary.count >= 2 {
      boundary = boundary.dropFirst().dropLast()
    }
    return (1...Self.boundaryLimit).contains(boundary.count) ? boundary : nil
  }

  /// The next line that begins with the boundary, the line break before it counted in.
  private func delimiter(_ boundary: ArraySlice<UInt8>, from start: Int) -> Range<Int>? {
    var line = start
    while line < body.upperBound {
      let next = nextLine(after: line, to: body.upperBound)
      let words = bytes[line..<next]
      if words.prefix(2).equals("--"), words.dropFirst(2).starts(with: boundary) {
        return max(start, beforeLineBreak(line, from: start))..<next
      }
      line = next
    }
    return nil
  }

  /// The content of one part, if its own Content-Type is that one.
  private func content(of part: Range<Int>, _ type: StaticString) -> Range<Int>? {
    var (line, isThat) = (part.lowerBound, false)
    while line < part.upperBound {
      let next = nextLine(after: line, to: part.upperBound)
      let field = line..<beforeLineBreak(next, from: line)
      if field.isEmpty { return isThat ? next..<part.upperBound : nil }
      if bytes[field].prefix(13).equalsIgnoringCase("content-type:") {
        let start = bytes.span.skipSpace(from: field.lowerBound + 13, to: field.upperBound)
        let end = bytes.span.find(UInt8(ascii: ";"), from: start, to: field.upperBound)
        isThat = bytes.span.holdsIgnoringCase(type, at: bytes.span.trimmedEnd(start..<end))
      }
      line = next
    }
    return nil
  }

  /// Where the line behind this one begins.
  private func nextLine(after line: Int, to end: Int) -> Int {
    let feed = bytes.span.find(0x0A, from: line, to: end)
    return min(feed + 1, end)
  }

  /// The place in front of the line break that ends there.
  private func beforeLineBreak(_ place: Int, from start: Int) -> Int {
    var place = place
    if place > start, bytes[place - 1] == 0x0A { place -= 1 }
    if place > start, bytes[place - 1] == 0x0D { place -= 1 }
    return place
  }
}
