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

  private var contentLength: Range<Int>?

  /// The names that may stand once (RFC 3261 §7.3.1 with the grammar of §25.1).
  private static var single: UInt64 {
    let addresses = HeaderName.to.bit | HeaderName.from.bit | HeaderName.referTo.bit
    let identity =
      HeaderName.callID.bit | HeaderName.cSeq.bit | HeaderName.rSeq.bit
      | HeaderName.rAck.bit | HeaderName.replaces.bit | HeaderName.event.bit
    let times =
      HeaderName.expires.bit | HeaderName.minExpires.bit | HeaderName.minSE.bit
      | HeaderName.sessionExpires.bit | HeaderName.date.bit | HeaderName.maxForwards.bit
    return addresses | identity | times | HeaderName.contentLength.bit
      | HeaderName.contentType.bit
  }

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
    let bodyStart = try parseFields(bytes, from: behindBreak(bytes, end))
    findBody(bytes, from: bodyStart)
  }

  /// Reads the fields up to the empty line; returns where the body starts.
  private mutating func parseFields(
    _ bytes: Span<UInt8>, from start: Int
  ) throws(SyntaxError) -> Int {
    var at = start
    var found: [HeaderField] = []
    while at < bytes.count, !isLineBreak(bytes[at]) {
      guard found.count < Message.maximumFieldCount else {
        throw SyntaxError(.tooManyFields, at: at)
      }
      found.append(addingCapacity: 32) { room in at = parseFields(bytes, from: at, into: &room) }
    }
    fields = found
    if at >= bytes.count {
      note(.missingEmptyLine, at: at)
      return bytes.count
    }
    return behindBreak(bytes, at)
  }

  /// Reads up to 32 fields; returns where the next line starts.
  private mutating func parseFields(
    _ bytes: Span<UInt8>, from start: Int, into room: inout OutputSpan<HeaderField>
  ) -> Int {
    var at = start
    var left = 32
    while left > 0, at < bytes.count, !isLineBreak(bytes[at]) {
      at = parseField(bytes, from: at, into: &room)
      left &-= 1
    }
    return at
  }

  @inline(__always)
  private mutating func parseField(
    _ bytes: Span<UInt8>, from start: Int, into room: inout OutputSpan<HeaderField>
  ) -> Int {
    let colon = bytes.findNear(
      UInt8(ascii: ":"), from: start, to: min(start &+ 256, bytes.count))
    guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else {
      return skipLine(bytes, from: start, .missingColon)
    }
    let name = bytes.trimmedEnd(start..<colon)
    let known = HeaderName(bytes, name)
    if known == .other, !isFieldName(bytes, name) {
      return skipLine(bytes, from: start, .badFieldName)
    }
    let line = fieldEnd(bytes, from: colon &+ 1)
    let value = bytes.trimmed(colon &+ 1..<line.end)
    room.append(HeaderField(known, name, value))
    mark(known, value, at: start)
    return line.next
  }

  /// Where the value ends with all its folded lines, and where the next field starts.
  @inline(__always)
  private mutating func fieldEnd(
    _ bytes: Span<UInt8>, from start: Int
  ) -> (end: Int, next: Int) {
    let end = bytes.lineBreak(from: start)
    // Nearly always a line ends in CRLF and the next one starts with a name.
    if bytes.startsNextLine(end) { return (end, end &+ 2) }
    return foldedEnd(bytes, end)
  }

  private mutating func foldedEnd(_ bytes: Span<UInt8>, _ first: Int) -> (end: Int, next: Int) {
    var end = first
    var next = behindBreak(bytes, end)
    while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 {
      end = bytes.lineBreak(from: next)
      next = behindBreak(bytes, end)
    }
    return (end, next)
  }

  /// Behind the CRLF that starts at `end`; anything else than CRLF is a fault.
  private mutating func behindBreak(_ bytes: Span<UInt8>, _ end: Int) -> Int {
    if end &+ 1 < bytes.count, bytes[end] == 0x0D, bytes[end &+ 1] == 0x0A { return end &+ 2 }
    if end < bytes.count { note(.badLineEnd, at: end) }
    return min(end &+ 1, bytes.count)
  }

  private mutating func skipLine(
    _ bytes: Span<UInt8>, from start: Int, _ reason: SyntaxError.Reason
  ) -> Int {
    note(reason, at: start)
    return behindBreak(bytes, bytes.lineBreak(from: start))
  }

  private func isFieldName(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Bool {
    !name.isEmpty
      && bytes.skip(.token, from: name.lowerBound, to: name.upperBound) == name.upperBound
  }

  @inline(__always)
  private mutating func mark(_ name: HeaderName, _ value: Range<Int>, at start: Int) {
    let bit = name.bit
    if present & bit & Self.single != 0 { note(.repeatedField, at: start) }
    present |= bit
    if name == .contentLength { contentLength = value }
  }

  /// Keeps the first fault; the others are its consequences more often than not.
  private mutating func note(_ reason: SyntaxError.Reason, at offset: Int) {
    if fault == nil { fault = SyntaxError(reason, at: offset) }
  }

  /// RFC 3261 §18.3: the body ends where the Content-Length says, or with the datagram.
  private mutating func findBody(_ bytes: Span<UInt8>, from start: Int) {
    body = start..<bytes.count
    guard let contentLength else { return }
    guard let length = bytes.number(contentLength, upTo: UInt32.max) else {
      return note(.badNumber, at: contentLength.lowerBound)
    }
    if UInt64(length) > UInt64(bytes.count &- start) {
      note(.truncatedBody, at: bytes.count)
    } else {
      body = start..<start &+ Int(length)
    }
  }
}
