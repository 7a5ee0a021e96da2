public import Base
internal import SIPSyntax

/// The dialog of a session that is over, for whoever reports on it afterwards.
public struct EndedDialog: Equatable, Sendable {
  /// The session.
  public let session: SessionNumber
  /// The account that had it.
  public let account: AccountNumber
  /// Whether it began with our INVITE.
  public let isOutgoing: Bool
  /// The Call-ID.
  public let callID: Text
  /// Our URI in angle brackets.
  public let localIdentity: Text
  /// The far side's.
  public let remoteIdentity: Text
  /// Our tag.
  public let localTag: Text
  /// The far side's tag.
  public let remoteTag: Text
}

/// PUBLISH of a call's quality to a collector (RFC 3903, RFC 6035).
extension UserAgent {
  /// How many ended dialogs wait for their report.
  private static let endedLimit = 16
  /// How many reports are on their way at once; a collector that is silent costs no more.
  private static let publicationLimit = 8

  /// Remembers the dialog of a session that ends, where somebody collects reports.
  mutating func rememberDialog(_ s: Int) {
    let (session, dialog) = (table[s], table[s].dialog)
    guard !settings.collector.isEmpty, !dialog.remoteTag.isEmpty else { return }
    if endedDialogs.count == Self.endedLimit { endedDialogs.removeFirst() }
    let isOutgoing = if case .outgoing = session.leg { true } else { false }
    endedDialogs.append(
      EndedDialog(
        session: session.number, account: accounts[session.account].account.number,
        isOutgoing: isOutgoing, callID: dialog.callID,
        localIdentity: Self.identity(in: dialog.local),
        remoteIdentity: Self.identity(in: dialog.remote), localTag: dialog.localTag,
        remoteTag: dialog.remoteTag))
  }

  /// The URI of a From or To, in angle brackets.
  private static func identity(in value: Text) -> Text {
    guard let address = try? NameAddress(parsing: value, 0..<value.count) else { return [] }
    return AccountState.bracketed(Text(value[address.uri]))
  }

  /// Gives the dialog of a session that is over, once; `nil` if it never was one, or long ago.
  public mutating func takeEndedDialog(of session: SessionNumber) -> EndedDialog? {
    guard let i = endedDialogs.firstIndex(where: { $0.session == session }) else { return nil }
    return endedDialogs.remove(at: i)
  }

  /// Sends a report (`application/vq-rtcpxr`) to the collector, in the name of the account.
  ///
  /// It is tried once; one that is not taken is counted and forgotten.
  public mutating func publish(
    _ report: Text, account number: AccountNumber, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard case .running = phase, !settings.collector.isEmpty,
      let i = accounts.firstIndex(where: { $0.account.number == number })
    else { return }
    let onTheirWay = clients.count {
      if case .publish = $0.purpose { $0.isOpen } else { false }
    }
    guard onTheirWay < Self.publicationLimit else { return counters.count(.unpublished) }
    let tag = randomToken(words: 1, using: &random)
    var local = accounts[i].callIdentity
    local.append(";tag=")
    local += tag
    let dialog = Dialog(
      callID: randomToken(words: 2, using: &random), localTag: tag, remoteTag: [], local: local,
      remote: AccountState.bracketed(settings.collector), target: settings.collector,
      routes: accounts[i].serviceRoutes, localSequence: 1)
    let branch = random.next()
    var writer = request(.publish, in: dialog, sequence: 1, branch: branch)
    writer.add(.event, "vq-rtcpxr")
    if let preferred = accounts[i].preferredIdentity { writer.add(.pPreferredIdentity, preferred) }
    addIdentity(to: &writer, account: i, method: .publish)
    var authenticator = accounts[i].publisher
    addCredentials(
      to: &writer, &authenticator, account: i, method: .publish, uri: dialog.path().uri,
      body: report)
    accounts[i].publisher = authenticator
    launch(
      writer.finish(contentType: "application/vq-rtcpxr", body: report), branch: branch,
      for: .publish(i), now: now, into: &out)
    finishTurn(now: now, into: &out)
  }

  mutating func receiveCollector(
    _ response: Message, _ code: UInt16, client c: Int, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard code >= 300 else { return }
    if code == 401 || code == 407,
      publishAgain(response, client: c, account: i, now: now, into: &out)
    {
      return
    }
    counters.count(.unpublished)
    out.emit(.note(.publicationRefused(accounts[i].account.number, code: code)))
  }

  private mutating func publishAgain(
    _ response: Message, client c: Int, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    let old = clients[c]
    var authenticator = accounts[i].publisher
    let verdict = authenticator.receive(
      response.demands, realm: realm(of: i), proven: proven(of: i),
      rounds: old.rounds, using: &random)
    let branch = random.next()
    var request: Text?
    if verdict == .retry, let sent = try? Message(parsing: old.request),
      let number = try? sent.cSeq().number
    {
      request = renewed(
        old.request, branch: branch, sequence: number + 1, account: i, &authenticator)
    }
    accounts[i].publisher = authenticator
    guard let request else { return false }
    launch(
      request, branch: branch, for: .publish(i), rounds: old.rounds + 1, now: now, into: &out)
    return true
  }
}
