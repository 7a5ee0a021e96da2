internal import Base

/// Whether the text is decimal digits, at least one.
func isDigits(_ text: Text) -> Bool {
  !text.isEmpty && text.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
}

/// Whether the text is 1 to 32 digits with an optional `+` in front.
func isTelephoneNumber(_ text: Text) -> Bool {
  let digits = text.first == UInt8(ascii: "+") ? Text(text.dropFirst()) : text
  return isDigits(digits) && digits.count <= 32
}

/// Whether the text is an IP address or a host name (RFC 1123 §2.1: labels of 1 to 63 letters,
/// digits and inner hyphens, 253 bytes in all).
func isHost(_ text: Text) -> Bool {
  if IPAddress(parsing: text[...]) != nil { return true }
  guard (1...253).contains(text.count) else { return false }
  let labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  guard let last = labels.last, !isDigits(Text(last)) else { return false }
  return labels.allSatisfy(isLabel)
}

private func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
  let hyphen = UInt8(ascii: "-")
  return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
    && label.allSatisfy {
      $0 == hyphen || $0 &- UInt8(ascii: "0") < 10 || lowercased($0) &- UInt8(ascii: "a") < 26
    }
}

/// Whether one host can have the address: not the wildcard, multicast or broadcast.
func isUsable(_ address: IPAddress) -> Bool {
  switch address {
  case .v4(let value): value >> 24 != 0 && value >> 28 < 0xE
  case .v6(let high, let low): high >> 56 != 0xFF && (high, low) != (0, 0)
  }
}

/// An address with its prefix; `nil` when the text is not one that a host can have.
func interfaceAddress(_ text: Text) -> (address: IPAddress, prefix: UInt8)? {
  guard let slash = text.firstIndex(of: UInt8(ascii: "/")),
    let address = IPAddress(parsing: text[..<slash]), isUsable(address)
  else { return nil }
  let digits = Text(text[(slash + 1)...])
  guard isDigits(digits), digits.count <= 3, let prefix = digits.decimalValue,
    (1...(address.isIPv6 ? 128 : 32)).contains(prefix)
  else { return nil }
  return (address, UInt8(prefix))
}

/// Whether the text is `dhcp` or an address with its prefix.
func isInterfaceAddress(_ text: Text) -> Bool {
  text.equals("dhcp") || interfaceAddress(text) != nil
}

/// Whether the text may be the name of a network device.
func isDevice(_ text: Text) -> Bool {
  (1...15).contains(text.count)
    && text.allSatisfy { $0 > UInt8(ascii: " ") && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    && !text.equals(".") && !text.equals("..")
}

/// The six octets of a hardware address of one host.
func hardwareAddress(_ text: Text) -> Text? {
  let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
  guard parts.count == 6 else { return nil }
  var octets = Text()
  for part in parts {
    guard part.count == 2 else { return nil }
    var octet: UInt8 = 0
    for character in part {
      let digit = character &- UInt8(ascii: "0")
      let letter = lowercased(character) &- UInt8(ascii: "a")
      guard digit < 10 || letter < 6 else { return nil }
      octet = octet << 4 | (digit < 10 ? digit : letter + 10)
    }
    octets.append(octet)
  }
  // The lowest bit of the first octet marks a group of hosts.
  return octets[0] & 1 == 0 && octets.contains { $0 != 0 } ? octets : nil
}
