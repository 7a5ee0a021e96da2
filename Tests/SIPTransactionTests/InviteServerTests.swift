import Base
import SIPTransaction
import Testing

@Suite("INVITE server transaction, RFC 3261 §17.2.1 and RFC 6026")
struct InviteServerTests {
  private func line() -> TimeLine<InviteServer> {
    TimeLine { now, _ in InviteServer(timers: Timers(), now: now) }
  }

  @Test("It says 100 itself after 200 ms of silence, and only then")
  func trying() {
    var time = line()
    #expect(time.at(100) { machine, _, out in machine.receiveInvite(into: &out) } == [])
    #expect(time.run(toMs: 199) == [])
    #expect(time.run(toMs: 200) == [.sendTrying])
    #expect(
      time.at(500) { machine, _, out in machine.receiveInvite(into: &out) } == [.sendResponse])
  }

  @Test("A ringing phone answers a repeated INVITE with the last provisional response")
  func ringing() {
    var time = line()
    #expect(time.at(1) { $0.respond(.provisional, now: $1, into: &$2) } == [.sendResponse])
    #expect(time.machine.deadline == nil)
    #expect(
      time.at(500) { machine, _, out in machine.receiveInvite(into: &out) } == [.sendResponse])
  }

  @Test("Timer G repeats a refusal with pauses up to T2 until timer H")
  func unacknowledged() {
    var copies = line()
    copies.machine.respond(.failure, now: .zero, into: &copies.out)
    #expect(
      copies.times(of: .sendResponse, untilMs: 100_000)
        == [0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
    var end = line()
    end.machine.respond(.failure, now: .zero, into: &end.out)
    _ = end.run(toMs: 31_999)
    #expect(end.run(toMs: 32_000) == [.unacknowledged, .terminated])
  }

  @Test("An ACK ends the repetitions; repeated ACKs are absorbed for timer I = T4")
  func acknowledged() {
    var time = line()
    #expect(time.at(0) { $0.respond(.failure, now: $1, into: &$2) } == [.sendResponse])
    #expect(time.at(600) { $0.receiveAck(now: $1, into: &$2) } == [.sendResponse])
    #expect(time.at(700) { $0.receiveAck(now: $1, into: &$2) } == [])
    #expect(time.at(800) { machine, _, out in machine.receiveInvite(into: &out) } == [])
    #expect(time.run(toMs: 5_599) == [])
    #expect(time.run(toMs: 5_600) == [.terminated])
  }

  @Test("After a 2xx it absorbs INVITEs and lets the user repeat for timer L = 64*T1")
  func accepted() {
    var time = line()
    #expect(time.at(0) { $0.respond(.success, now: $1, into: &$2) } == [.sendResponse])
    #expect(time.at(100) { machine, _, out in machine.receiveInvite(into: &out) } == [])
    #expect(time.at(500) { $0.respond(.success, now: $1, into: &$2) } == [.sendResponse])
    #expect(time.at(510) { $0.respond(.failure, now: $1, into: &$2) } == [])
    #expect(time.run(toMs: 31_999) == [])
    #expect(time.run(toMs: 32_000) == [.terminated])
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
      let choice = Int.random(in: 0...4, using: &dice)
      let seen = time.at(now) { machine, now, out in
        switch choice {
        case 3: machine.receiveInvite(into: &out)
        case 4: machine.receiveAck(now: now, into: &out)
        default: machine.respond(kinds[choice], now: now, into: &out)
        }
      }
      ends += seen.count { $0 == .terminated }
    }
    ends += time.at(now) { $0.respond(.failure, now: $1, into: &$2) }.count { $0 == .terminated }
    ends += time.run(toMs: now + 64_000).count { $0 == .terminated }
    #expect(ends == 1)
    #expect(time.machine.deadline == nil)
  }
}
