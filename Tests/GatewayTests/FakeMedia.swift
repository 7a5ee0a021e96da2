import Base
import MediaControl
import Testing

/// The media thread and the drivers as a port sees them: what it was told, and what it answers.
///
/// It refuses what the real thread would refuse: a second stream on a port, a change of none.
struct FakeMedia {
  /// What sounds and flows on one port.
  struct Port {
    var tone: Tone?
    var isListening = false
    var stream: StreamParameters?
    var probe: LineProbe?
  }

  private(set) var ports: [PortNumber: Port] = [:]
  /// Caller ID messages in the order in which they were sent.
  private(set) var callerIDs: [Text] = []
  /// Whether the far party's packets arrive.
  var hearsFarParty = true
  /// What a line returns of what a probe sends.
  var echo = EchoReturnLoss(tenthsDB: 184, isLowerBound: false)
  /// A thread that hangs answers nothing.
  var isAlive = true
  /// What every stream counts.
  var statistics: StreamStatistics = {
    var statistics = StreamStatistics()
    statistics.sentPackets = 500
    statistics.receivedPackets = 490
    statistics.lostPackets = 10
    statistics.concealedFrames = 20
    statistics.jitter = 16
    statistics.bufferMs = 40
    statistics.roundTripMs = 12
    return statistics
  }()
  private var events: [(at: Instant, event: MediaEvent)] = []

  var deadline: Instant? { events.map { $0.at }.min() }

  subscript(port: PortNumber) -> Port { ports[port] ?? Port() }

  /// Takes the events that are due, oldest first.
  mutating func take(until now: Instant) -> [MediaEvent] {
    let due = events.filter { $0.at <= now }
    events.removeAll { $0.at <= now }
    return due.map { $0.event }
  }

  /// Carries a command out and says what it was.
  mutating func carryOut(_ command: MediaCommand, now: Instant) -> (port: PortNumber, what: String)
  {
    switch command {
    case .play(let port, let tone):
      ports[port, default: Port()].tone = tone
      return (port, "play \(name(of: tone))")
    case .stopTone(let port):
      ports[port, default: Port()].tone = nil
      return (port, "stopTone")
    case .sendCallerID(let port, let signal):
      callerIDs.append((0..<Int(signal.count)).map { signal.bytes[$0] })
      answer(.callerIDSent(port), after: .milliseconds(900), now)
      return (port, "callerID")
    case .listenForDigits(let port, let listens):
      #expect(ports[port, default: Port()].isListening != listens)
      ports[port, default: Port()].isListening = listens
      return (port, listens ? "listen" : "ignore")
    case .probe(let port, let probe):
      #expect(ports[port, default: Port()].probe != probe)
      ports[port, default: Port()].probe = probe
      if probe == .echo { answer(.echoMeasured(port, echo), after: .milliseconds(2_300), now) }
      return (port, probe.map { "probe \($0)" } ?? "no probe")
    case .openStream(let port, let parameters):
      #expect(ports[port]?.stream == nil, "a stream is open already")
      ports[port, default: Port()].stream = parameters
      if hearsFarParty { answer(.streamStarted(port), after: .milliseconds(60), now) }
      return (port, "openStream")
    case .updateStream(let port, let parameters):
      #expect(ports[port]?.stream != nil, "no stream to change")
      ports[port, default: Port()].stream = parameters
      return (port, "updateStream")
    case .closeStream(let port):
      #expect(ports[port]?.stream != nil, "no stream to close")
      ports[port, default: Port()].stream = nil
      answer(.streamClosed(port, statistics), after: .milliseconds(10), now)
      return (port, "closeStream")
    case .reportStream(let port):
      #expect(ports[port]?.stream != nil, "no stream to report")
      answer(.streamReport(port, statistics), after: .milliseconds(10), now)
      return (port, "reportStream")
    case .attachAudio(let port, _):
      Issue.record("the shell attaches sockets, not the gateway")
      return (port, "attachAudio")
    case .stop:
      Issue.record("the shell stops the thread, not the gateway")
      return (0, "stop")
    }
  }

  private mutating func answer(_ event: MediaEvent, after delay: Duration, _ now: Instant) {
    if isAlive { events.append((now + delay, event)) }
  }
}
