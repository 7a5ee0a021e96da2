public import Base
internal import SIPSyntax

/// The SBCs are others than before, while calls go on.
extension UserAgent {
  /// Takes another list of SBCs, the first choice first: DNS says so.
  ///
  /// Calls keep the SBC that they began with, and are heard from it until they end. The one that
  /// serves goes on if it is still there; else another one takes over at once.
  public mutating func serversChanged(
    to servers: [Endpoint], now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard case .running = phase, servers != settings.servers, !servers.isEmpty else { return }
    let (former, old) = (settings.servers, server)
    let places = servers.map { former.firstIndex(of: $0) }
    clients.removeAll { $0.purpose.isHeartbeat }
    selection = selection.replaced(by: places, now: now, using: &random)
    let tokens = requestTokens
    requestTokens = places.map { $0.map { tokens[$0] } ?? Self.freshTokens }
    settings.servers = servers
    if server != old {
      out.emit(.note(.serverChosen(server)))
      move(from: old, now: now, into: &out)
    }
    finishTurn(now: now, into: &out)
  }

  /// How many requests one SBC may still send.
  static var freshTokens: TokenBucket { TokenBucket(burst: 500, every: .milliseconds(2)) }

  /// Whether an address that is no SBC's any more has a call or a request of ours to answer.
  func isFormerServer(_ address: IPAddress) -> Bool {
    table.contains { $0.hop.address == address }
      || clients.contains { $0.destination.address == address }
  }

  /// Whether an address is that of an SBC, or was and is needed still.
  private func isServer(_ address: IPAddress) -> Bool {
    settings.servers.contains { $0.address == address } || isFormerServer(address)
  }

  /// Whether a connection to somebody is still of use: an SBC of the list, or one with a call.
  public func needs(_ remote: Endpoint) -> Bool {
    settings.servers.contains(remote) || isFormerServer(remote.address)
  }

  /// Whether a connection from an address is taken; one that is not is counted.
  public mutating func welcomes(
    _ source: Endpoint, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    let isKnown = isServer(source.address)
    if !isKnown { ignore(.stranger, from: source, now: now, into: &out) }
    return isKnown
  }

  /// Why a datagram from an address is not read; `nil` when it is.
  ///
  /// Where TLS is set, what comes without it uses up nothing of what the SBC itself may send.
  mutating func admits(
    _ source: IPAddress, isRequest: Bool, isSecure: Bool, now: Instant
  ) -> AgentCounter? {
    if let place = settings.servers.firstIndex(where: { $0.address == source }),
      isSecure || settings.transport != .tls
    {
      // What answers us is never too much; a request comes again when it matters.
      return !isRequest || requestTokens[place].take(at: now) ? nil : .excess
    }
    guard isServer(source) else { return .stranger }
    return !isRequest || formerTokens.take(at: now) ? nil : .excess
  }
}
