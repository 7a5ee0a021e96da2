public import Base

extension Configuration {
  /// The box's name.
  public var hostname: Text { text(.hostname) }
  /// The language of the console's help.
  public var language: Language {
    guard case .choice(let place) = value(.language) else { return .english }
    return Language(rawValue: place) ?? .english
  }
  /// The country profile's name, such as `cn`.
  public var country: Text { text(.country) }
  /// The SBC; `nil` when DHCP has to tell it.
  public var sipServer: ServerName? { server(.sipServer) }
  /// The SBC that serves when the first does not; `nil` when there is none.
  public var sipBackupServer: ServerName? { server(.sipBackupServer) }
  /// The DNS servers that are provisioned, the first choice first.
  public var dnsServers: [Endpoint] {
    [Parameter.networkDNS, .networkBackupDNS].compactMap { parameter in
      value(parameter) == nil ? nil : endpoint(parameter)
    }
  }
  /// Between two heartbeats to the same SBC; `nil` leaves it to whether there is a backup.
  public var sipHeartbeat: Duration? {
    value(.sipHeartbeat) == nil ? nil : .seconds(number(.sipHeartbeat))
  }
  /// How long an SBC must have been back before it serves again.
  public var sipFailBack: Duration { .seconds(number(.sipFailBack)) }
  /// Our own address for SIP and media; unspecified when the voice interface has it.
  public var sipLocal: Endpoint {
    value(.sipLocal) == nil
      ? Endpoint(.v4(0), UInt16(number(.sipPort))) : endpoint(.sipLocal)
  }
  /// The interface for voice; `nil` leaves the network to the system.
  public var voiceNetwork: NetworkConfiguration? {
    NetworkConfiguration(
      self, .networkInterface, .networkVLAN, .networkAddress, .networkGateway,
      mac: .networkMAC, mtu: .networkMTU)
  }
  /// Whether a DHCPv6 server is asked for the SBC: nothing else names one, and a fixed address of
  /// IPv6 brings none along, as a lease of IPv4 does.
  public var asksDHCPv6: Bool {
    sipServer == nil && voiceNetwork?.address?.address.isIPv6 ?? false
  }
  /// The interface for management, if there is one.
  public var managementNetwork: NetworkConfiguration? {
    NetworkConfiguration(
      self, .managementInterface, .managementVLAN, .managementAddress, .managementGateway)
  }
  /// The priority of SIP in VLAN tags.
  public var sipPriority: UInt8 { UInt8(number(.networkSIPPriority)) }
  /// The priority of media in VLAN tags.
  public var mediaPriority: UInt8 { UInt8(number(.networkMediaPriority)) }
  /// The domain of the addresses of record: what was set, or the SBC's name or address as a URI host.
  public var sipDomain: Text {
    let domain = text(.sipDomain)
    if !domain.isEmpty { return domain }
    switch sipServer {
    case .host(let name, _): return name
    case .endpoint(let endpoint):
      var address = Text()
      address.append(host: endpoint.address)
      return address
    case nil: return []
    }
  }
  /// How SIP goes to the SBC.
  public var sipTransport: SignallingTransport {
    guard case .choice(let place) = value(.sipTransport) else { return .udp }
    return SignallingTransport(rawValue: place) ?? .udp
  }
  /// How often a connection to the SBC is kept alive; `nil` leaves it alone.
  public var sipKeepAlive: Duration? {
    let seconds = number(.sipKeepAlive)
    return seconds == 0 ? nil : .seconds(seconds)
  }
  /// Over which time ports register after a power loss, or when the network was away for long.
  public var sipRegisterSpread: Duration { .seconds(number(.sipRegisterSpread)) }
  /// Whether media is protected.
  public var sipSRTP: MediaProtection {
    guard case .choice(let place) = value(.sipSRTP) else { return .off }
    return MediaProtection(rawValue: place) ?? .off
  }
  /// How a called number is written.
  public var sipNumberForm: NumberForm {
    guard case .choice(let place) = value(.sipNumberForm) else { return .sip }
    return NumberForm(rawValue: place) ?? .sip
  }
  /// What our own URIs begin with.
  public var sipScheme: URIScheme {
    guard case .choice(let place) = value(.sipScheme) else { return .sip }
    return URIScheme(rawValue: place) ?? .sip
  }
  /// When registrations offer the way that they go by.
  public var sipOutbound: OutboundChoice {
    guard case .choice(let place) = value(.sipOutbound) else { return .stream }
    return OutboundChoice(rawValue: place) ?? .stream
  }
  /// What is agreed on with the SBC about protection.
  public var sipSecurityAgreement: SecurityAgreementChoice {
    guard case .choice(let place) = value(.sipSecurityAgreement) else { return .off }
    return SecurityAgreementChoice(rawValue: place) ?? .off
  }
  /// Whose rules of registration the box follows.
  public var sipProfile: SignallingProfile {
    guard case .choice(let place) = value(.sipProfile) else { return .rfc3261 }
    return SignallingProfile(rawValue: place) ?? .rfc3261
  }
  /// The realm whose challenges are answered; empty when none is set.
  public var sipRealm: Text { text(.sipRealm) }
  /// What P-Access-Network-Info says; empty sends none.
  public var sipAccessNetwork: Text { text(.sipAccessNetwork) }
  /// Which address Contact names.
  public var sipContact: ContactAddress {
    guard case .choice(let place) = value(.sipContact) else { return .own }
    return ContactAddress(rawValue: place) ?? .own
  }
  /// How the box learns of messages that wait.
  public var sipMessageWaiting: MessageWaitingChoice {
    guard case .choice(let place) = value(.sipMessageWaiting) else { return .unsolicited }
    return MessageWaitingChoice(rawValue: place) ?? .unsolicited
  }
  /// Whether the network is asked for each port's dial tone.
  public var sipUAProfile: Bool { value(.sipUAProfile) == .choice(1) }
  /// Who collects reports of calls' quality; empty for nobody.
  public var sipQualityCollector: Text { text(.sipQualityCollector) }
  /// The trunk that registers for all ports; empty when each registers itself.
  public var sipTrunkName: Text { text(.sipTrunkName) }
  /// The digest user name of the trunk: what was set, or its name.
  public var sipTrunkUser: Text {
    let user = text(.sipTrunkUser)
    return user.isEmpty ? sipTrunkName : user
  }
  /// The digest password of the trunk; empty when none is set.
  public var sipTrunkPassword: Text { text(.sipTrunkPassword) }
  /// The lifetime asked for a registration: what was set, or what the profile asks for.
  public var sipExpiresSeconds: UInt32 {
    guard value(.sipExpires) == nil else { return UInt32(number(.sipExpires)) }
    return sipProfile == .ims ? 600_000 : 3_600
  }
  /// When provisional responses are made reliable.
  public var sip100rel: ReliableChoice {
    guard case .choice(let place) = value(.sip100rel) else { return .supported }
    return ReliableChoice(rawValue: place) ?? .supported
  }
  /// Whether a call to a modem or a fax machine is offered as one.
  public var sipFaxReinvite: Bool { value(.sipFaxReinvite) == .choice(1) }
  /// How long a session lasts without a refresh; 0 is for ever.
  public var sipSessionExpiresSeconds: UInt32 { UInt32(number(.sipSessionExpires)) }
  /// The shortest session interval that is taken.
  public var sipSessionMinimumSeconds: UInt32 { UInt32(number(.sipSessionMinimum)) }
  /// What the User-Agent header says.
  public var sipUserAgent: Text { text(.sipUserAgent) }
  /// DSCP of SIP packets.
  public var sipDSCP: UInt8 { UInt8(number(.sipDSCP)) }
  /// DSCP of media packets.
  public var mediaDSCP: UInt8 { UInt8(number(.mediaDSCP)) }
  /// The jitter buffer's shortest delay.
  public var jitterMinimumMs: Int { number(.mediaJitterMin) }
  /// The jitter buffer's longest delay.
  public var jitterMaximumMs: Int { number(.mediaJitterMax) }
  /// The digit map as text (RFC 3435 §2.1.5).
  public var digitMap: Text { text(.digitMap) }
  /// The emergency numbers beside the country's own.
  public var emergencyNumbers: [Text] { numberList(text(.emergencyNumbers)) ?? [] }
  /// How long dial tone waits for the first digit; `nil` leaves it to the country profile.
  public var firstDigitTimeout: Duration? {
    value(.timersFirstDigit) == nil ? nil : .milliseconds(number(.timersFirstDigit))
  }
  /// Timer L of the digit map: the wait while the number cannot be complete.
  public var interDigitTimeout: Duration { .milliseconds(number(.timersInterDigit)) }
  /// Timers S and T of the digit map: the wait when the number may be complete.
  public var shortTimeout: Duration { .milliseconds(number(.timersShort)) }
  /// The collector of the log, its port never 0; `nil` when there is none.
  public var syslogServer: ServerName? {
    guard case .host(let name, 0) = server(.syslogServer) else { return server(.syslogServer) }
    return .host(name, port: 514)
  }
  /// How the log goes to its collector.
  public var syslogTransport: SyslogTransport {
    guard case .choice(let place) = value(.syslogTransport) else { return .udp }
    return SyslogTransport(rawValue: place) ?? .udp
  }
  /// The name in the collector's certificate: what was set, or its own name or address.
  public var syslogName: Text {
    let name = text(.syslogName)
    if !name.isEmpty { return name }
    switch syslogServer {
    case .host(let name, _)?: return name
    case .endpoint(let endpoint)?:
      var address = Text()
      address.append(endpoint.address)
      return address
    case nil: return []
    }
  }
  /// The TCP port of the metrics page; `nil` when there is none.
  public var metricsPort: UInt16? {
    value(.metricsPort) == nil ? nil : UInt16(number(.metricsPort))
  }
  /// Where the configuration is fetched; `nil` leaves that to DHCP.
  public var provisioningURL: WebAddress? { WebAddress(parsing: text(.provisioningURL)) }
  /// `USER:PASSWORD` there; empty when none is set.
  public var provisioningCredentials: Text {
    let user = text(.provisioningUser)
    return user.isEmpty ? [] : user + Text(":") + text(.provisioningPassword)
  }
  /// The public key that a fetched configuration is signed for; empty when none is set.
  public var provisioningKey: Text { text(.provisioningKey) }
  /// How often a new configuration is asked for; `nil` is at the start only.
  public var provisioningInterval: Duration? {
    let minutes = number(.provisioningInterval)
    return minutes == 0 ? nil : .seconds(60 * minutes)
  }
  /// The longest random wait before that.
  public var provisioningSpread: Duration { .seconds(number(.provisioningSpread)) }
  /// How long a fetched configuration is on trial.
  public var provisioningConfirmMinutes: UInt8 { UInt8(number(.provisioningConfirm)) }
  /// Whom TLS trusts.
  public var tlsTrust: Text { text(.tlsTrust) }
  /// Our own certificate; empty without one.
  public var tlsCertificate: Text { text(.tlsCertificate) }
  /// Its private key; empty without one.
  public var tlsKey: Text { text(.tlsKey) }
  /// How long a console may be silent; `nil` is for ever.
  public var consoleIdle: Duration? {
    let minutes = number(.consoleIdle)
    return minutes == 0 ? nil : .seconds(60 * minutes)
  }
  /// Where `tipring shell` finds the box.
  public var consoleSocket: Text { text(.consoleSocket) }

  /// How many UDP ports each port of the box has for its media: four pairs of RTP and RTCP.
  ///
  /// The first pair carries the call; the others are kept for a waiting call and a conference.
  public static let mediaPortsPerPort = 8

  /// The UDP ports for the media of a port, beginning with an even one.
  public func mediaPorts(of port: UInt8) -> Range<Int> {
    let first = number(.mediaPortBase) + Self.mediaPortsPerPort * (Int(port) - 1)
    return first..<first + Self.mediaPortsPerPort
  }

  /// The ports for which something is set, by number.
  public var ports: [PortConfiguration] { portNumbers.map { PortConfiguration(self, $0) } }

  /// The ports in service, by number.
  public var enabledPorts: [PortConfiguration] { ports.filter { $0.isEnabled } }

  func text(_ parameter: Parameter, port: UInt8 = 0) -> Text {
    guard case .text(let text) = value(parameter, port: port) else { return [] }
    return text
  }

  func number(_ parameter: Parameter) -> Int {
    guard case .number(let number) = value(parameter) else { return 0 }
    return number
  }

  private func server(_ parameter: Parameter) -> ServerName? {
    switch value(parameter) {
    case .endpoint(let endpoint): .endpoint(endpoint)
    case .host(let name, let port): .host(name, port: port)
    default: nil
    }
  }

  func endpoint(_ parameter: Parameter) -> Endpoint {
    guard case .endpoint(let endpoint) = value(parameter) else { return Endpoint(.v4(0), 0) }
    return endpoint
  }
}

/// The parameters of one network interface of ours.
public struct NetworkConfiguration: Equatable, Sendable {
  /// The device that carries it.
  public let device: Text
  /// Its VLAN; `nil` when frames are untagged.
  public let vlan: UInt16?
  /// Its address with the length of the network's prefix; `nil` asks a DHCP server.
  public let address: (address: IPAddress, prefix: UInt8)?
  /// Where packets to other networks go.
  public let gateway: IPAddress?
  /// Its own hardware address, six octets.
  public let hardwareAddress: Text?
  /// The largest packet.
  public let mtu: UInt16?

  init?(
    _ configuration: Configuration, _ interface: Parameter, _ vlan: Parameter,
    _ address: Parameter, _ gateway: Parameter, mac: Parameter? = nil, mtu: Parameter? = nil
  ) {
    device = configuration.text(interface)
    guard !device.isEmpty else { return nil }
    func number(_ parameter: Parameter?) -> UInt16? {
      guard let parameter, configuration.value(parameter) != nil else { return nil }
      return UInt16(configuration.number(parameter))
    }
    self.vlan = number(vlan)
    self.mtu = number(mtu)
    self.address = interfaceAddress(configuration.text(address))
    self.gateway =
      configuration.value(gateway) == nil ? nil : configuration.endpoint(gateway).address
    hardwareAddress = mac.flatMap { Config.hardwareAddress(configuration.text($0)) }
  }

  /// Whether both say the same.
  public static func == (a: NetworkConfiguration, b: NetworkConfiguration) -> Bool {
    a.device == b.device && a.vlan == b.vlan && a.address?.address == b.address?.address
      && a.address?.prefix == b.address?.prefix && a.gateway == b.gateway
      && a.hardwareAddress == b.hardwareAddress && a.mtu == b.mtu
  }
}

/// The parameters of one port.
public struct PortConfiguration: Equatable, Sendable {
  /// The port's number, from 1.
  public let number: UInt8
  /// Whether the port is in service.
  public let isEnabled: Bool
  /// The telephone number.
  public let telephoneNumber: Text
  /// The digest user name: what was set, or the telephone number.
  public let user: Text
  /// The digest password; empty when none is set.
  public let password: Text
  /// The key K of AKA in octets; empty when none is set.
  public let agreementKey: Text
  /// The constant of AKA in octets, OPc or else OP; empty when none is set.
  public let agreementConstant: Text
  /// Whether the constant is OPc.
  public let hasOPc: Bool
  /// The name that the called party sees; empty when none is set.
  public let displayName: Text
  /// Whether the network is asked to withhold who calls.
  public let isPrivate: Bool
  /// The codecs, best first; `nil` leaves them to the country profile.
  public let codecs: [Codec]?
  /// How caller ID is sent; `nil` leaves it to the country profile.
  public let callerID: CallerIDChoice?
  /// Whether the telephone has a lamp for messages that listens for FSK.
  public let hasMessageLamp: Bool
  /// The frequency of the ring current; `nil` leaves it to the country profile.
  public let ringHertz: UInt8?
  /// The simulated line's socket.
  public let lineSocket: Text

  init(_ configuration: Configuration, _ number: UInt8) {
    self.number = number
    isEnabled = configuration.value(.portEnable, port: number) == .on
    telephoneNumber = configuration.text(.portNumber, port: number)
    let user = configuration.text(.portUser, port: number)
    self.user = user.isEmpty ? telephoneNumber : user
    password = configuration.text(.portPassword, port: number)
    agreementKey = octets(configuration.text(.portAKAKey, port: number)) ?? []
    let opc = configuration.text(.portAKAOPc, port: number)
    hasOPc = !opc.isEmpty
    let constant = opc.isEmpty ? configuration.text(.portAKAOP, port: number) : opc
    agreementConstant = octets(constant) ?? []
    displayName = configuration.text(.portDisplayName, port: number)
    isPrivate = configuration.value(.portPrivacy, port: number) == .choice(1)
    if case .choices(let places) = configuration.value(.portCodec, port: number) {
      codecs = places.compactMap { Codec(rawValue: $0) }
    } else {
      codecs = nil
    }
    if case .choice(let place) = configuration.value(.portCallerID, port: number) {
      callerID = CallerIDChoice(rawValue: place)
    } else {
      callerID = nil
    }
    hasMessageLamp = configuration.value(.portMessageLamp, port: number) == .choice(1)
    if case .number(let hertz) = configuration.value(.portRingHertz, port: number) {
      ringHertz = UInt8(hertz)
    } else {
      ringHertz = nil
    }
    lineSocket = configuration.text(.portLineSimulator, port: number)
  }
}
