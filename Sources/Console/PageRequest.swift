public import Base

/// What a monitoring system asked for by HTTP/1.1 (RFC 9110, RFC 9112), and the answer to it.
public struct PageRequest: Equatable, Sendable {
  /// What becomes of the request.
  public enum Verdict: Equatable, Sendable {
    /// It gets the page of metrics.
    case page
    /// There is no such page.
    case notFound
    /// The page can only be read.
    case methodNotAllowed
    /// It is no request of HTTP/1.0 or 1.1, or too long.
    case malformed
  }

  /// What becomes of the request.
  public let verdict: Verdict
  /// Whether only the head of the answer is wanted.
  public let isHead: Bool

  /// The answer, after which the connection ends; `page` is asked for only if it is wanted.
  ///
  /// It has no Date: RFC 9110 §6.6.1 wants none of a server whose clock may not be set.
  public func answer(page: () -> Text) -> Text {
    var answer = Text("HTTP/1.1 ")
    var body: Text
    switch verdict {
    case .page:
      answer.append("200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8")
      body = page()
    case .notFound:
      answer.append("404 Not Found\r\nContent-Type: text/plain")
      body = Text("the only page is /metrics\n")
    case .methodNotAllowed:
      answer.append("405 Method Not Allowed\r\nAllow: GET, HEAD\r\nContent-Type: text/plain")
      body = Text("the page can only be read: GET or HEAD\n")
    case .malformed:
      answer.append("400 Bad Request\r\nContent-Type: text/plain")
      body = Text("not a request of HTTP/1.1\n")
    }
    answer.append("\r\nContent-Length: ")
    answer.append(decimal: body.count)
    answer.append("\r\nConnection: close\r\n\r\n")
    if !isHead { answer += body }
    return answer
  }
}

/// Gathers a request's head from the pieces in which it comes.
public struct PageRequestReader: Sendable {
  /// The most bytes that a head may have.
  public static let limit = 4_096

  private var head = Text()
  private var received = 0

  /// Makes a reader that has seen nothing.
  public init() {}

  /// Takes a piece; returns the request when its head is whole, or cannot become a good one.
  ///
  /// What follows the head is not looked at: no request for a page has content.
  public mutating func receive(_ bytes: Text) -> PageRequest? {
    for byte in bytes {
      received += 1
      guard received <= Self.limit else { return .malformed }
      // Empty lines before a request are to be ignored (RFC 9112 §2.2).
      if head.isEmpty, byte == .lineFeed || byte == .carriageReturn { continue }
      head.append(byte)
      if byte == .lineFeed, hasEmptyLine { return PageRequest(head: head) }
    }
    return nil
  }

  /// Whether the line that has just ended is empty; a bare LF ends one too (RFC 9112 §2.2).
  private var hasEmptyLine: Bool {
    let end = head.dropLast()
    return end.last == .lineFeed
      || (end.last == .carriageReturn && end.dropLast().last == .lineFeed)
  }
}

extension PageRequest {
  fileprivate static var malformed: PageRequest {
    PageRequest(verdict: .malformed, isHead: false)
  }

  /// Reads a whole head.
  fileprivate init(head: Text) {
    let lines = head.split(separator: .lineFeed).map { line in
      line.last == .carriageReturn ? line.dropLast() : line
    }
    guard let first = lines.first, lines.allSatisfy({ !$0.contains(where: isControl) }) else {
      self = .malformed
      return
    }
    // Of the empty line nothing but its CR may be left.
    let fields = lines.dropFirst().filter { !$0.isEmpty }
    self.init(requestLine: first, fields: fields)
  }

  private init(requestLine: ArraySlice<UInt8>, fields: [ArraySlice<UInt8>]) {
    let words = requestLine.split(separator: .space, omittingEmptySubsequences: false)
    guard words.count == 3, isToken(words[0]), isTarget(words[1]), isVersion(words[2]),
      fields.allSatisfy(isField)
    else {
      self = .malformed
      return
    }
    // Without exactly one Host a request of HTTP/1.1 is not good (RFC 9112 §3.2).
    let hosts = fields.filter { $0.prefix { $0 != .colon }.equalsIgnoringCase("host") }.count
    guard hosts == 1 || (hosts == 0 && words[2].equals("HTTP/1.0")) else {
      self = .malformed
      return
    }
    isHead = words[0].equals("HEAD")
    if !path(of: words[1]).equals("/metrics") {
      verdict = .notFound
    } else {
      verdict = isHead || words[0].equals("GET") ? .page : .methodNotAllowed
    }
  }
}

/// The path of a target in origin form, or in the absolute form that every server has to take too
/// (RFC 9112 §3.2), without its query.
private func path(of target: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  let path = target.prefix { $0 != .questionMark }
  guard path.prefix(7).equalsIgnoringCase("http://") else { return path }
  return path.dropFirst(7).drop { $0 != .slash }
}

private func isVersion(_ word: ArraySlice<UInt8>) -> Bool {
  word.count == 8 && word.starts(with: Text("HTTP/1.")) && word.last.map(isDigit) == true
}

/// Visible ASCII (RFC 3986); the finer grammar cannot make another path of it.
private func isTarget(_ word: ArraySlice<UInt8>) -> Bool {
  !word.isEmpty && word.allSatisfy { $0 > .space && $0 < 0x7F }
}

/// `field-name ":"` with nothing between them; a line that continues another is refused as well
/// (RFC 9112 §5.1, §5.2).
private func isField(_ line: ArraySlice<UInt8>) -> Bool {
  let name = line.prefix { $0 != .colon }
  return name.count < line.count && isToken(name)
}

/// `token` (RFC 9110 §5.6.2).
private func isToken(_ word: ArraySlice<UInt8>) -> Bool {
  let marks: StaticString = "!#$%&'*+-.^_`|~"
  return !word.isEmpty
    && word.allSatisfy { byte in
      let lower = lowercased(byte)
      return isDigit(byte) || (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z"))
        || marks.withUTF8Buffer { unsafe $0.contains(byte) }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

private func isControl(_ byte: UInt8) -> Bool { (byte < .space && byte != 0x09) || byte == 0x7F }

extension UInt8 {
  fileprivate static var lineFeed: UInt8 { 0x0A }
  fileprivate static var carriageReturn: UInt8 { 0x0D }
  fileprivate static var space: UInt8 { 0x20 }
  fileprivate static var colon: UInt8 { UInt8(ascii: ":") }
  fileprivate static var slash: UInt8 { UInt8(ascii: "/") }
  fileprivate static var questionMark: UInt8 { UInt8(ascii: "?") }
}
