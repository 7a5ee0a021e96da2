import Base
import Network
import Testing

/// Octets from hexadecimal, spaces ignored.
func octets(_ text: String) -> Text {
  let digits = text.filter { !$0.isWhitespace }.map { UInt8($0.hexDigitValue ?? 0) }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

@Suite("Requests to rtnetlink, octet by octet")
struct NetlinkTests {
  @Test("VLAN 100 on interface 2 with an egress map, as `ip link add … type vlan` asks")
  func vlan() {
    var settings = InterfaceSettings(uplink: Text("eth0"), table: 100)
    settings.name = Text("voice")
    settings.vlan = 100
    settings.mtu = 1400
    settings.hardwareAddress = [2, 0, 0, 0, 0, 1]
    let map = (1...7).map { "0c000100 0\($0)000000 0\($0)000000" }.joined()
    #expect(
      NetlinkRequests.create(settings, uplink: 2)
        == octets(
          """
          b8000000 1000 0506 01000000 00000000
          00000000 00000000 00000000 00000000
          0a000300 766f69636500 0000
          08000500 02000000
          0a000100 020000000001 0000
          08000400 78050000
          70001280 08000100 766c616e
          64000280 06000100 6400 0000 58000380
          """ + map))
  }

  @Test("Switched on, removed")
  func onAndOff() {
    #expect(
      NetlinkRequests.switchOn(index: 3)
        == octets(
          "20000000 1000 0500 01000000 00000000 00000000 03000000 01000000 01000000"))
    #expect(
      NetlinkRequests.remove(name: Text("voice"))
        == octets(
          """
          2c000000 1100 0500 01000000 00000000 00000000 00000000 00000000 00000000
          0a000300 766f69636500 0000
          """))
  }

  @Test("An address without a route in the main table; both routes in the interface's own")
  func address() {
    let address = InterfaceAddress(.v4(0x0A64_0001), prefix: 24, gateway: .v4(0x0A64_00FE))
    #expect(
      NetlinkRequests.address(address, index: 3)
        == octets(
          """
          30000000 1400 0505 01000000 00000000 02180000 03000000
          08000200 0a640001 08000100 0a640001 08000800 00020000
          """))
    let routes = NetlinkRequests.routes(address, index: 3, table: 100)
    #expect(
      routes[0]
        == octets(
          """
          34000000 1800 0505 01000000 00000000 02180000 6404fd01 00000000
          08000100 0a640000 08000400 03000000 08000700 0a640001
          """))
    #expect(
      routes[1]
        == octets(
          """
          34000000 1800 0505 01000000 00000000 02000000 64040001 00000000
          08000500 0a6400fe 08000400 03000000 08000700 0a640001
          """))
  }

  @Test(
    "Networks of every kind of prefix",
    arguments: [
      ("0.0.0.0", UInt8(0)), ("10.0.0.0", 8), ("10.100.0.0", 24), ("10.100.0.255", 32),
    ])
  func networks(_ network: String, _ prefix: UInt8) throws {
    let address = InterfaceAddress(.v4(0x0A64_00FF), prefix: prefix)
    let wanted = try #require(IPAddress(parsing: Array(network.utf8)[...]))
    var value = Text()
    if case .v4(let word) = wanted {
      value = stride(from: 24, through: 0, by: -8).map {
        UInt8(truncatingIfNeeded: word >> UInt32($0))
      }
    }
    let route = NetlinkRequests.routes(address, index: 1, table: 100)[0]
    #expect(Text(route[32..<36]) == value)
  }

  @Test("Sockets of the interface are routed by its table, IPv6 too")
  func rule() {
    #expect(
      NetlinkRequests.rule(name: Text("voice"), table: 100, isIPv6: false)
        == octets(
          """
          30000000 2000 0506 01000000 00000000 02000000 64000001 00000000
          0a001100 766f69636500 0000 08000600 e8030000
          """))
    let six = NetlinkRequests.rule(name: Text("v"), table: 100, isIPv6: true, isRemoval: true)
    #expect(six[16] == 10 && six[4] == 33)
  }

  @Test("The kernel's reports of cables")
  func reports() {
    let up = octets(
      "20000000 1000 0000 00000000 00000000 00000100 03000000 43100100 00000000")
    let removed = octets(
      "20000000 1100 0000 00000000 00000000 00000100 04000000 02100000 00000000")
    let other = octets(
      "20000000 1400 0000 00000000 00000000 00000100 03000000 43100100 00000000")
    let reports = LinkReport.read(up + other + removed)
    #expect(reports.map { $0.index } == [3, 4])
    #expect(reports.map { $0.isRunning } == [true, false])
    #expect(reports.map { $0.isRemoved } == [false, true])
  }

  @Test("The kernel's reports of IPv6 addresses: unique, taken, not yet known, another kind")
  func addresses() {
    let reports = AddressReport.read(
      octets(report6(flags: "80000000")) + octets(report6(flags: "c8000000"))
        + octets(report6(flags: "c0000000")) + octets(report6(flags: "80000000", family: "02"))
        + octets(report6(flags: "80000000", kind: "1500")))
    #expect(reports.map { $0.verdict } == [.unique, .taken])
    #expect(reports.map { $0.index } == [7, 7])
    #expect(reports.first?.address == IPAddress(parsing: Array("fd00:100::1".utf8)[...]))
  }

  private func report6(flags: String, family: String = "0a", kind: String = "1400") -> String {
    """
    34000000 \(kind) 0000 00000000 00000000 \(family)408000 07000000
    1400 0100 fd000100 00000000 00000000 00000001 0800 0800 \(flags)
    """
  }

  @Test("Noise and every cut of a report end the reading, never the program")
  func noise() {
    let report = octets(
      "20000000 1000 0000 00000000 00000000 00000100 03000000 43100100 00000000")
    for length in 0..<report.count {
      #expect(LinkReport.read(Text(report.prefix(length))).isEmpty)
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 0...200)).map { _ in UInt8.random(in: 0...255, using: &random)
      }
      _ = (LinkReport.read(bytes), AddressReport.read(bytes))
      var bent = report + report
      bent[Int.random(in: 0..<8)] = bytes.first ?? 0
      #expect(LinkReport.read(bent).count <= 2)
      var address = octets(report6(flags: "80000000"))
      address[Int.random(in: 0..<address.count)] = bytes.first ?? 0
      #expect(AddressReport.read(address).count <= 1)
    }
  }
}
