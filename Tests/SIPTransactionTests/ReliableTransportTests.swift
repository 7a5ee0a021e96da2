import Base
import SIPTransaction
import Testing

@Suite("Transactions by a reliable transport, RFC 3261 §17")
struct ReliableTransportTests {
  private static var timers: Timers {
    var timers = Timers()
    timers.isReliable = true
    return timers
  }

  @Test("INVITE: no timer A, timer B at 64*T1; D is 0")
  func inviteClient() {
    var silent = TimeLine { InviteClient(timers: Self.timers, now: $0, into: &$1) }
    #expect(silent.run(toMs: 31_999) == [.sendInvite])
    #expect(silent.run(toMs: 32_000) == [.timedOut, .terminated])
    var refused = TimeLine { InviteClient(timers: Self.timers, now: $0, into: &$1) }
    #expect(
      refused.at(100) { $0.receive(.failure, now: $1, into: &$2) }
        == [.sendInvite, .sendAck, .deliver])
    #expect(refused.run(toMs: 100) == [.terminated])
  }

  @Test("INVITE server: no timer G, timer H at 64*T1; I is 0")
  func inviteServer() {
    var silent = TimeLine { now, _ in InviteServer(timers: Self.timers, now: now) }
    #expect(silent.at(0) { $0.respond(.failure, now: $1, into: &$2) } == [.sendResponse])
    #expect(silent.run(toMs: 31_999) == [])
    #expect(silent.run(toMs: 32_000) == [.unacknowledged, .terminated])
    var acknowledged = TimeLine { now, _ in InviteServer(timers: Self.timers, now: now) }
    _ = acknowledged.at(0) { $0.respond(.failure, now: $1, into: &$2) }
    _ = acknowledged.at(50) { machine, now, out in machine.receiveAck(now: now, into: &out) }
    #expect(acknowledged.run(toMs: 50) == [.terminated])
  }

  @Test("Others: no timer E, also after a provisional response; F at 64*T1; K and J are 0")
  func others() {
    var silent = TimeLine { NonInviteClient(timers: Self.timers, now: $0, into: &$1) }
    #expect(
      silent.at(100) { $0.receive(.provisional, now: $1, into: &$2) } == [.sendRequest, .deliver])
    #expect(silent.run(toMs: 31_999) == [])
    #expect(silent.run(toMs: 32_000) == [.timedOut, .terminated])
    var answered = TimeLine { NonInviteClient(timers: Self.timers, now: $0, into: &$1) }
    _ = answered.at(100) { $0.receive(.success, now: $1, into: &$2) }
    #expect(answered.run(toMs: 100) == [.terminated])
    var server = TimeLine { now, _ in NonInviteServer(timers: Self.timers, now: now) }
    #expect(server.at(10) { $0.respond(now: $1, into: &$2) } == [.sendResponse])
    #expect(server.run(toMs: 10) == [.terminated])
  }
}
