import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("SIP by connections, RFC 3261 §18")
struct StreamTests {
  private static let contact: [(HeaderName, String)] = [(.contact, "<sip:2001@192.0.2.7:5080>")]
  private static let answer = Text("v=0\r\no=far 1 1 IN IP4 192.0.2.7\r\ns=-\r\nt=0 0\r\n")
  private static let second = Endpoint(.v4(0xC000_0202), 5_060)

  private func bench(
    _ transport: Transport = .tcp, adjust: (inout UserAgentSettings) -> Void = { _ in }
  ) -> Bench {
    Bench(accounts: [Bench.account(1)]) {
      $0.transport = transport
      adjust(&$0)
    }
  }

  private func registered(_ bench: Bench) {
    bench.act { $0.start(now: $1, into: &$2) }
    bench.respond(to: bench.takeRequest(.register), 200, fields: [(.expires, "3600")])
    _ = bench.takeEvents()
  }

  private func call(_ bench: Bench, offer: Text = Bench.offer) -> SessionNumber {
    bench.act { $0.invite(from: 1, to: Text("2001"), offer: offer, now: $1, into: &$2) }
      ?? SessionNumber(rawValue: 0)
  }

  private func lose(_ bench: Bench, _ remote: Endpoint = Bench.server, wasOpen: Bool) {
    bench.act { $0.streamLost(remote, wasOpen: wasOpen, now: $1, into: &$2) }
  }

  @Test(
    "Via and Contact name the transport; nothing is sent again",
    arguments: [(Transport.tcp, "TCP", "tcp"), (.tls, "TLS", "tls")])
  func names(_ transport: Transport, _ via: String, _ parameter: String) {
    let bench = bench(transport) { $0.isAlias = transport == .tls }
    bench.act { $0.start(now: $1, into: &$2) }
    let register = bench.takeRequest(.register)
    let alias = transport == .tls ? ";alias" : ""
    #expect(register.value(.via).hasPrefix("SIP/2.0/\(via) 192.0.2.100:5070\(alias);rport;branch="))
    let place = "<sip:1001@192.0.2.100:5070;transport=\(parameter)>"
    #expect(register.value(.contact).hasPrefix(place))
    #expect(bench.secure == [transport == .tls])
    bench.pass(.seconds(31))
    #expect(bench.wire.isEmpty)
    bench.pass(.seconds(1))
    #expect(bench.takeFacts().contains(.registration(1, .failed(.timeout))))
  }

  @Test("A lost connection: what waits goes out again with the same branch, once, then slower")
  func lost() {
    let bench = bench()
    bench.act { $0.start(now: $1, into: &$2) }
    let register = bench.takeRequest(.register)
    lose(bench, wasOpen: true)
    bench.pass(.zero)
    #expect(bench.takeRequest(.register).bytes == register.bytes)
    // The SBC is down: every attempt to connect fails at once.
    let start = bench.sendTimes.count
    for _ in 0..<12 {
      lose(bench, wasOpen: false)
      bench.pass(.seconds(4))
    }
    let times = bench.sendTimes[start...].map { $0 - bench.sendTimes[start] }
    #expect(times == [0, 4_500, 9_500, 15_500, 19_500, 23_500, 27_500])
    #expect(bench.takeFacts().contains(.registration(1, .failed(.timeout))))
  }

  @Test("The call lives on without its connection, and its BYE makes a new one")
  func callSurvives() {
    let bench = bench()
    registered(bench)
    let session = call(bench)
    let invite = bench.takeRequest(.invite)
    #expect(invite.value(.contact).contains(";transport=tcp"))
    bench.respond(to: invite, 200, fields: Self.contact, body: Self.answer)
    #expect(bench.takeRequest(.ack).value(.via).hasPrefix("SIP/2.0/TCP"))
    _ = bench.takeEvents()
    lose(bench, wasOpen: true)
    bench.pass(.seconds(2))
    _ = bench.takeRequest(.register)
    #expect(bench.takeFacts().isEmpty)
    #expect(bench.agent.sessions.count == 1)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    #expect(bench.takeRequest(.bye).value(.via).hasPrefix("SIP/2.0/TCP"))
    #expect(bench.destinations.last == Bench.server)
  }

  @Test("An SBC that has lost the connection is registered at anew within 2 s, by chance")
  func renewal() {
    var moments: [Int64] = []
    for seed in 1...20 as ClosedRange<UInt64> {
      let bench = Bench(accounts: [Bench.account(1)], seed: seed) { $0.transport = .tcp }
      registered(bench)
      bench.pass(.seconds(100))
      lose(bench, wasOpen: true)
      bench.pass(.seconds(2))
      _ = bench.takeRequest(.register)
      moments.append((bench.sendTimes.last ?? 0) - 100_000)
    }
    #expect(Set(moments).count > 15)
    #expect(moments.allSatisfy { (0...2_000).contains($0) })
  }

  @Test("A connection that falls at once after each registration is no storm")
  func fallsAtOnce() {
    let bench = bench()
    registered(bench)
    lose(bench, wasOpen: true)
    for _ in 0..<3_000 {
      bench.pass(.milliseconds(100))
      guard !bench.wire.isEmpty else { continue }
      bench.respond(to: bench.takeRequest(.register), 200, fields: [(.expires, "3600")])
      lose(bench, wasOpen: true)
    }
    // 300 s with pauses of 15 s in the mean.
    #expect((5...60).contains(bench.sendTimes.count))
  }

  @Test("A connection that falls behind a refusal does not shorten the pause")
  func fallsBehindRefusal() {
    let bench = bench()
    registered(bench)
    bench.act { $0.registerAgain(now: $1, into: &$2) }
    bench.respond(to: bench.takeRequest(.register), 503, fields: [(.retryAfter, "300")])
    lose(bench, wasOpen: true)
    bench.pass(.seconds(299))
    #expect(bench.wire.isEmpty)
    bench.pass(.seconds(1))
    _ = bench.takeRequest(.register)
  }

  @Test("An incoming call over a connection is answered over it, or, once lost, where Via says")
  func incoming() {
    let bench = bench()
    registered(bench)
    let source = Endpoint(Bench.server.address, 40_123)
    var invite = FarRequest()
    invite.body = string(Bench.offer)
    let text = string(invite.text).replacing("SIP/2.0/UDP", with: "SIP/2.0/TCP")
    bench.receive(Text(text.utf8), from: source)
    guard case .incoming(let session, _, _, _) = bench.takeFacts().first else {
      Issue.record("no call")
      return
    }
    bench.act { $0.ring(session, offer: [], now: $1, into: &$2) }
    #expect(bench.takeResponse(180).value(.via).hasPrefix("SIP/2.0/TCP"))
    #expect(bench.destinations.last == source)
    bench.act { $0.answer(session, description: Self.answer, now: $1, into: &$2) }
    bench.takeResponse(200)
    #expect(bench.destinations.last == source)
    lose(bench, source, wasOpen: true)
    bench.pass(.milliseconds(600))
    bench.takeResponse(200)
    #expect(bench.destinations.last == Bench.server)
  }

  @Test("A request above 1,300 bytes goes by TCP, everything else by UDP")
  func long() {
    let bench = bench(.udp)
    registered(bench)
    let room = 1_300 - requestSize(bench)
    for (extra, name) in [(room, "UDP"), (room + 1, "TCP")] {
      let session = call(bench, offer: Text(repeating: 0x61, count: Bench.offer.count + extra))
      let invite = bench.takeRequest(.invite)
      #expect(invite.bytes.count == 1_300 + extra - room)
      #expect(invite.value(.via).hasPrefix("SIP/2.0/\(name) "))
      #expect(invite.value(.contact) == "<sip:1001@192.0.2.100:5070>")
      bench.respond(to: invite, 100)
      bench.act { $0.hangUp(session, now: $1, into: &$2) }
      let cancel = bench.takeRequest(.cancel)
      #expect(cancel.value(.via) == invite.value(.via), "a CANCEL goes where its INVITE went")
      bench.respond(to: cancel, 200)
      bench.respond(to: invite, 487)
      #expect(bench.takeRequest(.ack).value(.via) == invite.value(.via))
    }
  }

  /// How long an INVITE with the usual offer is.
  private func requestSize(_ bench: Bench) -> Int {
    let session = call(bench, offer: Text(repeating: 0x61, count: Bench.offer.count + 100))
    let invite = bench.takeRequest(.invite)
    bench.respond(to: invite, 486)
    _ = bench.takeRequest(.ack)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    return invite.bytes.count - 100
  }

  @Test("An SBC that takes no TCP gets the long request by UDP, and the next ones at once")
  func retreat() {
    let bench = bench(.udp)
    registered(bench)
    let offer = Text(repeating: 0x61, count: 1_300)
    _ = call(bench, offer: offer)
    let first = bench.takeRequest(.invite)
    lose(bench, wasOpen: false)
    let again = bench.takeRequest(.invite)
    #expect(
      string(again.bytes) == string(first.bytes).replacing("SIP/2.0/TCP", with: "SIP/2.0/UDP"))
    bench.pass(.milliseconds(600))
    #expect(bench.takeRequest(.invite).bytes == again.bytes, "timer A")
    bench.respond(to: again, 486)
    #expect(bench.takeRequest(.ack).value(.via) == again.value(.via))
    _ = call(bench, offer: offer)
    #expect(bench.takeRequest(.invite).value(.via).hasPrefix("SIP/2.0/UDP"))
    bench.pass(.seconds(300))
    bench.wire = []
    _ = call(bench, offer: offer)
    #expect(bench.wire.last?.value(.via).hasPrefix("SIP/2.0/TCP") == true)
  }

  @Test("Where UDP is the way, an SBC that takes no connection is not left for another one")
  func retreatBeforeFailover() {
    let bench = bench(.udp) {
      $0.servers.append(Self.second)
      $0.heartbeat.pause = .seconds(3_600)
    }
    registered(bench)
    _ = call(bench, offer: Text(repeating: 0x61, count: 1_300))
    let first = bench.takeRequest(.invite)
    bench.pass(Flow.shortPatience)
    #expect(bench.wire.isEmpty && bench.agent.server == Bench.server)
    lose(bench, wasOpen: false)
    let again = bench.takeRequest(.invite)
    #expect(again.branch == first.branch && again.value(.via).hasPrefix("SIP/2.0/UDP"))
    bench.respond(to: again, 100)
    bench.pass(.seconds(3))
    #expect(bench.agent.server == Bench.server && bench.wire.isEmpty)
  }

  @Test("A connection that is taken and closed, twice, is none")
  func closedConnection() {
    let bench = bench(.udp)
    registered(bench)
    _ = call(bench, offer: Text(repeating: 0x61, count: 1_300))
    let invite = bench.takeRequest(.invite)
    for isLast in [false, true] {
      lose(bench, wasOpen: true)
      bench.pass(.zero)
      let again = bench.takeRequest(.invite)
      #expect(again.branch == invite.branch)
      #expect(again.value(.via).hasPrefix(isLast ? "SIP/2.0/UDP" : "SIP/2.0/TCP"))
    }
  }

  @Test("A response whose connection of TLS is lost goes to where TLS is listened for (§18.2.2)")
  func secureResponse() {
    let bench = bench(.tls)
    registered(bench)
    var invite = FarRequest()
    invite.body = string(Bench.offer)
    let text = string(invite.text).replacing("SIP/2.0/UDP", with: "SIP/2.0/TLS")
    bench.receive(Text(text.utf8))
    guard case .incoming(let session, _, _, _) = bench.takeFacts().first else {
      Issue.record("no call")
      return
    }
    let port = Endpoint(Bench.server.address, 5_061)
    lose(bench, wasOpen: true)
    bench.act { $0.ring(session, offer: [], now: $1, into: &$2) }
    bench.takeResponse(180)
    #expect(bench.destinations.last == port)
    bench.act { $0.answer(session, description: Self.answer, now: $1, into: &$2) }
    bench.takeResponse(200)
    #expect(bench.destinations.last == port)
  }

  @Test("With another SBC nobody waits for one that takes no connection")
  func failover() {
    let bench = bench { $0.servers.append(Self.second) }
    bench.isStrict = false
    registered(bench)
    _ = call(bench)
    _ = bench.takeRequest(.invite)
    lose(bench, wasOpen: true)
    lose(bench, wasOpen: false)
    #expect(bench.agent.server == Self.second)
    bench.respond(to: bench.takeRequest(.register), 200, fields: [(.expires, "3600")])
    #expect(bench.takeRequest(.invite).value(.via).hasPrefix("SIP/2.0/TCP"))
    #expect(bench.destinations.last == Self.second)
  }

  @Test("Another transport: the next REGISTER names it and takes the old binding back")
  func change() {
    let bench = bench(.udp)
    registered(bench)
    bench.act { $0.changeTransport(to: .tcp, isAlias: false, now: $1, into: &$2) }
    let register = bench.takeRequest(.register)
    #expect(register.value(.via).hasPrefix("SIP/2.0/TCP"))
    let contacts = register.elements(.contact).map { string(register.text($0)) }
    #expect(contacts.count == 2)
    #expect(contacts[0].hasPrefix("<sip:1001@192.0.2.100:5070;transport=tcp>;+sip.instance="))
    #expect(contacts[1] == "<sip:1001@192.0.2.100:5070>;expires=0")
    bench.act { $0.changeTransport(to: .tcp, isAlias: false, now: $1, into: &$2) }
    #expect(bench.wire.isEmpty)
  }

  @Test("Connections are taken from SBCs only, and the others are counted")
  func strangers() {
    let bench = bench()
    let other = Endpoint(.v4(0xC000_02FE), 5_060)
    #expect(bench.act { $0.welcomes(Endpoint(Bench.server.address, 9), now: $1, into: &$2) })
    #expect(!bench.act { $0.welcomes(other, now: $1, into: &$2) })
    #expect(bench.agent.counters[.stranger] == 1)
  }
}
