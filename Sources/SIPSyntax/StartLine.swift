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
    let codeEnd = bytes.find(0x20, from: start &+ 8, to: range.upperBound)
    guard codeEnd &- start == 11,
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
    let line = start..<bytes.trimmed(range).upperBound
    let version = try Self.version(bytes, methodEnd..<line.upperBound)
    var uri = methodEnd &+ 1..<max(methodEnd &+ 1, version.lowerBound &- 1)
    var fault: SyntaxError?
    if !bytes.holdsIgnoringCase("SIP/2.0", at: version) {
      fault = SyntaxError(.badVersion, at: version.lowerBound)
    } else if uri.isEmpty || line.upperBound != range.upperBound {
      fault = SyntaxError(uri.isEmpty ? .badRequestURI : .badStartLine, at: uri.lowerBound)
    } else {
      let bad = bytes.skip(.uri, from: uri.lowerBound, to: uri.upperBound)
      if bad < uri.upperBound { fault = SyntaxError(.badRequestURI, at: bad) }
    }
    uri = bytes.trimmed(uri)
    self.init(
      line: .request(method: Method(bytes, start..<methodEnd), uri: uri),
      method: start..<methodEnd, fault: fault)
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
