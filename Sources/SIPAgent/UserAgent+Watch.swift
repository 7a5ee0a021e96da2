internal import Base
internal import SIPSyntax

/// SUBSCRIBE to the reg event, the mailbox and the profile, and its answers (RFC 6665).
extension UserAgent {
  /// Subscribes to what the network does with a registration, where the profile says so.
  mutating func watch(
    _ i: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard settings.profile == .ims, case .running = phase,
      accounts[registrant(of: i)].registration.status == .registered
    else { return }
    startWatch(.registration, i, now: now, into: &out)
  }

  /// Subscribes to the account's mailbox and to its profile, where that is wanted.
  mutating func watchServices(
    _ i: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard case .running = phase, accounts[registrant(of: i)].registration.status == .registered
    else { return }
    if settings.messageWaiting == .subscribe { startWatch(.messages, i, now: now, into: &out) }
    if settings.followsProfile { startWatch(.profile, i, now: now, into: &out) }
  }

  private mutating func startWatch(
    _ package: EventPackage, _ i: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    steerWatch(package, i, now: now, into: &out) { subscription, _, wishes in
      subscription.start(into: &wishes)
    }
  }

  /// Forgets the subscriptions of an account that is not registered any more.
  mutating func stopWatching(_ i: Int) {
    for package in EventPackage.allCases {
      guard let c = client(accounts[i][package].branch, .subscribe) else { continue }
      clients[c].terminate()
      needsSweep = true
    }
    accounts[i].watch.stop()
    accounts[i].mailbox.stop()
    accounts[i].services.stop()
  }

  mutating func advanceWatches(to now: Instant, into out: inout Outbox<UserAgentOutput>) {
    for package in EventPackage.allCases {
      for i in accounts.indices
      where isDue(accounts[i][package].subscription.deadline, now, out) {
        steerWatch(package, i, now: now, into: &out) { subscription, random, wishes in
          subscription.advance(to: now, using: &random, into: &wishes)
        }
      }
    }
  }

  /// Lets the subscription decide, and does what it decides.
  mutating func steerWatch(
    _ package: EventPackage, _ i: Int, now: Instant, into out: inout Outbox<UserAgentOutput>,
    _ body: (inout Subscription, inout RandomSource, inout Outbox<Subscription.Output>) -> Void
  ) {
    var wishes = Outbox<Subscription.Output>(limit: 2)
    body(&accounts[i][package].subscription, &random, &wishes)
    perform(wishes, watch: package, i, now: now, into: &out)
  }

  /// Apart from `steerWatch`, which the compiler copies for each closure.
  @inline(never)
  private mutating func perform(
    _ wishes: Outbox<Subscription.Output>, watch package: EventPackage, _ i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    for wish in wishes.pending {
      switch wish {
      case .sendSubscribe(let seconds, let inDialog):
        subscribe(
          package, i, expiresSeconds: seconds, inDialog: inDialog, now: now, into: &out)
      }
    }
  }

  private mutating func subscribe(
    _ package: EventPackage, _ i: Int, expiresSeconds: UInt32, inDialog: Bool, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let known = inDialog ? accounts[i][package].dialog : nil
    var dialog = known ?? watchDialog(package, i)
    dialog.localSequence += 1
    let branch = random.next()
    var writer = request(
      .subscribe, in: dialog, sequence: dialog.localSequence, branch: branch)
    writer.add(.contact, accounts[i].contact)
    writer.add(.event, package.event)
    writer.add(.accept, package.contentTypes)
    writer.add(.expires, expiresSeconds)
    if known == nil, package != .registration || !isBulk,
      let preferred = accounts[i].preferredIdentity
    {
      writer.add(.pPreferredIdentity, preferred)
    }
    addIdentity(to: &writer, account: i, method: .subscribe)
    var watch = accounts[i][package]
    addCredentials(
      to: &writer, &watch.authenticator, account: i, method: .subscribe, uri: dialog.path().uri)
    watch.dialog = dialog
    watch.branch = branch
    watch.askedSeconds = expiresSeconds
    accounts[i][package] = watch
    if known == nil, package == .registration { accounts[i].watch.version = nil }
    launch(writer.finish(), branch: branch, for: .subscribe(i, package), now: now, into: &out)
  }

  /// TS 24.229 §5.1.1.3: from and to the default public identity, along the Service-Route.
  private mutating func watchDialog(_ package: EventPackage, _ i: Int) -> Dialog {
    let state = accounts[i]
    let tag = randomToken(words: 1, using: &random)
    let own = package == .registration ? state.registeredURI : state.ownURI
    // What is subscribed to is a SIP URI, even if the default identity is a tel URI.
    let isSIP =
      state.defaultURI.prefix(4).equalsIgnoringCase("sip:") || state.defaultURI[...].isSIPS
    let isOwn = package == .registration || !isBulk
    let target = isSIP && isOwn ? state.defaultURI : own
    var local = AccountState.bracketed(target)
    local.append(";tag=")
    local += tag
    return Dialog(
      callID: randomToken(words: 2, using: &random), localTag: tag, remoteTag: [], local: local,
      remote: AccountState.bracketed(target), target: target, routes: state.serviceRoutes,
      localSequence: 0)
  }

  // MARK: - Its answer

  mutating func receiveNotifier(
    _ response: Message, _ code: UInt16, client c: Int, _ package: EventPackage,
    account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard code >= 200, clients[c].branch == accounts[i][package].branch else { return }
    if code == 401 || code == 407,
      retryWatch(response, client: c, package, account: i, now: now, into: &out)
    {
      return
    }
    switch code {
    case 200..<300:
      if accounts[i][package].dialog?.remoteTag.isEmpty ?? false {
        try? accounts[i][package].dialog?.establish(from: response)
      }
      let seconds = response.expires() ?? accounts[i][package].askedSeconds
      conclude(.accepted(expiresSeconds: seconds), watch: package, i, now: now, into: &out)
    case 423:
      let minimum = response.minExpires() ?? 0
      conclude(
        .intervalTooBrief(minimumSeconds: minimum), watch: package, i, now: now, into: &out)
    default:
      let seconds = response.retryAfter() ?? 0
      let number = accounts[i].account.number
      switch package {
      case .registration: out.emit(.note(.watchRefused(number, code: code)))
      case .messages: out.emit(.note(.mailboxRefused(number, code: code)))
      case .profile: out.emit(.note(.profileRefused(number, code: code)))
      }
      conclude(
        .refused(code: code, retryAfterSeconds: seconds), watch: package, i, now: now,
        into: &out)
      // SUBSCRIBE follows from REGISTER, so that REGISTER must not follow from it too fast.
      guard accounts[registrant(of: i)].registration.isSettled(at: now) else { return }
      restoreRegistration(response, code, account: i, now: now, into: &out)
    }
  }

  mutating func receiveNotifierSilence(
    client c: Int, _ package: EventPackage, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard clients[c].branch == accounts[i][package].branch else { return }
    conclude(.timeout, watch: package, i, now: now, into: &out)
  }

  private mutating func conclude(
    _ answer: Subscription.Answer, watch package: EventPackage, _ i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    steerWatch(package, i, now: now, into: &out) { subscription, random, wishes in
      subscription.receive(answer, now: now, using: &random, into: &wishes)
    }
  }

  /// Sends a challenged SUBSCRIBE again; `false` if that would not help.
  private mutating func retryWatch(
    _ response: Message, client c: Int, _ package: EventPackage, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    guard var dialog = accounts[i][package].dialog else { return false }
    let old = clients[c]
    var authenticator = accounts[i][package].authenticator
    let verdict = authenticator.receive(
      response.demands, realm: realm(of: i), rounds: old.rounds, using: &random)
    dialog.localSequence += 1
    let branch = random.next()
    var request: Text?
    if verdict == .retry {
      request = renewed(
        old.request, branch: branch, sequence: dialog.localSequence, account: i,
        &authenticator)
    }
    accounts[i][package].authenticator = authenticator
    guard let request else { return false }
    accounts[i][package].dialog = dialog
    accounts[i][package].branch = branch
    launch(
      request, branch: branch, for: .subscribe(i, package), rounds: old.rounds + 1, now: now,
      into: &out)
    return true
  }
}
