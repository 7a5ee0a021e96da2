import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Our reliable provisional responses (RFC 3262)")
struct ReliableIncomingTests {
  private static let answer = Text("v=0\r\no=us 1 1 IN IP4 192.0.2.100\r\ns=-\r\nt=0 0\r\n")

  private static func bench(_ reliability: Reliability) -> Bench {
    var sessions = SessionSettings()
    sessions.reliability = reliability
    return Bench(sessions: sessions)
  }

  /// A call whose phone rings; the 180 is the oldest datagram.
  private func ring(
    _ bench: Bench, fields: [String] = ["Require: 100rel"], body: String = "v=0\r\n"
  ) -> SessionNumber {
    bench.receive(FarRequest(fields: fields, body: body).text)
    guard case .incoming(let session, _, _, _) = bench.events.last else {
      Issue.record("no call came in")
      return SessionNumber(rawValue: 0)
    }
    _ = bench.takeEvents()
    bench.act { $0.ring(session, offer: Self.answer, now: $1, into: &$2) }
    return session
  }

  private func answer(_ bench: Bench, _ session: SessionNumber) {
    bench.act { $0.answer(session, description: Self.answer, now: $1, into: &$2) }
  }

  private func within(
    _ ringing: Message, _ method: String, _ sequence: Int, fields: [String] = [],
    body: String = ""
  ) -> Text {
    FarRequest(
      method: method, branch: "z9hG4bKin\(sequence)\(method)", to: ringing.value(.to),
      sequence: sequence, fields: fields, body: body
    ).text
  }

  private func prack(
    _ ringing: Message, _ sequence: Int = 2, rAck: String? = nil, body: String = ""
  ) -> Text {
    within(
      ringing, "PRACK", sequence, fields: ["RAck: \(rAck ?? ringing.value(.rSeq) + " 1 INVITE")"],
      body: body)
  }

  @Test("180 with RSeq, PRACK, 200: what stands in each; a copy of the PRACK, and one too many")
  func acknowledged() {
    let bench = Self.bench(.supported)
    let session = ring(bench)
    let ringing = bench.takeResponse(180)
    #expect(ringing.value(.require) == "100rel")
    #expect(ringing.rSeq().map { (1...0x7FFF_FFFF).contains($0) } == true)
    #expect(ringing.body.isEmpty, "the offer is answered by the 200")
    bench.receive(prack(ringing))
    bench.receive(prack(ringing))
    for _ in 0..<2 { #expect(bench.takeResponse(200).value(.cSeq) == "2 PRACK") }
    bench.receive(prack(ringing, 3))
    bench.takeResponse(481)
    bench.pass(.seconds(40))
    #expect(bench.wire.isEmpty)
    answer(bench, session)
    let ok = bench.takeResponse(200)
    #expect(ok.text(ok.body) == Self.answer)
    #expect(ok.value(.require) == "")
    bench.receive(within(ok, "ACK", 1))
    #expect(bench.takeFacts() == [.confirmed(session)])
  }

  @Test("Without PRACK: again after T1 doubled without a bound, then 504 after 64*T1")
  func unacknowledged() {
    let bench = Self.bench(.supported)
    let session = ring(bench)
    bench.pass(.milliseconds(31_999))
    #expect(bench.sendTimes == [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500])
    #expect(Set(bench.wire.map { $0.bytes }).count == 1)
    #expect(bench.takeEvents() == [])
    bench.wire = []
    bench.pass(.milliseconds(1))
    let refusal = bench.takeResponse(504)
    #expect(bench.takeEvents() == [.ended(session, .unacknowledged)])
    bench.receive(FarRequest(method: "ACK", to: refusal.value(.to)).text)
    bench.pass(.seconds(6))
    #expect(bench.wire.isEmpty)
    #expect(bench.isClean)
  }

  @Test(
    "PRACKs that match nothing",
    arguments: ["1 1 INVITE", "%d 2 INVITE", "%d 1 BYE", "nonsense", "%d 1"])
  func stray(_ rAck: String) {
    let bench = Self.bench(.supported)
    _ = ring(bench)
    let ringing = bench.takeResponse(180)
    bench.receive(
      prack(ringing, rAck: rAck.replacing("%d", with: ringing.value(.rSeq), maxReplacements: 1)))
    bench.takeResponse(481)
    bench.pass(.milliseconds(500))
    bench.takeResponse(180)
  }

  @Test("A caller without an offer gets ours with the 180; the 200 waits for its answer")
  func heldAnswer() {
    let bench = Self.bench(.supported)
    let session = ring(bench, body: "")
    let ringing = bench.takeResponse(180)
    #expect(ringing.text(ringing.body) == Self.answer)
    answer(bench, session)
    answer(bench, session)
    #expect(bench.wire.isEmpty)
    bench.pass(.milliseconds(500))
    bench.takeResponse(180)
    bench.receive(prack(ringing, body: "v=9\r\n"))
    #expect(bench.takeResponse(200).value(.cSeq) == "2 PRACK")
    let ok = bench.takeResponse(200)
    #expect(ok.value(.cSeq) == "1 INVITE")
    #expect(ok.body.isEmpty)
    #expect(bench.wire.isEmpty)
    bench.receive(within(ok, "ACK", 1))
    #expect(
      bench.takeEvents() == [
        .offerAccepted(session, description: Text("v=9\r\n")), .confirmed(session),
      ])
  }

  @Test("A held answer is given up with its 180, and by a hang-up")
  func heldInVain() {
    let bench = Self.bench(.supported)
    let first = ring(bench, body: "")
    bench.takeResponse(180)
    answer(bench, first)
    bench.pass(.seconds(32))
    #expect(bench.wire.last.map { Self.code($0) } == 504)
    #expect(bench.takeEvents() == [.ended(first, .unacknowledged)])

    let other = Self.bench(.supported)
    let second = ring(other, body: "")
    let ringing = other.takeResponse(180)
    answer(other, second)
    other.act { $0.hangUp(second, now: $1, into: &$2) }
    other.takeResponse(480)
    #expect(other.takeEvents() == [.ended(second, .local)])
    other.receive(prack(ringing, body: "v=9\r\n"))
    other.takeResponse(200)
    #expect(other.takeEvents() == [])
  }

  private static func code(_ message: Message) -> Int {
    if case .status(let code, _) = message.startLine { Int(code) } else { 0 }
  }

  @Test("Without an offer in the 180 the 200 need not wait; its PRACK is answered all the same")
  func answeredBeforeAcknowledged() {
    let bench = Self.bench(.supported)
    let session = ring(bench)
    let ringing = bench.takeResponse(180)
    answer(bench, session)
    let ok = bench.takeResponse(200)
    bench.receive(within(ok, "ACK", 1))
    bench.pass(.seconds(5))
    #expect(bench.wire.isEmpty, "a final response ends the repetitions")
    bench.receive(prack(ringing))
    #expect(bench.takeResponse(200).value(.cSeq) == "2 PRACK")
  }

  @Test("A refusal ends the repetitions; the PRACK that it crosses is answered, for 64*T1")
  func refused() {
    let bench = Self.bench(.supported)
    let session = ring(bench)
    let ringing = bench.takeResponse(180)
    bench.act { $0.reject(session, code: 486, now: $1, into: &$2) }
    let refusal = bench.takeResponse(486)
    bench.receive(FarRequest(method: "ACK", to: refusal.value(.to)).text)
    bench.pass(.seconds(6))
    #expect(bench.wire.isEmpty)
    #expect(!bench.isClean)
    bench.receive(prack(ringing))
    bench.takeResponse(200)
    bench.pass(.seconds(33))
    #expect(bench.isClean)
  }

  @Test(
    "Who gets a reliable 180",
    arguments: [
      (Reliability.off, "Supported: 100rel", false), (.supported, "Supported: 100rel", false),
      (.supported, "Require: 100rel", true), (.preferred, "Supported: 100rel", true),
      (.preferred, "Require: 100rel", true), (.preferred, "Supported: timer", false),
    ])
  func choice(_ reliability: Reliability, _ field: String, _ isReliable: Bool) {
    let bench = Self.bench(reliability)
    _ = ring(bench, fields: [field])
    #expect((bench.takeResponse(180).rSeq() != nil) == isReliable)
    bench.pass(.seconds(1))
    #expect(bench.wire.isEmpty == !isReliable)
  }

  @Test("Off: Require: 100rel is refused with 420, PRACK with 405")
  func off() {
    let bench = Self.bench(.off)
    bench.receive(FarRequest(fields: ["Require: 100rel"]).text)
    #expect(bench.takeResponse(420).value(.unsupported) == "100rel")
    bench.receive(FarRequest(method: "PRACK").text)
    bench.takeResponse(405)
  }

  @Test("A PRACK with an offer that nobody may make, and one without the answer that it owes")
  func wrongBodies() {
    let bench = Self.bench(.supported)
    _ = ring(bench)
    bench.receive(prack(bench.takeResponse(180), body: "v=9\r\n"))
    bench.takeResponse(500)
    let other = Self.bench(.supported)
    _ = ring(other, body: "")
    other.receive(prack(other.takeResponse(180)))
    other.takeResponse(400)
    #expect(bench.takeEvents().count == 1 && other.takeEvents().count == 1)
  }

  @Test("UPDATE before the answer: 500 while the INVITE's offer is open, else like any other")
  func earlyUpdate() {
    let bench = Self.bench(.supported)
    _ = ring(bench)
    let ringing = bench.takeResponse(180)
    bench.receive(prack(ringing))
    bench.takeResponse(200)
    bench.receive(within(ringing, "UPDATE", 3, body: "v=1\r\n"))
    bench.takeResponse(500)

    let other = Self.bench(.supported)
    let session = ring(other, body: "")
    let offering = other.takeResponse(180)
    other.receive(prack(offering, body: "v=9\r\n"))
    other.takeResponse(200)
    other.receive(within(offering, "UPDATE", 3, body: "v=1\r\n"))
    #expect(other.takeEvents().last == .offered(session, description: Text("v=1\r\n")))
    other.act { $0.acceptOffer(session, description: Self.answer, now: $1, into: &$2) }
    #expect(other.takeResponse(200).value(.cSeq) == "3 UPDATE")
    answer(other, session)
    #expect(other.takeResponse(200).body.isEmpty)
  }

  @Test("CANCEL while the 180 is not acknowledged")
  func cancelled() {
    let bench = Self.bench(.supported)
    let session = ring(bench, body: "")
    bench.takeResponse(180)
    answer(bench, session)
    bench.receive(FarRequest(method: "CANCEL").text)
    bench.takeResponse(200)
    bench.takeResponse(487)
    #expect(bench.takeEvents() == [.ended(session, .cancelled)])
  }
}
