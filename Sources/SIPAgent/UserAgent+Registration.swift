internal import Base
internal import SIPSyntax

/// REGISTER and its answers.
extension UserAgent {
  /// Does what a registration asks for.
  mutating func perform(
    _ wishes: Outbox<Registration.Output>, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    for wish in wishes.pending {
      switch wish {
      case .sendRegister(let seconds):
        register(i, expiresSeconds: seconds, now: now, into: &out)
      case .changed(let status):
        for member in members(of: i) {
          if status != .registered { stopWatching(member) }
          out.emit(.registration(accounts[member].account.number, status))
        }
      case .left:
        for member in members(of: i) { stopWatching(member) }
        needsSweep = true
      }
    }
  }

  private mutating func register(
    _ i: Int, expiresSeconds: UInt32, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    forgetRegister(branch: accounts[i].branch)
    let branch = random.next()
    accounts[i].sequence += 1
    accounts[i].branch = branch
    accounts[i].askedSeconds = expiresSeconds
    accounts[i].flow = flowToName(i)
    var uri = Text(settings.usesSIPS ? "sips:" : "sip:")
    uri += accounts[i].account.domain
    var writer = MessageWriter(request: .register, uri: uri)
    writer.add(.via, registerVia(branch))
    writer.add(.maxForwards, 70)
    addAddresses(of: accounts[i], to: &writer)
    writer.add(.callID, accounts[i].callID)
    writer.add(.cSeq, sequence(accounts[i].sequence, .register))
    writer.add(.contact, accounts[i].binding)
    addFormerBinding(account: i, to: &writer)
    writer.add(.expires, expiresSeconds)
    writer.add(.supported, accounts[i].flow == nil ? "path" : "path, outbound")
    addBulk(to: &writer)
    addIdentity(to: &writer, account: i, method: .register)
    var authenticator = accounts[i].authenticator
    addCredentials(to: &writer, &authenticator, account: i, method: .register, uri: uri)
    accounts[i].authenticator = authenticator
    launch(writer.finish(), branch: branch, for: .register(i), now: now, into: &out)
  }

  /// Takes back the binding to the address that Contact had before (RFC 3261 §10.2.2).
  private mutating func addFormerBinding(account i: Int, to writer: inout MessageWriter) {
    guard !accounts[i].formerURI.isEmpty else { return }
    var former = AccountState.bracketed(accounts[i].formerURI)
    former.append(";expires=0")
    writer.add(.contact, former)
    accounts[i].formerURI = []
  }

  /// A REGISTER that is still open must not be sent again behind a newer one.
  private mutating func forgetRegister(branch: UInt64) {
    guard let c = client(branch, .register), clients[c].isOpen else { return }
    clients[c].terminate()
    needsSweep = true
  }

  /// From and To: both the address-of-record (RFC 3261 §10.2).
  private func addAddresses(of state: AccountState, to writer: inout MessageWriter) {
    var from = state.registeredIdentity
    from.append(";tag=")
    from += state.tag
    writer.add(.from, from)
    writer.add(.to, state.registeredIdentity)
  }

  mutating func receiveRegistrar(
    _ response: Message, _ code: UInt16, client c: Int, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard code >= 200, clients[c].branch == accounts[i].branch else { return }
    accounts[i].lastCode = code
    if code == 305, redirect(response, client: c, account: i, now: now, into: &out) { return }
    switch code {
    case 200..<300:
      accounts[i].home = clients[c].destination
      accounts[i].authenticator.tell(&accounts[i].proven)
      learn(from: response, account: i)
      teachMembers(of: i)
      learnFlow(from: response, account: i, now: now)
      let seconds = grantedSeconds(response, account: i)
      conclude(.accepted(expiresSeconds: seconds), account: i, now: now, into: &out)
      followSeenAddress(response, account: i, now: now, into: &out)
      watch(i, now: now, into: &out)
      for member in members(of: i) { watchServices(member, now: now, into: &out) }
    case 494 where repeatWithAgreement(response, client: c, account: i, now: now, into: &out):
      break
    case 401, 407:
      _ = learnAgreement(from: response, account: i)
      answerRegistrar(response, client: c, account: i, now: now, into: &out)
    case 423:
      let minimum = response.minExpires() ?? 0
      conclude(
        .intervalTooBrief(minimumSeconds: minimum), account: i, now: now, into: &out)
    case 439 where accounts[i].flow != nil:
      leaveFlow(i, into: &out)
      register(i, expiresSeconds: accounts[i].askedSeconds, now: now, into: &out)
    case 504 where wantsRestoration(response, account: i):
      out.emit(.note(.registrationRestored(accounts[i].account.number)))
      beginAnew(i)
      conclude(.restorationWanted, account: i, now: now, into: &out)
    default:
      let seconds = response.retryAfter() ?? 0
      out.emit(.note(.registrationRefused(accounts[i].account.number, code: code)))
      guard
        !leaveUnable(client: c, account: i, code: code, seconds: seconds, now: now, into: &out)
      else { return }
      conclude(
        .failed(refusal(response, code), retryAfterSeconds: seconds), account: i, now: now,
        into: &out)
    }
  }

  mutating func receiveRegistrarSilence(
    client c: Int, account i: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard clients[c].branch == accounts[i].branch else { return }
    out.emit(.note(.registrationUnanswered(accounts[i].account.number)))
    guard !leaveUnable(client: c, account: i, code: 408, seconds: 0, now: now, into: &out)
    else { return }
    conclude(.failed(.timeout, retryAfterSeconds: 0), account: i, now: now, into: &out)
  }

  /// Sends the REGISTER to the proxy that a 305 names, for this once (RFC 3261 §21.3.4).
  ///
  /// A response is no proof of who sent it. So the proxy may only be another port of the SBC that
  /// we have, or another one of the list, and a second 305 is a refusal; TS 24.229 §5.1.1.2.1 would
  /// look for another P-CSCF.
  private mutating func redirect(
    _ response: Message, client c: Int, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    guard let proxy = response.contactEndpoint,
      settings.servers.contains(where: { $0.address == proxy.address }),
      proxy != server, clients[c].destination == server
    else { return false }
    return repeatRegister(client: c, account: i, to: proxy, now: now, into: &out)
  }

  /// Sends the REGISTER again that was answered in a way that is no challenge.
  mutating func repeatRegister(
    client c: Int, account i: Int, to destination: Endpoint, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    let old = clients[c]
    let branch = random.next()
    var authenticator = accounts[i].authenticator
    let request = renewed(
      old.request, branch: branch, sequence: accounts[i].sequence + 1, account: i,
      &authenticator)
    accounts[i].authenticator = authenticator
    guard let request else { return false }
    accounts[i].sequence += 1
    accounts[i].branch = branch
    launch(
      request, branch: branch, for: .register(i), rounds: old.rounds + 1, to: destination,
      now: now, into: &out)
    return true
  }

  private mutating func conclude(
    _ answer: Registration.Answer, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    var wishes = Outbox<Registration.Output>(limit: 4)
    accounts[i].registration.receive(answer, now: now, using: &random, into: &wishes)
    perform(wishes, account: i, now: now, into: &out)
    releaseInvites(account: i, now: now, into: &out)
  }

  private mutating func answerRegistrar(
    _ response: Message, client c: Int, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let rounds = clients[c].rounds
    var authenticator = accounts[i].authenticator
    let verdict = authenticator.receive(
      response.demands, realm: realm(of: i), proven: proven(of: i),
      keys: accounts[i].account.keys, rounds: rounds, using: &random)
    let branch = random.next()
    var renewed: Text?
    if verdict == .retry {
      renewed = self.renewed(
        clients[c].request, branch: branch, sequence: accounts[i].sequence + 1, account: i,
        &authenticator)
    }
    accounts[i].authenticator = authenticator
    guard let renewed else {
      let failure = Self.failure(of: verdict)
      // What comes after the pause is a registration from the beginning.
      accounts[i].authenticator.forget()
      let number = accounts[i].account.number
      out.emit(.note(.registrationRefused(number, code: accounts[i].lastCode)))
      return conclude(
        .failed(failure, retryAfterSeconds: 0), account: i, now: now, into: &out)
    }
    accounts[i].sequence += 1
    accounts[i].branch = branch
    launch(
      renewed, branch: branch, for: .register(i), rounds: rounds + 1,
      to: clients[c].destination, now: now, into: &out)
  }

  private static func failure(of verdict: Authenticator.Verdict) -> RegistrationFailure {
    switch verdict {
    case .retry, .rejected: .credentials
    case .unsupported: .unsupportedChallenge
    case .foreign: .foreignRealm
    case .weaker: .weakerChallenge
    case .forged: .wrongKey
    }
  }

  /// Service-Route (RFC 3608 §6.1), Path (RFC 3327 §5.1) and P-Associated-URI (RFC 7315 §4.1) of
  /// the latest 2xx.
  private mutating func learn(from response: Message, account i: Int) {
    accounts[i].serviceRoutes = response.elements(.serviceRoute).map { response.text($0) }
    accounts[i].path = response.elements(.path).map { response.text($0) }
    let identities = response.elements(.pAssociatedURI)
    accounts[i].identities = identities.map { response.text($0) }
    let first = identities.first.flatMap { try? NameAddress(parsing: response.bytes, $0) }
    accounts[i].defaultURI = first.map { response.text($0.uri) } ?? []
    if let range = response.first(.authenticationInfo),
      let nonce = response.authenticationParameter("nextnonce", in: range)
    {
      accounts[i].authenticator.replaceNonce(with: nonce)
    }
  }

  /// How long our binding lives: the Contact's parameter, the Expires field, or what was asked for.
  private func grantedSeconds(_ response: Message, account i: Int) -> UInt32 {
    let bindings = (try? response.contacts()) ?? []
    let own =
      bindings.first { isOurs($0, response, account: i) }
      ?? bindings.first { isOursInOtherWords($0, response, account: i) }
      ?? (bindings.count == 1 ? bindings.first : nil)
    if let own, let range = response.parameter("expires", in: own.parameters) {
      if let seconds = response.seconds(in: range) { return seconds }
    }
    if let seconds = response.expires() { return seconds }
    // Whichever of them is ours, it does not live longer than the shortest.
    let shortest = bindings.compactMap {
      response.parameter("expires", in: $0.parameters).flatMap { response.seconds(in: $0) }
    }.min()
    return min(shortest ?? .max, accounts[i].askedSeconds)
  }

  private func isOurs(_ binding: NameAddress, _ response: Message, account i: Int) -> Bool {
    if isBulk { return response.isBulk(binding, at: accounts[i].contactURI) }
    return response.bytes[binding.uri] == accounts[i].contactURI[...]
  }

  /// A registrar may write our Contact in its own way, or an SBC may have put its own in its place.
  private func isOursInOtherWords(
    _ binding: NameAddress, _ response: Message, account i: Int
  ) -> Bool {
    if namesSamePlace(response.text(binding.uri), accounts[i].contactURI) { return true }
    guard let range = response.parameter("+sip.instance", in: binding.parameters) else {
      return false
    }
    return accounts[i].isOurs(instance: response.text(range))
  }
}

extension Message {
  /// The digest challenges that it makes, those of the server itself first.
  var demands: [Authenticator.Demand] {
    challenges(.wwwAuthenticate).map { Authenticator.Demand(isProxy: false, challenge: $0) }
      + challenges(.proxyAuthenticate).map { Authenticator.Demand(isProxy: true, challenge: $0) }
  }
}
