public import Base

/// When the configuration is fetched, and what becomes of it.
///
///     resting ──due, or asked──> fetching the file ──200──> fetching its signature ──200──> checking
///       ↑                          │ 304, the same file           │ no key                     │ good
///       ├──────────────────────────┤                              └──────────> offering <──────┘
///       ├── refused, failed ───────┴───────────────────────────────────────────┘  │
///       └── same, refused, busy, on trial ────────────────────────────────────────┘
/// A file that is taken is on trial. Until it is confirmed the server is asked again and again: that
/// it answers, and that as many ports are registered as before, confirms the file; else its minutes
/// pass, and the configuration before comes back, which the keeper of trials sees to. A file that
/// went back is not taken again before it has changed.
public struct ProvisioningMachine: Sendable {
  private enum Purpose: Equatable {
    case file
    case signature
  }

  /// A file that is not taken yet.
  private struct Draft {
    var url: Text
    var entityTag: Text
    var content: Text
    var fingerprint: Text
  }

  private enum State {
    case resting(until: Instant?)
    case fetching(Purpose, FileRequest, redirects: Int, until: Instant)
    case checking
    case offering
  }

  /// The outputs of one turn at the most.
  public static let outputLimit = 8
  /// How long one file may take.
  static let patience = Duration.seconds(60)
  private static let redirectLimit = 4
  private static let firstPause = 30
  private static let longestPause = 3_600
  private static let busyPause = Duration.seconds(30)
  private static let trialPause = Duration.seconds(10)
  /// How often a DHCP server's URL is looked for where there is none yet.
  private static let lookPause = Duration.seconds(60)

  private let settings: Settings
  private var random: RandomSource
  private var state: State
  private var draft: Draft?
  /// The URL that the present file is known by, wherever a server sends us on.
  private var askedURL: Text = []
  private var failures = 0
  private var hasReached = false

  /// What is remembered of the last file that was taken.
  public private(set) var record: ProvisioningRecord
  /// Whether that is on trial.
  public private(set) var isOnTrial: Bool
  /// When the server was asked last.
  public private(set) var lastTry: Instant?
  /// What came of it.
  public private(set) var lastAnswer: Text = []
  /// What is wrong, for as long as it is.
  public private(set) var problem: Text?

  /// Rests until the first asking, which `spread` puts off.
  public init(
    _ settings: Settings, record: ProvisioningRecord, isOnTrial: Bool, random: RandomSource,
    now: Instant
  ) {
    self.settings = settings
    self.record = record
    self.isOnTrial = isOnTrial
    self.random = random
    state = .resting(until: nil)
    if !isOnTrial, !record.isKept, !record.fingerprint.isEmpty { problem = Self.wentBack }
    state = .resting(until: isOnTrial ? now : now + delay(upTo: settings.spread))
  }

  private static var wentBack: Text {
    Text("the last file did not prove good and went back; it is not taken again unchanged")
  }

  /// When `advance` must be called next.
  public var deadline: Instant? {
    switch state {
    case .resting(let until): until
    case .fetching(_, _, _, let until): until
    case .checking, .offering: nil
    }
  }

  /// When the server is asked next; `nil` while it is being asked, or when it is not any more.
  public var nextTry: Instant? {
    if case .resting(let until) = state { until } else { nil }
  }

  /// Whether an answer is being waited for.
  public var isBusy: Bool {
    if case .resting = state { false } else { true }
  }

  /// Lets the time pass; `address` is where the file is, if anybody has said.
  public mutating func advance(
    to now: Instant, address: WebAddress?, into out: inout Outbox<Output>
  ) {
    guard let deadline, now >= deadline else { return }
    switch state {
    case .resting: begin(at: address, now, into: &out)
    case .fetching:
      out.emit(.abandon)
      fail(Text("the server did not answer in time"), now, into: &out)
    case .checking, .offering: break
    }
  }

  /// Asks at once, whatever it waits for.
  public mutating func fetchNow(now: Instant) {
    if case .resting = state { state = .resting(until: now) }
  }

  private mutating func begin(
    at address: WebAddress?, _ now: Instant, into out: inout Outbox<Output>
  ) {
    guard let address else {
      lastAnswer = Text("nobody has said a URL of https")
      state = .resting(until: now + Self.lookPause)
      return
    }
    lastTry = now
    draft = nil
    askedURL = address.text
    let tag = record.url == address.text ? record.entityTag : []
    let request = FileRequest(address, entityTag: tag, credentials: settings.credentials)
    fetch(.file, request, redirects: 0, now, into: &out)
  }

  private mutating func fetch(
    _ purpose: Purpose, _ request: FileRequest, redirects: Int, _ now: Instant,
    into out: inout Outbox<Output>
  ) {
    state = .fetching(purpose, request, redirects: redirects, until: now + Self.patience)
    out.emit(.fetch(request))
  }

  // MARK: - Answers

  /// Takes the server's answer.
  public mutating func answered(
    _ response: HTTPResponse, now: Instant, into out: inout Outbox<Output>
  ) {
    guard case .fetching(let purpose, let request, let redirects, _) = state else { return }
    switch (response.status, purpose) {
    case (200, .file): take(response, now, into: &out)
    case (200, .signature):
      guard let draft else { return }
      state = .checking
      out.emit(.checkSignature(content: draft.content, signature: response.body))
    case (304, .file) where !request.entityTag.isEmpty: known(now, into: &out)
    case (301, _), (302, _), (303, _), (307, _), (308, _):
      follow(response.location, purpose, request, redirects + 1, now, into: &out)
    default: refuse(response, purpose, now, into: &out)
    }
  }

  /// There is no answer: why.
  public mutating func failed(_ why: Text, now: Instant, into out: inout Outbox<Output>) {
    guard case .fetching = state else { return }
    fail(why, now, into: &out)
  }

  /// User and password do not follow to another server.
  private mutating func follow(
    _ location: Text, _ purpose: Purpose, _ request: FileRequest, _ redirects: Int,
    _ now: Instant, into out: inout Outbox<Output>
  ) {
    guard redirects <= Self.redirectLimit else {
      return fail(Text("the server sends us around in a circle"), now, into: &out)
    }
    guard let address = request.address.following(location) else {
      return fail(Text("the server sends us where https is not"), now, into: &out)
    }
    let isSame = address.authority == request.address.authority
    let next = FileRequest(
      address, entityTag: request.entityTag, credentials: isSame ? request.credentials : [])
    fetch(purpose, next, redirects: redirects, now, into: &out)
  }

  private mutating func refuse(
    _ response: HTTPResponse, _ purpose: Purpose, _ now: Instant, into out: inout Outbox<Output>
  ) {
    var words = Text(purpose == .signature ? "the signature: " : "")
    words.append("the server answered ")
    words.append(decimal: response.status)
    switch response.status {
    case 401: words.append(": provisioning user and password are not right")
    case 403: words.append(": it does not let us have the file")
    case 404: words.append(": there is no such file")
    default: break
    }
    fail(words, now, atLeast: response.retryAfter ?? 0, into: &out)
  }

  /// A whole file has come.
  private mutating func take(
    _ response: HTTPResponse, _ now: Instant, into out: inout Outbox<Output>
  ) {
    guard case .fetching(_, let request, _, _) = state else { return }
    let fingerprint = ProvisioningRecord.fingerprint(of: response.body)
    if fingerprint == record.fingerprint || isOnTrial { return known(now, into: &out) }
    draft = Draft(
      url: askedURL, entityTag: response.entityTag, content: response.body,
      fingerprint: fingerprint)
    guard settings.wantsSignature else { return offer(into: &out) }
    let signature = FileRequest(
      request.address.appending(".sig"), credentials: request.credentials)
    fetch(.signature, signature, redirects: 0, now, into: &out)
  }

  private mutating func offer(into out: inout Outbox<Output>) {
    guard let draft else { return }
    state = .offering
    out.emit(.offer(draft.content))
  }

  /// What came of the signature: why it is not right, or `nil`.
  public mutating func signatureChecked(
    _ problem: Text?, now: Instant, into out: inout Outbox<Output>
  ) {
    guard case .checking = state else { return }
    guard let problem else { return offer(into: &out) }
    fail(problem, now, into: &out)
  }

  /// The file is the one that we have.
  private mutating func known(_ now: Instant, into out: inout Outbox<Output>) {
    reached()
    if isOnTrial {
      lastAnswer = Text("reached; the file is on trial")
      state = .resting(until: now + Self.trialPause)
    } else {
      lastAnswer = Text("the same file as before")
      problem = record.isKept ? nil : Self.wentBack
      rest(now)
    }
  }

  private mutating func reached() {
    failures = 0
    hasReached = true
  }

  // MARK: - What came of the file

  /// What became of a file that was offered.
  public mutating func took(
    _ verdict: Verdict, now: Instant, into out: inout Outbox<Output>
  ) {
    guard case .offering = state, let draft else { return }
    self.draft = nil
    reached()
    switch verdict {
    case .onTrial(let registered):
      remember(draft, registered: registered, isKept: false, into: &out)
      isOnTrial = true
      hasReached = false
      problem = nil
      lastAnswer = Text("a new configuration, on trial")
      state = .resting(until: now + Self.trialPause)
    case .same:
      remember(draft, registered: 0, isKept: true, into: &out)
      problem = nil
      lastAnswer = Text("it says what is stored already")
      rest(now)
    case .busy(let why):
      lastAnswer = why
      state = .resting(until: now + Self.busyPause)
    case .refused(let why):
      lastAnswer = why
      problem = why
      out.emit(.note(why, isFailure: true))
      rest(now)
    }
  }

  private mutating func remember(
    _ draft: Draft, registered: Int, isKept: Bool, into out: inout Outbox<Output>
  ) {
    record.url = draft.url
    record.entityTag = draft.entityTag
    record.fingerprint = draft.fingerprint
    record.registered = registered
    record.isKept = isKept
    out.emit(.remember(record))
  }

  /// How many ports are registered: a file on trial is kept when they are as many as before it, and
  /// the server can still be reached.
  public mutating func observe(registered: Int, now: Instant, into out: inout Outbox<Output>) {
    guard isOnTrial, hasReached, registered >= record.registered else { return }
    out.emit(.confirm)
    confirmed(now: now, into: &out)
  }

  /// The file on trial is kept, by us or by somebody at a console.
  public mutating func confirmed(now: Instant, into out: inout Outbox<Output>) {
    guard isOnTrial else { return }
    isOnTrial = false
    record.isKept = true
    lastAnswer = Text("the new configuration is kept")
    out.emit(.remember(record))
    rest(now)
  }

  /// The minutes of the trial are over: the configuration before is back.
  public mutating func wentBack(now: Instant, into out: inout Outbox<Output>) {
    guard isOnTrial else { return }
    isOnTrial = false
    problem = Self.wentBack
    lastAnswer = Self.wentBack
    out.emit(.note(Self.wentBack, isFailure: true))
    rest(now)
  }

  // MARK: - Pauses

  private mutating func rest(_ now: Instant) {
    guard let interval = settings.interval else { return state = .resting(until: nil) }
    state = .resting(until: now + interval + delay(upTo: settings.spread))
  }

  /// Tries again after 30, 60, 120 s and so on up to an hour, a quarter more at random.
  private mutating func fail(
    _ why: Text, _ now: Instant, atLeast least: Int = 0, into out: inout Outbox<Output>
  ) {
    draft = nil
    lastAnswer = why
    // The same again is in the answer to `show`; the log hears it once.
    if problem != why { out.emit(.note(why, isFailure: true)) }
    problem = why
    if isOnTrial { return state = .resting(until: now + Self.trialPause) }
    let pause = min(Self.longestPause, Self.firstPause << min(failures, 7))
    failures += 1
    let wait = Duration.seconds(max(pause, least))
    state = .resting(until: now + wait + delay(upTo: .seconds(pause / 4)))
  }

  private mutating func delay(upTo most: Duration) -> Duration {
    let milliseconds = max(0, most.inMilliseconds)
    guard milliseconds > 0 else { return .zero }
    return .milliseconds(Int64(random.next() % UInt64(milliseconds + 1)))
  }
}
