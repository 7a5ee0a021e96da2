/// Every parameter of the box, in the order in which a configuration is printed.
///
/// A new parameter is one case here and one row in `Schema.swift`; reading, range checks, printing
/// and the reference page follow from the row.
public enum Parameter: UInt8, CaseIterable, Sendable {
  /// The box's name.
  case hostname
  /// The language of the console's help.
  case language
  /// The country profile.
  case country
  /// The device that voice goes over.
  case networkInterface
  /// The VLAN of voice.
  case networkVLAN
  /// The hardware address of the voice interface.
  case networkMAC
  /// The largest packet on the voice interface.
  case networkMTU
  /// The address of the voice interface.
  case networkAddress
  /// The gateway of the voice interface.
  case networkGateway
  /// The DNS server.
  case networkDNS
  /// The DNS server that is asked when the first does not answer.
  case networkBackupDNS
  /// The priority of SIP's frames.
  case networkSIPPriority
  /// The priority of media's frames.
  case networkMediaPriority
  /// The device that management goes over.
  case managementInterface
  /// The VLAN of management.
  case managementVLAN
  /// The address of the management interface.
  case managementAddress
  /// The gateway of the management interface.
  case managementGateway
  /// The SBC.
  case sipServer
  /// The SBC that serves when the first does not.
  case sipBackupServer
  /// The domain of the addresses of record.
  case sipDomain
  /// Our own address for SIP and media.
  case sipLocal
  /// Our own port for SIP on the voice interface.
  case sipPort
  /// How SIP goes to the SBC.
  case sipTransport
  /// What our own URIs begin with.
  case sipScheme
  /// How a called number is written.
  case sipNumberForm
  /// How often a connection to the SBC is kept alive.
  case sipKeepAlive
  /// Whether media is protected (SRTP).
  case sipSRTP
  /// When registrations offer the way that they go by (RFC 5626).
  case sipOutbound
  /// What is agreed on with the SBC about protection.
  case sipSecurityAgreement
  /// Which documents the SBC follows.
  case sipProfile
  /// The realm of the carrier's challenges.
  case sipRealm
  /// What P-Access-Network-Info says.
  case sipAccessNetwork
  /// Which address Contact names.
  case sipContact
  /// How the box learns of messages that wait.
  case sipMessageWaiting
  /// Whether the network names each line's dial tone.
  case sipUAProfile
  /// Who collects reports of calls' quality.
  case sipQualityCollector
  /// The trunk that registers for all ports at once.
  case sipTrunkName
  /// The digest user name of the trunk.
  case sipTrunkUser
  /// The digest password of the trunk.
  case sipTrunkPassword
  /// The registration's lifetime.
  case sipExpires
  /// Over which time a district's boxes come back.
  case sipRegisterSpread
  /// How often every SBC is asked whether it is there.
  case sipHeartbeat
  /// How long an SBC must have been back before it serves again.
  case sipFailBack
  /// When provisional responses are made reliable.
  case sip100rel
  /// Whether a call to a modem or a fax machine is offered as one.
  case sipFaxReinvite
  /// How long a session lasts without a refresh.
  case sipSessionExpires
  /// The shortest session interval that is taken.
  case sipSessionMinimum
  /// What User-Agent says.
  case sipUserAgent
  /// DSCP of SIP packets.
  case sipDSCP
  /// The first UDP port of media.
  case mediaPortBase
  /// The jitter buffer's shortest delay.
  case mediaJitterMin
  /// The jitter buffer's longest delay.
  case mediaJitterMax
  /// DSCP of media packets.
  case mediaDSCP
  /// The digit map.
  case digitMap
  /// Further emergency numbers.
  case emergencyNumbers
  /// How long dial tone waits for the first digit.
  case timersFirstDigit
  /// Timer L of the digit map.
  case timersInterDigit
  /// Timers S and T of the digit map.
  case timersShort
  /// The collector of the log.
  case syslogServer
  /// How the log goes there.
  case syslogTransport
  /// The name in the collector's certificate.
  case syslogName
  /// The certificates that a server's must come from.
  case tlsTrust
  /// Our own certificate.
  case tlsCertificate
  /// Its private key.
  case tlsKey
  /// Where the configuration is fetched from.
  case provisioningURL
  /// The user name there.
  case provisioningUser
  /// The password there.
  case provisioningPassword
  /// The public key that a fetched configuration is signed for.
  case provisioningKey
  /// How often it is asked for.
  case provisioningInterval
  /// By how much boxes spread their asking.
  case provisioningSpread
  /// How long a fetched configuration is on trial.
  case provisioningConfirm
  /// The TCP port of the metrics page.
  case metricsPort
  /// How long a console may be silent.
  case consoleIdle
  /// Where `tipring shell` finds the box.
  case consoleSocket

  /// Whether the port is in service.
  case portEnable
  /// The port's telephone number.
  case portNumber
  /// The digest user name.
  case portUser
  /// The digest password.
  case portPassword
  /// The key K of AKA.
  case portAKAKey
  /// The operator's constant OP of AKA.
  case portAKAOP
  /// The same for this account alone, OPc.
  case portAKAOPc
  /// The name that the called party sees.
  case portDisplayName
  /// Whether called parties see who calls.
  case portPrivacy
  /// The codecs, best first.
  case portCodec
  /// How caller ID is sent.
  case portCallerID
  /// How the telephone's lamp learns of messages.
  case portMessageLamp
  /// The frequency of the ring current.
  case portRingHertz
  /// The simulated line's socket.
  case portLineSimulator
}

/// Whether there is one value for the box or one a port.
public enum ParameterScope: UInt8, Sendable {
  /// One value for the box.
  case box
  /// One value for each port; the command begins with `port N`.
  case port
}

/// When a changed value begins to count.
public enum ParameterEffect: UInt8, Sendable {
  /// From the next call, registration or packet on.
  case live
  /// When the process starts again.
  case restart
}

/// What is known of a parameter: its row in the schema.
public struct ParameterRow: Sendable {
  /// The command's words, without `port N` in front.
  public let words: StaticString
  /// What the value may be.
  public let type: ParameterType
  /// What counts when nothing is set; `nil` means nothing.
  public let standard: ParameterValue?
  /// When a change begins to count.
  public let effect: ParameterEffect
  /// One sentence for `?` and the reference page.
  public let help: StaticString
  /// Whether there is one value for the box or one a port.
  public let scope: ParameterScope
  /// Whether a configuration (or an enabled port) cannot do without it.
  public let isMandatory: Bool

  /// Whether the value is never shown.
  public var isSecret: Bool {
    if case .secret = type { true } else { false }
  }

  init(
    _ words: StaticString, _ type: ParameterType, standard: ParameterValue? = nil,
    _ effect: ParameterEffect, scope: ParameterScope = .box, isMandatory: Bool = false,
    _ help: StaticString
  ) {
    self.words = words
    self.type = type
    self.standard = standard
    self.effect = effect
    self.help = help
    self.scope = scope
    self.isMandatory = isMandatory
  }
}
