internal import Base

/// Keeps one binding alive (RFC 3261 §10.2, RFC 5626 §4.5, 3GPP TS 24.229 §5.1.1.4).
///
/// Challenges are not its business: it hears of the answer that remains when they are met.
///
/// ```
///   idle --start--> registering --2xx--> registered --refresh--> refreshing --2xx--> registered
///                     |    ^                                        |
///                   failure  pause                               failure
///                     v    |                                        v
///                    pausing <--------------------------------------+   (the binding may still live)
///
///   any of them --renew--> registering, or refreshing while the binding lives; not every reason
///                          wakes who is pausing or barred
///   any of them --wait--> pausing, because others come back at the same time
///   any of them --stop--> leaving --answer or silence--> over
///
///   what the network says of the binding meanwhile (RFC 3680 §5.1, TS 24.229 §5.1.1.7):
///   registered, pausing --again--> registering, or pausing when it says so too often
///   registered, pausing --after--> pausing
///   registered, pausing --stop--> barred --renew--> registering
/// ```
struct Registration: Sendable {
  enum Output: Equatable, Sendable {
    case sendRegister(expiresSeconds: UInt32)
    case changed(RegistrationStatus)
    case left
  }

  /// What became of a REGISTER.
  enum Answer: Equatable, Sendable {
    case accepted(expiresSeconds: UInt32)
    case intervalTooBrief(minimumSeconds: UInt32)
    case failed(RegistrationFailure, retryAfterSeconds: UInt32)
    /// The network has lost what it knew of us and wants an initial registration.
    case restorationWanted
  }

  /// Why a REGISTER comes before its time.
  enum Renewal: Equatable, Sendable {
    /// Somebody asks for it, or our way or address is another one.
    case asked
    /// Another SBC serves: it is asked too, but who is barred stays so, and failures count on.
    case moved
    /// What an SBC kept of us may be gone; who waits for better times goes on waiting.
    case lost
  }

  enum State: Equatable, Sendable {
    case idle
    case registering
    case registered(refreshAt: Instant, expiresAt: Instant)
    case refreshing(expiresAt: Instant)
    case pausing(until: Instant, expiresAt: Instant?)
    /// The network does not want us; somebody has to ask for the next attempt.
    case barred
    case leaving
    case over
  }

  /// A network that ends a binding before this age gets the next REGISTER after a pause.
  private static let shortestLife = Duration.seconds(30)
  /// A registrar may name a longer interval a few times, not for ever.
  private static let intervalLimit = 3
  /// Nobody is asked to wait longer than a day, whatever Retry-After says.
  private static let longestRetryAfter: UInt32 = 86_400

  private(set) var state = State.idle
  private(set) var status = RegistrationStatus.unregistered
  private(set) var failures: UInt32 = 0
  private var askedSeconds: UInt32
  private var intervalsTooBrief = 0
  /// Whether a restoration was tried since the last 2xx.
  private var isRestoring = false
  /// When the last 2xx came.
  private var acceptedAt = Instant.zero
  private let backOff: BackOff
  private let refusalPause: Duration

  init(expiresSeconds: UInt32, backOff: BackOff, refusalPause: Duration) {
    askedSeconds = max(1, expiresSeconds)
    self.backOff = backOff
    self.refusalPause = refusalPause
  }

  /// Changes what the next REGISTER asks for.
  mutating func ask(seconds: UInt32) {
    askedSeconds = max(1, seconds)
    intervalsTooBrief = 0
  }

  var deadline: Instant? {
    switch state {
    case .registered(let refreshAt, _): refreshAt
    case .pausing(let until, let expiresAt): soonest(until, expiresAt)
    case .idle, .registering, .refreshing, .barred, .leaving, .over: nil
    }
  }

  /// When the binding ends, if there is one.
  var expiresAt: Instant? {
    switch state {
    case .registered(_, let expiresAt), .refreshing(let expiresAt): expiresAt
    case .pausing(_, let expiresAt): expiresAt
    case .idle, .registering, .barred, .leaving, .over: nil
    }
  }

  /// When the next REGISTER is due; `nil` while one is on its way, or none will follow.
  var nextAttempt: Instant? {
    switch state {
    case .registered(let refreshAt, _): refreshAt
    case .pausing(let until, _): until
    case .idle, .registering, .refreshing, .barred, .leaving, .over: nil
    }
  }

  var isOver: Bool { state == .over }

  /// Whether a REGISTER that wants a binding is on its way.
  var isAsking: Bool {
    switch state {
    case .registering, .refreshing: true
    case .idle, .registered, .pausing, .barred, .leaving, .over: false
    }
  }

  /// Whether the next REGISTER would be news: none is on its way, and we are welcome.
  var isAtRest: Bool {
    switch state {
    case .registered, .pausing: true
    case .idle, .registering, .refreshing, .barred, .leaving, .over: false
    }
  }

  /// Whether the last 2xx is so old that what follows from it cannot be a loop.
  func isSettled(at now: Instant) -> Bool { now - acceptedAt >= Self.shortestLife }

  mutating func start(into out: inout Outbox<Output>) {
    switch state {
    case .idle:
      state = .registering
      change(to: .registering, into: &out)
      send(into: &out)
    case .registering, .registered, .refreshing, .pausing, .barred, .leaving, .over:
      break
    }
  }

  /// Registers at once, if the reason is good enough for the state.
  mutating func renew(_ reason: Renewal = .asked, into out: inout Outbox<Output>) {
    switch state {
    case .idle:
      return start(into: &out)
    case .registering: break
    case .leaving, .over: return
    case .barred where reason != .asked: return
    case .pausing where reason == .lost: return
    case .registered(_, let expiresAt), .refreshing(let expiresAt),
      .pausing(_, .some(let expiresAt)):
      state = .refreshing(expiresAt: expiresAt)
    case .pausing(_, .none), .barred:
      state = .registering
    }
    if reason == .asked { failures = 0 }
    isRestoring = false
    send(into: &out)
  }

  /// Registers after a pause: a whole district comes back with us.
  mutating func wait(until: Instant) {
    switch state {
    case .idle, .registering, .pausing(_, .none), .barred:
      state = .pausing(until: until, expiresAt: nil)
    case .registered(_, let expiresAt), .refreshing(let expiresAt),
      .pausing(_, .some(let expiresAt)):
      state = .pausing(until: until, expiresAt: expiresAt)
    case .leaving, .over:
      return
    }
    failures = 0
    isRestoring = false
  }

  /// Gives the binding back; the answer, whatever it is, ends the registration.
  mutating func stop(into out: inout Outbox<Output>) {
    switch state {
    case .registering, .registered, .refreshing, .pausing(_, .some):
      state = .leaving
      out.emit(.sendRegister(expiresSeconds: 0))
    case .idle, .pausing(_, .none), .barred:
      leave(into: &out)
    case .leaving, .over:
      break
    }
  }

  mutating func receive(
    _ answer: Answer, now: Instant, using random: inout RandomSource,
    into out: inout Outbox<Output>
  ) {
    switch (state, answer) {
    case (.registering, .accepted(let seconds)), (.refreshing, .accepted(let seconds)):
      accept(seconds, now: now, using: &random, into: &out)
    case (.registering, .intervalTooBrief(let seconds)),
      (.refreshing, .intervalTooBrief(let seconds)):
      lengthen(to: seconds, now: now, using: &random, into: &out)
    case (.registering, .failed(let failure, let seconds)),
      (.refreshing, .failed(let failure, let seconds)):
      fail(failure, retryAfter: seconds, now: now, using: &random, into: &out)
    case (.registering, .restorationWanted), (.refreshing, .restorationWanted):
      restore(now: now, using: &random, into: &out)
    case (.leaving, .accepted), (.leaving, .intervalTooBrief), (.leaving, .failed),
      (.leaving, .restorationWanted):
      leave(into: &out)
    case (.idle, .accepted), (.idle, .intervalTooBrief), (.idle, .failed),
      (.idle, .restorationWanted), (.registered, .accepted), (.registered, .intervalTooBrief),
      (.registered, .failed), (.registered, .restorationWanted), (.pausing, .accepted),
      (.pausing, .intervalTooBrief), (.pausing, .failed), (.pausing, .restorationWanted),
      (.barred, .accepted), (.barred, .intervalTooBrief), (.barred, .failed),
      (.barred, .restorationWanted), (.over, .accepted), (.over, .intervalTooBrief),
      (.over, .failed), (.over, .restorationWanted):
      break  // Nothing was asked.
    }
  }

  /// Takes what the network says of the binding between two answers.
  ///
  /// While a REGISTER is on its way its answer decides, for it is the later word.
  mutating func receive(
    _ notice: RegistrationNotice, now: Instant, using random: inout RandomSource,
    into out: inout Outbox<Output>
  ) {
    switch state {
    case .registered(let refreshAt, let expiresAt):
      if case .shortened(let seconds) = notice {
        shorten(to: seconds, refreshAt, expiresAt, now: now)
      } else {
        lose(notice, now: now, using: &random, into: &out)
      }
    case .pausing(_, .some):
      lose(notice, now: now, using: &random, into: &out)
    case .idle, .registering, .refreshing, .pausing(_, .none), .barred, .leaving, .over:
      break
    }
  }

  mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    switch state {
    case .registered(let refreshAt, let expiresAt):
      if now >= refreshAt {
        state = .refreshing(expiresAt: expiresAt)
        send(into: &out)
      }
    case .pausing(let until, let expiresAt):
      let livesUntil = expiresAt.flatMap { now >= $0 ? nil : $0 }
      state = .pausing(until: until, expiresAt: livesUntil)
      if expiresAt != nil, livesUntil == nil {
        change(to: .failed(lastFailure), into: &out)
      }
      if now >= until {
        state = livesUntil.map { .refreshing(expiresAt: $0) } ?? .registering
        if status == .unregistered { change(to: .registering, into: &out) }
        send(into: &out)
      }
    case .idle, .registering, .refreshing, .barred, .leaving, .over:
      break
    }
  }

  private var lastFailure = RegistrationFailure.timeout

  private mutating func send(into out: inout Outbox<Output>) {
    out.emit(.sendRegister(expiresSeconds: askedSeconds))
  }

  private mutating func change(to new: RegistrationStatus, into out: inout Outbox<Output>) {
    guard new != status else { return }
    status = new
    out.emit(.changed(new))
  }

  private mutating func leave(into out: inout Outbox<Output>) {
    state = .over
    change(to: .unregistered, into: &out)
    out.emit(.left)
  }

  private mutating func accept(
    _ seconds: UInt32, now: Instant, using random: inout RandomSource,
    into out: inout Outbox<Output>
  ) {
    guard seconds > 0 else {
      // A 2xx without a binding is no registration.
      return fail(.refused(200), retryAfter: 0, now: now, using: &random, into: &out)
    }
    failures = 0
    intervalsTooBrief = 0
    isRestoring = false
    acceptedAt = now
    let lifetime = Duration.seconds(Int64(seconds))
    state = .registered(refreshAt: now + Self.refreshDelay(lifetime), expiresAt: now + lifetime)
    change(to: .registered, into: &out)
  }

  /// Half of a lifetime up to 1,200 s, otherwise 600 s before its end (TS 24.229 §5.1.1.4.1).
  static func refreshDelay(_ lifetime: Duration) -> Duration {
    lifetime <= .seconds(1_200) ? max(.seconds(1), lifetime / 2) : lifetime - .seconds(600)
  }

  /// TS 24.229 §5.1.1.7: a network that wants us to prove ourselves again shortens the binding.
  private mutating func shorten(
    to seconds: UInt32, _ refreshAt: Instant, _ expiresAt: Instant, now: Instant
  ) {
    let lifetime = Duration.seconds(Int64(seconds))
    guard now + lifetime < expiresAt else { return }
    state = .registered(
      refreshAt: min(refreshAt, now + Self.refreshDelay(lifetime)), expiresAt: now + lifetime)
  }

  /// The binding is gone, because the network says so.
  private mutating func lose(
    _ notice: RegistrationNotice, now: Instant, using random: inout RandomSource,
    into out: inout Outbox<Output>
  ) {
    switch notice {
    case .shortened:
      break
    case .stop:
      state = .barred
      change(to: .failed(.deregistered), into: &out)
    case .after(let seconds):
      lastFailure = .deregistered
      let pause = Duration.seconds(Int64(min(max(1, seconds), Self.longestRetryAfter)))
      state = .pausing(until: now + pause, expiresAt: nil)
      change(to: .failed(.deregistered), into: &out)
    case .again where now - acceptedAt < Self.shortestLife:
      fail(.deregistered, retryAfter: 0, now: now, using: &random, into: &out)
    case .again:
      state = .registering
      change(to: .registering, into: &out)
      send(into: &out)
    }
  }

  /// TS 24.229 §5.1.2A.1.6: an initial registration at once, but only one in a row.
  private mutating func restore(
    now: Instant, using random: inout RandomSource, into out: inout Outbox<Output>
  ) {
    guard !isRestoring else {
      return fail(.refused(504), retryAfter: 0, now: now, using: &random, into: &out)
    }
    isRestoring = true
    state = .registering
    send(into: &out)
  }

  private mutating func lengthen(
    to seconds: UInt32, now: Instant, using random: inout RandomSource,
    into out: inout Outbox<Output>
  ) {
    intervalsTooBrief += 1
    guard seconds > askedSeconds, intervalsTooBrief <= Self.intervalLimit else {
      return fail(.refused(423), retryAfter: 0, now: now, using: &random, into: &out)
    }
    askedSeconds = seconds
    send(into: &out)
  }

  private mutating func fail(
    _ failure: RegistrationFailure, retryAfter seconds: UInt32, now: Instant,
    using random: inout RandomSource, into out: inout Outbox<Output>
  ) {
    if failures < .max { failures += 1 }
    intervalsTooBrief = 0
    lastFailure = failure
    let heals = Self.heals(failure)
    let pause =
      heals
      ? backOff.pause(after: failures, using: &random)
      : backOff.spread(refusalPause, using: &random)
    let asked = Duration.seconds(Int64(min(seconds, Self.longestRetryAfter)))
    let isAlive = heals && failure != .deregistered
    let bindingEnd = isAlive ? expiresAt.flatMap { $0 > now ? $0 : nil } : nil
    state = .pausing(until: now + max(pause, asked), expiresAt: bindingEnd)
    if bindingEnd == nil { change(to: .failed(failure), into: &out) }
  }

  /// Whether the cause may go away without anybody doing something about the account.
  private static func heals(_ failure: RegistrationFailure) -> Bool {
    switch failure {
    case .timeout, .deregistered: true
    case .refused(let code): code < 400 || code >= 500 && code < 600 || isPassing(code)
    case .credentials, .unsupportedChallenge, .foreignRealm, .weakerChallenge, .wrongKey,
      .bulkUnsupported:
      false
    }
  }

  /// 4xx codes that speak of the moment and not of the account.
  private static func isPassing(_ code: UInt16) -> Bool {
    code == 408 || code == 423 || code == 430 || code == 480 || code == 491
  }
}
