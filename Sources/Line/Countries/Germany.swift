extension CountryProfile {
  /// Germany: tones of E.180 Supplement 2, level of a vendor's profile.
  ///
  /// Unconfirmed: the flash window, the howler. The tone for an unregistered port is ours.
  public static var germany: CountryProfile {
    var profile = CountryProfile(
      code: "de", name: "Germany",
      tones: ToneRows(
        dial: "425",
        stutterDial: "400+425",
        ringback: "425/1000,0/4000",
        busy: "425/480,0/480",
        congestion: "425/240,0/240",
        vacant: "950/330,1400/330,1800/330,0/1000",
        noAnswer: "425/480,0/480",
        unregistered: "425/100,0/900",
        callWaiting: "425/200,0/200,425/200,0/5000",
        confirmation: "!425/100,!0/100,!425/100,!0/100,!425/100",
        howler: "1400@-9+2060@-9+2450@-9+2600@-9/100,0/100"))
    profile.toneLevelDBm0 = -16
    profile.loopTiming = LoopTiming(flashMs: 80...200)
    profile.callerIDScheme = .v23
    profile.emergencyNumbers = [EmergencyNumber("112"), EmergencyNumber("110", "sos.police")]
    return profile
  }
}
