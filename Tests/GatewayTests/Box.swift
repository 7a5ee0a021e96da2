import Access
import Base
import Call
import Config
import Console
import Line
import MediaControl
import Network
import SIPSyntax
import Testing

@testable import Gateway

/// One gateway with its telephones and its media thread, all of them the test's own.
///
/// Everything that the gateway wants done becomes a line of `log`, with the milliseconds since
/// `epoch` in front; what it sends waits in `sent` for the network.
struct Box {
  var gateway: Gateway
  var media = FakeMedia()
  private(set) var feeds: [PortNumber: LineFeed] = [:]
  private(set) var isStopped = false
  /// When `advance` has something to do.
  private(set) var deadline: Instant?
  /// What the gateway sent and the network has not taken.
  var sent: [Text] = []
  /// What it sent by connections, and the name that a certificate must be for.
  var streamed: [(message: Text, secureName: Text?)] = []
  /// The calls that were seen on the wire: Call-IDs of its INVITEs, and of its 180s.
  private(set) var placedCalls: Set<Text> = []
  private(set) var rungCalls: Set<Text> = []
  private var log: [String] = []
  var epoch = Instant.zero
  /// A long simulation does without the log.
  let keepsLog: Bool
  private var out = Outbox<GatewayOutput>(limit: Gateway.outputLimit)

  init(
    _ number: Int, ports: Int = 2, settings: [String] = [], seed: UInt64 = 1,
    keepsLog: Bool = true, now: Instant
  ) {
    self.keepsLog = keepsLog
    // 2026-07-01 08:00:00 in China.
    let clock = WallClock(
      utcNanoseconds: 1_782_864_000_000_000_000, utcOffsetSeconds: 28_800, at: now)
    gateway = Gateway(
      configuration(box: number, ports: ports, settings: settings), version: Text("Tipring 0.1\n"),
      wallClock: clock,
      seed: (seed, UInt64(number), 0, 0), now: now, into: &out)
    perform(now)
  }

  /// Does something with the gateway, lets it advance as the end of every turn does, and carries out
  /// what it wants.
  mutating func act(
    _ now: Instant, _ body: (inout Gateway, inout Outbox<GatewayOutput>) -> Void
  ) {
    body(&gateway, &out)
    perform(now)
    gateway.advance(to: now, into: &out)
    perform(now)
    for piece in gateway.takeLive() { live[piece.console, default: []] += piece.bytes }
  }

  mutating func advance(to now: Instant) {
    for event in media.take(until: now) { act(now) { $0.receive(event, now: now, into: &$1) } }
    act(now) { _, _ in }
  }

  /// A modem or a fax machine answers on a line.
  mutating func hear(_ data: VoicebandData, on port: PortNumber, now: Instant) {
    act(now) { $0.receive(.dataHeard(port, data), now: now, into: &$1) }
  }

  /// The lines of the log since it was last taken.
  mutating func take() -> [String] {
    defer { log = [] }
    return log
  }

  private mutating func perform(_ now: Instant) {
    for output in out.drain() {
      switch output {
      case .send(let datagram, let remote):
        #expect(remote.address == SBC.endpoint.address)
        sent.append(datagram)
        note(datagram, now)
      case .sendByStream(let message, let remote, let name):
        #expect(remote.address == SBC.endpoint.address)
        streamed.append((message, name))
      case .feed(let port, let feed):
        feeds[port] = feed
        enter("p\(port) \(feed)", now)
      case .media(let command):
        let (port, what) = media.carryOut(command, now: now)
        enter("p\(port) \(what)", now)
      case .echo(let number, let host): echoes.append((number, host))
      case .useNameServers(let servers): nameServers = servers
      case .ask(let number, let question): questions.append((number, question))
      case .storeAgain(let configuration):
        begin(.store(configuration, trialMinutes: nil), for: .trial, now)
      case .factoryReset: begin(.factoryReset, for: .button, now)
      case .provision(.carryOut(let errand)):
        begin(errand, for: .provisioning, now)
      case .provision(let errand): provisionings.append(errand)
      case .stopped:
        #expect(!isStopped, "stopped twice")
        isStopped = true
        enter("stopped", now)
      }
    }
    deadline = soonest(gateway.deadline, media.deadline)
  }

  private mutating func note(_ datagram: Text, _ now: Instant) {
    guard let message = try? Message(parsing: datagram) else {
      Issue.record("the box sent something that is not SIP: \(string(datagram))")
      return
    }
    let callID = message.callID().map { message.text($0) } ?? []
    switch message.startLine {
    case .request(let method, let uri):
      // A call that came to us stays one when we change it.
      if method == .invite, !rungCalls.contains(callID) { placedCalls.insert(callID) }
      let user = (try? message.uri(uri).user).map { " " + string(message.text($0)) } ?? ""
      enter("\(string(message.text(message.methodText)))\(user)", now)
    case .status(let code, _):
      if code == 180 { rungCalls.insert(callID) }
      enter("\(code)", now)
    }
  }

  private mutating func enter(_ what: @autoclosure () -> String, _ now: Instant) {
    if keepsLog { log.append("\((now - epoch).inMilliseconds) \(what())") }
  }

  // MARK: What a visitor sees

  /// The consoles that were opened, by number.
  private(set) var consoles: [UInt8: ConsoleSession] = [:]
  /// What consoles were sent whose answers go on, by number.
  var live: [UInt8: Text] = [:]
  /// The echo requests that were sent and not answered.
  var echoes: [(number: UInt16, host: IPAddress)] = []
  /// The DNS servers that are to be asked; `nil` for those of the system.
  private(set) var nameServers: [Endpoint]?
  /// The questions to DNS that nobody has answered.
  var questions: [(number: UInt32, question: DNSQuestion)] = []
  /// What provisioning wanted of the network and of its record, oldest first.
  var provisionings: [ProvisioningErrand] = []
  /// What the users of consoles may do, when that is not everything.
  var roles: [UInt8: UserRole] = [:]
  /// What the box has stored.
  var disk = Disk()

  func stage(_ port: PortNumber) -> PortStage? {
    gateway.ports.first { $0.number == port }?.report.stage
  }

  /// The name of the tone on a port; `nil` for silence or speech.
  func tone(_ port: PortNumber) -> String? { media[port].tone.map { name(of: $0) } }

  /// What a console answers, without its prompt and end mark.
  mutating func console(_ line: String, number: UInt8 = 1, now: Instant) -> String {
    dialogue(line, number: number, now: now).answer
  }

  /// What a console answers, and the prompt behind it.
  mutating func dialogue(
    _ line: String, number: UInt8 = 1, now: Instant
  ) -> (answer: String, prompt: String) {
    dialogue(.line(Text(line)), number: number, now: now)
  }

  /// What a console is sent at once for a line whose answer goes on.
  mutating func begin(_ request: ConsoleRequest, number: UInt8 = 1, now: Instant) {
    live[number, default: []] += bytes(request, number, now)
    act(now) { _, _ in }
  }

  private mutating func bytes(_ request: ConsoleRequest, _ number: UInt8, _ now: Instant) -> Text {
    let role = roles[number] ?? .administrator
    var session = consoles[number] ?? ConsoleSession(number: number, role: role)
    var disk = disk
    let bytes = gateway.answer(request, of: &session, now: now, into: &out) { errand in
      guard disk.isSlow else { return disk.carryOut(errand) }
      disk.waiting.append((errand, .console(number)))
      return nil
    }
    self.disk = disk
    consoles[number] = session
    return bytes
  }

  /// Has the disk do something that no console waits for.
  private mutating func begin(_ errand: ConsoleErrand, for asker: Disk.Asker, _ now: Instant) {
    disk.waiting.append((errand, asker))
    if !disk.isSlow { _ = finishErrand(now) }
  }

  /// The disk has done what waits longest; what the console that asked for it is sent.
  mutating func finishErrand(_ now: Instant) -> Text {
    let (errand, asker) = disk.waiting.removeFirst()
    let result = disk.carryOut(errand)
    var bytes = Text()
    switch asker {
    case .console(let number):
      guard var session = consoles[number] else { return [] }
      bytes = gateway.carriedOut(errand, result, of: &session, now: now, into: &out)
      consoles[number] = session
    case .provisioning:
      gateway.provisioningCarriedOut(errand, result, now: now, into: &out)
    case .trial: gateway.storedAgain(errand, result, now: now)
    case .button: gateway.buttonResetDone(result, now: now, into: &out)
    }
    perform(now)
    return bytes
  }

  /// What a console answers to any request, and the prompt behind it.
  mutating func dialogue(
    _ request: ConsoleRequest, number: UInt8 = 1, now: Instant
  ) -> (answer: String, prompt: String) {
    var bytes = bytes(request, number, now)
    act(now) { _, _ in }
    #expect(bytes.popLast() == ConsoleProtocol.endOfAnswer)
    let parts = bytes.split(separator: ConsoleProtocol.endOfText, omittingEmptySubsequences: false)
    #expect(parts.count == 2)
    return (string(Text(parts[0])), string(Text(parts[1])))
  }

  /// Expects that what each port shows, hears and holds belongs together.
  func expectConsistent(_ label: String) {
    for port in gateway.ports {
      let stage = port.report.stage
      let state = media[port.number]
      let rings = feeds[port.number] == .ringing || feeds[port.number] == .onHookTransmission
      #expect(rings == (stage == .ringing) || stage == .testing, "\(label), port \(port.number)")
      #expect(state.probe == nil || stage == .testing, "\(label), port \(port.number)")
      let listens = stage == .dialling || stage == .unregistered
      #expect(
        state.isListening == listens || stage == .testing, "\(label), port \(port.number)")
      switch stage {
      case .idle, .ringing, .lockedOut, .calling, .outOfService:
        #expect(state.tone == nil && state.stream == nil, "\(label), port \(port.number)")
      case .talking:
        #expect(state.tone == nil && state.stream != nil, "\(label), port \(port.number)")
      case .disconnected, .howler:
        #expect(state.tone != nil && state.stream == nil, "\(label), port \(port.number)")
      case .testing, .unregistered:
        #expect(state.stream == nil, "\(label), port \(port.number)")
      case .dialling, .alerting:
        break  // With and without a tone.
      }
    }
    let owned = gateway.ports.compactMap { $0.report.session }
    #expect(
      Set(owned) == Set(gateway.agent.sessions.map { $0.number }),
      "\(label): a session without a port, or a port without its session")
  }

  /// How many calls have a record, also those whose record has made room for a later one.
  var endedCalls: Int {
    [gateway.outgoingCalls, gateway.incomingCalls].reduce(0) { sum, totals in
      sum + CallEndClass.allCases.reduce(0) { $0 + Int(totals[$1]) }
    }
  }

  /// Expects a port that nothing was forgotten on.
  func expectQuiet(_ port: PortNumber, _ label: String, _ place: SourceLocation) {
    let state = media[port]
    #expect(stage(port) == .idle, "\(label), port \(port)", sourceLocation: place)
    #expect(feeds[port] == .standby, "\(label), port \(port)", sourceLocation: place)
    #expect(state.tone == nil, "\(label), port \(port)", sourceLocation: place)
    #expect(!state.isListening, "\(label), port \(port)", sourceLocation: place)
    #expect(state.stream == nil, "\(label), port \(port)", sourceLocation: place)
    #expect(state.probe == nil, "\(label), port \(port)", sourceLocation: place)
  }

  /// Expects that nothing is left of any call and that every one has its record.
  func expectQuiet(_ label: String = "", _ place: SourceLocation = #_sourceLocation) {
    for port in gateway.ports { expectQuiet(port.number, label, place) }
    #expect(gateway.agent.sessions.isEmpty, "\(label)", sourceLocation: place)
    let calls = placedCalls.count + rungCalls.count
    #expect(endedCalls == calls, "\(label)", sourceLocation: place)
    #expect(
      gateway.history.count == min(calls, Gateway.historyLimit), "\(label)", sourceLocation: place)
    for record in gateway.history {
      #expect(record.endedAt >= record.startedAt, "\(label)", sourceLocation: place)
    }
  }
}

/// A disk that a test can fill, or read.
struct Disk {
  /// What was stored, the last one last.
  var stored: [Configuration] = []
  /// The minutes of the trial that the last one is on.
  var trialMinutes: UInt8?
  /// What the box runs on.
  var environment = BoxEnvironment()
  /// The file of the last capture.
  var capture = Text()
  /// The passwords that were set.
  var passwords: [UserRole: String] = [:]
  /// What it answers instead of storing.
  var failure: String?
  /// Whether it does nothing before the test says so.
  var isSlow = false
  /// What it has not done yet.
  var waiting: [(errand: ConsoleErrand, asker: Asker)] = []

  /// Whom it does something for.
  enum Asker {
    case console(UInt8)
    case provisioning
    case trial
    case button
  }

  mutating func carryOut(_ errand: ConsoleErrand) -> ConsoleErrandResult {
    if let failure { return .failed(Text(failure)) }
    switch errand {
    case .store(let configuration, let minutes):
      stored.append(configuration)
      trialMinutes = minutes
    case .confirm:
      trialMinutes = nil
    case .readEnvironment: return .environment(environment)
    case .setPassword(let role, let password): passwords[role] = string(password)
    case .readCapture: return .content(capture)
    case .openCapture, .closeCapture: return .file(Text("/run/capture.pcapng"))
    case .factoryReset:
      stored = []
      trialMinutes = nil
    case .load(let commits):
      guard stored.count > commits else { return .failed(Text("x.conf.9: No such file")) }
      return .loaded(stored[stored.count - 1 - Int(commits)])
    }
    return .done
  }
}
