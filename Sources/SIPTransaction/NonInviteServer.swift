public import Base

/// The server transaction of every method but INVITE and ACK (RFC 3261 §17.2.2).
///
/// RFC 4320 leaves a user agent no useful provisional response here and forbids a late 408, so the
/// transaction knows final responses only. One that its user never answers is forgotten when the
/// client has given up as well (timer F).
///
/// ```
///   trying ---200+---> completed    J: answer repetitions with the same response (over UDP)
///      |
///      +--- F ---> terminated
/// ```
public struct NonInviteServer: Sendable {
  /// What the transaction wants done.
  public enum Output: Equatable, Sendable {
    /// Put the response on the wire, the first time or again.
    case sendResponse
    /// Forget the transaction.
    case terminated
  }

  private enum State: Sendable {
    case trying(until: Instant)
    case completed(until: Instant)
    case terminated
  }

  private var state: State
  private let timers: Timers

  /// Starts the transaction of a request that has just come in.
  public init(timers: Timers, now: Instant) {
    self.timers = timers
    state = .trying(until: now + timers.patience)
  }

  /// When `advance(to:into:)` has something to do.
  public var deadline: Instant? {
    switch state {
    case .trying(let until), .completed(let until): until
    case .terminated: nil
    }
  }

  /// Whether the response can still be chosen.
  public var isOpen: Bool {
    switch state {
    case .trying: true
    case .completed, .terminated: false
    }
  }

  /// Takes another copy of the request.
  public mutating func receiveRequest(into out: inout Outbox<Output>) {
    switch state {
    case .completed: out.emit(.sendResponse)
    case .trying, .terminated: break
    }
  }

  /// Takes the final response that the user has chosen.
  public mutating func respond(now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .trying:
      state = .completed(until: now + timers.timerJ)
      out.emit(.sendResponse)
    case .completed, .terminated:
      break  // The first final response stands.
    }
  }

  /// Lets the timers that are due by `now` run out.
  public mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .trying(let until), .completed(let until):
      if now >= until {
        state = .terminated
        out.emit(.terminated)
      }
    case .terminated:
      break
    }
  }
}
