public import Base
public import Line
public import MediaControl
public import SIPAgent

/// One FXS port: what its line, its digits, its sessions and the time mean together.
///
/// ```
///   idle --off hook--> dialling --number--> inviting --> calling --18x--> ringback, earlyMedia
///    |  \              |  ^   \                |            |                 |
///    |   \--not regis- |  |    \--no number----+--refused---+----refused------+
///    |      tered------|--+                    |                              | answer
///    |                 v                       v                              v
///    |           unregistered ------------> disconnected <----far hang-up-- talking
///    |                 |                       |                              ^
///    +--incoming--> ringing ---off hook--------|------------------------------+
///                                              v
///                            lockedOut <-- howler            on hook: idle, from everywhere
///
///   everywhere --card or pins lost--> outOfService --all returned--> idle, dialling, lockedOut
///   ringback, earlyMedia --the network knows an emergency--> calling
///   where no call is --test--> testing --end--> idle, dialling;  --incoming, on hook--> ringing
/// ```
/// Tone, digit receiver, pulse receiver and stream follow from the state alone (`settle`), so that
/// no path can leave one of them on.
public struct PortController {
  /// How many outputs one call of any function may leave in an outbox.
  public static let outputLimit = 32

  private(set) var settings: PortSettings
  var random: RandomSource
  var state = PortState.idle
  var line: LineSupervisor
  var records = RecordKeeper()
  /// Whether the port's account is registered.
  public internal(set) var isRegistered = false
  /// Which dial tone sounds.
  private(set) var dialTone = DialToneReasons()
  /// The lamp at the telephone.
  private var lamp = MessageLamp()

  /// What the media thread was told last.
  var soundingTone: CallProgressTone?
  var isListening = false
  var openStream: StreamParameters?
  var probe: LineProbe?
  /// The call whose far party has transferred us, until the new one is answered.
  var referrer: ActiveCall?

  private var lineOutputs = Outbox<LineSupervisor.Output>(limit: LineSupervisor.outputLimit)

  /// Makes the port idle, its line in standby.
  public init(
    settings: PortSettings, random: RandomSource, now: Instant,
    into out: inout Outbox<PortOutput>
  ) {
    self.settings = settings
    self.random = random
    line = LineSupervisor(profile: settings.profile, now: now, into: &lineOutputs)
    take(lineOutputs.drain(), now: now, into: &out)
  }

  /// The port's number, from 1.
  public var number: PortNumber { settings.number }

  /// When `advance` must be called next.
  public var deadline: Instant? {
    soonest(
      soonest(line.deadline, state.deadline), soonest(records.deadline, lamp.deadline))
  }

  /// The port for `show ports`.
  public var report: PortReport {
    let record = state.call?.record
    let dialled: Text =
      switch state {
      case .dialling(let collector): collector.digits
      case .unregistered(let dialling, _): dialling.digits
      case .inviting(let record, _, _): record.number
      case .idle, .calling, .ringback, .earlyMedia, .ringing, .talking,
        .disconnected, .howler, .lockedOut, .outOfService, .testing:
        record?.number ?? []
      }
    return PortReport(
      number: settings.number, stage: state.stage, session: state.call?.session, digits: dialled,
      call: record, missing: state.missing, isLampLit: lamp.isLit)
  }

  /// Takes an edge of the loop from the driver.
  public mutating func observe(
    _ edge: LoopEdge, now: Instant, into out: inout Outbox<PortOutput>
  ) {
    line.observe(edge, now: now, into: &lineOutputs)
    take(lineOutputs.drain(), now: now, into: &out)
  }

  /// Takes what the media thread tells; events of other ports change nothing.
  public mutating func receive(
    _ event: MediaEvent, now: Instant, into out: inout Outbox<PortOutput>
  ) {
    switch event {
    case .digit(settings.number, let digit, _):
      handle(.digit(digit, byPulses: false), now: now, into: &out)
    case .callerIDSent(settings.number):
      line.callerIDSent(now: now)
    case .digitMeasured(settings.number, let digit, let levels):
      tell(.digit(digit, levels), &out)
      handle(.digit(digit, byPulses: false), now: now, into: &out)
    case .echoMeasured(settings.number, let loss):
      tell(.echo(loss), &out)
    case .streamStarted(settings.number):
      handle(.streamHeard, now: now, into: &out)
    case .dataHeard(settings.number, let data):
      handle(.dataHeard(data), now: now, into: &out)
    case .streamClosed(settings.number, let statistics):
      if let record = records.receive(statistics) { out.emit(.record(record)) }
    case .cardLost(let card, let ports, _) where ports.contains(settings.number):
      leaveService(MissingHardware(card: card), now, &out)
      settle(now, into: &out)
    case .cardReturned(let card, let ports) where ports.contains(settings.number):
      returnToService(MissingHardware(card: card), now, &out)
      settle(now, into: &out)
    case .digit, .digitMeasured, .echoMeasured, .callerIDSent, .streamStarted, .dataHeard,
      .streamClosed, .cardLost, .cardReturned:
      break  // Another port's.
    case .streamReport, .audioDetached, .periodsMissed, .xrun:
      break  // For lists and for the log, not for the call.
    }
  }

  /// Takes what the user agent tells; outputs for other accounts and sessions change nothing.
  ///
  /// `time` is the local time for caller ID; `nil` if the box does not know it.
  public mutating func receive(
    _ output: UserAgentOutput, time: TimeOfDay?, now: Instant,
    into out: inout Outbox<PortOutput>
  ) {
    switch output {
    case .registration(settings.number, let status):
      handle(.registration(status == .registered), now: now, into: &out)
    case .messages(settings.number, let summary):
      dialTone.hasMessages = summary.isWaiting
      settle(now, into: &out)
    case .dialTone(settings.number, let pattern):
      dialTone.pattern = pattern
      settle(now, into: &out)
    case .incoming(let session, settings.number, let caller, let offer):
      handle(.incoming(session, caller, offer: offer, time), now: now, into: &out)
    case .progress(let session, let code, let description, let earlyMedia, let isOther):
      if isOther { handle(.otherParty, of: session, now, &out) }
      handle(
        .progress(code: code, description: description, earlyMedia: earlyMedia), of: session, now,
        &out)
    case .emergency(let session):
      handle(.emergency, of: session, now, &out)
    case .answered(let session, let description):
      handle(.answered(description: description), of: session, now, &out)
    case .offered(let session, let description):
      handle(.offered(description: description), of: session, now, &out)
    case .offerAccepted(let session, let description):
      handle(.offerAccepted(description: description), of: session, now, &out)
    case .offerRefused(let session, let code):
      handle(.offerRefused(code: code), of: session, now, &out)
    case .ended(let session, let reason, let cause):
      handle(.ended(reason, cause: cause), of: session, now, &out)
    case .referred(let session, let number):
      handle(.referred(to: number), of: session, now, &out)
    case .replacing(let session, let old, _, let offer):
      handle(.replaced(by: session, offer: offer), of: old, now, &out)
    case .registration, .messages, .dialTone, .incoming:
      break  // Another account's.
    case .send, .sendByStream, .confirmed, .transfer, .note, .stopped:
      break  // Nothing that a call must know.
    }
  }

  /// Describes media from now on as arriving at another address of ours.
  public mutating func move(to address: IPAddress) { settings.local.address = address }

  /// Takes settings that count from the next call on; the address stays.
  public mutating func update(_ settings: PortSettings) {
    let address = self.settings.local.address
    if settings.hasMessageLamp != self.settings.hasMessageLamp { lamp.reconsider() }
    self.settings = settings
    move(to: address)
  }

  /// Whether the bell uses ring current, pauses within a ring included.
  public var needsRingCurrent: Bool { line.needsRingCurrent }

  /// Puts off the burst whose feed was just asked for.
  public mutating func holdRing() { line.holdRing() }

  /// Rings the burst that was put off.
  public mutating func resumeRing(now: Instant, into out: inout Outbox<PortOutput>) {
    withLine(now: now, into: &out) { $0.resumeRing(now: now, into: &$1) }
  }

  /// Takes the result of `.invite`: the session, or `nil` if the user agent refused.
  public mutating func invited(
    _ session: SessionNumber?, now: Instant, into out: inout Outbox<PortOutput>
  ) {
    handle(.invited(session), now: now, into: &out)
  }

  /// The gateway could not send the offer of `.reoffer`.
  public mutating func offerNotSent(
    _ session: SessionNumber, now: Instant, into out: inout Outbox<PortOutput>
  ) {
    handle(.offerRefused(code: nil), of: session, now, &out)
  }

  /// Lets the time pass.
  public mutating func advance(to now: Instant, into out: inout Outbox<PortOutput>) {
    line.advance(to: now, into: &lineOutputs)
    take(lineOutputs.drain(), now: now, into: &out)
    if let record = records.advance(to: now) { out.emit(.record(record)) }
    if let deadline = lamp.deadline, now >= deadline { settleLamp(now, &out) }
    guard let deadline = state.deadline, now >= deadline else { return }
    handle(.timeUp, now: now, into: &out)
  }

  /// One copy, as below.
  @inline(never)
  private mutating func handle(
    _ event: SessionEvent, of session: SessionNumber, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    if referrer?.session == session { return hearReferrer(event, now, &out) }
    guard state.call?.session == session else { return }
    handle(.session(event), now: now, into: &out)
  }

  /// One copy for all callers: inlined into each of them it would cost 10 KB.
  @inline(never)
  private mutating func handle(
    _ input: PortInput, now: Instant, into out: inout Outbox<PortOutput>
  ) {
    transit(input, now: now, into: &out)
    settleReferral(now, &out)
    settle(now, into: &out)
  }

  /// Runs a function of the line and forwards what it wants.
  mutating func withLine(
    now: Instant, into out: inout Outbox<PortOutput>,
    _ body: (inout LineSupervisor, inout Outbox<LineSupervisor.Output>) -> Void
  ) {
    body(&line, &lineOutputs)
    take(lineOutputs.drain(), now: now, into: &out)
  }

  private mutating func take(
    _ outputs: [LineSupervisor.Output], now: Instant, into out: inout Outbox<PortOutput>
  ) {
    let port = settings.number
    for output in outputs {
      switch output {
      case .feed(let feed):
        out.emit(.feed(feed))
        if feed == .onHookTransmission { endBurst(now, &out) }
      case .play(let tone): out.emit(.media(.play(port, tone)))
      case .sendCallerID(let signal): out.emit(.media(.sendCallerID(port, signal)))
      case .stopSignalling: out.emit(.media(.stopTone(port)))
      case .messageSent:
        lamp.sent()
        settleLamp(now, &out)
      case .offHook, .ringTripped: handle(.offHook, now: now, into: &out)
      case .onHook: handle(.onHook, now: now, into: &out)
      case .hookFlash: handle(.hookFlash, now: now, into: &out)
      case .pulseStart: handle(.pulseStart, now: now, into: &out)
      case .pulseDigit(let digit):
        handle(.digit(digit, byPulses: true), now: now, into: &out)
      }
    }
  }

  /// Tells line and media what the state wants and they were not told yet.
  mutating func settle(_ now: Instant, into out: inout Outbox<PortOutput>) {
    let port = settings.number
    line.acceptsPulses = state.acceptsPulses
    settleStream(into: &out)
    let wanted = state.tone(dialTone)
    if wanted != soundingTone {
      soundingTone = wanted
      if let tone = wanted {
        out.emit(.media(.play(port, settings.profile.tone(tone))))
      } else {
        out.emit(.media(.stopTone(port)))
      }
    }
    if state.listens != isListening {
      isListening = state.listens
      out.emit(.media(.listenForDigits(port, isListening)))
    }
    if state.probe != probe {
      probe = state.probe
      out.emit(.media(.probe(port, probe)))
    }
    settleLamp(now, &out)
  }

  /// Tells the telephone's lamp what it was not told yet.
  private mutating func settleLamp(_ now: Instant, _ out: inout Outbox<PortOutput>) {
    let isIdle = if case .idle = state { true } else { false }
    guard let isLit = lamp.update(wanted: wantedLamp, isLineIdle: isIdle, now: now) else { return }
    var isTaken = false
    if let signal = settings.callerIDScheme.lampSignal(isLit: isLit) {
      withLine(now: now, into: &out) { isTaken = $0.send(signal, now: now, into: &$1) }
    }
    if !isTaken { _ = lamp.update(wanted: nil, isLineIdle: false, now: now) }
  }

  /// A lamp that is given up is put out first, if it may burn.
  private var wantedLamp: Bool? {
    guard settings.hasMessageLamp || lamp.isLit == true,
      settings.callerIDScheme.lampSignal(isLit: true) != nil
    else { return nil }
    return settings.hasMessageLamp ? dialTone.hasMessages : false
  }

  mutating func settleStream(into out: inout Outbox<PortOutput>) {
    let wanted = state.stream
    guard wanted != openStream else { return }
    let port = settings.number
    switch (openStream, wanted) {
    case (nil, let wanted?):
      out.emit(.media(.openStream(port, wanted)))
    case (let open?, let wanted?) where open.number == wanted.number:
      out.emit(.media(.updateStream(port, wanted)))
    case (_?, let wanted):
      records.expectReport()
      out.emit(.media(.closeStream(port)))
      if let wanted { out.emit(.media(.openStream(port, wanted))) }
    case (nil, nil):
      break
    }
    openStream = wanted
  }
}
