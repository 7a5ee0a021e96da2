public import Base
internal import SIPSyntax

/// REFER from both ends (RFC 3515), inside the dialogs of sessions only.
extension UserAgent {
  /// How long the far side may take to tell what became of a REFER of ours.
  private static let transferPatience = Duration.seconds(180)
  /// How many notices of a session may be without an answer.
  private static let noticeLimit = 4

  // MARK: - The far side's REFER

  /// Takes a REFER: the port is asked to call, and the sender is told what becomes of it.
  mutating func receiveReferral(
    _ request: Message, _ arrival: Arrival, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    // Nobody may take an emergency call away.
    guard table[s].isEstablished, table[s].emergency == nil else {
      return refuse(request, 403, arrival.source, .badRequest, into: &out)
    }
    // Who answers no notice is not asked for more of them.
    guard table[s].referral == nil, openRequests(.notice(table[s].number)) < Self.noticeLimit else {
      return refuse(request, 491, arrival.source, .glare, into: &out)
    }
    guard let referral = Referral(request, sequence: arrival.sequence.number, now: now) else {
      return refuse(request, 400, arrival.source, .badRequest, into: &out)
    }
    let number = open(request, arrival, session: table[s].number, now: now)
    var writer = MessageWriter(
      answering: request, code: 202, tag: table[s].dialog.localTag, source: arrival.source)
    writer.add(.contact, contact(of: s))
    if referral.expiresAt == nil { writer.add(other: "Refer-Sub", Text("false")) }
    respond(number, with: writer.finish(), code: 202, now: now, into: &out)
    table[s].referral = referral
    notify(s, of: 100, isLast: false, now: now, into: &out)
    out.emit(.referred(table[s].number, to: referral.number))
  }

  /// Tells the sender of a REFER how the call stands that it asked for.
  mutating func tellReferrer(
    of s: Int, _ code: UInt16, isLast: Bool, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard let referrer = table[s].referrer else { return }
    if isLast { table[s].referrer = nil }
    guard let r = position(of: referrer) else { return }
    // Whoever does not answer is told the end and nothing more on the way.
    guard isLast || openRequests(.notice(referrer)) < Self.noticeLimit else { return }
    notify(r, of: code, isLast: isLast, now: now, into: &out)
  }

  /// Sends NOTIFY with the status line of the call that was asked for (RFC 3420).
  mutating func notify(
    _ s: Int, of code: UInt16, isLast: Bool, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let referral = table[s].referral else { return }
    if isLast { dropReferral(s) }
    guard let end = referral.expiresAt else { return }
    table[s].dialog.localSequence += 1
    let dialog = table[s].dialog
    let branch = random.next()
    var writer = request(.notify, in: dialog, sequence: dialog.localSequence, branch: branch)
    writer.add(.contact, contact(of: s))
    var event = Text("refer;id=")
    event.append(decimal: referral.identifier)
    writer.add(.event, event)
    var state = Text(isLast ? "terminated;reason=noresource" : "active;expires=")
    if !isLast { state.append(decimal: max(0, Int((end - now).inMilliseconds / 1_000))) }
    writer.add(.subscriptionState, state)
    let fragment = statusLine(code)
    addOurs(to: &writer, session: s, method: .notify, in: dialog, body: fragment)
    launch(
      writer.finish(contentType: "message/sipfrag", body: fragment), branch: branch,
      for: .notice(table[s].number), now: now, into: &out)
  }

  private func statusLine(_ code: UInt16) -> Text {
    var line = Text("SIP/2.0 ")
    line.append(decimal: code)
    line.append(" ")
    line.append(reasonPhrase(for: code))
    line.append("\r\n")
    return line
  }

  /// Nobody wants to hear any more of what a REFER asked for.
  mutating func dropReferral(_ s: Int) {
    table[s].referral = nil
    needsSweep = true
  }

  /// The subscriptions of both directions end by themselves.
  mutating func advanceReferral(
    _ s: Int, to now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    if let end = table[s].referral?.expiresAt, now >= end {
      notify(s, of: 408, isLast: true, now: now, into: &out)
    }
    if let end = table[s].transferUntil, now >= end {
      endTransfer(s, code: 408, into: &out)
    }
  }

  // MARK: - Our REFER

  /// Asks the far side to call a number, or who is at the far side of `other`, in our place.
  ///
  /// `.transfer` tells what becomes of it; `false` if the session cannot be transferred now.
  public mutating func refer(
    _ session: SessionNumber, to number: Text, replacing other: SessionNumber? = nil,
    now: Instant, into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    guard let s = position(of: session), table[s].isEstablished, table[s].transferUntil == nil
    else { return false }
    let state = accounts[table[s].account]
    var target = state.called(number, settings.numberForm)
    if let other {
      guard other != session, let o = position(of: other), table[o].isEstablished else {
        return false
      }
      target = table[o].dialog.target
      target.append("?Replaces=")
      target.append(header: Replacement.value(for: table[o].dialog))
    }
    let branch = random.next()
    table[s].dialog.localSequence += 1
    table[s].transferUntil = now + Self.transferPatience
    let dialog = table[s].dialog
    var writer = request(.refer, in: dialog, sequence: dialog.localSequence, branch: branch)
    writer.add(.contact, contact(of: s))
    writer.add(.referTo, AccountState.bracketed(target))
    writer.add(.referredBy, AccountState.bracketed(state.ownURI))
    addOurs(to: &writer, session: s, method: .refer, in: dialog)
    launch(writer.finish(), branch: branch, for: .refer(session), now: now, into: &out)
    return true
  }

  mutating func receiveTransferAnswer(
    _ response: Message, _ code: UInt16, client c: Int, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard code >= 200, table[s].transferUntil != nil else { return }
    if code == 401 || code == 407,
      retry(response, client: c, session: s, now: now, into: &out)
    {
      return
    }
    // Without a subscription nobody will ever tell more (RFC 4488 §4).
    if code >= 300 || response.refusesSubscription { endTransfer(s, code: code, into: &out) }
  }

  /// A NOTIFY of the transfer that we asked for; `false` if there is none.
  mutating func receiveTransferNotice(
    _ request: Message, _ arrival: Arrival, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    guard request.value(of: .event, is: "refer"), let tag = try? request.to().tag,
      let s = dialog(of: request, toTag: tag), table[s].transferUntil != nil
    else { return false }
    if table[s].dialog.isLast(arrival.sequence) {
      // Our 200 was lost.
      confirm(request, arrival, into: &out)
      return true
    }
    if let code = table[s].dialog.take(arrival.sequence) {
      refuse(request, code, arrival.source, .outOfOrder, into: &out)
      return true
    }
    confirm(request, arrival, into: &out)
    let isLast = request.value(of: .subscriptionState, is: "terminated")
    guard let code = request.fragmentStatus else {
      if isLast { endTransfer(s, code: 408, into: &out) }
      return true
    }
    if isLast || code >= 200 {
      endTransfer(s, code: code, into: &out)
    } else {
      out.emit(.transfer(table[s].number, code: code, isOver: false))
    }
    return true
  }

  mutating func endTransfer(
    _ s: Int, code: UInt16, into out: inout Outbox<UserAgentOutput>
  ) {
    table[s].transferUntil = nil
    needsSweep = true
    out.emit(.transfer(table[s].number, code: code, isOver: true))
  }

  // MARK: - INVITE with Replaces

  /// What becomes of an INVITE because of its Replaces (RFC 3891 §3).
  enum ReplacementVerdict {
    /// It has none.
    case ordinary
    case refused(UInt16)
    /// It takes the place of this session.
    case replaces(SessionNumber)
  }

  func replacement(in request: Message, account: Int) -> ReplacementVerdict {
    let values = request.elements(.replaces)
    guard let value = values.first else { return .ordinary }
    guard values.count == 1, let wanted = Replacement(parsing: request.text(value)) else {
      return .refused(400)
    }
    let match = table.firstIndex { session in
      session.account == account && session.dialog.callID == wanted.callID
        && session.dialog.localTag == wanted.toTag
        && (session.dialog.remoteTag == wanted.fromTag
          || session.earlyDialog(tagged: wanted.fromTag) != nil)
    }
    guard let match else { return .refused(481) }
    let session = table[match]
    // Nobody may take an emergency call away.
    if session.isOver || session.isEnded || session.emergency != nil { return .refused(603) }
    if session.isEstablished {
      return wanted.isEarlyOnly ? .refused(486) : .replaces(session.number)
    }
    // Only an early dialog that we began can be replaced.
    guard case .outgoing = session.leg else { return .refused(481) }
    return .replaces(session.number)
  }
}

extension Array where Element == UInt8 {
  /// Appends a header's value for a URI, every byte escaped but letters, digits and `-.`
  /// (RFC 3261 §25.1, hvalue).
  mutating func append(header value: Text) {
    for byte in value {
      let isPlain =
        byte &- UInt8(ascii: "0") < 10 || lowercased(byte) &- UInt8(ascii: "a") < 26
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      if isPlain {
        append(byte)
      } else {
        append("%")
        append(hexDigit(byte >> 4))
        append(hexDigit(byte & 0xF))
      }
    }
  }

  private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
