extension CountryProfile {
  /// China: tones of GB 3380-1982 as ITU-T E.180 Supplement 2 lists them.
  ///
  /// Unconfirmed, to be provisioned: the flash window, the steps of the howler, the length of busy
  /// tone before the howler, the DTMF caller ID codes. The tone for an unregistered port is ours.
  /// RFC 5031 has no service for 122, traffic accidents: its URN is the country's own (RFC 7163).
  public static var china: CountryProfile {
    var profile = CountryProfile(
      code: "cn", name: "China",
      tones: ToneRows(
        dial: "450",
        stutterDial: "450/400,0/40",
        ringback: "450/1000,0/4000",
        busy: "450/350,0/350",
        congestion: "450/700,0/700",
        vacant: "450/100,0/100,450/100,0/100,450/100,0/100,450/400,0/400",
        noAnswer: "450/350,0/350",
        unregistered: "450/100,0/900",
        callWaiting: "450/400,0/4000",
        confirmation: "!450/200,!0/200,!450/200",
        howler: "!950@-20/4000,!950@-14/4000,!950@-8/4000,!950@-4/4000,950@0"))
    profile.toneLevelDBm0 = -10
    profile.callerIDStart = UInt8(ascii: "D")
    profile.emergencyNumbers = [
      EmergencyNumber("110", "sos.police"), EmergencyNumber("119", "sos.fire"),
      EmergencyNumber("120", "sos.ambulance"),
      EmergencyNumber("122", "sos.country-specific.cn.122"),
    ]
    return profile
  }
}
