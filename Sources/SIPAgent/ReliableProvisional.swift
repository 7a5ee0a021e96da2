internal import Base
internal import SIPTransaction

/// The answering side's provisional response that wants a PRACK (RFC 3262 §3).
///
/// ```
///   none --send--> unacknowledged --PRACK--> acknowledged      the 2xx that was held goes now
///                   |  |       |
///                   |  |       +-- again after T1, 2*T1, 4*T1 …
///                   |  +-- 64*T1 without PRACK --> over        the INVITE is refused
///                   +-- final response --> concluded --PRACK, 64*T1--> over
/// ```
/// A 2xx may not overtake the offer that the response carries; every other final response may, and
/// ends the repetitions.
struct ReliableProvisional: Sendable {
  enum Output: Equatable, Sendable {
    /// Send the response again.
    case sendAgain
    /// Send the 2xx that was held.
    case sendAnswer
    /// Refuse the INVITE: nobody acknowledges.
    case refuse
  }

  private enum State: Sendable {
    case none
    case unacknowledged(Repetition)
    case concluded(until: Instant)
    case acknowledged
    case over
  }

  private struct Repetition: Sendable {
    var resendAt: Instant
    var interval: Duration
    let giveUpAt: Instant
    var holdsAnswer = false

    var deadline: Instant { min(resendAt, giveUpAt) }
  }

  private var state = State.none
  /// The RSeq.
  private var number: UInt32 = 0
  /// Whether it carries our offer, so that its PRACK carries the answer.
  private(set) var carriesOffer = false

  var deadline: Instant? {
    switch state {
    case .unacknowledged(let repetition): repetition.deadline
    case .concluded(let until): until
    case .none, .acknowledged, .over: nil
    }
  }

  /// Whether none was sent.
  var isUnused: Bool { if case .none = state { true } else { false } }

  /// Whether offer and answer are exchanged before the 2xx.
  var isAgreed: Bool { if case .acknowledged = state { carriesOffer } else { false } }

  /// Whether a PRACK may still come.
  var isAwaited: Bool {
    switch state {
    case .unacknowledged, .concluded: true
    case .none, .acknowledged, .over: false
    }
  }

  /// Whether a PRACK for this RSeq is the one that is awaited.
  func awaits(_ number: UInt32) -> Bool { isAwaited && number == self.number }

  /// The response was sent the first time.
  mutating func send(_ number: UInt32, carriesOffer: Bool, timers: Timers, now: Instant) {
    switch state {
    case .none:
      self.number = number
      self.carriesOffer = carriesOffer
      state = .unacknowledged(
        Repetition(
          resendAt: now + timers.t1, interval: timers.t1, giveUpAt: now + timers.patience))
    case .unacknowledged, .concluded, .acknowledged, .over:
      break
    }
  }

  /// Whether a 2xx must wait; it is asked for again by `.sendAnswer`.
  mutating func holdAnswer() -> Bool {
    switch state {
    case .unacknowledged(var repetition):
      guard carriesOffer else { return false }
      repetition.holdsAnswer = true
      state = .unacknowledged(repetition)
      return true
    case .none, .concluded, .acknowledged, .over:
      return false
    }
  }

  /// A final response was sent.
  mutating func conclude() {
    switch state {
    case .unacknowledged(let repetition): state = .concluded(until: repetition.giveUpAt)
    case .none, .concluded, .acknowledged, .over: break
    }
  }

  /// Takes the PRACK that was awaited.
  mutating func receiveAcknowledgement(into out: inout Outbox<Output>) {
    switch state {
    case .unacknowledged(let repetition):
      state = .acknowledged
      if repetition.holdsAnswer { out.emit(.sendAnswer) }
    case .concluded:
      state = .over
    case .none, .acknowledged, .over:
      break
    }
  }

  mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .unacknowledged(var repetition):
      if now >= repetition.giveUpAt {
        state = .over
        out.emit(.refuse)
      } else if now >= repetition.resendAt {
        // Unlike a 2xx, without the bound of T2.
        repetition.interval = repetition.interval * 2
        repetition.resendAt = now + repetition.interval
        state = .unacknowledged(repetition)
        out.emit(.sendAgain)
      }
    case .concluded(let until):
      if now >= until { state = .over }
    case .none, .acknowledged, .over:
      break
    }
  }
}
