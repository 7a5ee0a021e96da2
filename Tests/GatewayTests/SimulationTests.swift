import Base
import Call
import MediaControl
import Testing

@testable import Gateway

/// Two boxes, four subscribers who do what they like, a bad network and an SBC that restarts.
@Suite("Simulation")
struct SimulationTests {
  private static let numbers = [
    "6001", "6002", "6003", "6004", "6999", "9001", "9002", "119", "75",
  ]
  private static let subscribers = [(0, PortNumber(1)), (0, 2), (1, 1), (1, 2)]

  @Test("No line is stuck, no session is left, every call has its record", arguments: 1...200)
  func simulation(seed: Int) {
    let world = World(
      boxes: 2, seed: UInt64(seed), keepsLog: false, label: "seed \(seed)")
    world.lossPercent = seed % 4 * 8
    world.repeatPercent = seed % 3 * 10
    world.delayMs = seed % 2 == 0 ? 1...3 : 1...400
    world.sbc.scripts = [
      "9001": [
        SBC.Reply(after: .seconds(1), code: 183, description: farDescription()),
        SBC.Reply(after: .seconds(6), code: 200, description: farDescription()),
      ],
      "9002": [SBC.Reply(after: .seconds(2), code: 486)],
    ]
    world.start()
    world.pass(.seconds(3))
    for _ in 0..<45 {
      step(world)
      world.pass(.milliseconds(Int64(pause(world))))
    }
    hangUpEverything(world)
    // The bell of a call whose CANCEL is lost gives up after 120 s; 64*T1 ends all the rest.
    world.expectQuiet(after: .seconds(200))
    recover(world)
  }

  /// What one subscriber does now, or what happens to the SBC.
  private func step(_ world: World) {
    let (i, port) = Self.subscribers[world.pick(0...3)]
    switch world.pick(0...99) {
    case 0..<2: world.sbc.isAlive = false
    case 2..<5: world.sbc.restart()
    case 5..<8: world.receive(garbage(world), i)
    case 8..<11:
      world.replace(i, port)
      world.pass(.milliseconds(Int64(world.pick(20...480))))
      world.lift(i, port)
    case 11..<13: world.boxes[i].media.hearsFarParty.toggle()
    default:
      switch world.boxes[i].stage(port) ?? .idle {
      case .idle, .ringing: world.lift(i, port)
      case .dialling where world.chance(85):
        world.dial(Self.numbers[world.pick(0...Self.numbers.count - 1)], i, port)
      case .talking, .alerting, .calling:
        if world.chance(30) { world.replace(i, port) }
      case .dialling, .disconnected, .howler, .lockedOut, .unregistered:
        world.replace(i, port)
      }
    }
  }

  /// Mostly a moment, sometimes long enough for every timer of a line.
  private func pause(_ world: World) -> Int {
    switch world.pick(0...9) {
    case 0..<5: world.pick(0...1_500)
    case 5..<8: world.pick(1_000...20_000)
    case 8: world.pick(20_000...200_000)
    default: world.pick(200_000...1_500_000)
    }
  }

  /// A datagram of the SBC that is cut or has a byte changed.
  private func garbage(_ world: World) -> Text {
    var bytes = Text("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.101;branch=z9hG4bK0\r\n\r\n")
    bytes[world.pick(0...bytes.count - 1)] = UInt8(world.pick(0...255))
    return Text(bytes.prefix(world.pick(0...bytes.count)))
  }

  private func hangUpEverything(_ world: World) {
    for (i, port) in Self.subscribers { world.replace(i, port) }
  }

  /// After the storm everybody registers within the longest pause, and a call comes through.
  private func recover(_ world: World) {
    world.lossPercent = 0
    world.repeatPercent = 0
    world.delayMs = 1...1
    world.sbc.restart()
    world.pass(.seconds(1_800 + 64))
    #expect(world.sbc.bindings.count == 4, "\(world.label)")
    world.connect(0, 2, to: "6003", 1, 1)
    hangUpEverything(world)
    world.expectQuiet()
    for i in 0...1 { world.stop(i) }
    world.pass(.seconds(5))
    for box in world.boxes {
      #expect(box.isStopped, "\(world.label)")
      #expect(box.gateway.deadline == nil, "\(world.label)")
    }
  }
}
