import Base
import Testing

@testable import Network

@Suite("From a name to servers (RFC 3263)")
struct ServerWalkTests {
  private var zone = Zone()

  private func walk(
    _ name: String = "a.example", port: UInt16 = 0, transports: [SIPTransport] = [.udp],
    types: [DNSType] = [.a], known: ServerWalk.Means? = nil
  ) -> ServerWalk {
    ServerWalk(
      Array(name.utf8), port: port, transports: transports, types: types, known: known)
  }

  /// The servers of an outcome as `rank/weight target:port addresses`.
  private func servers(_ outcome: ServerWalk.Outcome) -> [String] {
    guard case .found(let servers, _, _, _) = outcome else { return ["\(outcome)"] }
    return servers.map { server in
      let addresses = server.addresses.map { address in
        var text = Text()
        text.append(address)
        return String(decoding: text, as: UTF8.self)
      }
      let target = String(decoding: server.target, as: UTF8.self)
      return "\(server.rank >> 16).\(server.rank & 0xFFFF)/\(server.weight) \(server.transport) "
        + "\(target):\(server.port) \(addresses.joined(separator: " "))"
    }
  }

  @Test("NAPTR, SRV and addresses, the preferred ones first, the shortest time to live")
  mutating func whole() {
    zone.naptr(
      "a.example",
      [
        (20, 5, "s", "SIP+D2U", "_sip._udp.late.example"),
        (10, 20, "s", "SIP+D2U", "_sip._udp.b.example"),
        (10, 10, "S", "sip+d2u", "_sip._udp.a.example"),
        (10, 5, "s", "SIP+D2T", "_sip._tcp.a.example"),
        (10, 1, "u", "E2U+sip", "x.example"),
      ])
    zone.srv("_sip._udp.a.example", [(20, 0, 5062, "two.example"), (10, 1, 5061, "one.example")])
    zone.srv("_sip._udp.b.example", [(1, 0, 5063, "three.example")], seconds: 90)
    zone.a("one.example", [2, 1])
    zone.a("two.example", [3])
    zone.a("three.example", [4], seconds: 100)
    let outcome = zone.follow(walk())
    #expect(
      servers(outcome) == [
        "0.10/1 udp one.example:5061 192.0.2.1 192.0.2.2", "0.20/0 udp two.example:5062 192.0.2.3",
        "1.1/0 udp three.example:5063 192.0.2.4",
      ])
    guard case .found(_, let seconds, let means, let isDoubtful) = outcome else { return }
    #expect((seconds, means, isDoubtful) == (90, .pointers, false))
    #expect(
      zone.asked == [
        "NAPTR a.example", "SRV _sip._udp.a.example", "SRV _sip._udp.b.example", "A one.example",
        "A two.example", "A three.example",
      ])
  }

  @Test("Without NAPTR the standard name of SRV; without that the name itself")
  mutating func fallbacks() {
    zone.srv("_sip._udp.a.example", [(10, 0, 5070, "one.example")])
    zone.a("one.example", [1])
    #expect(servers(zone.follow(walk())) == ["0.10/0 udp one.example:5070 192.0.2.1"])
    zone.a("b.example", [9])
    zone.asked = []
    #expect(servers(zone.follow(walk("b.example"))) == ["0.0/0 udp b.example:5060 192.0.2.9"])
    #expect(zone.asked == ["NAPTR b.example", "SRV _sip._udp.b.example", "A b.example"])
  }

  @Test("A name with a port is a host: only its addresses are asked for, of the kinds wanted")
  mutating func port() {
    zone.a("a.example", [1])
    zone.set("AAAA a.example", [.address(.v6(1, 2))])
    #expect(
      servers(zone.follow(walk(port: 5080))) == ["0.0/0 udp a.example:5080 192.0.2.1"])
    #expect(zone.asked == ["A a.example"])
    #expect(
      servers(zone.follow(walk(port: 5080, types: [.a, .aaaa])))
        == ["0.0/0 udp a.example:5080 192.0.2.1 ::1:0:0:0:2"])
  }

  @Test("NAPTR with the flag A names a host; several targets of one host are asked for once")
  mutating func hosts() {
    zone.naptr("a.example", [(1, 1, "a", "SIP+D2U", "one.example")])
    zone.a("one.example", [1])
    #expect(servers(zone.follow(walk())) == ["0.0/0 udp one.example:5060 192.0.2.1"])
    zone.srv("_sip._udp.b.example", [(1, 0, 1, "one.example"), (2, 0, 2, "one.example")])
    zone.asked = []
    #expect(
      servers(zone.follow(walk("b.example"))) == [
        "0.1/0 udp one.example:1 192.0.2.1", "0.2/0 udp one.example:2 192.0.2.1",
      ])
    #expect(zone.asked.count == 3)
  }

  @Test("Only transports that we lack, or none at all (RFC 2782's root), and no guess instead")
  mutating func noTransport() {
    zone.naptr("a.example", [(1, 1, "s", "SIPS+D2T", "_sips._tcp.a.example")])
    zone.a("a.example", [1])
    #expect(zone.follow(walk()) == .failed(.noTransport))
    zone.srv("_sips._tcp.a.example", [(1, 0, 5061, "a.example")])
    #expect(
      servers(zone.follow(walk(transports: [.udp, .tls]))) == ["0.1/0 tls a.example:5061 192.0.2.1"]
    )
    zone.srv("_sip._udp.b.example", [(0, 0, 0, "")])
    zone.a("b.example", [1])
    #expect(zone.follow(walk("b.example")) == .failed(.noTransport))
  }

  @Test("Silence leads on while nothing is known, and ends the walk when a former one knows better")
  mutating func silence() {
    zone.a("a.example", [1])
    zone.failures = ["NAPTR a.example": .timeout, "SRV _sip._udp.a.example": .serverFailure]
    guard case .found(_, _, .addresses, isDoubtful: true) = zone.follow(walk()) else {
      Issue.record("not found, or not doubtful")
      return
    }
    #expect(zone.follow(walk(known: .pointers)) == .failed(.timeout))
    zone.failures["NAPTR a.example"] = nil
    #expect(zone.follow(walk(known: .services)) == .failed(.serverFailure))
    // What DNS itself says counts, whatever was before.
    zone.failures = [:]
    guard case .found(_, _, .addresses, isDoubtful: false) = zone.follow(walk(known: .pointers))
    else {
      Issue.record("DNS does not count")
      return
    }
  }

  @Test("One target without an answer: the others serve, unless all of them were known")
  mutating func oneTarget() {
    zone.srv("_sip._udp.a.example", [(1, 0, 5060, "one.example"), (2, 0, 5060, "two.example")])
    zone.a("two.example", [2])
    zone.failures = ["A one.example": .timeout]
    #expect(servers(zone.follow(walk())) == ["0.2/0 udp two.example:5060 192.0.2.2"])
    #expect(zone.follow(walk(known: .services)) == .failed(.timeout))
  }

  @Test("No server, no name, no address")
  mutating func failures() {
    zone.failure = .noServer
    #expect(zone.follow(walk()) == .failed(.noServer))
    #expect(zone.asked.count == 1)
    zone.failure = nil
    #expect(zone.follow(walk()) == .failed(.noName))
    zone.set("TXT a.example", [.address(.v4(1))])
    #expect(zone.follow(walk()) == .failed(.noData))
  }

  @Test("A flood of records: eight servers, the preferred ones, with eight addresses each")
  mutating func limits() {
    zone.srv("_sip._udp.a.example", (0..<60).map { (60 - $0, 0, 5060, "h\($0).example") })
    for i in 0..<60 { zone.a("h\(i).example", Array(1...60)) }
    guard case .found(let servers, _, _, _) = zone.follow(walk()) else {
      Issue.record("not found")
      return
    }
    #expect(servers.map { $0.rank } == Array(1...8))
    #expect(servers.allSatisfy { $0.addresses.count == 8 })
    #expect(zone.asked.count == 10)
  }

  @Test("The order within a priority follows the weights (RFC 2782), over 10,000 seeds")
  func weights() {
    let servers = [(1, 60), (1, 30), (1, 10), (1, 0), (2, 65_535)].enumerated().map { i, row in
      ServerLocation(
        rank: UInt32(row.0), weight: UInt16(row.1), transport: .udp, target: [UInt8(i)], port: 1)
    }
    var first = [Int](repeating: 0, count: 5)
    for seed in 0..<10_000 {
      var random = RandomSource(testSeed: UInt64(seed))
      let order = servers.ordered(using: &random).map { Int($0.target[0]) }
      #expect(order.sorted() == [0, 1, 2, 3, 4])
      #expect(order.last == 4)
      first[order[0]] += 1
    }
    // Of 101 draws one falls to the weight 0, the others as the weights say: 3 sigma are 1.5 %.
    for (place, share) in [(0, 5_941), (1, 2_970), (2, 990), (3, 99)] {
      #expect(abs(first[place] - share) < 150, "\(first)")
    }
    #expect(first[3] > 40)
  }
}
