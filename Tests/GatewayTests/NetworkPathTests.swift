import Base
import Call
import Config
import MediaControl
import Network
import Testing

@testable import Gateway

@Suite("The way to the SBC comes and goes")
struct NetworkPathTests {
  private let home = Lease(InterfaceAddress(.v4(0x0A64_0001), prefix: 24))
  private let moved = Lease(InterfaceAddress(.v4(0x0A64_0002), prefix: 24))
  private var out = Outbox<GatewayOutput>(limit: Gateway.outputLimit)

  private func gateway(_ lines: String, _ out: inout Outbox<GatewayOutput>) -> Gateway {
    let settings =
      "network interface eth0\nsip domain a.example\n" + lines
    return gatewayOfOnePort(settings, into: &out)
  }

  private func shown(_ what: String, by box: inout Gateway) -> String {
    answer("show " + what, of: &box)
  }

  private func answer(_ line: String, of box: inout Gateway) -> String {
    var session = ConsoleSession(number: 1, role: .administrator)
    var out = Outbox<GatewayOutput>(limit: 8)
    let answer = box.answer(.line(Text(line.utf8)), of: &session, now: .zero, into: &out) {
      _ in .done
    }
    return string(Text(answer.prefix { $0 != 0x1E }))
  }

  /// What is sent now, as the first line and the Contact.
  private func sent(_ out: inout Outbox<GatewayOutput>) -> [String] {
    out.drain().compactMap { output in
      guard case .send(let datagram, let remote) = output else { return nil }
      let text = String(decoding: datagram, as: UTF8.self)
      let contact = text.split(separator: "\r\n").first { $0.hasPrefix("Contact: ") } ?? ""
      var address = Text()
      address.append(remote)
      return "\(text.prefix { $0 != " " }) \(String(decoding: address, as: UTF8.self)) \(contact)"
    }
  }

  @Test("Nothing is sent before there is a way, everything at once when there is")
  mutating func rises() {
    var box = gateway("sip server 10.100.0.10\n", &out)
    box.start(now: .zero, into: &out)
    #expect(sent(&out).isEmpty)
    box.pathRose(home, now: .zero + .seconds(1), into: &out)
    #expect(
      sent(&out) == ["REGISTER 10.100.0.10:5060 Contact: <sip:6001@10.100.0.1:5060>"])
  }

  @Test("With the power of a whole district back, a port registers by chance, or when told so")
  mutating func powerReturns() {
    var box = gateway("sip server 10.100.0.10\n", &out)
    box.resetReason = .powerLost
    box.start(now: .zero, into: &out)
    box.pathRose(home, now: .zero, into: &out)
    #expect(sent(&out).isEmpty)
    #expect(shown("registrations", by: &box).contains("not registered"))
    #expect((box.deadline ?? .zero) <= .zero + .seconds(30))
    box.advance(to: .zero + .seconds(30), into: &out)
    #expect(sent(&out).count == 1)
    var other = gateway("sip server 10.100.0.10\nsip register-spread 600\n", &out)
    other.resetReason = .powerLost
    other.start(now: .zero, into: &out)
    other.pathRose(home, now: .zero, into: &out)
    #expect(sent(&out).isEmpty)
    var session = ConsoleSession(number: 1, role: .administrator)
    let asked = ["explain port 1", "register now"].map { line in
      string(
        other.answer(.line(Text(line.utf8)), of: &session, now: .zero, into: &out) { _ in .done })
    }
    #expect(asked[0].contains("registration  BROKEN: waits, so that a district"), "\(asked[0])")
    #expect(sent(&out).count == 1)
  }

  @Test("A network that was away for a minute was so for others; a cable in a hand was not")
  mutating func networkReturns() {
    var box = gateway("sip server 10.100.0.10\n", &out)
    box.start(now: .zero, into: &out)
    box.pathRose(home, now: .zero, into: &out)
    #expect(sent(&out).count == 1)
    box.pathFell(now: .zero + .seconds(1))
    box.pathRose(home, now: .zero + .seconds(60), into: &out)
    #expect(sent(&out).count == 1)
    box.pathFell(now: .zero + .seconds(61))
    box.pathRose(home, now: .zero + .seconds(121), into: &out)
    #expect(sent(&out).isEmpty)
    box.advance(to: .zero + .seconds(151), into: &out)
    #expect(sent(&out).count == 1)
  }

  @Test("While the way is gone no packet leaves, and with it a REGISTER from the new address")
  mutating func fallsAndReturns() {
    var box = gateway("sip server 10.100.0.10\nsip port 5070\n", &out)
    box.start(now: .zero, into: &out)
    box.pathRose(home, now: .zero, into: &out)
    _ = sent(&out)
    box.pathFell(now: .zero + .milliseconds(100))
    box.advance(to: .zero + .seconds(40), into: &out)
    #expect(sent(&out).isEmpty)
    box.pathRose(moved, now: .zero + .seconds(41), into: &out)
    #expect(
      sent(&out).first == "REGISTER 10.100.0.10:5060 Contact: <sip:6001@10.100.0.2:5070>")
  }

  @Test("The SBC of option 120, and a clear word when nobody tells one")
  mutating func option120() {
    var box = gateway("", &out)
    box.start(now: .zero, into: &out)
    box.pathRose(home, now: .zero, into: &out)
    #expect(sent(&out).isEmpty)
    #expect(shown("log", by: &box).contains("DHCP tells none (option 120)"))
    var lease = home
    lease.sipServers = [.endpoint(Endpoint(.v4(0x0A64_000A), 5060))]
    box.pathRose(lease, now: .zero, into: &out)
    #expect(sent(&out).first?.hasPrefix("REGISTER 10.100.0.10:5060") == true)
  }

  @Test("With IPv6 the way is there before DHCPv6 has answered; what it tells is gone to at once")
  mutating func options21And22() {
    var box = gateway("network address fd00:77::1/64\n", &out)
    box.start(now: .zero, into: &out)
    var lease = Lease(InterfaceAddress(.v6(0xFD00_0077 << 32, 1), prefix: 64))
    box.pathRose(lease, now: .zero, into: &out)
    #expect(sent(&out).isEmpty)
    #expect(!shown("log", by: &box).contains("no SBC"))
    box.hasVoiceCable = true
    #expect(answer("explain port 1", of: &box).contains("DHCPv6 tells none (options 21 and 22)"))
    lease.sipServers = [.endpoint(Endpoint(.v6(0xFD00_0077 << 32, 0x10), 5060))]
    box.pathRose(lease, now: .zero, into: &out)
    #expect(
      sent(&out) == ["REGISTER [fd00:77::10]:5060 Contact: <sip:6001@[fd00:77::1]:5060>"])
    lease.sipServers.insert(.host(Text("sbc.a.example"), port: 0), at: 0)
    lease.dnsServers = [.v6(0xFD00_0077 << 32, 0x35)]
    box.pathRose(lease, now: .zero, into: &out)
    #expect(
      shown("network", by: &box) == """
        voice: eth0, fd00:77::1/64
          SIP server (21): sbc.a.example
          SIP server (22): [fd00:77::10]:5060
          DNS server: fd00:77::35

        """)
    var chinese = gateway("network address fd00:77::1/64\nlanguage zh\n", &out)
    chinese.start(now: .zero, into: &out)
    chinese.pathRose(lease, now: .zero, into: &out)
    #expect(shown("network", by: &chinese).contains("SIP 服务器 (22)：[fd00:77::10]:5060"))
  }

  @Test("show network tells the interface, the address and what DHCP told")
  mutating func show() {
    var box = gateway("network vlan 100\nsip server 10.100.0.10\n", &out)
    #expect(shown("network", by: &box) == "voice: eth0 VLAN 100: no cable, or no lease\n")
    var lease = home
    lease.address.gateway = .v4(0x0A64_00FE)
    lease.bootServer = Text("acs.example")
    box.pathRose(lease, now: .zero, into: &out)
    #expect(
      shown("network", by: &box) == """
        voice: eth0 VLAN 100, 10.100.0.1/24 via 10.100.0.254, from DHCP
          provisioning (66): acs.example

        """)
  }
}
