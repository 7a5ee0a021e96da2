public import Base
public import SIPSyntax
internal import SIPTransaction

/// SIP by connections (RFC 3261 §18): which message goes by one, and what follows when one is lost.
extension UserAgent {
  /// The longest request that goes by UDP, when nobody knows of a smaller packet (§18.1.1).
  public static let longestDatagram = 1_300
  /// How long a server that takes no connection is not offered one for a long request.
  private static let refusalMemory = Duration.seconds(300)
  private static let refusalLimit = 8
  /// How soon registrations begin anew whose connection is lost, and how soon when that has happened
  /// in a row.
  private static let promptRenewal = Duration.seconds(2)
  private static let calmRenewal = Duration.seconds(30)

  /// Puts a message on the wire as its first Via says.
  func put(_ message: Text, to destination: Endpoint, into out: inout Outbox<UserAgentOutput>) {
    switch Via.firstTransport(in: message)?.transport {
    case .tcp: out.emit(.sendByStream(message, to: destination, isSecure: false))
    case .tls: out.emit(.sendByStream(message, to: destination, isSecure: true))
    case .udp, .other, nil: out.emit(.send(message, to: destination))
    }
  }

  /// How a request goes: one that is too long for a datagram goes by TCP (§18.1.1).
  func carriage(
    of request: Text, to destination: Endpoint, now: Instant
  ) -> (request: Text, transport: Transport, mayRetreat: Bool) {
    guard let (transport, place) = Via.firstTransport(in: request) else {
      return (request, .udp, false)
    }
    guard transport == .udp, request.count > settings.longestDatagram,
      !streamRefusals.contains(where: { $0.server == destination && now < $0.until })
    else { return (request, transport, false) }
    return (renamed(request, place, "TCP"), .tcp, true)
  }

  private func renamed(_ request: Text, _ place: Range<Int>, _ name: StaticString) -> Text {
    var request = request
    request.replaceSubrange(place, with: Text(name))
    return request
  }

  /// A connection could not be made, or one that stood is lost (`wasOpen`).
  ///
  /// What waits for an answer is sent again, as over UDP, until its transaction ends; the far side
  /// knows a copy by its branch. With another SBC at hand nobody waits for one that takes no
  /// connection.
  public mutating func streamLost(
    _ remote: Endpoint, wasOpen: Bool, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    if case .stopped = phase { return }
    redirectResponses(from: remote)
    for i in clients.indices where clients[i].destination == remote {
      // Something between us may take every connection and close it again.
      if clients[i].mayRetreat, !wasOpen || clients[i].hasLostConnection {
        retreat(client: i, now: now, into: &out)
      } else {
        clients[i].sendAgain(afterLossAt: now, wasOpen: wasOpen)
      }
    }
    if wasOpen {
      planRenewal(remote, now: now)
    } else if let i = settings.servers.firstIndex(of: remote), settings.transport != .udp {
      steerSelection(now: now, into: &out) { $0.silent(i, now: now, into: &$1) }
    }
    finishTurn(now: now, into: &out)
  }

  /// §18.1.1: a long request goes by UDP after all when nobody takes the connection.
  private mutating func retreat(
    client i: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    let old = clients[i]
    streamRefusals.removeAll { $0.server == old.destination }
    if streamRefusals.count == Self.refusalLimit { streamRefusals.removeFirst() }
    streamRefusals.append((old.destination, now + Self.refusalMemory))
    guard old.isUnheard, let (_, place) = Via.firstTransport(in: old.request) else { return }
    let request = renamed(old.request, place, "UDP")
    clients[i] = ClientTransaction(
      branch: old.branch, purpose: old.purpose, request: request, destination: old.destination,
      rounds: old.rounds, timers: settings.timers,
      silentAt: wantsSilence(of: old.purpose) ? now + settings.heartbeat.patience : nil, now: now)
    send(request, to: old.destination, into: &out)
  }

  /// Responses go to where the request's Via says once its connection is gone (§18.2.2).
  private mutating func redirectResponses(from remote: Endpoint) {
    for i in servers.indices { servers[i].streamLost(remote) }
    for s in table.indices where table[s].answerDestination == remote {
      guard let (transport, _) = Via.firstTransport(in: table[s].answer), transport != .udp,
        let message = try? Message(parsing: table[s].answer), let via = try? message.via()
      else { continue }
      table[s].answerDestination = Endpoint(
        remote.address, via.port ?? transport.defaultPort)
    }
  }

  /// The SBC that serves may have forgotten us with its connection: every account registers anew.
  ///
  /// At a moment by chance, for it has lost ten thousand others as well; and in no hurry when the
  /// last time was a moment ago.
  private mutating func planRenewal(_ remote: Endpoint, now: Instant) {
    guard case .running = phase, settings.transport != .udp, remote == server, renewAt == nil
    else { return }
    let isRepeated = renewedAt.map { now - $0 < Self.calmRenewal } ?? false
    let pause = isRepeated ? Self.calmRenewal : Self.promptRenewal
    renewAt = now + .nanoseconds(Int64(random.next() % UInt64(pause.inNanoseconds)))
  }

  mutating func advanceRenewal(to now: Instant, into out: inout Outbox<UserAgentOutput>) {
    guard let due = renewAt, now >= due else { return }
    renewAt = nil
    renewedAt = now
    guard case .running = phase else { return }
    for i in accounts.indices where accounts[i].registration.isAtRest {
      var wishes = Outbox<Registration.Output>(limit: 4)
      accounts[i].registration.renew(.lost, into: &wishes)
      perform(wishes, account: i, now: now, into: &out)
    }
  }

  /// Goes to the SBCs another way from now on, and tells them: Contact names the transport.
  ///
  /// Calls go on; what is under way ends as it began.
  public mutating func changeTransport(
    to transport: Transport, isAlias: Bool, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard transport != settings.transport || isAlias != settings.isAlias else { return }
    settings.transport = transport
    settings.isAlias = isAlias
    wantedKeepAlive = nil
    probe.stop()
    moveVia()
    for i in accounts.indices { accounts[i].use(transport) }
    registerAgain(now: now, into: &out)
  }
}

extension Transport {
  /// Where it is listened for when nobody names a port (RFC 3261 §19.1.2).
  var defaultPort: UInt16 { self == .tls ? 5_061 : 5_060 }

  /// The name in Via; UDP's for what we do not have.
  var viaName: StaticString {
    switch self {
    case .udp, .other: "SIP/2.0/UDP "
    case .tcp: "SIP/2.0/TCP "
    case .tls: "SIP/2.0/TLS "
    }
  }

  /// What a URI says of it; nothing for UDP.
  var uriParameter: StaticString {
    switch self {
    case .udp, .other: ""
    case .tcp: ";transport=tcp"
    case .tls: ";transport=tls"
    }
  }
}
