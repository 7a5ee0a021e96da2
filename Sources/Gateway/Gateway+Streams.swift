public import Base
internal import Config
internal import Network
internal import SIPAgent
internal import SIPSyntax

/// What is known of a connection to an SBC.
struct SIPConnection {
  let server: Endpoint
  var isSecure: Bool
  var isOpen = true
  /// When it became so.
  var since: Instant
  /// Why there is none, the last time.
  var failure = Text()
}

/// SIP by connections: the shell makes and keeps them, the agent says what they are for.
extension Gateway {
  private static let connectionLimit = 8

  mutating func send(
    _ message: Text, to remote: Endpoint, isSecure: Bool, into out: inout Outbox<GatewayOutput>
  ) {
    guard remote.port > 0 else { return }
    guard path != .down else {
      // The agent tries again for as long as a transaction lasts; over UDP it would as well.
      return agent.streamLost(remote, wasOpen: false, now: now, into: &agentOutputs)
    }
    capture(message, from: agent.settings.local, to: remote)
    tell(message, isSent: true, far: remote, isSecure: isSecure)
    out.emit(
      .sendByStream(message, to: remote, secureName: isSecure ? secureName(of: remote) : nil))
  }

  /// What an SBC's certificate must be for: its name as it is provisioned (RFC 5922 §4), or its
  /// address.
  private func secureName(of remote: Endpoint) -> Text {
    directory.name(of: remote) ?? cell { $0.append(remote.address) }
  }

  /// How often connections to SBCs are kept alive: as the SBC wants it (RFC 6223), or as is set.
  public var keepAlive: Duration? { agent.wantedKeepAlive ?? configuration.sipKeepAlive }

  /// How long a connection may take until it stands: where UDP is the way, it is the way back, and
  /// shall be taken before anybody counts the SBC as dead (`HeartbeatSettings.patience`).
  public var connectPatience: Duration {
    configuration.sipTransport == .udp ? Flow.shortPatience : Flow.patience
  }

  /// Whether somebody may connect to us: an SBC, and nobody else; whoever else tries is counted.
  public mutating func welcomes(_ source: Endpoint, now: Instant) -> Bool {
    self.now = now
    return agent.welcomes(source, now: now, into: &agentOutputs)
  }

  /// Whether a connection of ours to somebody is still of use.
  public func needs(_ remote: Endpoint) -> Bool { agent.needs(remote) }

  /// A connection that we began stands.
  public mutating func streamOpened(_ remote: Endpoint, isSecure: Bool, now: Instant) {
    self.now = now
    journal.note(.connected(remote, isSecure: isSecure), at: now)
    note(SIPConnection(server: remote, isSecure: isSecure, since: now))
  }

  /// A connection is lost, or could not be made.
  ///
  /// An end that nobody minds, as of a connection that an SBC made, has no reason.
  public mutating func streamLost(
    _ remote: Endpoint, isSecure: Bool, wasOpen: Bool, why: Text, now: Instant,
    into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    if !why.isEmpty {
      let known = connections.first { $0.server == remote }
      // It is tried every few seconds; the same reason again is no news.
      if known?.failure != why || known?.isOpen == true {
        journal.note(.disconnected(remote, isSecure: isSecure, why: why), at: now)
      }
      note(
        SIPConnection(server: remote, isSecure: isSecure, isOpen: false, since: now, failure: why))
    }
    agent.streamLost(remote, wasOpen: wasOpen, now: now, into: &agentOutputs)
    settle(into: &out)
  }

  private mutating func note(_ connection: SIPConnection) {
    if let i = connections.firstIndex(where: { $0.server == connection.server }) {
      connections[i] = connection
    } else {
      if connections.count == Self.connectionLimit { connections.removeFirst() }
      connections.append(connection)
    }
  }

  /// Goes another way when the configuration says so; calls go on.
  mutating func applyTransport() {
    guard agent.settings.transport != configuration.viaTransport else { return }
    agent.changeTransport(
      to: configuration.viaTransport, isAlias: configuration.offersConnection, now: now,
      into: &agentOutputs)
    guard configuration.hasNamedServers(told: toldServers) else { return }
    directory.use(configuration.transports)
    areServersStale = true
  }

  mutating func findServersAnew(into out: inout Outbox<GatewayOutput>) {
    guard areServersStale else { return }
    areServersStale = false
    if case .up(let lease) = path {
      _ = findServers(
        told: lease.sipServers, dnsServers: lease.dnsServers, from: lease.address.address,
        into: &out)
    } else if path == .unmanaged {
      _ = findServers(
        told: [], dnsServers: [], from: configuration.sipLocal.address, into: &out)
    }
  }

  // MARK: - In words

  /// How SIP goes to an SBC; nothing when datagrams are all that there is to say.
  func carriage(to server: Endpoint) -> Text {
    let connection = connections.first { $0.server == server }
    var words = Text()
    switch configuration.sipTransport {
    case .udp:
      guard let connection else { return [] }
      words += said(" by UDP, long requests by TCP: ", "，UDP，过长的请求用 TCP：")
      append(connection, to: &words)
    case .tcp, .tls:
      words +=
        configuration.sipTransport == .tls ? said(" by TLS: ", "，TLS：") : said(" by TCP: ", "，TCP：")
      if let connection {
        append(connection, to: &words)
      } else {
        words += said("no connection yet", "尚无连接")
      }
    }
    return words
  }

  private func append(_ connection: SIPConnection, to words: inout Text) {
    if connection.isOpen {
      words += said("connected for ", "已连接 ")
    } else {
      words += connection.failure + said(", ", "，")
    }
    words.append(clock: max(.zero, now - connection.since))
    if !connection.isOpen { words += said(" ago", "前") }
  }

  /// Why the last connection to an SBC failed; empty when it did not.
  func connectionFailure(of server: Endpoint) -> Text {
    guard configuration.sipTransport != .udp else { return [] }
    return connections.first { $0.server == server && !$0.isOpen }?.failure ?? []
  }
}

extension Configuration {
  /// The transports that are looked for in DNS, the preferred one first.
  var transports: [SIPTransport] {
    switch sipTransport {
    case .udp: [.udp]
    case .tcp: [.tcp]
    case .tls: [.tls]
    }
  }

  /// Whether who reads our SIP reads the keys of our media with it (RFC 4568 §6.1).
  var showsKeys: Bool { sipSRTP != .off && sipTransport != .tls }

  var viaTransport: Transport {
    switch sipTransport {
    case .udp: .udp
    case .tcp: .tcp
    case .tls: .tls
    }
  }

  /// RFC 5923 §8.1, §9.1: a connection is offered for requests to us when our certificate says at
  /// its end who we are.
  var offersConnection: Bool { sipTransport == .tls && !tlsCertificate.isEmpty }
}
