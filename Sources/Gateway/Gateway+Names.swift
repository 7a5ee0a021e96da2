public import Base
internal import Config
public import Network
internal import SIPAgent

/// SBCs that have names: DNS says where they are, and may say otherwise later.
extension Gateway {
  /// Goes to the SBCs of the configuration, or else to those that DHCP tells; `false` without any.
  mutating func findServers(
    told: [ServerName], dnsServers: [IPAddress], from address: IPAddress,
    into out: inout Outbox<GatewayOutput>
  ) -> Bool {
    let provisioned = configuration.dnsServers
    self.dnsServers = provisioned.isEmpty ? dnsServers.map { Endpoint($0, 53) } : provisioned
    // Without an interface of ours the network is the system's, and so are its DNS servers.
    let isSystems = self.dnsServers.isEmpty && path == .unmanaged
    out.emit(.useNameServers(isSystems ? nil : self.dnsServers))
    let names = configuration.servers(told: told)
    isAgentWaiting = true
    directory.start(names, isIPv6: address.isIPv6, now: now, into: &directoryOutputs)
    performDirectory(into: &out)
    return !names.isEmpty
  }

  /// Takes what became of a question to DNS.
  public mutating func resolved(
    _ number: UInt32, _ answer: DNSAnswer, now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    if number > ServerDirectory.lastNumber {
      resolvedForConsole(number, answer, into: &out)
    } else {
      directory.receive(number, answer, now: now, into: &directoryOutputs)
      performDirectory(into: &out)
    }
  }

  mutating func advanceDirectory(into out: inout Outbox<GatewayOutput>) {
    guard let deadline = directory.deadline, now >= deadline else { return }
    directory.advance(to: now, into: &directoryOutputs)
    performDirectory(into: &out)
  }

  private mutating func performDirectory(into out: inout Outbox<GatewayOutput>) {
    for output in directoryOutputs.drain() {
      switch output {
      case .ask(let number, let question): out.emit(.ask(number, question))
      case .failed(let name, let failure):
        journal.note(.serverNotFound(name, failure), at: now)
      case .changed: goToServers()
      }
    }
    settle(into: &out)
  }

  /// The agent learns where its SBCs are, or that they are others.
  private mutating func goToServers() {
    let servers = directory.endpoints
    guard !servers.isEmpty else { return }
    if configuration.hasNamedServers(told: toldServers) {
      journal.note(.serversFound(servers), at: now)
    }
    guard isAgentWaiting else {
      return agent.serversChanged(to: servers, now: now, into: &agentOutputs)
    }
    isAgentWaiting = false
    // From the same address calls go on, whatever DHCP or DNS says of SBCs now.
    if !agent.settings.servers.isEmpty, agent.settings.local == ownSIP {
      agent.serversChanged(to: servers, now: now, into: &agentOutputs)
    }
    let spread = returnsWithOthers ? configuration.sipRegisterSpread : .zero
    returnsWithOthers = false
    agent.pathReturned(
      local: ownSIP, servers: servers, spread: spread, now: now, into: &agentOutputs)
  }

  /// Our own address and port for SIP.
  private var ownSIP: Endpoint {
    guard case .up(let lease) = path else { return configuration.sipLocal }
    return Endpoint(lease.address.address, configuration.sipLocal.port)
  }

  /// The SBCs that DHCP has told.
  var toldServers: [ServerName] {
    guard case .up(let lease) = path else { return [] }
    return lease.sipServers
  }

  /// Why no SBC is known: the first name that could not be resolved.
  var unresolvedServer: (name: ServerName, failure: DNSFailure)? {
    directory.endpoints.isEmpty ? directory.failures.first : nil
  }

  /// The names that could not be resolved, each in a sentence.
  func appendUnresolved(to answer: inout Text) {
    for (name, failure) in directory.failures {
      answer.append("DNS: ")
      answer.append(name)
      answer.append(": ")
      answer += said(failure.english, failure.chinese)
      answer.append("\n")
    }
  }
}

extension Configuration {
  /// Whether an SBC has a name.
  func hasNamedServers(told: [ServerName]) -> Bool {
    servers(told: told).contains { $0.isHost }
  }
}
