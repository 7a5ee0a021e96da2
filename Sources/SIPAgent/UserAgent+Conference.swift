internal import Base
internal import SIPSyntax

/// Who takes part in a call whose far party is the focus of a conference (RFC 4575, RFC 4579 §4).
///
/// The focus says so in its Contact, so that a call to anybody else costs no message.
extension UserAgent {
  /// Subscribes to the conference of the far side, and leaves the one that it was the focus of.
  mutating func followFocus(
    _ s: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard case .running = phase, table[s].isEstablished else { return }
    let focus = table[s].dialog.isFocus ? table[s].dialog.target : []
    guard focus != table[s].conference?.focus ?? [] else { return }
    leaveFocus(s, now: now, into: &out)
    guard !focus.isEmpty, table[s].focuses < ConferenceWatch.focusLimit else { return }
    if let event = table[s].conference?.event, let c = client(event.branch, .subscribe),
      case .leaving(_, isTold: false) = event.subscription.state
    {
      // It has no dialog yet in which it could be ended; a NOTIFY for it gets a 481.
      clients[c].terminate()
      needsSweep = true
    }
    table[s].focuses += 1
    table[s].conference = ConferenceWatch(focus: focus, settings: settings)
    steerWatch(.session(table[s].number), now: now, into: &out) { subscription, _, wishes in
      subscription.start(into: &wishes)
    }
  }

  /// Nobody wants to know any more who takes part.
  mutating func leaveFocus(_ s: Int, now: Instant, into out: inout Outbox<UserAgentOutput>) {
    guard let watch = table[s].conference, !watch.focus.isEmpty else { return }
    table[s].conference?.focus = []
    if watch.notedCount > 0, !table[s].isEnded {
      out.emit(.note(.conference(table[s].number, count: 0, hasOthers: false)))
    }
    steerWatch(.session(table[s].number), now: now, into: &out) { subscription, _, wishes in
      subscription.leave(now: now, into: &wishes)
    }
  }

  mutating func advanceConference(
    _ s: Int, to now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    steerWatch(.session(table[s].number), now: now, into: &out) { subscription, random, wishes in
      subscription.advance(to: now, using: &random, into: &wishes)
    }
  }

  /// A dialog of its own, from who calls to the focus, along the Service-Route (RFC 3608).
  mutating func conferenceDialog(_ session: SessionNumber, _ i: Int) -> Dialog {
    let state = accounts[i]
    let focus = position(of: session).flatMap { table[$0].conference?.focus } ?? []
    let tag = randomToken(words: 1, using: &random)
    let local = caller(account: i, tag: tag, isPrivate: isPrivate(.session(session)))
    return Dialog(
      callID: randomToken(words: 2, using: &random), localTag: tag, remoteTag: [], local: local,
      remote: AccountState.bracketed(Self.logical(focus)), target: focus,
      routes: state.serviceRoutes,
      localSequence: 0)
  }

  /// A URI without what only says how to get there: no To has that (RFC 3261 §19.1.1, table 1).
  private static func logical(_ uri: Text) -> Text {
    guard let parts = try? SIPURI(parsing: uri), parts.scheme != .other, !parts.host.isEmpty else {
      return uri
    }
    var logical = Text(uri[..<parts.host.upperBound])
    let physical: [StaticString] = ["transport", "maddr", "ttl", "method", "lr"]
    for parameter in uri[parts.parameters].split(separator: UInt8(ascii: ";")) {
      let name = parameter.prefix { $0 != UInt8(ascii: "=") }
      if physical.contains(where: { name.equalsIgnoringCase($0) }) { continue }
      logical.append(UInt8(ascii: ";"))
      logical += parameter
    }
    return logical
  }

  /// Takes a document, and asks for the whole state where a part of it was missed.
  mutating func learn(
    _ document: ConferenceDocument, session: SessionNumber, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let s = position(of: session), var watch = table[s].conference, !watch.focus.isEmpty
    else { return }
    let verdict = watch.roster.apply(document)
    let isMissed = verdict == .gap || verdict == .unsure
    let asks = isMissed && !watch.isIncomplete
    if isMissed { watch.isIncomplete = true }
    if document.state != .partial { watch.isIncomplete = false }
    let count = watch.roster.count
    let isNews = count != watch.notedCount
    if isNews { watch.notedCount = count }
    table[s].conference = watch
    if isNews {
      let note = AgentNote.conference(
        session, count: count, hasOthers: watch.roster.isCut)
      noteUnlessTooMany(note, now: now, into: &out)
    }
    guard asks else { return }
    steerWatch(.session(session), now: now, into: &out) { subscription, _, wishes in
      subscription.renew(into: &wishes)
    }
  }
}
