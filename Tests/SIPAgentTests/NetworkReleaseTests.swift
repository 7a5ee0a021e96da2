import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("The network rejects a registration, TS 24.229 §5.1.1.7")
struct NetworkReleaseTests {
  private static let contact: [(HeaderName, String)] = [(.contact, "<sip:2001@192.0.2.7:5080>")]

  /// A call of ours in a subscribed account, and its INVITE.
  private func call(
    _ bench: Bench, purpose: CallPurpose = CallPurpose()
  ) throws -> (SessionNumber, Message) {
    let session = bench.act {
      $0.invite(
        from: 1, to: Text("2001"), offer: Bench.offer, purpose: purpose, now: $1, into: &$2)
    }
    let number = try #require(session)
    return (number, bench.takeRequest(.invite))
  }

  private func answer(_ bench: Bench, _ invite: Message) {
    bench.respond(to: invite, 200, fields: Self.contact, body: Bench.offer)
    _ = bench.takeRequest(.ack)
    _ = bench.takeEvents()
  }

  private func tell(_ bench: Bench, _ subscribe: Message, _ event: String) {
    let contact = RegistrationEventTests.contact("terminated", event)
    RegistrationEventTests.notify(
      bench, subscribe, RegistrationEventTests.document(contact), sequence: 2)
    bench.takeResponse(200)
  }

  private func ends(_ bench: Bench) -> [SessionNumber] {
    bench.takeFacts().compactMap {
      if case .ended(let session, .local, _) = $0 { session } else { nil }
    }
  }

  @Test("Its calls end with whatever fits: BYE, CANCEL, 480")
  func rejected() throws {
    let (bench, subscribe) = RegistrationEventTests.subscribed()
    let (talking, first) = try call(bench)
    answer(bench, first)
    let (ringing, second) = try call(bench)
    bench.respond(to: second, 180)
    bench.receive(FarRequest(uri: "sip:1001@192.0.2.100:5070", branch: "z9hG4bKin").text)
    guard case .incoming(let called, _, _, _) = bench.takeFacts().last else {
      Issue.record("the call in was not told of")
      return
    }
    tell(bench, subscribe, "rejected")
    _ = bench.takeRequest(.bye)
    _ = bench.takeRequest(.cancel)
    bench.takeResponse(480)
    #expect(bench.wire.isEmpty)
    #expect(ends(bench) == [talking, ringing, called])
  }

  @Test("While a refresh is on its way its answer decides, of the calls too")
  func crossing() throws {
    let (bench, subscribe) = RegistrationEventTests.subscribed()
    let (session, invite) = try call(bench)
    answer(bench, invite)
    bench.act { $0.registerAgain(now: $1, into: &$2) }
    let register = bench.takeRequest(.register)
    tell(bench, subscribe, "rejected")
    ProfileTests.accept(bench, register)
    #expect(bench.agent.registrations[0].status == .registered)
    #expect(bench.agent.sessions.map(\.number) == [session])
  }

  @Test(
    "An emergency call stays, and so does any call behind another event",
    arguments: [
      ("rejected", true), ("unregistered", false), ("deactivated", false), ("probation", false),
    ])
  func stays(_ event: String, isEmergency: Bool) throws {
    let (bench, subscribe) = RegistrationEventTests.subscribed()
    let purpose = isEmergency ? CallPurpose(emergencyService: Text("sos.police")) : CallPurpose()
    let (session, invite) = try call(bench, purpose: purpose)
    answer(bench, invite)
    tell(bench, subscribe, event)
    #expect(ends(bench) == [])
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    #expect(ends(bench) == [session])
  }
}
