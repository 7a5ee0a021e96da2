public import Base

/// Builds a message, one header field a call.
///
/// A value can never end its line: CR, LF and NUL in it become spaces, so that nothing that came
/// from the network, the configuration or a subscriber's keys can add a header field. A folded
/// value that is copied from a message is unfolded by the same rule (RFC 3261 §7.3.1).
public struct MessageWriter: Sendable {
  /// What is written so far.
  public private(set) var bytes = Text()

  /// Starts a request.
  public init(request method: Method, uri: Text) {
    bytes.reserveCapacity(1024)
    bytes.append(method.spelling)
    bytes.append(UInt8(ascii: " "))
    for byte in uri { bytes.append(isSpace(byte) || byte == 0 ? UInt8(ascii: "_") : byte) }
    bytes.append(" SIP/2.0\r\n")
  }

  /// Starts a response with the words of one's own choice.
  public init(response code: UInt16, reason: StaticString) {
    bytes.reserveCapacity(1024)
    bytes.append("SIP/2.0 ")
    bytes.append(decimal: code)
    bytes.append(UInt8(ascii: " "))
    appendClean(Text(reason)[...])
    bytes.append("\r\n")
  }

  /// Starts a response with the usual words.
  public init(response code: UInt16) {
    self.init(response: code, reason: reasonPhrase(for: code))
  }

  /// Adds a field; `name` must not be `other`.
  public mutating func add(_ name: HeaderName, _ value: Text) { add(name, value[...]) }

  /// Adds a field whose value is part of another text, for instance of a message.
  public mutating func add(_ name: HeaderName, _ value: ArraySlice<UInt8>) {
    start(name)
    appendClean(value)
    bytes.append("\r\n")
  }

  /// Adds a field whose value is a literal.
  public mutating func add(_ name: HeaderName, _ literal: StaticString) {
    add(name, Text(literal))
  }

  /// Adds a field whose value is a number.
  public mutating func add(_ name: HeaderName, _ number: UInt32) {
    start(name)
    bytes.append(decimal: number)
    bytes.append("\r\n")
  }

  /// Adds a field whose name is not in `HeaderName`; the name is a literal for safety.
  public mutating func add(other name: StaticString, _ value: Text) {
    bytes.append(name)
    bytes.append(": ")
    appendClean(value[...])
    bytes.append("\r\n")
  }

  /// Adds every field of that name of a message, each as it stands there.
  public mutating func copy(_ name: HeaderName, from message: Message) {
    for field in message.fields where field.name == name { add(name, message.bytes[field.value]) }
  }

  /// Adds the Content-Type if there is a body, the Content-Length and the body, and returns all.
  public mutating func finish(contentType: StaticString? = nil, body: Text = []) -> Text {
    if let contentType, !body.isEmpty { add(.contentType, contentType) }
    add(.contentLength, UInt32(truncatingIfNeeded: body.count))
    bytes.append("\r\n")
    bytes.append(contentsOf: body)
    return bytes
  }

  private mutating func start(_ name: HeaderName) {
    precondition(name != .other, "a field needs its name")
    bytes.append(name.spelling)
    bytes.append(": ")
  }

  private mutating func appendClean(_ value: ArraySlice<UInt8>) {
    for byte in value {
      bytes.append(isLineBreak(byte) || byte == 0 ? UInt8(ascii: " ") : byte)
    }
  }
}

extension Array where Element == UInt8 {
  /// Appends a quoted string with `"` and `\` escaped, control bytes as spaces (RFC 3261 §25.1).
  public mutating func append(quotedString text: Text) {
    append(UInt8(ascii: "\""))
    for byte in text {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { append(UInt8(ascii: "\\")) }
      append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: " ") : byte)
    }
    append(UInt8(ascii: "\""))
  }

  /// Appends a URI's user part, every byte escaped that may not stand there (RFC 3261 §25.1).
  public mutating func append(user text: Text) {
    for byte in text {
      if ByteClass.user.contains(byte) {
        append(byte)
      } else {
        append(UInt8(ascii: "%"))
        append(upperHexDigit(byte >> 4))
        append(upperHexDigit(byte & 0xF))
      }
    }
  }
}

private func upperHexDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
}
