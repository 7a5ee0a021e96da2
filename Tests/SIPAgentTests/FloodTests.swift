import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("A flood from the SBC's address")
struct FloodTests {
  private func invite(_ number: Int) -> Text {
    var request = FarRequest()
    request.branch = "z9hG4bKflood\(number)"
    request.callID = "flood-\(number)@far"
    request.body = string(Bench.offer)
    return request.text
  }

  private func isRung(_ bench: Bench) -> SessionNumber? {
    for event in bench.takeEvents() {
      if case .incoming(let session, _, _, _) = event { return session }
    }
    return nil
  }

  @Test("What is above the limit is counted and costs nothing; a second later all is as before")
  func rate() throws {
    let bench = Bench()
    for number in 0..<20_000 {
      bench.receive(invite(number))
      if let session = isRung(bench) {
        bench.act { $0.reject(session, code: 486, now: $1, into: &$2) }
      }
      bench.now = bench.now + .microseconds(50)
    }
    let excess = Int(bench.agent.counters[.excess])
    #expect((18_990...19_010).contains(excess), "\(excess)")  // 500 at once and 500 in the second.
    #expect(bench.agent.rememberedCount < 300)
    bench.pass(.seconds(1))
    bench.wire = []
    bench.receive(invite(30_000))
    #expect(isRung(bench) != nil)
  }

  @Test("Answers pass whatever else comes")
  func answers() {
    let bench = Bench()
    bench.act { $0.start(now: $1, into: &$2) }
    let register = bench.takeRequest(.register)
    for number in 0..<5_000 { bench.receive(invite(number)) }
    bench.respond(
      to: register, 200, fields: [(.contact, register.value(.contact)), (.expires, "600")])
    #expect(bench.agent.registrations[0].status == .registered)
  }

  @Test("Calls that nobody acknowledges leave room for the next one")
  func unacknowledged() {
    let bench = Bench()
    for number in 0..<400 {
      bench.receive(invite(number))
      guard let session = isRung(bench) else {
        Issue.record("call \(number) does not ring")
        return
      }
      bench.act { $0.reject(session, code: 486, now: $1, into: &$2) }
      bench.pass(.milliseconds(20))
    }
  }

  @Test("Calls that are given up before their reliable 180 is acknowledged leave room too")
  func calledOff() {
    let bench = Bench()
    for number in 0..<400 {
      var call = FarRequest(
        branch: "z9hG4bKoff\(number)", callID: "off-\(number)", fields: ["Require: 100rel"])
      bench.receive(call.text)
      guard let session = isRung(bench) else {
        Issue.record("call \(number) does not ring")
        return
      }
      bench.act { $0.ring(session, offer: Bench.offer, now: $1, into: &$2) }
      (call.method, call.fields) = ("CANCEL", [])
      bench.receive(call.text)
      bench.pass(.milliseconds(20))
    }
  }

  @Test("Where TLS is set, forged datagrams take nothing of what the SBC itself may send")
  func forged() {
    let bench = Bench { $0.transport = .tls }
    for number in 0..<2_000 { bench.receive(invite(number), isSecure: false) }
    #expect(bench.agent.counters[.excess] > 1_000 && bench.wire.isEmpty)
    let text = string(invite(1)).replacing("SIP/2.0/UDP", with: "SIP/2.0/TLS")
    bench.receive(Text(text.utf8))
    #expect(isRung(bench) != nil)
  }

  @Test("Strangers fill no log")
  func log() {
    let bench = Bench()
    for port in 0..<5_000 {
      bench.receive(invite(port), from: Endpoint(.v4(0xC633_6401), UInt16(port + 1_024)))
    }
    #expect(bench.agent.counters[.stranger] == 5_000)
    #expect(bench.takeEvents().count == 30)
  }
}
