extension CountryProfile {
  /// Hong Kong: tones and levels of E.180 Supplement 2.
  ///
  /// Unconfirmed: ring cadence and flash window. The tone for an unregistered port is ours.
  public static var hongKong: CountryProfile {
    var profile = CountryProfile(
      code: "hk", name: "Hong Kong",
      tones: ToneRows(
        dial: "350+440",
        stutterDial: "!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440",
        ringback: "440+480/400,0/200,440+480/400,0/3000",
        busy: "480+620/500,0/500",
        congestion: "480+620/250,0/250",
        vacant: "480+620",
        noAnswer: "480+620/500,0/500",
        unregistered: "480+620/100,0/900",
        callWaiting: "440@-10/500,0/500,440@-10/500,0/500,440@-10/500,0/8000",
        confirmation: "!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100",
        howler: "1400@-9+2060@-9+2450@-9+2600@-9/100,0/100"))
    profile.toneLevelDBm0 = -13
    profile.ringCadence = RingCadence(doubleOnMs: 400, gapMs: 200, offMs: 3000)
    profile.loopTiming = LoopTiming(flashMs: 100...900)
    profile.emergencyNumbers = [EmergencyNumber("999"), EmergencyNumber("112")]
    return profile
  }
}
