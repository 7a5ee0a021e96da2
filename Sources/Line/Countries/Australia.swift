extension CountryProfile {
  /// Australia: tones as the Asterisk and DAHDI tables agree on them.
  ///
  /// Unconfirmed: levels, the flash window. The tone for an unregistered port is ours.
  public static var australia: CountryProfile {
    var profile = CountryProfile(
      code: "au", name: "Australia",
      tones: ToneRows(
        dial: "413+438",
        stutterDial: "413+438/100,0/40",
        ringback: "413+438/400,0/200,413+438/400,0/2000",
        busy: "425/375,0/375",
        congestion: "425/375,0/375,420/375,0/375",
        vacant: "425/2500,0/500",
        noAnswer: "425/375,0/375",
        unregistered: "425/100,0/900",
        callWaiting: "425/200,0/200,425/200,0/4400",
        confirmation: "!425/100,!0/100,!425/100,!0/100,!425/100",
        howler: "1500@-9"))
    profile.ringCadence = RingCadence(doubleOnMs: 400, gapMs: 200, offMs: 2000)
    profile.loopTiming = LoopTiming(flashMs: 80...140)
    profile.emergencyNumbers = [EmergencyNumber("000"), EmergencyNumber("112")]
    return profile
  }
}
