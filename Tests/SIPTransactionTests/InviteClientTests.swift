import Base
import SIPTransaction
import Testing

@Suite("INVITE client transaction, RFC 3261 §17.1.1 and RFC 6026")
struct InviteClientTests {
  private func line() -> TimeLine<InviteClient> {
    TimeLine { InviteClient(timers: Timers(), now: $0, into: &$1) }
  }

  @Test("Timer A doubles without limit until timer B gives up at 64*T1")
  func unanswered() {
    var copies = line()
    #expect(
      copies.times(of: .sendInvite, untilMs: 100_000)
        == [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500])
    var end = line()
    _ = end.run(toMs: 31_999)
    #expect(end.run(toMs: 32_000) == [.timedOut, .terminated])
    #expect(end.machine.deadline == nil)
  }

  @Test("A provisional response stops timers A and B for ever")
  func proceeding() {
    var time = line()
    #expect(
      time.at(40) { $0.receive(.provisional, now: $1, into: &$2) } == [.sendInvite, .deliver])
    #expect(time.machine.deadline == nil)
    #expect(time.at(900_000) { $0.receive(.provisional, now: $1, into: &$2) } == [.deliver])
    #expect(time.machine.isOpen)
  }

  @Test("A refusal is acknowledged, again for each copy, for timer D = 32 s")
  func refused() {
    var time = line()
    let first = time.at(100) { $0.receive(.failure, now: $1, into: &$2) }
    #expect(first == [.sendInvite, .sendAck, .deliver])
    #expect(!time.machine.isOpen)
    #expect(time.at(600) { $0.receive(.failure, now: $1, into: &$2) } == [.sendAck])
    #expect(time.at(700) { $0.receive(.success, now: $1, into: &$2) } == [])
    #expect(time.run(toMs: 32_099) == [])
    #expect(time.run(toMs: 32_100) == [.terminated])
    #expect(time.at(32_200) { $0.receive(.failure, now: $1, into: &$2) } == [])
  }

  @Test("Timer D follows a longer T1")
  func slowNetwork() {
    var time = TimeLine {
      InviteClient(timers: Timers(t1: .seconds(1)), now: $0, into: &$1)
    }
    _ = time.at(0) { $0.receive(.failure, now: $1, into: &$2) }
    #expect(time.run(toMs: 63_999) == [])
    #expect(time.run(toMs: 64_000) == [.terminated])
  }

  @Test("Every 2xx reaches the user for timer M = 64*T1 (RFC 6026)")
  func accepted() {
    var time = line()
    let first = time.at(10) { $0.receive(.success, now: $1, into: &$2) }
    #expect(first == [.sendInvite, .deliver])
    #expect(time.at(20_000) { $0.receive(.success, now: $1, into: &$2) } == [.deliver])
    #expect(time.at(20_001) { $0.receive(.failure, now: $1, into: &$2) } == [])
    #expect(time.at(20_002) { $0.receive(.provisional, now: $1, into: &$2) } == [])
    #expect(time.run(toMs: 32_009) == [])
    #expect(time.run(toMs: 32_010) == [.terminated])
  }

  @Test("A process that was held up sends one copy, not a burst")
  func heldUp() {
    var time = line()
    var out = time.out
    _ = out.drain()
    time.machine.advance(to: Instant(nanoseconds: 20_000_000_000), into: &out)
    #expect(out.drain() == [.sendInvite])
    #expect(time.machine.deadline == Instant(nanoseconds: 21_000_000_000))
  }

  @Test("No order of events ends it twice or leaves it open", arguments: UInt64(1)...100)
  func randomWalk(seed: UInt64) {
    var dice = RandomSource(testSeed: seed)
    var time = line()
    var now: Int64 = 0
    var ends = 0
    let kinds: [ResponseClass] = [.provisional, .success, .failure]
    for _ in 0..<60 {
      now += Int64.random(in: 0...2_000, using: &dice)
      let kind = kinds[Int.random(in: 0...2, using: &dice)]
      ends += time.at(now) { $0.receive(kind, now: $1, into: &$2) }.count { $0 == .terminated }
    }
    ends += time.at(now) { $0.receive(.failure, now: $1, into: &$2) }.count { $0 == .terminated }
    ends += time.run(toMs: now + 64_000).count { $0 == .terminated }
    #expect(ends == 1)
    #expect(time.machine.deadline == nil)
  }
}
