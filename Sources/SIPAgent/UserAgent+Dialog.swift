public import Base
internal import SIPSyntax

/// What happens in a session that both sides are in, and how it ends.
extension UserAgent {
  /// Ends the session with whatever fits: CANCEL, BYE or a refusal; `.ended` comes at once.
  public mutating func hangUp(
    _ session: SessionNumber, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard let s = position(of: session) else { return }
    hangUp(at: s, now: now, into: &out)
    finishTurn(now: now, into: &out)
  }

  mutating func hangUp(
    at s: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    switch table[s].leg {
    case .outgoing:
      steerOutgoing(s, now: now, into: &out) { $0.hangUp(now: now, into: &$1) }
    case .incoming(let leg) where leg.isPending:
      refuse(s, code: 480, now: now, into: &out)
    case .incoming:
      steerIncoming(s, now: now, into: &out) { $0.hangUp(into: &$1) }
    }
  }

  /// Ends the sessions of a registration that the network rejects (TS 24.229 §5.1.1.7); an emergency
  /// call needs no registration, and stays.
  mutating func hangUpAll(
    of registrant: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    let members = members(of: registrant)
    for s in table.indices
    where members.contains(table[s].account) && table[s].emergency == nil && !table[s].isEnded {
      hangUp(at: s, now: now, into: &out)
    }
  }

  /// Says that the session is over, once, and closes an offer that is still open.
  mutating func end(
    _ s: Int, _ reason: EndReason, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard !table[s].isEnded else { return }
    table[s].isEnded = true
    rememberDialog(s)
    needsSweep = true
    switch table[s].change {
    case .none, .offering, .refreshing, .acknowledging: break
    case .reinvited(let transaction, let machine):
      if machine.isPending { respond(s, to: transaction, code: 487, now: now, into: &out) }
    case .updated(let transaction):
      respond(s, to: transaction, code: 487, now: now, into: &out)
    }
    table[s].change = .none
    table[s].timer.stop()
    leaveFocus(s, now: now, into: &out)
    tellReferrer(of: s, reason.statusCode, isLast: true, now: now, into: &out)
    if table[s].transferUntil != nil, reason != .local { endTransfer(s, code: 481, into: &out) }
    out.emit(.ended(table[s].number, reason, cause: table[s].cause))
  }

  /// Sends BYE in the session's dialog.
  mutating func sendBye(
    _ s: Int, cause: UInt8 = ReleaseCause.normalClearing, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    table[s].dialog.localSequence += 1
    let bye = byeRequest(s, in: table[s].dialog, cause: cause)
    launch(bye.request, branch: bye.branch, for: .bye(table[s].number), now: now, into: &out)
  }

  /// A BYE in the session's dialog or in one that a fork made, with the dialog's CSeq number.
  mutating func byeRequest(
    _ s: Int, in dialog: Dialog, cause: UInt8
  ) -> (request: Text, branch: UInt64) {
    let branch = random.next()
    var writer = request(.bye, in: dialog, sequence: dialog.localSequence, branch: branch)
    writer.add(releaseCause: cause)
    addOurs(to: &writer, session: s, method: .bye, in: dialog)
    return (writer.finish(), branch)
  }

  /// The far side does not know the dialog any more, or is silent in it (RFC 3261 §12.2.1.2).
  mutating func lose(
    _ s: Int, withBye: Bool, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard table[s].isEstablished else { return }
    if withBye {
      sendBye(s, cause: ReleaseCause.recoveryOnTimerExpiry, now: now, into: &out)
    }
    receiveBye(s, .dialogLost, now: now, into: &out)
  }

  mutating func receiveBye(
    _ s: Int, _ reason: EndReason, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    switch table[s].leg {
    case .outgoing:
      steerOutgoing(s, now: now, into: &out) { $0.receiveBye(reason, into: &$1) }
    case .incoming:
      steerIncoming(s, now: now, into: &out) { $0.receiveBye(reason, into: &$1) }
    }
  }

  mutating func advanceSession(
    at s: Int, to now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    if let held = table[s].held, now >= held.until { release(s, now: now, into: &out) }
    steerOutgoing(s, now: now, into: &out) { $0.advance(to: now, into: &$1) }
    steerIncoming(s, now: now, into: &out) { $0.advance(to: now, into: &$1) }
    steerReinvite(s, now: now, into: &out) { $0.advance(to: now, into: &$1) }
    steerProvisional(s, now: now, into: &out) { $0.advance(to: now, into: &$1) }
    advanceTimer(s, to: now, into: &out)
    advanceReferral(s, to: now, into: &out)
    advanceConference(s, to: now, into: &out)
  }

  /// The session whose dialog the request is in.
  func dialog(of request: Message, toTag: Range<Int>) -> Int? {
    guard let callID = request.callID(), let from = try? request.from() else { return nil }
    return table.firstIndex {
      $0.dialog.owns(request, callID: callID, to: toTag, from: from.tag)
    }
  }

  /// A request with a To tag, other than ACK and CANCEL (RFC 3261 §12.2.2).
  mutating func serveInDialog(
    _ request: Message, _ arrival: Arrival, toTag: Range<Int>, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let s = dialog(of: request, toTag: toTag),
      arrival.method == .bye || arrival.method == .prack || !table[s].isOver
    else { return serveEarly(request, arrival, toTag: toTag, now: now, into: &out) }
    if let code = table[s].dialog.take(arrival.sequence) {
      return refuse(request, code, arrival.source, .outOfOrder, into: &out)
    }
    guard makeRoomForServer() else {
      return refuse(request, 500, arrival.source, .overloaded, into: &out)
    }
    switch arrival.method {
    case .invite, .update:
      receiveOffer(request, arrival, session: s, now: now, into: &out)
    case .bye:
      answer(request, arrival, session: s, now: now, into: &out)
      table[s].cause = request.releaseCause()
      receiveBye(s, .byRemote, now: now, into: &out)
    case .prack:
      receiveAcknowledgement(request, arrival, session: s, now: now, into: &out)
    case .refer:
      receiveReferral(request, arrival, session: s, now: now, into: &out)
    case .info where request.namesPackage:
      // RFC 6086 §4.2.2: we know none.
      refuse(request, 469, arrival.source, .badRequest, into: &out)
    case .ack, .cancel, .register, .options, .info, .notify, .subscribe, .message, .publish,
      .other:
      answer(request, arrival, session: s, now: now, into: &out)
    }
  }

  /// Says 200 to a request that asks for nothing more: BYE, INFO, OPTIONS, UPDATE without an offer.
  mutating func answer(
    _ request: Message, _ arrival: Arrival, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let number = open(request, arrival, session: table[s].number, now: now)
    if arrival.method == .options {
      var writer = MessageWriter(
        answering: request, code: 200, tag: [], source: arrival.source)
      addCapabilities(to: &writer)
      return respond(number, with: writer.finish(), code: 200, now: now, into: &out)
    }
    respond(s, to: number, code: 200, now: now, into: &out)
  }
}

extension Message {
  /// Whether it is of an INFO package (RFC 6086 §4.2.1).
  fileprivate var namesPackage: Bool {
    var isNamed = false
    forEachOther { name, _ in
      if bytes[name].equalsIgnoringCase("info-package") { isNamed = true }
    }
    return isNamed
  }
}
