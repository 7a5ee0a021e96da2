internal import Base
internal import MediaControl

/// One message to a telephone that neither rings nor is lifted, such as that for its lamp.
///
/// ```
///   opening --> alerting --> sending --> closing --> over
///        \---- Bell 202 ------^
/// ```
/// GR-30 sends it into an idle line as it is; EN 300 659-1 has an alerting signal go before it,
/// after a reversal of the polarity where the country wants one.
struct IdleMessage: Sendable {
  private enum State: Sendable {
    case opening(until: Instant)
    case alerting(until: Instant)
    case sending(giveUpAt: Instant)
    case closing(until: Instant)
    case over
  }

  private let signal: CallerIDSignal
  private var state: State
  /// Whether the media thread is busy with something of ours.
  private(set) var isSignalling = false

  /// Opens the audio path of a line that is on hook.
  init(
    _ signal: CallerIDSignal, timing: CallerIDTiming, now: Instant,
    into out: inout Outbox<RingSequence.Output>
  ) {
    self.signal = signal
    state = .opening(until: now + RingSequence.openingTime)
    switch timing {
    case .beforeRinging(reversesPolarity: true): out.emit(.feed(.reverseActive))
    case .beforeRinging(reversesPolarity: false), .afterFirstRing:
      out.emit(.feed(.onHookTransmission))
    }
  }

  /// When `advance` must be called next.
  var deadline: Instant? {
    switch state {
    case .opening(let until), .alerting(let until), .sending(let until), .closing(let until): until
    case .over: nil
    }
  }

  /// Whether the line is free again.
  var isOver: Bool { if case .over = state { true } else { false } }

  /// Takes the media thread's word that the message is out.
  mutating func sent(now: Instant) {
    guard case .sending = state else { return }
    isSignalling = false
    state = .closing(until: now + RingSequence.settlingTime)
  }

  /// Takes the next step when its time has come; one step a call.
  mutating func advance(to now: Instant, into out: inout Outbox<RingSequence.Output>) {
    guard let deadline, now >= deadline else { return }
    switch state {
    case .opening where signal.modulation == .v23:
      state = .alerting(until: now + RingSequence.alertingTime)
      isSignalling = true
      out.emit(.play(RingSequence.alertingSignal))
    case .opening, .alerting:
      state = .sending(giveUpAt: now + RingSequence.sendingLimit)
      isSignalling = true
      out.emit(.sendCallerID(signal))
    case .sending:
      isSignalling = false
      state = .closing(until: now + RingSequence.settlingTime)
    case .closing:
      state = .over
    case .over:
      break
    }
  }
}
