/// An IPv4 or IPv6 address.
public enum IPAddress: Hashable, Sendable, BitwiseCopyable {
  /// The address as one number, first octet most significant.
  case v4(UInt32)
  /// The address as two numbers, first octet most significant.
  case v6(UInt64, UInt64)

  /// 127.0.0.1.
  public static let loopback = IPAddress.v4(0x7F00_0001)

  /// Whether this is the wildcard address `0.0.0.0` or `::`.
  public var isUnspecified: Bool { self == .v4(0) || self == .v6(0, 0) }

  /// Whether this is an IPv6 address.
  public var isIPv6: Bool {
    if case .v6 = self { true } else { false }
  }
}

/// An address and a UDP or TCP port.
public struct Endpoint: Hashable, Sendable, BitwiseCopyable {
  /// The host's address.
  public var address: IPAddress
  /// The port; 0 means that none is chosen.
  public var port: UInt16

  /// Makes the endpoint from its two parts.
  public init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }
}

extension IPAddress {
  /// Reads the usual text form: four decimal octets, or RFC 4291 §2.2 for IPv6 without brackets.
  public init?(parsing text: ArraySlice<UInt8>) {
    if text.contains(UInt8(ascii: ":")) {
      guard let (high, low) = Self.parseIPv6(text) else { return nil }
      self = .v6(high, low)
    } else {
      guard let value = Self.parseIPv4(text) else { return nil }
      self = .v4(value)
    }
  }

  private static func parseIPv4(_ text: ArraySlice<UInt8>) -> UInt32? {
    var value: UInt32 = 0
    var octet: UInt32 = 0
    var digits = 0
    var dots = 0
    for byte in text {
      if byte == UInt8(ascii: "."), digits > 0, dots < 3 {
        value = value << 8 | octet
        (octet, digits, dots) = (0, 0, dots + 1)
        continue
      }
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10, digits < 3 else { return nil }
      octet = octet * 10 + UInt32(digit)
      digits += 1
      guard octet <= 255 else { return nil }
    }
    guard dots == 3, digits > 0 else { return nil }
    return value << 8 | octet
  }

  private static func parseIPv6(_ text: ArraySlice<UInt8>) -> (UInt64, UInt64)? {
    var groups: [UInt16] = []
    var gap: Int?
    var rest = text
    if rest.starts(with: Text("::")) {
      gap = 0
      rest = rest.dropFirst(2)
    }
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
      let part = rest[rest.startIndex..<end]
      if end == rest.endIndex, part.contains(UInt8(ascii: ".")) {
        guard let v4 = parseIPv4(part) else { return nil }
        groups += [UInt16(v4 >> 16), UInt16(truncatingIfNeeded: v4)]
        rest = []
        break
      }
      guard let group = hexGroup(part) else { return nil }
      groups.append(group)
      rest = rest[end...]
      if rest.isEmpty { break }
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: ":") {
        guard gap == nil else { return nil }
        gap = groups.count
        rest = rest.dropFirst()
      } else if rest.isEmpty {
        return nil
      }
    }
    return join(groups, gap)
  }

  private static func hexGroup(_ text: ArraySlice<UInt8>) -> UInt16? {
    guard (1...4).contains(text.count) else { return nil }
    var value: UInt16 = 0
    for byte in text {
      let letter = lowercased(byte) &- UInt8(ascii: "a")
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 || letter < 6 else { return nil }
      value = value << 4 | UInt16(digit < 10 ? digit : letter + 10)
    }
    return value
  }

  private static func join(_ groups: [UInt16], _ gap: Int?) -> (UInt64, UInt64)? {
    let missing = 8 - groups.count
    guard gap == nil ? missing == 0 : missing >= 1 else { return nil }
    var all = groups
    if let gap { all.insert(contentsOf: [UInt16](repeating: 0, count: missing), at: gap) }
    var halves: (UInt64, UInt64) = (0, 0)
    for i in 0..<4 { halves.0 = halves.0 << 16 | UInt64(all[i]) }
    for i in 4..<8 { halves.1 = halves.1 << 16 | UInt64(all[i]) }
    return halves
  }
}

extension Array where Element == UInt8 {
  /// Appends the address: dotted octets, or RFC 5952 text for IPv6 without brackets.
  public mutating func append(_ address: IPAddress) {
    switch address {
    case .v4(let value):
      for shift in [24, 16, 8, 0] as [UInt32] {
        append(decimal: value >> shift & 0xFF)
        if shift > 0 { append(UInt8(ascii: ".")) }
      }
    case .v6(let high, let low):
      appendIPv6(high, low)
    }
  }

  /// Appends the address as a URI host: IPv6 in brackets (RFC 3986 §3.2.2).
  public mutating func append(host address: IPAddress) {
    if address.isIPv6 { append(UInt8(ascii: "[")) }
    append(address)
    if address.isIPv6 { append(UInt8(ascii: "]")) }
  }

  /// Appends `host:port`.
  public mutating func append(_ endpoint: Endpoint) {
    append(host: endpoint.address)
    append(UInt8(ascii: ":"))
    append(decimal: endpoint.port)
  }

  private mutating func appendIPv6(_ high: UInt64, _ low: UInt64) {
    var groups: [UInt16] = []
    for half in [high, low] {
      for shift in [48, 32, 16, 0] as [UInt64] {
        groups.append(UInt16(truncatingIfNeeded: half >> shift))
      }
    }
    let zeros = Self.longestZeroRun(groups)
    var i = 0
    while i < 8 {
      if i == zeros.lowerBound, !zeros.isEmpty {
        append("::")
        i = zeros.upperBound
        continue
      }
      if i > 0, i != zeros.upperBound || zeros.isEmpty { append(UInt8(ascii: ":")) }
      appendGroup(groups[i])
      i += 1
    }
  }

  private mutating func appendGroup(_ group: UInt16) {
    let digits = group > 0xFFF ? 4 : group > 0xFF ? 3 : group > 0xF ? 2 : 1
    append(hex: UInt64(group), digits: digits)
  }

  /// The longest run of two or more zero groups, the first one if several are as long.
  private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > Swift.max(best.count, 1) { best = start..<end }
      start = end + 1
    }
    return best
  }
}
