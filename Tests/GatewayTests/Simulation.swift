import Base
import Call
import MediaControl
import Testing

@testable import Gateway

/// Two boxes, four subscribers who do what they like, a bad network, and restarts on both sides.
final class Simulation {
  /// What went wrong on purpose, and what came of it.
  struct Totals {
    var seeds = 0
    var steps = 0
    var silences = 0
    var serverRestarts = 0
    var boxRestarts = 0
    var brokenDatagrams = 0
    var silentStreams = 0
    var weathers = 0
    var lost = 0
    var repeated = 0
    var overtaken = 0
    var answered = 0
    /// Ended calls by why they ended, of both directions.
    var ends = [Int](repeating: 0, count: CallEndClass.allCases.count)

    var calls: Int { ends.reduce(0, +) }
  }

  /// Nobody, a voice mail, a busy line, a number that the SBC lacks, and one that no map has.
  private static let machines = ["6999", "9001", "9002", "119", "75"]
  private static let subscribers = [(0, PortNumber(1)), (0, 2), (1, 1), (1, 2)]
  /// Fewer calls than these prove nothing.
  static let leastCalls = 11
  private static let stepLimit = 600

  let world: World
  private(set) var totals = Totals()
  /// Whether loss, delay and repeats change on the way, and boxes lose their power.
  private let isRough: Bool

  init(seed: Int, isRough: Bool) {
    self.isRough = isRough
    let isReliable = seed % 2 == 0
    world = World(
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
    totals.seeds = 1
  }

  /// Lets everything happen for at least so many steps and so long, then looks at what is left.
  func run(steps: Int, for duration: Duration = .zero) {
    world.start()
    world.pass(.seconds(3))
    let end = world.now + duration
    while totals.steps < steps || world.now < end || isTooQuiet {
      step()
      world.pass(.milliseconds(Int64(pause())))
    }
    hangUpEverything()
    // The bell of a call whose CANCEL is lost gives up after 120 s; 64*T1 ends all the rest.
    world.expectQuiet(after: .seconds(200))
    #expect(calls >= Self.leastCalls, "\(world.label): subscribers that call nobody prove nothing")
    recover()
    for i in world.boxes.indices { collect(i) }
    totals.lost = world.lost
    totals.repeated = world.repeated
    totals.overtaken = world.overtaken
  }

  /// The SBC may be silent for most of the time of a seed; then it takes more steps.
  private var isTooQuiet: Bool { calls < Self.leastCalls && totals.steps < Self.stepLimit }

  private var calls: Int { totals.calls + world.boxes.reduce(0) { $0 + $1.endedCalls } }

  /// Takes what a box counted, before it forgets.
  private func collect(_ i: Int) {
    let gateway = world.boxes[i].gateway
    for sums in [gateway.outgoingCalls, gateway.incomingCalls] {
      totals.answered += Int(sums.answered)
      for end in CallEndClass.allCases { totals.ends[Int(end.rawValue)] += Int(sums[end]) }
    }
  }

  // MARK: What happens

  /// What one subscriber does now, or what happens to the SBC.
  private func step() {
    totals.steps += 1
    let (i, port) = subscriber()
    switch world.pick(0...99) {
    case 0..<3: breakSomething(i)
    case 3..<6: tap(i, port)
    case 6..<10: test(i, port)
    default: use(i, port)
    }
    if !world.sbc.isAlive, world.chance(40) { world.sbc.isAlive = true }
  }

  /// Whoever hears a bell is quicker than the others.
  private func subscriber() -> (Int, PortNumber) {
    let ringing = Self.subscribers.filter { world.boxes[$0.0].stage($0.1) == .ringing }
    if let first = ringing.first, world.chance(50) { return first }
    return Self.subscribers[world.pick(0...3)]
  }

  private func breakSomething(_ i: Int) {
    switch world.pick(0...(isRough ? 5 : 3)) {
    case 0:
      totals.silences += 1
      world.sbc.isAlive = false
    case 1:
      totals.serverRestarts += 1
      world.sbc.restart()
    case 2:
      totals.brokenDatagrams += 1
      world.receive(garbage(), i)
    case 3:
      totals.silentStreams += 1
      world.boxes[i].media.hearsFarParty.toggle()
    case 4:
      totals.boxRestarts += 1
      collect(i)
      world.restart(i)
    default:
      changeWeather()
    }
  }

  private func changeWeather() {
    totals.weathers += 1
    world.lossPercent = world.pick(0...30)
    world.repeatPercent = world.pick(0...25)
    world.delayMs = 1...[1, 3, 50, 400, 2_000][world.pick(0...4)]
  }

  private func tap(_ i: Int, _ port: PortNumber) {
    world.replace(i, port)
    world.pass(.milliseconds(Int64(world.pick(20...600))))
    world.lift(i, port)
  }

  /// Somebody at a console tries the line, or has seen enough.
  private func test(_ i: Int, _ port: PortNumber) {
    let tests = [""] + LineTest.allCases.map { " " + string(Text($0.word)) }
    let line = "test port \(port)" + tests[world.pick(0...tests.count - 1)]
    world.boxes[i].begin(.line(Text(line)), number: port, now: world.now)
    world.boxes[i].live = [:]
  }

  private func use(_ i: Int, _ port: PortNumber) {
    switch world.boxes[i].stage(port) ?? .idle {
    case .ringing:
      world.lift(i, port)
    case .idle:
      world.lift(i, port)
      if world.chance(80) { dial(i, port) }
    case .dialling where world.chance(85):
      dial(i, port)
    case .talking, .alerting, .calling:
      if world.chance(25) { world.replace(i, port) }
    case .testing:
      world.loop(world.chance(50) ? .closed : .open, i, port)
    case .dialling, .disconnected, .howler, .lockedOut, .unregistered, .outOfService:
      world.replace(i, port)
    }
  }

  private func dial(_ i: Int, _ port: PortNumber) {
    let others = Self.subscribers.indices.map { "\(6001 + $0)" }
    let numbers = world.chance(80) ? others : Self.machines
    world.dial(numbers[world.pick(0...numbers.count - 1)], i, port)
  }

  /// Mostly a moment, sometimes long enough for every timer of a line.
  private func pause() -> Int {
    switch world.pick(0...99) {
    case 0..<60: world.pick(0...1_500)
    case 60..<90: world.pick(1_000...10_000)
    case 90..<95: world.pick(10_000...100_000)
    default: world.pick(100_000...3_000_000)
    }
  }

  /// A datagram of the SBC that is cut or has a byte changed.
  private func garbage() -> Text {
    var bytes = Text("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.101;branch=z9hG4bK0\r\n\r\n")
    bytes[world.pick(0...bytes.count - 1)] = UInt8(world.pick(0...255))
    return Text(bytes.prefix(world.pick(0...bytes.count)))
  }

  private func hangUpEverything() {
    for (i, port) in Self.subscribers { world.replace(i, port) }
  }

  // MARK: The end

  /// After the storm everybody registers within the longest pause, and a call comes through.
  private func recover() {
    world.lossPercent = 0
    world.repeatPercent = 0
    world.delayMs = 1...1
    world.sbc.restart()
    world.pass(.seconds(1_800 + 64))
    #expect(world.sbc.bindings.count == 4, "\(world.label)")
    world.connect(0, 2, to: "6003", 1, 1)
    hangUpEverything()
    world.expectQuiet()
    forgetEverything()
    for i in 0...1 { world.stop(i) }
    world.pass(.seconds(5))
    for box in world.boxes {
      #expect(box.isStopped, "\(world.label)")
      #expect(box.gateway.deadline == nil, "\(world.label)")
    }
  }

  /// Between two registrations a user agent remembers nothing at all.
  private func forgetEverything() {
    for i in world.boxes.indices {
      let end = world.now + .seconds(120)
      while world.boxes[i].gateway.agent.rememberedCount > 0, world.now < end {
        world.pass(.seconds(1))
      }
      #expect(
        world.boxes[i].gateway.agent.rememberedCount == 0,
        "\(world.label), box \(i): a dialog or a transaction is never forgotten")
    }
  }
}
