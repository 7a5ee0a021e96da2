internal import Base

/// Who keeps a session alive, and when it is given up (RFC 4028 §10).
///
/// ```
///   off --2xx with an interval--> refreshing --half of it--> asking --2xx--> refreshing
///              |                       ^                       |
///              |                       +-----refused, later----+
///              v                                               v
///           watching -----------------BYE shortly before the interval's end
/// ```
/// Each 2xx to INVITE and UPDATE says anew who refreshes, or that nobody does.
struct SessionTimer: Sendable {
  enum Output: Equatable, Sendable {
    /// Refresh the session.
    case refresh
    /// Nobody refreshed it: give it up.
    case expire
  }

  private enum State: Sendable {
    case off
    /// We refresh.
    case refreshing(at: Instant, expiresAt: Instant)
    /// Our refresh is on its way.
    case asking(expiresAt: Instant)
    /// The far side refreshes.
    case watching(expiresAt: Instant)
  }

  private var state = State.off
  /// The session interval; 0 without one.
  private(set) var seconds: UInt32 = 0

  var deadline: Instant? {
    switch state {
    case .off: nil
    case .refreshing(let at, let expiresAt): min(at, expiresAt)
    case .asking(let expiresAt), .watching(let expiresAt): expiresAt
    }
  }

  var isOn: Bool { if case .off = state { false } else { true } }

  /// Whether we refresh.
  var isOurs: Bool {
    switch state {
    case .refreshing, .asking: true
    case .off, .watching: false
    }
  }

  /// A 2xx has set the interval: it begins now.
  mutating func agree(seconds: UInt32, isOurs: Bool, now: Instant) {
    self.seconds = seconds
    let whole = Int64(seconds)
    // §10: the lesser of 32 s and a third of the interval before its end.
    let expiresAt = now + .seconds(whole - min(32, whole / 3))
    state =
      isOurs
      ? .refreshing(at: now + .milliseconds(500 * whole), expiresAt: expiresAt)
      : .watching(expiresAt: expiresAt)
  }

  mutating func stop() {
    state = .off
    seconds = 0
  }

  /// Our refresh was refused, or could not be sent: once more after a pause.
  mutating func postpone(by pause: Duration, now: Instant) {
    switch state {
    case .asking(let expiresAt), .refreshing(_, let expiresAt):
      state = .refreshing(at: now + pause, expiresAt: expiresAt)
    case .off, .watching:
      break
    }
  }

  /// Whether a pause of ours would end before the session does.
  func outlasts(_ pause: Duration, now: Instant) -> Bool {
    switch state {
    case .asking(let expiresAt), .refreshing(_, let expiresAt): now + pause < expiresAt
    case .off, .watching: false
    }
  }

  mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .refreshing(let at, let expiresAt):
      if now >= expiresAt {
        expire(into: &out)
      } else if now >= at {
        state = .asking(expiresAt: expiresAt)
        out.emit(.refresh)
      }
    case .asking(let expiresAt), .watching(let expiresAt):
      if now >= expiresAt { expire(into: &out) }
    case .off:
      break
    }
  }

  private mutating func expire(into out: inout Outbox<Output>) {
    stop()
    out.emit(.expire)
  }
}
