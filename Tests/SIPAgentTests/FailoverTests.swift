import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Failover between SBCs")
struct FailoverTests {
  private func endings(_ events: [UserAgentOutput]) -> [UserAgentOutput] {
    events.filter { if case .ended = $0 { true } else { false } }
  }

  private func isAnswered(_ session: SessionNumber, _ events: [UserAgentOutput]) -> Bool {
    events.contains { if case .answered(session, _) = $0 { true } else { false } }
  }

  @Test("Ten calls outlive their SBC, the next call goes through within 4 s, and all comes back")
  func tenCalls() throws {
    let carrier = Carrier(accounts: 11)
    #expect(carrier.isRegistered)
    let calls = try (1...10).map { try carrier.call(from: AccountNumber($0)) }
    var events = carrier.takeEvents()
    for call in calls { #expect(isAnswered(call, events)) }

    carrier.isThere[0] = false
    let next = try carrier.call(from: 11)
    carrier.pass(.seconds(4))
    events = carrier.takeEvents()
    #expect(isAnswered(next, events))
    #expect(carrier.agent.server == Carrier.servers[1])
    #expect(carrier.isRegistered)
    #expect(carrier.count(.register, at: 1) == 11)
    carrier.pass(.seconds(3_600))
    #expect(endings(events + carrier.takeEvents()) == [])

    carrier.isThere[0] = true
    carrier.pass(.seconds(125))
    #expect(carrier.agent.server == Carrier.servers[0])
    #expect(carrier.isRegistered)
    #expect(endings(carrier.takeEvents()) == [])
    #expect(carrier.agent.sessions.count == 11)
    let byes = (carrier.count(.bye, at: 0), carrier.count(.bye, at: 1))
    for call in calls + [next] { carrier.act { $0.hangUp(call, now: $1, into: &$2) } }
    #expect(carrier.count(.bye, at: 0) == byes.0 + 10)
    #expect(carrier.count(.bye, at: 1) == byes.1 + 1)
    carrier.pass(.seconds(40))
    #expect(carrier.agent.rememberedCount <= 2)  // Heartbeats that were just answered.
  }

  @Test("An offer that the dead SBC does not answer leaves the call as it was")
  func offerIntoSilence() throws {
    let carrier = Carrier(accounts: 1)
    let call = try carrier.call(from: 1)
    carrier.isThere[0] = false
    let isSent = carrier.act { $0.reoffer(call, offer: Bench.offer, now: $1, into: &$2) }
    #expect(isSent)
    carrier.pass(.seconds(60))
    let events = carrier.takeEvents()
    #expect(endings(events) == [])
    #expect(events.contains(.offerRefused(call, code: 408)))
    #expect(carrier.agent.sessions.count == 1)
  }

  @Test("Our UPDATE that a dead SBC does not answer comes again when it is back")
  func refresh() throws {
    let carrier = Carrier(accounts: 1)
    carrier.answerFields = [(.sessionExpires, "600;refresher=uac"), (.allow, "INVITE, UPDATE")]
    _ = try carrier.call(from: 1)
    carrier.pass(.seconds(280))
    carrier.isThere[0] = false
    carrier.pass(.seconds(60))
    carrier.isThere[0] = true
    carrier.pass(.seconds(1_000))
    #expect(carrier.count(.update, at: 0) > 0)
    #expect(endings(carrier.takeEvents()) == [])
  }

  @Test(
    "A call whose SBC died is not ended by its session timer; one whose SBC lives is",
    arguments: ["uas", "uac"])
  func sessionTimer(refresher: String) throws {
    for isDead in [true, false] {
      let carrier = Carrier(accounts: 1)
      carrier.answerFields = [
        (.sessionExpires, "90;refresher=\(refresher)"), (.allow, "INVITE, UPDATE"),
      ]
      if refresher == "uac", !isDead { carrier.refusals = [(0, .update, 480, nil)] }
      let call = try carrier.call(from: 1)
      _ = carrier.takeEvents()
      carrier.isThere[0] = !isDead
      carrier.pass(.seconds(300))
      let ends = isDead ? [] : [UserAgentOutput.ended(call, .dialogLost)]
      #expect(endings(carrier.takeEvents()) == ends, "\(isDead)")
    }
  }

  @Test("The registration is watched anew at the SBC that serves now")
  func watch() {
    let carrier = Carrier(accounts: 1, profile: .ims)
    #expect(carrier.count(.subscribe, at: 0) == 1)
    carrier.isThere[0] = false
    carrier.pass(.seconds(180))
    #expect(carrier.isRegistered && carrier.agent.server == Carrier.servers[1])
    #expect(carrier.count(.subscribe, at: 1) == 1)
    carrier.isThere[0] = true
    carrier.pass(.seconds(180))
    #expect(carrier.agent.server == Carrier.servers[0])
    #expect(carrier.count(.subscribe, at: 0) == 2)
  }

  @Test("Both gone for an hour: registered within 60 s of their return", arguments: 1...20)
  func bothGone(seed: UInt64) {
    let carrier = Carrier(accounts: 2, seed: seed)
    carrier.isThere = [false, false]
    carrier.pass(.seconds(3_600))
    #expect(!carrier.isRegistered)
    carrier.isThere = [true, true]
    carrier.pass(.seconds(60))
    #expect(carrier.isRegistered)
  }

  @Test("A box that starts while its first SBC is gone")
  func startWithout() throws {
    let carrier = Carrier(accounts: 1)
    carrier.isThere[0] = false
    carrier.act { $0.registerAgain(now: $1, into: &$2) }
    carrier.pass(.milliseconds(2_100))
    #expect(carrier.isRegistered)
    #expect(carrier.agent.server == Carrier.servers[1])
  }

  @Test("503 with Retry-After to REGISTER sends the box elsewhere")
  func registrarIsFull() {
    let carrier = Carrier(accounts: 2)
    carrier.refusals = [(0, .register, 503, "600")]
    carrier.act { $0.registerAgain(now: $1, into: &$2) }
    carrier.pass(.seconds(1))
    #expect(carrier.agent.server == Carrier.servers[1])
    #expect(carrier.isRegistered)
    carrier.refusals = []
    carrier.pass(.seconds(590))
    #expect(carrier.agent.server == Carrier.servers[1])
    carrier.pass(.seconds(110))
    #expect(carrier.agent.server == Carrier.servers[0])
  }

  @Test("503 to INVITE: with Retry-After the call goes elsewhere, without it the caller hears so")
  func callIsRefused() throws {
    let carrier = Carrier(accounts: 1)
    carrier.refusals = [(0, .invite, 503, nil)]
    let lost = try carrier.call(from: 1)
    #expect(carrier.takeEvents().contains(.ended(lost, .status(503))))
    carrier.refusals = [(0, .invite, 503, "30")]
    let saved = try carrier.call(from: 1)
    carrier.pass(.seconds(1))
    #expect(isAnswered(saved, carrier.takeEvents()))
    #expect(carrier.count(.invite, at: 1) == 1)
  }

  @Test("503 to INVITE may be from behind the SBC: it keeps us away for minutes and not for a day")
  func callIsRefusedForLong() throws {
    let carrier = Carrier(accounts: 1)
    carrier.refusals = [(0, .invite, 503, "86400")]
    _ = try carrier.call(from: 1)
    carrier.pass(.seconds(1))
    #expect(carrier.agent.server == Carrier.servers[1])
    carrier.pass(.seconds(295))
    #expect(carrier.agent.server == Carrier.servers[1])
    carrier.pass(.seconds(125))
    #expect(carrier.agent.server == Carrier.servers[0])
  }

  @Test("A call that is given up while it waits for the other SBC is forgotten")
  func calledOffMeanwhile() throws {
    let carrier = Carrier(accounts: 1)
    carrier.isThere[0] = false
    let call = try carrier.call(from: 1)
    carrier.refusals = [(1, .register, 100, nil)]
    carrier.pass(.milliseconds(2_500))
    carrier.act { $0.hangUp(call, now: $1, into: &$2) }
    carrier.pass(.seconds(40))
    #expect(carrier.agent.sessions.isEmpty)
    #expect(carrier.count(.invite, at: 1) == 0)
  }

  @Test("A cable that is out says nothing of the SBCs")
  func cable() throws {
    let carrier = Carrier(accounts: 1)
    let call = try carrier.call(from: 1)
    carrier.act { agent, _, _ in agent.pathFell() }
    carrier.isThere = [false, false]
    carrier.pass(.seconds(300))
    carrier.isThere = [true, true]
    carrier.act {
      $0.pathReturned(local: Bench.local, servers: Carrier.servers, now: $1, into: &$2)
    }
    #expect(carrier.isRegistered)
    #expect(carrier.agent.server == Carrier.servers[0])
    let events = carrier.takeEvents()
    #expect(!events.contains(.note(.serverFailed(Carrier.servers[0]))))
    #expect(endings(events) == [])
    carrier.act { $0.hangUp(call, now: $1, into: &$2) }
  }

  @Test("A REGISTER that is out when the cable goes says nothing of the SBC either")
  func cableDuringRegister() {
    let carrier = Carrier(accounts: 1)
    carrier.isThere = [false, false]
    carrier.act { $0.registerAgain(now: $1, into: &$2) }
    carrier.act { agent, _, _ in agent.pathFell() }
    carrier.pass(.seconds(60))
    #expect(carrier.agent.server == Carrier.servers[0])
    #expect(!carrier.takeEvents().contains(.note(.serverFailed(Carrier.servers[0]))))
  }

  @Test("After a stop no heartbeat is due, to an SBC that is not there either")
  func stopWithSilentBackup() {
    let carrier = Carrier(accounts: 1)
    carrier.isThere[1] = false
    carrier.pass(.seconds(61))
    _ = carrier.takeEvents()
    carrier.act { $0.stop(now: $1, into: &$2) }
    #expect(carrier.takeEvents().contains(.stopped))
    #expect(carrier.agent.deadline == nil)
  }

  @Test("Nothing is due after a stop that nobody answered")
  func stopWithSilentCarrier() {
    let carrier = Carrier(accounts: 2, profile: .ims)
    carrier.isThere = [false, false]
    carrier.act { $0.stop(now: $1, into: &$2) }
    carrier.pass(.seconds(4))
    #expect(carrier.takeEvents().contains(.stopped))
    #expect(carrier.agent.deadline == nil)
  }

  @Test("Both SBCs are believed, nobody else is")
  func strangers() {
    let carrier = Carrier(accounts: 1)
    for (host, isKnown) in [(0xC000_0201, true), (0xC000_0202, true), (0xC000_0203, false)] {
      let before = carrier.agent.counters[.stranger]
      carrier.act {
        $0.receive(
          FarRequest(method: "OPTIONS").text, from: Endpoint(.v4(UInt32(host)), 5_060), now: $1,
          into: &$2)
      }
      #expect((carrier.agent.counters[.stranger] == before) == isKnown)
    }
  }
}
