/// The length of the UTF-8 character that begins the bytes, or `nil` when none does (RFC 3629 §4).
public func utf8Length(_ bytes: ArraySlice<UInt8>) -> Int? {
  guard let first = bytes.first else { return nil }
  let length: Int
  switch first {
  case 0x00...0x7F: return 1
  case 0xC2...0xDF: length = 2
  case 0xE0...0xEF: length = 3
  case 0xF0...0xF4: length = 4
  default: return nil
  }
  guard bytes.count >= length else { return nil }
  let second = bytes[bytes.startIndex + 1]
  guard secondByteRange(after: first).contains(second) else { return nil }
  for i in 2..<max(2, length) where bytes[bytes.startIndex + i] & 0xC0 != 0x80 { return nil }
  return length
}

/// Overlong forms, surrogates and values above U+10FFFF all show in the second byte.
private func secondByteRange(after first: UInt8) -> ClosedRange<UInt8> {
  switch first {
  case 0xE0: 0xA0...0xBF
  case 0xED: 0x80...0x9F
  case 0xF0: 0x90...0xBF
  case 0xF4: 0x80...0x8F
  default: 0x80...0xBF
  }
}

/// The index of the first byte that is not part of a UTF-8 character, or `nil` when all are.
public func firstInvalidUTF8(_ bytes: ArraySlice<UInt8>) -> Int? {
  var rest = bytes
  while !rest.isEmpty {
    guard let length = utf8Length(rest) else { return rest.startIndex }
    rest = rest.dropFirst(length)
  }
  return nil
}

/// How many characters (Unicode scalars) bytes of UTF-8 hold; a broken byte counts as one.
public func characterCount(_ bytes: ArraySlice<UInt8>) -> Int {
  var rest = bytes
  var count = 0
  while !rest.isEmpty {
    rest = rest.dropFirst(utf8Length(rest) ?? 1)
    count += 1
  }
  return count
}
