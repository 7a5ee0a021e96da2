import Base
import MediaControl
import Testing

@testable import Gateway

@Suite("A fax machine answers")
struct DataTests {
  @Test("Both ends learn of it by re-INVITEs of the box that was called")
  func reinvite() {
    let world = World.registered()
    world.connect(0, to: "6003", 1, 1)
    world.mark()
    world.boxes[1].hear(.modem, on: 1, now: world.now)
    world.pass(.seconds(1))
    #expect(world.boxes.map { $0.media[1].stream?.data } == [.modem, .modem])
    world.boxes[1].hear(.fax, on: 1, now: world.now)
    world.pass(.seconds(1))
    #expect(world.boxes.map { $0.media[1].stream?.data } == [.fax, .fax])
    let invites = world.boxes[1].take().filter { $0.contains("INVITE") }
    #expect(invites.count == 4, "two, each of them challenged: \(invites)")
    #expect(world.console("show log", 1).contains(": a fax machine"))
    world.replace(0)
    world.pass(.seconds(1))
    world.replace(1)
    world.expectQuiet()
  }

  @Test("With sip fax-reinvite off the box keeps it to itself")
  func off() {
    let world = World(boxes: 2, settings: ["sip fax-reinvite off"])
    world.start()
    world.pass(.seconds(5))
    world.connect(0, to: "6003", 1, 1)
    world.boxes[1].hear(.modem, on: 1, now: world.now)
    world.pass(.seconds(1))
    #expect(world.boxes.map { $0.media[1].stream?.data } == [nil, .modem])
  }
}
