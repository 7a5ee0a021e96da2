public import Base

/// The client transaction of every method but INVITE and ACK (RFC 3261 §17.1.2).
///
/// ```
///   trying ---1xx---> proceeding            E: send again, pauses double up to T2; T2 in proceeding
///      |                  |                 F: give up
///      +------200+--------+--> completed    K: absorb repetitions (over UDP)
/// ```
/// By a reliable transport E never comes.
public struct NonInviteClient: Sendable {
  /// What the transaction wants done.
  public enum Output: Equatable, Sendable {
    /// Put the request on the wire, the first time or again.
    case sendRequest
    /// Hand the response that was just received to the user of the transaction.
    case deliver
    /// Tell the user that nobody answered (timer F).
    case timedOut
    /// Forget the transaction.
    case terminated
  }

  private enum State: Sendable {
    case trying(resendAt: Instant, interval: Duration, giveUpAt: Instant)
    case proceeding(resendAt: Instant, giveUpAt: Instant)
    case completed(until: Instant)
    case terminated
  }

  private var state: State
  private let timers: Timers

  /// Starts the transaction with its first request.
  public init(timers: Timers, now: Instant, into out: inout Outbox<Output>) {
    self.timers = timers
    state = .trying(
      resendAt: now + timers.firstPause, interval: timers.t1, giveUpAt: now + timers.patience)
    out.emit(.sendRequest)
  }

  /// When `advance(to:into:)` has something to do.
  public var deadline: Instant? {
    switch state {
    case .trying(let resendAt, _, let giveUpAt), .proceeding(let resendAt, let giveUpAt):
      min(resendAt, giveUpAt)
    case .completed(let until): until
    case .terminated: nil
    }
  }

  /// Whether a final response has not come yet.
  public var isOpen: Bool {
    switch state {
    case .trying, .proceeding: true
    case .completed, .terminated: false
    }
  }

  /// Takes a response that belongs to this transaction.
  public mutating func receive(
    _ response: ResponseClass, now: Instant, into out: inout Outbox<Output>
  ) {
    switch (state, response) {
    case (.trying(let resendAt, _, let giveUpAt), .provisional):
      state = .proceeding(resendAt: resendAt, giveUpAt: giveUpAt)
      out.emit(.deliver)
    case (.proceeding, .provisional):
      out.emit(.deliver)
    case (.trying, .success), (.trying, .failure), (.proceeding, .success), (.proceeding, .failure):
      state = .completed(until: now + timers.lateness)
      out.emit(.deliver)
    case (.completed, .provisional), (.completed, .success), (.completed, .failure),
      (.terminated, .provisional), (.terminated, .success), (.terminated, .failure):
      break  // A repetition; the first final response stands.
    }
  }

  /// Lets the timers that are due by `now` run out.
  public mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .trying(let resendAt, let interval, let giveUpAt):
      if now >= giveUpAt {
        giveUp(into: &out)
      } else if now >= resendAt {
        let next = timers.doubled(interval)
        state = .trying(resendAt: now + next, interval: next, giveUpAt: giveUpAt)
        out.emit(.sendRequest)
      }
    case .proceeding(let resendAt, let giveUpAt):
      if now >= giveUpAt {
        giveUp(into: &out)
      } else if now >= resendAt {
        state = .proceeding(resendAt: now + timers.t2, giveUpAt: giveUpAt)
        out.emit(.sendRequest)
      }
    case .completed(let until):
      if now >= until { terminate(into: &out) }
    case .terminated:
      break
    }
  }

  private mutating func giveUp(into out: inout Outbox<Output>) {
    out.emit(.timedOut)
    terminate(into: &out)
  }

  private mutating func terminate(into out: inout Outbox<Output>) {
    state = .terminated
    out.emit(.terminated)
  }
}
