public import Base

/// Reads one answer of a web server from a stream of bytes (RFC 9112).
///
///     head ──100 to 199──> head, at most eight times
///      │──204, 304────────────────────────────────────────> complete
///      │──Content-Length──> length ──all there──────────────> complete
///      │──chunked──> size ──> chunk ──> its end ──> size        ↑
///      │              └──0──> trailer ──empty line──────────────┤
///      └──neither──> until the end ──the connection ends────────┘
/// Whatever comes behind the answer is not read. Nothing here grows above its limit.
public struct HTTPResponseReader: Sendable {
  private enum State: Equatable {
    case head
    case length(left: Int)
    case size
    case chunk(left: Int)
    case chunkEnd
    case trailer
    case untilEnd
    case complete
  }

  /// How a body's end is known.
  private struct Framing {
    var length: Int?
    var isChunked = false
  }

  /// How long all the lines of a head may be together, and of a trailer.
  public static let headLimit = 8_192
  /// How long the line of a chunk's size may be, extensions included.
  private static let sizeLineLimit = 256
  /// How many heads may come before that of the answer.
  private static let interimLimit = 8

  private let bodyLimit: Int
  private var state = State.head
  private var response = HTTPResponse()
  private var framing = Framing()
  private var line = Text()
  /// How many bytes of lines were read since the head or the trailer began.
  private var lineBytes = 0
  private var hasStatus = false
  private var interimHeads = 0

  /// Waits for an answer whose body has at most so many bytes.
  public init(bodyLimit: Int) { self.bodyLimit = bodyLimit }

  /// The answer, once it is complete.
  public var complete: HTTPResponse? { state == .complete ? response : nil }

  /// Takes bytes as they come.
  public mutating func receive(_ bytes: Text) throws(HTTPProblem) {
    var rest = bytes[...]
    while !rest.isEmpty, state != .complete {
      switch state {
      case .length(let left):
        let taken = try take(left, from: &rest)
        state = taken == left ? .complete : .length(left: left - taken)
      case .chunk(let left):
        let taken = try take(left, from: &rest)
        state = taken == left ? .chunkEnd : .chunk(left: left - taken)
      case .untilEnd: _ = try take(rest.count, from: &rest)
      case .head, .size, .chunkEnd, .trailer: try takeLine(from: &rest)
      case .complete: break
      }
    }
  }

  /// The connection has ended: that is the end of some answers, and cuts others short.
  public mutating func end() throws(HTTPProblem) {
    switch state {
    case .complete: break
    case .untilEnd: state = .complete
    case .head, .length, .size, .chunk, .chunkEnd, .trailer: throw .cutShort
    }
  }

  /// Moves at most `most` bytes into the body.
  private mutating func take(
    _ most: Int, from rest: inout ArraySlice<UInt8>
  ) throws(HTTPProblem) -> Int {
    let count = min(most, rest.count)
    guard response.body.count + count <= bodyLimit else { throw .longBody }
    response.body.append(contentsOf: rest.prefix(count))
    rest = rest.dropFirst(count)
    return count
  }

  // MARK: - Lines

  private mutating func takeLine(from rest: inout ArraySlice<UInt8>) throws(HTTPProblem) {
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
      try add(rest, endsLine: false)
      rest = []
      return
    }
    try add(rest[..<end], endsLine: true)
    rest = rest[(end + 1)...]
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    let whole = line
    line = []
    try read(whole)
  }

  private mutating func add(
    _ piece: ArraySlice<UInt8>, endsLine: Bool
  ) throws(HTTPProblem) {
    // The line's own end counts too: empty lines without end would have no length otherwise.
    lineBytes += piece.count + (endsLine ? 1 : 0)
    let isHead = state == .head || state == .trailer
    guard lineBytes <= (isHead ? Self.headLimit : Self.sizeLineLimit) else {
      throw isHead ? .longHead : .chunk
    }
    line.append(contentsOf: piece)
  }

  private mutating func read(_ line: Text) throws(HTTPProblem) {
    switch state {
    case .head where !hasStatus: try readStatus(line)
    case .head where line.isEmpty: try endHead()
    case .head: try readField(line)
    case .size: try readSize(line)
    case .chunkEnd:
      guard line.isEmpty else { throw .chunk }
      begin(.size)
    case .trailer: if line.isEmpty { state = .complete }
    case .length, .chunk, .untilEnd, .complete: break
    }
  }

  private mutating func begin(_ next: State) {
    state = next
    lineBytes = 0
  }

  /// `HTTP/1.1 200 OK`; the words behind the code mean nothing (RFC 9112 §4).
  private mutating func readStatus(_ line: Text) throws(HTTPProblem) {
    guard line.count >= 12, line[..<7].equals("HTTP/1."), line[8] == UInt8(ascii: " "),
      line[7] == UInt8(ascii: "0") || line[7] == UInt8(ascii: "1"),
      line.count == 12 || line[12] == UInt8(ascii: " "),
      let code = line[9..<12].decimalValue, (100...599).contains(code)
    else { throw .statusLine }
    response.status = UInt16(code)
    hasStatus = true
  }

  private mutating func readField(_ line: Text) throws(HTTPProblem) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
      line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw .field }
    let value = Self.trimmed(line[(colon + 1)...])
    guard !value.contains(where: { isControl($0) && $0 != UInt8(ascii: "\t") }) else {
      throw .field
    }
    let name = line[..<colon]
    if name.equalsIgnoringCase("content-length") {
      guard let length = value.decimalValue.flatMap({ Int(exactly: $0) }),
        framing.length == nil || framing.length == length
      else { throw .length }
      framing.length = length
    } else if name.equalsIgnoringCase("transfer-encoding") {
      guard value.equalsIgnoringCase("chunked"), !framing.isChunked else { throw .coding }
      framing.isChunked = true
    } else if name.equalsIgnoringCase("content-encoding") {
      guard value.equalsIgnoringCase("identity") else { throw .coding }
    } else if name.equalsIgnoringCase("etag") {
      response.entityTag = Text(value)
    } else if name.equalsIgnoringCase("location") {
      response.location = Text(value)
    } else if name.equalsIgnoringCase("retry-after") {
      response.retryAfter = value.decimalValue.flatMap { Int(exactly: min($0, 86_400)) }
    }
  }

  /// The head is over: how the body ends (RFC 9112 §6.3).
  private mutating func endHead() throws(HTTPProblem) {
    let found = framing
    if response.status < 200 {
      // What comes first is no answer yet.
      guard interimHeads < Self.interimLimit else { throw .longHead }
      interimHeads += 1
      (response, framing, hasStatus) = (HTTPResponse(), Framing(), false)
      return begin(.head)
    }
    if response.status == 204 || response.status == 304 { return state = .complete }
    // Both together is how answers are smuggled past somebody between.
    guard found.length == nil || !found.isChunked else { throw .length }
    if found.isChunked { return begin(.size) }
    guard let length = found.length else { return state = .untilEnd }
    guard length <= bodyLimit else { throw .longBody }
    state = length == 0 ? .complete : .length(left: length)
  }

  /// The size in hexadecimal, with extensions that nobody needs behind `;`.
  private mutating func readSize(_ line: Text) throws(HTTPProblem) {
    let end = line.firstIndex(of: UInt8(ascii: ";")) ?? line.endIndex
    let digits = Self.trimmed(line[..<end])
    guard (1...8).contains(digits.count) else { throw .chunk }
    // Eight digits are 32 bits, one more than an Int of the board has for them.
    var size: UInt32 = 0
    for digit in digits {
      guard let value = Self.hexValue(digit) else { throw .chunk }
      size = size << 4 | value
    }
    guard size <= bodyLimit - response.body.count else { throw .longBody }
    begin(size == 0 ? .trailer : .chunk(left: Int(size)))
  }

  private static func hexValue(_ byte: UInt8) -> UInt32? {
    switch lowercased(byte) {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(lowercased(byte) - UInt8(ascii: "a")) + 10
    default: nil
    }
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = text
    while let first = text.first, isBlank(first) { text = text.dropFirst() }
    while let last = text.last, isBlank(last) { text = text.dropLast() }
    return text
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }
}
