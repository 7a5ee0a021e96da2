public import Base
internal import SIPSyntax
internal import SIPTransaction

/// The SIP user agent of the box: accounts that register at an SBC, and sessions.
///
/// It reads no clock and no socket. Whatever it wants sent or known comes out as
/// `UserAgentOutput`, in order; `deadline` says when `advance(to:into:)` has something to do. Every
/// verb finds its session by number; a number that is not alive is ignored, because the far side
/// may have ended the session a moment before.
public struct UserAgent: Sendable {
  /// How many outputs one call may leave in an outbox.
  public static let outputLimit = 1_024
  /// How many sessions may be alive at the same time.
  public static let sessionLimit = 32
  /// How many sessions are remembered, those included that wait for a late message.
  static let memoryLimit = 96
  /// How many requests of the far side are remembered.
  static let serverLimit = 192

  enum Phase: Sendable {
    case running
    case stopping(until: Instant)
    case stopped
  }

  /// The SBCs and our own address, as they are now.
  public internal(set) var settings: UserAgentSettings
  var selection: SBCSelection
  /// How many requests each SBC may still send.
  var requestTokens: [TokenBucket]
  /// The same of all together that calls go on with, and nothing else.
  var formerTokens = UserAgent.freshTokens
  /// How many lines of the log what is not acted on may still take.
  var noteTokens = TokenBucket(burst: 30, every: .seconds(10))
  private(set) var capabilities = Capabilities(methods: MethodSet())
  /// The same for NOTIFY: what the subscriptions that we make tell us in.
  let noticeCapabilities = Capabilities(
    methods: MethodSet(.notify),
    contentTypes: [
      "application/reginfo+xml", "application/simple-message-summary",
      "application/simservs+xml", "application/vnd.etsi.simservs+xml", "message/sipfrag",
      "application/conference-info+xml",
    ])
  /// The value of Allow.
  private(set) var allow = Text()
  /// The value of Supported in and for sessions; empty for none.
  private(set) var supported = Text()
  /// The value of our Via up to the number in the branch.
  private(set) var viaPrefix = Text()
  /// The To tag of refusals that nobody remembers (RFC 3261 §8.2.7).
  let statelessTag: Text
  var random: RandomSource
  var accounts: [AccountState] = []
  var table: [Session] = []
  var clients: [ClientTransaction] = []
  var servers: [ServerTransaction] = []
  var lastSession: UInt32 = 0
  var lastServer: UInt32 = 0
  /// The dialogs of sessions that are over, whose calls may be reported on.
  var endedDialogs: [EndedDialog] = []
  var phase = Phase.running
  /// The servers that took no connection for a long request, and until when that counts.
  var streamRefusals: [(server: Endpoint, until: Instant)] = []
  /// When the accounts register anew because the connection to their SBC was lost.
  var renewAt: Instant?
  /// When they did so last.
  var renewedAt: Instant?
  /// How often the SBC wants our connection to be kept alive (RFC 6223, RFC 5626 §4.4.1); `nil`
  /// when it has not said.
  public internal(set) var wantedKeepAlive: Duration?
  /// What keeps our flow of UDP.
  var probe = FlowProbe()
  /// Whether something may have become forgettable.
  var needsSweep = false
  /// What has been counted so far.
  public internal(set) var counters = AgentCounters()

  /// Makes a user agent; nothing is sent before `start`.
  public init(settings: UserAgentSettings, accounts: [Account], random: RandomSource) {
    self.settings = settings
    selection = SBCSelection(count: settings.servers.count, settings: settings.heartbeat)
    requestTokens = Self.requestTokens(settings.servers)
    self.random = random
    statelessTag = randomToken(words: 1, using: &self.random)
    learnCapabilities()
    moveVia()
    for account in accounts {
      self.accounts.append(AccountState(account, settings: settings, random: &self.random))
    }
  }

  private mutating func learnCapabilities() {
    var methods = MethodSet(
      .invite, .ack, .cancel, .bye, .options, .update, .info, .notify, .refer)
    if settings.sessions.reliability != .off { methods.insert(.prack) }
    capabilities = Capabilities(methods: methods, extensions: settings.sessions.extensions)
    var allow = Text()
    methods.forEach { method in
      if !allow.isEmpty { allow.append(", ") }
      allow.append(method.spelling)
    }
    self.allow = allow
    supported = []
    for tag in settings.sessions.extensions {
      if !supported.isEmpty { supported.append(", ") }
      supported.append(tag)
    }
  }

  private static func requestTokens(_ servers: [Endpoint]) -> [TokenBucket] {
    servers.map { _ in freshTokens }
  }

  mutating func moveVia() {
    viaPrefix = Text(settings.transport.viaName)
    viaPrefix.append(settings.local)
    if settings.isAlias { viaPrefix.append(";alias") }
    viaPrefix.append(";rport;branch=z9hG4bK")
  }

  /// Takes what may change while calls go on.
  ///
  /// User-Agent, 100rel and session timers for the next call, and of each account that there is the
  /// name that the called party sees and the lifetime of the next registration.
  public mutating func update(
    userAgent: Text, sessions: SessionSettings, accounts new: [Account]
  ) {
    settings.userAgent = userAgent
    settings.sessions = sessions
    learnCapabilities()
    for account in new {
      guard let i = accounts.firstIndex(where: { $0.account.number == account.number }) else {
        continue
      }
      accounts[i].update(
        displayName: account.displayName, expiresSeconds: account.expiresSeconds)
    }
  }

  /// Registers every account, because the way to the SBC has come, or come back.
  ///
  /// With a `spread` each of them waits for a part of it by chance, since others come back with us;
  /// else all do it at once.
  /// From another address than before, or to other SBCs, no session goes on: its far side talks to
  /// an address that is not ours any more.
  public mutating func pathReturned(
    local: Endpoint, servers: [Endpoint], spread: Duration = .zero, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard case .running = phase else { return }
    if local != settings.local || servers != settings.servers {
      for i in table.indices { hangUp(at: i, now: now, into: &out) }
      settings.local = local
      settings.servers = servers
      moveVia()
      for i in accounts.indices {
        stopWatching(i)
        accounts[i].relocate(to: local)
      }
      selection = SBCSelection(count: servers.count, settings: settings.heartbeat)
      requestTokens = Self.requestTokens(servers)
    }
    clients.removeAll { $0.purpose.isHeartbeat }
    probe.stop()
    selection.start(now: now, using: &random)
    guard spread > .zero else { return registerAgain(now: now, into: &out) }
    for i in registrants {
      accounts[i].registration.wait(until: now + BackOff.part(of: spread, using: &random))
    }
    finishTurn(now: now, into: &out)
  }

  /// There is no way to any SBC: nobody's silence counts.
  public mutating func pathFell() {
    clients.removeAll { $0.purpose.isHeartbeat }
    probe.stop()
    selection.pause()
  }

  /// Registers every account at once, whatever it waits for.
  public mutating func registerAgain(now: Instant, into out: inout Outbox<UserAgentOutput>) {
    guard case .running = phase else { return }
    renewRegistrations(.asked, now: now, into: &out)
    finishTurn(now: now, into: &out)
  }

  mutating func renewRegistrations(
    _ reason: Registration.Renewal, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    for i in registrants {
      var wishes = Outbox<Registration.Output>(limit: 4)
      accounts[i].registration.renew(reason, into: &wishes)
      perform(wishes, account: i, now: now, into: &out)
    }
  }

  /// Registers every account.
  public mutating func start(now: Instant, into out: inout Outbox<UserAgentOutput>) {
    selection.start(now: now, using: &random)
    for i in registrants {
      var wishes = Outbox<Registration.Output>(limit: 4)
      accounts[i].registration.start(into: &wishes)
      perform(wishes, account: i, now: now, into: &out)
    }
  }

  /// Ends every session and gives every binding back.
  ///
  /// `.stopped` follows when everything is answered, after `stopPatience` at the latest.
  public mutating func stop(now: Instant, into out: inout Outbox<UserAgentOutput>) {
    guard case .running = phase else { return }
    phase = .stopping(until: now + settings.stopPatience)
    // Nobody waits for an SBC that is only asked whether it is there.
    pathFell()
    for i in table.indices { hangUp(at: i, now: now, into: &out) }
    for i in accounts.indices {
      var wishes = Outbox<Registration.Output>(limit: 4)
      accounts[i].registration.stop(into: &wishes)
      perform(wishes, account: i, now: now, into: &out)
    }
    finishTurn(now: now, into: &out)
  }

  /// When `advance(to:into:)` has something to do.
  public var deadline: Instant? {
    var first: Instant?
    switch phase {
    case .running: break
    case .stopping(let until): first = until
    case .stopped: return nil
    }
    first = soonest(first, renewAt)
    first = soonest(first, selection.deadline)
    first = soonest(first, probe.deadline)
    for i in accounts.indices {
      first = soonest(first, accounts[i].registration.deadline)
      for package in EventPackage.allCases {
        first = soonest(first, accounts[i][package]?.subscription.deadline)
      }
    }
    for i in clients.indices { first = soonest(first, clients[i].deadline) }
    for i in servers.indices { first = soonest(first, servers[i].deadline) }
    for i in table.indices { first = soonest(first, table[i].deadline) }
    return first
  }

  /// Lets the timers that are due by `now` run out.
  ///
  /// It does at most what fits into half of the outbox; `deadline` stays due for the rest.
  public mutating func advance(to now: Instant, into out: inout Outbox<UserAgentOutput>) {
    advanceRenewal(to: now, into: &out)
    for i in accounts.indices where isDue(accounts[i].registration.deadline, now, out) {
      var wishes = Outbox<Registration.Output>(limit: 4)
      accounts[i].registration.advance(to: now, into: &wishes)
      perform(wishes, account: i, now: now, into: &out)
    }
    advanceWatches(to: now, into: &out)
    if isDue(probe.deadline, now, out) { advanceProbe(to: now, into: &out) }
    for i in clients.indices where isDue(clients[i].deadline, now, out) {
      perform(clients[i].advance(to: now), client: i, now: now, into: &out)
      if clients[i].takeSilence(now) { noteSilence(client: i, now: now, into: &out) }
    }
    if isDue(selection.deadline, now, out) {
      steerSelection(now: now, into: &out) { $0.advance(to: now, into: &$1) }
    }
    for i in servers.indices where isDue(servers[i].deadline, now, out) {
      perform(servers[i].advance(to: now), server: i, into: &out)
    }
    for i in table.indices where isDue(table[i].deadline, now, out) {
      advanceSession(at: i, to: now, into: &out)
    }
    needsSweep = true
    finishTurn(now: now, into: &out)
  }

  func isDue(
    _ deadline: Instant?, _ now: Instant, _ out: borrowing Outbox<UserAgentOutput>
  ) -> Bool {
    guard let deadline, deadline <= now else { return false }
    return out.pending.count < out.limit / 2
  }

  /// How every account stands, in the order of the accounts.
  public var registrations: [RegistrationReport] {
    accounts.indices.map { accounts[$0].report(registeredBy: accounts[registrant(of: $0)]) }
  }

  /// The sessions that are alive, oldest first.
  public var sessions: [SessionReport] {
    var reports: [SessionReport] = []
    for session in table where !session.isEnded {
      reports.append(session.report(account: accounts[session.account].account.number))
    }
    return reports
  }

  /// How many transactions and ended sessions are remembered; none a while after the last message.
  public var rememberedCount: Int {
    clients.count + servers.count + table.count { $0.isEnded }
  }
}
