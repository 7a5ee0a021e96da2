internal import MediaControl

extension CountryProfile {
  /// Japan: tones of E.180 Supplement 2.
  ///
  /// Unconfirmed: levels, the flash window, the howler. The tone for an unregistered port is ours.
  /// Caller ID is off: the country's own procedure needs the receiver to answer before the data.
  public static var japan: CountryProfile {
    var profile = CountryProfile(
      code: "jp", name: "Japan",
      tones: ToneRows(
        dial: "400",
        stutterDial: "!400/100,!0/100,!400/100,!0/100,!400/100,!0/100,400",
        ringback: "400*16/1000,0/2000",
        busy: "400/500,0/500",
        congestion: "400/500,0/500",
        vacant: "!950/330,!1400/330,!1800/330,!0/1000,400/500,0/500",
        noAnswer: "400/500,0/500",
        unregistered: "400/100,0/900",
        callWaiting: "400*16/500,0/8000",
        confirmation: "!400/100,!0/100,!400/100,!0/100,!400/100",
        howler: "!400@-18/4000,!400@-12/4000,!400@-6/4000,400@0"))
    profile.law = .muLaw
    profile.ringCadence = RingCadence(onMs: 1000, offMs: 2000)
    profile.ringHz = 16
    profile.loopTiming = LoopTiming(flashMs: 300...1000)
    profile.callerIDScheme = .off
    profile.emergencyNumbers = [
      EmergencyNumber("110", "sos.police"), EmergencyNumber("118", "sos.marine"),
      EmergencyNumber("119", "sos.fire"),
    ]
    return profile
  }
}
