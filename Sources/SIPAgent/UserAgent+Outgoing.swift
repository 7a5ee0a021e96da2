public import Base
internal import SIPSyntax
internal import SIPTransaction

/// Sessions that begin with our INVITE.
extension UserAgent {
  /// Calls a number from an account; `nil` if there is no such account or no room for a session.
  ///
  /// An empty offer asks the far side for one. For an emergency call there is always room.
  public mutating func invite(
    from account: AccountNumber, to number: Text, offer: Text,
    purpose: CallPurpose = CallPurpose(), now: Instant, into out: inout Outbox<UserAgentOutput>
  ) -> SessionNumber? {
    guard case .running = phase,
      let i = accounts.firstIndex(where: { $0.account.number == account })
    else { return nil }
    if purpose.isEmergency { makeRoomForEmergency(now: now, into: &out) }
    let hasRoom = makeRoom()
    let asker = purpose.referrer.flatMap { position(of: $0) }
    guard hasRoom else {
      if let asker { notify(asker, of: 503, isLast: true, now: now, into: &out) }
      return nil
    }
    let referral = asker.flatMap { table[$0].referral }
    var session = Session(
      number: nextSessionNumber(), account: i, since: now,
      leg: .outgoing(OutgoingInvite(patience: settings.timers.patience)),
      dialog: outgoingDialog(
        account: i, to: number, emergencyTarget(purpose) ?? referral?.target,
        isPrivate: accounts[i].account.isPrivate && !purpose.isEmergency), hop: server,
      answerDestination: server)
    session.usesSIPS = session.dialog.target[...].isSIPS
    session.isOfferless = offer.isEmpty
    session.emergency = purpose.isEmergency ? EmergencyRoute() : nil
    if let referral {
      session.referrer = purpose.referrer
      session.referredBy = referral.referredBy
      session.replaces = referral.replaces
    }
    table.append(session)
    if session.emergency == nil, mustWait(account: i) {
      table[table.count - 1].held = (offer, now + settings.heartbeat.patience)
    } else {
      sendInvite(table.count - 1, offer: offer, now: now, into: &out)
    }
    return session.number
  }

  /// Sends the INVITE that makes the session.
  mutating func sendInvite(
    _ s: Int, offer: Text, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    let branch = random.next()
    table[s].inviteBranch = branch
    table[s].sentDescription = offer
    let request = inviteRequest(s, branch: branch, offer: offer)
    launch(request, branch: branch, for: .invite(table[s].number), now: now, into: &out)
  }

  mutating func nextSessionNumber() -> SessionNumber {
    lastSession &+= 1
    return SessionNumber(rawValue: lastSession)
  }

  private mutating func outgoingDialog(
    account i: Int, to number: Text, _ special: Text?, isPrivate: Bool
  ) -> Dialog {
    let tag = randomToken(words: 1, using: &random)
    let target = special ?? accounts[i].called(number, settings.numberForm)
    return Dialog(
      callID: randomToken(words: 2, using: &random), localTag: tag, remoteTag: [],
      local: caller(account: i, tag: tag, isPrivate: isPrivate),
      remote: AccountState.bracketed(target), target: target, routes: accounts[i].serviceRoutes,
      localSequence: 1)
  }

  /// The From of a call; what is withheld does not stand there either (RFC 3323 §4.1.1.3).
  func caller(account i: Int, tag: Text, isPrivate: Bool) -> Text {
    var from =
      isPrivate
      ? Text("\"Anonymous\" <sip:anonymous@anonymous.invalid>") : accounts[i].callIdentity
    from.append(";tag=")
    from += tag
    return from
  }

  /// An INVITE of the session, the first one or a re-INVITE.
  mutating func inviteRequest(_ s: Int, branch: UInt64, offer: Text) -> Text {
    let dialog = table[s].dialog
    var writer = request(.invite, in: dialog, sequence: dialog.localSequence, branch: branch)
    writer.add(.contact, contact(of: s))
    writer.add(.allow, allow)
    // RFC 6228 §4: proxies tell only who asks that a branch has ended.
    writer.add(.supported, dialog.remoteTag.isEmpty ? supported + Text(", 199") : supported)
    addInterval(to: &writer, session: s)
    addWhoCalls(to: &writer, session: s)
    if dialog.remoteTag.isEmpty, settings.profile == .ims {
      // RFC 5009 §6: only who says so is told whether ringing tones of the network come.
      writer.add(.pEarlyMedia, "supported")
      // RFC 3261 §20.1: without it nobody may send us anything but SDP, not even why (380, 504).
      writer.add(.accept, "application/sdp, application/3gpp-ims+xml")
      addService(to: &writer)
    }
    if table[s].emergency != nil { writer.add(.priority, "emergency") }
    if dialog.remoteTag.isEmpty, !table[s].referredBy.isEmpty {
      writer.add(.referredBy, table[s].referredBy)
    }
    if dialog.remoteTag.isEmpty, !table[s].replaces.isEmpty {
      writer.add(.replaces, table[s].replaces)
    }
    addOurs(to: &writer, session: s, method: .invite, in: dialog, body: offer)
    return writer.finish(contentType: "application/sdp", body: offer)
  }

  /// Who calls, for the network (RFC 3325 §9.2), and whether only for the network (§9.3).
  private func addWhoCalls(to writer: inout MessageWriter, session s: Int) {
    guard table[s].dialog.remoteTag.isEmpty else { return }
    let i = table[s].account
    let isPrivate = self.isPrivate(.session(table[s].number))
    if let preferred = accounts[i].preferredIdentity {
      writer.add(.pPreferredIdentity, preferred)
    } else if isPrivate {
      writer.add(.pPreferredIdentity, AccountState.bracketed(accounts[i].ownURI))
    }
    if isPrivate { writer.add(.privacy, "id") }
  }

  mutating func receiveInviteAnswer(
    _ response: Message, _ code: UInt16, client c: Int, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if code >= 300 { table[s].cause = response.releaseCause() }
    switch code {
    case 100..<200:
      receiveProvisional(response, code, session: s, now: now, into: &out)
    case 200..<300:
      receiveInviteSuccess(response, client: c, session: s, now: now, into: &out)
    case 401, 407:
      let isRetried = retry(response, client: c, session: s, now: now, into: &out)
      if isRetried { return }
      if rerouteEmergency(s, response, client: c, now: now, into: &out) { return }
      steerOutgoing(s, now: now, into: &out) { $0.receiveEnd(.unauthorized, into: &$1) }
    case 380 where becomeEmergency(s, response, client: c, now: now, into: &out):
      break
    case 300..<700
    where Self.isRefusalOfServer(code)
      && rerouteEmergency(s, response, client: c, now: now, into: &out):
      break
    case 503 where reroute(response, client: c, session: s, now: now, into: &out):
      break
    case 422:
      let isRetried = retryLonger(response, client: c, session: s, now: now, into: &out)
      if isRetried { return }
      steerOutgoing(s, now: now, into: &out) { $0.receiveEnd(.status(code), into: &$1) }
    default:
      steerOutgoing(s, now: now, into: &out) { $0.receiveEnd(.status(code), into: &$1) }
    }
  }

  /// Sends a challenged request again; `false` if that is not to be, or would not help.
  mutating func retry(
    _ response: Message, client c: Int, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    let old = clients[c]
    guard mayRepeat(old.purpose, session: s) else { return false }
    var authenticator = table[s].authenticator
    // An emergency call goes through, whoever may learn a digest by it.
    let proven =
      table[s].emergency == nil ? proven(of: table[s].account) : ProvenDigests()
    let verdict = authenticator.receive(
      response.demands, realm: realm(of: table[s].account), proven: proven, rounds: old.rounds,
      using: &random)
    let branch = random.next()
    let number = lastSequence(s, old.purpose, response) + 1
    var request: Text?
    if verdict == .retry {
      request = renewed(
        old.request, branch: branch, sequence: number, account: table[s].account, &authenticator)
    }
    table[s].authenticator = authenticator
    guard let request else { return false }
    restart(s, old.purpose, response, branch: branch, sequence: number)
    launch(
      request, branch: branch, for: old.purpose, rounds: old.rounds + 1, now: now, into: &out)
    return true
  }

  /// Whether a refused request may be sent again.
  func mayRepeat(_ purpose: ClientTransaction.Purpose, session s: Int) -> Bool {
    switch purpose {
    case .invite: break
    case .reinvite, .update, .refer: return table[s].isEstablished
    case .register, .subscribe, .publish, .cancel, .bye, .forkBye, .prack, .heartbeat, .notice:
      return true
    }
    guard case .outgoing(let leg) = table[s].leg else { return false }
    return leg.wantsAnswer
  }

  /// The CSeq number of our last request in the dialog that the response is of.
  func lastSequence(
    _ s: Int, _ purpose: ClientTransaction.Purpose, _ response: Message
  ) -> UInt32 {
    let own = table[s].dialog.localSequence
    switch purpose {
    case .invite:
      return table[s].earlyDialogs.reduce(own) { max($0, $1.dialog.localSequence) }
    case .prack:
      guard let e = table[s].earlyDialog(of: response) else { return own }
      return table[s].earlyDialogs[e].dialog.localSequence
    case .forkBye:
      return (try? response.cSeq().number) ?? own
    case .register, .subscribe, .publish, .reinvite, .cancel, .bye, .update, .heartbeat,
      .notice,
      .refer:
      return own
    }
  }

  /// A refused request starts again with another branch and CSeq.
  mutating func restart(
    _ s: Int, _ purpose: ClientTransaction.Purpose, _ response: Message, branch: UInt64,
    sequence number: UInt32
  ) {
    // It is in a dialog of which nobody keeps anything else.
    if case .forkBye = purpose { return }
    if case .prack = purpose, let e = table[s].earlyDialog(of: response) {
      table[s].earlyDialogs[e].dialog.localSequence = number
    } else {
      table[s].dialog.localSequence = number
    }
    switch purpose {
    case .invite:
      table[s].inviteBranch = branch
      // The refusal ended every early dialog of the INVITE (RFC 3261 §12.3).
      table[s].earlyDialogs = []
      if case .acknowledging = table[s].change { table[s].change = .none }
      guard case .outgoing(var leg) = table[s].leg else { return }
      leg.restart()
      table[s].leg = .outgoing(leg)
    case .reinvite:
      if case .refreshing = table[s].change {
        table[s].change = .refreshing(branch: branch)
      } else {
        table[s].change = .offering(branch: branch)
      }
    case .register, .subscribe, .publish, .cancel, .bye, .forkBye, .prack, .update, .heartbeat,
      .notice,
      .refer:
      break
    }
  }

  /// The first 2xx makes the session; the same one again wants its ACK, another one is a fork.
  private mutating func receiveInviteSuccess(
    _ response: Message, client c: Int, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let tag = (try? response.to().tag).map { response.text($0) } ?? []
    if !table[s].acknowledgement.isEmpty {
      if tag == table[s].dialog.remoteTag {
        return resend(table[s].acknowledgement, to: table[s].hop, into: &out)
      }
      return dismissFork(response, tag: tag, client: c, session: s, now: now, into: &out)
    }
    if let e = table[s].earlyDialog(of: response) {
      let early = table[s].earlyDialogs.remove(at: e)
      table[s].dialog = early.dialog
      if early.isAgreed { table[s].earlyAnswer = early.answer }
    }
    // What is wrong in it was refused before; without a Contact the request's own target stays.
    try? table[s].dialog.establish(from: response)
    if case .acknowledging = table[s].change { table[s].change = .none }
    steerOutgoing(s, response, now: now, into: &out) { $0.receiveSuccess(into: &$1) }
    takeInterval(s, from: response, now: now)
    followFocus(s, now: now, into: &out)
  }

  /// Acknowledges the 2xx of another fork and hangs it up (RFC 3261 §13.2.2.4).
  private mutating func dismissFork(
    _ response: Message, tag: Text, client c: Int, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if let known = table[s].forks.first(where: { $0.tag == tag }) {
      return resend(known.acknowledgement, to: table[s].hop, into: &out)
    }
    guard table[s].forks.count < 4 else { return }
    var dialog = table[s].dialog
    if let e = table[s].earlyDialog(of: response) { dialog = table[s].earlyDialogs[e].dialog }
    try? dialog.establish(from: response)
    let ack = acknowledgement(
      in: dialog, sequence: (try? response.cSeq().number) ?? 1, invite: clients[c].request,
      branch: random.next())
    table[s].forks.append(Session.Fork(tag: tag, acknowledgement: ack))
    send(ack, to: table[s].hop, into: &out)
    dialog.localSequence += 1
    let bye = byeRequest(s, in: dialog, cause: ReleaseCause.nonSelectedUserClearing)
    launch(
      bye.request, branch: bye.branch, for: .forkBye(table[s].number), now: now, into: &out)
  }

  /// Lets the leg decide, and does what it decides; `response` is what it is about.
  mutating func steerOutgoing(
    _ s: Int, _ response: Message? = nil, now: Instant,
    into out: inout Outbox<UserAgentOutput>,
    _ body: (inout OutgoingInvite, inout Outbox<OutgoingInvite.Output>) -> Void
  ) {
    guard case .outgoing(var leg) = table[s].leg else { return }
    var wishes = Outbox<OutgoingInvite.Output>(limit: 4)
    body(&leg, &wishes)
    table[s].leg = .outgoing(leg)
    perform(wishes, session: s, response, now: now, into: &out)
  }

  /// Apart from `steerOutgoing`, which the compiler copies for each closure; with the two like it
  /// this saves 28 KB on arm64.
  @inline(never)
  private mutating func perform(
    _ wishes: Outbox<OutgoingInvite.Output>, session s: Int, _ response: Message?, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    for wish in wishes.pending { perform(wish, session: s, response, now: now, into: &out) }
  }

  private mutating func perform(
    _ wish: OutgoingInvite.Output, session s: Int, _ response: Message?, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let number = table[s].number
    switch wish {
    case .reportProgress:
      guard let response, case .status(let code, _) = response.startLine, code > 100, code != 199
      else { return }
      let description = answer(in: response, session: s)
      if !description.isEmpty { table[s].receivedDescription = description }
      tellReferrer(of: s, code, isLast: false, now: now, into: &out)
      let tag = (try? response.to().tag).map { response.text($0) } ?? []
      let isOther = !table[s].heardTag.isEmpty && table[s].heardTag != tag
      table[s].heardTag = tag
      out.emit(
        .progress(
          number, code: code, description: description, earlyMedia: EarlyMedia(of: response),
          isOtherParty: isOther))
    case .acknowledge:
      acknowledge(s, response, client(table[s].inviteBranch, .invite), into: &out)
    case .reportAnswered:
      let description = table[s].earlyAnswer ?? response?.description ?? []
      if !description.isEmpty { table[s].receivedDescription = description }
      tellReferrer(of: s, 200, isLast: true, now: now, into: &out)
      out.emit(.answered(number, description: description))
    case .sendCancel:
      sendCancel(s, now: now, into: &out)
    case .sendBye:
      sendBye(s, now: now, into: &out)
    case .forgetInvite:
      if let c = client(table[s].inviteBranch, .invite) { clients[c].terminate() }
      needsSweep = true
    case .end(let reason):
      end(s, reason, now: now, into: &out)
    }
  }

  /// Sends the ACK of a 2xx, and keeps it for the 2xx's repetitions.
  mutating func acknowledge(
    _ s: Int, _ response: Message?, _ invite: Int?, into out: inout Outbox<UserAgentOutput>
  ) {
    guard let response, let number = try? response.cSeq().number else { return }
    let ack = acknowledgement(
      in: table[s].dialog, sequence: number,
      invite: invite.map { clients[$0].request } ?? [], branch: random.next())
    table[s].acknowledgement = ack
    table[s].acknowledgementSequence = number
    send(ack, to: table[s].hop, into: &out)
  }

  private mutating func sendCancel(
    _ s: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    let branch = table[s].inviteBranch
    guard let c = client(branch, .invite),
      let cancel = companion(.cancel, of: clients[c].request, to: nil)
    else { return }
    launch(cancel, branch: branch, for: .cancel(table[s].number), now: now, into: &out)
  }
}
