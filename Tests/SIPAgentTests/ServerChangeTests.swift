import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Other SBCs while the box runs")
struct ServerChangeTests {
  private let first = Carrier.servers[0]
  private let second = Carrier.servers[1]

  private func change(_ carrier: Carrier, to servers: [Endpoint]) {
    carrier.act { $0.serversChanged(to: servers, now: $1, into: &$2) }
  }

  @Test("Of two SBCs at one address the one that has called gets our BYE")
  func sameAddress() {
    let other = Endpoint(Bench.server.address, 5_062)
    for (source, hop) in [
      (other, other), (Bench.server, Bench.server),
      (Endpoint(Bench.server.address, 40_000), Bench.server),
    ] {
      let bench = Bench(accounts: [Bench.account(1)]) { $0.servers.append(other) }
      bench.receive(FarRequest(body: string(Bench.offer)).text, from: source)
      guard case .incoming(let session, _, _, _) = bench.takeFacts().first else {
        Issue.record("no call")
        return
      }
      bench.act { $0.answer(session, description: Bench.offer, now: $1, into: &$2) }
      let ok = bench.takeResponse(200)
      let ack = FarRequest(method: "ACK", branch: "z9hG4bKack", to: ok.value(.to))
      bench.receive(ack.text, from: source)
      bench.act { $0.hangUp(session, now: $1, into: &$2) }
      _ = bench.takeRequest(.bye)
      #expect(bench.destinations.last == hop)
    }
  }

  @Test("The one that served is gone: registered at the other at once, and its call goes on")
  func moved() throws {
    let carrier = Carrier(accounts: 2, servers: [first])
    let call = try carrier.call(from: 1)
    #expect(carrier.isRegistered)
    change(carrier, to: [second])
    #expect(carrier.isRegistered)
    #expect(carrier.agent.server == second)
    #expect(carrier.count(.register, at: 1) == 2)
    #expect(carrier.takeEvents().contains(.note(.serverChosen(second))))
    carrier.pass(.seconds(3_600))
    #expect(carrier.agent.sessions.count == 1)

    // The call still ends where it began, a new one begins at the other.
    let next = try carrier.call(from: 2)
    #expect(carrier.count(.invite, at: 0) == 1)
    #expect(carrier.count(.invite, at: 1) == 1)
    let refreshes = (carrier.count(.bye, at: 0), carrier.count(.bye, at: 1))
    for session in [call, next] { carrier.act { $0.hangUp(session, now: $1, into: &$2) } }
    #expect(carrier.count(.bye, at: 0) == refreshes.0 + 1)
    #expect(carrier.count(.bye, at: 1) == refreshes.1 + 1)
  }

  @Test("An SBC that is in no list any more is heard while its call lasts, and not afterwards")
  func heardUntilTheEnd() throws {
    let carrier = Carrier(accounts: 1, servers: [first])
    let call = try carrier.call(from: 1)
    change(carrier, to: [second])
    // Until no transaction is left, only the call itself.
    carrier.pass(.seconds(60))
    let strangers = carrier.agent.counters[.stranger]
    let options = Text(
      """
      OPTIONS sip:1001@192.0.2.100 SIP/2.0\r
      Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK7\r
      From: <sip:x@x>;tag=1\r
      To: <sip:x@x>\r
      Call-ID: 1\r
      CSeq: 1 OPTIONS\r
      Max-Forwards: 70\r
      Content-Length: 0\r
      \r

      """.utf8)
    carrier.act { $0.receive(options, from: first, now: $1, into: &$2) }
    #expect(carrier.agent.counters[.stranger] == strangers)
    carrier.act { $0.hangUp(call, now: $1, into: &$2) }
    carrier.pass(.seconds(40))
    carrier.act { $0.receive(options, from: first, now: $1, into: &$2) }
    #expect(carrier.agent.counters[.stranger] == strangers + 1)
  }

  @Test("The one that serves stays while it is in the list, wherever it stands")
  func stays() {
    let carrier = Carrier(accounts: 1, servers: [first])
    let before = carrier.count(.register, at: 0)
    change(carrier, to: [first, second])
    #expect(carrier.agent.server == first)
    carrier.isThere[0] = false
    carrier.act { $0.registerAgain(now: $1, into: &$2) }
    carrier.pass(.milliseconds(2_100))
    #expect(carrier.agent.server == second)
    #expect(carrier.count(.register, at: 0) == before)
    // It serves on though it is the first now, and what is known of the other is not forgotten.
    change(carrier, to: [second, first])
    #expect(carrier.agent.server == second)
    #expect(carrier.agent.hasFailed(first))
    #expect(carrier.count(.register, at: 1) == 1)
  }

  @Test("Another of higher rank takes over when it has been well for a while")
  func higherRank() {
    let carrier = Carrier(accounts: 1, servers: [second])
    change(carrier, to: [first, second])
    #expect(carrier.agent.server == second)
    carrier.pass(.seconds(59))
    #expect(carrier.agent.server == second)
    carrier.pass(.seconds(2))
    #expect(carrier.agent.server == first)
    #expect(carrier.isRegistered)
  }

  @Test("An INVITE that nobody has answered follows to the new SBC")
  func inviteFollows() throws {
    let carrier = Carrier(accounts: 1, servers: [first])
    carrier.isThere[0] = false
    let call = try carrier.call(from: 1)
    carrier.pass(.milliseconds(300))
    change(carrier, to: [second])
    carrier.pass(.seconds(1))
    #expect(
      carrier.takeEvents().contains { if case .answered(call, _) = $0 { true } else { false } })
    #expect(carrier.count(.invite, at: 1) == 1)
  }

  @Test("Heartbeats go to the SBCs of the new list, and answers to the old ones confuse nobody")
  func heartbeats() {
    let carrier = Carrier(accounts: 1)
    carrier.pass(.seconds(300))
    let before = carrier.count(.options, at: 0)
    change(carrier, to: [second, first])
    change(carrier, to: [second])
    change(carrier, to: [])
    #expect(carrier.agent.settings.servers == [second])
    carrier.pass(.seconds(300))
    #expect(carrier.count(.options, at: 0) == before)
    change(carrier, to: [first, second])
    carrier.pass(.seconds(300))
    #expect(carrier.count(.options, at: 0) >= before + 9)
    #expect(carrier.isRegistered)
  }
}
