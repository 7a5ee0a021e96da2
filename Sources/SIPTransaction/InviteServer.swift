public import Base

/// The INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §7.1).
///
/// ```
///   trying ---1xx---> proceeding              100 after 200 ms of silence  (trying)
///      |                  |
///      +------2xx---------+--> accepted       L: absorb repeated INVITEs; the user repeats its 2xx
///      +-----300+---------+--> completed      G: send again (over UDP)   H: nobody acknowledged
///                                  |
///                                 ACK
///                                  v
///                              confirmed      I: absorb repeated ACKs (over UDP)
/// ```
public struct InviteServer: Sendable {
  /// What the transaction wants done.
  public enum Output: Equatable, Sendable {
    /// Put a 100 on the wire and keep it as the last response.
    case sendTrying
    /// Put the last response on the wire, the first time or again.
    case sendResponse
    /// Tell the user that its refusal was never acknowledged (timer H).
    case unacknowledged
    /// Forget the transaction.
    case terminated
  }

  private enum State: Sendable {
    case trying(until: Instant)
    case proceeding
    case accepted(until: Instant)
    case completed(resendAt: Instant, interval: Duration, giveUpAt: Instant)
    case confirmed(until: Instant)
    case terminated
  }

  /// How long the user may stay silent before the transaction says 100 itself (§17.2.1).
  public static let tryingDelay = Duration.milliseconds(200)

  private var state: State
  private let timers: Timers

  /// Starts the transaction of an INVITE that has just come in.
  public init(timers: Timers, now: Instant) {
    self.timers = timers
    state = .trying(until: now + Self.tryingDelay)
  }

  /// When `advance(to:into:)` has something to do.
  public var deadline: Instant? {
    switch state {
    case .trying(let until), .accepted(let until), .confirmed(let until): until
    case .completed(let resendAt, _, let giveUpAt): min(resendAt, giveUpAt)
    case .proceeding, .terminated: nil
    }
  }

  /// Whether a final response can still be chosen.
  public var isOpen: Bool {
    switch state {
    case .trying, .proceeding: true
    case .accepted, .completed, .confirmed, .terminated: false
    }
  }

  /// Takes another copy of the INVITE.
  public mutating func receiveInvite(into out: inout Outbox<Output>) {
    switch state {
    case .proceeding, .completed:
      out.emit(.sendResponse)
    case .trying, .accepted, .confirmed, .terminated:
      break  // Nothing to repeat yet, or the repetition is somebody else's.
    }
  }

  /// Takes an ACK with the branch of the INVITE.
  public mutating func receiveAck(now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .completed:
      state = .confirmed(until: now + timers.lateness)
    case .trying, .proceeding, .accepted, .confirmed, .terminated:
      break  // Repeated, or there is nothing that it could acknowledge.
    }
  }

  /// Takes the response that the user has chosen; it becomes the last response.
  public mutating func respond(
    _ response: ResponseClass, now: Instant, into out: inout Outbox<Output>
  ) {
    switch (state, response) {
    case (.trying, .provisional), (.proceeding, .provisional):
      state = .proceeding
      out.emit(.sendResponse)
    case (.trying, .success), (.proceeding, .success):
      state = .accepted(until: now + timers.patience)
      out.emit(.sendResponse)
    case (.trying, .failure), (.proceeding, .failure):
      state = .completed(
        resendAt: now + timers.firstPause, interval: timers.t1, giveUpAt: now + timers.patience)
      out.emit(.sendResponse)
    case (.accepted, .success):
      out.emit(.sendResponse)  // The user repeats its 2xx until it is acknowledged (RFC 6026 §7.1).
    case (.accepted, .provisional), (.accepted, .failure), (.completed, .provisional),
      (.completed, .success), (.completed, .failure), (.confirmed, .provisional),
      (.confirmed, .success), (.confirmed, .failure), (.terminated, .provisional),
      (.terminated, .success), (.terminated, .failure):
      break  // The first final response stands.
    }
  }

  /// Lets the timers that are due by `now` run out.
  public mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .trying(let until):
      if now >= until {
        state = .proceeding
        out.emit(.sendTrying)
      }
    case .completed(let resendAt, let interval, let giveUpAt):
      if now >= giveUpAt {
        out.emit(.unacknowledged)
        terminate(into: &out)
      } else if now >= resendAt {
        let next = timers.doubled(interval)
        state = .completed(resendAt: now + next, interval: next, giveUpAt: giveUpAt)
        out.emit(.sendResponse)
      }
    case .accepted(let until), .confirmed(let until):
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
