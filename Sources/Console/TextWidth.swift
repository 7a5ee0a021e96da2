internal import Base

/// How many columns of a terminal a text takes; East Asian wide characters take two (UAX #11).
public func displayWidth(_ text: [UInt8]) -> Int {
  var width = 0
  var rest = text[...]
  while !rest.isEmpty {
    let length = utf8Length(rest) ?? 1
    width += columns(scalar(rest.prefix(length)))
    rest = rest.dropFirst(length)
  }
  return width
}

/// The text without anything that could move a cursor or end an answer.
///
/// Line feeds and tabs stay; other control characters and bytes that are not UTF-8 become `?`.
/// What a far party sent may be part of an answer: it must not drive the technician's terminal.
public func printable(_ text: [UInt8]) -> [UInt8] {
  var clean = Text()
  clean.reserveCapacity(text.count)
  var rest = text[...]
  while let first = rest.first {
    let length = utf8Length(rest)
    let value = scalar(rest.prefix(length ?? 1))
    let isLayout = first == UInt8(ascii: "\n") || first == UInt8(ascii: "\t")
    if length == nil || !isLayout && isControlScalar(value) {
      clean.append(UInt8(ascii: "?"))
    } else {
      clean.append(contentsOf: rest.prefix(length ?? 1))
    }
    rest = rest.dropFirst(length ?? 1)
  }
  return clean
}

/// The character's number; the bytes are one character of UTF-8 or one byte.
private func scalar(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  guard let first = bytes.first else { return 0 }
  guard bytes.count > 1 else { return UInt32(first) }
  var value = UInt32(first) & (0x7F >> UInt32(bytes.count))
  for byte in bytes.dropFirst() { value = value << 6 | UInt32(byte & 0x3F) }
  return value
}

/// C0, DEL, C1, the marks that turn the writing's direction (UAX #9) and the line separators.
private func isControlScalar(_ value: UInt32) -> Bool {
  switch value {
  case 0...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
  default: false
  }
}

private func columns(_ value: UInt32) -> Int {
  switch value {
  case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
    0x20000...0x3FFFD:
    2
  default: 1
  }
}
