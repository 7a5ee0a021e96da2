import Base
import Call
import MediaControl
import Testing

@testable import Gateway

@Suite("Calls that come in")
struct IncomingTests {
  @Test("The phone shows number, name and time: the MDMF message byte for byte")
  func callerID() {
    let world = World.registered()
    ring(world)
    world.pass(.seconds(3))
    // GR-30: 80H, length; 01H date and time; 02H number; 07H name; then the checksum.
    let content =
      [0x01, 8] + Text("07010800") + [0x02, 4] + Text("6001") + [0x07, 9] + Text("Room 6001")
    let message = [0x80, UInt8(content.count)] + content
    let sum = message.reduce(0) { ($0 + Int($1)) % 256 }
    #expect(world.boxes[1].media.callerIDs == [message + [UInt8((256 - sum) % 256)]])
    world.replace(0)
    world.expectQuiet()
  }

  @Test("The caller gives up: the bell stops in the turn of the CANCEL, and no phone is left")
  func cancelled() {
    let world = World.registered()
    ring(world)
    world.pass(.milliseconds(200))
    world.mark()
    world.replace(0)
    world.pass(.seconds(1))
    #expect(world.boxes[1].take() == ["502 200", "502 487", "502 p1 standby"])
    world.expectQuiet()
    #expect(world.console("show calls", 1).contains("caller gave up"))
  }

  @Test("A CANCEL in the middle of the caller ID message ends the message too")
  func cancelledInCallerID() {
    let world = World.registered()
    ring(world)
    world.pass(.milliseconds(1_200))
    world.mark()
    world.replace(0)
    world.pass(.seconds(1))
    #expect(
      world.boxes[1].take() == [
        "298 p1 callerID", "502 200", "502 487", "502 p1 standby", "502 p1 stopTone",
      ])
    world.expectQuiet()
  }

  @Test("A phone that is off hook is busy in every state, and its own call goes on")
  func busy() {
    let world = World.registered()
    world.lift(1)
    ring(world)
    world.pass(.seconds(1))
    #expect(world.boxes[0].tone(1) == "busy")
    world.replace(0)
    world.pass(.seconds(1))
    world.dial("6004", 1)
    world.pass(.seconds(1))
    world.lift(1, 2)
    world.pass(.seconds(1))
    ring(world)
    world.pass(.seconds(1))
    #expect(world.boxes[0].tone(1) == "busy")
    #expect(world.boxes[1].stage(1) == .talking)
    #expect(world.boxes[1].stage(2) == .talking)
    for box in 0...1 { world.replace(box) }
    world.replace(1, 2)
    world.expectQuiet()
  }

  @Test("Nobody is at home: the bell gives up after the country's time")
  func nobodyHome() {
    let world = World.registered()
    ring(world)
    world.pass(.seconds(1))
    world.sbc.isAlive = false  // No CANCEL can come.
    world.replace(0)
    world.pass(.seconds(118))
    #expect(world.boxes[1].stage(1) == .ringing)
    world.pass(.seconds(2))
    #expect(world.boxes[1].stage(1) == .idle)
    world.expectQuiet()
    #expect(world.console("show calls", 1).contains("nobody answered"))
  }

  @Test("A number that no port has is not ours")
  func unknownNumber() {
    let world = World.registered(boxes: 1)
    let invite = """
      INVITE sip:7777@192.0.2.101 SIP/2.0\r
      Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r
      Max-Forwards: 70\r
      From: <sip:1@ims.example>;tag=a\r
      To: <sip:7777@ims.example>\r
      Call-ID: x\r
      CSeq: 1 INVITE\r
      Contact: <sip:1@192.0.2.9>\r
      Content-Length: 0\r
      \r

      """
    world.receive(Text(invite), 0)
    #expect(world.boxes[0].take() == ["0 404"])
    world.expectQuiet()
  }

  /// Box 1 calls the first port of box 2, which rings now.
  private func ring(_ world: World) {
    world.lift(0)
    world.dial("6003", 0)
    world.pass(.milliseconds(6))
  }
}
