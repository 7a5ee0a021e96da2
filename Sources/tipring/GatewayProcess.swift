import Base
import Board
import Config
import Console
import Gateway
import Hardware
import Line
import Linux
import Media
import MediaControl
import Network

/// The running gateway: the control loop, and the drivers and the media thread that it serves.
///
/// A turn is always the same: wait, read the clock, take what is ready within a budget, let
/// deadlines pass that are due by then, carry out what the gateway wants.
final class GatewayProcess {
  /// Datagrams that one turn takes; more wait for the next one.
  private static let datagramBudget = 32
  /// The longest SIP message that is taken; a longer datagram is refused whole.
  private static let messageLimit = 16_384
  /// How often the wall clock is read again: the network may have set it.
  private static let clockInterval = Duration.seconds(60)

  var loop: EventLoop
  private let stopSignal: StopSignal
  private let sip: UDPSocket
  let streams: SIPStreams
  private let networks: Networks
  let media: MediaCards
  let console: ConsoleServer
  let circuits: LineCircuits
  let button: ResetButtonPin
  private let supervision: Supervision
  private let log: SystemLog?
  let collector: LogCollector?
  private let metrics: MetricsServer?
  let store: ConfigurationStore
  let storage: Storage
  let captureFile: CaptureFile
  private let pinger: Pinger
  let names: NameServers
  /// The last question for the host that has the configuration.
  var hostQuestion: (number: UInt32, type: DNSType)?
  let fetch: FileFetch
  var gateway: Gateway
  var outputs = Outbox<GatewayOutput>(limit: Gateway.outputLimit)
  private var room = Text(repeating: 0, count: messageLimit)
  private var clockReadAt: Instant
  private var isOver = false

  /// Opens what the first REGISTER needs, and sockets; the lines and cards follow in `run`.
  init(
    _ configuration: Configuration, store: ConfigurationStore, state: Text?, consoleGroup: UInt32?
  ) throws(StartFailure) {
    let now = Clock.now
    self.store = store
    let board = store.board
    clockReadAt = now
    stopSignal = try opening("signals") { () throws(Errno) in try StopSignal() }
    loop = try opening("event loop") { () throws(Errno) in try EventLoop() }
    networks = try Networks(configuration)
    let device = networks.voiceDevice
    sip = try Self.openSIP(configuration, device)
    streams = try Self.openStreams(configuration, device)
    metrics = try MetricsServer.open(configuration, networks)
    let path = configuration.consoleSocket
    captureFile = CaptureFile(
      beside: path, device: device, ports: MediaSockets.ports(configuration))
    storage = try opening("storage thread") { () throws(Errno) in
      try Storage(store, UserStore(beside: store.path))
    }
    pinger = Pinger(device: device)
    names = NameServers(device: device)
    console = try opening("console socket", path) { () throws(Errno) in
      try ConsoleServer(path: path, group: consoleGroup)
    }
    media = try MediaCards(configuration, board, device: device)
    let seed = try opening("random numbers") { () throws(Errno) in try Entropy.seed() }
    let provisioningSeed = try opening("random numbers") { () throws(Errno) in
      try Entropy.seed()
    }
    gateway = Gateway(
      configuration, version: Version.short, wallClock: Clock.wall, seed: seed, now: now,
      into: &outputs)
    circuits = LineCircuits(configuration, board)
    button = ResetButtonPin(board)
    if let board { gateway.ringLimit = board.ringLimit }
    gateway.board = board
    if let trial = store.trial() {
      gateway.resumeTrial(previous: trial.previous, minutes: trial.minutes, now: now)
    }
    gateway.beginProvisioning(
      store.provisioningRecord(), random: RandomSource(seed: provisioningSeed), now: now)
    // On a computer that is no board the log belongs to others.
    log = board == nil ? nil : SystemLog(path: Text("/dev/log"))
    let logDevice = networks.managementDevice ?? device
    fetch = FileFetch(configuration, device: logDevice)
    collector = try opening("syslog server") { () throws(Errno) in
      try LogCollector(configuration, device: logDevice, now: now)
    }
    supervision = Supervision(board?.watchdog, state: state, threads: media.proofs.count, now: now)
    gateway.resetReason = supervision.reason
    do throws(Errno) { try watch() } catch { throw StartFailure(what: Text("epoll"), error) }
  }

  private static func openSIP(
    _ configuration: Configuration, _ device: Text
  ) throws(StartFailure) -> UDPSocket {
    let local = Endpoint(configuration.boundAddress, configuration.sipLocal.port)
    let marks = sipMarks(configuration, device)
    return try opening("sip local", local.text) { () throws(Errno) in
      try UDPSocket(local: local, marks: marks, device: device)
    }
  }

  private func watch() throws(Errno) {
    try loop.watch(stopSignal.rawValue)
    if let links = networks.rawValue { try loop.watch(links) }
    try loop.watch(sip.rawValue)
    try loop.watch(streams.rawValue)
    for descriptor in media.descriptors { try loop.watch(descriptor) }
    try loop.watch(console.rawValue)
    try loop.watch(storage.rawValue)
    if let metrics { try loop.watch(metrics.rawValue) }
  }

  /// Runs until a signal has ended it in order.
  func run() throws(StartFailure) {
    gateway.start(now: Clock.now, into: &outputs)
    for event in networks.begin(in: loop) { take(event, Clock.now) }
    perform()
    // Libraries, pins, disk and cards take their time; the registrar's answer comes meanwhile.
    gateway.version = Version.text
    take(try circuits.open(now: Clock.now, in: loop), Clock.now)
    button.open(now: Clock.now, in: loop)
    gateway.note(resetButton: button.presence, now: Clock.now)
    supervision.begin()
    for complaint in try media.start() { gateway.note(failure: complaint, now: Clock.now) }
    for failure in supervision.failures { note(failure: failure) }
    while !isOver { try turn() }
    media.stop()
    networks.end()
    // What somebody was not told of yet is on the disk all the same.
    storage.finish()
    supervision.stop()
  }

  /// Puts into the log that something could not be done.
  func note(failure: Text) { gateway.note(failure: failure, now: Clock.now) }

  private func turn() throws(StartFailure) {
    let idle = console.deadline(limit: gateway.configuration.consoleIdle)
    let logs = soonest(collector?.stream?.deadline, collector?.deadline)
    let clients = soonest(soonest(idle, metrics?.deadline), logs)
    let waiting = soonest(soonest(networks.deadline, streams.deadline), fetch.deadline)
    let own = soonest(soonest(supervision.deadline, waiting), clients)
    let pins = soonest(circuits.deadline, button.deadline)
    let drivers = soonest(pins, names.deadline(now: Clock.now))
    let deadline = soonest(soonest(gateway.deadline, own), drivers)
    let ready = loop.wait(until: deadline, now: Clock.now)
    let now = Clock.now
    renewWallClock(now)
    if supervision.advance(to: now, proofs: media.proofs) { media.askForProof() }
    // Ring current first: its half waves are what somebody else would hear.
    for line in circuits.lines { advance(line, now) }
    take(try circuits.retry(now: now, in: loop), now)
    for descriptor in ready { serve(descriptor, now) }
    if let due = button.deadline, now >= due { watchButton(now) }
    for event in networks.advance(to: now, in: loop) { take(event, now) }
    metrics?.advance(to: now, in: loop)
    if let question = collector?.question(now: now) {
      names.ask(question, number: NameServers.collector, in: loop)
    }
    advanceStreams(now)
    if fetch.deadline != nil { serveFetch(now) }
    serveNames(nil)
    // Where the configuration is may be what a DHCP server has said by now.
    if gateway.isProvisioningDue(now) { tellGateway() }
    // What was ready took its time: a burst of ringing lasts from when it begins.
    gateway.advance(to: Clock.now, into: &outputs)
    perform()
    for left in console.closeIdle(now: now, limit: gateway.configuration.consoleIdle) {
      gateway.close(left, now: now, into: &outputs)
    }
    for piece in gateway.takeLive() {
      if let left = console.send(piece, now: now) { gateway.close(left, now: now, into: &outputs) }
    }
    perform()
    if !gateway.wantsPackets { captureFile.endTap() }
    if let failure = captureFile.append(gateway.takeCapture()) { note(failure: failure) }
    tellLog(now)
    if let stream = collector?.stream {
      stream.advance(to: now, isClockSet: gateway.isClockSet, in: loop)
      // Why it could not connect is said now: the next turn may be far.
      tellLog(now)
    }
  }

  private func tellLog(_ now: Instant) {
    guard log != nil || collector != nil else { return }
    for complaint in collector?.stream?.takeComplaints() ?? [] { note(failure: complaint) }
    for event in gateway.takeNews() {
      log?.write(event.line, event.isFailure ? .error : .informational, now: now)
      collector?.send(gateway.syslogMessage(event), now: now)
    }
  }

  private func renewWallClock(_ now: Instant) {
    guard now - clockReadAt >= Self.clockInterval else { return }
    clockReadAt = now
    gateway.wallClock = Clock.wall
  }

  private func serve(_ descriptor: CInt, _ now: Instant) {
    if descriptor == sip.rawValue {
      receiveSIP(now)
    } else if streams.owns(descriptor) {
      serveStreams(descriptor, now)
    } else if receiveMedia(descriptor, now) {
      return
    } else if let events = networks.serve(descriptor, now: now, in: loop) {
      for event in events { take(event, now) }
    } else if descriptor == storage.rawValue {
      serveStorage(now)
    } else if button.owns(descriptor) {
      watchButton(now)
    } else if descriptor == stopSignal.rawValue {
      stopSignal.take()
      gateway.stop(now: now, into: &outputs)
    } else if let tap = captureFile.tap, descriptor == tap.rawValue {
      tap.receive(budget: Self.datagramBudget) { passage in
        gateway.capture(packet: passage.packet, utcNanoseconds: passage.utcNanoseconds)
      }
    } else if let stream = collector?.stream, descriptor == stream.rawValue {
      stream.serve(now: now, in: loop)
    } else if descriptor == fetch.rawValue {
      serveFetch(now)
    } else if descriptor == pinger.rawValue {
      pinger.receive { number, host in gateway.echoed(number, from: host, now: now) }
    } else if names.owns(descriptor) {
      serveNames(descriptor)
    } else if let line = circuits.lines.first(where: { $0.owns(descriptor) }) {
      receive(line.ready(descriptor, in: loop), of: line.port, now)
    } else if let metrics, metrics.owns(descriptor) {
      metrics.serve(descriptor, now: now, in: loop) {
        tellGateway()
        return gateway.metrics(now: now)
      }
    } else {
      tellGateway()
      serveConsole(descriptor, now)
    }
    perform()
  }

  /// Tells what somebody may ask for now and nothing else needs to know.
  private func tellGateway() {
    gateway.wallClock = Clock.wall
    gateway.cards = media.statistics
    gateway.managementPath = networks.managementPath
    gateway.hasVoiceCable = networks.hasVoiceCable
    gateway.isVoiceAddressTaken = networks.isVoiceAddressTaken
  }

  private func serveConsole(_ descriptor: CInt, _ now: Instant) {
    let left = console.serve(descriptor, now: now, in: loop) { request, session in
      answer(request, of: &session, now)
    }
    if let left { gateway.close(left, now: now, into: &outputs) }
  }

  /// Answers a console's request; empty when the disk has to do something first.
  func answer(
    _ request: ConsoleRequest, of session: inout ConsoleSession, _ now: Instant
  ) -> Text {
    let number = session.number
    return gateway.answer(request, of: &session, now: now, into: &outputs) { errand in
      carryOut(errand, for: number)
    }
  }

  private func take(_ event: NetworkInterface.Event, _ now: Instant) {
    switch event {
    case .rose(let lease):
      if gateway.path != .up(lease) { loseStreams(now) }
      gateway.pathRose(lease, now: now, into: &outputs)
    case .fell:
      // A connection of an address that may not come back is none.
      loseStreams(now)
      gateway.pathFell(now: now)
    case .failed(let words): gateway.note(failure: words, now: now)
    }
    perform()
  }

  private func take(_ changes: [LineCircuits.Change], _ now: Instant) {
    for change in changes {
      switch change {
      case .lost(let port, let why):
        gateway.lineCircuitLost(port, why: why, now: now, into: &outputs)
      case .returned(let port): gateway.lineCircuitReturned(port, now: now, into: &outputs)
      }
      perform()
    }
  }

  private func receiveSIP(_ now: Instant) {
    for _ in 0..<Self.datagramBudget {
      do throws(Errno) {
        guard let arrival = try sip.receive(room: &room) else { return }
        if arrival.length > Self.messageLimit {
          gateway.receiveOversized(
            arrival.length, from: arrival.source, now: now, into: &outputs)
        } else {
          gateway.receive(arrival.datagram, from: arrival.source, now: now, into: &outputs)
        }
        perform()
      } catch {
        // An ICMP error of an earlier datagram: the SBC does not listen, which timers will show.
        return
      }
    }
  }

  private func receiveMedia(_ descriptor: CInt, _ now: Instant) -> Bool {
    media.events(of: descriptor) { event in
      if let complaint = media.complaint(of: event) {
        gateway.note(failure: complaint, now: now)
      }
      gateway.receive(event, now: now, into: &outputs)
      perform()
    }
  }

  /// Carries out what the gateway wants, in its order; one copy for all callers.
  @inline(never)
  func perform() {
    var wakes = false
    for output in outputs.drain() {
      switch output {
      case .send(let datagram, let remote): send(datagram, to: remote)
      case .sendByStream(let message, let remote, let name):
        sendByStream(message, to: remote, secureName: name)
      case .feed(let port, let feed): set(feed, port)
      case .media(let command):
        if let port = command.port { submit(command, of: port) }
        wakes = true
      case .echo(let number, let host): echo(number, to: host)
      case .useNameServers(let servers): names.use(servers)
      case .ask(let number, let question): names.ask(question, number: number, in: loop)
      case .storeAgain(let configuration):
        begin(.store(configuration, trialMinutes: nil), for: .trial)
      case .factoryReset: begin(.factoryReset, for: .button)
      case .provision(let errand): carryOut(errand)
      case .stopped: isOver = true
      }
    }
    if wakes { media.wake() }
  }

  private func echo(_ number: UInt16, to host: IPAddress) {
    do throws(Errno) {
      try pinger.send(number, to: host, in: loop)
    } catch {
      gateway.echoFailed(error.message, now: Clock.now)
    }
  }

  private func send(_ datagram: Text, to remote: Endpoint) {
    do throws(Errno) {
      try sip.send(datagram, to: remote)
    } catch {
      gateway.note(
        failure: Text("SIP not sent: ") + error.message, now: Clock.now)
    }
  }

  func submit(_ command: MediaCommand, of port: PortNumber) {
    if media.submit(command, of: port) { return }
    // The thread takes commands every period; a full ring means that it hangs.
    gateway.note(failure: Text("media thread takes no commands"), now: Clock.now)
  }
}
