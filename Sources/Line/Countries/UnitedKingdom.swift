extension CountryProfile {
  /// United Kingdom: tones of E.180 Supplement 2, levels of a vendor's profile.
  ///
  /// Caller ID goes before the first ring after a reversal and an alerting signal (SIN 227).
  /// Unconfirmed: the flash window. The tone for an unregistered port is ours.
  public static var unitedKingdom: CountryProfile {
    var profile = CountryProfile(
      code: "uk", name: "United Kingdom",
      tones: ToneRows(
        dial: "350@-22+440@-18",
        stutterDial: "350@-22+440@-18/750,440@-18/750",
        ringback: "400+450/400,0/200,400+450/400,0/2000",
        busy: "400/375,0/375",
        congestion: "400@-25/400,0/350,400@-25/225,0/525",
        vacant: "400",
        noAnswer: "400/375,0/375",
        unregistered: "400/100,0/900",
        callWaiting: "400/100,0/4000",
        confirmation: "!1400/500",
        howler: "1400@-9+2060@-9+2450@-9+2600@-9/100,0/100"))
    profile.toneLevelDBm0 = -18
    profile.ringCadence = RingCadence(doubleOnMs: 400, gapMs: 200, offMs: 2000)
    profile.loopTiming = LoopTiming(flashMs: 60...200)
    profile.callerIDScheme = .v23
    profile.callerIDTiming = .beforeRinging(reversesPolarity: true)
    profile.emergencyNumbers = [EmergencyNumber("999"), EmergencyNumber("112")]
    return profile
  }
}
