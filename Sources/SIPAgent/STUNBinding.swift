internal import Base

/// A Binding request of STUN (RFC 8489 §5) as a flow is kept with it: no attribute, nobody's name
/// (RFC 5626 §8).
struct STUNBinding: Equatable, Sendable {
  /// The fixed word that tells STUN from everything else.
  static let cookie: UInt32 = 0x2112_A442
  static let headerCount = 20
  /// More than any answer to a request without attributes has to say.
  static let sizeLimit = 548
  private static let type: UInt16 = 0x0001

  private let high: UInt32
  private let low: UInt64

  /// Makes a request with a transaction of its own.
  init(using random: inout RandomSource) {
    high = random.nextWord()
    low = random.next()
  }

  fileprivate init(high: UInt32, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The request's bytes.
  var bytes: Text {
    var bytes = Text()
    bytes.reserveCapacity(Self.headerCount)
    bytes.append(octets: UInt64(Self.type), count: 2)
    bytes.append(octets: 0, count: 2)
    bytes.append(octets: UInt64(Self.cookie), count: 4)
    bytes.append(octets: UInt64(high), count: 4)
    bytes.append(octets: low, count: 8)
    return bytes
  }

  /// Whether a datagram at a SIP port is STUN: what SIP begins with is a letter or a line break.
  static func isSTUN(_ datagram: Text) -> Bool {
    datagram.count >= headerCount && datagram[0] < 0x40
      && datagram.number(at: 4, count: 4) == UInt64(cookie)
  }
}

/// What answers a Binding request.
struct STUNBindingAnswer: Equatable, Sendable {
  private enum Attribute {
    static let xorMappedAddress: UInt64 = 0x0020
  }

  /// The request that it answers.
  let request: STUNBinding
  /// Where the server sees us; `nil` when it does not say, or refused.
  private(set) var mapped: Endpoint?

  /// Reads a datagram that is STUN; `nil` for what is no answer, and for one that is cut or bent.
  ///
  /// Attributes that a client would have to know are passed over: servers of RFC 3489 add some.
  init?(parsing datagram: Text) {
    let header = STUNBinding.headerCount
    guard datagram.count >= header, datagram.count <= STUNBinding.sizeLimit,
      datagram.number(at: 2, count: 2) == UInt64(datagram.count - header)
    else { return nil }
    let type = datagram.number(at: 0, count: 2)
    guard type == 0x0101 || type == 0x0111 else { return nil }
    request = STUNBinding(
      high: UInt32(datagram.number(at: 8, count: 4)), low: datagram.number(at: 12, count: 8))
    var at = header
    while at < datagram.count {
      guard datagram.count - at >= 4 else { return nil }
      let (name, count) = (datagram.number(at: at, count: 2), datagram.number(at: at + 2, count: 2))
      let value = at + 4
      // Each attribute ends at a multiple of four bytes.
      let next = value + (Int(count) + 3) / 4 * 4
      guard next <= datagram.count else { return nil }
      if name == Attribute.xorMappedAddress, mapped == nil {
        guard let endpoint = Self.endpoint(datagram, at: value, count: Int(count)) else {
          return nil
        }
        mapped = endpoint
      }
      at = next
    }
    if type == 0x0111 { mapped = nil }
  }

  /// XOR-MAPPED-ADDRESS (RFC 8489 §14.2): hidden from those on the way that replace addresses.
  private static func endpoint(_ bytes: Text, at place: Int, count: Int) -> Endpoint? {
    guard count >= 8 else { return nil }
    let cookie = STUNBinding.cookie
    let port = UInt16(bytes.number(at: place + 2, count: 2)) ^ UInt16(cookie >> 16)
    switch (bytes[place + 1], count) {
    case (1, 8):
      return Endpoint(.v4(UInt32(bytes.number(at: place + 4, count: 4)) ^ cookie), port)
    case (2, 20):
      let (high, low) = (
        bytes.number(at: place + 4, count: 8), bytes.number(at: place + 12, count: 8)
      )
      // The transaction's number follows the cookie in the header.
      return Endpoint(
        .v6(high ^ bytes.number(at: 4, count: 8), low ^ bytes.number(at: 12, count: 8)), port)
    default: return nil
    }
  }
}

extension Text {
  /// The big-endian number in bytes that are there.
  fileprivate func number(at place: Int, count: Int) -> UInt64 {
    self[place..<place + count].reduce(0) { $0 << 8 | UInt64($1) }
  }

  fileprivate mutating func append(octets number: UInt64, count: Int) {
    for i in (0..<count).reversed() { append(UInt8(truncatingIfNeeded: number >> UInt64(8 * i))) }
  }
}
