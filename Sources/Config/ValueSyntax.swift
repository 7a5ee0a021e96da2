public import Base

/// Whether the text is decimal digits, at least one.
func isDigits(_ text: Text) -> Bool {
  !text.isEmpty && text.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
}

/// Whether the text is 1 to 32 digits with an optional `+` in front.
func isTelephoneNumber(_ text: Text) -> Bool {
  let digits = text.first == UInt8(ascii: "+") ? Text(text.dropFirst()) : text
  return isDigits(digits) && digits.count <= 32
}

/// Numbers of 2 to 8 digits with commas between them; `nil` when the text is something else.
func numberList(_ text: Text) -> [Text]? {
  guard text.count <= 64 else { return nil }
  let numbers = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    .map { Text($0) }
  return numbers.allSatisfy { isDigits($0) && (2...8).contains($0.count) } ? numbers : nil
}

/// Whether the text is an IP address or a host name (RFC 1123 §2.1).
func isHost(_ text: Text) -> Bool {
  IPAddress(parsing: text[...]) != nil || isHostName(text)
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

/// Whether the text is an access type and its parameters, as a terminal may say them (RFC 7315
/// §5.4): only the network itself may add `network-provided`.
func isAccessNetwork(_ text: Text) -> Bool {
  guard text.count <= 128 else { return false }
  var rest = text[...]
  guard !takeToken(&rest).isEmpty else { return false }
  while !rest.isEmpty {
    guard rest.removeFirst() == UInt8(ascii: ";") else { return false }
    let name = takeToken(&rest)
    guard !name.isEmpty, !name.equalsIgnoringCase("network-provided"), !name.equals("np") else {
      return false
    }
    if rest.first == UInt8(ascii: "=") {
      rest.removeFirst()
      guard takeParameterValue(&rest) else { return false }
    }
  }
  return true
}

/// Whether the text is `sip:`, a user and a host with or without a port, in 128 bytes at most.
func isSIPURI(_ text: Text) -> Bool {
  guard text.count <= 128, text.prefix(4).equalsIgnoringCase("sip:") else { return false }
  var rest = text.dropFirst(4)
  let user = takeToken(&rest)
  guard !user.isEmpty, rest.first == UInt8(ascii: "@") else { return false }
  rest = rest.dropFirst()
  let colon = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
  if colon < rest.endIndex {
    let digits = rest[colon...].dropFirst()
    guard (1...5).contains(digits.count), digits.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
    else { return false }
  }
  return isHostName(Text(rest[..<colon])) || IPAddress(parsing: rest[..<colon]) != nil
}

/// Takes the token (RFC 3261 §25.1) that the text begins with.
private func takeToken(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  let marks = Text("-.!%*_+`'~")
  let token = text.prefix {
    marks.contains($0) || $0 &- UInt8(ascii: "0") < 10
      || lowercased($0) &- UInt8(ascii: "a") < 26
  }
  text = text.dropFirst(token.count)
  return token
}

/// Takes a token or a quoted string of visible ASCII; `false` without one.
private func takeParameterValue(_ text: inout ArraySlice<UInt8>) -> Bool {
  let quote = UInt8(ascii: "\"")
  guard text.first == quote else { return !takeToken(&text).isEmpty }
  text.removeFirst()
  let inside = text.prefix {
    $0 != quote && $0 != UInt8(ascii: "\\") && $0 >= 0x20 && $0 < 0x7F
  }
  text = text.dropFirst(inside.count)
  guard text.first == quote else { return false }
  text.removeFirst()
  return true
}

/// The 16 octets that 32 hexadecimal digits spell; `nil` for anything else.
func octets(_ text: Text) -> Text? {
  guard text.count == 32 else { return nil }
  var octets = Text()
  for (i, character) in text.enumerated() {
    let digit = character &- UInt8(ascii: "0")
    let letter = lowercased(character) &- UInt8(ascii: "a")
    guard digit < 10 || letter < 6 else { return nil }
    let value = digit < 10 ? digit : letter + 10
    if i % 2 == 0 {
      octets.append(value << 4)
    } else {
      octets[i / 2] |= value
    }
  }
  return octets
}

/// The six octets of a hardware address of one host, written as `02:00:5e:10:00:01`; `nil` for any
/// other text.
public func hardwareAddress(_ text: Text) -> Text? {
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
