import Base
import Call
import MediaControl
import Testing

@testable import Gateway

/// Two boxes, four subscribers who do what they like, a bad network and an SBC that restarts.
@Suite("Simulation")
struct SimulationTests {
  /// Nobody, a voice mail, a busy line, a number that the SBC lacks, and one that no map has.
  private static let machines = ["6999", "9001", "9002", "119", "75"]
  private static let subscribers = [(0, PortNumber(1)), (0, 2), (1, 1), (1, 2)]

  @Test("No line is stuck, no session is left, every call has its record", arguments: 1...200)
  func simulation(seed: Int) {
    let isReliable = seed % 2 == 0
    let world = World(
      boxes: 2, settings: isReliable ? ["sip 100rel preferred", "sip session expires 90"] : [],
      seed: UInt64(seed), keepsLog: false, label: "seed \(seed)")
    world.lossPercent = seed % 4 * 8
    world.repeatPercent = seed % 3 * 10
    world.delayMs = seed % 2 == 0 ? 1...3 : 1...400
    world.sbc.scripts = [
      "9001": [
        SBC.Reply(
          after: .seconds(1), code: 183, description: farDescription(),
          reliable: isReliable ? 7 : nil),
        SBC.Reply(after: .seconds(6), code: 200, description: farDescription()),
      ],
      "9002": [SBC.Reply(after: .seconds(2), code: 486)],
    ]
    world.start()
    world.pass(.seconds(3))
    for _ in 0..<60 {
      step(world)
      world.pass(.milliseconds(Int64(pause(world))))
    }
    hangUpEverything(world)
    // The bell of a call whose CANCEL is lost gives up after 120 s; 64*T1 ends all the rest.
    world.expectQuiet(after: .seconds(200))
    let calls = world.boxes.reduce(0) { $0 + $1.gateway.history.count }
    #expect(calls > 10, "\(world.label): subscribers that call nobody prove nothing")
    recover(world)
  }

  /// What one subscriber does now, or what happens to the SBC.
  private func step(_ world: World) {
    let (i, port) = subscriber(world)
    switch world.pick(0...99) {
    case 0..<3: breakSomething(world, i)
    case 3..<6: tap(world, i, port)
    case 6..<10: test(world, i, port)
    default: use(world, i, port)
    }
    if !world.sbc.isAlive, world.chance(40) { world.sbc.isAlive = true }
  }

  /// Whoever hears a bell is quicker than the others.
  private func subscriber(_ world: World) -> (Int, PortNumber) {
    let ringing = Self.subscribers.filter { world.boxes[$0.0].stage($0.1) == .ringing }
    if let first = ringing.first, world.chance(50) { return first }
    return Self.subscribers[world.pick(0...3)]
  }

  private func breakSomething(_ world: World, _ i: Int) {
    switch world.pick(0...3) {
    case 0: world.sbc.isAlive = false
    case 1: world.sbc.restart()
    case 2: world.receive(garbage(world), i)
    default: world.boxes[i].media.hearsFarParty.toggle()
    }
  }

  private func tap(_ world: World, _ i: Int, _ port: PortNumber) {
    world.replace(i, port)
    world.pass(.milliseconds(Int64(world.pick(20...600))))
    world.lift(i, port)
  }

  /// Somebody at a console tries the line, or has seen enough.
  private func test(_ world: World, _ i: Int, _ port: PortNumber) {
    let tests = [""] + LineTest.allCases.map { " " + string(Text($0.word)) }
    let line = "test port \(port)" + tests[world.pick(0...tests.count - 1)]
    world.boxes[i].begin(.line(Text(line)), number: port, now: world.now)
    world.boxes[i].live = [:]
  }

  private func use(_ world: World, _ i: Int, _ port: PortNumber) {
    switch world.boxes[i].stage(port) ?? .idle {
    case .ringing:
      world.lift(i, port)
    case .idle:
      world.lift(i, port)
      if world.chance(80) { dial(world, i, port) }
    case .dialling where world.chance(85):
      dial(world, i, port)
    case .talking, .alerting, .calling:
      if world.chance(25) { world.replace(i, port) }
    case .testing:
      world.loop(world.chance(50) ? .closed : .open, i, port)
    case .dialling, .disconnected, .howler, .lockedOut, .unregistered, .outOfService:
      world.replace(i, port)
    }
  }

  private func dial(_ world: World, _ i: Int, _ port: PortNumber) {
    let others = Self.subscribers.indices.map { "\(6001 + $0)" }
    let numbers = world.chance(80) ? others : Self.machines
    world.dial(numbers[world.pick(0...numbers.count - 1)], i, port)
  }

  /// Mostly a moment, sometimes long enough for every timer of a line.
  private func pause(_ world: World) -> Int {
    switch world.pick(0...99) {
    case 0..<60: world.pick(0...1_500)
    case 60..<90: world.pick(1_000...10_000)
    case 90..<95: world.pick(10_000...100_000)
    default: world.pick(100_000...3_000_000)
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
