internal import Base
internal import SIPSyntax

/// Provisional responses to our INVITE, the dialogs that they make (RFC 3261 §12.1), and the PRACKs of
/// the reliable ones (RFC 3262 §4).
extension UserAgent {
  mutating func receiveProvisional(
    _ response: Message, _ code: UInt16, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if code == 199 { endEarlyDialog(s, response, now: now, into: &out) }
    let number = code == 199 ? nil : reliableNumber(of: response, code)
    let makesDialog = code != 100 && code != 199
    let place = makesDialog ? earlyDialog(s, madeBy: response, isReliable: number != nil) : nil
    guard let number, let e = place else {
      return steerOutgoing(s, response, now: now, into: &out) {
        $0.receiveProvisional(now: now, into: &$1)
      }
    }
    let early = table[s].earlyDialogs[e]
    let description = response.description
    let isOffer = table[s].isOfferless && !early.isAgreed && !description.isEmpty
    // It will come again, when its user has answered the offer of another fork.
    if isOffer, table[s].isChanging { return }
    // Whoever goes on without an answer to our PRACKs waits until some of them have ended.
    guard openRequests(.prack(table[s].number)) < EarlyDialog.limit else { return }
    guard table[s].earlyDialogs[e].receipt.receive(number) else { return }
    if isOffer {
      // Of a call that is given up nobody answers it: its CANCEL needs no PRACK.
      if mayRepeat(.invite(table[s].number), session: s) {
        table[s].earlyDialogs[e].unanswered = number
        table[s].change = .acknowledging(tag: early.dialog.remoteTag)
        table[s].receivedDescription = description
      }
    } else {
      if !early.isAgreed, !description.isEmpty {
        table[s].earlyDialogs[e].isAgreed = true
        table[s].earlyDialogs[e].answer = description
      }
      acknowledge(s, early: e, number, answer: [], now: now, into: &out)
    }
    steerOutgoing(s, response, now: now, into: &out) {
      $0.receiveProvisional(now: now, into: &$1)
    }
    if case .acknowledging = table[s].change, isOffer {
      out.emit(.offered(table[s].number, description: description))
    }
  }

  /// A 199: that branch will never answer, the others may (RFC 6228 §4).
  private mutating func endEarlyDialog(
    _ s: Int, _ response: Message, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard let e = table[s].earlyDialog(of: response) else { return }
    if let number = reliableNumber(of: response, 199),
      openRequests(.prack(table[s].number)) < EarlyDialog.limit,
      table[s].earlyDialogs[e].receipt.receive(number)
    {
      acknowledge(s, early: e, number, answer: [], now: now, into: &out)
    }
    table[s].earlyDialogs.remove(at: e)
  }

  /// The RSeq of a provisional response that wants a PRACK, or `nil`.
  ///
  /// Where 100rel is off nobody was told that we know it, and the number means nothing.
  private func reliableNumber(of response: Message, _ code: UInt16) -> UInt32? {
    guard settings.sessions.reliability != .off, code > 100,
      response.lists("100rel", in: .require)
    else { return nil }
    return response.rSeq()
  }

  /// The place of the response's early dialog, a new one if need be; `nil` without a tag or room.
  ///
  /// One that wants PRACKs comes before those that do not, and is one without a Contact too.
  private mutating func earlyDialog(
    _ s: Int, madeBy response: Message, isReliable: Bool
  ) -> Int? {
    if let known = table[s].earlyDialog(of: response) { return known }
    guard isReliable || response.first(.contact) != nil else { return nil }
    if table[s].earlyDialogs.count >= EarlyDialog.limit {
      guard isReliable, let e = table[s].earlyDialogs.firstIndex(where: { !$0.receipt.hasBegun })
      else { return nil }
      table[s].earlyDialogs.remove(at: e)
    }
    var dialog = table[s].dialog
    do throws(SyntaxError) {
      try dialog.establish(from: response)
    } catch {
      return nil
    }
    guard !dialog.remoteTag.isEmpty else { return nil }
    table[s].earlyDialogs.append(EarlyDialog(dialog))
    return table[s].earlyDialogs.count - 1
  }

  /// What a provisional response says of audio: the answer to our offer, or nothing.
  ///
  /// The first description is the answer; a later one is not looked at (RFC 3261 §13.2.1).
  func answer(in response: Message, session s: Int) -> Text {
    if table[s].isOfferless { return [] }
    let description = response.description
    guard let e = table[s].earlyDialog(of: response), table[s].earlyDialogs[e].isAgreed,
      table[s].earlyDialogs[e].answer != description
    else { return description }
    return []
  }

  /// Sends PRACK; its own transaction repeats it.
  private mutating func acknowledge(
    _ s: Int, early e: Int, _ number: UInt32, answer: Text, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    table[s].earlyDialogs[e].dialog.localSequence += 1
    let dialog = table[s].earlyDialogs[e].dialog
    let branch = random.next()
    var value = Text()
    value.append(decimal: number)
    value.append(" ")
    value += sequence(table[s].earlyDialogs[e].inviteSequence, .invite)
    var writer = request(.prack, in: dialog, sequence: dialog.localSequence, branch: branch)
    writer.add(.rAck, value)
    addOurs(to: &writer, session: s, method: .prack, in: dialog)
    launch(
      writer.finish(contentType: "application/sdp", body: answer), branch: branch,
      for: .prack(table[s].number), now: now, into: &out)
  }

  /// Acknowledges the response whose offer our user has answered.
  mutating func answerProvisional(
    _ s: Int, tag: Text, _ description: Text, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let e = table[s].earlyDialog(tagged: tag),
      let number = table[s].earlyDialogs[e].unanswered
    else { return }
    table[s].earlyDialogs[e].unanswered = nil
    table[s].earlyDialogs[e].isAgreed = true
    table[s].sentDescription = description
    acknowledge(s, early: e, number, answer: description, now: now, into: &out)
  }

  // MARK: Requests in an early dialog

  /// A request of the far side in a dialog that is not confirmed, or in none.
  mutating func serveEarly(
    _ request: Message, _ arrival: Arrival, toTag: Range<Int>, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let (s, e) = earlyDialog(of: request, toTag: toTag), !table[s].isOver,
      !table[s].isEstablished
    else {
      // It has overtaken the answer to our INVITE, and comes again (RFC 3261 §14.2).
      if arrival.method == .invite, isOfUnansweredCall(request, toTag: toTag) {
        return refuse(request, 491, arrival.source, .glare, into: &out)
      }
      return refuse(request, 481, arrival.source, .unknownDialog, into: &out)
    }
    if let code = table[s].earlyDialogs[e].dialog.take(arrival.sequence) {
      return refuse(request, code, arrival.source, .outOfOrder, into: &out)
    }
    guard makeRoomForServer() else {
      return refuse(request, 500, arrival.source, .overloaded, into: &out)
    }
    switch arrival.method {
    case .update:
      receiveEarlyOffer(request, arrival, session: s, early: e, now: now, into: &out)
    case .options, .info:
      answer(request, arrival, session: s, now: now, into: &out)
    case .invite:
      refuse(request, 491, arrival.source, .glare, into: &out)
    case .ack, .bye, .cancel, .register, .prack, .notify, .subscribe, .refer, .message, .publish,
      .other:
      // A callee cannot end or change what is not answered yet (RFC 3261 §15), nor can we have sent
      // it anything that wants a PRACK.
      refuse(request, 481, arrival.source, .unknownDialog, into: &out)
    }
  }

  /// Whether the request is of a call of ours that waits for its answer, whoever sends it.
  private func isOfUnansweredCall(_ request: Message, toTag: Range<Int>) -> Bool {
    guard let callID = request.callID() else { return false }
    return table.contains {
      guard case .outgoing(let leg) = $0.leg, leg.wantsAnswer else { return false }
      return request.bytes[toTag] == $0.dialog.localTag[...]
        && request.bytes[callID] == $0.dialog.callID[...]
    }
  }

  /// The session, and the place of its early dialog that the request is in.
  func earlyDialog(of request: Message, toTag: Range<Int>) -> (Int, Int)? {
    guard let callID = request.callID(), let from = try? request.from() else { return nil }
    for s in table.indices {
      let e = table[s].earlyDialogs.firstIndex {
        $0.dialog.owns(request, callID: callID, to: toTag, from: from.tag)
      }
      if let e { return (s, e) }
    }
    return nil
  }

  /// UPDATE before the answer: it may offer once our own offer is answered (RFC 3311 §5.2).
  private mutating func receiveEarlyOffer(
    _ request: Message, _ arrival: Arrival, session s: Int, early e: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let description = request.description
    if !description.isEmpty {
      guard table[s].earlyDialogs[e].isAgreed else {
        return refuse(request, 491, arrival.source, .glare, into: &out)
      }
      guard !table[s].isChanging else {
        return refuse(request, 500, arrival.source, .glare, into: &out)
      }
    }
    try? table[s].earlyDialogs[e].dialog.refreshTarget(from: request)
    guard !description.isEmpty else {
      return answer(request, arrival, session: s, now: now, into: &out)
    }
    let number = open(request, arrival, session: table[s].number, now: now)
    table[s].change = .updated(transaction: number)
    out.emit(.offered(table[s].number, description: description))
  }

  /// An exchange is complete: the far side's request with what we answered or offered in return.
  mutating func noteExchange(_ s: Int, with request: Message, sent description: Text) {
    let received = request.description
    if !received.isEmpty { table[s].receivedDescription = received }
    if !description.isEmpty { table[s].sentDescription = description }
    guard let tag = try? request.from().tag,
      let e = table[s].earlyDialog(tagged: request.text(tag))
    else { return }
    // The answer to our INVITE is history.
    table[s].earlyDialogs[e].answer = []
  }
}
