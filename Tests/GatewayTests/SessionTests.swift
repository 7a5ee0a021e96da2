import Base
import Call
import Testing

@testable import Gateway

@Suite("100rel and session timers between boxes")
struct SessionTests {
  @Test("Early media in a reliable 183 is acknowledged, and the 200 need not repeat it")
  func earlyMedia() {
    let world = World.registered(boxes: 1)
    world.sbc.scripts["9001"] = [
      SBC.Reply(after: .seconds(1), code: 183, description: farDescription(), reliable: 1),
      SBC.Reply(after: .milliseconds(1_500), code: 183, description: farDescription(), reliable: 1),
      SBC.Reply(after: .seconds(3), code: 200),
    ]
    world.lift(0)
    world.dial("9001", 0)
    world.mark()
    world.pass(.seconds(4))
    let log = world.boxes[0].take()
    #expect(log.filter { $0.hasSuffix("PRACK far") } == ["1002 PRACK far"])
    #expect(log.filter { $0.hasSuffix("openStream") } == ["1002 p1 openStream"])
    #expect(log.contains("3002 ACK far"))
    #expect(world.boxes[0].stage(1) == .talking)
    world.replace(0)
    world.expectQuiet()
  }

  @Test("Two boxes acknowledge their ringing and keep their call alive, until the SBC is gone")
  func keptAlive() {
    let world = World(boxes: 2, settings: ["sip 100rel preferred", "sip session expires 90"])
    world.start()
    world.pass(.seconds(5))
    world.connect(0, to: "6003", 1, 1)
    #expect(world.boxes[0].take().count { $0.hasSuffix(" PRACK 6003") } == 1)
    world.pass(.seconds(200))
    #expect(world.boxes[0].take().count { $0.hasSuffix(" UPDATE 6003") } == 4)
    #expect(world.boxes[1].take().allSatisfy { !$0.contains("UPDATE") }, "the caller refreshes")
    #expect(world.boxes.allSatisfy { $0.stage(1) == .talking })
    world.sbc.isAlive = false
    world.pass(.seconds(61))
    #expect(world.boxes.allSatisfy { $0.tone(1) == "busy" }, "both notice that nobody refreshes")
    world.sbc.isAlive = true
    for i in 0...1 { world.replace(i) }
    world.expectQuiet()
  }
}
