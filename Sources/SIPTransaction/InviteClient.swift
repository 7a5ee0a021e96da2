public import Base

/// The INVITE client transaction (RFC 3261 §17.1.1, RFC 6026 §7.2).
///
/// ```
///   calling --1xx--> proceeding           A: send again, pauses double   (calling, over UDP)
///      |                 |                B: give up                     (calling)
///      +------2xx--------+--> accepted    M: hand over further 2xx
///      +-----300+--------+--> completed   D: acknowledge repetitions (over UDP)
/// ```
public struct InviteClient: Sendable {
  /// What the transaction wants done.
  public enum Output: Equatable, Sendable {
    /// Put the INVITE on the wire, the first time or again.
    case sendInvite
    /// Put the ACK of a refusal on the wire.
    case sendAck
    /// Hand the response that was just received to the user of the transaction.
    case deliver
    /// Tell the user that nobody answered (timer B).
    case timedOut
    /// Forget the transaction.
    case terminated
  }

  private enum State: Sendable {
    case calling(resendAt: Instant, interval: Duration, giveUpAt: Instant)
    case proceeding
    case completed(until: Instant)
    case accepted(until: Instant)
    case terminated
  }

  private var state: State
  private let timers: Timers

  /// Starts the transaction with its first INVITE.
  public init(timers: Timers, now: Instant, into out: inout Outbox<Output>) {
    self.timers = timers
    state = .calling(
      resendAt: now + timers.firstPause, interval: timers.t1, giveUpAt: now + timers.patience)
    out.emit(.sendInvite)
  }

  /// When `advance(to:into:)` has something to do.
  public var deadline: Instant? {
    switch state {
    case .calling(let resendAt, _, let giveUpAt): min(resendAt, giveUpAt)
    case .completed(let until), .accepted(let until): until
    case .proceeding, .terminated: nil
    }
  }

  /// Whether a final response has not come yet.
  public var isOpen: Bool {
    switch state {
    case .calling, .proceeding: true
    case .completed, .accepted, .terminated: false
    }
  }

  /// Whether a response can still reach the user; for a while also after the first 2xx.
  public var mayDeliver: Bool {
    switch state {
    case .calling, .proceeding, .accepted: true
    case .completed, .terminated: false
    }
  }

  /// Takes a response that belongs to this transaction.
  public mutating func receive(
    _ response: ResponseClass, now: Instant, into out: inout Outbox<Output>
  ) {
    switch (state, response) {
    case (.calling, .provisional), (.proceeding, .provisional):
      state = .proceeding
      out.emit(.deliver)
    case (.calling, .success), (.proceeding, .success):
      state = .accepted(until: now + timers.patience)
      out.emit(.deliver)
    case (.calling, .failure), (.proceeding, .failure):
      state = .completed(until: now + timers.timerD)
      out.emit(.sendAck)
      out.emit(.deliver)
    case (.accepted, .success):
      // A repeated or forked 2xx is the user's business: only it can acknowledge (RFC 6026 §7.2).
      out.emit(.deliver)
    case (.completed, .failure):
      out.emit(.sendAck)
    case (.accepted, .provisional), (.accepted, .failure), (.completed, .provisional),
      (.completed, .success), (.terminated, .provisional), (.terminated, .success),
      (.terminated, .failure):
      break  // Late or contradictory; the first final response stands.
    }
  }

  /// Lets the timers that are due by `now` run out.
  public mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .calling(let resendAt, let interval, let giveUpAt):
      if now >= giveUpAt {
        out.emit(.timedOut)
        terminate(into: &out)
      } else if now >= resendAt {
        // The next pause starts now: a process that was held up must not send a burst.
        let next = interval * 2
        state = .calling(resendAt: now + next, interval: next, giveUpAt: giveUpAt)
        out.emit(.sendInvite)
      }
    case .completed(let until), .accepted(let until):
      if now >= until { terminate(into: &out) }
    case .proceeding, .terminated:
      break
    }
  }

  private mutating func terminate(into out: inout Outbox<Output>) {
    state = .terminated
    out.emit(.terminated)
  }
}
