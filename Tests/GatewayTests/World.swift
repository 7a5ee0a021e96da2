import Base
import Line
import MediaControl
import SIPSyntax
import Testing

@testable import Gateway

/// Boxes, an SBC and the network between them, under a clock that jumps to the next event.
final class World {
  private struct Flight {
    let arrival: Instant
    let number: Int
    let datagram: Text
    /// The box that it goes to; `nil` for the SBC.
    let to: Int?
    /// The box that sent it, when it goes to the SBC.
    let from: Int
  }

  private(set) var now = Instant(nanoseconds: 5_000_000_000)
  var boxes: [Box]
  var sbc = SBC()
  /// Of a hundred datagrams, how many are lost, and how many come twice.
  var lossPercent = 0
  var repeatPercent = 0
  /// How long a datagram takes, in milliseconds.
  var delayMs: ClosedRange<Int> = 1...1
  private var dice: RandomSource
  private var flights: [Flight] = []
  private var flown = 0
  /// The last datagram that arrived at the SBC, and at each box.
  private var latest: [Int]
  /// How many datagrams were lost, sent twice, and came behind one that was sent later.
  private(set) var lost = 0
  private(set) var repeated = 0
  private(set) var overtaken = 0
  private let ports: Int
  private let settings: [String]
  private let seed: UInt64
  private var restarts: UInt64 = 0
  /// Printed with every failure.
  let label: String

  init(
    boxes: Int, ports: Int = 2, settings: [String] = [], seed: UInt64 = 1, keepsLog: Bool = true,
    label: String = ""
  ) {
    let now = now
    dice = RandomSource(testSeed: seed)
    self.label = label
    self.ports = ports
    self.settings = settings
    self.seed = seed
    latest = Array(repeating: 0, count: boxes + 1)
    self.boxes = (0..<boxes).map {
      Box($0, ports: ports, settings: settings, seed: seed, keepsLog: keepsLog, now: now)
    }
  }

  /// Two boxes, or more, or fewer, that have registered; their logs begin now.
  static func registered(boxes: Int = 2, ports: Int = 2) -> World {
    let world = World(boxes: boxes, ports: ports)
    world.start()
    world.pass(.seconds(5))
    world.mark()
    return world
  }

  func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &dice) < percent }

  func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &dice) }

  // MARK: The clock

  /// Makes now the zero of all logs.
  func mark() {
    for i in boxes.indices {
      _ = boxes[i].take()
      boxes[i].epoch = now
    }
  }

  /// Lets time pass; everything that is due on the way happens at its time.
  func pass(_ duration: Duration) {
    passUnchecked(duration)
    for box in boxes { box.expectConsistent(label) }
  }

  /// The same without a look at the boxes.
  func passUnchecked(_ duration: Duration) {
    let end = now + duration
    var turnsInPlace = 0
    while let next = nextMoment, next <= end {
      turnsInPlace = next <= now ? turnsInPlace + 1 : 0
      guard turnsInPlace < 1_000 else {
        Issue.record("a deadline that does not pass, \(label)")
        break
      }
      now = max(now, next)
      turn()
    }
    now = end
  }

  private var nextMoment: Instant? {
    var next = flights.map { $0.arrival }.min()
    for box in boxes { next = soonest(next, box.deadline) }
    return next
  }

  private func turn() {
    for i in boxes.indices {
      guard let deadline = boxes[i].deadline, deadline <= now else { continue }
      boxes[i].advance(to: now)
      collect(i)
    }
    let due = flights.filter { $0.arrival <= now }.sorted {
      ($0.arrival, $0.number) < ($1.arrival, $1.number)
    }
    flights.removeAll { $0.arrival <= now }
    for flight in due {
      let place = flight.to.map { $0 + 1 } ?? 0
      if flight.number < latest[place] { overtaken += 1 }
      latest[place] = max(latest[place], flight.number)
      if let box = flight.to {
        receive(flight.datagram, box)
      } else {
        depart(sbc.receive(flight.datagram, from: flight.from))
      }
    }
  }

  // MARK: The network

  private func collect(_ i: Int) {
    for datagram in boxes[i].sent { dispatch(datagram, to: nil, from: i, after: .zero) }
    boxes[i].sent = []
  }

  func depart(_ departures: [SBC.Departure]) {
    for departure in departures {
      dispatch(departure.datagram, to: departure.box, from: 0, after: departure.after)
    }
  }

  private func dispatch(_ datagram: Text, to: Int?, from: Int, after delay: Duration) {
    if lossPercent > 0, chance(lossPercent) {
      lost += 1
      return
    }
    let copies = repeatPercent > 0 && chance(repeatPercent) ? 2 : 1
    repeated += copies - 1
    for _ in 0..<copies {
      flown += 1
      let arrival = now + delay + .milliseconds(Int64(pick(delayMs)))
      flights.append(
        Flight(arrival: arrival, number: flown, datagram: datagram, to: to, from: from))
    }
  }

  // MARK: What people do

  func act(_ i: Int, _ body: (inout Gateway, inout Outbox<GatewayOutput>) -> Void) {
    boxes[i].act(now, body)
    collect(i)
  }

  func start() {
    let now = now
    for i in boxes.indices { act(i) { $0.start(now: now, into: &$1) } }
  }

  func stop(_ i: Int) {
    let now = now
    act(i) { $0.stop(now: now, into: &$1) }
  }

  /// The power of a box goes and comes back: handsets on hook, nothing remembered, and what is on
  /// its way to it is lost.
  func restart(_ i: Int) {
    let now = now
    restarts += 1
    flights.removeAll { $0.to == i }
    // Nobody draws the same numbers twice.
    boxes[i] = Box(
      i, ports: ports, settings: settings, seed: seed &+ restarts << 32,
      keepsLog: boxes[i].keepsLog, now: now)
    act(i) { $0.start(now: now, into: &$1) }
  }

  func receive(_ datagram: Text, _ i: Int, from source: Endpoint = SBC.endpoint) {
    let now = now
    act(i) { $0.receive(datagram, from: source, now: now, into: &$1) }
  }

  func loop(_ edge: LoopEdge, _ i: Int, _ port: PortNumber) {
    let now = now
    act(i) { $0.observe(edge, port: port, now: now, into: &$1) }
  }

  func lift(_ i: Int, _ port: PortNumber = 1) { loop(.closed, i, port) }

  func replace(_ i: Int, _ port: PortNumber = 1) { loop(.open, i, port) }

  func press(_ key: Character, _ i: Int, _ port: PortNumber = 1) {
    let now = now
    act(i) {
      $0.receive(.digit(port, key.asciiValue ?? 0, at: now), now: now, into: &$1)
    }
  }

  /// Presses a key every tenth of a second; the last one is pressed now.
  func dial(_ number: String, _ i: Int, _ port: PortNumber = 1) {
    for key in number.dropLast() {
      press(key, i, port)
      pass(.milliseconds(100))
    }
    if let key = number.last { press(key, i, port) }
  }

  /// A call that is answered after two seconds of ringing.
  func connect(_ i: Int, _ port: PortNumber = 1, to number: String, _ j: Int, _ other: PortNumber) {
    lift(i, port)
    pass(.seconds(1))
    dial(number, i, port)
    pass(.seconds(2))
    lift(j, other)
    pass(.seconds(1))
    #expect(boxes[i].stage(port) == .talking, "\(label)")
    #expect(boxes[j].stage(other) == .talking, "\(label)")
  }

  func console(_ line: String, _ i: Int = 0) -> String { boxes[i].console(line, now: now) }

  /// Waits until nothing can be under way any more, and expects that nothing is.
  func expectQuiet(after wait: Duration = .seconds(40), _ place: SourceLocation = #_sourceLocation)
  {
    pass(wait)
    for box in boxes { box.expectQuiet(label, place) }
  }
}
