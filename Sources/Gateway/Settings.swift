internal import Base
internal import Call
public import Config
internal import Line
internal import MediaControl
public import Network
internal import SIPAgent

extension UserAgentSettings {
  /// What the configuration says of the SBC and of us.
  init(_ configuration: Configuration) {
    self.init(
      servers: configuration.servers(told: []).endpoints, local: configuration.sipLocal,
      userAgent: configuration.sipUserAgent)
    profile = configuration.sipProfile == .ims ? .ims : .rfc3261
    realm = configuration.sipRealm
    trunk = configuration.sipTrunkName
    accessNetwork = configuration.sipAccessNetwork
    switch configuration.sipMessageWaiting {
    case .off: messageWaiting = .off
    case .unsolicited: messageWaiting = .unsolicited
    case .subscribe: messageWaiting = .subscribe
    }
    usesSIPS = configuration.sipScheme == .sips
    switch configuration.sipNumberForm {
    case .sip: numberForm = .sip
    case .phone: numberForm = .phone
    case .tel: numberForm = .tel
    }
    switch configuration.sipOutbound {
    case .off: outbound = .off
    case .stream: outbound = .streams
    case .on: outbound = .on
    }
    switch configuration.sipSecurityAgreement {
    case .off: agreement = .off
    case .tls: agreement = .tls
    case .media: agreement = .media
    }
    followsProfile = configuration.sipUAProfile
    collector = configuration.sipQualityCollector
    followsSeenAddress = configuration.sipContact == .seen
    if let pause = configuration.sipHeartbeat {
      heartbeat.pause = pause
      heartbeat.isForOne = true
    }
    heartbeat.holdTime = configuration.sipFailBack
    sessions = SessionSettings(configuration)
    transport = configuration.viaTransport
    isAlias = configuration.offersConnection
    if let packet = configuration.voiceNetwork?.mtu {
      // RFC 3261 §18.1.1: 200 bytes below what the way takes whole.
      longestDatagram = min(longestDatagram, max(200, Int(packet) - 200))
    }
  }
}

extension SessionSettings {
  /// What the configuration says of 100rel and session timers.
  init(_ configuration: Configuration) {
    self.init()
    expiresSeconds = configuration.sipSessionExpiresSeconds
    minimumSeconds = configuration.sipSessionMinimumSeconds
    switch configuration.sip100rel {
    case .off: reliability = .off
    case .supported: reliability = .supported
    case .preferred: reliability = .preferred
    }
  }
}

extension Array where Element == ServerName {
  /// The servers' addresses; none when DNS has to tell some of them.
  fileprivate var endpoints: [Endpoint] {
    var endpoints: [Endpoint] = []
    for server in self {
      guard case .endpoint(let endpoint) = server else { return [] }
      endpoints.append(endpoint)
    }
    return endpoints
  }
}

extension Configuration {
  /// The SBCs, the first choice first; without one of our own, those that DHCP tells.
  func servers(told: [ServerName]) -> [ServerName] {
    var servers = sipServer.map { [$0] } ?? told
    if let backup = sipBackupServer, !servers.contains(backup) { servers.append(backup) }
    return servers
  }

  /// One account an enabled port; with a trunk, its credentials count for all of them.
  var accounts: [Account] {
    let isBulk = !sipTrunkName.isEmpty
    return enabledPorts.map { port in
      Account(
        number: port.number, user: port.telephoneNumber,
        authenticationUser: isBulk ? sipTrunkUser : port.user,
        password: isBulk ? sipTrunkPassword : port.password, domain: sipDomain,
        displayName: port.displayName, isPrivate: port.isPrivate,
        expiresSeconds: sipExpiresSeconds,
        keys: AgreementKeys(
          key: port.agreementKey, constant: port.agreementConstant, isDerived: port.hasOPc))
    }
  }
}

extension PortSettings {
  /// What the configuration says of a port, with its country's defaults.
  ///
  /// A checked configuration names a country that exists and a digit map that can be read.
  init(_ port: PortConfiguration, _ configuration: Configuration) {
    let profile = CountryProfile.named(configuration.country) ?? .china
    self.init(
      number: port.number,
      local: Endpoint(
        configuration.sipLocal.address,
        UInt16(configuration.mediaPorts(of: port.number).lowerBound)),
      profile: profile, digitMap: (try? DigitMap(parsing: configuration.digitMap)) ?? .anything)
    emergencyNumbers = EmergencyNumbers(
      profile.emergencyNumbers, further: configuration.emergencyNumbers)
    if let wanted = port.codecs { codecs = wanted.map { $0 == .pcma ? .aLaw : .muLaw } }
    dialTimers = DialTimers(
      first: configuration.firstDigitTimeout ?? dialTimers.first,
      long: configuration.interDigitTimeout, short: configuration.shortTimeout)
    protection = configuration.sipSRTP
    asksForEdge = configuration.sipSecurityAgreement == .media
    offersData = configuration.sipFaxReinvite
    hasMessageLamp = port.hasMessageLamp
    switch port.callerID {
    case .off: callerIDScheme = .off
    case .bell202: callerIDScheme = .bell202
    case .v23: callerIDScheme = .v23
    case .dtmf: callerIDScheme = .dtmf
    case .bell202Single: callerIDScheme = .bell202Single
    case nil: break
    }
  }
}

extension InterfaceSettings {
  /// What the configuration says of an interface; with a VLAN it has a name of its own.
  public init(_ configuration: NetworkConfiguration, name: StaticString, table: UInt8) {
    self.init(uplink: configuration.device, table: table)
    if configuration.vlan != nil { self.name = Text(name) }
    vlan = configuration.vlan
    hardwareAddress = configuration.hardwareAddress
    mtu = configuration.mtu
    fixed = configuration.address.map {
      InterfaceAddress($0.address, prefix: $0.prefix, gateway: configuration.gateway)
    }
  }
}
