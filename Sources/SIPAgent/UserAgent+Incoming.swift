public import Base
internal import SIPSyntax
internal import SIPTransaction

/// Sessions that begin with the far side's INVITE.
extension UserAgent {
  /// Answers the call (200) with a description; an offer, if the INVITE had none.
  public mutating func answer(
    _ session: SessionNumber, description: Text, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let s = position(of: session), case .incoming(let leg) = table[s].leg, leg.isPending,
      !table[s].provisional.holdAnswer()
    else { return }
    sendAnswer(s, description, now: now, into: &out)
  }

  /// Sends the 2xx; without a description if a reliable 180 has carried it.
  mutating func sendAnswer(
    _ s: Int, _ description: Text, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard case .incoming(var leg) = table[s].leg else { return }
    leg.answer(now: now)
    table[s].leg = .incoming(leg)
    accept(
      s, transaction: table[s].serverTransaction,
      table[s].provisional.carriesOffer ? [] : description, now: now, into: &out)
  }

  /// Refuses the call with a code from 300 to 699.
  public mutating func reject(
    _ session: SessionNumber, code: UInt16, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let s = position(of: session) else { return }
    refuse(s, code: code, now: now, into: &out)
    finishTurn(now: now, into: &out)
  }

  mutating func refuse(
    _ s: Int, code: UInt16, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard case .incoming(let leg) = table[s].leg, leg.isPending else { return }
    respondToInvite(s, code: min(max(code, 300), 699), now: now, into: &out)
    steerIncoming(s, now: now, into: &out) { $0.refuse(into: &$1) }
  }

  mutating func respondToInvite(
    _ s: Int, code: UInt16, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    respond(s, to: table[s].serverTransaction, code: code, now: now, into: &out)
  }

  /// Sends a response of the session through one of its server transactions.
  mutating func respond(
    _ s: Int, to number: UInt32, code: UInt16, body: Text = [], reliable: UInt32? = nil,
    now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard let i = servers.firstIndex(where: { $0.number == number }) else { return }
    if code >= 200, number == table[s].serverTransaction { table[s].provisional.conclude() }
    let interval =
      ResponseClass(statusCode: code) == .success
      ? agreeInterval(s, with: servers[i].request, servers[i].method, now: now) : nil
    let text = response(
      to: servers[i], code: code, tag: table[s].dialog.localTag, contact: contact(of: s),
      body: body, reliable: reliable, interval: interval)
    respond(number, with: text, code: code, now: now, into: &out)
  }

  /// Sends the 2xx to an INVITE, and keeps it to send it again until its ACK comes.
  mutating func accept(
    _ s: Int, transaction number: UInt32, _ description: Text, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let i = servers.firstIndex(where: { $0.number == number }) else { return }
    respond(s, to: number, code: 200, body: description, now: now, into: &out)
    table[s].answer = servers[i].response
    table[s].answerDestination = servers[i].destination
    table[s].answerIsOffer = servers[i].request.description.isEmpty && !description.isEmpty
    table[s].acknowledgedSequence = (try? servers[i].request.cSeq().number) ?? 0
    noteExchange(s, with: servers[i].request, sent: description)
  }

  /// A new call: an INVITE without a To tag.
  mutating func receiveCall(
    _ request: Message, _ arrival: Arrival, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard case .running = phase else {
      return refuse(request, 480, arrival.source, .overloaded, into: &out)
    }
    if request.bytes[arrival.uri].isSIPS, settings.transport != .tls {
      return refuse(request, 480, arrival.source, .badRequest, into: &out)
    }
    guard let account = accountCalled(by: request, arrival.uri) else {
      return refuse(request, 404, arrival.source, .unknownUser, into: &out)
    }
    if isMerged(request, arrival, account) {
      return refuse(request, 482, arrival.source, .merged, into: &out)
    }
    if isTooShort(request) {
      return refuse(request, 422, arrival.source, .badRequest, into: &out)
    }
    let verdict = replacement(in: request, account: account)
    if case .refused(let code) = verdict {
      return refuse(request, code, arrival.source, .unknownDialog, into: &out)
    }
    guard makeRoom(), makeRoomForServer(),
      let dialog = incomingDialog(request, arrival)
    else { return refuse(request, 486, arrival.source, .overloaded, into: &out) }
    let number = nextSessionNumber()
    var session = Session(
      number: number, account: account, since: now,
      leg: .incoming(IncomingInvite(timers: settings.timers)), dialog: dialog,
      hop: server(behind: arrival.source), answerDestination: arrival.source)
    session.serverTransaction = open(request, arrival, session: number, now: now)
    session.usesSIPS = request.bytes[arrival.uri].isSIPS
    session.inviteSequence = arrival.sequence.number
    session.allowsUpdate = request.lists("UPDATE", in: .allow)
    table.append(session)
    let caller = Caller(of: request)
    if case .replaces(let old) = verdict {
      return out.emit(.replacing(number, of: old, caller, offer: request.description))
    }
    out.emit(
      .incoming(
        number, accounts[account].account.number, caller, offer: request.description))
  }

  /// RFC 3261 §8.2.2.2: the same request by another way.
  ///
  /// One that a proxy has forked to two of our ports is for both of them.
  private func isMerged(_ request: Message, _ arrival: Arrival, _ account: Int) -> Bool {
    servers.contains {
      guard $0.method == .invite, $0.sharesIdentity(with: request, arrival.sequence),
        case .request(_, let uri) = $0.request.startLine
      else { return false }
      return accountCalled(by: $0.request, uri) == account
    }
  }

  /// The account whose user was called: by P-Called-Party-ID (RFC 7315 §4.2), for the core puts our
  /// Contact into the Request-URI; by that; failing both, by the To.
  ///
  /// By a trunk the Request-URI decides, unless it names nobody but the trunk.
  func accountCalled(by request: Message, _ uri: Range<Int>) -> Int? {
    if let called = (try? request.addresses(.pCalledPartyID))?.first,
      let account = account(named: called.uri, request)
    {
      return account
    }
    if let account = account(named: uri, request) { return account }
    guard !isBulk || namesTrunk(uri, request), let to = try? request.to() else { return nil }
    return account(named: to.uri, request)
  }

  private func account(named uri: Range<Int>, _ request: Message) -> Int? {
    guard let user = (try? SIPURI(parsing: request.bytes, uri))?.user else { return nil }
    let name = request.bytes.unescaped(user)
    return accounts.firstIndex { $0.account.user == name }
  }

  private mutating func incomingDialog(_ request: Message, _ arrival: Arrival) -> Dialog? {
    guard let from = try? request.from(), let remote = request.first(.from),
      let to = request.first(.to), let callID = request.callID()
    else { return nil }
    let tag = randomToken(words: 1, using: &random)
    var local = request.text(to)
    local.append(";tag=")
    local += tag
    var dialog = Dialog(
      callID: request.text(callID), localTag: tag,
      remoteTag: from.tag.map { request.text($0) } ?? [], local: local,
      remote: request.text(remote), target: request.text(from.uri),
      routes: request.elements(.recordRoute).map { request.text($0) }, localSequence: 0,
      remoteSequence: arrival.sequence.number)
    try? dialog.refreshTarget(from: request)
    return dialog
  }

  /// Lets the leg decide, and does what it decides.
  mutating func steerIncoming(
    _ s: Int, now: Instant, into out: inout Outbox<UserAgentOutput>,
    _ body: (inout IncomingInvite, inout Outbox<IncomingInvite.Output>) -> Void
  ) {
    guard case .incoming(var leg) = table[s].leg else { return }
    var wishes = Outbox<IncomingInvite.Output>(limit: 4)
    body(&leg, &wishes)
    table[s].leg = .incoming(leg)
    perform(wishes, session: s, now: now, into: &out)
  }

  @inline(never)
  private mutating func perform(
    _ wishes: Outbox<IncomingInvite.Output>, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    for wish in wishes.pending {
      switch wish {
      case .sendAnswer: resend(table[s].answer, to: table[s].answerDestination, into: &out)
      case .sendTerminated: respondToInvite(s, code: 487, now: now, into: &out)
      case .sendBye: sendBye(s, now: now, into: &out)
      case .reportConfirmed:
        out.emit(.confirmed(table[s].number))
        followFocus(s, now: now, into: &out)
      case .end(let reason): end(s, reason, now: now, into: &out)
      }
    }
  }
}
