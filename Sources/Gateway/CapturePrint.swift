internal import Base

/// A capture as a terminal can carry it: base64 in the frame that `uudecode` reads, in parts.
///
/// Whoever has only a serial cable lets the terminal keep what it shows, and decodes it. Each part is
/// a file of its own (POSIX, uuencode -m) with its length and its CRC-32 (ISO-HDLC, as in gzip).
enum CapturePrint {
  /// How much of the file is in a part: what a console takes at once.
  static let partSize = 65_536
  /// How many bytes a line of base64 stands for: 60 letters, as `uuencode` writes them.
  private static let lineSize = 45

  /// How many parts a file of so many bytes has.
  static func parts(of size: Int) -> Int { (size + partSize - 1) / partSize }

  /// The lines of one part, from 1.
  static func lines(of file: Text, part: Int) -> [Text] {
    let count = parts(of: file.count)
    let content = file.dropFirst((part - 1) * partSize).prefix(partSize)
    var head = Text("begin-base64 600 capture.pcapng.")
    head.append(decimal: part)
    var lines = [head]
    var rest = content
    while !rest.isEmpty {
      lines.append(encodedBase64(Text(rest.prefix(lineSize))))
      rest = rest.dropFirst(lineSize)
    }
    lines.append(Text("===="))
    var summary = Text("part ")
    summary.append(decimal: part)
    summary.append(" of ")
    summary.append(decimal: count)
    summary.append(": ")
    summary.append(decimal: content.count)
    summary.append(" of ")
    summary.append(decimal: file.count)
    summary.append(" bytes, CRC-32 ")
    summary.append(hexadecimal: crc32(content))
    lines.append(summary)
    return lines
  }

  /// The CRC of ISO-HDLC: reflected polynomial EDB88320.
  static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}

extension Array where Element == UInt8 {
  /// Appends a number as eight hexadecimal digits.
  fileprivate mutating func append(hexadecimal number: UInt32) {
    for shift in stride(from: UInt32(28), through: 0, by: -4) {
      let digit = UInt8(number >> shift & 15)
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}
