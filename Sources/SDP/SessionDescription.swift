public import Base

/// Who made a description, and which version of it this is (RFC 8866 §5.2).
public struct Origin: Equatable, Sendable {
  /// Identifies the session.
  public var session: UInt64
  /// Grows by one with every change (RFC 3264 §8).
  public var version: UInt64

  /// Makes the origin.
  public init(session: UInt64, version: UInt64) {
    self.session = session
    self.version = version
  }
}

/// A session description as it was received (RFC 8866), as far as a telephone call needs it.
public struct SessionDescription: Equatable, Sendable {
  /// Bytes of the longest description.
  public static let largest = 16_384
  /// Lines of the longest description.
  public static let mostLines = 500
  /// Streams of the largest description.
  public static let mostStreams = 16

  /// Who made it.
  public internal(set) var origin = Origin(session: 0, version: 0)
  /// The value of the timing line, which an answer repeats (RFC 3264 §6).
  public internal(set) var timing: Text = Text("0 0")
  /// The address for every stream that has none of its own.
  public internal(set) var connection: IPAddress?
  /// The direction of every stream that has none of its own.
  public internal(set) var direction: MediaDirection?
  /// The streams in their order.
  public internal(set) var media: [MediaDescription] = []

  /// Parses a description; lines end with CR LF or LF, what we do not know is skipped.
  public init(parsing bytes: Text) throws(SDPError) {
    guard bytes.count <= Self.largest else { throw SDPError(.tooLarge) }
    var lines = LineReader(bytes)
    guard let first = lines.next(), first.equals("v=0") else {
      throw SDPError(.badVersion, line: 1)
    }
    guard let second = lines.next(), let origin = Self.origin(second) else {
      throw SDPError(.badOrigin, line: 2)
    }
    self.origin = origin
    while let line = lines.next() {
      guard lines.number <= Self.mostLines else {
        throw SDPError(.tooLarge, line: lines.number)
      }
      if line.isEmpty { continue }
      guard line.count >= 2, line[line.startIndex + 1] == UInt8(ascii: "=") else {
        throw SDPError(.badLine, line: lines.number)
      }
      try read(line[line.startIndex], line.dropFirst(2), lines.number)
    }
  }

  private mutating func read(
    _ letter: UInt8, _ value: ArraySlice<UInt8>, _ line: Int
  ) throws(SDPError) {
    switch letter {
    case UInt8(ascii: "c"):
      try readConnection(value, line)
    case UInt8(ascii: "m"):
      guard media.count < Self.mostStreams else { throw SDPError(.tooLarge, line: line) }
      media.append(try MediaDescription(parsing: value, line: line))
    case UInt8(ascii: "a"):
      if media.isEmpty {
        direction = MediaDirection(attribute: value) ?? direction
      } else {
        try media[media.count - 1].readAttribute(value, line: line)
      }
    case UInt8(ascii: "t"):
      // Only digits and blanks come back into our own description.
      if value.allSatisfy({ $0 &- 0x30 < 10 || $0 == 0x20 }), value.count <= 41 {
        timing = Text(value)
      }
    default:
      break
    }
  }

  private mutating func readConnection(
    _ value: ArraySlice<UInt8>, _ line: Int
  ) throws(SDPError) {
    let address = connectionAddress(value)
    guard !media.isEmpty else {
      guard let address else { throw SDPError(.badConnection, line: line) }
      connection = address
      return
    }
    // A host name in a stream that is refused anyway does no harm.
    media[media.count - 1].connection = address
    media[media.count - 1].hasBadConnection = address == nil
  }

  private static func origin(_ line: ArraySlice<UInt8>) -> Origin? {
    guard line.starts(with: Text("o=")) else { return nil }
    var words = WordReader(line.dropFirst(2))
    guard words.next() != nil, let session = words.next(), let version = words.next(),
      let network = words.next(), network.equals("IN"), words.next() != nil,
      words.next() != nil
    else { return nil }
    // Numbers of any length are allowed; ours need only tell versions apart.
    guard session.allSatisfy(isDigit), version.allSatisfy(isDigit) else { return nil }
    return Origin(session: session.decimalValue ?? .max, version: version.decimalValue ?? .max)
  }
}

/// The address of `IN IP4 192.0.2.1` or `IN IP6 2001:db8::1`; a TTL behind it is cut off.
func connectionAddress(_ value: ArraySlice<UInt8>) -> IPAddress? {
  var words = WordReader(value)
  guard let network = words.next(), network.equals("IN"), let family = words.next(),
    let host = words.next()
  else { return nil }
  guard let address = IPAddress(parsing: host.prefix { $0 != UInt8(ascii: "/") }) else {
    return nil
  }
  return family.equals(address.isIPv6 ? "IP6" : "IP4") ? address : nil
}
