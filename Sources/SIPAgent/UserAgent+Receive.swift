public import Base
internal import SIPSyntax
internal import SIPTransaction

/// The way in: what a datagram is and whom it concerns.
extension UserAgent {
  /// Takes a datagram, or a message by a connection: one with TLS if it `isSecure`.
  ///
  /// Whatever its bytes are, the outcome is an output or a count.
  public mutating func receive(
    _ datagram: Text, from source: Endpoint, isSecure: Bool = false, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if case .stopped = phase { return }
    let isRequest = !datagram.prefix(8).equals("SIP/2.0 ")
    if let refusal = admits(
      source.address, isRequest: isRequest, isSecure: isSecure, now: now)
    {
      return ignore(refusal, from: source, now: now, into: &out)
    }
    counters.count(.received)
    if STUNBinding.isSTUN(datagram) {
      return receiveSTUN(datagram, from: source, now: now, into: &out)
    }
    do throws(SyntaxError) {
      let message = try Message(parsing: datagram)
      switch message.startLine {
      case .status(let code, _):
        receive(message, code: code, from: source, now: now, into: &out)
      case .request(let method, let uri):
        if !isSecure, settings.transport == .tls, Self.beginsSomething(message, method) {
          return ignore(.insecure, from: source, now: now, into: &out)
        }
        receive(message, method, uri: uri, from: source, now: now, into: &out)
      }
    } catch {
      drop(error, from: source, now: now, into: &out)
    }
    finishTurn(now: now, into: &out)
  }

  /// A datagram was longer than anybody takes: it is not read.
  public mutating func receiveOversized(
    _ length: Int, from source: Endpoint, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    if let refusal = admits(
      source.address, isRequest: true, isSecure: false, now: now)
    {
      return ignore(refusal, from: source, now: now, into: &out)
    }
    counters.count(.malformed)
    noteUnlessTooMany(.oversized(length, from: source), now: now, into: &out)
  }

  /// Whether somebody who knows no secret of a dialog or a transaction could have made a request.
  ///
  /// With TLS such a request has to come by it (RFC 3261 §26.3.2.1): an address alone is easily
  /// written into a datagram. What began before TLS was set may end as it began.
  private static func beginsSomething(_ request: Message, _ method: Method) -> Bool {
    method != .ack && method != .cancel && (try? request.to())?.tag == nil
  }

  mutating func ignore(
    _ counter: AgentCounter, from source: Endpoint, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    counters.count(counter)
    noteUnlessTooMany(.ignored(counter, from: source), now: now, into: &out)
  }

  mutating func drop(
    _ error: SyntaxError, from source: Endpoint, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if error.reason == .empty { return counters.count(.keepAlive) }
    counters.count(.malformed)
    counters.count(error.reason)
    noteUnlessTooMany(.malformed(error, from: source), now: now, into: &out)
  }

  /// What anybody can make us say must not wash the log away; the counters have every case.
  mutating func noteUnlessTooMany(
    _ note: AgentNote, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    if noteTokens.take(at: now) { out.emit(.note(note)) }
  }

  private mutating func receive(
    _ response: Message, code: UInt16, from source: Endpoint, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if case .drop(let error) = response.verdict(capabilities) {
      return drop(error, from: source, now: now, into: &out)
    }
    guard let branch = try? response.via().branch, let method = try? response.cSeq().method,
      let number = Self.branchNumber(response.bytes[branch]),
      let i = client(number, method), let kind = ResponseClass(statusCode: code)
    else { return ignore(.strayResponse, from: source, now: now, into: &out) }
    let actions = clients[i].receive(kind, now: now)
    if actions.contains(.sendAck) { acknowledgeRefusal(response, client: i, into: &out) }
    if actions.contains(.deliver) {
      deliver(response, code: code, client: i, now: now, into: &out)
    }
    needsSweep = true
  }

  /// The number in a branch that we made, or `nil`.
  private static func branchNumber(_ branch: ArraySlice<UInt8>) -> UInt64? {
    let digits = branch.dropFirst(branchCookieCount)
    guard digits.count == 16, branch.prefix(branchCookieCount).equals("z9hG4bK") else {
      return nil
    }
    var number: UInt64 = 0
    for byte in digits {
      let digit = byte &- UInt8(ascii: "0")
      let letter = byte &- UInt8(ascii: "a")
      guard digit < 10 || letter < 6 else { return nil }
      number = number << 4 | UInt64(digit < 10 ? digit : letter + 10)
    }
    return number
  }

  /// RFC 3261 §17.1.1.3: the same ACK for each copy of the refusal.
  private mutating func acknowledgeRefusal(
    _ response: Message, client i: Int, into out: inout Outbox<UserAgentOutput>
  ) {
    if clients[i].acknowledgement.isEmpty {
      guard let ack = companion(.ack, of: clients[i].request, to: response) else { return }
      clients[i].acknowledgement = ack
      send(ack, to: clients[i].destination, into: &out)
    } else {
      resend(clients[i].acknowledgement, to: clients[i].destination, into: &out)
    }
  }

  private mutating func deliver(
    _ response: Message, code: UInt16, client i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    switch clients[i].purpose {
    case .register(let account):
      receiveRegistrar(response, code, client: i, account: account, now: now, into: &out)
    case .subscribe(let place):
      receiveNotifier(response, code, client: i, place, now: now, into: &out)
    case .publish(let account):
      receiveCollector(response, code, client: i, account: account, now: now, into: &out)
    case .invite(let session):
      guard let s = position(of: session) else { return }
      restoreRegistration(response, code, account: table[s].account, now: now, into: &out)
      receiveInviteAnswer(response, code, client: i, session: s, now: now, into: &out)
    case .reinvite(let session):
      guard let s = position(of: session) else { return }
      receiveReinviteAnswer(response, code, client: i, session: s, now: now, into: &out)
    case .update(let session):
      guard let s = position(of: session) else { return }
      receiveUpdateAnswer(response, code, client: i, session: s, now: now, into: &out)
    case .bye(let session), .forkBye(let session):
      guard code == 401 || code == 407, let s = position(of: session) else { return }
      _ = retry(response, client: i, session: s, now: now, into: &out)
    case .prack(let session):
      // An early dialog that a 199 has ended has no number for another one.
      guard code == 401 || code == 407, let s = position(of: session),
        table[s].remembers(response)
      else { return }
      _ = retry(response, client: i, session: s, now: now, into: &out)
    case .notice(let session):
      guard let s = position(of: session) else { return }
      if code == 401 || code == 407,
        retry(response, client: i, session: s, now: now, into: &out)
      {
        return
      }
      if code >= 300 { dropReferral(s) }
    case .refer(let session):
      guard let s = position(of: session) else { return }
      receiveTransferAnswer(response, code, client: i, session: s, now: now, into: &out)
    case .heartbeat(let i):
      receiveHeartbeat(i, code: code, now: now, into: &out)
    case .cancel:
      break  // The INVITE's own final response is what counts.
    }
  }

  /// Nobody answered for 64*T1 (timers B and F).
  mutating func receiveSilence(
    client i: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    switch clients[i].purpose {
    case .register(let account):
      receiveRegistrarSilence(client: i, account: account, now: now, into: &out)
    case .subscribe(let place):
      receiveNotifierSilence(client: i, place, now: now, into: &out)
    case .publish(let account):
      counters.count(.unpublished)
      out.emit(.note(.publicationUnanswered(accounts[account].account.number)))
    case .invite(let session):
      guard let s = position(of: session) else { return }
      out.emit(.note(.sessionUnanswered(session)))
      steerOutgoing(s, now: now, into: &out) { $0.receiveEnd(.timeout, into: &$1) }
    case .reinvite(let session):
      guard let s = position(of: session) else { return }
      out.emit(.note(.sessionUnanswered(session)))
      if hasFailed(table[s].hop) {
        // The speech goes another way: a call outlives its SBC's signalling.
        concludeOffer(s, nil, code: 408, now: now, into: &out)
      } else {
        lose(s, withBye: true, now: now, into: &out)
      }
    case .update(let session):
      guard let s = position(of: session) else { return }
      out.emit(.note(.sessionUnanswered(session)))
      if selection.isActive {
        // Heartbeats tell whether it is the SBC, and may need longer; the session's end comes anyway.
        postponeRefresh(s, nil, 408, now: now)
      } else {
        lose(s, withBye: true, now: now, into: &out)
      }
    case .bye(let session), .prack(let session):
      out.emit(.note(.sessionUnanswered(session)))
    case .notice(let session):
      if let s = position(of: session) { dropReferral(s) }
    case .refer(let session):
      guard let s = position(of: session), table[s].transferUntil != nil else { return }
      endTransfer(s, code: 408, into: &out)
    case .heartbeat(let i):
      // Only 100 has come: whoever sends nothing is counted long before.
      steerSelection(now: now, into: &out) { $0.missed(i, now: now, into: &$1) }
    case .cancel, .forkBye:
      break  // The session was over before.
    }
  }
}
