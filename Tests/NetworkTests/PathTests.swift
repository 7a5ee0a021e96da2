import Base
import Network
import Testing

private let home = InterfaceAddress(.v4(0x0A64_0001), prefix: 24, gateway: .v4(0x0A64_00FE))
private let moved = InterfaceAddress(.v4(0x0A64_0002), prefix: 24, gateway: .v4(0x0A64_00FE))
private let wide = InterfaceAddress(.v6(0xFD00_0100 << 32, 1), prefix: 64)

/// An SBC that option 120 names by its address.
private func sbc(_ address: UInt32) -> ServerName { .endpoint(Endpoint(.v4(address), 5060)) }

@Suite("The way to the carrier")
struct PathTests {
  private var out = Outbox<PathMachine.Output>(limit: PathMachine.outputLimit)

  private mutating func carrier(
    _ machine: inout PathMachine, _ isRunning: Bool
  ) -> [PathMachine.Output] {
    machine.receive(isRunning: isRunning, into: &out)
    return out.drain()
  }

  private mutating func news(
    _ machine: inout PathMachine, _ news: LeaseNews
  ) -> [PathMachine.Output] {
    machine.receive(news, into: &out)
    return out.drain()
  }

  private mutating func verdict(
    _ machine: inout PathMachine, _ verdict: AddressReport.Verdict, of address: IPAddress? = nil
  ) -> [PathMachine.Output] {
    machine.receive(verdict, on: address ?? wide.address, now: .zero, into: &out)
    return out.drain()
  }

  @Test("A fixed address is there with the cable, goes with it, and is not given twice")
  mutating func fixed() {
    var machine = PathMachine(fixed: home)
    #expect(carrier(&machine, true) == [.apply(home), .route(home), .up(Lease(home))])
    #expect(carrier(&machine, true).isEmpty)
    #expect(carrier(&machine, false) == [.down])
    #expect(carrier(&machine, false).isEmpty)
    #expect(carrier(&machine, true) == [.up(Lease(home))])
    // A client that somebody else started changes nothing.
    #expect(news(&machine, .deconfigured).isEmpty)
  }

  @Test("An IPv6 address is a way when nobody else has it; the cable's return asks nobody again")
  mutating func unique() {
    var machine = PathMachine(fixed: wide)
    #expect(carrier(&machine, true) == [.apply(wide)])
    #expect(machine.state == .checking(Lease(wide), isTaken: false))
    #expect(verdict(&machine, .unique, of: home.address).isEmpty)
    #expect(verdict(&machine, .unique) == [.route(wide), .up(Lease(wide))])
    #expect(verdict(&machine, .taken).isEmpty)
    #expect(carrier(&machine, false) == [.down])
    #expect(carrier(&machine, true) == [.up(Lease(wide))])
  }

  @Test("An address that another device has is told once, and tried again after 60 s")
  mutating func taken() {
    var machine = PathMachine(fixed: wide)
    _ = carrier(&machine, true)
    #expect(verdict(&machine, .taken) == [.taken(wide)])
    #expect(verdict(&machine, .taken).isEmpty)
    #expect(machine.deadline == .zero + .seconds(60))
    machine.advance(to: .zero + .seconds(60), into: &out)
    #expect(out.drain() == [.remove(wide), .apply(wide)])
    #expect(verdict(&machine, .unique) == [.route(wide), .up(Lease(wide))])
    #expect(machine.deadline == nil)
  }

  @Test("A cable pulled during the search, and put back, begins it anew")
  mutating func pulled() {
    var machine = PathMachine(fixed: wide)
    _ = carrier(&machine, true)
    _ = verdict(&machine, .taken)
    #expect(carrier(&machine, false).isEmpty)
    #expect(machine.deadline == nil)
    #expect(carrier(&machine, true) == [.remove(wide), .apply(wide)])
    // The search may end while the cable is out again: then its return is enough.
    #expect(carrier(&machine, false).isEmpty)
    #expect(verdict(&machine, .unique) == [.route(wide)])
    #expect(carrier(&machine, true) == [.up(Lease(wide))])
  }

  @Test("With DHCP the lease opens the way; the cable's return asks anew")
  mutating func lease() {
    var machine = PathMachine(fixed: nil)
    #expect(carrier(&machine, true) == [.askForLease])
    #expect(news(&machine, .deconfigured).isEmpty)
    #expect(news(&machine, .bound(Lease(home))) == [.apply(home), .route(home), .up(Lease(home))])
    #expect(news(&machine, .bound(Lease(home))).isEmpty)
    #expect(carrier(&machine, false) == [.down])
    #expect(news(&machine, .bound(Lease(moved))).isEmpty)
    #expect(carrier(&machine, true) == [.askForLease])
    #expect(news(&machine, .bound(Lease(home))) == [.up(Lease(home))])
  }

  @Test("Another address is the end of a way and another way; a lost lease is the end")
  mutating func change() {
    var machine = PathMachine(fixed: nil)
    _ = carrier(&machine, true)
    _ = news(&machine, .bound(Lease(home)))
    #expect(
      news(&machine, .bound(Lease(moved)))
        == [.down, .remove(home), .apply(moved), .route(moved), .up(Lease(moved))])
    #expect(news(&machine, .deconfigured) == [.down, .remove(moved)])
    #expect(machine.state == .waiting)
    #expect(
      news(&machine, .bound(Lease(moved))) == [.apply(moved), .route(moved), .up(Lease(moved))])
  }

  @Test("Another option of the same address is told without an interruption")
  mutating func option() {
    var machine = PathMachine(fixed: nil)
    _ = carrier(&machine, true)
    _ = news(&machine, .bound(Lease(home)))
    var lease = Lease(home)
    lease.sipServers = [sbc(0x0A64_000A)]
    #expect(news(&machine, .bound(lease)) == [.up(lease)])
  }

  @Test("What a DHCPv6 server tells opens the way again as it is, and outlives the cable")
  mutating func told() throws {
    var machine = PathMachine(fixed: wide)
    _ = carrier(&machine, true)
    _ = verdict(&machine, .unique)
    let reply = try InformationReply(
      reading: octets(
        "07 000001 0002 0001 00 0001 0001 00 0016 0010 fd000077000000000000000000000010"
          + "0017 0010 fd000077000000000000000000000035"), transaction: 1, client: [0])
    machine.receive(reply, into: &out)
    var lease = Lease(wide)
    lease.sipServers = reply.sipServers
    lease.dnsServers = reply.dnsServers
    #expect(out.drain() == [.up(lease)])
    machine.receive(reply, into: &out)
    #expect(out.drain().isEmpty)
    #expect(carrier(&machine, false) == [.down])
    #expect(carrier(&machine, true) == [.up(lease)])
    // Whoever has a lease is told by its server.
    var other = PathMachine(fixed: nil)
    _ = carrier(&other, true)
    other.receive(reply, into: &out)
    #expect(out.drain().isEmpty)
  }

  @Test("A client that ends is started again after 5 s, but not without a cable")
  mutating func clientEnds() {
    var machine = PathMachine(fixed: nil)
    machine.clientEnded(now: .zero)
    #expect(machine.deadline == nil)
    _ = carrier(&machine, true)
    machine.clientEnded(now: .zero)
    #expect(machine.deadline == .zero + .seconds(5))
    machine.advance(to: .zero + .seconds(4), into: &out)
    #expect(out.drain().isEmpty)
    machine.advance(to: .zero + .seconds(5), into: &out)
    #expect(out.drain() == [.askForLease])
    machine.clientEnded(now: .zero + .seconds(6))
    _ = carrier(&machine, false)
    #expect(machine.deadline == nil)
  }
}

@Suite("The DHCP client's hook")
struct LeaseTests {
  @Test("A lease with every option")
  func whole() {
    let line =
      "bound ip=10.100.0.1 mask=24 router=10.100.0.254,10.100.0.253 sip=010a64000a0a64000b "
      + "dns=10.100.0.53,x,10.100.0.54 ntp=10.100.0.3 tftp=provision.example vendor=0104deadbeef"
    var lease = Lease(home)
    lease.sipServers = [sbc(0x0A64_000A), sbc(0x0A64_000B)]
    lease.dnsServers = [.v4(0x0A64_0035), .v4(0x0A64_0036)]
    lease.timeServers = Text("10.100.0.3")
    lease.bootServer = Text("provision.example")
    lease.vendorInformation = Text("0104deadbeef")
    #expect(LeaseNews(parsing: Array(line.utf8)) == .bound(lease))
  }

  @Test(
    "The end of a lease", arguments: ["deconfig", "leasefail", "nak", "deconfig ip=10.0.0.1"])
  func lost(_ line: String) { #expect(LeaseNews(parsing: Array(line.utf8)) == .deconfigured) }

  @Test(
    "What makes no sense is no lease",
    arguments: [
      "", " ", "bound", "bound ip=", "bound ip=10.0.0", "bound ip=0.0.0.0", "bound ip=::1",
      "bound ip=10.0.0.1 mask=33", "bount ip=10.0.0.1", "renewed ip=10.0.0.1",
    ])
  func nonsense(_ line: String) { #expect(LeaseNews(parsing: Array(line.utf8)) == nil) }

  @Test("The SIP server as a client tells it that knows the option")
  func readSIPServer() {
    var lease = Lease(InterfaceAddress(.v4(0x0A00_0001), prefix: 24))
    lease.sipServers = [sbc(0x0A64_000A), sbc(0x0A64_000B)]
    #expect(
      LeaseNews(parsing: Text("renew ip=10.0.0.1 sip=10.100.0.10,10.100.0.11")) == .bound(lease))
  }

  @Test(
    "SIP servers by name, in the client's words and in hexadecimal (RFC 3361 §3.1)",
    arguments: [
      "sbc.example.net,SBC2.example.net.",
      "0003736263076578616d706c65036e6574000453424332076578616d706c65036e657400",
    ])
  func namedSIPServers(_ option: String) {
    #expect(
      lease(sip: option)?.sipServers == [
        .host(Text("sbc.example.net"), port: 0), .host(Text("sbc2.example.net"), port: 0),
      ])
  }

  @Test(
    "A cut option, a name that is none: no SIP server",
    arguments: [
      "00036162630", "0003616263", "00ff6162", "00", "010a6400", "01", "", "zz0a64000a", "-a.b",
      "a..b", "10.0.0", "a_b.example",
    ])
  func sipServer(_ option: String) {
    #expect(lease(sip: option)?.sipServers == [])
  }

  private func lease(sip option: String) -> Lease? {
    let line = "bound ip=10.0.0.1 sip=" + option
    guard case .bound(let lease) = LeaseNews(parsing: Array(line.utf8)) else { return nil }
    return lease
  }

  @Test("A line without end is not read")
  func long() {
    let line = Text("bound ip=10.0.0.1 ntp=") + Text(repeating: 65, count: LeaseNews.lineLimit)
    #expect(LeaseNews(parsing: line) == nil)
  }
}
