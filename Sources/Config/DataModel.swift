extension Parameter {
  /// The parameter's name in the data model of TR-104 issue 2, below `Device.Services.`; `nil` when
  /// the model has none.
  ///
  /// A port is a line, its FXS interface and its SIP client at the same index `{i}`; the box has one
  /// voice service, one SIP network and one VoIP profile.
  public var dataModelName: StaticString? {
    switch self {
    case .sipServer: "VoiceService.1.SIP.Network.1.OutboundProxy"
    case .sipTransport: "VoiceService.1.SIP.Network.1.UserAgentTransport"
    case .sipPort: "VoiceService.1.SIP.Network.1.UserAgentPort"
    case .sipExpires: "VoiceService.1.SIP.Network.1.RegistrationPeriod"
    case .sipDSCP: "VoiceService.1.SIP.Network.1.DSCPMark"
    case .networkVLAN: "VoiceService.1.SIP.Network.1.VLANIDMark"
    case .networkSIPPriority: "VoiceService.1.SIP.Network.1.EthernetPriorityMark"
    case .sipDomain: "VoiceService.1.SIP.Network.1.ProxyServer"
    case .mediaPortBase: "VoiceService.1.VoIPProfile.1.RTP.LocalPortMin"
    case .mediaDSCP: "VoiceService.1.VoIPProfile.1.RTP.DSCPMark"
    case .country: "VoiceService.1.POTS.Region"
    case .portEnable: "VoiceService.1.POTS.FXS.{i}.Enable"
    case .portNumber: "VoiceService.1.CallControl.Line.{i}.DirectoryNumber"
    case .portUser: "VoiceService.1.SIP.Client.{i}.AuthUserName"
    case .portPassword: "VoiceService.1.SIP.Client.{i}.AuthPassword"
    case .hostname, .language, .networkInterface, .networkMAC, .networkMTU, .networkAddress,
      .networkGateway, .networkDNS, .networkBackupDNS, .networkMediaPriority, .managementInterface,
      .managementVLAN,
      .managementAddress, .managementGateway, .sipLocal, .sipBackupServer, .sipKeepAlive, .sipSRTP,
      .sipScheme, .sipNumberForm, .sipOutbound, .sipSecurityAgreement, .sipProfile, .sipRealm,
      .sipAccessNetwork, .sipContact, .sipMessageWaiting, .sipUAProfile, .sipQualityCollector,
      .sipHeartbeat, .sipTrunkName, .sipTrunkUser, .sipTrunkPassword,
      .sipRegisterSpread, .sipFailBack, .sip100rel, .sipFaxReinvite,
      .sipSessionExpires, .sipSessionMinimum, .sipUserAgent, .mediaJitterMin, .mediaJitterMax,
      .digitMap, .emergencyNumbers, .timersFirstDigit, .timersInterDigit, .timersShort,
      .syslogServer,
      .syslogTransport, .syslogName, .tlsTrust, .tlsCertificate, .tlsKey, .provisioningURL,
      .provisioningUser, .provisioningPassword, .provisioningKey, .provisioningInterval,
      .provisioningSpread, .provisioningConfirm,
      .metricsPort, .consoleIdle, .consoleSocket, .portAKAKey, .portAKAOP,
      .portAKAOPc, .portDisplayName, .portPrivacy, .portCodec, .portCallerID, .portMessageLamp,
      .portRingHertz,
      .portLineSimulator:
      nil
    }
  }
}
