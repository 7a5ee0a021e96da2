/// A caller ID message as bytes: type, length, content, checksum (GR-30, ETSI EN 300 659-3).
struct CallerIDMessage: Equatable {
  /// Why bytes are not a message.
  enum Fault: String, Error {
    case checksum
    case length
    case unknownType = "unknown-type"
  }

  /// How it came: `sdmf` or `mdmf`.
  var format = ""
  /// The caller's number.
  var number: String?
  /// The caller's name.
  var name: String?
  /// Month, day, hour, minute.
  var time: String?
  /// Why there is no number: `O` out of area, `P` private.
  var absence: String?
  /// Whether the lamp for messages shall be lit; `nil` in a message that is about something else.
  var lamp: Bool?
  /// Parameters that have no place above, as type and bytes.
  var others: [(type: UInt8, data: [UInt8])] = []

  static func == (a: Self, b: Self) -> Bool {
    a.format == b.format && a.number == b.number && a.name == b.name && a.time == b.time
      && a.absence == b.absence && a.lamp == b.lamp && a.others.elementsEqual(b.others) { $0 == $1 }
  }

  init() {}

  /// Checks and reads a whole message with its checksum.
  init(_ bytes: [UInt8]) throws(Fault) {
    guard bytes.count >= 3, bytes.count == Int(bytes[1]) + 3 else { throw .length }
    // Two's complement of the sum of all bytes before: together they give zero.
    guard bytes.reduce(UInt8(0), &+) == 0 else { throw .checksum }
    let content = Array(bytes[2..<bytes.count - 1])
    switch bytes[0] {
    case 0x04: try self.init(single: content)
    case 0x80, 0x82: try self.init(multiple: content)
    case 0x06: self.init(indicator: content)
    case 0x86, 0x89: self.init(other: bytes[0], content)
    default: throw .unknownType
    }
  }

  /// Message types that the start of a message may have.
  static func isKnown(type: UInt8) -> Bool {
    [0x04, 0x06, 0x80, 0x82, 0x86, 0x89].contains(type)
  }

  /// SDMF: eight digits of time, then the number or one letter.
  private init(single content: [UInt8]) throws(Fault) {
    guard content.count >= 8 else { throw .length }
    format = "sdmf"
    time = Self.text(content[..<8])
    let rest = content[8...]
    if let letter = rest.first, rest.count == 1, letter == 0x4F || letter == 0x50 {
      absence = Self.text(rest)
    } else if !rest.isEmpty {
      number = Self.text(rest)
    }
  }

  private init(multiple content: [UInt8]) throws(Fault) {
    format = "mdmf"
    var position = 0
    while position < content.count {
      guard position + 2 <= content.count else { throw .length }
      let start = position + 2
      let end = start + Int(content[position + 1])
      guard end <= content.count else { throw .length }
      take(content[position], content[start..<end])
      position = end
    }
  }

  /// SDMF of message waiting: three times `B` lights the lamp, three times `o` puts it out.
  private init(indicator content: [UInt8]) {
    format = "sdmf"
    switch content {
    case [0x42, 0x42, 0x42]: lamp = true
    case [0x6F, 0x6F, 0x6F]: lamp = false
    default: others = [(0x06, content)]
    }
  }

  private init(other type: UInt8, _ content: [UInt8]) {
    format = "type-" + hexadecimal([type])
    others = [(type, content)]
  }

  private mutating func take(_ type: UInt8, _ data: ArraySlice<UInt8>) {
    switch type {
    case 0x01: time = Self.text(data)
    case 0x02: number = Self.text(data)
    case 0x04: absence = Self.text(data)
    case 0x07: name = Self.text(data)
    case 0x0B where data.elementsEqual([0xFF]): lamp = true
    case 0x0B where data.elementsEqual([0x00]): lamp = false
    default: others.append((type, Array(data)))
    }
  }

  /// Bytes as text; names in China are not always ASCII.
  private static func text(_ data: ArraySlice<UInt8>) -> String {
    String(decoding: data, as: UTF8.self)
  }
}

/// Bytes as upper-case hexadecimal digits.
func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789ABCDEF")
  return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
