import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("A flow of UDP, kept by STUN: RFC 5626 §4.4.2")
struct FlowProbeTests {
  private static let outbound: [(HeaderName, String)] = [
    (.expires, "3600"), (.require, "outbound"),
  ]
  private static let seen = Endpoint(.v4(0xC633_6401), 40_000)
  private static let moved = Endpoint(.v4(0xC633_6401), 40_001)

  private static func bench(servers: [Endpoint] = [Bench.server]) -> Bench {
    let bench = Bench(accounts: [Bench.account(1)]) {
      $0.outbound = .on
      $0.servers = servers
    }
    bench.isStrict = servers.count == 1
    bench.act { $0.start(now: $1, into: &$2) }
    return bench
  }

  /// A bench whose registrar has agreed on a flow.
  private static func agreed() -> Bench {
    let bench = bench()
    bench.respond(to: bench.takeRequest(.register), 200, fields: outbound)
    return bench
  }

  /// What a server answers to the last request; `from` is where it sees it come from.
  private static func answer(_ bench: Bench, from endpoint: Endpoint) -> Text {
    var answer: Text =
      [0x01, 0x01, 0, 12] + bench.probes[bench.probes.count - 1].request.dropFirst(4)
    guard case .v4(let address) = endpoint.address else { return [] }
    let (port, hidden) = (endpoint.port ^ 0x2112, address ^ 0x2112_A442)
    answer += [0, 0x20, 0, 8, 0, 1, UInt8(port >> 8), UInt8(port & 255)]
    answer += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: hidden >> UInt32($0)) }
    return answer
  }

  @Test("REGISTER names the flow, and calls ask for the same way once that is agreed")
  func offered() {
    let bench = Self.bench()
    let register = bench.takeRequest(.register)
    #expect(register.value(.contact).hasPrefix("<sip:1001@192.0.2.100:5070>;+sip.instance="))
    #expect(register.value(.contact).hasSuffix(";reg-id=1"))
    #expect(register.value(.supported) == "path, outbound")
    #expect(register.value(.via).hasSuffix(";keep"))
    bench.respond(to: register, 200, fields: Self.outbound)
    #expect(bench.agent.registrations[0].flow == 1)
    _ = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    #expect(bench.takeRequest(.invite).value(.contact) == "<sip:1001@192.0.2.100:5070;ob>")
  }

  @Test("Who does not agree is not probed")
  func unconfirmed() {
    let bench = Self.bench()
    bench.respond(to: bench.takeRequest(.register), 200, fields: [(.expires, "3600")])
    bench.pass(.seconds(600))
    #expect(bench.probes.isEmpty)
  }

  @Test("About every half a minute the SBC is asked, and a well flow changes nothing")
  func kept() {
    let bench = Self.agreed()
    for round in 1...20 {
      bench.pass(.milliseconds(23_900))
      #expect(bench.probes.count == round - 1, "not before 24 s")
      while bench.probes.count < round { bench.pass(.milliseconds(100)) }
      #expect(bench.probes[round - 1].server == Bench.server)
      bench.receive(Self.answer(bench, from: Self.seen))
    }
    #expect(bench.now <= Instant.zero + .seconds(20 * 29 + 2))
    #expect(bench.wire.isEmpty && bench.agent.counters[.keepAlive] == 20)
    // No two of them are the same transaction.
    #expect(Set(bench.probes.map(\.request)).count == 20)
  }

  @Test("The SBC's own time counts", arguments: [(20, 16, 20), (120, 96, 120)])
  func wanted(seconds: Int, shortest: Int, longest: Int) {
    let bench = Self.bench()
    let register = bench.takeRequest(.register)
    var writer = MessageWriter(
      answering: register, code: 200, tag: Text("far"), source: Bench.local)
    writer.add(.expires, "3600")
    let response = string(writer.finish()).replacing(";keep", with: ";keep=\(seconds)")
    bench.receive(Text(response.utf8))
    bench.pass(.seconds(shortest) - .milliseconds(1))
    #expect(bench.probes.isEmpty)
    bench.pass(.seconds(longest - shortest) + .milliseconds(1))
    #expect(Set(bench.probes.map(\.request)).count == 1)
  }

  @Test("Seen at another address than before, the flow is made anew")
  func addressChanges() {
    let bench = Self.agreed()
    while bench.probes.isEmpty { bench.pass(.milliseconds(100)) }
    bench.receive(Self.answer(bench, from: Self.seen))
    while bench.probes.count < 2 { bench.pass(.milliseconds(100)) }
    bench.receive(Self.answer(bench, from: Self.moved))
    #expect(bench.takeEvents().contains(.note(.flowMoved(to: Self.moved))))
    bench.respond(to: bench.takeRequest(.register), 200, fields: Self.outbound)
    while bench.probes.count < 3 { bench.pass(.milliseconds(100)) }
    bench.receive(Self.answer(bench, from: Self.moved))
    #expect(bench.wire.isEmpty)
  }

  @Test("Seven copies that nobody answers: the flow has failed, and is made anew")
  func silence() {
    let bench = Self.agreed()
    while bench.probes.isEmpty { bench.pass(.milliseconds(1)) }
    bench.receive(Self.answer(bench, from: Self.seen))
    bench.probes = []
    while bench.probes.isEmpty { bench.pass(.milliseconds(1)) }
    let began = bench.now
    for (ms, copies) in [
      (499, 1), (500, 2), (1_500, 3), (3_500, 4), (7_500, 5), (15_500, 6),
      (31_499, 6), (31_500, 7), (39_498, 7),
    ] {
      bench.pass(began + .milliseconds(Int64(ms)) - bench.now)
      #expect(bench.probes.count == copies, "after \(ms) ms")
    }
    #expect(bench.wire.isEmpty && Set(bench.probes.map(\.request)).count == 1)
    bench.pass(.milliseconds(3))
    #expect(bench.takeEvents().contains(.note(.flowFailed(Bench.server))))
    bench.respond(to: bench.takeRequest(.register), 200, fields: Self.outbound)
    bench.pass(.seconds(30))
    #expect(bench.probes.count > 7)
  }

  @Test("Who never answers is asked again, and not held to it")
  func unanswered() {
    let bench = Self.agreed()
    bench.pass(.seconds(1_200))
    #expect(bench.wire.isEmpty && bench.probes.count > 7 * 16)
    #expect(!bench.takeEvents().contains(.note(.flowFailed(Bench.server))))
  }

  @Test("What answers no question of ours is counted, and changes nothing")
  func strays() {
    let bench = Self.agreed()
    while bench.probes.isEmpty { bench.pass(.milliseconds(100)) }
    let good = Self.answer(bench, from: Self.seen)
    var foreign = good
    foreign[19] ^= 1
    bench.receive(foreign)
    bench.receive(good, from: Endpoint(Bench.server.address, 5_061))
    #expect(bench.agent.counters[.strayResponse] == 2)
    bench.receive(good, from: Endpoint(.v4(0xC000_0299), 5_060))
    #expect(bench.agent.counters[.stranger] == 1)
    bench.receive(Text(good.dropLast()))
    bench.receive(bench.probes[0].request)
    #expect(bench.agent.counters[.malformed] == 2 && bench.agent.counters[.keepAlive] == 0)
    bench.receive(good)
    bench.receive(good)
    #expect(bench.agent.counters[.keepAlive] == 1 && bench.agent.counters[.strayResponse] == 3)
  }

  @Test("Without a way, without the registration and after another transport nobody is asked")
  func ended() {
    for end in 0..<3 {
      let bench = Self.agreed()
      switch end {
      case 0: bench.act { agent, _, _ in agent.pathFell() }
      case 1: bench.act { $0.stop(now: $1, into: &$2) }
      default: bench.act { $0.changeTransport(to: .tcp, isAlias: false, now: $1, into: &$2) }
      }
      if end > 0 {
        bench.respond(to: bench.takeRequest(.register), 200, fields: Self.outbound)
      }
      bench.pass(.seconds(120))
      #expect(bench.probes.isEmpty, "\(end)")
    }
  }

  @Test("Another SBC is asked once it has agreed, and the one before no more")
  func secondServer() throws {
    let second = Endpoint(.v4(0xC000_0202), 5_060)
    let bench = Self.bench(servers: [Bench.server, second])
    let register = bench.wire.last { $0.requestURI == "sip:ims.example" }
    bench.respond(to: try #require(register), 200, fields: Self.outbound)
    bench.act { $0.serversChanged(to: [second], now: $1, into: &$2) }
    bench.pass(.seconds(1))
    let other = bench.wire.last { $0.requestURI == "sip:ims.example" }
    bench.respond(to: try #require(other), 200, fields: Self.outbound, from: second)
    bench.pass(.seconds(30))
    #expect(!bench.probes.isEmpty && bench.probes.allSatisfy { $0.server == second })
  }
}
