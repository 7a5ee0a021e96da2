internal import Base

/// Names as DNS writes them, one behind the other and none shortened (RFC 1035 §3.1), as DHCP tells
/// servers.
enum EncodedNames {
  /// The longest name, in octets with its lengths and its end.
  private static let octetLimit = 255

  /// The first names, and whether all of them were as they should be: each ends, none is too long,
  /// and none refers to another one (§4.1.4).
  static func read(
    _ octets: ArraySlice<UInt8>, limit: Int
  ) -> (names: [Text], isWhole: Bool) {
    var names: [Text] = []
    var name = Text()
    var rest = octets
    while names.count < limit {
      guard let length = rest.popFirst() else { return (names, name.isEmpty) }
      if length == 0 {
        names.append(name)
        name = []
        continue
      }
      // The dots stand for the lengths but the first one, which and the end make two more.
      guard length < 64, rest.count >= Int(length),
        name.count + (name.isEmpty ? 0 : 1) + Int(length) + 2 <= octetLimit
      else { return (names, false) }
      if !name.isEmpty { name.append(UInt8(ascii: ".")) }
      name += rest.prefix(Int(length))
      rest = rest.dropFirst(Int(length))
    }
    return (names, true)
  }
}

extension ServerName {
  /// A SIP server that DHCP names; `nil` when it is no server's name or address.
  init?(told word: Text) {
    if let address = IPAddress(parsing: word[...]) {
      self = .endpoint(Endpoint(address, 5060))
      return
    }
    let name = Text(word.last == UInt8(ascii: ".") ? word.dropLast() : word[...]).map(lowercased)
    // What DHCP names is whole: without a dot it is no name of the carrier's.
    guard name.contains(UInt8(ascii: ".")), isHostName(name) else { return nil }
    self = .host(name, port: 0)
  }
}
