public import Base
public import MediaControl

/// One bout of ringing with its caller ID, from the first change of the feed until it is stopped.
///
/// ```
///   opening --> alerting --> sending --> settling --> bell <--> silence
///    (only when caller ID goes before the first ring)  |  ^       | caller ID in the first
///                                                 hold |  |       | long one, 500 ms late
///                                                      v  | resume
///                                                    waiting
/// ```
/// It never ends by itself: the caller of `ring` owns the limit.
public struct RingSequence: Sendable {
  /// What the line circuit and the media thread must do.
  public enum Output: Sendable {
    /// Change the feed.
    case feed(LineFeed)
    /// Play the alerting signal before caller ID.
    case play(Tone)
    /// Send the caller ID message.
    case sendCallerID(CallerIDSignal)
  }

  private enum State: Sendable {
    case opening(until: Instant)
    case alerting(until: Instant)
    case sending(giveUpAt: Instant)
    case settling(until: Instant)
    case bell(phase: Int, until: Instant)
    case silence(phase: Int, until: Instant, callerIDAt: Instant?)
    /// The burst is due, but the supply of ring current has nothing to spare.
    case waiting(phase: Int)
  }

  /// From the end of the ring burst to the first bit; the common vendor default.
  static let callerIDDelay = Duration.milliseconds(500)
  /// From the reversal to the alerting signal, at least 100 ms (SIN 227).
  static let openingTime = Duration.milliseconds(150)
  /// 100 ms of alerting signal and at least 45 ms of silence (SIN 227).
  static let alertingTime = Duration.milliseconds(160)
  /// No message of any scheme is longer.
  static let sendingLimit = Duration.seconds(6)
  /// From the end of the message to the first ring.
  static let settlingTime = Duration.milliseconds(300)

  private let cadence: RingCadence
  private var callerID: CallerIDSignal?
  private var state: State
  /// Whether the media thread is busy with something of ours.
  private(set) var isSignalling = false

  /// Starts to ring, or to send what goes before the first ring.
  public init(
    cadence: RingCadence, callerID: CallerIDSignal?, timing: CallerIDTiming, now: Instant,
    into out: inout Outbox<Output>
  ) {
    self.cadence = cadence
    self.callerID = callerID
    state = .opening(until: now + Self.openingTime)
    switch (callerID?.modulation, timing) {
    case (nil, _), (.bell202, .afterFirstRing), (.v23, .afterFirstRing):
      // The turn of an INVITE is a long one: the burst is measured from the next, which is at once.
      state = .settling(until: now)
    case (.dtmf, .afterFirstRing), (_, .beforeRinging(reversesPolarity: false)):
      out.emit(.feed(.onHookTransmission))
    case (_, .beforeRinging(reversesPolarity: true)):
      out.emit(.feed(.reverseActive))
    }
  }

  /// When `advance` must be called next.
  public var deadline: Instant? {
    switch state {
    case .waiting: nil
    case .opening(let until), .alerting(let until), .settling(let until): until
    case .sending(let giveUpAt): giveUpAt
    case .bell(_, let until): until
    case .silence(_, let until, let callerIDAt): min(until, callerIDAt ?? until)
    }
  }

  /// Takes the media thread's word that the message is out.
  public mutating func callerIDSent(now: Instant) {
    isSignalling = false
    switch state {
    case .sending:
      state = .settling(until: now + Self.settlingTime)
    case .opening, .alerting, .settling, .bell, .silence, .waiting:
      break
    }
  }

  /// Whether ring current flows, or will again after a pause that is too short for another port.
  public var needsRingCurrent: Bool {
    switch state {
    case .bell: true
    case .silence(let phase, _, _): phase != cadence.longSilence
    case .opening, .alerting, .sending, .settling, .waiting: false
    }
  }

  /// Puts off the burst that has just begun: other ports use up the ring current.
  public mutating func hold() {
    if case .bell(let phase, _) = state { state = .waiting(phase: phase) }
  }

  /// Rings the burst that was put off.
  public mutating func resume(now: Instant, into out: inout Outbox<Output>) {
    guard case .waiting(let phase) = state else { return }
    startBell(phase: phase, until: now + cadence.length(phase), into: &out)
  }

  /// Takes the next step when its time has come; one step a call.
  public mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    guard let deadline, now >= deadline else { return }
    switch state {
    case .waiting:
      break
    case .opening:
      alertOrSend(now: now, into: &out)
    case .alerting:
      send(now: now, into: &out)
    case .sending:
      isSignalling = false
      state = .settling(until: now + Self.settlingTime)
    case .settling:
      startBell(phase: 0, until: now + cadence.length(0), into: &out)
    case .bell(let phase, let until):
      startSilence(after: phase, from: until, now: now, into: &out)
    case .silence(let phase, let until, let callerIDAt):
      continueSilence(phase, until, callerIDAt, now: now, into: &out)
    }
  }

  private mutating func alertOrSend(now: Instant, into out: inout Outbox<Output>) {
    guard callerID?.modulation != .dtmf else { return send(now: now, into: &out) }
    state = .alerting(until: now + Self.alertingTime)
    isSignalling = true
    out.emit(.play(Self.alertingSignal))
  }

  private mutating func send(now: Instant, into out: inout Outbox<Output>) {
    state = .sending(giveUpAt: now + Self.sendingLimit)
    emitCallerID(into: &out)
  }

  private mutating func emitCallerID(into out: inout Outbox<Output>) {
    guard let callerID else { return }
    isSignalling = true
    out.emit(.sendCallerID(callerID))
    self.callerID = nil
  }

  private mutating func startBell(phase: Int, until: Instant, into out: inout Outbox<Output>) {
    state = .bell(phase: phase, until: until)
    isSignalling = false  // No message is longer than the silence, whatever the media thread says.
    out.emit(.feed(.ringing))
  }

  private mutating func startSilence(
    after phase: Int, from start: Instant, now: Instant, into out: inout Outbox<Output>
  ) {
    let phase = phase + 1
    let isForCallerID = callerID != nil && phase == cadence.longSilence
    state = .silence(
      phase: phase, until: following(start, phase, now),
      callerIDAt: isForCallerID ? now + Self.callerIDDelay : nil)
    out.emit(.feed(.onHookTransmission))
  }

  private mutating func continueSilence(
    _ phase: Int, _ until: Instant, _ callerIDAt: Instant?, now: Instant,
    into out: inout Outbox<Output>
  ) {
    if now >= until {
      let next = (phase + 1) % cadence.milliseconds.count
      startBell(phase: next, until: following(until, next, now), into: &out)
    } else if callerIDAt != nil {
      state = .silence(phase: phase, until: until, callerIDAt: nil)
      emitCallerID(into: &out)
    }
  }

  /// The end of a phase that should have begun at `start`; a late turn does not make it vanish.
  private func following(_ start: Instant, _ phase: Int, _ now: Instant) -> Instant {
    let end = start + cadence.length(phase)
    return end > now ? end : now + cadence.length(phase)
  }

  /// DT-AS, 2130 and 2750 Hz for 100 ms (ETSI EN 300 659-1, SIN 227); its level is unconfirmed.
  static var alertingSignal: Tone {
    var tone = Tone()
    var burst = ToneSegment(silenceMs: 100)
    burst.components[0] = ToneSegment.Component(hertz: 2130, levelDBm0: -15)
    burst.components[1] = ToneSegment.Component(hertz: 2750, levelDBm0: -15)
    _ = tone.append(burst)
    return tone
  }
}

extension RingCadence {
  fileprivate func length(_ phase: Int) -> Duration { .milliseconds(milliseconds[phase]) }
}
