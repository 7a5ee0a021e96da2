internal import Base

/// Keeps one subscription alive, as the subscriber (RFC 6665 §4.1.2).
///
/// Challenges are not its business: it hears of the answer that remains when they are met.
///
/// ```
///   idle --start--> subscribing --2xx or NOTIFY--> active --refresh--> refreshing --2xx--> active
///                     |    ^                         |                    |
///                   failure  pause        terminated, no NOTIFY        failure
///                     v    |                         v                    v
///                    pausing <-----------------------+--------------------+
///
///   a refusal for good, or an end for good --> declined --pause, where there is one--> subscribing
///   declined, but accepted once --start--> subscribing
///   any of them --stop--> idle
///   active, refreshing --leave--> leaving --terminated, failure, 64*T1--> idle
///   subscribing --leave--> leaving, which says so when the dialog is there
/// ```
struct Subscription: Sendable {
  enum Output: Equatable, Sendable {
    /// Send SUBSCRIBE, in the dialog that there is or in one of its own.
    case sendSubscribe(expiresSeconds: UInt32, inDialog: Bool)
  }

  /// What became of a SUBSCRIBE.
  enum Answer: Equatable, Sendable {
    case accepted(expiresSeconds: UInt32)
    case intervalTooBrief(minimumSeconds: UInt32)
    case refused(code: UInt16, retryAfterSeconds: UInt32)
    case timeout
  }

  /// Why the notifier ended it (RFC 6665 §4.1.3).
  enum Ending: Equatable, Sendable {
    /// `deactivated`, `timeout`, a word that is not known, or none: subscribe again.
    case again
    /// `probation` and `giveup`: subscribe again, but later.
    case later
    /// `rejected`, `noresource` and `invariant`: do not.
    case forGood
  }

  enum State: Equatable, Sendable {
    case idle
    case subscribing
    case active(refreshAt: Instant, expiresAt: Instant, notifyBy: Instant?)
    case refreshing(expiresAt: Instant)
    case pausing(until: Instant)
    /// `until` is `nil` where nobody asks again.
    case declined(UInt16, until: Instant?)
    /// The notifier is told that it is over, as soon as it can be; its last NOTIFY is awaited
    /// (RFC 6665 §4.1.2.3).
    case leaving(until: Instant, isTold: Bool)
  }

  /// A notifier that ends a subscription before this age gets the next SUBSCRIBE after a pause.
  private static let shortestLife = Duration.seconds(30)
  /// A notifier may name a longer interval a few times, not for ever.
  private static let intervalLimit = 3
  /// In the place of a refusal's code: it was accepted, and then ended.
  private static let endedForGood: UInt16 = 200
  /// Nobody is asked to wait longer than a day, whatever the notifier says.
  private static let longestRetryAfter: UInt32 = 86_400

  private(set) var state = State.idle
  private var askedSeconds: UInt32
  private let standardSeconds: UInt32
  /// How many times in a row nothing was heard; a 2xx alone is no success.
  private var failures: UInt32 = 0
  /// Whether the notifier has accepted it since it was declined last.
  private var wasAccepted = false
  private var intervalsTooBrief = 0
  private var acceptedAt = Instant.zero
  private let backOff: BackOff
  private let patience: Duration
  private let refusalPause: Duration?

  /// `patience` is 64*T1, timer N: how long the first NOTIFY may take.
  ///
  /// After a refusal that will not heal by itself it asks again about `refusalPause` later, because
  /// somebody may have healed it; with `nil` never.
  init(
    expiresSeconds: UInt32, backOff: BackOff, patience: Duration, refusalPause: Duration? = nil
  ) {
    self.refusalPause = refusalPause
    standardSeconds = expiresSeconds
    askedSeconds = expiresSeconds
    self.backOff = backOff
    self.patience = patience
  }

  var deadline: Instant? {
    switch state {
    case .active(let refreshAt, _, let notifyBy): soonest(refreshAt, notifyBy)
    case .pausing(let until): until
    case .declined(_, let until): until
    case .leaving(let until, _): until
    case .idle, .subscribing, .refreshing: nil
    }
  }

  mutating func start(into out: inout Outbox<Output>) {
    switch state {
    case .idle:
      askedSeconds = standardSeconds
      subscribe(into: &out)
    case .declined(let code, _) where wasAccepted && code != Self.endedForGood:
      // It may be another notifier than the one that knew nothing of us.
      wasAccepted = false
      subscribe(into: &out)
    case .subscribing, .active, .refreshing, .pausing, .declined, .leaving:
      break
    }
  }

  /// Tells the notifier that nobody wants to hear any more.
  mutating func leave(now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .active, .refreshing:
      state = .leaving(until: now + patience, isTold: true)
      out.emit(.sendSubscribe(expiresSeconds: 0, inDialog: true))
    case .subscribing:
      state = .leaving(until: now + patience, isTold: false)
    case .pausing, .declined:
      state = .idle
    case .idle, .leaving:
      break
    }
  }

  /// Forgets it; the notifier ends its side together with what was watched.
  mutating func stop() {
    state = .idle
    failures = 0
    wasAccepted = false
  }

  /// Asks for the whole state anew, because a NOTIFY was missed (RFC 3680 §6).
  mutating func renew(into out: inout Outbox<Output>) {
    switch state {
    case .active(_, let expiresAt, _):
      refresh(expiresAt, into: &out)
    case .idle, .subscribing, .refreshing, .pausing, .declined, .leaving:
      break
    }
  }

  mutating func receive(
    _ answer: Answer, now: Instant, using random: inout RandomSource,
    into out: inout Outbox<Output>
  ) {
    switch (state, answer) {
    case (.subscribing, .accepted(let seconds)):
      accept(seconds, notifyBy: now + patience, now: now)
    case (.refreshing, .accepted(let seconds)):
      accept(seconds, notifyBy: nil, now: now)
    case (.subscribing, .intervalTooBrief(let seconds)),
      (.refreshing, .intervalTooBrief(let seconds)):
      lengthen(to: seconds, now: now, using: &random, into: &out)
    case (.subscribing, .refused(let code, let seconds)):
      refuse(code, retryAfter: seconds, now: now, using: &random)
    case (.refreshing, .refused(481, _)):
      again(now: now, using: &random, into: &out)
    case (.refreshing, .refused(let code, let seconds)):
      refuse(code, retryAfter: seconds, now: now, using: &random)
    case (.subscribing, .timeout), (.refreshing, .timeout):
      pause(0, now: now, using: &random)
    case (.active, .accepted(let seconds)):
      // A NOTIFY was faster than the answer; only the lifetime in it is news.
      accept(seconds, notifyBy: nil, now: now)
    case (.leaving(let until, isTold: false), .accepted):
      state = .leaving(until: until, isTold: true)
      out.emit(.sendSubscribe(expiresSeconds: 0, inDialog: true))
    case (.leaving(_, isTold: true), .accepted):
      break
    case (.leaving, .intervalTooBrief), (.leaving, .refused), (.leaving, .timeout):
      state = .idle
    case (.active, .intervalTooBrief), (.active, .refused), (.active, .timeout),
      (.idle, .accepted), (.idle, .intervalTooBrief), (.idle, .refused), (.idle, .timeout),
      (.pausing, .accepted), (.pausing, .intervalTooBrief), (.pausing, .refused),
      (.pausing, .timeout), (.declined, .accepted), (.declined, .intervalTooBrief),
      (.declined, .refused), (.declined, .timeout):
      break  // Nothing was asked.
    }
  }

  /// Takes a NOTIFY that says `active` or `pending`.
  mutating func receiveNotice(expiresSeconds: UInt32?, now: Instant) {
    switch state {
    case .subscribing:
      accept(expiresSeconds ?? askedSeconds, notifyBy: nil, now: now)
    case .active(let refreshAt, let expiresAt, _):
      failures = 0
      state = .active(refreshAt: refreshAt, expiresAt: expiresAt, notifyBy: nil)
      if let expiresSeconds { accept(expiresSeconds, notifyBy: nil, now: now) }
    case .refreshing(let expiresAt):
      let seconds = expiresSeconds.map { now + .seconds(Int64($0)) }
      state = .refreshing(expiresAt: seconds ?? expiresAt)
    case .idle, .pausing, .declined, .leaving:
      break
    }
  }

  /// Takes a NOTIFY that says `terminated`.
  mutating func receiveEnd(
    _ ending: Ending, retryAfter seconds: UInt32, now: Instant,
    using random: inout RandomSource, into out: inout Outbox<Output>
  ) {
    switch state {
    case .subscribing, .active, .refreshing:
      switch ending {
      // One that ends before it is accepted could go on so without end.
      case .again where seconds == 0 && state != .subscribing:
        again(now: now, using: &random, into: &out)
      case .again, .later: pause(seconds, now: now, using: &random)
      case .forGood: state = .declined(Self.endedForGood, until: nil)
      }
    case .leaving:
      state = .idle
    case .idle, .pausing, .declined:
      break
    }
  }

  mutating func advance(
    to now: Instant, using random: inout RandomSource, into out: inout Outbox<Output>
  ) {
    switch state {
    case .active(let refreshAt, let expiresAt, let notifyBy):
      if let notifyBy, now >= notifyBy {
        pause(0, now: now, using: &random)
      } else if now >= refreshAt {
        refresh(expiresAt, into: &out)
      }
    case .pausing(let until):
      if now >= until { subscribe(into: &out) }
    case .declined(_, let until?):
      if now >= until { subscribe(into: &out) }
    case .leaving(let until, _):
      if now >= until { state = .idle }
    case .idle, .subscribing, .refreshing, .declined(_, nil):
      break
    }
  }

  private mutating func subscribe(into out: inout Outbox<Output>) {
    state = .subscribing
    out.emit(.sendSubscribe(expiresSeconds: askedSeconds, inDialog: false))
  }

  private mutating func refresh(_ expiresAt: Instant, into out: inout Outbox<Output>) {
    state = .refreshing(expiresAt: expiresAt)
    out.emit(.sendSubscribe(expiresSeconds: askedSeconds, inDialog: true))
  }

  private mutating func accept(_ seconds: UInt32, notifyBy: Instant?, now: Instant) {
    if state == .subscribing { acceptedAt = now }
    wasAccepted = true
    if notifyBy == nil { failures = 0 }
    intervalsTooBrief = 0
    let lifetime = Duration.seconds(Int64(max(1, seconds)))
    // TS 24.229 §5.1.1.3 refreshes a subscription as it does a registration.
    state = .active(
      refreshAt: now + Registration.refreshDelay(lifetime), expiresAt: now + lifetime,
      notifyBy: notifyBy)
  }

  private mutating func lengthen(
    to seconds: UInt32, now: Instant, using random: inout RandomSource,
    into out: inout Outbox<Output>
  ) {
    intervalsTooBrief += 1
    guard seconds > askedSeconds, intervalsTooBrief <= Self.intervalLimit else {
      return pause(0, now: now, using: &random)
    }
    askedSeconds = seconds
    if state == .subscribing {
      subscribe(into: &out)
    } else {
      out.emit(.sendSubscribe(expiresSeconds: askedSeconds, inDialog: true))
    }
  }

  private mutating func refuse(
    _ code: UInt16, retryAfter seconds: UInt32, now: Instant, using random: inout RandomSource
  ) {
    if Self.mayPass(code) {
      pause(seconds, now: now, using: &random)
    } else {
      let asked = Duration.seconds(Int64(min(seconds, Self.longestRetryAfter)))
      let pause = refusalPause.map { backOff.spread($0, using: &random) }
      state = .declined(code, until: pause.map { now + max(asked, $0) })
    }
  }

  /// Whether the same SUBSCRIBE may be accepted later.
  private static func mayPass(_ code: UInt16) -> Bool {
    switch code {
    case 408, 423, 429, 480, 481, 491: true
    case 501, 505, 513: false
    default: code < 400 || code >= 500 && code < 600
    }
  }

  private mutating func again(
    now: Instant, using random: inout RandomSource, into out: inout Outbox<Output>
  ) {
    if now - acceptedAt < Self.shortestLife {
      pause(0, now: now, using: &random)
    } else {
      subscribe(into: &out)
    }
  }

  private mutating func pause(
    _ seconds: UInt32, now: Instant, using random: inout RandomSource
  ) {
    if failures < .max { failures += 1 }
    intervalsTooBrief = 0
    let asked = Duration.seconds(Int64(min(seconds, Self.longestRetryAfter)))
    state = .pausing(until: now + max(asked, backOff.pause(after: failures, using: &random)))
  }
}
