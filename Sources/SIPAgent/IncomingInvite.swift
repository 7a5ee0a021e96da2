internal import Base
internal import SIPTransaction

/// The answering side of an INVITE or re-INVITE, above the transaction (RFC 3261 §13.3, §9.2, §15).
///
/// ```
///   pending --answer--> answered --ACK--> confirmed --BYE, hang up--> over
///      |                    |
///      |                 hang up
///      |                    v
///      |                 leaving --ACK--> over (BYE)      2xx again, pauses double up to T2
///      |                                                  64*T1 without ACK: BYE
///      +--refuse, CANCEL, BYE, hang up--> over
/// ```
///
/// A callee may not send BYE before its 2xx is acknowledged (§15), hence `leaving`.
struct IncomingInvite: Sendable {
  enum Output: Equatable, Sendable {
    case sendAnswer
    case sendTerminated
    case sendBye
    case reportConfirmed
    case end(EndReason)
  }

  private enum State: Sendable {
    case pending
    case answered(Repetition)
    case leaving(Repetition)
    case confirmed
    case over
  }

  /// When the 2xx is sent again, and when that has been enough (§13.3.1.4).
  private struct Repetition: Sendable {
    var resendAt: Instant
    var interval: Duration
    let giveUpAt: Instant

    var deadline: Instant { min(resendAt, giveUpAt) }

    mutating func next(after now: Instant, _ timers: Timers) {
      interval = timers.doubled(interval)
      resendAt = now + interval
    }
  }

  private var state = State.pending
  private let timers: Timers

  init(timers: Timers) { self.timers = timers }

  var deadline: Instant? {
    switch state {
    case .answered(let repetition), .leaving(let repetition): repetition.deadline
    case .pending, .confirmed, .over: nil
    }
  }

  var isOver: Bool { if case .over = state { true } else { false } }

  /// Whether a final response can still be chosen.
  var isPending: Bool { if case .pending = state { true } else { false } }

  /// Whether a 2xx was sent and neither side has hung up.
  var isEstablished: Bool {
    switch state {
    case .answered, .confirmed: true
    case .pending, .leaving, .over: false
    }
  }

  /// Whether a 2xx waits for its ACK.
  var isUnconfirmed: Bool {
    switch state {
    case .answered, .leaving: true
    case .pending, .confirmed, .over: false
    }
  }

  /// A 2xx was chosen; the transaction sends it the first time.
  mutating func answer(now: Instant) {
    switch state {
    case .pending:
      state = .answered(
        Repetition(
          resendAt: now + timers.t1, interval: timers.t1, giveUpAt: now + timers.patience))
    case .answered, .leaving, .confirmed, .over:
      break
    }
  }

  /// A final refusal was chosen; the transaction sends it.
  mutating func refuse(_ reason: EndReason = .local, into out: inout Outbox<Output>) {
    switch state {
    case .pending:
      state = .over
      out.emit(.end(reason))
    case .answered, .leaving, .confirmed, .over:
      break
    }
  }

  mutating func receiveCancel(into out: inout Outbox<Output>) {
    switch state {
    case .pending:
      state = .over
      out.emit(.sendTerminated)
      out.emit(.end(.cancelled))
    case .answered, .leaving, .confirmed, .over:
      break  // RFC 3261 §9.2: a final response was sent, the CANCEL has no effect.
    }
  }

  mutating func receiveAck(into out: inout Outbox<Output>) {
    switch state {
    case .answered:
      state = .confirmed
      out.emit(.reportConfirmed)
    case .leaving:
      state = .over
      out.emit(.sendBye)
    case .pending, .confirmed, .over:
      break
    }
  }

  /// The far side sent BYE, or the dialog is lost.
  mutating func receiveBye(_ reason: EndReason, into out: inout Outbox<Output>) {
    switch state {
    case .pending:
      state = .over
      out.emit(.sendTerminated)
      out.emit(.end(reason))
    case .answered, .confirmed:
      state = .over
      out.emit(.end(reason))
    case .leaving:
      state = .over
    case .over:
      break
    }
  }

  mutating func hangUp(into out: inout Outbox<Output>) {
    switch state {
    case .answered(let repetition):
      state = .leaving(repetition)
      out.emit(.end(.local))
    case .confirmed:
      state = .over
      out.emit(.sendBye)
      out.emit(.end(.local))
    case .pending, .leaving, .over:
      break
    }
  }

  mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .answered(var repetition):
      if now >= repetition.giveUpAt {
        state = .over
        out.emit(.sendBye)
        out.emit(.end(.unacknowledged))
      } else if now >= repetition.resendAt {
        repetition.next(after: now, timers)
        state = .answered(repetition)
        out.emit(.sendAnswer)
      }
    case .leaving(var repetition):
      if now >= repetition.giveUpAt {
        state = .over
        out.emit(.sendBye)
      } else if now >= repetition.resendAt {
        repetition.next(after: now, timers)
        state = .leaving(repetition)
        out.emit(.sendAnswer)
      }
    case .pending, .confirmed, .over:
      break
    }
  }
}
