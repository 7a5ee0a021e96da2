internal import Base

/// `host [":" port]` (RFC 3261 §25.1, IPv6 by RFC 5954).
struct HostPort {
  /// The host; an IPv6 address with its brackets.
  let host: Range<Int>
  let port: UInt16?

  /// Reads from `position` and moves behind it; white space may stand around a Via's colon.
  @inline(__always)
  init(_ bytes: Span<UInt8>, at position: inout Int, to end: Int) throws(SyntaxError) {
    host = try HostPort.host(bytes, at: position, to: end)
    position = host.upperBound
    guard position < end, bytes[position] == UInt8(ascii: ":") else {
      port = nil
      return
    }
    port = try HostPort.port(bytes, at: &position, to: end)
  }

  @inline(__always)
  private static func host(
    _ bytes: Span<UInt8>, at start: Int, to end: Int
  ) throws(SyntaxError) -> Range<Int> {
    guard start < end else { throw SyntaxError(.badHost, at: start) }
    if bytes[start] == UInt8(ascii: "[") {
      var close = start &+ 1
      while close < end, isAddressByte(bytes[close]) { close &+= 1 }
      guard close < end, bytes[close] == UInt8(ascii: "]"), close &- start > 2 else {
        throw SyntaxError(.badHost, at: close)
      }
      return start..<close &+ 1
    }
    let stop = bytes.skip(.host, from: start, to: end)
    guard stop > start else { throw SyntaxError(.badHost, at: start) }
    return start..<stop
  }

  /// What an IPv6 address is spelled with.
  private static func isAddressByte(_ byte: UInt8) -> Bool {
    hexValue(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
  }

  /// Reads a colon and the port behind it.
  static func port(
    _ bytes: Span<UInt8>, at position: inout Int, to end: Int
  ) throws(SyntaxError) -> UInt16 {
    let start = bytes.skipSpace(from: position &+ 1, to: end)
    // Six digits are too many already, and cannot overflow.
    let limit = min(end, start &+ 6)
    var port: UInt32 = 0
    var stop = start
    while stop < limit {
      let digit = bytes[stop] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      port = port &* 10 &+ UInt32(digit)
      stop &+= 1
    }
    guard port > 0, port <= 65_535 else { throw SyntaxError(.badPort, at: start) }
    position = stop
    return UInt16(truncatingIfNeeded: port)
  }
}
