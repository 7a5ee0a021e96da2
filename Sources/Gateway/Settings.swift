internal import Base
internal import Call
internal import Config
internal import Line
internal import MediaControl
internal import SIPAgent

extension UserAgentSettings {
  /// What the configuration says of the SBC and of us.
  init(_ configuration: Configuration) {
    self.init(
      server: configuration.sipServer, local: configuration.sipLocal,
      userAgent: configuration.sipUserAgent)
  }
}

extension Configuration {
  /// One account an enabled port.
  var accounts: [Account] {
    enabledPorts.map { port in
      Account(
        number: port.number, user: port.telephoneNumber, authenticationUser: port.user,
        password: port.password, domain: sipDomain, displayName: port.displayName,
        expiresSeconds: sipExpiresSeconds)
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
    if let wanted = port.codecs { codecs = wanted.map { $0 == .pcma ? .aLaw : .muLaw } }
    dialTimers = DialTimers(
      first: configuration.firstDigitTimeout ?? dialTimers.first,
      long: configuration.interDigitTimeout, short: configuration.shortTimeout)
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
