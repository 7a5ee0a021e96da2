internal import Base

/// The caller's side of a session, above the transaction (RFC 3261 §13.2, §9.1, §15).
///
/// ```
///   calling ---1xx---> proceeding --2xx--> established --BYE, hang up--> over
///      |                   |
///   hang up             hang up (CANCEL)
///      v                   v
///   calledOff --1xx--> cancelling             200 after all: ACK and BYE
///          (CANCEL)                           64*T1 without a final response: forget the INVITE
///
///   calling, proceeding, calledOff, cancelling --300+ or silence--> over
/// ```
///
/// The end is reported when it is certain; after a hang-up that is at once, for whatever the far
/// side still says changes nothing for the subscriber.
struct OutgoingInvite: Sendable {
  enum Output: Equatable, Sendable {
    case reportProgress
    case acknowledge
    case reportAnswered
    case sendCancel
    case sendBye
    case forgetInvite
    case end(EndReason)
  }

  private enum State: Sendable {
    case calling
    case proceeding
    case calledOff
    case cancelling(until: Instant)
    case established
    case over
  }

  private var state = State.calling
  private let patience: Duration

  /// Starts with the INVITE on its way; `patience` is 64*T1.
  init(patience: Duration) { self.patience = patience }

  var deadline: Instant? {
    if case .cancelling(let until) = state { until } else { nil }
  }

  var isOver: Bool { if case .over = state { true } else { false } }

  var isEstablished: Bool { if case .established = state { true } else { false } }

  /// Whether nothing was heard of the INVITE yet.
  var isUnheard: Bool { if case .calling = state { true } else { false } }

  /// Whether a refused INVITE may be sent again with credentials.
  var wantsAnswer: Bool {
    switch state {
    case .calling, .proceeding: true
    case .calledOff, .cancelling, .established, .over: false
    }
  }

  mutating func receiveProvisional(now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .calling, .proceeding:
      state = .proceeding
      out.emit(.reportProgress)
    case .calledOff:
      cancel(now: now, into: &out)
    case .cancelling, .established, .over:
      break
    }
  }

  /// Takes the first 2xx.
  mutating func receiveSuccess(into out: inout Outbox<Output>) {
    switch state {
    case .calling, .proceeding:
      state = .established
      out.emit(.acknowledge)
      out.emit(.reportAnswered)
    case .calledOff, .cancelling:
      state = .over
      out.emit(.acknowledge)
      out.emit(.sendBye)
    case .established, .over:
      break
    }
  }

  /// Takes a final refusal, or that nobody answers.
  mutating func receiveEnd(_ reason: EndReason, into out: inout Outbox<Output>) {
    switch state {
    case .calling, .proceeding:
      state = .over
      out.emit(.end(reason))
    case .calledOff, .cancelling:
      state = .over
    case .established, .over:
      break
    }
  }

  /// The transaction of the INVITE starts again because of a challenge.
  mutating func restart() {
    switch state {
    case .proceeding: state = .calling
    case .calling, .calledOff, .cancelling, .established, .over: break
    }
  }

  mutating func hangUp(now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .calling:
      // RFC 3261 §9.1: a CANCEL must wait for a provisional response.
      state = .calledOff
      out.emit(.end(.local))
    case .proceeding:
      cancel(now: now, into: &out)
      out.emit(.end(.local))
    case .established:
      state = .over
      out.emit(.sendBye)
      out.emit(.end(.local))
    case .calledOff, .cancelling, .over:
      break
    }
  }

  /// The far side sent BYE, or the dialog is lost.
  mutating func receiveBye(_ reason: EndReason, into out: inout Outbox<Output>) {
    switch state {
    case .established:
      state = .over
      out.emit(.end(reason))
    case .calling, .proceeding, .calledOff, .cancelling, .over:
      break
    }
  }

  mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .cancelling(let until):
      if now >= until {
        state = .over
        out.emit(.forgetInvite)
      }
    case .calling, .proceeding, .calledOff, .established, .over:
      break
    }
  }

  private mutating func cancel(now: Instant, into out: inout Outbox<Output>) {
    state = .cancelling(until: now + patience)
    out.emit(.sendCancel)
  }
}
