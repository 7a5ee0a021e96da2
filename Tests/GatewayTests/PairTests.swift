import Base
import Call
import MediaControl
import Testing

@testable import Gateway

@Suite("Several ports of one box")
struct PairTests {
  @Test("One port calls the other, both hang up ways", arguments: [PortNumber(1), 2])
  func portToPort(first: PortNumber) {
    let world = World.registered(boxes: 1)
    world.connect(0, 1, to: "6002", 0, 2)
    let streams = [1, 2].compactMap { world.boxes[0].media[$0].stream }
    #expect(streams.map { $0.remote.port } == [16_392, 16_384], "each sends to the other one")
    world.replace(0, first)
    world.pass(.seconds(1))
    #expect(world.boxes[0].stage(first) == .idle)
    #expect(world.boxes[0].tone(3 - first) == "busy")
    world.replace(0, 3 - first)
    world.expectQuiet()
  }

  @Test("A port that calls itself is busy")
  func itself() {
    let world = World.registered(boxes: 1)
    world.lift(0)
    world.dial("6001", 0)
    world.pass(.seconds(1))
    #expect(world.boxes[0].tone(1) == "busy")
    world.replace(0)
    world.expectQuiet()
  }

  @Test("Both ports talk at once, and the end of one call leaves the other alone")
  func both() {
    let world = World.registered()
    world.connect(0, 1, to: "6004", 1, 2)
    world.connect(0, 2, to: "6003", 1, 1)
    #expect(world.boxes[0].gateway.agent.sessions.count == 2)
    world.replace(0, 1)
    world.pass(.seconds(1))
    #expect(world.boxes[1].tone(2) == "busy")
    #expect(world.boxes[0].stage(2) == .talking)
    #expect(world.boxes[1].stage(1) == .talking)
    world.replace(1, 1)
    world.replace(0, 2)
    world.replace(1, 2)
    world.expectQuiet()
  }

  @Test("Two ports that call each other at the same moment are both busy")
  func crossing() {
    let world = World.registered(boxes: 1)
    for port in [PortNumber(1), 2] { world.lift(0, port) }
    for (port, last) in [(PortNumber(1), Character("2")), (2, "1")] {
      world.dial("600", 0, port)
      world.pass(.milliseconds(1))
      world.press(last, 0, port)
    }
    world.pass(.seconds(1))
    for port in [PortNumber(1), 2] {
      #expect(world.boxes[0].tone(port) == "busy")
      world.replace(0, port)
    }
    world.expectQuiet()
  }
}
