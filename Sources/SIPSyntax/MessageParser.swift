internal import Base

/// The one pass over a message: start line, header fields, body.
struct MessageParser {
  private(set) var startLine = StartLine.status(code: 100, reason: 0..<0)
  private(set) var methodText = 0..<0
  private(set) var body = 0..<0
  private(set) var fault: SyntaxError?
  private(set) var fields: [HeaderField] = []
  /// One bit a name, so that a name that is not there costs no search.
  private(set) var present: UInt64 = 0

  /// The names that may stand once (RFC 3261 §7.3.1 with the grammar of §25.1).
  private static let single: UInt64 = {
    var bits: UInt64 = 0
    for name: HeaderName in [
      .to, .from, .cSeq, .callID, .maxForwards, .contentLength, .contentType, .expires, .date,
      .event, .rSeq, .rAck, .minSE, .sessionExpires, .minExpires, .replaces, .referTo,
    ] { bits |= 1 << UInt64(name.rawValue) }
    return bits
  }()

  mutating func parse(_ bytes: Span<UInt8>) throws(SyntaxError) {
    guard bytes.count <= Message.maximumSize else {
      throw SyntaxError(.tooLong, at: Message.maximumSize)
    }
    // RFC 3261 §7.5: line breaks in front of the start line are ignored.
    var start = 0
    while start < bytes.count, isLineBreak(bytes[start]) { start &+= 1 }
    guard start < bytes.count else { throw SyntaxError(.empty, at: 0) }

    let end = bytes.lineBreak(from: start)
    let first = try ParsedStartLine(bytes, start..<end)
    startLine = first.line
    methodText = first.method
    fault = first.fault
    fields.reserveCapacity(24)
    let bodyStart = try parseFields(bytes, from: behindBreak(bytes, end))
    findBody(bytes, from: bodyStart)
  }

  /// Reads the fields up to the empty line; returns where the body starts.
  private mutating func parseFields(
    _ bytes: Span<UInt8>, from start: Int
  ) throws(SyntaxError) -> Int {
    var at = start
    while at < bytes.count, !isLineBreak(bytes[at]) {
      at = try parseField(bytes, from: at)
    }
    if at >= bytes.count {
      note(.missingEmptyLine, at: at)
      return bytes.count
    }
    return behindBreak(bytes, at)
  }

  private mutating func parseField(
    _ bytes: Span<UInt8>, from start: Int
  ) throws(SyntaxError) -> Int {
    let colon = bytes.find(UInt8(ascii: ":"), from: start, to: min(start &+ 256, bytes.count))
    guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else {
      note(.missingColon, at: start)
      return skipLine(bytes, from: start)
    }
    let name = bytes.trimmedEnd(start..<colon)
    let known = HeaderName(bytes, name)
    if known == .other, !isFieldName(bytes, name) {
      note(.badFieldName, at: start)
      return skipLine(bytes, from: start)
    }
    let valueStart = colon &+ 1
    var end = bytes.lineBreak(from: valueStart)
    var next = behindBreak(bytes, end)
    while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 {
      end = bytes.lineBreak(from: next)
      next = behindBreak(bytes, end)
    }
    guard fields.count < Message.maximumFieldCount else {
      throw SyntaxError(.tooManyFields, at: start)
    }
    fields.append(HeaderField(known, name, bytes.trimmed(valueStart..<end)))
    mark(known, at: start)
    return next
  }

  /// Behind the CRLF that starts at `end`; anything else than CRLF is a fault.
  @inline(__always)
  private mutating func behindBreak(_ bytes: Span<UInt8>, _ end: Int) -> Int {
    if end &+ 1 < bytes.count, bytes[end] == 0x0D, bytes[end &+ 1] == 0x0A { return end &+ 2 }
    if end < bytes.count { note(.badLineEnd, at: end) }
    return min(end &+ 1, bytes.count)
  }

  private mutating func skipLine(_ bytes: Span<UInt8>, from start: Int) -> Int {
    behindBreak(bytes, bytes.lineBreak(from: start))
  }

  private func isFieldName(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Bool {
    !name.isEmpty && bytes.skip(.token, from: name.lowerBound, to: name.upperBound) == name.upperBound
  }

  @inline(__always)
  private mutating func mark(_ name: HeaderName, at start: Int) {
    let bit: UInt64 = 1 &<< UInt64(name.rawValue)
    if present & bit & Self.single != 0 { note(.repeatedField, at: start) }
    present |= bit
  }

  /// Keeps the first fault; the others are its consequences more often than not.
  private mutating func note(_ reason: SyntaxError.Reason, at offset: Int) {
    if fault == nil { fault = SyntaxError(reason, at: offset) }
  }

  /// RFC 3261 §18.3: the body ends where the Content-Length says, or with the datagram.
  private mutating func findBody(_ bytes: Span<UInt8>, from start: Int) {
    body = start..<bytes.count
    guard present &>> UInt64(HeaderName.contentLength.rawValue) & 1 != 0 else { return }
    for field in fields where field.name == .contentLength {
      guard let length = bytes.number(field.value, upTo: UInt32.max) else {
        note(.badNumber, at: field.value.lowerBound)
        continue
      }
      if UInt64(length) > UInt64(bytes.count &- start) {
        note(.truncatedBody, at: bytes.count)
      } else {
        body = start..<start &+ Int(length)
      }
    }
  }
}
