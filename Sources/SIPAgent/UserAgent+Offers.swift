public import Base
internal import SIPSyntax

/// Offers after the first one: re-INVITE both ways, UPDATE from the far side (RFC 3261 §14).
extension UserAgent {
  /// Offers another description with a re-INVITE; `false` if the session cannot take one now.
  public mutating func reoffer(
    _ session: SessionNumber, offer: Text, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    guard let s = position(of: session), table[s].isEstablished, !table[s].isChanging else {
      return false
    }
    let branch = random.next()
    table[s].dialog.localSequence += 1
    table[s].change = .offering(branch: branch)
    let request = inviteRequest(s, branch: branch, offer: offer)
    launch(request, branch: branch, for: .reinvite(session), now: now, into: &out)
    return true
  }

  /// Accepts what `.offered` brought.
  public mutating func acceptOffer(
    _ session: SessionNumber, description: Text, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let s = position(of: session) else { return }
    switch table[s].change {
    case .reinvited(let transaction, var machine) where machine.isPending:
      machine.answer(now: now)
      table[s].change = .reinvited(transaction: transaction, machine)
      accept(s, transaction: transaction, description, now: now, into: &out)
    case .updated(let transaction):
      table[s].change = .none
      if let i = servers.firstIndex(where: { $0.number == transaction }) {
        noteExchange(s, with: servers[i].request, sent: description)
      }
      respond(s, to: transaction, code: 200, body: description, now: now, into: &out)
    case .acknowledging(let tag):
      table[s].change = .none
      answerProvisional(s, tag: tag, description, now: now, into: &out)
    case .none, .offering, .refreshing, .reinvited:
      break
    }
  }

  /// Refuses what `.offered` brought; the session goes on as it was.
  public mutating func refuseOffer(
    _ session: SessionNumber, code: UInt16, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let s = position(of: session) else { return }
    let code = min(max(code, 300), 699)
    switch table[s].change {
    case .reinvited(let transaction, let machine) where machine.isPending:
      table[s].change = .none
      respond(s, to: transaction, code: code, now: now, into: &out)
    case .updated(let transaction):
      table[s].change = .none
      respond(s, to: transaction, code: code, now: now, into: &out)
    case .acknowledging:
      // A PRACK cannot refuse (RFC 3262 §5): the call is given up.
      table[s].change = .none
      hangUp(at: s, now: now, into: &out)
    case .none, .offering, .refreshing, .reinvited:
      break
    }
  }

  /// A re-INVITE or an UPDATE of the far side.
  ///
  /// Two offers cannot be open at once: ours meets theirs with 491, theirs meets theirs with 500
  /// (RFC 3261 §14.2, RFC 3311 §5.2).
  mutating func receiveOffer(
    _ request: Message, _ arrival: Arrival, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let isInvite = arrival.method == .invite
    let description = request.description
    if isInvite || !description.isEmpty {
      switch table[s].change {
      case .offering, .refreshing:
        return refuse(request, 491, arrival.source, .glare, into: &out)
      case .none, .reinvited, .updated, .acknowledging:
        break
      }
      guard isInvite ? table[s].isEstablished : table[s].takesOffers, !table[s].isChanging else {
        return refuse(request, 500, arrival.source, .glare, into: &out)
      }
    }
    if isTooShort(request) {
      return refuse(request, 422, arrival.source, .badRequest, into: &out)
    }
    try? table[s].dialog.refreshTarget(from: request)
    followFocus(s, now: now, into: &out)
    if request.contains(.allow) { table[s].allowsUpdate = request.lists("UPDATE", in: .allow) }
    guard isInvite || !description.isEmpty else {
      return answer(request, arrival, session: s, now: now, into: &out)
    }
    let number = open(request, arrival, session: table[s].number, now: now)
    if isRefresh(description, session: s) {
      return answerRefresh(s, transaction: number, isInvite: isInvite, now: now, into: &out)
    }
    table[s].change =
      isInvite
      ? .reinvited(transaction: number, IncomingInvite(timers: settings.timers))
      : .updated(transaction: number)
    out.emit(.offered(table[s].number, description: description))
  }

  mutating func receiveReinviteAnswer(
    _ response: Message, _ code: UInt16, client c: Int, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if settles(response, code, client: c, session: s, now: now, into: &out) { return }
    if code < 300 {
      receiveReinviteSuccess(response, client: c, session: s, now: now, into: &out)
    } else {
      concludeOffer(s, response, code: code, now: now, into: &out)
    }
  }

  /// What means the same for a re-INVITE and an UPDATE of ours: not yet, once more, or the end of
  /// the session; `false` if the answer is for whoever sent the request.
  mutating func settles(
    _ response: Message, _ code: UInt16, client c: Int, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    switch code {
    case 100..<200:
      return true
    case 401, 407:
      return retry(response, client: c, session: s, now: now, into: &out)
    case 422:
      return retryLonger(response, client: c, session: s, now: now, into: &out)
    case 408, 481:
      lose(s, withBye: code == 408, now: now, into: &out)
      return true
    default:
      return false
    }
  }

  /// A 2xx wants its ACK whatever has become of the session.
  private mutating func receiveReinviteSuccess(
    _ response: Message, client c: Int, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if let number = try? response.cSeq().number, number == table[s].acknowledgementSequence {
      return resend(table[s].acknowledgement, to: table[s].hop, into: &out)
    }
    try? table[s].dialog.refreshTarget(from: response)
    acknowledge(s, response, c, into: &out)
    followFocus(s, now: now, into: &out)
    let description = response.description
    let isNews: Bool
    switch table[s].change {
    case .offering:
      table[s].sentDescription = (try? Message(parsing: clients[c].request))?.description ?? []
      isNews = true
    case .refreshing:
      isNews = !description.isEmpty && description != table[s].receivedDescription
    case .none, .reinvited, .updated, .acknowledging:
      return
    }
    table[s].change = .none
    takeInterval(s, from: response, now: now)
    guard isNews else { return }
    table[s].receivedDescription = description
    out.emit(.offerAccepted(table[s].number, description: description))
  }

  /// Our offer is not taken; without a response, because nobody has answered.
  mutating func concludeOffer(
    _ s: Int, _ response: Message?, code: UInt16, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    switch table[s].change {
    case .offering:
      table[s].change = .none
      out.emit(.offerRefused(table[s].number, code: code))
    case .refreshing:
      table[s].change = .none
      postponeRefresh(s, response, code, now: now)
    case .none, .reinvited, .updated, .acknowledging:
      break
    }
  }

  /// Lets the machine of the far side's re-INVITE decide, and does what it decides.
  mutating func steerReinvite(
    _ s: Int, now: Instant, into out: inout Outbox<UserAgentOutput>,
    _ body: (inout IncomingInvite, inout Outbox<IncomingInvite.Output>) -> Void
  ) {
    guard case .reinvited(let transaction, var machine) = table[s].change else { return }
    var wishes = Outbox<IncomingInvite.Output>(limit: 4)
    body(&machine, &wishes)
    table[s].change =
      machine.isPending || machine.isUnconfirmed
      ? .reinvited(transaction: transaction, machine) : .none
    perform(wishes, session: s, reinvite: transaction, now: now, into: &out)
  }

  @inline(never)
  private mutating func perform(
    _ wishes: Outbox<IncomingInvite.Output>, session s: Int, reinvite transaction: UInt32,
    now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    for wish in wishes.pending {
      switch wish {
      case .sendAnswer: resend(table[s].answer, to: table[s].answerDestination, into: &out)
      case .sendTerminated: respond(s, to: transaction, code: 487, now: now, into: &out)
      case .sendBye: lose(s, withBye: true, now: now, into: &out)
      case .reportConfirmed, .end: break  // The session itself goes on, or `lose` ends it.
      }
    }
  }
}
