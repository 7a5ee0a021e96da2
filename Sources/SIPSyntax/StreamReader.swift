public import Base

/// Why a stream of bytes cannot be read on: where its next message begins is not known.
public enum StreamProblem: Error, Equatable, Sendable, CaseIterable {
  /// The header fields do not end within the limit.
  case longHead
  /// The message is longer than the limit.
  case longMessage
  /// What should be a head is no SIP.
  case noMessage
  /// There is no Content-Length, or more than one, or it is no number (RFC 3261 §20.14).
  case length

  /// The reason in words.
  public var words: StaticString {
    switch self {
    case .longHead: "the head of a message is too long"
    case .longMessage: "a message is too long"
    case .noMessage: "the bytes are no SIP"
    case .length: "a message without its length"
    }
  }
}

/// Cuts a stream of bytes into messages by their Content-Length (RFC 3261 §18.3).
///
///     between messages ──bytes──> in a head ──empty line──> in a body ──all there──> between messages
/// Line breaks between messages are no part of any: they are keep-alives (RFC 5626 §3.5.1). Nothing
/// grows above the limit and a read; what was searched once is not searched again.
public struct StreamReader: Sendable {
  /// What stands at the front of the stream.
  public enum Piece: Equatable, Sendable {
    /// A whole message, head and body.
    case message(Text)
    /// CRLF between two messages.
    case lineBreak
  }

  /// How long a message may be.
  public static let limit = 16_384
  /// How long all its header fields may be together.
  public static let headLimit = 8_192

  private var bytes = Text()
  /// Where the front of the stream is in the bytes; what is before it is taken.
  private var front = 0
  /// How many bytes from the front on hold no end of the head.
  private var searched = 0
  /// How long the message at the front is, once its head is there.
  private var length: Int?

  /// Stands between two messages.
  public init() {}

  /// Whether a part of a message waits for its rest.
  public var isInside: Bool { front < bytes.count }

  /// Takes bytes as they come; `next` is to be asked until it has nothing.
  public mutating func receive(_ more: Text) {
    // Once a read, not once a piece: a read may be 2,000 line breaks.
    bytes.removeFirst(front)
    front = 0
    bytes += more
  }

  /// Takes what stands at the front, if it is whole.
  public mutating func next() throws(StreamProblem) -> Piece? {
    guard isInside else { return nil }
    let first = bytes[front]
    if length == nil, first == UInt8(ascii: "\r") || first == UInt8(ascii: "\n") {
      return takeLineBreak()
    }
    if length == nil { length = try findLength() }
    guard let length, bytes.count - front >= length else { return nil }
    let message = Text(bytes[front..<front + length])
    drop(length)
    return .message(message)
  }

  /// One line break; a LF alone counts as well, a CR waits for what follows.
  private mutating func takeLineBreak() -> Piece? {
    if bytes[front] == UInt8(ascii: "\n") {
      drop(1)
      return .lineBreak
    }
    guard bytes.count - front > 1 else { return nil }
    drop(bytes[front + 1] == UInt8(ascii: "\n") ? 2 : 1)
    return .lineBreak
  }

  private mutating func drop(_ count: Int) {
    front += count
    searched = 0
    length = nil
  }

  private mutating func findLength() throws(StreamProblem) -> Int? {
    guard let end = headEnd() else {
      let count = bytes.count - front
      searched = max(0, count - 3)
      if count > Self.headLimit { throw .longHead }
      return nil
    }
    guard end <= Self.headLimit else { throw .longHead }
    let head = Text(bytes[front..<front + end])
    guard let head = try? Message(parsing: head) else { throw .noMessage }
    var values = 0
    head.forEach(.contentLength) { _ in values += 1 }
    guard values == 1, let value = head.first(.contentLength),
      let body = head.bytes[value].decimalValue
    else { throw .length }
    guard body <= UInt64(Self.limit), end + Int(body) <= Self.limit else { throw .longMessage }
    return end + Int(body)
  }

  /// Behind the empty line that ends the head, counted from the front.
  private func headEnd() -> Int? {
    var at = front + searched
    while at + 3 < bytes.count {
      if bytes[at] == 0x0D, bytes[at + 1] == 0x0A, bytes[at + 2] == 0x0D, bytes[at + 3] == 0x0A {
        return at + 4 - front
      }
      at += 1
    }
    return nil
  }
}
