extension Parameter {
  /// The managed entity of ITU-T G.988 and its attribute that the parameter stands for; `nil` when an
  /// OLT has none for it.
  ///
  /// What an entity points at is named instead of the pointer. The entities of a port are those that
  /// hang on its physical path termination point.
  public var managedEntityName: StaticString? {
    switch self {
    case .networkVLAN: "Extended VLAN tagging operation configuration data of the IP host"
    case .networkMAC: "IP host config data: MAC address"
    case .networkAddress: "IP host config data: IP options, IP address, Mask"
    case .networkGateway: "IP host config data: Gateway"
    case .networkDNS: "IP host config data: Primary DNS"
    case .networkBackupDNS: "IP host config data: Secondary DNS"
    case .sipServer: "SIP agent config data: Outbound proxy address pointer"
    case .sipDomain: "SIP agent config data: Host part URI"
    case .sipPort: "TCP/UDP config data: Port ID"
    case .sipDSCP: "TCP/UDP config data: TOS/diffserv field"
    case .sipRealm: "Authentication security method: Realm"
    case .sipExpires: "SIP agent config data: SIP reg exp time"
    case .mediaPortBase: "RTP profile data: Local port min"
    case .mediaDSCP: "RTP profile data: DSCP mark"
    case .mediaJitterMin: "Voice service profile: Jitter target"
    case .mediaJitterMax: "Voice service profile: Jitter buffer max"
    case .digitMap: "Network dial plan table: Dial plan table"
    case .timersInterDigit: "Network dial plan table: Partial dial timeout"
    case .timersShort: "Network dial plan table: Critical dial timeout"
    case .portEnable: "Physical path termination point POTS UNI: Administrative state"
    case .portNumber: "SIP user data: User part AOR"
    case .portUser: "Authentication security method: Username 1"
    case .portPassword: "Authentication security method: Password"
    case .portDisplayName: "SIP user data: SIP display name"
    case .portCodec: "VoIP media profile: Codec selection, 1st to 4th order"
    case .hostname, .language, .country, .networkInterface, .networkMTU, .networkSIPPriority,
      .networkMediaPriority, .managementInterface, .managementVLAN, .managementAddress,
      .managementGateway, .sipLocal, .sipBackupServer, .sipTransport, .sipKeepAlive, .sipSRTP,
      .sipScheme, .sipNumberForm, .sipOutbound, .sipSecurityAgreement, .sipProfile,
      .sipAccessNetwork, .sipContact,
      .sipMessageWaiting,
      .sipUAProfile, .sipQualityCollector, .sipTrunkName, .sipTrunkUser, .sipTrunkPassword,
      .sipHeartbeat, .sipRegisterSpread, .sipFailBack, .sip100rel, .sipFaxReinvite,
      .sipSessionExpires, .sipSessionMinimum,
      .sipUserAgent, .emergencyNumbers, .timersFirstDigit, .syslogServer,
      .syslogTransport, .syslogName, .tlsTrust, .tlsCertificate, .tlsKey, .provisioningURL,
      .provisioningUser, .provisioningPassword, .provisioningKey, .provisioningInterval,
      .provisioningSpread, .provisioningConfirm, .metricsPort,
      .consoleIdle, .consoleSocket, .portAKAKey, .portAKAOP, .portAKAOPc, .portCallerID,
      .portPrivacy, .portMessageLamp,
      .portRingHertz, .portLineSimulator:
      nil
    }
  }
}
