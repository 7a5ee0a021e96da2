internal import Base
internal import SIPSyntax

/// SUBSCRIBE to the reg event, and what its NOTIFYs say (RFC 3680, RFC 6665).
extension UserAgent {
  // MARK: - SUBSCRIBE

  /// Subscribes to what the network does with a registration, where the profile says so.
  mutating func watch(
    _ i: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard settings.profile == .ims, case .running = phase,
      accounts[i].registration.status == .registered
    else { return }
    steerWatch(i, now: now, into: &out) { subscription, _, wishes in
      subscription.start(into: &wishes)
    }
  }

  /// Forgets the subscription of an account that is not registered any more.
  mutating func stopWatching(_ i: Int) {
    if let c = client(accounts[i].watch.branch, .subscribe) {
      clients[c].terminate()
      needsSweep = true
    }
    accounts[i].watch.stop()
  }

  mutating func advanceWatch(
    of i: Int, to now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    steerWatch(i, now: now, into: &out) { subscription, random, wishes in
      subscription.advance(to: now, using: &random, into: &wishes)
    }
  }

  /// Lets the subscription decide, and does what it decides.
  private mutating func steerWatch(
    _ i: Int, now: Instant, into out: inout Outbox<UserAgentOutput>,
    _ body: (inout Subscription, inout RandomSource, inout Outbox<Subscription.Output>) -> Void
  ) {
    var wishes = Outbox<Subscription.Output>(limit: 2)
    body(&accounts[i].watch.subscription, &random, &wishes)
    perform(wishes, watch: i, now: now, into: &out)
  }

  /// Apart from `steerWatch`, which the compiler copies for each closure.
  @inline(never)
  private mutating func perform(
    _ wishes: Outbox<Subscription.Output>, watch i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    for wish in wishes.pending {
      switch wish {
      case .sendSubscribe(let seconds, let inDialog):
        subscribe(i, expiresSeconds: seconds, inDialog: inDialog, now: now, into: &out)
      }
    }
  }

  private mutating func subscribe(
    _ i: Int, expiresSeconds: UInt32, inDialog: Bool, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let known = inDialog ? accounts[i].watch.dialog : nil
    var dialog = known ?? watchDialog(i)
    dialog.localSequence += 1
    let branch = random.next()
    var writer = request(
      .subscribe, in: dialog, sequence: dialog.localSequence, branch: branch)
    writer.add(.contact, accounts[i].contact)
    writer.add(.event, "reg")
    writer.add(.accept, "application/reginfo+xml")
    writer.add(.expires, expiresSeconds)
    if known == nil, let preferred = accounts[i].preferredIdentity {
      writer.add(.pPreferredIdentity, preferred)
    }
    addIdentity(to: &writer)
    var authenticator = accounts[i].watch.authenticator
    addCredentials(
      to: &writer, &authenticator, account: i, method: .subscribe, uri: dialog.path().uri)
    accounts[i].watch.authenticator = authenticator
    accounts[i].watch.dialog = dialog
    accounts[i].watch.branch = branch
    accounts[i].watch.askedSeconds = expiresSeconds
    if known == nil { accounts[i].watch.version = nil }
    launch(writer.finish(), branch: branch, for: .subscribe(i), now: now, into: &out)
  }

  /// TS 24.229 §5.1.1.3: from and to the default public identity, along the Service-Route.
  private mutating func watchDialog(_ i: Int) -> Dialog {
    let state = accounts[i]
    let tag = randomToken(words: 1, using: &random)
    let own = AccountState.address(user: state.account.user, domain: state.account.domain)
    // What is subscribed to is a SIP URI, even if the default identity is a tel URI.
    let isSIP = state.defaultURI.prefix(4).equalsIgnoringCase("sip:")
    let target = isSIP ? state.defaultURI : own
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
    _ response: Message, _ code: UInt16, client c: Int, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard code >= 200, clients[c].branch == accounts[i].watch.branch else { return }
    if code == 401 || code == 407,
      retryWatch(response, client: c, account: i, now: now, into: &out)
    {
      return
    }
    switch code {
    case 200..<300:
      if accounts[i].watch.dialog?.remoteTag.isEmpty ?? false {
        try? accounts[i].watch.dialog?.establish(from: response)
      }
      let seconds = response.expires() ?? accounts[i].watch.askedSeconds
      conclude(.accepted(expiresSeconds: seconds), watch: i, now: now, into: &out)
    case 423:
      let minimum = response.minExpires() ?? 0
      conclude(.intervalTooBrief(minimumSeconds: minimum), watch: i, now: now, into: &out)
    default:
      let seconds = response.retryAfter() ?? 0
      out.emit(.note(.watchRefused(accounts[i].account.number, code: code)))
      conclude(
        .refused(code: code, retryAfterSeconds: seconds), watch: i, now: now, into: &out)
      // SUBSCRIBE follows from REGISTER, so that REGISTER must not follow from it too fast.
      guard accounts[i].registration.isSettled(at: now) else { return }
      restoreRegistration(response, code, account: i, now: now, into: &out)
    }
  }

  mutating func receiveNotifierSilence(
    client c: Int, account i: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard clients[c].branch == accounts[i].watch.branch else { return }
    conclude(.timeout, watch: i, now: now, into: &out)
  }

  private mutating func conclude(
    _ answer: Subscription.Answer, watch i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    steerWatch(i, now: now, into: &out) { subscription, random, wishes in
      subscription.receive(answer, now: now, using: &random, into: &wishes)
    }
  }

  /// Sends a challenged SUBSCRIBE again; `false` if that would not help.
  private mutating func retryWatch(
    _ response: Message, client c: Int, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    guard var dialog = accounts[i].watch.dialog else { return false }
    let old = clients[c]
    var authenticator = accounts[i].watch.authenticator
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
    accounts[i].watch.authenticator = authenticator
    guard let request else { return false }
    accounts[i].watch.dialog = dialog
    accounts[i].watch.branch = branch
    launch(
      request, branch: branch, for: .subscribe(i), rounds: old.rounds + 1, now: now, into: &out)
    return true
  }

  // MARK: - NOTIFY

  /// A NOTIFY, whatever it belongs to: only the reg event is subscribed to.
  mutating func receiveNotify(
    _ request: Message, _ arrival: Arrival, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if receiveTransferNotice(request, arrival, now: now, into: &out) { return }
    guard let i = accounts.firstIndex(where: { $0.watch.owns(request) }) else {
      return refuse(request, 481, arrival.source, .unknownDialog, into: &out)
    }
    guard request.value(of: .event, is: "reg") else {
      return refuse(request, 489, arrival.source, .badRequest, into: &out)
    }
    let last = accounts[i].watch.dialog?.remoteSequence
    if let last, arrival.sequence.number < last {
      return refuse(request, 500, arrival.source, .outOfOrder, into: &out)
    }
    confirm(request, arrival, into: &out)
    guard last != arrival.sequence.number else { return }
    joinDialog(of: request, sequence: arrival.sequence.number, account: i)
    act(on: request, account: i, now: now, into: &out)
  }

  mutating func confirm(
    _ request: Message, _ arrival: Arrival, into out: inout Outbox<UserAgentOutput>
  ) {
    var writer = MessageWriter(answering: request, code: 200, tag: [], source: arrival.source)
    if !settings.userAgent.isEmpty { writer.add(.server, settings.userAgent) }
    send(writer.finish(), to: responseDestination(request, arrival.source), into: &out)
  }

  /// A NOTIFY makes the dialog when it is faster than the 2xx, and moves its target.
  private mutating func joinDialog(of notify: Message, sequence: UInt32, account i: Int) {
    guard var dialog = accounts[i].watch.dialog else { return }
    if dialog.remoteTag.isEmpty, let range = notify.first(.from),
      let tag = try? notify.from().tag
    {
      dialog.remoteTag = notify.text(tag)
      dialog.remote = notify.text(range)
      dialog.routes = notify.elements(.recordRoute).map { notify.text($0) }
    }
    try? dialog.refreshTarget(from: notify)
    dialog.remoteSequence = sequence
    accounts[i].watch.dialog = dialog
  }

  /// First what the registration has become, then what the subscription has.
  private mutating func act(
    on notify: Message, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if notify.value(of: .contentType, is: "application/reginfo+xml"),
      let information = RegistrationInformation(parsing: notify.text(notify.body))
    {
      learn(information, account: i, now: now, into: &out)
    }
    // A registration that has ended took its subscription with it.
    guard accounts[i].watch.dialog != nil, let state = notify.first(.subscriptionState) else {
      return
    }
    let semicolon = notify.bytes[state].firstIndex(of: UInt8(ascii: ";")) ?? state.upperBound
    func seconds(_ name: StaticString) -> UInt32? {
      notify.parameter(name, in: semicolon..<state.upperBound)
        .flatMap { notify.seconds(in: $0) }
    }
    let lifetime = seconds("expires")
    guard notify.value(of: .subscriptionState, is: "terminated") else {
      return steerWatch(i, now: now, into: &out) { subscription, _, _ in
        subscription.receiveNotice(expiresSeconds: lifetime, now: now)
      }
    }
    let ending = Self.ending(
      notify.parameter("reason", in: semicolon..<state.upperBound).map { notify.text($0) })
    let pause = seconds("retry-after") ?? 0
    steerWatch(i, now: now, into: &out) { subscription, random, wishes in
      subscription.receiveEnd(
        ending, retryAfter: pause, now: now, using: &random, into: &wishes)
    }
  }

  /// RFC 6665 §4.1.3.
  private static func ending(_ reason: Text?) -> Subscription.Ending {
    guard let reason else { return .again }
    for word: StaticString in ["rejected", "noresource", "invariant"]
    where reason.equalsIgnoringCase(word) { return .forGood }
    for word: StaticString in ["probation", "giveup"] where reason.equalsIgnoringCase(word) {
      return .later
    }
    return .again
  }

  /// Takes a document, if it is newer than the last one.
  private mutating func learn(
    _ information: RegistrationInformation, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let last = accounts[i].watch.version
    if let last, information.version <= last { return }
    accounts[i].watch.version = information.version
    accounts[i].watch.learnIdentities(information)
    if let notice = accounts[i].notice(in: information) {
      out.emit(.note(.registrationNotice(accounts[i].account.number, notice)))
      var wishes = Outbox<Registration.Output>(limit: 4)
      if notice.isEnd { beginAnew(i) }
      accounts[i].registration.receive(notice, now: now, using: &random, into: &wishes)
      perform(wishes, account: i, now: now, into: &out)
    }
    // RFC 3680 §6.1: part of a state whose other parts were missed.
    guard !information.isFull, information.version != (last ?? 0) &+ 1 || last == nil else {
      return
    }
    steerWatch(i, now: now, into: &out) { subscription, _, wishes in
      subscription.renew(into: &wishes)
    }
  }
}
