/// Bytes in base64 with padding (RFC 4648 §4).
public func encodedBase64(_ bytes: Text) -> Text {
  let alphabet = Text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  var text = Text()
  var start = 0
  while start < bytes.count {
    let group = bytes[start..<min(start + 3, bytes.count)]
    var bits: UInt32 = 0
    for i in 0..<3 { bits = bits << 8 | (i < group.count ? UInt32(group[start + i]) : 0) }
    for i in 0..<4 {
      let place = Int(bits >> UInt32(18 - 6 * i)) & 0x3F
      text.append(i <= group.count ? alphabet[place] : UInt8(ascii: "="))
    }
    start += 3
  }
  return text
}

/// The bytes that base64 spells (RFC 4648 §4), padding or not; `nil` if it is none.
public func decodedBase64(_ text: Text) -> Text? {
  var bytes = Text()
  var bits: UInt32 = 0
  var count = 0
  for character in text {
    if character == UInt8(ascii: "=") { break }
    guard let value = base64Value(character) else { return nil }
    bits = bits << 6 | UInt32(value)
    count += 6
    guard count >= 8 else { continue }
    count -= 8
    bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
  }
  return bytes
}

private func base64Value(_ character: UInt8) -> UInt8? {
  switch character {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
  case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
  case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
  case UInt8(ascii: "+"): 62
  case UInt8(ascii: "/"): 63
  default: nil
  }
}
