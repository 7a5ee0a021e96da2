internal import Base

/// Walks the elements of a small XML document, without recursion and without a copy.
///
/// The bytes come from the network. A document type declaration ends the walk, and with it every
/// entity that a document might define; what remains costs one pass over the bytes.
struct XMLReader {
  enum Step: Equatable {
    /// An element begins: its name without the prefix, and where its attributes stand.
    case open(name: Range<Int>, attributes: Range<Int>)
    case close(name: Range<Int>)
    case text(Range<Int>)
  }

  /// How deep elements may be nested.
  private static let depthLimit = 16

  let bytes: Text
  private var position = 0
  private var depth = 0
  /// The name of an element that was empty, whose end follows.
  private var emptyName: Range<Int>?
  private var isBroken = false

  init(_ bytes: Text) { self.bytes = bytes }

  /// Whether the walk came to the end of a document whose elements are all closed.
  var isComplete: Bool { !isBroken && depth == 0 && position >= bytes.count }

  /// The next step, or `nil` at the end or where the bytes are no XML any more.
  mutating func next() -> Step? {
    if let name = emptyName {
      emptyName = nil
      return close(name)
    }
    while !isBroken, position < bytes.count {
      if bytes[position] != UInt8(ascii: "<") { return text() }
      if starts("<?") {
        skip(behind: "?>")
      } else if starts("<!--") {
        skip(behind: "-->")
      } else if starts("<!") {
        isBroken = true
      } else if starts("</") {
        return closingTag()
      } else {
        return openingTag()
      }
    }
    return nil
  }

  func isNamed(_ name: StaticString, _ range: Range<Int>) -> Bool { bytes[range].equals(name) }

  /// The text of a range without the white space around it, the five entities of XML resolved.
  func value(_ range: Range<Int>) -> Text {
    var value = Text()
    var i = range.lowerBound
    while i < range.upperBound {
      let (byte, length) = character(at: i, to: range.upperBound)
      value.append(byte)
      i += length
    }
    while let last = value.last, Self.isSpace(last) { value.removeLast() }
    return Text(value.drop { Self.isSpace($0) })
  }

  /// The value of an attribute; `nil` without one.
  func attribute(_ name: StaticString, in range: Range<Int>) -> Text? {
    var i = range.lowerBound
    while let (found, value) = attribute(at: &i, to: range.upperBound) {
      if isNamed(name, found) { return self.value(value) }
    }
    return nil
  }

  private func attribute(
    at i: inout Int, to end: Int
  ) -> (name: Range<Int>, value: Range<Int>)? {
    while i < end, Self.isSpace(bytes[i]) { i += 1 }
    let start = i
    while i < end, bytes[i] != UInt8(ascii: "="), !Self.isSpace(bytes[i]) { i += 1 }
    let name = start..<i
    while i < end, Self.isSpace(bytes[i]) || bytes[i] == UInt8(ascii: "=") { i += 1 }
    guard !name.isEmpty, i < end, Self.isQuote(bytes[i]) else { return nil }
    let quote = bytes[i]
    let first = i + 1
    i = first
    while i < end, bytes[i] != quote { i += 1 }
    guard i < end else { return nil }
    defer { i += 1 }
    return (name, first..<i)
  }

  private func character(at i: Int, to end: Int) -> (UInt8, length: Int) {
    guard bytes[i] == UInt8(ascii: "&") else { return (bytes[i], 1) }
    let rest = bytes[i..<end]
    let entities: [(StaticString, UInt8)] = [
      ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")), ("&amp;", UInt8(ascii: "&")),
      ("&quot;", UInt8(ascii: "\"")), ("&apos;", UInt8(ascii: "'")),
    ]
    for (name, byte) in entities where rest.prefix(name.utf8CodeUnitCount).equals(name) {
      return (byte, name.utf8CodeUnitCount)
    }
    return (bytes[i], 1)
  }

  private func starts(_ literal: StaticString) -> Bool {
    bytes[position...].prefix(literal.utf8CodeUnitCount).equals(literal)
  }

  private mutating func skip(behind literal: StaticString) {
    let count = literal.utf8CodeUnitCount
    while position + count <= bytes.count, !starts(literal) { position += 1 }
    isBroken = position + count > bytes.count
    position += count
  }

  private mutating func text() -> Step {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
    return .text(start..<position)
  }

  private mutating func closingTag() -> Step? {
    position += 2
    let name = tagName()
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else { return fail() }
    position += 1
    return close(name)
  }

  private mutating func openingTag() -> Step? {
    position += 1
    let name = tagName()
    let start = position
    var quote: UInt8 = 0
    while position < bytes.count, quote != 0 || bytes[position] != UInt8(ascii: ">") {
      let byte = bytes[position]
      if quote == byte {
        quote = 0
      } else if quote == 0, Self.isQuote(byte) {
        quote = byte
      }
      position += 1
    }
    guard !name.isEmpty, position < bytes.count, depth < Self.depthLimit else { return fail() }
    var end = position
    if end > start, bytes[end - 1] == UInt8(ascii: "/") {
      end -= 1
      emptyName = name
    }
    position += 1
    depth += 1
    return .open(name: name, attributes: start..<end)
  }

  /// The name at the position without its prefix; moves behind it.
  private mutating func tagName() -> Range<Int> {
    var start = position
    while position < bytes.count {
      let byte = bytes[position]
      if Self.isSpace(byte) || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") { break }
      position += 1
      if byte == UInt8(ascii: ":") { start = position }
    }
    return start..<position
  }

  private mutating func close(_ name: Range<Int>) -> Step? {
    guard depth > 0 else { return fail() }
    depth -= 1
    return .close(name: name)
  }

  private mutating func fail() -> Step? {
    isBroken = true
    return nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
  }
}
