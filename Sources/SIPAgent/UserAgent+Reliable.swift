public import Base
internal import SIPSyntax

/// Our reliable provisional response to the far side's INVITE, and its PRACK (RFC 3262 §3).
extension UserAgent {
  /// Says that the phone rings (180), reliably where caller and settings want it so.
  ///
  /// A reliable 180 to an INVITE that asked for an offer carries `offer`, and its PRACK the answer:
  /// `.offerAccepted` tells it. A later `answer` then needs no description any more.
  public mutating func ring(
    _ session: SessionNumber, offer: Text, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard let s = position(of: session), case .incoming(let leg) = table[s].leg, leg.isPending,
      let i = servers.firstIndex(where: { $0.number == table[s].serverTransaction })
    else { return }
    let request = servers[i].request
    guard wantsReliable(request) else {
      return respondToInvite(s, code: 180, now: now, into: &out)
    }
    guard table[s].provisional.isUnused else { return }
    // RFC 3262 §3: from 1 to 2^31 − 1.
    let number = UInt32(truncatingIfNeeded: random.next() % 0x7FFF_FFFF) + 1
    let body = request.description.isEmpty ? offer : []
    if !body.isEmpty { table[s].sentDescription = body }
    table[s].provisional.send(
      number, carriesOffer: !body.isEmpty, timers: settings.timers, now: now)
    respond(
      s, to: table[s].serverTransaction, code: 180, body: body, reliable: number, now: now,
      into: &out)
  }

  private func wantsReliable(_ invite: Message) -> Bool {
    switch settings.sessions.reliability {
    case .off: false
    case .supported: invite.lists("100rel", in: .require)
    case .preferred:
      invite.lists("100rel", in: .require) || invite.lists("100rel", in: .supported)
    }
  }

  /// A PRACK: 200 if it is the one that is awaited, 481 if not.
  mutating func receiveAcknowledgement(
    _ request: Message, _ arrival: Arrival, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let acknowledged = try? request.rAck(), acknowledged.sequence.method == .invite,
      acknowledged.sequence.number == table[s].inviteSequence,
      table[s].provisional.awaits(acknowledged.responseNumber)
    else { return refuse(request, 481, arrival.source, .unknownDialog, into: &out) }
    let description = request.description
    let wantsAnswer = table[s].provisional.carriesOffer
    if wantsAnswer, description.isEmpty {
      return refuse(request, 400, arrival.source, .badRequest, into: &out)
    }
    if !wantsAnswer, !description.isEmpty {
      // An offer while its INVITE's own is not answered.
      return refuse(request, 500, arrival.source, .glare, into: &out)
    }
    answer(request, arrival, session: s, now: now, into: &out)
    if wantsAnswer, !table[s].isEnded {
      table[s].receivedDescription = description
      out.emit(.offerAccepted(table[s].number, description: description))
    }
    steerProvisional(s, now: now, into: &out) { $0.receiveAcknowledgement(into: &$1) }
    needsSweep = true
  }

  /// Lets the machine of our provisional response decide, and does what it decides.
  mutating func steerProvisional(
    _ s: Int, now: Instant, into out: inout Outbox<UserAgentOutput>,
    _ body: (inout ReliableProvisional, inout Outbox<ReliableProvisional.Output>) -> Void
  ) {
    var wishes = Outbox<ReliableProvisional.Output>(limit: 2)
    body(&table[s].provisional, &wishes)
    perform(wishes, session: s, now: now, into: &out)
  }

  @inline(never)
  private mutating func perform(
    _ wishes: Outbox<ReliableProvisional.Output>, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    for wish in wishes.pending {
      switch wish {
      case .sendAgain:
        guard let i = servers.firstIndex(where: { $0.number == table[s].serverTransaction })
        else { continue }
        resend(servers[i].response, to: servers[i].destination, into: &out)
      case .sendAnswer:
        sendAnswer(s, [], now: now, into: &out)
      case .refuse:
        respondToInvite(s, code: 504, now: now, into: &out)
        steerIncoming(s, now: now, into: &out) { $0.refuse(.unacknowledged, into: &$1) }
      }
    }
  }
}
