internal import Base

/// What a mailbox says of itself (RFC 3842 §5.2), as far as a telephone can show it.
///
/// Numbers above 65,535 count as that. Of the mailbox's classes of messages only voice is read, and
/// the headers of single messages, which may follow an empty line, are not.
public struct MessageSummary: Equatable, Sendable {
  /// Whether messages wait; it alone decides about the dial tone.
  public let isWaiting: Bool
  /// How many voice messages are new; `nil` if the mailbox does not say.
  public private(set) var newMessages: UInt16?
  /// How many were heard already.
  public private(set) var oldMessages: UInt16?

  /// How many lines of a body are read.
  private static let lineLimit = 32

  /// Makes a summary without numbers.
  public init(isWaiting: Bool) { self.isWaiting = isWaiting }

  /// Reads an `application/simple-message-summary`; `nil` if it does not begin with its status.
  init?(parsing body: Text) {
    var lines = SummaryLines(bytes: body)
    guard let (name, status) = lines.next(),
      body[name].equalsIgnoringCase("Messages-Waiting")
    else { return nil }
    if body[status].equalsIgnoringCase("yes") {
      isWaiting = true
    } else if body[status].equalsIgnoringCase("no") {
      isWaiting = false
    } else {
      return nil
    }
    for _ in 1..<Self.lineLimit {
      guard let (name, value) = lines.next() else { return }
      guard body[name].equalsIgnoringCase("Voice-Message") else { continue }
      (newMessages, oldMessages) = Self.counts(body[value])
      return
    }
  }

  /// `new/old`, with the urgent ones of both in brackets behind, which are counted in them.
  private static func counts(_ value: ArraySlice<UInt8>) -> (UInt16?, UInt16?) {
    var rest = value
    guard let new = number(&rest) else { return (nil, nil) }
    rest = rest.drop { $0.isBlank }
    guard rest.first == UInt8(ascii: "/") else { return (nil, nil) }
    rest = rest.dropFirst().drop { $0.isBlank }
    guard let old = number(&rest) else { return (nil, nil) }
    return (new, old)
  }

  private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt16? {
    var value: UInt32 = 0
    let digits = bytes.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    guard !digits.isEmpty else { return nil }
    for digit in digits { value = min(65_535, value * 10 + UInt32(digit - UInt8(ascii: "0"))) }
    bytes = bytes.dropFirst(digits.count)
    return UInt16(value)
  }
}

/// The lines `name: value` of a body, up to the first that is none.
private struct SummaryLines {
  let bytes: Text
  private var position = 0

  init(bytes: Text) { self.bytes = bytes }

  mutating func next() -> (name: Range<Int>, value: Range<Int>)? {
    var end = position
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    let line = trimmed(position..<end)
    guard let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")) else { return nil }
    position = min(end + 1, bytes.count)
    return (trimmed(line.lowerBound..<colon), trimmed(colon + 1..<line.upperBound))
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[start].isBlank { start += 1 }
    while start < end, bytes[end - 1].isBlank { end -= 1 }
    return start..<end
  }
}

extension UInt8 {
  /// A blank, a tab, or the CR of a line's end.
  fileprivate var isBlank: Bool {
    self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r")
  }
}
