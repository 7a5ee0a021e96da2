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
    let (status, refusal) = words
    let body = verdict == .page ? page() : Text(refusal)
    var answer = Text("HTTP/1.1 ")
    answer.append(status)
    answer.append("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: ")
    answer.append(decimal: body.count)
    answer.append("\r\nConnection: close\r\n\r\n")
    if !isHead { answer += body }
    return answer
  }

  /// The status with what belongs to it, and what a person reads who is refused.
  private var words: (StaticString, StaticString) {
    switch verdict {
    case .page: ("200 OK", "")
    case .notFound: ("404 Not Found", "the only page is /metrics\n")
    case .methodNotAllowed:
      (
        "405 Method Not Allowed\r\nAllow: GET, HEAD", "the page can only be read: GET or HEAD\n"
      )
    case .malformed: ("400 Bad Request", "not a request of HTTP/1.1\n")
    }
  }
}

/// Gathers a request's head from the pieces in which it comes.
public struct PageRequestReader: Sendable {
  /// The most bytes that a head may have.
  public static let limit = 4_096

  private var head = Text()
  private var received = 0
  private var isBroken = false

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
      if isControl(byte) || (head.last == .carriageReturn && byte != .lineFeed) { isBroken = true }
      head.append(byte)
      guard byte == .lineFeed, hasEmptyLine else { continue }
      return isBroken ? .malformed : PageRequest(head: head)
    }
    return nil
  }

  /// Whether the line that has just ended is empty; a bare LF ends one too (RFC 9112 §2.2).
  private var hasEmptyLine: Bool {
    var last = head.count - 2
    if head[last] == .carriageReturn { last -= 1 }
    return last >= 0 && head[last] == .lineFeed
  }
}

extension PageRequest {
  fileprivate static var malformed: PageRequest {
    PageRequest(verdict: .malformed, isHead: false)
  }

  /// Reads a whole head without a control character but those that end lines.
  fileprivate init(head: Text) {
    var rest = head[...]
    var line = takeLine(from: &rest)
    let method = take(upTo: .space, from: &line)
    let target = take(upTo: .space, from: &line)
    var hosts = 0
    var isGood = isToken(method) && isTarget(target) && isVersion(line)
    while isGood, !rest.isEmpty {
      var field = takeLine(from: &rest)
      guard !field.isEmpty else { continue }
      // Nothing may stand before the colon, and no line continues another (RFC 9112 §5.1, §5.2).
      isGood = field.contains(.colon)
      let name = take(upTo: .colon, from: &field)
      isGood = isGood && isToken(name)
      if name.equalsIgnoringCase("host") { hosts += 1 }
    }
    // Without exactly one Host a request of HTTP/1.1 is not good (RFC 9112 §3.2).
    guard isGood, hosts == 1 || (hosts == 0 && line.last == UInt8(ascii: "0")) else {
      self = .malformed
      return
    }
    isHead = method.equals("HEAD")
    if !path(of: target).equals("/metrics") {
      verdict = .notFound
    } else {
      verdict = isHead || method.equals("GET") ? .page : .methodNotAllowed
    }
  }
}

/// Takes the bytes before a separator, or all when there is none, and the separator.
@inline(never)
private func take(upTo separator: UInt8, from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var end = rest.startIndex
  while end < rest.endIndex, rest[end] != separator { end += 1 }
  let taken = rest[..<end]
  rest = rest[min(end + 1, rest.endIndex)...]
  return taken
}

private func takeLine(from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  let line = take(upTo: .lineFeed, from: &rest)
  return line.last == .carriageReturn ? line.dropLast() : line
}

/// The path of a target in origin form, or in the absolute form that every server has to take too
/// (RFC 9112 §3.2), without its query.
private func path(of target: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var rest = target
  var path = take(upTo: UInt8(ascii: "?"), from: &rest)
  guard path.prefix(7).equalsIgnoringCase("http://") else { return path }
  path = path.dropFirst(7)
  while let first = path.first, first != UInt8(ascii: "/") { path = path.dropFirst() }
  return path
}

private func isVersion(_ word: ArraySlice<UInt8>) -> Bool {
  guard word.count == 8, let last = word.last else { return false }
  return word.dropLast().equals("HTTP/1.") && isDigit(last)
}

/// Visible ASCII (RFC 3986); the finer grammar cannot make another path of it.
private func isTarget(_ word: ArraySlice<UInt8>) -> Bool {
  for byte in word where byte <= .space || byte >= 0x7F { return false }
  return !word.isEmpty
}

/// `token` (RFC 9110 §5.6.2).
@inline(never)
private func isToken(_ word: ArraySlice<UInt8>) -> Bool {
  let marks: StaticString = "!#$%&'*+-.^_`|~"
  for byte in word {
    let letter = lowercased(byte) &- UInt8(ascii: "a")
    guard letter < 26 || isDigit(byte) || marks.withUTF8Buffer({ unsafe $0.contains(byte) }) else {
      return false
    }
  }
  return !word.isEmpty
}

private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

/// What may not stand in a head, but for the ends of lines, which have to be whole.
private func isControl(_ byte: UInt8) -> Bool {
  (byte < .space && byte != 0x09 && byte != .carriageReturn && byte != .lineFeed) || byte == 0x7F
}

extension UInt8 {
  fileprivate static var lineFeed: UInt8 { 0x0A }
  fileprivate static var carriageReturn: UInt8 { 0x0D }
  fileprivate static var space: UInt8 { 0x20 }
  fileprivate static var colon: UInt8 { UInt8(ascii: ":") }
}
