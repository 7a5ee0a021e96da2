public import Base

/// What a DHCP server has given, as the client's hook tells it; or a fixed address, with what a
/// DHCPv6 server tells beside it.
public struct Lease: Equatable, Sendable {
  /// The address, its network and its gateway.
  public var address: InterfaceAddress
  /// The SIP servers (option 120, RFC 3361; of IPv6 options 21 and 22, RFC 3319), the first choice
  /// first, by address or by name.
  public var sipServers: [ServerName] = []
  /// The DNS servers (option 6, of IPv6 option 23), the first choice first.
  public var dnsServers: [IPAddress] = []
  /// Time servers (option 42), as written.
  public var timeServers: Text = []
  /// Where provisioning files are (option 66), as written.
  public var bootServer: Text = []
  /// Vendor's information (option 43), in hexadecimal.
  public var vendorInformation: Text = []

  /// Makes a lease of an address alone.
  public init(_ address: InterfaceAddress) { self.address = address }
}

/// One line of the DHCP client's hook: `VERB [NAME=VALUE]…`.
public enum LeaseNews: Equatable, Sendable {
  /// The client has no address, or has lost it.
  case deconfigured
  /// The client has an address, new or as before.
  case bound(Lease)

  /// The longest line that is read.
  public static let lineLimit = 1_024
  /// How many SIP servers are taken, and how many DNS servers.
  static let serverLimit = 4

  /// Reads a line; `nil` when it says nothing that counts or makes no sense.
  public init?(parsing line: Text) {
    guard line.count <= Self.lineLimit else { return nil }
    let words = line.split(separator: UInt8(ascii: " "))
    guard let verb = words.first.map({ Text($0) }) else { return nil }
    if verb.equals("deconfig") || verb.equals("leasefail") || verb.equals("nak") {
      self = .deconfigured
      return
    }
    guard verb.equals("bound") || verb.equals("renew") else { return nil }
    guard let lease = Self.lease(words.dropFirst()) else { return nil }
    self = .bound(lease)
  }

  private static func lease(_ words: ArraySlice<ArraySlice<UInt8>>) -> Lease? {
    var address: IPAddress?
    var prefix: UInt64 = 24
    var lease = Lease(InterfaceAddress(.v4(0), prefix: 24))
    for word in words {
      guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = Text(word[..<equals])
      let value = word[(equals + 1)...]
      if name.equals("ip") { address = IPAddress(parsing: value) }
      if name.equals("mask") { prefix = Text(value).decimalValue ?? 24 }
      if name.equals("router") { lease.address.gateway = first(value) }
      if name.equals("sip") { lease.sipServers = sipServers(value) }
      if name.equals("dns") { lease.dnsServers = addresses(value) }
      if name.equals("ntp") { lease.timeServers = Text(value) }
      if name.equals("tftp") { lease.bootServer = Text(value) }
      if name.equals("vendor") { lease.vendorInformation = Text(value) }
    }
    guard let address, !address.isUnspecified, !address.isIPv6, prefix <= 32 else { return nil }
    lease.address.address = address
    lease.address.prefix = UInt8(prefix)
    return lease
  }

  /// The first of a list that commas separate.
  private static func first(_ value: ArraySlice<UInt8>) -> IPAddress? {
    IPAddress(parsing: value.prefix { $0 != UInt8(ascii: ",") })
  }

  private static func addresses(_ value: ArraySlice<UInt8>) -> [IPAddress] {
    value.split(separator: UInt8(ascii: ",")).prefix(serverLimit).compactMap {
      IPAddress(parsing: $0)
    }
  }

  /// Option 120, which the client has read or left in hexadecimal: an octet 1, then addresses
  /// (RFC 3361 §3.2); or an octet 0, then names (§3.1).
  private static func sipServers(_ value: ArraySlice<UInt8>) -> [ServerName] {
    let octets = bytes(value)
    switch octets.first {
    case 0:
      return EncodedNames.read(octets.dropFirst(), limit: serverLimit).names.compactMap {
        ServerName(told: $0)
      }
    case 1:
      return (0..<min(serverLimit, (octets.count - 1) / 4)).map { i in
        let address = octets[(1 + 4 * i)..<(5 + 4 * i)].reduce(0) { $0 << 8 | UInt32($1) }
        return .endpoint(Endpoint(.v4(address), 5060))
      }
    default:
      return value.split(separator: UInt8(ascii: ",")).prefix(serverLimit).compactMap {
        ServerName(told: Text($0))
      }
    }
  }

  private static func bytes(_ text: ArraySlice<UInt8>) -> Text {
    var octets = Text()
    var high: UInt8?
    for character in text {
      let digit = character &- UInt8(ascii: "0")
      let letter = lowercased(character) &- UInt8(ascii: "a")
      guard digit < 10 || letter < 6 else { return [] }
      let value = digit < 10 ? digit : letter + 10
      if let first = high {
        octets.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return octets
  }
}
