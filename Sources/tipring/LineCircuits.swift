import Base
import Board
import Config
import Hardware
import Line
import Linux

/// The drivers of the lines of every enabled port.
///
/// A port whose pins cannot be had is tried again now and then; the other ports serve meanwhile.
final class LineCircuits {
  /// What became of a port's line circuit.
  enum Change {
    case lost(UInt8, why: Text)
    case returned(UInt8)
  }

  /// An expander on a bus, or whoever holds a pin, may come and go at any time.
  private static let retryInterval = Duration.seconds(5)

  /// The lines that are driven.
  private(set) var lines: [any LineCircuit] = []
  private let configuration: Configuration
  private let board: BoardDescription?
  /// The ports without a driver, and what was last said of each.
  private var missing: [(wiring: PortWiring, ringHertz: UInt8, why: Text)] = []
  /// What each port's line is to be fed, which a driver that comes later must know.
  private var feeds: [(port: UInt8, feed: LineFeed)] = []
  private var retryAt: Instant?

  /// Prepares them; nothing is opened yet.
  init(_ configuration: Configuration, _ board: BoardDescription?) {
    self.configuration = configuration
    self.board = board
  }

  /// When a line must be advanced next, or `retry` called.
  var deadline: Instant? { lines.reduce(retryAt) { soonest($0, $1.deadline) } }

  /// Opens them, or without a board the simulated lines; returns the ports whose pins are missing.
  func open(now: Instant, in loop: borrowing EventLoop) throws(StartFailure) -> [Change] {
    guard let board, board.driver == .slic else {
      try openSimulators(in: loop)
      return []
    }
    let profile = CountryProfile.named(configuration.country) ?? .china
    for port in configuration.enabledPorts {
      guard let wiring = board.wiring.first(where: { $0.port == port.number }) else { continue }
      missing.append((wiring, port.ringHertz ?? profile.ringHz, []))
    }
    return try openMissing(now, in: loop)
  }

  /// Tries the missing ones again when it is time; returns what has changed.
  func retry(now: Instant, in loop: borrowing EventLoop) throws(StartFailure) -> [Change] {
    guard let due = retryAt, now >= due else { return [] }
    return try openMissing(now, in: loop)
  }

  /// Feeds a port's line; returns its driver, if it has one.
  func set(_ feed: LineFeed, of port: UInt8, now: Instant) -> (any LineCircuit)? {
    feeds.removeAll { $0.port == port }
    feeds.append((port, feed))
    guard let line = lines.first(where: { $0.port == port }) else { return nil }
    line.set(feed, now: now)
    return line
  }

  private func openMissing(
    _ now: Instant, in loop: borrowing EventLoop
  ) throws(StartFailure) -> [Change] {
    var changes: [Change] = []
    var still: [(wiring: PortWiring, ringHertz: UInt8, why: Text)] = []
    for (wiring, ringHertz, saidLast) in missing {
      let line: SLICLine
      do throws(PinFailure) {
        line = try SLICLine(
          wiring, debounceMs: board?.hookDebounceMs ?? 0, ringHertz: ringHertz, now: now)
      } catch {
        let why = Self.words(for: error)
        if why != saidLast { changes.append(.lost(wiring.port, why: why)) }
        still.append((wiring, ringHertz, why))
        continue
      }
      try add(line, now, in: loop)
      if !saidLast.isEmpty { changes.append(.returned(wiring.port)) }
    }
    missing = still
    retryAt = missing.isEmpty ? nil : now + Self.retryInterval
    return changes
  }

  private func add(
    _ line: any LineCircuit, _ now: Instant, in loop: borrowing EventLoop
  ) throws(StartFailure) {
    if line.rawValue >= 0 {
      try opening("epoll") { () throws(Errno) in try loop.watch(line.rawValue) }
    }
    if let wanted = feeds.first(where: { $0.port == line.port }) { line.set(wanted.feed, now: now) }
    lines.append(line)
  }

  /// Names the pin as the board file does, its line there, and the kernel's reason.
  private static func words(for failure: PinFailure) -> Text {
    var words = Text(failure.role.word)
    words.append(" (line ")
    words.append(decimal: failure.pin.line)
    words.append(" of the board file): GPIO ")
    return words + failure.pin.text + Text(": ") + failure.errno.message
  }

  private func openSimulators(in loop: borrowing EventLoop) throws(StartFailure) {
    #if Simulator
      for port in configuration.enabledPorts {
        let line = try opening("line simulator", port.lineSocket) { () throws(Errno) in
          try SimulatedLine(port: port.number, path: port.lineSocket)
        }
        try add(line, Clock.now, in: loop)
      }
    #else
      StandardStreams.complain(
        Text("tipring: this build has no simulated lines: name the board with --board FILE\n"))
      StandardStreams.exit(1)
    #endif
  }
}
