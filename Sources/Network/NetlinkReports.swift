internal import Base

/// The messages of a datagram that the kernel has sent.
enum NetlinkReports {
  /// One message: its kind, and where it and its fixed part lie in the datagram.
  struct Place {
    let kind: UInt16
    let fixed: Int
    let end: Int
  }

  /// Finds the messages that have a fixed part of that length; what is cut off is left out.
  static func places(in datagram: Text, fixedLength: Int) -> [Place] {
    var places: [Place] = []
    var at = 0
    while let length = datagram.word(at: at).map({ Int($0) }), length >= Netlink.headerLength,
      length <= datagram.count - at
    {
      let fixed = at + Netlink.headerLength
      if length >= Netlink.headerLength + fixedLength, let kind = datagram.half(at: at + 4) {
        places.append(Place(kind: kind, fixed: fixed, end: at + length))
      }
      at += (length + 3) & ~3
    }
    return places
  }
}

extension Array where Element == UInt8 {
  /// A word of the host's order.
  func word(at place: Int) -> UInt32? {
    guard place >= 0, place + 4 <= count else { return nil }
    var value: UInt32 = 0
    for octet in self[place..<place + 4].reversed() { value = value << 8 | UInt32(octet) }
    return UInt32(littleEndian: value) == value ? value : value.byteSwapped
  }

  /// Half a word of the host's order.
  func half(at place: Int) -> UInt16? {
    guard place >= 0, place + 2 <= count else { return nil }
    let value = UInt16(self[place]) | UInt16(self[place + 1]) << 8
    return UInt16(littleEndian: value) == value ? value : value.byteSwapped
  }
}
