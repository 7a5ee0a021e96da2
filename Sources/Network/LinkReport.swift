public import Base

/// What the kernel tells of a network interface (RTM_NEWLINK, RTM_DELLINK).
public struct LinkReport: Equatable, Sendable {
  /// The interface's number.
  public let index: UInt32
  /// Whether it is on and its cable is plugged in.
  public let isRunning: Bool
  /// Whether it is gone.
  public let isRemoved: Bool

  private static let flagsOfRunning: UInt32 = 0x1 | 0x40
  private static let fixedLength = 16

  /// Reads the reports of a datagram; whatever else or whatever is cut off is left out.
  public static func read(_ datagram: Text) -> [LinkReport] {
    var reports: [LinkReport] = []
    var at = 0
    while let length = datagram.word(at: at).map({ Int($0) }), length >= Netlink.headerLength,
      length <= datagram.count - at
    {
      if length >= Netlink.headerLength + fixedLength, let report = read(datagram, at: at) {
        reports.append(report)
      }
      at += (length + 3) & ~3
    }
    return reports
  }

  private static func read(_ datagram: Text, at start: Int) -> LinkReport? {
    guard let kind = datagram.half(at: start + 4),
      kind == Netlink.newLink || kind == Netlink.deleteLink,
      let index = datagram.word(at: start + Netlink.headerLength + 4),
      let flags = datagram.word(at: start + Netlink.headerLength + 8)
    else { return nil }
    return LinkReport(
      index: index, isRunning: flags & flagsOfRunning == flagsOfRunning,
      isRemoved: kind == Netlink.deleteLink)
  }
}

extension Array where Element == UInt8 {
  fileprivate func word(at place: Int) -> UInt32? {
    guard place >= 0, place + 4 <= count else { return nil }
    var value: UInt32 = 0
    for octet in self[place..<place + 4].reversed() { value = value << 8 | UInt32(octet) }
    return UInt32(littleEndian: value) == value ? value : value.byteSwapped
  }

  fileprivate func half(at place: Int) -> UInt16? {
    guard place >= 0, place + 2 <= count else { return nil }
    let value = UInt16(self[place]) | UInt16(self[place + 1]) << 8
    return UInt16(littleEndian: value) == value ? value : value.byteSwapped
  }
}
