public import Base

/// What the kernel tells of an IPv6 address of an interface (RTM_NEWADDR).
public struct AddressReport: Equatable, Sendable {
  /// How far the search for another device with the same address is (RFC 4862 §5.4).
  public enum Verdict: Equatable, Sendable {
    /// Nobody else has it: it may be used.
    case unique
    /// Another device has it.
    case taken
  }

  /// The interface's number.
  public let index: UInt32
  /// The address.
  public let address: IPAddress
  /// What became of it; a search that goes on is not reported.
  public let verdict: Verdict

  private static let fixedLength = 8
  private static let family6: UInt8 = 10
  private static let addressAttribute: UInt16 = 1
  private static let flagsAttribute: UInt16 = 8
  private static let isTentative: UInt32 = 0x40
  private static let hasFailed: UInt32 = 0x08
  private static let attributeHeader = 4

  /// Reads the reports of a datagram; whatever else or whatever is cut off is left out.
  public static func read(_ datagram: Text) -> [AddressReport] {
    var reports: [AddressReport] = []
    for place in NetlinkReports.places(in: datagram, fixedLength: fixedLength)
    where place.kind == Netlink.newAddress && datagram[place.fixed] == family6 {
      if let report = read(datagram, place) { reports.append(report) }
    }
    return reports
  }

  private static func read(_ datagram: Text, _ place: NetlinkReports.Place) -> AddressReport? {
    guard let index = datagram.word(at: place.fixed + 4) else { return nil }
    var address: IPAddress?
    // The fixed part has room for the older flags alone, which hold both that count here.
    var flags = UInt32(datagram[place.fixed + 2])
    var at = place.fixed + fixedLength
    while at + attributeHeader <= place.end,
      let length = datagram.half(at: at).map({ Int($0) }), length >= attributeHeader,
      length <= place.end - at, let kind = datagram.half(at: at + 2)
    {
      let value = datagram[(at + attributeHeader)..<(at + length)]
      if kind == addressAttribute { address = IPAddress(octets: value) }
      if kind == flagsAttribute { flags = datagram.word(at: at + attributeHeader) ?? flags }
      at += (length + 3) & ~3
    }
    guard let address else { return nil }
    if flags & hasFailed != 0 {
      return AddressReport(index: index, address: address, verdict: .taken)
    }
    guard flags & isTentative == 0 else { return nil }
    return AddressReport(index: index, address: address, verdict: .unique)
  }
}
