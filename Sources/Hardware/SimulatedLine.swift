#if Simulator
  public import Base
  public import Line
  public import Linux

  /// The line of one FXS port as a local socket: an analog phone connects instead of two wires.
  ///
  /// ```
  ///   phone ── "line" ──> loop closed | loop open      box ──> feed forward | reverse | ringing …
  ///   phone ── "audio" ─> the connection goes to the media thread as it is
  /// ```
  ///
  /// Packets keep their borders. The first packet of a connection says which of the two it is; a
  /// connection that says anything else is closed. A phone that goes away has hung up.
  public final class SimulatedLine: LineCircuit {
    /// How many connections may wait that have not yet said what they are.
    private static let newcomerLimit = 4

    /// The port whose line this is, from 1.
    public let port: UInt8
    private let listener: UnixListener
    private var line: UnixConnection?
    private var newcomers: [UnixConnection] = []
    private var feed = LineFeed.standby
    private var loopState = LoopEdge.open

    /// Offers the line at a path.
    public init(port: UInt8, path: Text) throws(Errno) {
      self.port = port
      listener = try UnixListener(path: path, kind: .packets)
    }

    /// The descriptor to watch from the start; the others are watched as they come.
    public var rawValue: CInt { listener.rawValue }

    /// There is nothing that time brings.
    public var deadline: Instant? { nil }

    /// Lets the time pass, which changes nothing.
    public func advance(to now: Instant) -> [LineCircuitEvent] { [] }

    /// Sockets refuse nothing that matters.
    public func takeFailure() -> Errno? { nil }

    /// Whether a ready descriptor is one of this line's.
    public func owns(_ descriptor: CInt) -> Bool {
      descriptor == listener.rawValue || descriptor == line?.rawValue
        || newcomers.contains { $0.rawValue == descriptor }
    }

    /// Feeds the line; the phone is told of a change.
    public func set(_ feed: LineFeed, now: Instant) {
      guard feed != self.feed else { return }
      self.feed = feed
      tellFeed()
    }

    /// Reads what a ready descriptor has, and returns what it means.
    public func ready(_ descriptor: CInt, in loop: borrowing EventLoop) -> [LineCircuitEvent] {
      if descriptor == listener.rawValue { return welcome(in: loop) }
      if descriptor == line?.rawValue { return readLine() }
      guard let i = newcomers.firstIndex(where: { $0.rawValue == descriptor }) else { return [] }
      return introduce(newcomers.remove(at: i), in: loop)
    }

    private func welcome(in loop: borrowing EventLoop) -> [LineCircuitEvent] {
      while let newcomer = listener.accept() {
        guard newcomers.count < Self.newcomerLimit else { continue }
        guard (try? loop.watch(newcomer.rawValue)) != nil else { continue }
        newcomers.append(newcomer)
      }
      return []
    }

    private func introduce(
      _ newcomer: UnixConnection, in loop: borrowing EventLoop
    ) -> [LineCircuitEvent] {
      guard case .bytes(let role) = newcomer.receive() else { return [] }
      if role.equals("audio") {
        loop.forget(newcomer.rawValue)
        return [.audio(descriptor: newcomer.release())]
      }
      guard role.equals("line") else { return [] }
      line = newcomer
      tellFeed()
      return change(to: .open)
    }

    private func readLine() -> [LineCircuitEvent] {
      var events: [LineCircuitEvent] = []
      while let line {
        switch line.receive() {
        case .bytes(let packet):
          if packet.equals("loop closed") { events += change(to: .closed) }
          if packet.equals("loop open") { events += change(to: .open) }
        case .nothing:
          return events
        case .closed:
          self.line = nil
          events += change(to: .open)
        }
      }
      return events
    }

    private func change(to edge: LoopEdge) -> [LineCircuitEvent] {
      guard edge != loopState else { return [] }
      loopState = edge
      return [.loop(edge, at: Clock.now)]
    }

    private func tellFeed() {
      var packet = Text("feed ")
      packet.append(feed.word)
      // A phone that does not read its packets hears of the next change; it cannot hold us up.
      _ = line?.send(packet)
    }
  }

  extension LineFeed {
    /// The feed as the phone's protocol calls it.
    fileprivate var word: StaticString {
      switch self {
      case .open: "open"
      case .standby: "standby"
      case .forwardActive: "forward"
      case .reverseActive: "reverse"
      case .ringing: "ringing"
      case .onHookTransmission: "transmission"
      }
    }
  }
#endif
