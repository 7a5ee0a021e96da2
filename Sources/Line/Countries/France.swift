extension CountryProfile {
  /// France: tones of E.180 Supplement 2.
  ///
  /// Unconfirmed: levels, the flash window, the howler. The tone for an unregistered port is ours.
  public static var france: CountryProfile {
    var profile = CountryProfile(
      code: "fr", name: "France",
      tones: ToneRows(
        dial: "440",
        stutterDial: "!440/100,!0/100,!440/100,!0/100,!440/100,!0/100,440",
        ringback: "440/1500,0/3500",
        busy: "440/500,0/500",
        congestion: "440/250,0/250",
        vacant: "!950/330,!1400/330,!1800/330,!0/1000,440/250,0/250",
        noAnswer: "440/500,0/500",
        unregistered: "440/100,0/900",
        callWaiting: "440/300,0/10000",
        confirmation: "!440/100,!0/100,!440/100,!0/100,!440/100",
        howler: "1400@-9+2060@-9+2450@-9+2600@-9/100,0/100"))
    profile.ringCadence = RingCadence(onMs: 1500, offMs: 3500)
    profile.ringHz = 50
    profile.loopTiming = LoopTiming(flashMs: 200...320)
    profile.callerIDScheme = .v23
    profile.emergencyNumbers = [
      EmergencyNumber("112"), EmergencyNumber("15", "sos.ambulance"),
      EmergencyNumber("17", "sos.police"), EmergencyNumber("18", "sos.fire"),
    ]
    return profile
  }
}
