import Base
import Call
import MediaControl
import SIPAgent

@testable import Line

/// A point on a test's own time line.
func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

/// A description with CRLF line ends.
func description(_ lines: String...) -> Text {
  Text((lines.joined(separator: "\r\n") + "\r\n").utf8)
}

/// A description of the far party with G.711 and events at 192.0.2.9.
func remote(
  version: Int = 1, port: Int = 4000, formats: String = "8 0 101", direction: String = "sendrecv"
) -> Text {
  description(
    "v=0", "o=far 7 \(version) IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.9", "t=0 0",
    "m=audio \(port) RTP/AVP \(formats)", "a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=\(direction)")
}

/// A description that offers nothing but G.729.
let foreign = description(
  "v=0", "o=far 7 1 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.9", "t=0 0",
  "m=audio 4000 RTP/AVP 18", "a=rtpmap:18 G729/8000")

let caller = Caller(number: Text("13800138000"), displayName: [], isAnonymous: false)

extension CountryProfile {
  /// China's times with tones that can be told apart: 100 Hz for the first, 200 for the next.
  static var telltale: CountryProfile {
    var profile = CountryProfile(
      code: "xx", name: "Test",
      tones: ToneRows(
        dial: "100", stutterDial: "200", ringback: "300", busy: "400", congestion: "500",
        vacant: "600", noAnswer: "700", unregistered: "800", callWaiting: "900",
        confirmation: "1000", howler: "1100"))
    profile.loopTiming = CountryProfile.china.loopTiming
    return profile
  }
}

/// The name of a tone of the telltale country.
func name(of tone: Tone) -> String {
  let index = Int(tone.segments[0].components[0].hertz) / 100 - 1
  return CallProgressTone.allCases.indices.contains(index)
    ? "\(CallProgressTone.allCases[index])" : "nothing"
}
