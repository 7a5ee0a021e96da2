public import Base

extension WebAddress {
  /// The URL that a DHCP server tells: option 66 as it is written, or option 43 in hexadecimal, which
  /// is a URL itself or has one in a sub-option (RFC 2132 §8.4); `nil` when neither is of https.
  public static func told(bootServer: Text, vendorInformation: Text) -> WebAddress? {
    if let address = WebAddress(parsing: bootServer) { return address }
    guard let bytes = octets(ofHexadecimal: vendorInformation) else { return nil }
    if let address = WebAddress(parsing: bytes) { return address }
    var rest = bytes[...]
    while rest.count > 2 {
      let length = Int(rest[rest.startIndex + 1])
      let value = rest.dropFirst(2).prefix(length)
      if value.count == length, let address = WebAddress(parsing: Text(value)) { return address }
      rest = rest.dropFirst(2 + length)
    }
    return nil
  }

  private static func octets(ofHexadecimal text: Text) -> Text? {
    guard !text.isEmpty, text.count % 2 == 0 else { return nil }
    var octets = Text()
    for place in stride(from: 0, to: text.count, by: 2) {
      guard let high = hexValue(text[place]), let low = hexValue(text[place + 1]) else {
        return nil
      }
      octets.append(high << 4 | low)
    }
    return octets
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch lowercased(byte) {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): lowercased(byte) - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
