import Base
import Console
import Network
import Testing

@testable import Gateway

@Suite("SBCs that have names, and resolve")
struct NameTests {
  private static let named = ["no sip server", "sip server sbc.example.net"]

  /// Answers the first box's questions as the test says, a millisecond after each.
  private func serve(
    _ world: World, after milliseconds: Int64 = 1, _ answer: (DNSQuestion) -> DNSAnswer
  ) {
    while !world.boxes[0].questions.isEmpty {
      let (number, question) = world.boxes[0].questions.removeFirst()
      world.pass(.milliseconds(milliseconds))
      let now = world.now
      world.act(0) { $0.resolved(number, answer(question), now: now, into: &$1) }
    }
  }

  private func address(_ question: DNSQuestion, seconds: UInt32 = 60) -> DNSAnswer {
    guard question.type == .a else { return .failure(.noData) }
    return .records([DNSRecord(.address(SBC.endpoint.address), seconds: seconds)])
  }

  private func box(_ settings: [String] = named) -> World {
    let world = World(boxes: 1, settings: settings)
    world.start()
    return world
  }

  private func taken(_ world: World) -> String {
    defer { world.boxes[0].live[1] = nil }
    let marks: [Character: String] = [
      "\u{0E}": "[live]", "\u{1E}": "[prompt]", "\u{04}": "[end]\n",
    ]
    return string(world.boxes[0].live[1] ?? []).map { marks[$0] ?? String($0) }.joined()
  }

  private func type(_ line: String, _ world: World) {
    world.boxes[0].begin(.line(Text(line)), number: 1, now: world.now)
  }

  @Test("Nothing is sent before DNS has answered, and then every port registers")
  func registers() {
    let world = box()
    world.pass(.seconds(1))
    #expect(!world.boxes[0].take().contains { $0.contains("REGISTER") })
    #expect(world.boxes[0].nameServers == nil)
    #expect(
      world.console("explain port 1").contains(
        "SBC           BROKEN: its name is asked of DNS, no answer yet"))
    #expect(world.console("show status").contains("SBC: unknown\n"))
    serve(world) { address($0) }
    world.pass(.seconds(2))
    #expect(world.console("explain port 1").contains("port 1 can call"))
    #expect(world.console("show log").contains("SBCs by DNS: 192.0.2.1:5060"))
  }

  @Test(
    "Each failure of DNS has its words, in English and in Chinese",
    arguments: [
      (.timeout, "no DNS server answers", "DNS 服务器无应答"),
      (.unreachable, "no DNS server is there", "DNS 服务器不在"),
      (.noName, "there is no such name (NXDOMAIN)", "域名不存在"),
      (.noData, "the name has no such record", "域名没有这种记录"),
      (.serverFailure, "could not find out (SERVFAIL)", "查询失败"),
      (.refused, "does not answer us (REFUSED)", "拒绝查询"),
      (.malformed, "makes no sense", "无法理解"), (.noServer, "no DNS server is known", "没有 DNS"),
    ] as [(DNSFailure, String, String)])
  func failures(_ failure: DNSFailure, _ english: String, _ chinese: String) {
    let world = box()
    serve(world) { _ in .failure(failure) }
    let said = world.console("explain port 1")
    #expect(said.contains("SBC           BROKEN: sbc.example.net: ") && said.contains(english))
    #expect(world.console("show status").contains("\nDNS: sbc.example.net: "))
    #expect(world.console("show log").contains("SBC sbc.example.net: "))
    let other = box(Self.named + ["language zh"])
    serve(other) { _ in .failure(failure) }
    let translated = other.console("explain port 1")
    #expect(translated.contains("SBC           故障：sbc.example.net: "))
    #expect(translated.contains(chinese))
  }

  @Test("DNS dies later: calls go through with what was known, and a note tells it")
  func stale() {
    let world = box()
    serve(world) { address($0) }
    world.pass(.seconds(58))
    serve(world) { _ in .failure(.timeout) }
    let said = world.console("explain port 1")
    #expect(
      said.contains("sbc.example.net: no DNS server answers; what was known before goes on"))
    #expect(said.contains("port 1 can call"))
    world.connect(0, 1, to: "6002", 0, 2)
    world.replace(0, 1)
    world.replace(0, 2)
  }

  @Test("DNS servers: those that are set, else those of DHCP, else none")
  func servers() {
    let vlan = ["network interface eth0", "network vlan 100"]
    let told = Endpoint(.v4(0xC000_0235), 53)
    var lease = Lease(InterfaceAddress(.v4(0xC000_0265), prefix: 24))
    lease.dnsServers = [told.address]
    for (settings, lease, expected) in [
      (vlan, lease, [told]),
      (
        vlan + ["network dns 192.0.2.9 port 5300", "network backup-dns 192.0.2.8"], lease,
        [Endpoint(.v4(0xC000_0209), 5300), Endpoint(.v4(0xC000_0208), 53)]
      ),
      (vlan, Lease(lease.address), []),
    ] {
      let world = box(Self.named + settings)
      let now = world.now
      world.act(0) { $0.pathRose(lease, now: now, into: &$1) }
      #expect(world.boxes[0].nameServers == expected)
      #expect(world.boxes[0].questions.count == 1)
      #expect(
        world.console("show network").contains("  DNS server: 192.0.2.") == !expected.isEmpty)
    }
  }

  @Test("A domain of option 120 is asked for like one that is set")
  func option120() {
    let world = box(["network interface eth0", "no sip server"])
    var lease = Lease(InterfaceAddress(.v4(0xC000_0265), prefix: 24))
    lease.sipServers = [.host(Text("carrier.example"), port: 0)]
    let now = world.now
    world.act(0) { $0.pathRose(lease, now: now, into: &$1) }
    #expect(
      world.boxes[0].questions.first?.question == DNSQuestion(Text("carrier.example"), .naptr))
    serve(world) { address($0) }
    world.pass(.seconds(2))
    #expect(world.console("explain port 1").contains("registration  registered"))
    // The way falls and is back: what was known is enough to begin with.
    world.boxes[0].gateway.pathFell(now: world.now)
    _ = world.boxes[0].take()
    let later = world.now
    world.act(0) { $0.pathRose(lease, now: later, into: &$1) }
    #expect(world.boxes[0].take().contains { $0.contains("REGISTER") })
  }

  // MARK: resolve

  @Test("Every record and how long it took")
  func resolve() {
    let world = World.registered(boxes: 1)
    type("resolve Carrier.example", world)
    serve(world, after: 12) { question in
      switch question.type {
      case .naptr:
        .records([
          DNSRecord(
            .pointer(
              order: 10, preference: 50, flags: Text("s"), service: Text("SIP+D2U"),
              name: Text("_sip._udp.carrier.example")), seconds: 300),
          DNSRecord(
            .pointer(
              order: 20, preference: 50, flags: Text("s\u{1B}[2J"), service: Text("SIPS+D2T"),
              name: []), seconds: 300),
        ])
      case .srv:
        .records([
          DNSRecord(
            .service(priority: 1, weight: 9, port: 5070, target: Text("a.example")), seconds: 60),
          DNSRecord(
            .service(priority: 2, weight: 0, port: 5080, target: Text("b.example")), seconds: 60),
        ])
      case .a: question.name == Text("a.example") ? address(question) : .failure(.timeout)
      case .aaaa: .failure(.noData)
      }
    }
    #expect(
      taken(world) == """
        [live]servers of carrier.example; Ctrl-C ends it
        NAPTR carrier.example: 2 records after 12.00 ms
          10 50 's' 'SIP+D2U' _sip._udp.carrier.example, 300 s
          20 50 's?[2J' 'SIPS+D2T' ., 300 s
        SRV _sip._udp.carrier.example: 2 records after 12.00 ms
          1 9 5070 a.example, 60 s
          2 0 5080 b.example, 60 s
        A a.example: 1 record after 12.00 ms
          192.0.2.1, 60 s
        AAAA a.example: the name has no such record, after 12.00 ms
        A b.example: no DNS server answers, after 12.00 ms
        AAAA b.example: the name has no such record, after 12.00 ms
        SIP over UDP goes to 192.0.2.1:5070
        [prompt]box1> [end]

        """)
  }

  @Test("A name that is nowhere, words that are no name, an interrupt, and answers after it")
  func unresolved() {
    let world = World.registered(boxes: 1)
    type("resolve a.example", world)
    serve(world) { _ in .failure(.noName) }
    #expect(
      taken(world) == """
        [live]servers of a.example; Ctrl-C ends it
        NAPTR a.example: there is no such name (NXDOMAIN), after 1.00 ms
        SRV _sip._udp.a.example: there is no such name (NXDOMAIN), after 1.00 ms
        A a.example: there is no such name (NXDOMAIN), after 1.00 ms
        AAAA a.example: there is no such name (NXDOMAIN), after 1.00 ms
        no server: there is no such name (NXDOMAIN)
        [prompt]box1> [end]

        """)
    for word in ["192.0.2.1", "a..b", "a_b.example", "-"] {
      type("resolve \(word)", world)
      #expect(taken(world).contains("^ no name; one is sbc.example.net"), "\(word)")
    }
    type("resolve a.example", world)
    world.boxes[0].begin(.interrupt, number: 1, now: world.now)
    #expect(taken(world).hasSuffix("[prompt]box1> [end]\n"))
    serve(world) { address($0) }
    #expect(taken(world) == "")
  }

  @Test("Two consoles ask at once, one of them a machine; each gets its own answers")
  func twoConsoles() {
    let world = World.registered(boxes: 1)
    type("resolve a.example", world)
    world.boxes[0].begin(.machine(Text("resolve b.example")), number: 2, now: world.now)
    serve(world) { $0.name.starts(with: Text("a")) ? address($0) : .failure(.refused) }
    #expect(taken(world).contains("SIP over UDP goes to 192.0.2.1:5060\n"))
    let machine = string(world.boxes[0].live[2] ?? [])
    #expect(machine.contains("{\"line\":\"servers of b.example; Ctrl-C ends it\"}\n"))
    #expect(
      machine.contains(
        "{\"line\":\"no server: the DNS server does not answer us (REFUSED)\"}\n"))
  }

  @Test("Without a way nobody is asked")
  func noWay() {
    let world = box(["network interface eth0", "network vlan 100"])
    type("resolve a.example", world)
    #expect(taken(world) == "there is no way to a DNS server\n[prompt]box1> [end]\n")
    #expect(world.boxes[0].questions.isEmpty)
  }
}
