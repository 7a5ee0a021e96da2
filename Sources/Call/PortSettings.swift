public import Base
public import Line
public import MediaControl

/// What a port must be told before it can make calls.
public struct PortSettings: Sendable {
  /// The port's number, also that of its SIP account.
  public var number: PortNumber
  /// Where the port's RTP arrives, as the far party must see it; RTCP is the next port.
  public var local: Endpoint
  /// The codecs in the order in which they are offered.
  public var codecs: [CompandingLaw]
  /// Whether audio is protected (SRTP).
  public var protection = MediaProtection.off
  /// Whether offers ask for SRTP as far as the SBC.
  public var asksForEdge = false
  /// Whether a call to a modem or a fax machine is offered as one (a re-INVITE).
  public var offersData = true
  /// The country's tones, cadences and times.
  public var profile: CountryProfile
  /// Which numbers can be dialled.
  public var digitMap: DigitMap
  /// How long to wait for a digit.
  public var dialTimers: DialTimers
  /// The numbers that are called before everything else.
  public var emergencyNumbers: EmergencyNumbers
  /// How caller ID is carried on this line.
  public var callerIDScheme: CallerIDScheme
  /// Whether the telephone has a lamp for messages that listens for FSK.
  public var hasMessageLamp = false

  /// Makes the settings of a port with its country's defaults.
  public init(
    number: PortNumber, local: Endpoint, profile: CountryProfile,
    digitMap: DigitMap = .anything
  ) {
    self.number = number
    self.local = local
    self.profile = profile
    self.digitMap = digitMap
    codecs = profile.law == .aLaw ? [.aLaw, .muLaw] : [.muLaw, .aLaw]
    dialTimers = DialTimers(first: .seconds(Int(profile.firstDigitSeconds)))
    emergencyNumbers = EmergencyNumbers(profile.emergencyNumbers)
    callerIDScheme = profile.callerIDScheme
  }
}
