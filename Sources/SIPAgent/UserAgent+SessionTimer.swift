internal import Base
internal import SIPSyntax

/// A Session-Expires of a 2xx of ours, and whether the far side must understand it.
struct AgreedInterval {
  let value: SessionExpires
  let isRequired: Bool
}

/// Session timers on the wire (RFC 4028).
extension UserAgent {
  /// How often a request is sent again with a longer interval.
  private static let intervalRoundLimit = 3
  /// The pause before a refresh is tried again that was refused or could not be sent.
  private static let refreshPause = Duration.seconds(5)

  // MARK: Intervals

  /// Adds what our INVITE or UPDATE asks for: Session-Expires, and Min-SE where it is not 90 s.
  func addInterval(to writer: inout MessageWriter, session s: Int) {
    guard settings.sessions.hasTimers else { return }
    let session = table[s]
    let asked = session.timer.isOn ? session.timer.seconds : settings.sessions.askedSeconds
    // §7.4: in a session that has a refresher, a request says who it is.
    let refresher: Refresher? =
      session.timer.isOn ? (session.timer.isOurs ? .client : .server) : nil
    writer.add(
      SessionExpires(seconds: max(asked, session.leastInterval), refresher: refresher))
    let least = max(settings.sessions.leastSeconds, session.leastInterval)
    if least > SessionSettings.shortestSeconds { writer.add(.minSE, least) }
  }

  /// Whether a request is to be refused with 422; only who knows the extension can mend it (§9).
  func isTooShort(_ request: Message) -> Bool {
    guard settings.sessions.hasTimers, let asked = request.sessionExpires() else { return false }
    return asked.seconds < settings.sessions.leastSeconds
      && request.lists("timer", in: .supported)
  }

  /// Decides what our 2xx says, and begins the interval (§9, table 2).
  ///
  /// A far side that neither asks for a timer nor knows it is left alone.
  mutating func agreeInterval(
    _ s: Int, with request: Message, _ method: Method, now: Instant
  ) -> AgreedInterval? {
    guard method == .invite || method == .update, table[s].isEstablished else { return nil }
    let isKnown = request.lists("timer", in: .supported)
    let asked = request.sessionExpires()
    guard settings.sessions.hasTimers, isKnown || asked != nil else {
      table[s].timer.stop()
      return nil
    }
    let least = max(settings.sessions.leastSeconds, request.minSE() ?? 0)
    var seconds = max(settings.sessions.askedSeconds, least)
    if let asked { seconds = max(min(asked.seconds, seconds), SessionSettings.shortestSeconds) }
    let refresher: Refresher =
      if !isKnown {
        .server
      } else if let wanted = asked?.refresher {
        wanted
      } else {
        table[s].timer.isOurs ? .server : .client
      }
    table[s].timer.agree(seconds: seconds, isOurs: refresher == .server, now: now)
    return AgreedInterval(
      value: SessionExpires(seconds: seconds, refresher: refresher), isRequired: isKnown)
  }

  /// Takes what a 2xx to our INVITE or UPDATE says; one that says nothing ends the timer (§7.2).
  mutating func takeInterval(_ s: Int, from response: Message, now: Instant) {
    guard table[s].isEstablished else { return }
    if response.contains(.allow) { table[s].allowsUpdate = response.lists("UPDATE", in: .allow) }
    guard settings.sessions.hasTimers, let agreed = response.sessionExpires() else {
      return table[s].timer.stop()
    }
    table[s].timer.agree(
      seconds: max(agreed.seconds, SessionSettings.shortestSeconds),
      isOurs: agreed.refresher != .server, now: now)
  }

  /// Sends a request again that a 422 refused, with the interval that it asks for (§7.3).
  mutating func retryLonger(
    _ response: Message, client c: Int, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    let old = clients[c]
    guard let least = response.minSE(), least > table[s].leastInterval,
      table[s].intervalRounds < Self.intervalRoundLimit, settings.sessions.hasTimers,
      mayRepeat(old.purpose, session: s)
    else { return false }
    table[s].leastInterval = least
    table[s].intervalRounds += 1
    let branch = random.next()
    let number = lastSequence(s, old.purpose, response) + 1
    var authenticator = table[s].authenticator
    let request = renewed(
      old.request, branch: branch, sequence: number, account: table[s].account, &authenticator,
      longerFor: s)
    table[s].authenticator = authenticator
    guard let request else { return false }
    restart(s, old.purpose, response, branch: branch, sequence: number)
    launch(
      request, branch: branch, for: old.purpose, rounds: old.rounds, now: now, into: &out)
    return true
  }

  // MARK: Our refreshes

  mutating func advanceTimer(
    _ s: Int, to now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    var wishes = Outbox<SessionTimer.Output>(limit: 1)
    table[s].timer.advance(to: now, into: &wishes)
    for wish in wishes.pending {
      switch wish {
      case .refresh: refresh(s, now: now, into: &out)
      case .expire where hasFailed(table[s].hop):
        break  // The speech goes another way: the call goes on without a timer.
      case .expire: lose(s, withBye: true, now: now, into: &out)
      }
    }
  }

  /// Refreshes the session: by UPDATE, or by a re-INVITE with the same description as before.
  private mutating func refresh(
    _ s: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard table[s].isEstablished else { return }
    guard table[s].allowsUpdate || !table[s].isChanging else {
      return table[s].timer.postpone(by: Self.refreshPause, now: now)
    }
    let branch = random.next()
    table[s].dialog.localSequence += 1
    guard table[s].allowsUpdate else {
      table[s].change = .refreshing(branch: branch)
      let request = inviteRequest(s, branch: branch, offer: table[s].sentDescription)
      return launch(
        request, branch: branch, for: .reinvite(table[s].number), now: now, into: &out)
    }
    let dialog = table[s].dialog
    var writer = request(.update, in: dialog, sequence: dialog.localSequence, branch: branch)
    writer.add(.contact, contact(of: s))
    writer.add(.allow, allow)
    if !supported.isEmpty { writer.add(.supported, supported) }
    addInterval(to: &writer, session: s)
    addOurs(to: &writer, session: s, method: .update, in: dialog)
    launch(
      writer.finish(), branch: branch, for: .update(table[s].number), now: now, into: &out)
  }

  mutating func receiveUpdateAnswer(
    _ response: Message, _ code: UInt16, client c: Int, session s: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if settles(response, code, client: c, session: s, now: now, into: &out) { return }
    switch code {
    case 200..<300:
      try? table[s].dialog.refreshTarget(from: response)
      followFocus(s, now: now, into: &out)
      takeInterval(s, from: response, now: now)
    case 405, 501:
      table[s].allowsUpdate = false
      refresh(s, now: now, into: &out)
    default:
      postponeRefresh(s, response, code, now: now)
    }
  }

  /// A refused refresh comes again; offers that met, after the pause that parts them: whoever has
  /// made the Call-ID waits longer (§14.1).
  mutating func postponeRefresh(_ s: Int, _ response: Message?, _ code: UInt16, now: Instant) {
    guard code == 491 else {
      let wanted = Duration.seconds(Int64(min(response?.retryAfter() ?? 0, 3_600)))
      // A far side that wants to be left alone for longer than the session lasts is asked all the same.
      let isKept =
        wanted > Self.refreshPause
        && table[s].timer.outlasts(wanted + Self.refreshPause, now: now)
      return table[s].timer.postpone(by: isKept ? wanted : Self.refreshPause, now: now)
    }
    var pause = Duration.milliseconds(Int64(10 * (random.next() % 200)))
    if case .outgoing = table[s].leg {
      pause = .milliseconds(Int64(2_100 + 10 * (random.next() % 190)))
    }
    table[s].timer.postpone(by: pause, now: now)
  }

  // MARK: The far side's refreshes

  /// Whether an offer is what was agreed on, so that nobody need hear of it.
  ///
  /// What we offered is no answer where keys are in it: those have to fit the offer (RFC 4568 §5.1.2).
  /// Nor is it one to a party that does not both speak and hear (RFC 3264 §6.1).
  func isRefresh(_ description: Text, session s: Int) -> Bool {
    !description.isEmpty && description == table[s].receivedDescription
      && !table[s].sentDescription.isEmpty && table[s].isEstablished
      && !table[s].sentDescription.hasKeys && !description.restrictsDirection
  }

  /// Answers such an offer with what was agreed on (RFC 3264 §8).
  mutating func answerRefresh(
    _ s: Int, transaction number: UInt32, isInvite: Bool, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let description = table[s].sentDescription
    guard isInvite else {
      return respond(s, to: number, code: 200, body: description, now: now, into: &out)
    }
    var machine = IncomingInvite(timers: settings.timers)
    machine.answer(now: now)
    table[s].change = .reinvited(transaction: number, machine)
    accept(s, transaction: number, description, now: now, into: &out)
  }
}

extension Array where Element == UInt8 {
  /// Whether keys of SRTP stand in a description.
  fileprivate var hasKeys: Bool {
    split(separator: UInt8(ascii: "\n")).contains { line in
      line.prefix(9).equals("a=crypto:")
    }
  }

  /// Whether somebody does not speak, or does not hear.
  fileprivate var restrictsDirection: Bool {
    split(separator: UInt8(ascii: "\n")).contains { line in
      line.prefix(10).equals("a=sendonly") || line.prefix(10).equals("a=recvonly")
        || line.prefix(10).equals("a=inactive")
    }
  }
}
