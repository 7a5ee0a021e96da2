internal import MediaControl

extension CountryProfile {
  /// United States: the precise tone plan; levels as E.180 Supplement 2 lists them.
  ///
  /// The off-hook warning follows GR-506-CORE 17.2.8 in frequency and rhythm; its level is below the
  /// standard's because the codec's overload ends at +3.14 dBm0.
  public static var unitedStates: CountryProfile {
    var profile = CountryProfile(
      code: "us", name: "United States",
      tones: ToneRows(
        dial: "350+440",
        stutterDial: "!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440",
        ringback: "440@-19+480@-19/2000,0/4000",
        busy: "480@-24+620@-24/500,0/500",
        congestion: "480@-24+620@-24/250,0/250",
        vacant: "!950/330,!1400/330,!1800/330,!0/1000,480@-24+620@-24/250,0/250",
        noAnswer: "480@-24+620@-24/250,0/250",
        unregistered: "480@-24+620@-24/100,0/900",
        callWaiting: "440/300,0/10000",
        confirmation: "!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100",
        howler: "1400@-9+2060@-9+2450@-9+2600@-9/100,0/100"))
    profile.law = .muLaw
    profile.toneLevelDBm0 = -13
    profile.ringCadence = RingCadence(onMs: 2000, offMs: 4000)
    profile.ringHz = 20
    profile.loopTiming = LoopTiming(flashMs: 300...1100)
    profile.firstDigitSeconds = 16
    profile.emergencyNumbers = [EmergencyNumber("911")]
    return profile
  }
}
