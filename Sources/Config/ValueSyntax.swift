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
