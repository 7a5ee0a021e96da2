public import Base
internal import Call
internal import Config
public import Network
internal import SIPAgent

/// Whether there is a way over a network interface of ours.
public enum NetworkPath: Equatable, Sendable {
  /// The system sees to the network; we take it as there.
  case unmanaged
  /// There is no cable or no address.
  case down
  /// There is a way, from this address.
  case up(Lease)
}

/// The way to the SBC comes and goes.
extension Gateway {
  /// A way that was away for longer was so for others too: nobody plugs a cable in and out that long.
  private static let districtOutage = Duration.seconds(60)

  /// The way is there, or goes on with what a DHCP server says now: every port registers at once.
  public mutating func pathRose(
    _ lease: Lease, now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    if path != .up(lease) { journal.note(.pathUp(lease.address.address), at: now) }
    path = .up(lease)
    if let lost = pathLostAt, now - lost >= Self.districtOutage { returnsWithOthers = true }
    pathLostAt = nil
    for i in ports.indices { ports[i].move(to: lease.address.address) }
    let isTold = findServers(
      told: lease.sipServers, dnsServers: lease.dnsServers, from: lease.address.address, into: &out)
    // Who asks DHCPv6 has the way before the answer, and says himself when none comes.
    guard !isTold, !configuration.asksDHCPv6 else { return }
    journal.note(
      .failure(Text("no SBC: sip server is not set, and DHCP tells none (option 120)")), at: now)
  }

  /// The way is gone: nothing is sent until it is back.
  public mutating func pathFell(now: Instant) {
    self.now = now
    path = .down
    pathLostAt = pathLostAt ?? now
    directory.stop()
    agent.pathFell()
    journal.note(.pathDown, at: now)
  }

  func showNetwork(_ answer: inout Text) {
    append(Text("voice"), configuration.voiceNetwork, path, to: &answer)
    guard let management = configuration.managementNetwork else { return }
    append(Text("management"), management, managementPath, to: &answer)
  }

  private func append(
    _ name: Text, _ network: NetworkConfiguration?, _ path: NetworkPath, to answer: inout Text
  ) {
    answer += name
    guard let network else {
      answer.append(": left to the system; own address ")
      answer.append(configuration.sipLocal.address)
      answer.append("\n")
      return
    }
    answer.append(": ")
    answer += network.device
    if let vlan = network.vlan {
      answer.append(" VLAN ")
      answer.append(decimal: vlan)
    }
    guard case .up(let lease) = path else {
      answer.append(network.address == nil ? ": no cable, or no lease\n" : ": no cable\n")
      return
    }
    answer.append(", ")
    answer.append(lease.address.address)
    answer.append("/")
    answer.append(decimal: lease.address.prefix)
    if let gateway = lease.address.gateway {
      answer.append(" via ")
      answer.append(gateway)
    }
    answer.append(network.address == nil ? ", from DHCP\n" : "\n")
    appendOptions(of: lease, to: &answer)
  }

  private func appendOptions(of lease: Lease, to answer: inout Text) {
    for server in lease.sipServers {
      if lease.address.address.isIPv6 {
        answer.append(server.isHost ? "  SIP server (21): " : "  SIP server (22): ")
      } else {
        answer.append("  SIP server (120): ")
      }
      answer.append(server)
      answer.append("\n")
    }
    for server in dnsServers {
      answer.append("  DNS server: ")
      answer.append(server.address)
      answer.append("\n")
    }
    for (name, value) in [
      ("  time servers (42): ", lease.timeServers), ("  provisioning (66): ", lease.bootServer),
      ("  vendor (43): ", lease.vendorInformation),
    ] as [(StaticString, Text)] where !value.isEmpty {
      answer.append(name)
      answer += value
      answer.append("\n")
    }
  }
}
