internal import Base

extension Parameter {
  /// The schema: one row a parameter, the single source of reading, checking, printing and help.
  public var row: ParameterRow {
    switch self {
    case .hostname:
      ParameterRow(
        "hostname", .host, standard: .text(Text("tipring")), .live,
        "Name of the box, as its console gives it.")
    case .language:
      ParameterRow(
        "language", .choice(Language.words), standard: .choice(0), .live,
        "Language of the console's help.")
    case .country:
      ParameterRow(
        "country", .country, standard: .text(Text("cn")), .restart,
        "Country profile: tones, ringing, caller ID and timing of the lines.")
    case .networkInterface, .networkVLAN, .networkMAC, .networkMTU, .networkAddress,
      .networkGateway, .networkDNS, .networkBackupDNS, .networkSIPPriority, .networkMediaPriority,
      .managementInterface,
      .managementVLAN, .managementAddress, .managementGateway:
      networkRow
    case .sipServer:
      ParameterRow(
        "sip server", .server(standardPort: 5060), .restart,
        "Address or name of the SBC; only SBCs are heard. DHCP may tell it (option 120; 21, 22).")
    case .sipBackupServer:
      ParameterRow(
        "sip backup-server", .server(standardPort: 5060), .restart,
        "Address or name of the SBC that serves while the first does not.")
    case .sipDomain:
      ParameterRow(
        "sip domain", .host, .restart,
        "Domain of the telephone numbers; without it, the address or name of the SBC.")
    case .sipLocal:
      ParameterRow(
        "sip local", .endpoint(standardPort: 5060), .restart,
        "Own address for SIP and media; without it, that of the voice interface.")
    case .sipPort:
      ParameterRow(
        "sip port", .number(1...65_535, unit: ""), standard: .number(5060), .restart,
        "Own port for SIP on the voice interface.")
    case .sipTransport, .sipScheme, .sipNumberForm, .sipKeepAlive, .sipSRTP, .sipOutbound,
      .sipSecurityAgreement, .sipProfile, .sipRealm, .sipAccessNetwork, .sipContact,
      .sipMessageWaiting, .sipUAProfile, .sipQualityCollector,
      .sipExpires,
      .sipRegisterSpread:
      carrierRow
    case .sipTrunkName, .sipTrunkUser, .sipTrunkPassword:
      trunkRow
    case .sipHeartbeat:
      ParameterRow(
        "sip heartbeat", .number(5...3_600, unit: "s"), .restart,
        "How often each SBC is asked if it is there (OPTIONS); without it 30 s if there are two.")
    case .sipFailBack:
      ParameterRow(
        "sip fail-back", .number(1...86_400, unit: "s"), standard: .number(60), .restart,
        "How long the first SBC must have been back before it serves again.")
    case .sip100rel:
      ParameterRow(
        "sip 100rel", .choice(ReliableChoice.words), standard: .choice(1), .live,
        "Ringing that is acknowledged (RFC 3262): when the caller requires it, or whenever it can.")
    case .sipFaxReinvite:
      ParameterRow(
        "sip fax-reinvite", .choice(OffOrOn.words), standard: .choice(1), .live,
        "Whether the network is told by a re-INVITE that a fax machine or a modem was called.")
    case .sipSessionExpires:
      ParameterRow(
        "sip session expires", .number(0...86_400, unit: "s"), standard: .number(1800), .live,
        "How long a call lasts without a refresh (RFC 4028); 0 leaves calls without a timer.")
    case .sipSessionMinimum:
      ParameterRow(
        "sip session minimum", .number(90...86_400, unit: "s"), standard: .number(90), .live,
        "Shortest interval of refreshes that is taken (Min-SE).")
    case .sipUserAgent:
      ParameterRow(
        "sip user-agent", .text(limit: 64), standard: .text(Text("Tipring")), .live,
        "What the User-Agent header says.")
    case .sipDSCP:
      ParameterRow(
        "sip dscp", .number(0...63, unit: ""), standard: .number(24), .restart,
        "DSCP of SIP packets; 24 is CS3.")
    case .mediaPortBase:
      ParameterRow(
        "media port-base", .evenNumber(1024...65_280), standard: .number(16_384), .restart,
        "First UDP port of media; port N of the box uses the eight from here + 8 x (N - 1).")
    case .mediaJitterMin:
      ParameterRow(
        "media jitter min", .number(20...200, unit: "ms"), standard: .number(20), .restart,
        "Shortest delay of the jitter buffer.")
    case .mediaJitterMax:
      ParameterRow(
        "media jitter max", .number(20...200, unit: "ms"), standard: .number(200), .restart,
        "Longest delay of the jitter buffer.")
    case .mediaDSCP:
      ParameterRow(
        "media dscp", .number(0...63, unit: ""), standard: .number(46), .restart,
        "DSCP of RTP and RTCP packets; 46 is EF.")
    case .digitMap:
      ParameterRow(
        "digit-map", .digitMap, standard: .text(Text("(x.T|x.#|*x.T|*x.#)")), .live,
        "What may be dialled, in the syntax of RFC 3435 section 2.1.5.")
    case .emergencyNumbers:
      ParameterRow(
        "emergency-numbers", .numberList, .live,
        "Emergency numbers beside the country's own; they go out whatever the digit map says.")
    case .timersFirstDigit:
      ParameterRow(
        "timers first-digit", .seconds(1_000...60_000), .live,
        "How long dial tone waits for the first digit; without it, as the country profile says.")
    case .timersInterDigit:
      ParameterRow(
        "timers inter-digit", .seconds(500...30_000), standard: .number(10_000), .live,
        "Timer L of the digit map: the wait for a digit while the number cannot be complete.")
    case .timersShort:
      ParameterRow(
        "timers short", .seconds(500...30_000), standard: .number(4_000), .live,
        "Timers S and T of the digit map: the wait for a digit when the number may be complete.")
    case .syslogServer:
      ParameterRow(
        "syslog server", .server(standardPort: 514), .restart,
        "Collector that gets every line of the log (RFC 5424), by management if there is one.")
    case .syslogTransport:
      ParameterRow(
        "syslog transport", .choice(SyslogTransport.words), standard: .choice(0), .restart,
        "How the log goes to its collector (tls: RFC 5425, port 6514); by tcp and tls, lines wait.")
    case .syslogName, .tlsTrust, .tlsCertificate, .tlsKey, .provisioningURL, .provisioningUser,
      .provisioningPassword, .provisioningKey, .provisioningInterval, .provisioningSpread,
      .provisioningConfirm:
      securityRow
    case .metricsPort:
      ParameterRow(
        "metrics port", .number(1...65_535, unit: ""), .restart,
        "TCP port of the metrics page for Prometheus, by management if there is one.")
    case .consoleIdle:
      ParameterRow(
        "console idle", .number(0...1440, unit: "min"), standard: .number(10), .live,
        "How long a console may be silent before it has to log in again; 0 is for ever.")
    case .consoleSocket:
      ParameterRow(
        "console socket", .socketPath, standard: .text(Text("/run/tipring/console")), .restart,
        "Unix socket at which tipring shell finds the box.")
    case .portEnable, .portNumber, .portUser, .portPassword, .portAKAKey, .portAKAOP, .portAKAOPc,
      .portDisplayName, .portPrivacy, .portCodec,
      .portCallerID, .portMessageLamp, .portRingHertz, .portLineSimulator:
      portRow
    }
  }

  /// What a carrier's rules for SIP say.
  private var carrierRow: ParameterRow {
    switch self {
    case .sipTransport:
      ParameterRow(
        "sip transport", .choice(SignallingTransport.words), standard: .choice(0), .live,
        "How SIP goes to the SBC; long requests always by tcp. An SBC by tls mostly has port 5061.")
    case .sipScheme:
      ParameterRow(
        "sip scheme", .choice(URIScheme.words), standard: .choice(0), .restart,
        "What our URIs begin with: sips wants TLS on the whole way to whom we call (RFC 5630).")
    case .sipNumberForm:
      ParameterRow(
        "sip number-form", .choice(NumberForm.words), standard: .choice(0), .restart,
        "How a called number is written: sip, sip with user=phone (phone), or a tel URI (tel).")
    case .sipKeepAlive:
      ParameterRow(
        "sip keep-alive", .number(0...3_600, unit: "s"), standard: .number(90), .live,
        "How often a connection to the SBC is kept alive, if it does not say itself; 0 is never.")
    case .sipSRTP:
      ParameterRow(
        "sip srtp", .choice(MediaProtection.words), standard: .choice(0), .live,
        "SRTP: offered where the far party can, or required. Keys are safe by transport tls only.")
    case .sipOutbound:
      ParameterRow(
        "sip outbound", .choice(OutboundChoice.words), standard: .choice(1), .restart,
        "Register by a flow (RFC 5626): never, by TCP and TLS, or by UDP as well, kept by STUN.")
    case .sipSecurityAgreement:
      ParameterRow(
        "sip security-agreement", .choice(SecurityAgreementChoice.words), standard: .choice(0),
        .restart,
        "What we agree on with the SBC (RFC 3329): nothing, tls, or media: SRTP as far as the SBC.")
    case .sipProfile:
      ParameterRow(
        "sip profile", .choice(SignallingProfile.words), standard: .choice(0), .restart,
        "Rules of registration: those of RFC 3261, or of 3GPP TS 24.229 for an IMS core.")
    case .sipRealm:
      ParameterRow(
        "sip realm", .text(limit: 128), .restart,
        "Realm whose challenges are answered; without it any, with profile ims the sip domain.")
    case .sipAccessNetwork:
      ParameterRow(
        "sip access-network", .accessNetwork, .restart,
        "What P-Access-Network-Info says (RFC 7315); without it, none is sent.")
    case .sipContact:
      ParameterRow(
        "sip contact", .choice(ContactAddress.words), standard: .choice(0), .restart,
        "Address in Contact: our own, or the one that the SBC sees us at (RFC 3581).")
    case .sipRegisterSpread:
      ParameterRow(
        "sip register-spread", .number(0...600, unit: "s"), standard: .number(30), .live,
        "Time over which ports register by chance when power or network was away; 0 is at once.")
    case .sipMessageWaiting:
      ParameterRow(
        "sip message-waiting", .choice(MessageWaitingChoice.words), standard: .choice(1), .restart,
        "Dial tone of a full mailbox (RFC 3842): never, when the SBC tells, by a subscription.")
    case .sipUAProfile:
      ParameterRow(
        "sip ua-profile", .choice(OffOrOn.words), standard: .choice(0), .restart,
        "Whether the network is asked which dial tone each port gets (RFC 6080, TS 183 043).")
    case .sipQualityCollector:
      ParameterRow(
        "sip quality-collector", .sipURI, .restart,
        "Who is told at the end of each call how it was (RFC 6035); without it, nobody.")
    default:
      ParameterRow(
        "sip expires", .number(60...600_000, unit: "s"), .live,
        "Lifetime asked for a registration; without it 3600 s, with profile ims 600000 s.")
    }
  }

  /// Bulk registration (RFC 6140).
  private var trunkRow: ParameterRow {
    switch self {
    case .sipTrunkName:
      ParameterRow(
        "sip trunk name", .text(limit: 128), .restart,
        "Trunk that registers for all ports at once (RFC 6140); without it each port registers.")
    case .sipTrunkUser:
      ParameterRow(
        "sip trunk user", .text(limit: 128), .restart,
        "Digest user name of the trunk and its calls; without it, the name of the trunk.")
    default:
      ParameterRow(
        "sip trunk password", .secret(limit: 128), .restart,
        "Digest password of the trunk and its calls, which takes the place of the ports' own.")
    }
  }

  /// The keys of AKAv1-MD5 and AKAv2-MD5 (RFC 3310, RFC 4169).
  private var agreementRow: ParameterRow {
    switch self {
    case .portAKAKey:
      ParameterRow(
        "aka key", .secret(limit: 32), .restart, scope: .port,
        "Key K of AKA in 32 hexadecimal digits, where the SBC asks for AKAv1-MD5 or AKAv2-MD5.")
    case .portAKAOP:
      ParameterRow(
        "aka operator", .secret(limit: 32), .restart, scope: .port,
        "Operator's constant OP of AKA in 32 hexadecimal digits, if there is no OPc.")
    default:
      ParameterRow(
        "aka opc", .secret(limit: 32), .restart, scope: .port,
        "Constant OPc of AKA in 32 hexadecimal digits.")
    }
  }

  private var portRow: ParameterRow {
    switch self {
    case .portNumber:
      ParameterRow(
        "number", .telephoneNumber, .restart, scope: .port, isMandatory: true,
        "Telephone number of the port, as registered at the SBC.")
    case .portUser:
      ParameterRow(
        "user", .text(limit: 128), .restart, scope: .port,
        "Digest user name; without it, the telephone number.")
    case .portPassword:
      ParameterRow(
        "password", .secret(limit: 128), .restart, scope: .port,
        "Digest password; shown as <hidden>, which pasted back keeps the password that is set.")
    case .portAKAKey, .portAKAOP, .portAKAOPc:
      agreementRow
    case .portDisplayName:
      ParameterRow(
        "display-name", .text(limit: 64), .live, scope: .port,
        "Name that the called party sees.")
    case .portPrivacy:
      ParameterRow(
        "privacy", .choice(PrivacyChoice.words), standard: .choice(0), .restart, scope: .port,
        "Whether the network is asked to withhold the number from called parties (Privacy: id).")
    case .portCodec:
      ParameterRow(
        "codec", .choices(Codec.words), .live, scope: .port,
        "Codecs to offer and accept, best first; without it, as the country profile says.")
    case .portCallerID:
      ParameterRow(
        "caller-id", .choice(CallerIDChoice.words), .live, scope: .port,
        "How caller ID is sent to the telephone; without it, as the country profile says.")
    case .portMessageLamp:
      ParameterRow(
        "message-lamp", .choice(MessageLampChoice.words), standard: .choice(0), .live,
        scope: .port, "Telephone's lamp for messages: none, or told by FSK while it is on hook.")
    case .portRingHertz:
      ParameterRow(
        "ring-hertz", .number(16...50, unit: "Hz"), .restart, scope: .port,
        "Frequency of the ring current; without it, as the country profile says.")
    case .portLineSimulator:
      ParameterRow(
        "line simulator", .socketPath, .restart, scope: .port,
        "Unix socket of the simulated telephone; mandatory on a board of simulated lines.")
    default:
      ParameterRow("enable", .flag, .restart, scope: .port, "Puts the port into service.")
    }
  }
}
