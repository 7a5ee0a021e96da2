internal import Base
internal import SIPSyntax

/// SUBSCRIBE to the reg event, the mailbox, the profile and conferences, and its answers (RFC 6665).
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
    steerWatch(.account(i, package), now: now, into: &out) { subscription, _, wishes in
      subscription.start(into: &wishes)
    }
  }

  /// Forgets the subscriptions of an account that is not registered any more.
  mutating func stopWatching(_ i: Int) {
    for package in EventPackage.allCases {
      guard let branch = accounts[i][package]?.branch, let c = client(branch, .subscribe)
      else { continue }
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
      where isDue(accounts[i][package]?.subscription.deadline, now, out) {
        steerWatch(.account(i, package), now: now, into: &out) { subscription, random, wishes in
          subscription.advance(to: now, using: &random, into: &wishes)
        }
      }
    }
  }

  /// A subscription; `nil` where there is none, and then what is set is dropped.
  subscript(place: WatchPlace) -> EventWatch? {
    get {
      switch place {
      case .account(let i, let package): accounts[i][package]
      case .session(let number): position(of: number).flatMap { table[$0].conference?.event }
      }
    }
    set {
      switch place {
      case .account(let i, let package): accounts[i][package] = newValue
      case .session(let number):
        guard let newValue, let s = position(of: number) else { return }
        table[s].conference?.event = newValue
      }
    }
  }

  /// The account that subscribes; `nil` if the session is forgotten.
  func account(of place: WatchPlace) -> Int? {
    switch place {
    case .account(let i, _): i
    case .session(let number): position(of: number).map { table[$0].account }
    }
  }

  /// Whether the far side may not know who we are (RFC 3323 §4.1): of a call, and of what we ask about
  /// it while it lasts.
  func isPrivate(_ place: WatchPlace) -> Bool {
    guard case .session(let number) = place, let s = position(of: number) else { return false }
    return accounts[table[s].account].account.isPrivate && table[s].emergency == nil
  }

  /// Lets the subscription decide, and does what it decides.
  mutating func steerWatch(
    _ place: WatchPlace, now: Instant, into out: inout Outbox<UserAgentOutput>,
    _ body: (inout Subscription, inout RandomSource, inout Outbox<Subscription.Output>) -> Void
  ) {
    guard var watch = self[place] else { return }
    var wishes = Outbox<Subscription.Output>(limit: 2)
    body(&watch.subscription, &random, &wishes)
    self[place] = watch
    perform(wishes, watch: place, now: now, into: &out)
  }

  /// Apart from `steerWatch`, which the compiler copies for each closure.
  @inline(never)
  private mutating func perform(
    _ wishes: Outbox<Subscription.Output>, watch place: WatchPlace, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    for wish in wishes.pending {
      switch wish {
      case .sendSubscribe(let seconds, let inDialog):
        subscribe(place, expiresSeconds: seconds, inDialog: inDialog, now: now, into: &out)
      }
    }
  }

  private mutating func subscribe(
    _ place: WatchPlace, expiresSeconds: UInt32, inDialog: Bool, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let i = account(of: place), var watch = self[place] else { return }
    let package = place.package
    let known = inDialog ? watch.dialog : nil
    var dialog = known ?? watchDialog(place, i)
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
    if isPrivate(place) { writer.add(.privacy, "id") }
    addIdentity(to: &writer, account: i, method: .subscribe)
    addCredentials(
      to: &writer, &watch.authenticator, account: i, method: .subscribe, uri: dialog.path().uri)
    watch.dialog = dialog
    watch.branch = branch
    watch.askedSeconds = expiresSeconds
    self[place] = watch
    if known == nil { forgetVersion(place) }
    launch(writer.finish(), branch: branch, for: .subscribe(place), now: now, into: &out)
  }

  /// Another subscription counts its documents anew.
  private mutating func forgetVersion(_ place: WatchPlace) {
    switch place {
    case .account(let i, .registration): accounts[i].watch.version = nil
    case .account: break
    case .session(let number):
      guard let s = position(of: number) else { return }
      table[s].conference?.roster.beginAnew()
    }
  }

  private mutating func watchDialog(_ place: WatchPlace, _ i: Int) -> Dialog {
    switch place {
    case .account(_, let package): watchDialog(package, i)
    case .session(let number): conferenceDialog(number, i)
    }
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
    _ response: Message, _ code: UInt16, client c: Int, _ place: WatchPlace, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard code >= 200, let i = account(of: place), var watch = self[place],
      clients[c].branch == watch.branch
    else { return }
    if code == 401 || code == 407,
      retryWatch(response, client: c, place, account: i, now: now, into: &out)
    {
      return
    }
    switch code {
    case 200..<300:
      if watch.dialog?.remoteTag.isEmpty ?? false {
        try? watch.dialog?.establish(from: response)
        self[place] = watch
      }
      let seconds = response.expires() ?? watch.askedSeconds
      conclude(.accepted(expiresSeconds: seconds), watch: place, now: now, into: &out)
    case 423:
      let minimum = response.minExpires() ?? 0
      conclude(
        .intervalTooBrief(minimumSeconds: minimum), watch: place, now: now, into: &out)
    default:
      let seconds = response.retryAfter() ?? 0
      noteRefusal(of: place, account: i, code, into: &out)
      conclude(
        .refused(code: code, retryAfterSeconds: seconds), watch: place, now: now, into: &out)
      // SUBSCRIBE follows from REGISTER, so that REGISTER must not follow from it too fast.
      guard accounts[registrant(of: i)].registration.isSettled(at: now) else { return }
      restoreRegistration(response, code, account: i, now: now, into: &out)
    }
  }

  private func noteRefusal(
    of place: WatchPlace, account i: Int, _ code: UInt16, into out: inout Outbox<UserAgentOutput>
  ) {
    let number = accounts[i].account.number
    switch place {
    case .account(_, .registration): out.emit(.note(.watchRefused(number, code: code)))
    case .account(_, .messages): out.emit(.note(.mailboxRefused(number, code: code)))
    case .account(_, .profile): out.emit(.note(.profileRefused(number, code: code)))
    case .account(_, .conference): break
    case .session(let session):
      // Of a conference that we leave nobody wants to hear.
      guard self[place]?.status != .idle else { return }
      out.emit(.note(.conferenceRefused(session, code: code)))
    }
  }

  mutating func receiveNotifierSilence(
    client c: Int, _ place: WatchPlace, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard clients[c].branch == self[place]?.branch else { return }
    conclude(.timeout, watch: place, now: now, into: &out)
  }

  private mutating func conclude(
    _ answer: Subscription.Answer, watch place: WatchPlace, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    steerWatch(place, now: now, into: &out) { subscription, random, wishes in
      subscription.receive(answer, now: now, using: &random, into: &wishes)
    }
  }

  /// Sends a challenged SUBSCRIBE again; `false` if that would not help.
  private mutating func retryWatch(
    _ response: Message, client c: Int, _ place: WatchPlace, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    guard var watch = self[place], var dialog = watch.dialog else { return false }
    let old = clients[c]
    let verdict = watch.authenticator.receive(
      response.demands, realm: realm(of: i), proven: proven(of: i),
      rounds: old.rounds, using: &random)
    dialog.localSequence += 1
    let branch = random.next()
    var request: Text?
    if verdict == .retry {
      request = renewed(
        old.request, branch: branch, sequence: dialog.localSequence, account: i,
        &watch.authenticator)
    }
    if request != nil {
      watch.dialog = dialog
      watch.branch = branch
    }
    self[place] = watch
    guard let request else { return false }
    launch(
      request, branch: branch, for: .subscribe(place), rounds: old.rounds + 1, now: now,
      into: &out)
    return true
  }
}
