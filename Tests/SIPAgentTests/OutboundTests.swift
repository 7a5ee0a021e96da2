import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Registration by a flow, RFC 5626 §4, RFC 6223")
struct OutboundTests {
  private static let second = Endpoint(.v4(0xC000_0202), 5_060)
  private static let confirmed: [(HeaderName, String)] = [
    (.expires, "3600"), (.require, "outbound"),
  ]

  private static func bench(
    _ transport: Transport = .tcp, adjust: (inout UserAgentSettings) -> Void = { _ in }
  ) -> Bench {
    let bench = Bench(accounts: [Bench.account(1)]) {
      $0.transport = transport
      adjust(&$0)
    }
    // Only one of several SBCs has the address that the bench expects.
    bench.isStrict = bench.agent.settings.servers.count == 1
    bench.act { $0.start(now: $1, into: &$2) }
    return bench
  }

  private static func invite(_ bench: Bench) -> Message {
    _ = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    return bench.takeRequest(.invite)
  }

  @Test(
    "By a connection REGISTER names its flow, and calls ask for the same way once that is agreed",
    arguments: [(Transport.tcp, "tcp"), (.tls, "tls")])
  func offered(transport: Transport, name: String) {
    let bench = Self.bench(transport)
    let register = bench.takeRequest(.register)
    let contact = register.value(.contact)
    #expect(
      contact.hasPrefix("<sip:1001@192.0.2.100:5070;transport=\(name)>;+sip.instance=\"<urn:uuid:"))
    #expect(contact.hasSuffix(">\";reg-id=1"))
    #expect(register.value(.supported) == "path, outbound")
    #expect(register.value(.via).hasSuffix(";keep"))
    bench.respond(
      to: register, 401,
      fields: [(.wwwAuthenticate, "Digest realm=\"ims.example\", nonce=\"n\", qop=\"auth\"")])
    let second = bench.takeRequest(.register)
    #expect(second.value(.contact) == contact && second.value(.via).hasSuffix(";keep"))
    bench.respond(to: second, 200, fields: Self.confirmed)
    #expect(bench.agent.registrations[0].flow == 1)
    let invite = Self.invite(bench)
    #expect(invite.value(.contact) == "<sip:1001@192.0.2.100:5070;transport=\(name);ob>")
    #expect(!invite.value(.via).contains("keep"))
    // The binding goes as it came.
    bench.act { $0.stop(now: $1, into: &$2) }
    let last = bench.wire.first { $0.value(.expires) == "0" }
    #expect(last?.value(.contact) == contact)
  }

  @Test("A registrar that says nothing of flows gets no ob")
  func unconfirmed() {
    let bench = Self.bench()
    bench.respond(to: bench.takeRequest(.register), 200, fields: [(.expires, "3600")])
    #expect(bench.agent.registrations[0].flow == nil)
    #expect(
      Self.invite(bench).value(.contact) == "<sip:1001@192.0.2.100:5070;transport=tcp>")
  }

  @Test("By UDP nothing of it is sent, and nothing of it is believed")
  func datagrams() {
    let bench = Self.bench(.udp)
    let register = bench.takeRequest(.register)
    #expect(register.value(.contact) == "<sip:1001@192.0.2.100:5070>")
    #expect(register.value(.supported) == "path")
    #expect(!register.value(.via).contains("keep"))
    bench.respond(to: register, 200, fields: Self.confirmed)
    #expect(bench.agent.registrations[0].flow == nil)
    #expect(Self.invite(bench).value(.contact) == "<sip:1001@192.0.2.100:5070>")
  }

  @Test("439: at once without a flow, and never twice; another SBC is offered one again")
  func firstHopLacksSupport() {
    let bench = Self.bench { $0.servers.append(Self.second) }
    bench.wire.removeAll { $0.requestURI.hasPrefix("sip:192") }
    let register = bench.takeRequest(.register)
    bench.respond(to: register, 439)
    let plain = bench.takeRequest(.register)
    #expect(plain.value(.contact) == "<sip:1001@192.0.2.100:5070;transport=tcp>")
    #expect(plain.value(.supported) == "path")
    #expect(plain.sequenceNumber == register.sequenceNumber + 1)
    #expect(bench.takeEvents().contains(.note(.flowRefused(1))))
    bench.respond(to: plain, 439)
    #expect(bench.wire.isEmpty)
    #expect(bench.takeEvents().contains(.registration(1, .failed(.refused(439)))))
    bench.act { $0.serversChanged(to: [Self.second], now: $1, into: &$2) }
    let other = bench.wire.last { $0.requestURI == "sip:ims.example" }
    #expect(other?.value(.contact).hasSuffix(";reg-id=1") == true)
  }

  @Test("Each SBC of the list has a flow of its own")
  func secondServer() {
    let bench = Self.bench { $0.servers.append(Self.second) }
    let first = bench.wire.last { $0.requestURI == "sip:ims.example" }
    #expect(first?.value(.contact).hasSuffix(";reg-id=1") == true)
    bench.wire.removeAll()
    // Nobody takes a connection at the first one.
    bench.act { $0.streamLost(Bench.server, wasOpen: false, now: $1, into: &$2) }
    let moved = bench.wire.last { $0.requestURI == "sip:ims.example" }
    #expect(moved?.value(.contact).hasSuffix(";reg-id=2") == true)
  }

  @Test(
    "How often the connection is to be kept: by the Via that comes back, or by Flow-Timer",
    arguments: [
      (";keep=40", nil, 40), (";keep=40", "25", 40), (";keep", "25", 25), (";keep=0", nil, nil),
      (";keep=1", nil, 5), ("", "100000", 3_600), (";keep=x", nil, nil), (";keep", nil, nil),
      ("", "", nil), (";keep=99999999999999999999", nil, 3_600),
    ] as [(String, String?, Int64?)])
  func keepAlive(parameter: String, timer: String?, seconds: Int64?) {
    let bench = Self.bench()
    let register = bench.takeRequest(.register)
    var writer = MessageWriter(
      answering: register, code: 200, tag: Text("far"), source: Bench.local)
    writer.add(.expires, "3600")
    if let timer { writer.add(other: "Flow-Timer", Text(timer.utf8)) }
    let response = string(writer.finish()).replacing(";keep", with: parameter)
    bench.receive(Text(response.utf8))
    #expect(bench.agent.registrations[0].status == .registered)
    #expect(bench.agent.wantedKeepAlive == seconds.map { .seconds($0) })
    bench.act { $0.changeTransport(to: .udp, isAlias: false, now: $1, into: &$2) }
    #expect(bench.agent.wantedKeepAlive == nil)
  }

  @Test("A trunk has a flow as well, and its ports' calls go by it")
  func trunk() {
    let bench = Bench {
      $0.transport = .tcp
      $0.trunk = Text("pbx")
    }
    bench.act { $0.start(now: $1, into: &$2) }
    let register = bench.takeRequest(.register)
    #expect(
      register.value(.contact).hasPrefix("<sip:192.0.2.100:5070;transport=tcp;bnc>;+sip.instance"))
    bench.respond(to: register, 200, fields: Self.confirmed)
    _ = bench.act {
      $0.invite(from: 2, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    #expect(
      bench.takeRequest(.invite).value(.contact)
        == "<sip:1002@192.0.2.100:5070;transport=tcp;ob>")
  }
}
