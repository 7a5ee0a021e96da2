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
    for place in NetlinkReports.places(in: datagram, fixedLength: fixedLength)
    where place.kind == Netlink.newLink || place.kind == Netlink.deleteLink {
      guard let index = datagram.word(at: place.fixed + 4),
        let flags = datagram.word(at: place.fixed + 8)
      else { continue }
      reports.append(
        LinkReport(
          index: index, isRunning: flags & flagsOfRunning == flagsOfRunning,
          isRemoved: place.kind == Netlink.deleteLink))
    }
    return reports
  }
}
