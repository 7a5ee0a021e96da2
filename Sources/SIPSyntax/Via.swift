public import Base

/// How a message travels, as a Via names it.
public enum Transport: UInt8, Equatable, Sendable {
  /// RFC 3261 §18.
  case udp
  /// RFC 3261 §18.
  case tcp
  /// RFC 3261 §26.2.
  case tls
  /// Anything else.
  case other
}

/// The `rport` parameter (RFC 3581).
public enum ResponsePort: Equatable, Sendable {
  /// The parameter is not there.
  case absent
  /// The parameter is there without a value: a request for one.
  case requested
  /// The port that the other side saw.
  case seen(UInt16)
}

/// One Via value: where a response goes (RFC 3261 §20.42).
public struct Via: Equatable, Sendable {
  /// The transport's name.
  public let transport: Transport
  /// The port of sent-by.
  public let port: UInt16?
  /// The port that the receiver saw, or the wish for it.
  public private(set) var rport = ResponsePort.absent
  private let hostPlace: Place
  private var branchPlace = Place.none
  private var receivedPlace = Place.none
  private var maddrPlace = Place.none

  /// The host of sent-by; an IPv6 address with its brackets.
  public var host: Range<Int> { hostPlace.range }
  /// The transaction's identifier.
  public var branch: Range<Int>? { branchPlace.optional }
  /// The address that the receiver saw.
  public var received: Range<Int>? { receivedPlace.optional }
  /// Where a response to multicast goes; kept because the grammar has it.
  public var maddr: Range<Int>? { maddrPlace.optional }

  /// Reads the one value that stands in the range.
  public init(parsing bytes: Text, _ range: Range<Int>) throws(SyntaxError) {
    let range = try Place.check(range, bytes.count)
    var position = range.lowerBound
    self = try Via(bytes.span, at: &position, to: range.upperBound)
    guard position == range.upperBound else { throw SyntaxError(.badVia, at: position) }
  }

  /// Reads the value at `position`, and moves to the comma behind it or to `end`.
  init(_ bytes: Span<UInt8>, at position: inout Int, to end: Int) throws(SyntaxError) {
    position = bytes.skipSpace(from: position, to: end)
    transport = try Via.protocolAndTransport(bytes, at: &position, to: end)
    let sentBy = try HostPort(bytes, at: &position, to: end)
    hostPlace = Place(sentBy.host)
    position = bytes.skipSpace(from: position, to: end)
    if sentBy.port == nil, position < end, bytes[position] == UInt8(ascii: ":") {
      port = try HostPort.port(bytes, at: &position, to: end)
    } else {
      port = sentBy.port
    }
    position = bytes.skipSpace(from: position, to: end)
    while position < end, bytes[position] == UInt8(ascii: ";") {
      try keep(Parameter(bytes, at: &position, to: end), bytes)
    }
    guard position == end || bytes[position] == UInt8(ascii: ",") else {
      throw SyntaxError(.badVia, at: position)
    }
  }

  /// Keeps the parameters that a user agent reads; the first of two of one name counts.
  @inline(__always)
  private mutating func keep(_ parameter: Parameter, _ bytes: Span<UInt8>) throws(SyntaxError) {
    let name = parameter.name
    guard let value = parameter.value else {
      if rport == .absent, bytes.holdsIgnoringCase("rport", at: name) { rport = .requested }
      return
    }
    switch name.count {
    case 6 where branchPlace == .none && bytes.holdsIgnoringCase("branch", at: name):
      branchPlace = Place(value)
    case 5 where maddrPlace == .none && bytes.holdsIgnoringCase("maddr", at: name):
      maddrPlace = Place(value)
    case 8 where receivedPlace == .none && bytes.holdsIgnoringCase("received", at: name):
      receivedPlace = Place(value)
    case 5 where rport == .absent && bytes.holdsIgnoringCase("rport", at: name):
      guard let port = bytes.number(value, upTo: 65_535) else {
        throw SyntaxError(.badPort, at: value.lowerBound)
      }
      rport = .seen(UInt16(truncatingIfNeeded: port))
    default: break
    }
  }

  /// `"SIP" SLASH "2.0" SLASH transport LWS`, the slashes with white space around them or not.
  @inline(__always)
  private static func protocolAndTransport(
    _ bytes: Span<UInt8>, at position: inout Int, to end: Int
  ) throws(SyntaxError) -> Transport {
    let start = position
    if end &- start > 12, bytes.holds("SIP/2.0/UDP ", at: start..<start &+ 12) {
      position = bytes.skipSpace(from: start &+ 12, to: end)
      return .udp
    }
    let name = word(bytes, at: &position, to: end)
    let version = try word(bytes, behindSlashAt: &position, to: end)
    let transport = try word(bytes, behindSlashAt: &position, to: end)
    guard bytes.holdsIgnoringCase("SIP", at: name), bytes.holds("2.0", at: version),
      !transport.isEmpty, position > transport.upperBound
    else { throw SyntaxError(.badVia, at: start) }
    return self.transport(bytes, transport)
  }

  /// The transport in the first Via of a message that we have written, and where its name stands.
  ///
  /// That of a request says how we send it; that of a response how the request came, and so how the
  /// response goes (RFC 3261 §18.2.2).
  public static func firstTransport(in message: Text) -> (transport: Transport, place: Range<Int>)?
  {
    guard let head = message.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    let bytes = message.span
    var at = head &+ 1
    while at &+ 5 < bytes.count, !bytes.holds("Via: ", at: at..<at &+ 5) {
      let end = bytes.lineBreak(from: at)
      guard end > at else { return nil }
      at = end &+ 2
    }
    at &+= 5
    guard at < bytes.count else { return nil }
    let end = bytes.lineBreak(from: at)
    _ = word(bytes, at: &at, to: end)
    guard (try? word(bytes, behindSlashAt: &at, to: end)) != nil,
      let name = try? word(bytes, behindSlashAt: &at, to: end)
    else { return nil }
    return (transport(bytes, name), name)
  }

  private static func transport(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Transport {
    if bytes.holdsIgnoringCase("UDP", at: name) { return .udp }
    if bytes.holdsIgnoringCase("TCP", at: name) { return .tcp }
    return bytes.holdsIgnoringCase("TLS", at: name) ? .tls : .other
  }

  private static func word(
    _ bytes: Span<UInt8>, at position: inout Int, to end: Int
  ) -> Range<Int> {
    let start = bytes.skipSpace(from: position, to: end)
    let stop = bytes.skip(.token, from: start, to: end)
    position = bytes.skipSpace(from: stop, to: end)
    return start..<stop
  }

  private static func word(
    _ bytes: Span<UInt8>, behindSlashAt position: inout Int, to end: Int
  ) throws(SyntaxError) -> Range<Int> {
    guard position < end, bytes[position] == UInt8(ascii: "/") else {
      throw SyntaxError(.badVia, at: position)
    }
    position &+= 1
    return word(bytes, at: &position, to: end)
  }
}
