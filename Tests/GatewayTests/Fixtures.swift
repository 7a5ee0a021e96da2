import Base
import Config
import Gateway
import Line
import MediaControl

extension Text {
  /// The bytes of a text of the test.
  init(_ string: String) { self = Array(string.utf8) }
}

/// The text that bytes spell.
func string(_ text: Text) -> String { String(decoding: text, as: UTF8.self) }

/// A box of the tests: 6001 and 6002 are the ports of the first one, 6003 and 6004 of the second.
///
/// Its digit map knows when a number of four digits is complete.
///
/// `settings` are lines more, which may take the place of one of these.
func configuration(
  box: Int, ports: Int = 2, domain: String = "ims.example", settings: [String] = []
) -> Configuration {
  var lines = [
    "hostname box\(box + 1)", "sip server 192.0.2.1", "sip domain \(domain)",
    "sip local 192.0.2.\(101 + box)", "sip expires 600", "digit-map (6xxx|9xxx|11[09]|0xx.T)",
  ]
  for port in 1...ports {
    let number = 6000 + box * 2 + port
    lines += [
      "port \(port) enable", "port \(port) number \(number)", "port \(port) password secret",
      "port \(port) display-name \"Room \(number)\"", "port \(port) line simulator /run/p\(port)",
    ]
  }
  if settings.contains(where: { $0.hasPrefix("network ") }) {
    lines.removeAll { $0.hasPrefix("sip local ") }
  }
  if settings.contains("no sip server") { lines.removeAll { $0.hasPrefix("sip server ") } }
  lines = settings.filter { $0 != "no sip server" } + lines
  let checks = ConfigurationChecks(countries: [Text("cn")]) { _ in nil }
  let (configuration, mistakes) = Configuration.read(
    Text(lines.joined(separator: "\n")), checks: checks)
  precondition(mistakes.isEmpty, "the tests' own configuration is wrong")
  return configuration
}

/// A box with one port, 6001, on a simulated line; `settings` are the other lines of its file.
func gatewayOfOnePort(_ settings: String, into out: inout Outbox<GatewayOutput>) -> Gateway {
  let text = settings + "port 1 enable\nport 1 number 6001\nport 1 line simulator /p\n"
  let checks = ConfigurationChecks(countries: [Text("cn")]) { _ in nil }
  let (configuration, mistakes) = Configuration.read(Text(text), checks: checks)
  precondition(mistakes.isEmpty, "\(mistakes)")
  return Gateway(
    configuration, version: [],
    wallClock: WallClock(utcNanoseconds: 0, utcOffsetSeconds: 0, at: .zero),
    seed: (1, 2, 3, 4), now: .zero, into: &out)
}

/// A description with CRLF line ends of a far party at 192.0.2.9.
func farDescription(formats: String = "8 101") -> Text {
  let lines = [
    "v=0", "o=far 7 1 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.9", "t=0 0",
    "m=audio 4000 RTP/AVP \(formats)", "a=rtpmap:8 PCMA/8000", "a=rtpmap:18 G729/8000",
    "a=rtpmap:101 telephone-event/8000", "a=ptime:20",
  ]
  return Text(lines.joined(separator: "\r\n") + "\r\n")
}

/// The name of the first Chinese tone that sounds so; China's busy and no-answer tones are the same.
func name(of tone: Tone) -> String {
  let name = CallProgressTone.allCases.first { CountryProfile.china.tone($0).sounds(like: tone) }
  return name.map { "\($0)" } ?? "a tone that China does not have"
}

extension Tone {
  fileprivate func sounds(like other: Tone) -> Bool {
    count == other.count && repeatFrom == other.repeatFrom
      && (0..<Int(count)).allSatisfy { segments[$0] == other.segments[$0] }
  }
}
