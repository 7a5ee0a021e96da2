internal import Base

/// What is wrong between the values of the network.
extension ConfigurationDraft {
  /// Notes what the network lacks, and what contradicts.
  func checkNetwork(_ mistakes: inout MistakeList) {
    let isManaged = !isMissing(.networkInterface)
    let asksDHCP =
      isManaged && (configuration.voiceNetwork?.address == nil || configuration.asksDHCPv6)
    if isMissing(.sipServer), !asksDHCP { noteMissing(.sipServer, 0, nil, &mistakes) }
    if isMissing(.sipServer), asksDHCP, isMissing(.sipDomain) {
      noteMissing(.sipDomain, 0, nil, &mistakes)
    }
    if isManaged {
      if origin(.sipLocal) != nil {
        let why = Text("the voice interface has the address: set network address and sip port")
        note(.sipLocal, 0, why, &mistakes)
      }
    } else {
      if isMissing(.sipLocal) { noteMissing(.sipLocal, 0, nil, &mistakes) }
      checkStrays(
        [
          .networkVLAN, .networkMAC, .networkMTU, .networkAddress, .networkGateway,
          .networkSIPPriority, .networkMediaPriority, .sipPort,
        ], "without network interface it has no effect", &mistakes)
    }
    if isMissing(.managementInterface) {
      checkStrays(
        [.managementVLAN, .managementAddress, .managementGateway],
        "without management interface it has no effect", &mistakes)
    }
    if isMissing(.networkVLAN) {
      let why: StaticString = "only an interface with a VLAN has its own: network vlan is missing"
      checkStrays([.networkMAC, .networkMTU], why, &mistakes)
    }
    checkTwinNetworks(&mistakes)
    checkFamilies(&mistakes)
    checkNames(&mistakes)
  }

  private func checkStrays(
    _ parameters: [Parameter], _ why: StaticString, _ mistakes: inout MistakeList
  ) {
    for parameter in parameters where origin(parameter) != nil {
      note(parameter, 0, Text(why), &mistakes)
    }
  }

  private func checkTwinNetworks(_ mistakes: inout MistakeList) {
    guard let voice = configuration.voiceNetwork, let management = configuration.managementNetwork,
      voice.device == management.device, voice.vlan == management.vlan
    else { return }
    let why = Text("the same device and VLAN as voice")
    note(origin(.managementVLAN) == nil ? .managementInterface : .managementVLAN, 0, why, &mistakes)
  }

  /// One of IPv4 and IPv6 for everything that talks to each other.
  private func checkFamilies(_ mistakes: inout MistakeList) {
    guard let own = configuration.voiceNetwork?.address?.address else { return }
    let why = Text("one of IPv4 and IPv6, but network address has the other")
    if let gateway = configuration.voiceNetwork?.gateway, gateway.isIPv6 != own.isIPv6 {
      note(.networkGateway, 0, why, &mistakes)
    }
    check(.sipServer, configuration.sipServer, own, why, &mistakes)
    check(.sipBackupServer, configuration.sipBackupServer, own, why, &mistakes)
    for (i, server) in configuration.dnsServers.enumerated() {
      let parameter: Parameter = i == 0 && !isMissing(.networkDNS) ? .networkDNS : .networkBackupDNS
      if server.address.isIPv6 != own.isIPv6 { note(parameter, 0, why, &mistakes) }
    }
  }

  /// Whoever has a fixed address is told no DNS server by anybody but DHCPv6.
  private func checkNames(_ mistakes: inout MistakeList) {
    guard configuration.voiceNetwork?.address != nil, !configuration.asksDHCPv6,
      isMissing(.networkDNS), isMissing(.networkBackupDNS)
    else { return }
    for parameter in [Parameter.sipServer, .sipBackupServer, .syslogServer] {
      guard case .host = configuration.value(parameter) else { continue }
      note(parameter, 0, Text("a name wants a DNS server: network dns is missing"), &mistakes)
    }
  }

  private func check(
    _ parameter: Parameter, _ server: ServerName?, _ own: IPAddress, _ why: Text,
    _ mistakes: inout MistakeList
  ) {
    guard origin(parameter) != nil, case .endpoint(let server) = server else { return }
    if server.address.isIPv6 != own.isIPv6 { note(parameter, 0, why, &mistakes) }
    if server.address == own {
      note(parameter, 0, Text("the box and its SBC cannot have the same address"), &mistakes)
    }
  }
}
