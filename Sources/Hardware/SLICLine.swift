public import Base
public import Board
public import Line
public import Linux

/// Which pin of a port could not be had, and why.
public struct PinFailure: Error {
  /// What the pin does.
  public let role: PinRole
  /// The pin, with the line of the board file that names it.
  public let pin: GPIOPin
  /// The kernel's reason.
  public let errno: Errno
}

/// The line of one FXS port as a line circuit on GPIO pins.
///
/// The hook pin's edges come with the kernel's time stamps and are debounced in our own time; what
/// the other pins should say is `LineCircuitPins`' business.
public final class SLICLine: LineCircuit {
  /// How often a hook pin without interrupts is looked at; the shortest dial pulse lasts 15 ms.
  private static let lookInterval = Duration.milliseconds(4)

  /// The port whose line this is, from 1.
  public let port: UInt8
  private let hook: ContactPin
  private let outputs: [(level: PinLevels, line: GPIOLine)]
  private var pins: LineCircuitPins
  private var debouncer: LoopDebouncer
  private var written = PinLevels()
  /// Whether a pin refused a level since `takeFailure` was last asked.
  private var failure: Errno?

  /// Takes the port's pins; every output is inactive until the first feed.
  public init(
    _ wiring: PortWiring, debounceMs: UInt8, ringHertz: UInt8, now: Instant
  ) throws(PinFailure) {
    port = wiring.port
    hook = try Self.taking(wiring, .hook) { pin throws(Errno) in
      try ContactPin(pin, interval: Self.lookInterval, now: now)
    }
    var outputs: [(level: PinLevels, line: GPIOLine)] = []
    for role in PinRole.allCases where role != .hook && wiring[role] != nil {
      let line = try Self.taking(wiring, role) { pin throws(Errno) in
        try GPIOLine(pin, isOutput: true)
      }
      outputs.append((role.level, line))
    }
    self.outputs = outputs
    pins = LineCircuitPins(
      source: wiring[.ringEnable] != nil ? .circuit : .reversals(hertz: ringHertz))
    debouncer = LoopDebouncer(time: .milliseconds(Int64(debounceMs)))
    // A handset that is off when the box starts is an edge like any other.
    _ = debouncer.observe(hook.seen ? .closed : .open, at: now)
    write()
  }

  private static func taking<Taken>(
    _ wiring: PortWiring, _ role: PinRole, _ take: (GPIOPin) throws(Errno) -> Taken
  ) throws(PinFailure) -> Taken {
    let pin = wiring[role] ?? GPIOPin(place: .name([]))
    do throws(Errno) {
      return try take(pin)
    } catch {
      throw PinFailure(role: role, pin: pin, errno: error)
    }
  }

  /// The descriptor of the hook pin.
  public var rawValue: CInt { hook.rawValue }

  /// When `advance` must be called next: a half wave of ring current, or a level that has lasted.
  public var deadline: Instant? {
    soonest(soonest(pins.deadline, debouncer.deadline), hook.deadline)
  }

  /// Whether a ready descriptor is the hook pin's.
  public func owns(_ descriptor: CInt) -> Bool { descriptor >= 0 && descriptor == hook.rawValue }

  /// Feeds the line.
  public func set(_ feed: LineFeed, now: Instant) {
    pins.set(feed, loop: debouncer.level, now: now)
    write()
  }

  /// Reads the edges of the hook pin.
  public func ready(_ descriptor: CInt, in loop: borrowing EventLoop) -> [LineCircuitEvent] {
    defer { write() }
    return observe(hook.toldEdges())
  }

  /// Begins a half wave that is due, and tells a level of the hook that has lasted.
  public func advance(to now: Instant) -> [LineCircuitEvent] {
    pins.advance(to: now)
    write()
    // An edge that waits to be read may be the end of the level that seems to last.
    var events = observe(hook.edges(now: now))
    if let confirmed = debouncer.advance(to: now) {
      events.append(.loop(confirmed.edge, at: confirmed.at))
    }
    return events
  }

  private func observe(_ edges: [ContactPin.Edge]) -> [LineCircuitEvent] {
    var events: [LineCircuitEvent] = []
    for edge in edges { observe(edge.isActive, at: edge.at, &events) }
    return events
  }

  private func observe(_ isActive: Bool, at instant: Instant, _ events: inout [LineCircuitEvent]) {
    let level: LoopEdge = isActive ? .closed : .open
    if let confirmed = debouncer.observe(level, at: instant) {
      events.append(.loop(confirmed.edge, at: confirmed.at))
    }
    if level == .open { pins.loopOpened(now: instant) }
  }

  /// Why a pin refused a level, once.
  public func takeFailure() -> Errno? {
    defer { failure = nil }
    return failure
  }

  private func write() {
    let levels = pins.levels
    guard levels != written else { return }
    for (level, line) in outputs
    where levels.contains(level) != written.contains(level) {
      do throws(Errno) { try line.set(levels.contains(level)) } catch { failure = error }
    }
    written = levels
  }
}

extension PinRole {
  /// The level that the pin carries out; the hook is no output.
  fileprivate var level: PinLevels {
    switch self {
    case .hook: []
    case .ringMode: .ringMode
    case .reverse: .reverse
    case .ringEnable: .ringEnable
    case .powerDown: .powerDown
    case .relay: .relay
    case .lamp: .lamp
    }
  }
}
