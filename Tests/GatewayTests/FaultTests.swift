import Base
import Call
import Line
import MediaControl
import Testing

@testable import Gateway

@Suite("Faults around the box")
struct FaultTests {
  @Test("The SBC dies in mid-call: hanging up frees the port, and the lost BYE ends")
  func deadSBC() {
    let world = World.registered()
    world.connect(0, to: "6003", 1, 1)
    world.sbc.isAlive = false
    world.pass(.seconds(30))
    world.mark()
    world.replace(0)
    world.pass(.milliseconds(600))
    #expect(
      world.boxes[0].take() == ["500 p1 standby", "500 p1 closeStream", "500 BYE 6003"])
    #expect(world.boxes[0].stage(1) == .idle)
    world.lift(0)
    #expect(world.boxes[0].tone(1) == "dial", "the binding still lives")
    world.replace(0)
    world.pass(.seconds(40))
    // RFC 3261 §17.1.2.2: E doubles from T1 to T2 until F, 64*T1, ends it.
    let copies = world.boxes[0].take().filter { $0.contains(" BYE ") }
    #expect(copies.count == 10, "\(copies)")
    #expect(world.console("show log").contains("SBC does not answer"))
    world.replace(1)
    world.expectQuiet()
  }

  @Test("The SBC dies before it answers the INVITE: congestion tone after 32 s")
  func deadWhileCalling() {
    let world = World.registered(boxes: 1)
    world.sbc.isAlive = false
    world.lift(0)
    world.dial("6002", 0)
    world.mark()
    world.pass(.milliseconds(31_999))
    #expect(world.boxes[0].tone(1) == nil)
    world.pass(.milliseconds(1))
    #expect(world.boxes[0].tone(1) == "congestion")
    world.replace(0)
    world.expectQuiet()
    #expect(world.console("show calls").contains("SBC did not answer"))
  }

  @Test("Our 200 is never acknowledged: the call ends by itself")
  func lostAck() {
    let world = World.registered()
    world.lift(0)
    world.dial("6003", 0)
    world.pass(.seconds(1))
    world.sbc.isAlive = false
    world.lift(1)
    world.pass(.seconds(33))
    #expect(world.boxes[1].tone(1) == "busy")
    world.replace(0)
    world.replace(1)
    world.expectQuiet()
    #expect(world.console("show calls", 1).contains("answer was never acknowledged"))
  }

  @Test("A media thread that hangs holds neither the port nor the record")
  func deadMediaThread() {
    let world = World.registered()
    world.connect(0, to: "6003", 1, 1)
    world.boxes[0].media.isAlive = false
    world.replace(0)
    world.replace(1)
    world.expectQuiet()
    #expect(world.boxes[0].gateway.history.map { $0.statistics } == [nil])
    #expect(world.boxes[1].gateway.history.map { $0.statistics?.lostPackets } == [10])
  }

  @Test("stop() in a call: BYE, bindings given back, then and only then it may end")
  func stopInCall() {
    let world = World.registered()
    world.connect(0, to: "6003", 1, 1)
    world.mark()
    world.stop(0)
    #expect(
      world.boxes[0].take() == [
        "0 BYE 6003", "0 p1 closeStream", "0 p1 play busy", "0 REGISTER", "0 REGISTER",
      ])
    world.pass(.seconds(1))
    #expect(world.boxes[0].take().last == "4 stopped")
    #expect(world.sbc.bindings.keys.contains(Text("6001")) == false)
    #expect(world.boxes[1].tone(1) == "busy")
    world.replace(0)
    world.replace(1)
    world.expectQuiet()
  }

  @Test("stop() while one phone rings and another one calls")
  func stopWhileRinging() {
    let world = World.registered()
    world.lift(0)
    world.dial("6003", 0)
    world.lift(1, 2)
    world.dial("6002", 1, 2)
    world.pass(.seconds(1))
    world.stop(1)
    #expect(world.boxes[1].feeds[1] == .standby)
    world.pass(.seconds(1))
    #expect(world.boxes[1].isStopped)
    #expect(world.boxes[0].stage(2) == .idle)
    #expect(world.boxes[0].tone(1) == "busy")
    world.replace(0)
    world.replace(1, 2)
    world.expectQuiet()
  }

  @Test("stop() without an SBC ends all the same, and only once")
  func stopAlone() {
    let world = World.registered()
    world.connect(0, to: "6003", 1, 1)
    world.sbc.isAlive = false
    world.mark()
    world.stop(0)
    world.stop(0)
    world.pass(.milliseconds(3_999))
    #expect(!world.boxes[0].isStopped)
    world.pass(.milliseconds(1))
    #expect(world.boxes[0].isStopped)
    world.pass(.seconds(3_600))
    #expect(world.boxes[0].gateway.agent.deadline == nil)
    world.replace(0)
    world.replace(1)
    world.expectQuiet()
  }

  @Test("Datagrams that are not SIP, too long or a stranger's leave a call alone and are counted")
  func hostileDatagrams() {
    let world = World.registered()
    world.connect(0, to: "6003", 1, 1)
    world.mark()
    let now = world.now
    let stranger = Endpoint(.v4(0xC633_6407), 5_060)
    let bye = Text("BYE sip:6001@192.0.2.101 SIP/2.0\r\n\r\n")
    world.receive(bye, 0)
    world.receive(Text("GET / HTTP/1.1\r\n\r\n"), 0)
    world.receive(Text(repeating: 0, count: 1_500), 0)
    world.receive([], 0)
    for _ in 0..<3 { world.receive(bye, 0, from: stranger) }
    for source in [stranger, SBC.endpoint] {
      world.act(0) { $0.receiveOversized(20_000, from: source, now: now, into: &$1) }
    }
    #expect(world.boxes[0].take() == [])
    #expect(world.boxes[0].stage(1) == .talking)
    #expect(world.boxes[1].stage(1) == .talking)
    let log = world.console("show log")
    #expect(log.contains("SIP: datagrams from a stranger, from 198.51.100.7:5060 (4 times)"))
    #expect(log.contains("SIP: a datagram of 20000 bytes refused, from 192.0.2.1:5060"))
    let counters = world.console("show counters")
    #expect(counters.contains("4  datagrams from a stranger"))
    #expect(counters.contains("4  malformed messages"))
    #expect(counters.contains("1  keep-alives"))
    world.replace(0)
    world.replace(1)
    world.expectQuiet()
  }

  @Test("An edge of a port that the box does not have changes nothing")
  func unknownPort() {
    let world = World.registered(boxes: 1, ports: 1)
    world.lift(0, 7)
    #expect(world.boxes[0].take() == [])
    world.expectQuiet()
  }
}
