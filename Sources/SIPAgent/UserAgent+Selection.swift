public import Base
internal import SIPSyntax

/// Several SBCs: heartbeats, and what happens when another one serves.
extension UserAgent {
  /// How long an answer that may be from behind the SBC keeps us away, in seconds: a 503 to an INVITE
  /// no longer, since a heartbeat asks the SBC itself; what a REGISTER gets at least so long, since
  /// heartbeats know nothing of the registrar.
  private static let absence: UInt32 = 300

  /// The SBC that serves: new sessions and every registration go there.
  public var server: Endpoint {
    selection.serving < settings.servers.count
      ? settings.servers[selection.serving] : Endpoint(.v4(0), 0)
  }

  /// The SBC that a request came from: at one address there may be several, and one may have called
  /// from another port than it listens at; the one that serves if it is nobody's.
  func server(behind source: Endpoint) -> Endpoint {
    if settings.servers.contains(source) { return source }
    if server.address == source.address { return server }
    return settings.servers.first { $0.address == source.address } ?? server
  }

  /// Whether an SBC is known not to be there.
  public func hasFailed(_ endpoint: Endpoint) -> Bool {
    settings.servers.firstIndex(of: endpoint).map { selection.hasFailed($0) } ?? false
  }

  func destination(of purpose: ClientTransaction.Purpose) -> Endpoint {
    if case .heartbeat(let i) = purpose { return settings.servers[i] }
    return purpose.session.flatMap { position(of: $0) }.map { table[$0].hop } ?? server
  }

  /// Lets the selection decide, and does what it decides.
  mutating func steerSelection(
    now: Instant, into out: inout Outbox<UserAgentOutput>,
    _ body: (inout SBCSelection, inout Outbox<SBCSelection.Output>) -> Void
  ) {
    var wishes = Outbox<SBCSelection.Output>(limit: 2 * settings.servers.count + 2)
    body(&selection, &wishes)
    perform(wishes, now: now, into: &out)
  }

  @inline(never)
  private mutating func perform(
    _ wishes: Outbox<SBCSelection.Output>, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard case .running = phase else { return }
    for wish in wishes.pending {
      switch wish {
      case .ask(let i):
        sendHeartbeat(to: i, now: now, into: &out)
      case .failed(let i):
        out.emit(.note(.serverFailed(settings.servers[i])))
      case .returned(let i):
        out.emit(.note(.serverReturned(settings.servers[i])))
      case .resumed:
        renewRegistrations(.moved, now: now, into: &out)
      case .moved(let from, let to):
        out.emit(.note(.serverChosen(settings.servers[to])))
        move(from: settings.servers[from], now: now, into: &out)
      }
    }
  }

  /// Registers with the one that serves now; an INVITE that nobody has answered follows it there.
  @inline(never)
  mutating func move(
    from old: Endpoint, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    for s in table.indices where table[s].hop == old && table[s].emergency == nil {
      hold(s, now: now)
    }
    probe.stop()
    // What was subscribed to is known there to nobody (TS 24.229 §5.1.1.3).
    for i in accounts.indices {
      stopWatching(i)
      accounts[i].securityServer = []
    }
    renewRegistrations(.moved, now: now, into: &out)
  }

  private mutating func hold(_ s: Int, now: Instant) {
    guard case .outgoing(let leg) = table[s].leg, leg.isUnheard,
      let c = client(table[s].inviteBranch, .invite),
      let request = try? Message(parsing: clients[c].request)
    else { return }
    clients[c].terminate()
    needsSweep = true
    table[s].held = (request.description, now + settings.heartbeat.patience)
  }

  /// Whether an account's INVITE would come before its registration.
  func mustWait(account i: Int) -> Bool {
    selection.isActive && accounts[i].home != server
      && accounts[registrant(of: i)].registration.isAsking
  }

  /// Sends what has waited for an account's registration.
  mutating func releaseInvites(
    account: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    let i = registrant(of: account)
    guard !accounts[i].registration.isAsking else { return }
    for s in table.indices where registrant(of: table[s].account) == i && table[s].held != nil {
      release(s, now: now, into: &out)
    }
  }

  /// Sends an INVITE that has waited, to the SBC that serves now.
  mutating func release(_ s: Int, now: Instant, into out: inout Outbox<UserAgentOutput>) {
    guard let held = table[s].held else { return }
    table[s].held = nil
    guard case .outgoing(let leg) = table[s].leg, leg.isUnheard else {
      // It was called off meanwhile, and nobody will ever answer it.
      return steerOutgoing(s, now: now, into: &out) { $0.receiveEnd(.timeout, into: &$1) }
    }
    table[s].hop = server
    table[s].dialog.routes = accounts[table[s].account].serviceRoutes
    if table[s].inviteBranch != 0 { table[s].dialog.localSequence += 1 }
    sendInvite(s, offer: held.offer, now: now, into: &out)
  }

  /// Whether the SBC itself must answer such a request soon: an INVITE at least with 100.
  func wantsSilence(of purpose: ClientTransaction.Purpose) -> Bool {
    guard selection.isActive else { return false }
    switch purpose {
    case .register, .invite, .reinvite, .heartbeat: return true
    case .subscribe, .publish, .cancel, .bye, .forkBye, .prack, .update, .notice, .refer:
      return false
    }
  }

  /// A request has waited for a first response as long as we care to.
  mutating func noteSilence(
    client c: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    if case .heartbeat(let i) = clients[c].purpose {
      clients[c].terminate()
      return steerSelection(now: now, into: &out) { $0.missed(i, now: now, into: &$1) }
    }
    let destination = clients[c].destination
    hurryEmergency(client: c, now: now, into: &out)
    guard let i = settings.servers.firstIndex(of: destination) else { return }
    steerSelection(now: now, into: &out) { $0.silent(i, now: now, into: &$1) }
  }

  /// Any answer shows that the SBC is there, but 503 says that it has no time.
  mutating func receiveHeartbeat(
    _ i: Int, code: UInt16, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard code >= 200, i < settings.servers.count else { return }
    steerSelection(now: now, into: &out) {
      code == 503
        ? $0.missed(i, now: now, into: &$1) : $0.answered(i, now: now, into: &$1)
    }
  }

  /// RFC 3261 §21.5.4: after a 503 with Retry-After, somebody else is asked meanwhile.
  mutating func leaveRefusing(
    _ endpoint: Endpoint, seconds: UInt32, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard let i = settings.servers.firstIndex(of: endpoint) else { return }
    let until = now + max(settings.heartbeat.pause, .seconds(Int64(min(seconds, 86_400))))
    steerSelection(now: now, into: &out) { $0.refused(i, until: until, now: now, into: &$1) }
  }

  /// Leaves an SBC that has no time for a REGISTER, or no way to the registrar (RFC 3263 §4.3);
  /// whether there was another one, which has been asked instead.
  mutating func leaveUnable(
    client c: Int, account i: Int, code: UInt16, seconds: UInt32, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    let (branch, destination) = (clients[c].branch, clients[c].destination)
    let failures = accounts[i].registration.failures
    // What one account keeps failing at and others do not is no matter of the SBC.
    let isOwnTrouble =
      failures > 0
      && registrants.contains { $0 != i && accounts[$0].registration.status == .registered }
    guard [408, 503, 504].contains(code), !isOwnTrouble else { return false }
    // The registrar may be gone for all of them, and heartbeats be answered nevertheless.
    let least = code == 503 && failures == 0 ? 0 : Self.absence * (1 + min(5, failures))
    leaveRefusing(destination, seconds: max(seconds, least), now: now, into: &out)
    return accounts[i].branch != branch
  }

  /// Tries a session at another SBC whose INVITE was refused with 503 and Retry-After; `false` if
  /// there is no other one.
  mutating func reroute(
    _ response: Message, client c: Int, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    let (purpose, refusing) = (clients[c].purpose, clients[c].destination)
    guard mayRepeat(purpose, session: s), let seconds = response.retryAfter(),
      let request = try? Message(parsing: clients[c].request)
    else { return false }
    leaveRefusing(
      refusing, seconds: min(seconds, Self.absence), now: now, into: &out)
    guard server != refusing else { return false }
    restart(
      s, purpose, response, branch: table[s].inviteBranch,
      sequence: lastSequence(s, purpose, response))
    table[s].held = (request.description, now + settings.heartbeat.patience)
    releaseInvites(account: table[s].account, now: now, into: &out)
    return true
  }

  /// OPTIONS outside of any dialog (RFC 3261 §11); nobody is asked for credentials by it twice.
  private mutating func sendHeartbeat(
    to i: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard i < settings.servers.count, let account = accounts.first else { return }
    let branch = random.next()
    var uri = Text(settings.usesSIPS ? "sips:" : "sip:")
    uri.append(settings.servers[i])
    var writer = MessageWriter(request: .options, uri: uri)
    writer.add(.via, via(branch))
    writer.add(.maxForwards, 70)
    var from = account.identity
    from.append(";tag=")
    from += randomToken(words: 1, using: &random)
    writer.add(.from, from)
    var to = Text("<")
    to += uri
    to.append(UInt8(ascii: ">"))
    writer.add(.to, to)
    writer.add(.callID, randomToken(words: 2, using: &random))
    writer.add(.cSeq, sequence(1, .options))
    writer.add(.contact, account.contact)
    writer.add(.accept, "application/sdp")
    addIdentity(to: &writer, account: 0, method: .options)
    launch(writer.finish(), branch: branch, for: .heartbeat(i), now: now, into: &out)
  }
}
