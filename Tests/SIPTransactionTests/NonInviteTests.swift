import Base
import SIPTransaction
import Testing

@Suite("Non-INVITE client transaction, RFC 3261 §17.1.2")
struct NonInviteClientTests {
  private func line() -> TimeLine<NonInviteClient> {
    TimeLine { NonInviteClient(timers: Timers(), now: $0, into: &$1) }
  }

  @Test("Timer E doubles up to T2 = 4 s until timer F gives up at 64*T1")
  func unanswered() {
    var copies = line()
    #expect(
      copies.times(of: .sendRequest, untilMs: 100_000)
        == [0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
    var end = line()
    _ = end.run(toMs: 31_999)
    #expect(end.run(toMs: 32_000) == [.timedOut, .terminated])
  }

  @Test("After a provisional response copies come every T2, and timer F still ends it")
  func proceeding() {
    var time = line()
    #expect(
      time.at(100) { $0.receive(.provisional, now: $1, into: &$2) } == [.sendRequest, .deliver])
    #expect(
      time.times(of: .sendRequest, untilMs: 100_000)
        == [500, 4_500, 8_500, 12_500, 16_500, 20_500, 24_500, 28_500])
    #expect(time.machine.deadline == nil)
  }

  @Test("Repeated final responses are absorbed for timer K = T4")
  func completed() {
    var time = line()
    #expect(time.at(100) { $0.receive(.success, now: $1, into: &$2) } == [.sendRequest, .deliver])
    #expect(time.at(101) { $0.receive(.success, now: $1, into: &$2) } == [])
    #expect(time.at(102) { $0.receive(.failure, now: $1, into: &$2) } == [])
    #expect(time.run(toMs: 5_099) == [])
    #expect(time.run(toMs: 5_100) == [.terminated])
  }
}

@Suite("Non-INVITE server transaction, RFC 3261 §17.2.2")
struct NonInviteServerTests {
  private func line() -> TimeLine<NonInviteServer> {
    TimeLine { now, _ in NonInviteServer(timers: Timers(), now: now) }
  }

  @Test("It is silent until there is a response, then repeats it for timer J = 64*T1")
  func answered() {
    var time = line()
    #expect(time.at(500) { machine, _, out in machine.receiveRequest(into: &out) } == [])
    #expect(time.at(600) { $0.respond(now: $1, into: &$2) } == [.sendResponse])
    #expect(time.at(700) { $0.respond(now: $1, into: &$2) } == [])
    #expect(
      time.at(1_500) { machine, _, out in machine.receiveRequest(into: &out) } == [.sendResponse])
    #expect(time.run(toMs: 32_599) == [])
    #expect(time.run(toMs: 32_600) == [.terminated])
    #expect(time.at(32_700) { machine, _, out in machine.receiveRequest(into: &out) } == [])
  }

  @Test("A request that nobody answers is forgotten, without a 408 (RFC 4320 §4.2)")
  func forgotten() {
    var time = line()
    #expect(time.machine.isOpen)
    #expect(time.run(toMs: 32_000) == [.terminated])
    #expect(!time.machine.isOpen)
  }
}

@Suite("Classes of responses, RFC 3261 §7.2")
struct ResponseClassTests {
  static let rows: [(UInt16, ResponseClass?)] = [
    (0, nil), (99, nil), (100, .provisional), (199, .provisional), (200, .success),
    (299, .success), (300, .failure), (486, .failure), (699, .failure), (700, nil), (65_535, nil),
  ]

  @Test(arguments: rows)
  func classOf(_ code: UInt16, _ expected: ResponseClass?) {
    #expect(ResponseClass(statusCode: code) == expected)
  }
}
