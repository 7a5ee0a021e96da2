/// The first line of a message (RFC 3261 §7.1, §7.2).
public enum StartLine: Equatable, Sendable {
  /// A request: its method, and where its Request-URI stands.
  case request(method: Method, uri: Range<Int>)
  /// A response: its status code from 100 to 699, and where its reason phrase stands.
  case status(code: UInt16, reason: Range<Int>)
}

/// A start line with what only the parser wants to know about it.
struct ParsedStartLine {
  var line: StartLine
  /// The method's bytes; empty for a response.
  var method: Range<Int>
  /// What is wrong with it, if the message can be answered all the same.
  var fault: SyntaxError?

  /// Reads the line that stands in the range, without its CRLF.
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(SyntaxError) {
    let start = range.lowerBound
    guard range.count >= 8 else { throw SyntaxError(.badStartLine, at: start) }
    if bytes.holds("SIP/", at: start..<start &+ 4) {
      self = try ParsedStartLine(status: bytes, range)
    } else {
      self = try ParsedStartLine(request: bytes, range)
    }
  }

  private init(line: StartLine, method: Range<Int>, fault: SyntaxError?) {
    self.line = line
    self.method = method
    self.fault = fault
  }

  private init(status bytes: Span<UInt8>, _ range: Range<Int>) throws(SyntaxError) {
    let start = range.lowerBound
    guard bytes.holds("SIP/2.0 ", at: start..<start &+ 8) else {
      throw SyntaxError(.badVersion, at: start)
    }
    let codeEnd = start &+ 11
    guard codeEnd <= range.upperBound, codeEnd == range.upperBound || bytes[codeEnd] == 0x20,
      let code = bytes.number(start &+ 8..<codeEnd, upTo: 699), code >= 100
    else { throw SyntaxError(.badStatusCode, at: start &+ 8) }
    // Some senders leave out the space in front of an empty phrase.
    let phrase = min(codeEnd &+ 1, range.upperBound)..<range.upperBound
    self.init(
      line: .status(code: UInt16(truncatingIfNeeded: code), reason: phrase),
      method: start..<start, fault: nil)
  }

  private init(request bytes: Span<UInt8>, _ range: Range<Int>) throws(SyntaxError) {
    let start = range.lowerBound
    let methodEnd = bytes.skip(.token, from: start, to: range.upperBound)
    guard methodEnd > start, methodEnd < range.upperBound, bytes[methodEnd] == 0x20 else {
      throw SyntaxError(.badStartLine, at: methodEnd)
    }
    let uriStart = methodEnd &+ 1
    let uriEnd = bytes.find(0x20, from: uriStart, to: range.upperBound)
    if uriEnd > uriStart, uriEnd < range.upperBound,
      bytes.holds("SIP/2.0", at: uriEnd &+ 1..<range.upperBound)
    {
      let method = Method(bytes, start..<methodEnd)
      self.init(
        line: .request(method: method, uri: uriStart..<uriEnd), method: start..<methodEnd,
        fault: nil)
    } else {
      self = try ParsedStartLine(oddRequest: bytes, range, methodEnd: methodEnd)
    }
  }

  /// A request line that is no `method SP uri SP SIP/2.0`, but may be answered.
  private init(
    oddRequest bytes: Span<UInt8>, _ range: Range<Int>, methodEnd: Int
  ) throws(SyntaxError) {
    let line = range.lowerBound..<bytes.trimmed(range).upperBound
    let version = try Self.version(bytes, methodEnd..<line.upperBound)
    let uri = bytes.trimmed(methodEnd..<version.lowerBound)
    if !bytes.holdsIgnoringCase("SIP/2.0", at: version) {
      fault = SyntaxError(.badVersion, at: version.lowerBound)
    } else if line.upperBound != range.upperBound {
      fault = SyntaxError(.badStartLine, at: line.upperBound)
    } else if uri.isEmpty || uri.lowerBound != methodEnd &+ 1
      || uri.upperBound != version.lowerBound &- 1
      || bytes.find(0x20, from: uri.lowerBound, to: uri.upperBound) < uri.upperBound
    {
      fault = SyntaxError(.badRequestURI, at: uri.lowerBound)
    }
    method = range.lowerBound..<methodEnd
    self.line = .request(method: Method(bytes, method), uri: uri)
  }

  /// The last word of the line; it must look like some version of SIP.
  private static func version(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(SyntaxError) -> Range<Int> {
    var start = range.upperBound
    while start > range.lowerBound, !isSpace(bytes[start &- 1]) { start &-= 1 }
    guard range.upperBound &- start >= 5,
      bytes.holdsIgnoringCase("SIP/", at: start..<start &+ 4)
    else { throw SyntaxError(.badStartLine, at: start) }
    return start..<range.upperBound
  }
}
