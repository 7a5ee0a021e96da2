import Base
import Call
import Line
import MediaControl
import SIPAgent
import Testing

/// One port on a time line, with a ledger of everything that it was told and that it asked for.
///
/// The ledger knows what the parts around a port allow: a stream is opened once, a session is
/// hung up once and never after its end. Whatever breaks that is a failed expectation.
struct PortBench {
  var port: PortController
  private(set) var now: Instant = .zero
  /// What the outside world looks like to a subscriber and to the SBC.
  private(set) var feed = "standby"
  private(set) var tone: String?
  private(set) var isListening = false
  private(set) var stream: StreamParameters?
  private(set) var probe: LineProbe?
  private(set) var liveSessions: Set<SessionNumber> = []
  private(set) var startedCalls = 0
  private(set) var records: [CallRecord] = []
  private(set) var offers: [Text] = []
  private(set) var descriptions: [Text] = []
  private(set) var ringOffers: [Text] = []
  /// Streams that were closed and have not reported.
  private(set) var silentStreams = 0

  private var out = Outbox<PortOutput>(limit: PortController.outputLimit)
  private var lastSession: UInt32 = 0
  private var settings: PortSettings
  /// Why the bench exists with this content; printed with every failure.
  let label: String

  init(
    label: String = "", map: String = chinesePlan, registered: Bool = true, lamp: Bool = false
  ) throws {
    self.label = label
    var settings = PortSettings(
      number: 1, local: Endpoint(.v4(0xC000_0201), 30_000), profile: .telltale,
      digitMap: try DigitMap(parsing: Text(map.utf8)))
    settings.hasMessageLamp = lamp
    self.settings = settings
    port = PortController(
      settings: settings, random: RandomSource(testSeed: 1), now: .zero, into: &out)
    _ = drain()
    if registered { _ = tell(.registration(1, .registered), 0) }
  }

  var stage: PortStage { port.report.stage }
  var session: SessionNumber? { port.report.session }

  mutating func newSession() -> SessionNumber {
    lastSession += 1
    return SessionNumber(rawValue: lastSession)
  }

  /// Takes note of a session that the user agent has made.
  mutating func adopt(_ session: SessionNumber) { liveSessions.insert(session) }

  // MARK: Inputs; each one lets the time pass first and gives back what the port asked for

  mutating func run(to ms: Int64) -> [String] {
    var seen: [String] = []
    var turns = 0
    while let deadline = port.deadline, deadline <= at(ms) {
      turns += 1
      guard turns < 10_000 else {
        Issue.record("a deadline that never passes, \(label)")
        break
      }
      now = max(now, deadline)
      port.advance(to: now, into: &out)
      seen += drain()
    }
    now = max(now, at(ms))
    return seen
  }

  mutating func loop(_ edge: LoopEdge, _ ms: Int64) -> [String] {
    let before = run(to: ms)
    port.observe(edge, now: now, into: &out)
    return before + drain()
  }

  mutating func digit(_ key: Character, _ ms: Int64) -> [String] {
    tell(.digit(1, key.asciiValue ?? 0, at: at(ms)), ms)
  }

  /// Gives the port other settings, as a commit does.
  mutating func change(_ body: (inout PortSettings) -> Void) {
    body(&settings)
    port.update(settings)
  }

  mutating func tell(_ event: MediaEvent, _ ms: Int64) -> [String] {
    let before = run(to: ms)
    if case .streamClosed(1, _) = event { silentStreams = max(0, silentStreams - 1) }
    port.receive(event, now: now, into: &out)
    return before + drain()
  }

  mutating func lineCircuit(isDriven: Bool, _ ms: Int64) -> [String] {
    let before = run(to: ms)
    if isDriven {
      port.lineCircuitReturned(now: now, into: &out)
    } else {
      port.lineCircuitLost(now: now, into: &out)
    }
    return before + drain()
  }

  /// Begins a test of the line, or goes on to another step of it.
  mutating func test(_ test: PortTest, _ ms: Int64) -> [String] {
    let before = run(to: ms)
    let isTaken = port.test(test, now: now, into: &out)
    #expect(isTaken == (stage == .testing), "\(label)")
    return before + drain()
  }

  mutating func endTest(_ ms: Int64) -> [String] {
    let before = run(to: ms)
    port.endTest(now: now, into: &out)
    return before + drain()
  }

  mutating func tell(_ output: UserAgentOutput, _ ms: Int64) -> [String] {
    let before = run(to: ms)
    if case .incoming(let session, _, _, _) = output { liveSessions.insert(session) }
    if case .ended(let session, _, _) = output { liveSessions.remove(session) }
    let time = TimeOfDay(month: 1, day: 2, hour: 3, minute: 4)
    port.receive(output, time: time, now: now, into: &out)
    return before + drain() + run(to: ms)
  }

  /// The gateway's answer to `.reoffer` when the session can take none.
  mutating func offerNotSent(_ session: SessionNumber, _ ms: Int64) -> [String] {
    let before = run(to: ms)
    port.offerNotSent(session, now: now, into: &out)
    return before + drain() + run(to: ms)
  }

  /// The user agent's answer to `.invite`.
  mutating func invited(_ session: SessionNumber?, _ ms: Int64) -> [String] {
    let before = run(to: ms)
    if let session { liveSessions.insert(session) }
    port.invited(session, now: now, into: &out)
    return before + drain()
  }

  // MARK: The ledger

  private mutating func drain() -> [String] { out.drain().map { enter($0) } }

  private mutating func enter(_ output: PortOutput) -> String {
    let ms = now.nanoseconds / 1_000_000
    switch output {
    case .feed(let feed):
      self.feed = "\(feed)"
      return "\(ms) \(feed)"
    case .media(let command): return "\(ms) \(enter(command))"
    case .invite(let number, let offer, let purpose):
      startedCalls += 1
      offers.append(offer)
      let service = purpose.emergencyService.map { " " + String(decoding: $0, as: UTF8.self) } ?? ""
      return "\(ms) invite \(String(decoding: number, as: UTF8.self))\(service)"
    case .ring(let session, let offer):
      startedCalls += 1
      ringOffers.append(offer)
      return "\(ms) \(live("ring", session))"
    case .answer(let session, let description):
      descriptions.append(description)
      return "\(ms) \(live("answer", session))"
    case .reject(let session, let code):
      let text = live("reject \(code)", session)
      liveSessions.remove(session)
      return "\(ms) \(text)"
    case .hangUp(let session):
      let text = live("hangUp", session)
      liveSessions.remove(session)
      return "\(ms) \(text)"
    case .reoffer(let session, let offer):
      descriptions.append(offer)
      return "\(ms) \(live("reoffer", session))"
    case .acceptOffer(let session, let description):
      descriptions.append(description)
      return "\(ms) \(live("acceptOffer", session))"
    case .refuseOffer(let session, let code):
      return "\(ms) \(live("refuseOffer \(code)", session))"
    case .record(let record):
      records.append(record)
      return "\(ms) record"
    case .note(let note):
      return "\(ms) note \("\(note)".prefix { $0 != "(" })"
    case .test(let event):
      return "\(ms) test \("\(event)".prefix { $0 != "(" })"
    }
  }

  private func live(_ verb: String, _ session: SessionNumber) -> String {
    #expect(liveSessions.contains(session), "\(verb) of a dead session, \(label)")
    return verb
  }

  private mutating func enter(_ command: MediaCommand) -> String {
    switch command {
    case .play(1, let tone):
      self.tone = name(of: tone)
      return "play \(name(of: tone))"
    case .stopTone(1):
      tone = nil
      return "stopTone"
    case .sendCallerID(1, let signal): return "callerID(\(signal.count))"
    case .listenForDigits(1, let listens):
      #expect(listens != isListening, "\(label)")
      isListening = listens
      return listens ? "listen" : "ignore"
    case .probe(1, let probe):
      #expect(probe != self.probe, "\(label)")
      self.probe = probe
      return probe.map { "probe \($0)" } ?? "no probe"
    case .openStream(1, let parameters):
      #expect(stream == nil, "a stream is open already, \(label)")
      stream = parameters
      return "openStream"
    case .updateStream(1, let parameters):
      #expect(stream != nil && stream != parameters, "\(label)")
      stream = parameters
      return "updateStream"
    case .closeStream(1):
      #expect(stream != nil, "no stream is open, \(label)")
      stream = nil
      silentStreams += 1
      return "closeStream"
    default:
      Issue.record("a command that a port has no business with, \(label)")
      return "?"
    }
  }

  /// Brings the card back, replaces the handset, waits, and finds nothing left over.
  mutating func expectNothingLeft() {
    let ms = now.nanoseconds / 1_000_000
    if stage == .outOfService { happen(.cardReturned) }
    if stage == .outOfService { happen(.lineCircuitReturned) }
    if stage == .testing { happen(.testEnded) }
    _ = loop(.open, ms + 1)
    _ = run(to: ms + 10_000)
    if stage == .ringing, let session { _ = tell(.ended(session, .cancelled), ms + 10_001) }
    _ = run(to: ms + 20_000)
    #expect(stage == .idle, "\(label)")
    #expect(feed == "standby", "\(label)")
    #expect(tone == nil, "\(label)")
    #expect(!isListening, "\(label)")
    #expect(stream == nil, "\(label)")
    #expect(probe == nil, "\(label)")
    #expect(liveSessions.isEmpty, "\(label)")
    #expect(records.count == startedCalls, "\(label)")
    #expect(port.deadline == nil, "\(label)")
  }
}
