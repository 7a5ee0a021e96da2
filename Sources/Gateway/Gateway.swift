internal import Access
public import Base
public import Board
internal import Call
public import Config
internal import Console
public import Line
public import MediaControl
internal import Network
internal import Provisioning
internal import SIPAgent

/// The whole control plane: every input of the box, and every output, as values.
///
/// The user agent and the ports never see each other. Whatever one of them wants of another passes
/// through here, until nobody wants anything any more; then the turn is over.
public struct Gateway {
  /// How many outputs one turn may leave in an outbox.
  public static let outputLimit = 2_048
  /// How many ended calls `show calls` remembers.
  static let historyLimit = 50
  /// How often the counters of open streams are renewed for `show media`.
  private static let reportInterval = Duration.seconds(5)

  /// The configuration that runs.
  public internal(set) var configuration: Configuration
  /// What the wall clock shows; the shell renews it now and then.
  public var wallClock: WallClock
  /// Why the process had to start, for `show reset`; `nil` when nothing is recorded.
  public var resetReason: ResetReason? {
    didSet { returnsWithOthers = resetReason == .powerLost }
  }
  /// Whether the way to the SBC, when it is there, is there for a whole district again.
  var returnsWithOthers = false
  /// When the way to the SBC was lost.
  var pathLostAt: Instant?
  /// How many ports may ring at the same moment; the supply of ring current sets it.
  public var ringLimit = UInt8.max
  /// Whether there is a way to the SBC; unmanaged where the configuration leaves that to others.
  public internal(set) var path: NetworkPath
  /// The same of the management interface; it carries no call.
  public var managementPath = NetworkPath.unmanaged
  /// The board, whose ports a configuration may name; `nil` where there is none.
  public var board: BoardDescription?
  /// Whether somebody at the box can take it back to the factory's settings.
  public internal(set) var resetButton = ResetButtonPresence.none
  /// Whether the voice interface has a link; the shell renews it before a console command.
  public var hasVoiceCable = true
  /// Whether another device has the voice interface's address; renewed with `hasVoiceCable`.
  public var isVoiceAddressTaken = false
  /// What the audio cards have counted; the shell renews it before a console command.
  public var cards: [CardStatistics] = []
  /// What `show version` answers first.
  public var version: Text

  let startedAt: Instant
  /// The instant of the present turn, for answers on the console.
  var now: Instant
  var agent: UserAgent
  /// Where the SBCs are.
  var directory: ServerDirectory
  /// The DNS servers that are asked; none when those of the system are.
  var dnsServers: [Endpoint] = []
  /// The connections to SBCs, and what became of the last ones.
  var connections: [SIPConnection] = []
  /// Whether DNS has to be asked anew, because SIP goes another way.
  var areServersStale = false
  /// Whether the agent has not heard of any SBC since the way came.
  var isAgentWaiting = false
  /// The number of the last question to DNS that somebody at a console asked.
  var lastQuestion = ServerDirectory.lastNumber
  var ports: [PortController] = []
  var journal = TraceRing<JournalEvent>(capacity: 500)
  /// Each xrun is an entry of its own, but a card that has them all the time must not wash the rest
  /// away; `show media` counts every one.
  var xrunNotes = TokenBucket(burst: 200, every: .seconds(600))
  /// How many of the journal's entries were read by `takeNews`.
  private var newsRead: UInt64 = 0
  var history: [CallRecord] = []
  var outgoingCalls = CallTotals()
  var incomingCalls = CallTotals()
  var media = MediaTotals()
  var streams = StreamTotals()
  /// The last report of each open stream, by port.
  var reports: [(port: PortNumber, statistics: StreamStatistics)] = []
  /// The ports whose stream is open, before the answer too.
  private var streamingPorts: [PortNumber] = []
  /// The places of the ports whose burst waits for ring current, the oldest first.
  var ringQueue: [Int] = []
  /// When the open streams are asked for their counters again; `nil` while none is open.
  private var nextReport: Instant?

  var alarms = AlarmList()
  /// From here on nothing is wrong: everything ends.
  private(set) var isStopping = false
  /// How many events were noted when the alarms were looked at last, and when that was.
  var alarmsChecked: (total: UInt64, storing: Int, at: Instant)
  /// The cards that our own work was too slow for, and when last.
  var slowCards: [(card: CardNumber, at: Instant)] = []
  /// The ports whose line circuit cannot be driven, and why.
  var lineFailures: [(port: PortNumber, why: Text)] = []
  /// Whether the last attempt to store something failed.
  var hasStorageFailed = false

  var editing: ConfigurationEditing
  /// The capture that runs.
  var capture: Capture?
  /// How large the next one may be, in bytes.
  var captureLimit = 0
  /// Whether it takes media too.
  var capturesMedia = false
  /// How many of the journal's entries the capture has.
  var capturedEvents: UInt64 = 0
  /// The answers that go on, at most one a console.
  var live: [LiveAnswer] = []
  /// How many of the journal's entries those have who watch.
  var liveEvents: UInt64 = 0
  /// A flood must not fill a terminal's line: what is above this is only counted.
  var liveTokens = TokenBucket(burst: 400, every: .milliseconds(10))
  var liveOmitted = 0
  /// When that is told.
  var omissionDue: Instant?
  /// The number of the next echo request.
  var nextEcho: UInt16 = 1
  /// Where the tables of the present answer stand, when that is for a machine.
  var tablePlaces: TablePlaces?
  /// The console whose line is carried out.
  var console = ConsoleSession(number: 0, role: .administrator)
  var agentOutputs = Outbox<UserAgentOutput>(limit: UserAgent.outputLimit)
  var directoryOutputs = Outbox<ServerDirectory.Output>(limit: ServerDirectory.outputLimit)
  var portOutputs = Outbox<PortOutput>(limit: PortController.outputLimit)
  /// Where configurations come from; `nil` where they do not.
  var provisioning: ProvisioningMachine?
  var provisioningOutputs = Outbox<ProvisioningMachine.Output>(
    limit: ProvisioningMachine.outputLimit)
  /// What ports told in this turn to those who test them.
  var testEvents: [(port: PortNumber, event: PortTestEvent)] = []

  /// Makes the control plane of a checked configuration, every port idle and nothing registered.
  public init(
    _ configuration: Configuration, version: Text, wallClock: WallClock,
    seed: (UInt64, UInt64, UInt64, UInt64), now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.configuration = configuration
    editing = ConfigurationEditing(configuration)
    self.version = version
    self.wallClock = wallClock
    self.now = now
    startedAt = now
    alarmsChecked = (0, 0, now)
    path = configuration.voiceNetwork == nil ? .unmanaged : .down
    var random = RandomSource(seed: seed)
    agent = UserAgent(
      settings: UserAgentSettings(configuration), accounts: configuration.accounts,
      random: random.child())
    directory = ServerDirectory(transports: configuration.transports, random: random.child())
    for port in configuration.enabledPorts {
      ports.append(
        PortController(
          settings: PortSettings(port, configuration), random: random.child(), now: now,
          into: &portOutputs))
      perform(portOutputs.drain(), of: ports.count - 1, into: &out)
    }
    journal.note(.started, at: now)
  }

  /// When `advance` must be called next.
  public var deadline: Instant? {
    let alarm = isStopping ? nil : alarms.deadline
    let asking = isStopping ? nil : provisioning?.deadline
    let trial = editing.storing == 0 ? editing.trial?.deadline : nil
    let configuring = soonest(trial, asking)
    let own = soonest(soonest(nextReport, configuring), soonest(alarm, liveDeadline))
    let stale = areServersStale ? now : nil
    let names = soonest(soonest(agent.deadline, directory.deadline), stale)
    return ports.reduce(soonest(names, own)) { soonest($0, $1.deadline) }
  }

  /// Registers every port, or waits for a way to the SBC.
  public mutating func start(now: Instant, into out: inout Outbox<GatewayOutput>) {
    self.now = now
    guard case .unmanaged = path else { return }
    _ = findServers(
      told: [], dnsServers: [], from: configuration.sipLocal.address, into: &out)
  }

  /// Ends every call and gives every binding back; `.stopped` tells the end.
  public mutating func stop(now: Instant, into out: inout Outbox<GatewayOutput>) {
    self.now = now
    journal.note(.stopping, at: now)
    isStopping = true
    agent.stop(now: now, into: &agentOutputs)
    settle(into: &out)
  }

  /// Takes a SIP message: a datagram, or what a connection has brought, with TLS or without.
  public mutating func receive(
    _ datagram: Text, from source: Endpoint, byStream isSecure: Bool? = nil, now: Instant,
    into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    capture(datagram, from: source, to: agent.settings.local)
    tell(datagram, isSent: false, far: source, isSecure: isSecure)
    agent.receive(
      datagram, from: source, isSecure: isSecure == true, now: now, into: &agentOutputs)
    settle(into: &out)
  }

  /// Takes note of a datagram that was longer than the shell takes.
  public mutating func receiveOversized(
    _ length: Int, from source: Endpoint, now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    agent.receiveOversized(length, from: source, now: now, into: &agentOutputs)
    settle(into: &out)
  }

  /// Takes an edge of a port's loop.
  public mutating func observe(
    _ edge: LoopEdge, port: PortNumber, now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    guard let i = index(of: port) else { return }
    journal.note(.loop(port, edge), at: now)
    // The loop of a test call counts as closed already.
    if edge == .closed, handOver(port) { return }
    noteEdge(edge, of: port)
    ports[i].observe(edge, now: now, into: &portOutputs)
    perform(portOutputs.drain(), of: i, into: &out)
    settle(into: &out)
  }

  /// Takes what the media thread tells.
  public mutating func receive(
    _ event: MediaEvent, now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    note(event)
    for i in ports.indices {
      ports[i].receive(event, now: now, into: &portOutputs)
      perform(portOutputs.drain(), of: i, into: &out)
    }
    settle(into: &out)
  }

  /// Notes that the shell could not do something.
  public mutating func note(failure: Text, now: Instant) {
    journal.note(.failure(failure), at: now)
  }

  /// Gives every event since the last call.
  public mutating func takeNews() -> [News] {
    journal.news(since: &newsRead).map { news in
      // What a caller sends must not begin a line of its own.
      let line = printable(news.line).map { $0 < 0x20 ? UInt8(ascii: "?") : $0 }
      return News(line: line, isFailure: news.isFailure, at: news.at)
    }
  }

  /// Lets the time pass.
  public mutating func advance(to now: Instant, into out: inout Outbox<GatewayOutput>) {
    self.now = now
    findServersAnew(into: &out)
    advanceDirectory(into: &out)
    agent.advance(to: now, into: &agentOutputs)
    settle(into: &out)
    for i in ports.indices {
      guard let deadline = ports[i].deadline, now >= deadline else { continue }
      ports[i].advance(to: now, into: &portOutputs)
      perform(portOutputs.drain(), of: i, into: &out)
    }
    askForReports(into: &out)
    advanceTrial(into: &out)
    advanceProvisioning(into: &out)
    settle(into: &out)
    advanceLive(into: &out)
    checkAlarms()
  }

  /// Asks every open stream for its counters now and then.
  private mutating func askForReports(into out: inout Outbox<GatewayOutput>) {
    guard let due = nextReport, now >= due else { return }
    for port in streamingPorts { out.emit(.media(.reportStream(port))) }
    nextReport = streamingPorts.isEmpty ? nil : now + Self.reportInterval
  }

  /// Notes which streams are open.
  private mutating func follow(_ command: MediaCommand) {
    if case .openStream(let port, _) = command {
      streamingPorts.append(port)
      nextReport = nextReport ?? now + Self.reportInterval
    } else if case .closeStream(let port) = command {
      streamingPorts.removeAll { $0 == port }
    }
  }

  func index(of port: PortNumber) -> Int? {
    ports.firstIndex { $0.number == port }
  }

  /// Passes outputs on until nobody has any; one copy for all callers.
  @inline(never)
  mutating func settle(into out: inout Outbox<GatewayOutput>) {
    repeat {
      while !agentOutputs.pending.isEmpty {
        for output in agentOutputs.drain() { perform(output, into: &out) }
      }
      passTestEvents(into: &out)
    } while !agentOutputs.pending.isEmpty || !testEvents.isEmpty
  }

  private mutating func perform(
    _ output: UserAgentOutput, into out: inout Outbox<GatewayOutput>
  ) {
    note(output)
    switch output {
    case .send(let datagram, let remote):
      // Without a way the transaction's own timers notice; the kernel need not be asked.
      guard path != .down, remote.port > 0 else { return }
      capture(datagram, from: agent.settings.local, to: remote)
      tell(datagram, isSent: true, far: remote, isSecure: nil)
      out.emit(.send(datagram, to: remote))
    case .sendByStream(let message, let remote, let isSecure):
      send(message, to: remote, isSecure: isSecure, into: &out)
    case .stopped:
      out.emit(.stopped)
    case .note:
      break
    case .registration, .incoming, .progress, .emergency, .answered, .confirmed, .offered,
      .offerAccepted,
      .offerRefused, .referred, .transfer, .replacing, .ended, .messages,
      .dialTone:
      for i in ports.indices {
        ports[i].receive(output, time: timeOfDay, now: now, into: &portOutputs)
        perform(portOutputs.drain(), of: i, into: &out)
      }
    }
  }

  /// One copy for all callers: inlined into each of them it would cost 20 KB.
  @inline(never)
  mutating func perform(
    _ outputs: [PortOutput], of i: Int, into out: inout Outbox<GatewayOutput>
  ) {
    for output in outputs { perform(output, of: i, into: &out) }
  }

  private mutating func perform(
    _ output: PortOutput, of i: Int, into out: inout Outbox<GatewayOutput>
  ) {
    let port = ports[i].number
    note(output, of: port)
    switch output {
    case .feed(let feed):
      self.feed(feed, of: i, into: &out)
    case .media(let command):
      out.emit(.media(command))
      follow(command)
    case .invite(let number, let offer, let purpose):
      let session = agent.invite(
        from: port, to: number, offer: offer, purpose: purpose, now: now, into: &agentOutputs)
      ports[i].invited(session, now: now, into: &portOutputs)
      perform(portOutputs.drain(), of: i, into: &out)
    case .ring(let session, let offer):
      agent.ring(session, offer: offer, now: now, into: &agentOutputs)
    case .answer(let session, let description):
      agent.answer(session, description: description, now: now, into: &agentOutputs)
    case .reject(let session, let code):
      agent.reject(session, code: code, now: now, into: &agentOutputs)
    case .hangUp(let session):
      agent.hangUp(session, now: now, into: &agentOutputs)
    case .reoffer(let session, let offer):
      guard !agent.reoffer(session, offer: offer, now: now, into: &agentOutputs) else { break }
      ports[i].offerNotSent(session, now: now, into: &portOutputs)
      perform(portOutputs.drain(), of: i, into: &out)
    case .acceptOffer(let session, let description):
      agent.acceptOffer(session, description: description, now: now, into: &agentOutputs)
    case .refuseOffer(let session, let code):
      agent.refuseOffer(session, code: code, now: now, into: &agentOutputs)
    case .record(let record):
      if history.count == Self.historyLimit { history.removeFirst() }
      history.append(record)
      count(record)
      journal.note(.called(record), at: now)
      report(record)
    case .test(let event):
      testEvents.append((port, event))
    case .note:
      break
    }
  }

  private var timeOfDay: TimeOfDay? {
    let time = wallClock.localTime(at: now)
    return TimeOfDay(
      month: UInt8(time.month), day: UInt8(time.day), hour: UInt8(time.hour),
      minute: UInt8(time.minute))
  }
}
