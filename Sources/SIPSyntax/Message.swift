public import Base

/// A SIP message: its bytes, and where in them everything stands (RFC 3261 §7).
///
/// Parsing copies nothing and decodes no value: it finds the start line, the header fields and the
/// body. Values are decoded when they are asked for, straight from the bytes. All ranges that a
/// message hands out index `bytes`.
///
/// Parsing throws only if the bytes are no SIP message at all. A message that is wrong but can be
/// answered carries its first `fault`, and `verdict(_:)` says what the answer is.
public struct Message: Sendable {
  /// How many bytes a message may have: what a UDP datagram can carry.
  public static let maximumSize = 65_535
  /// How many header fields a message may have.
  public static let maximumFieldCount = 128

  /// The message as it came.
  public let bytes: Text
  /// The first line.
  public let startLine: StartLine
  /// The method's name; empty for a response.
  public let methodText: Range<Int>
  /// The body, as long as the Content-Length says; bytes behind it do not belong to the message.
  public let body: Range<Int>
  /// The first thing that is wrong with a message that can be answered all the same.
  public let fault: SyntaxError?

  let fields: [HeaderField]
  private let present: UInt64

  /// Finds the parts of a message in a datagram.
  public init(parsing datagram: Text) throws(SyntaxError) {
    var parser = MessageParser()
    try parser.parse(datagram.span)
    bytes = datagram
    startLine = parser.startLine
    methodText = parser.methodText
    body = parser.body
    fault = parser.fault
    fields = parser.fields
    present = parser.present
  }

  /// Whether the message has such a header field.
  public func contains(_ name: HeaderName) -> Bool {
    present & name.bit != 0
  }

  /// The value of the first field of that name without the white space around it, or `nil`.
  public func first(_ name: HeaderName) -> Range<Int>? {
    guard contains(name) else { return nil }
    for field in fields where field.name == name { return field.value }
    return nil
  }

  /// Calls `body` with the value of every field of that name, unsplit, in order.
  public func forEach(_ name: HeaderName, _ body: (Range<Int>) -> Void) {
    guard contains(name) else { return }
    for field in fields where field.name == name { body(field.value) }
  }

  /// Calls `body` with the name and the value of every field whose name is not in `HeaderName`.
  public func forEachOther(_ body: (Range<Int>, Range<Int>) -> Void) {
    for field in fields where field.name == .other { body(field.nameRange, field.value) }
  }

  /// The bytes of a range.
  public func text(_ range: Range<Int>) -> Text {
    Text(bytes[range.clamped(to: 0..<bytes.count)])
  }
}

/// Where one header field stands; eight bytes, because a message has many.
struct HeaderField: Sendable {
  let name: HeaderName
  private let nameCount: UInt8
  private let nameStart: UInt16
  private let valuePlace: Place

  /// Keeps the place of a field of a message within the size limit, with a name up to 255 bytes.
  @inline(__always)
  init(_ name: HeaderName, _ nameRange: Range<Int>, _ value: Range<Int>) {
    self.name = name
    nameCount = UInt8(truncatingIfNeeded: nameRange.count)
    nameStart = UInt16(truncatingIfNeeded: nameRange.lowerBound)
    valuePlace = Place(value)
  }

  var nameRange: Range<Int> { Int(nameStart)..<Int(nameStart) &+ Int(nameCount) }
  var value: Range<Int> { valuePlace.range }
}
