import Base
import Call
import Line
import MediaControl
import Testing

@testable import Gateway

@Suite("Calls that a subscriber makes")
struct OutgoingTests {
  @Test("From dial tone to the answer and back, turn by turn")
  func call() {
    let world = World.registered()
    world.lift(0)
    #expect(world.boxes[0].take() == ["0 p1 forwardActive", "0 p1 play dial", "0 p1 listen"])
    world.pass(.seconds(1))
    world.dial("6003", 0)
    #expect(
      world.boxes[0].take() == ["1000 p1 stopTone", "1300 p1 ignore", "1300 INVITE 6003"],
      "the INVITE leaves in the turn of the last digit")
    world.pass(.seconds(3))
    // A datagram takes 1 ms to the SBC and 1 ms from there; the first INVITE is challenged.
    #expect(
      world.boxes[0].take() == [
        "1302 ACK 6003", "1302 INVITE 6003", "1306 p1 play ringback",
      ])
    #expect(
      world.boxes[1].take() == [
        "1304 180", "1304 p1 ringing", "2304 p1 onHookTransmission", "2804 p1 callerID",
      ])
    world.lift(1)
    #expect(
      world.boxes[1].take() == [
        "4300 p1 forwardActive", "4300 p1 openStream", "4300 200",
      ])
    world.pass(.seconds(10))
    #expect(
      world.boxes[0].take() == [
        "4302 ACK 6003", "4302 p1 openStream", "4302 p1 stopTone", "9302 p1 reportStream",
      ])
    #expect(world.boxes[0].stage(1) == .talking)
    world.mark()
    world.replace(0)
    world.pass(.seconds(1))
    #expect(
      world.boxes[0].take() == [
        "2 p1 reportStream", "500 p1 standby", "500 p1 closeStream", "500 BYE 6003",
      ])
    #expect(
      world.boxes[1].take() == ["502 200", "502 p1 closeStream", "502 p1 play busy"])
    world.replace(1)
    world.expectQuiet()
  }

  @Test("The far party hangs up first: busy tone, howler, lock-out, and on hook all is well")
  func forgottenHandset() {
    let world = World.registered()
    world.connect(0, to: "6003", 1, 1)
    world.replace(1)
    world.pass(.milliseconds(502))
    world.mark()
    #expect(world.boxes[0].tone(1) == "busy")
    world.pass(.seconds(200))
    #expect(
      world.boxes[0].take().filter { $0.contains(" p1 ") } == [
        "40000 p1 play howler", "100000 p1 standby", "100000 p1 stopTone",
      ])
    #expect(world.boxes[0].stage(1) == .lockedOut)
    world.replace(0)
    world.expectQuiet()
    world.lift(0)
    #expect(world.boxes[0].tone(1) == "dial")
    world.replace(0)
    world.expectQuiet()
  }

  @Test(
    "What the subscriber hears when the call fails",
    arguments: [
      (UInt16(486), "busy"), (600, "busy"), (603, "busy"), (404, "vacant"), (484, "vacant"),
      (604, "vacant"), (480, "busy"), (408, "busy"), (500, "congestion"), (503, "congestion"),
      (488, "congestion"), (403, "congestion"), (302, "congestion"),
    ])
  func refusal(code: UInt16, tone: String) {
    let world = World.registered(boxes: 1)
    world.sbc.scripts["9001"] = [SBC.Reply(after: .milliseconds(50), code: code)]
    world.lift(0)
    world.dial("9001", 0)
    world.mark()
    world.pass(.milliseconds(52))
    #expect(world.boxes[0].take() == ["52 ACK 9001", "52 p1 play \(tone)"])
    world.pass(.seconds(40))
    #expect(world.boxes[0].tone(1) == "howler")
    world.replace(0)
    world.expectQuiet()
    #expect(world.console("show calls").contains("refused with \(code)"))
  }

  @Test("A number that nobody has is vacant, one that no map begins with is vacant at once")
  func vacant() {
    let world = World.registered(boxes: 1)
    world.lift(0)
    world.dial("6999", 0)
    world.pass(.seconds(1))
    #expect(world.boxes[0].tone(1) == "vacant")
    world.replace(0)
    world.pass(.seconds(1))
    world.mark()
    world.lift(0)
    world.press("7", 0)
    #expect(world.boxes[0].take().last == "0 p1 ignore")
    #expect(world.boxes[0].tone(1) == "vacant")
    world.replace(0)
    world.expectQuiet()
  }

  @Test("Nobody answers: CANCEL after the country's minute, and a tone")
  func noAnswer() {
    let world = World.registered()
    world.lift(0)
    world.dial("6003", 0)
    world.pass(.milliseconds(6))
    world.mark()
    world.pass(.seconds(61))
    #expect(
      world.boxes[0].take() == [
        "60000 p1 play busy", "60000 CANCEL 6003", "60004 ACK 6003",
      ])
    #expect(world.boxes[1].take().suffix(3) == ["60002 200", "60002 487", "60002 p1 standby"])
    world.replace(0)
    world.expectQuiet()
    #expect(world.console("show calls").contains("nobody answered"))
  }

  @Test("A 180 is ringback of our own, packets of the far party silence it")
  func earlyMedia() {
    let world = World.registered(boxes: 1)
    world.sbc.scripts["9001"] = [
      SBC.Reply(after: .seconds(1), code: 180),
      SBC.Reply(after: .seconds(3), code: 183, description: farDescription()),
      SBC.Reply(after: .seconds(9), code: 200, description: farDescription()),
    ]
    world.lift(0)
    world.dial("9001", 0)
    world.mark()
    world.pass(.seconds(9))
    #expect(
      world.boxes[0].take() == [
        "1002 p1 play ringback", "3002 p1 openStream", "3062 p1 stopTone",
        "8002 p1 reportStream",
      ])
    #expect(world.boxes[0].stage(1) == .alerting)
    world.pass(.milliseconds(500))
    #expect(world.boxes[0].take() == ["9002 ACK far"])
    #expect(world.boxes[0].stage(1) == .talking)
    world.pass(.seconds(5))
    #expect(
      world.console("show media").contains("490"), "a stream that began early reports too")
    world.depart(world.sbc.bye(from: "9001"))
    world.pass(.seconds(1))
    #expect(world.boxes[0].tone(1) == "busy")
    world.replace(0)
    world.expectQuiet()
  }

  @Test("A 183 without a 180 opens the audio and plays nothing over it")
  func announcement() {
    let world = World.registered(boxes: 1)
    world.sbc.scripts["9001"] = [
      SBC.Reply(after: .seconds(1), code: 183, description: farDescription()),
      SBC.Reply(after: .seconds(4), code: 404),
    ]
    world.lift(0)
    world.dial("9001", 0)
    world.mark()
    world.pass(.seconds(5))
    #expect(
      world.boxes[0].take() == [
        "1002 p1 openStream", "4002 ACK 9001", "4002 p1 closeStream", "4002 p1 play vacant",
      ])
    world.replace(0)
    world.expectQuiet()
  }

  @Test("An answer without a codec of ours ends the call")
  func noCommonCodec() {
    let world = World.registered(boxes: 1)
    world.sbc.scripts["9001"] = [
      SBC.Reply(after: .seconds(1), code: 200, description: farDescription(formats: "18"))
    ]
    world.lift(0)
    world.dial("9001", 0)
    world.mark()
    world.pass(.seconds(2))
    #expect(
      world.boxes[0].take() == ["1002 ACK far", "1002 p1 play congestion", "1002 BYE far"])
    world.replace(0)
    world.expectQuiet()
    #expect(world.console("show calls").contains("no common codec"))
    #expect(world.console("show log").contains("description refused: no common codec"))
  }

  @Test("Hung up before any answer: nothing is left, whatever comes later")
  func hungUpEarly() {
    let world = World.registered()
    for wait in [0, 1, 2, 3, 4, 5, 6, 500, 2_000] {
      world.lift(0)
      world.dial("6003", 0)
      world.pass(.milliseconds(Int64(wait)))
      world.replace(0)
      world.pass(.seconds(1))
      #expect(world.boxes[0].stage(1) == .idle, "after \(wait) ms")
      #expect(world.boxes[1].stage(1) == .idle, "after \(wait) ms")
    }
    world.expectQuiet()
  }

  @Test("A dial works as well as keys")
  func pulses() {
    let world = World.registered()
    world.lift(0)
    world.pass(.seconds(1))
    world.mark()
    for digit in [6, 10, 10, 3] {
      for _ in 0..<digit {
        world.replace(0)
        world.pass(.milliseconds(60))
        world.lift(0)
        world.pass(.milliseconds(40))
      }
      world.pass(.milliseconds(600))
    }
    #expect(world.boxes[0].take().contains { $0.hasSuffix(" INVITE 6003") })
    #expect(world.boxes[0].stage(1) == .alerting)
    world.replace(0)
    world.expectQuiet()
  }
}
