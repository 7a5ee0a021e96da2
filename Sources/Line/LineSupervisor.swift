public import Base
public import MediaControl

/// The line of one port: its feed, its hook and its bell, without any call.
///
/// ```
///            ring                  closed: ringTripped
///   onHook ---------> ringing ----------------------------> offHook --lockOut--> lockedOut
///    ^ ^               |                                      |                      |
///    | +--stopRinging--+            closed: offHook           |                      |
///    |                      onHook -----------------> offHook |                      |
///    +-----------------------------onHook---------------------+----------onHook------+
///
///   onHook --send--> signalling --over--> onHook;  --ring--> ringing;  --closed--> offHook
/// ```
public struct LineSupervisor {
  /// What the line wants done, and what happened on it.
  public enum Output: Sendable {
    /// Change the feed.
    case feed(LineFeed)
    /// Play a tone into the line: the alerting signal of caller ID.
    case play(Tone)
    /// Send a caller ID message into the line.
    case sendCallerID(CallerIDSignal)
    /// End the alerting signal or the caller ID message.
    case stopSignalling
    /// The message of `send` is out, and the line free again.
    case messageSent
    /// The handset was lifted while the line did not ring.
    case offHook
    /// The handset was lifted while the line rang; ringing has stopped.
    case ringTripped
    /// The hook was tapped.
    case hookFlash
    /// The handset is back.
    case onHook
    /// The dial is in use; its digit follows.
    case pulseStart
    /// The dial sent this digit (ASCII).
    case pulseDigit(UInt8)
  }

  private enum State: Sendable {
    case onHook
    case ringing(RingSequence)
    case signalling(IdleMessage)
    case offHook
    /// The handset is off, but nobody listens: low power until it is back.
    case lockedOut
  }

  /// More outputs than one call of any function makes.
  public static let outputLimit = 8

  private let profile: CountryProfile
  private var monitor: LoopMonitor
  private var state = State.onHook
  private var hooks = Outbox<HookEvent>(limit: 4)
  private var bell = Outbox<RingSequence.Output>(limit: 4)

  /// Makes the line on hook and puts it into standby.
  public init(profile: CountryProfile, now: Instant, into out: inout Outbox<Output>) {
    self.profile = profile
    monitor = LoopMonitor(timing: profile.loopTiming)
    out.emit(.feed(.standby))
  }

  /// Whether breaks of the loop may be dial pulses.
  public var acceptsPulses: Bool {
    get { monitor.acceptsPulses }
    set { monitor.acceptsPulses = newValue }
  }

  /// Whether the bell rings, or is about to.
  public var isRinging: Bool {
    if case .ringing = state { true } else { false }
  }

  /// When `advance` must be called next.
  public var deadline: Instant? {
    switch state {
    case .ringing(let sequence): soonest(monitor.deadline, sequence.deadline)
    case .signalling(let message): soonest(monitor.deadline, message.deadline)
    case .onHook, .offHook, .lockedOut: monitor.deadline
    }
  }

  /// Takes an edge of the loop from the driver.
  public mutating func observe(
    _ edge: LoopEdge, now: Instant, into out: inout Outbox<Output>
  ) {
    monitor.observe(edge, now: now, into: &hooks)
    for event in hooks.drain() { receive(event, into: &out) }
  }

  /// Begins to ring, or returns `false` when the handset is off or the bell rings already.
  public mutating func ring(
    _ callerID: CallerIDSignal?, cadence: RingCadence? = nil, now: Instant,
    into out: inout Outbox<Output>
  ) -> Bool {
    switch state {
    case .ringing, .offHook, .lockedOut:
      return false
    case .onHook, .signalling:
      // A call is worth more than a lamp.
      if case .signalling(let message) = state { end(message, feed: .standby, into: &out) }
      state = .ringing(
        RingSequence(
          cadence: cadence ?? profile.ringCadence, callerID: callerID,
          timing: profile.callerIDTiming,
          now: now, into: &bell))
      forwardBell(into: &out)
      return true
    }
  }

  /// Sends a message into a line that is on hook and does not ring, or returns `false`.
  public mutating func send(
    _ signal: CallerIDSignal, now: Instant, into out: inout Outbox<Output>
  ) -> Bool {
    guard case .onHook = state else { return false }
    state = .signalling(
      IdleMessage(signal, timing: profile.callerIDTiming, now: now, into: &bell))
    forwardBell(into: &out)
    return true
  }

  /// Whether the port uses ring current, pauses within a ring included.
  public var needsRingCurrent: Bool {
    if case .ringing(let sequence) = state { sequence.needsRingCurrent } else { false }
  }

  /// Puts off the burst whose feed was just asked for; `resumeRing` lets it begin.
  public mutating func holdRing() {
    guard case .ringing(var sequence) = state else { return }
    sequence.hold()
    state = .ringing(sequence)
  }

  /// Rings the burst that was put off, unless nobody rings any more.
  public mutating func resumeRing(now: Instant, into out: inout Outbox<Output>) {
    guard case .ringing(var sequence) = state else { return }
    sequence.resume(now: now, into: &bell)
    state = .ringing(sequence)
    forwardBell(into: &out)
  }

  /// Silences the bell; the line goes back to standby.
  public mutating func stopRinging(now: Instant, into out: inout Outbox<Output>) {
    guard case .ringing(let sequence) = state else { return }
    end(sequence, feed: .standby, into: &out)
    state = .onHook
  }

  /// Takes the media thread's word that the caller ID message is out.
  public mutating func callerIDSent(now: Instant) {
    switch state {
    case .ringing(var sequence):
      sequence.callerIDSent(now: now)
      state = .ringing(sequence)
    case .signalling(var message):
      message.sent(now: now)
      state = .signalling(message)
    case .onHook, .offHook, .lockedOut:
      break
    }
  }

  /// Stops feeding a line whose handset was forgotten.
  public mutating func lockOut(now: Instant, into out: inout Outbox<Output>) {
    guard case .offHook = state else { return }
    state = .lockedOut
    out.emit(.feed(.standby))
  }

  /// Lets the time pass.
  public mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    monitor.advance(to: now, into: &hooks)
    for event in hooks.drain() { receive(event, into: &out) }
    switch state {
    case .ringing(var sequence):
      sequence.advance(to: now, into: &bell)
      state = .ringing(sequence)
      forwardBell(into: &out)
    case .signalling(var message):
      message.advance(to: now, into: &bell)
      state = .signalling(message)
      forwardBell(into: &out)
      guard message.isOver else { return }
      state = .onHook
      out.emit(.feed(.standby))
      out.emit(.messageSent)
    case .onHook, .offHook, .lockedOut:
      break
    }
  }

  private mutating func receive(_ event: HookEvent, into out: inout Outbox<Output>) {
    switch (state, event) {
    case (.onHook, .offHook):
      state = .offHook
      out.emit(.feed(.forwardActive))
      out.emit(.offHook)
    case (.ringing(let sequence), .offHook):
      state = .offHook
      end(sequence, feed: .forwardActive, into: &out)
      out.emit(.ringTripped)
    case (.signalling(let message), .offHook):
      state = .offHook
      end(message, feed: .forwardActive, into: &out)
      out.emit(.offHook)
    case (.offHook, .hookFlash):
      out.emit(.hookFlash)
    case (.offHook, .pulseStart):
      out.emit(.pulseStart)
    case (.offHook, .pulseDigit(let digit)):
      out.emit(.pulseDigit(digit))
    case (.offHook, .onHook):
      state = .onHook
      out.emit(.feed(.standby))
      out.emit(.onHook)
    case (.lockedOut, .onHook):
      state = .onHook
      out.emit(.onHook)
    case (.lockedOut, .hookFlash), (.lockedOut, .pulseStart), (.lockedOut, .pulseDigit):
      break  // Nobody listens.
    case (.onHook, .onHook), (.onHook, .hookFlash), (.onHook, .pulseStart),
      (.onHook, .pulseDigit), (.ringing, .onHook), (.ringing, .hookFlash),
      (.ringing, .pulseStart), (.ringing, .pulseDigit),
      (.signalling, .onHook), (.signalling, .hookFlash), (.signalling, .pulseStart),
      (.signalling, .pulseDigit),
      (.offHook, .offHook), (.lockedOut, .offHook):
      preconditionFailure("the loop monitor and the line disagree about the hook")
    }
  }

  private func end(
    _ sequence: RingSequence, feed: LineFeed, into out: inout Outbox<Output>
  ) {
    out.emit(.feed(feed))
    if sequence.isSignalling { out.emit(.stopSignalling) }
  }

  private func end(
    _ message: IdleMessage, feed: LineFeed, into out: inout Outbox<Output>
  ) {
    out.emit(.feed(feed))
    if message.isSignalling { out.emit(.stopSignalling) }
  }

  private mutating func forwardBell(into out: inout Outbox<Output>) {
    for output in bell.drain() {
      switch output {
      case .feed(let feed): out.emit(.feed(feed))
      case .play(let tone): out.emit(.play(tone))
      case .sendCallerID(let signal): out.emit(.sendCallerID(signal))
      }
    }
  }
}
