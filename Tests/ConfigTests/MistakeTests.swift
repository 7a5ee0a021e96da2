import Base
import Board
import Config
import Testing

/// What a person reads when a line is wrong: every kind of mistake is a row.
@Suite("Mistakes")
struct MistakeTests {
  struct Row: Sendable {
    let line: String
    let report: String
  }

  /// Each line stands as line 6 behind a configuration that has no mistake.
  static let rows = [
    // Words.
    Row(
      line: "porto 1 enable",
      report: "line 6, column 1: 'porto' is not a command: did you mean 'port'?"),
    Row(
      line: "  contry cn",
      report: "line 6, column 3: 'contry' is not a command: did you mean 'country'?"),
    Row(
      line: "sip srever 127.0.0.1",
      report: "line 6, column 5: sip: 'srever' is not known here: did you mean 'server'?"),
    Row(
      line: "timers fnord 5",
      report: "line 6, column 8: timers: 'fnord' is not known here: one of first-digit, "
        + "inter-digit, short"),
    Row(
      line: "media jitter",
      report: "line 6, column 13: media jitter: a word is missing: one of min, max"),
    Row(line: "port", report: "line 6, column 5: port: a port number is missing"),
    Row(
      line: "port 2",
      report: "line 6, column 7: port 2: a word is missing: one of enable, number, user, password, "
        + "aka, display-name, privacy, codec, caller-id, message-lamp, "
        + "ring-hertz, line"),
    Row(
      line: "port 33 enable", report: "line 6, column 6: port: '33' is not a port number: 1 to 32"),
    Row(line: "port 0 enable", report: "line 6, column 6: port: '0' is not a port number: 1 to 32"),
    Row(
      line: "port one enable",
      report: "line 6, column 6: port: 'one' is not a port number: 1 to 32"),
    Row(
      line: "port 2 nubmer 12",
      report: "line 6, column 8: port 2: 'nubmer' is not known here: did you mean 'number'?"),
    Row(line: "\u{1B}[A", report: "line 6, column 1: a control character does not belong here"),
    Row(
      line: "hostname a\u{7F}b",
      report: "line 6, column 11: a control character does not belong here"),
    Row(line: "port 1 user \"a b", report: "line 6, column 13: the quote is never closed"),
    Row(
      line: "port 1 user a\"b\"",
      report: "line 6, column 14: a quote may only open and close a whole word; inside one, write "
        + "\\\""),
    Row(
      line: "hostname " + String(repeating: "x", count: 600),
      report: "line 6, column 513: the line is longer than 512 bytes"),

    // Values.
    Row(
      line: "port 2 number 12a4",
      report:
        "line 6, column 15: port 2 number: '12a4' is not a telephone number: up to 32 digits, "
        + "optionally + in front"),
    Row(
      line: "port 2 number +",
      report: "line 6, column 15: port 2 number: '+' is not a telephone number: up to 32 digits, "
        + "optionally + in front"),
    Row(
      line: "port 2 number 6002 6003",
      report: "line 6, column 20: port 2 number: '6003' is a word too many"),
    Row(
      line: "port 2 number",
      report:
        "line 6, column 14: port 2 number: a value is missing: up to 32 digits, optionally + in "
        + "front"),
    Row(
      line: "port 2 enable now",
      report: "line 6, column 15: port 2 enable: 'now' is a word too many"),
    Row(
      line: "port 2 display-name Front desk",
      report: "line 6, column 27: port 2 display-name: 'desk' is a word too many: put a value with "
        + "spaces in quotes"),
    Row(
      line: "port 2 display-name \"\"",
      report: "line 6, column 21: port 2 display-name: the value is empty: text of at most 64 bytes"
    ),
    Row(
      line: "country cm",
      report: "line 6, column 9: country: 'cm' is not a country that this firmware "
        + "knows: did you mean 'cn'?"),
    Row(
      line: "country atlantis",
      report:
        "line 6, column 9: country: 'atlantis' is not a country that this firmware knows: one "
        + "of cn, us, uk"),
    Row(
      line: "sip expires 5",
      report: "line 6, column 13: sip expires: '5' is out of range: 60 to 600000 s"),
    Row(
      line: "sip expires 99999999999999999999",
      report:
        "line 6, column 13: sip expires: '99999999999999999999' is out of range: 60 to 600000 s"),
    Row(
      line: "sip expires -60",
      report: "line 6, column 13: sip expires: '-60' is not a number: 60 to 600000 s"),
    Row(
      line: "sip profile 3gpp",
      report: "line 6, column 13: sip profile: '3gpp' is not known: one of rfc3261, ims"),
    Row(
      line: "sip access-network GPON;",
      report: "line 6, column 20: sip access-network: 'GPON;' is not a P-Access-Network-Info such "
        + "as GPON;fiber-location=\"A7\""),
    Row(
      line: "sip access-network GPON;network-provided",
      report: "line 6, column 20: sip access-network: 'GPON;network-provided' is not a "
        + "P-Access-Network-Info such as GPON;fiber-location=\"A7\""),
    Row(
      line: "media port-base 16385",
      report: "line 6, column 17: media port-base: '16385' is odd: an even number, 1024 to 65280"),
    Row(
      line: "media dscp 64", report: "line 6, column 12: media dscp: '64' is out of range: 0 to 63"),
    Row(
      line: "metrics port 0",
      report: "line 6, column 14: metrics port: '0' is out of range: 1 to 65535"),
    Row(
      line: "timers short 0.25",
      report:
        "line 6, column 14: timers short: '0.25' is out of range: 0.5 to 30 s, decimals allowed"),
    Row(
      line: "timers short 1.2345",
      report: "line 6, column 14: timers short: '1.2345' is not a time in seconds: 0.5 to 30 s, "
        + "decimals allowed"),
    Row(
      line: "timers short 2.",
      report:
        "line 6, column 14: timers short: '2.' is not a time in seconds: 0.5 to 30 s, decimals "
        + "allowed"),
    Row(
      line: "digit-map (0|?)",
      report: "line 6, column 14: digit-map: not a digit map: '?' is not a digit-map character"),
    Row(
      line: "digit-map \"(0|?)\"",
      report: "line 6, column 15: digit-map: not a digit map: '?' is not a digit-map character"),
    Row(
      line: "console socket run/console",
      report: "line 6, column 16: console socket: 'run/console' is not an absolute path of at most "
        + "107 bytes"),
    Row(
      line: "hostname -box-",
      report: "line 6, column 10: hostname: '-box-' is not a host name or an IP address"),
    Row(
      line: "hostname 1.2.3",
      report: "line 6, column 10: hostname: '1.2.3' is not a host name or an IP address"),
    Row(
      line: "port 1 codec pcma g729",
      report: "line 6, column 19: port 1 codec: 'g729' is not known: one of pcma, pcmu"),
    Row(
      line: "port 1 codec pcma pcma",
      report: "line 6, column 19: port 1 codec: 'pcma' is there twice"),
    Row(
      line: "port 1 codec",
      report: "line 6, column 13: port 1 codec: a value is missing: one or more of pcma, pcmu"),
    Row(
      line: "port 1 caller-id bell2O2",
      report: "line 6, column 18: port 1 caller-id: 'bell2O2' is not known: did you mean 'bell202'?"
    ),

    // Several values together.
    Row(
      line: "port 1 number 6009",
      report: "line 6, column 1: port 1 number is already set in line 4"),
    Row(
      line: "port 2 number 6001",
      report: "line 6, column 15: port 2 number: the same number as port 1"),
    Row(
      line: "port 2 line simulator /run/p1",
      report: "line 6, column 23: port 2 line simulator: the same socket as port 1"),
    Row(
      line: "console socket /run/p1",
      report: "line 5, column 23: port 1 line simulator: the same socket as the console"),
    Row(
      line: "port 3 enable",
      report: "line 6: port 3 number is missing, and the port is enabled\n"
        + "line 6: port 3 line simulator is missing, and the port is enabled"),
    Row(
      line: "media jitter min 100\nmedia jitter max 60",
      report:
        "line 6, column 18: media jitter min: the shortest delay, 100 ms, is above the longest, "
        + "60 ms"),
    Row(
      line: "sip session expires 300\nsip session minimum 600",
      report:
        "line 7, column 21: sip session minimum: the shortest interval, 600 s, is above the one "
        + "asked for, 300 s"),
    Row(
      line: "sip session minimum 89",
      report: "line 6, column 21: sip session minimum: '89' is out of range: 90 to 86400 s"),
    Row(
      line: "sip 100rel always",
      report:
        "line 6, column 12: sip 100rel: 'always' is not known: one of off, supported, preferred"),
    Row(
      line: "sip scheme sips",
      report: "line 6, column 12: sip scheme: sips takes sip transport tls beside it"),
    Row(
      line: "sip outbound always",
      report: "line 6, column 14: sip outbound: 'always' is not known: one of off, stream, on"),
    Row(
      line: "sip security-agreement media",
      report: "line 6, column 24: sip security-agreement: media takes sip srtp beside it"),
    Row(
      line: "sip security-agreement tls",
      report: "line 6, column 24: sip security-agreement: tls takes sip transport tls beside it"),
    Row(
      line: "sip trunk password secret",
      report: "line 6, column 20: sip trunk password: takes sip trunk name beside it"),
    Row(
      line: "sip message-waiting on",
      report:
        "line 6, column 21: sip message-waiting: 'on' is not known: one of off, unsolicited, "
        + "subscribe"),
    Row(
      line: "sip fax-reinvite t38",
      report: "line 6, column 18: sip fax-reinvite: 't38' is not known: one of off, on"),
    Row(
      line: "sip ua-profile subscribe",
      report: "line 6, column 16: sip ua-profile: 'subscribe' is not known: one of off, on"),
    Row(
      line: "sip quality-collector q@example.net",
      report:
        "line 6, column 23: sip quality-collector: 'q@example.net' is not a SIP URI such as "
        + "sip:quality@example.net"),
    Row(
      line: "sip quality-collector sip:q@bad_host",
      report:
        "line 6, column 23: sip quality-collector: 'sip:q@bad_host' is not a SIP URI such as "
        + "sip:quality@example.net"),
    Row(
      line: "media port-base 5058",
      report:
        "line 6, column 17: media port-base: the ports up to 5065 hold 5060, where SIP listens"),
    Row(
      line: "port 1 ring-hertz 60",
      report: "line 6, column 19: port 1 ring-hertz: '60' is out of range: 16 to 50 Hz"),
    Row(
      line: "port 1 password <hidden>",
      report:
        "line 6, column 17: port 1 password: <hidden> keeps the secret that is set, but none is: "
        + "write it out here"),
  ]

  @Test(arguments: rows)
  func lineIsReported(row: Row) {
    #expect(report(minimal(row.line)) == row.report + "\n")
  }

  @Test(arguments: [
    ("sip server 0.0.0.0", "'0.0.0.0' is not the address of one host"),
    ("sip server 224.0.1.75", "'224.0.1.75' is not the address of one host"),
    ("sip server 255.255.255.255", "'255.255.255.255' is not the address of one host"),
    ("sip server ::", "'::' is not the address of one host"),
    ("sip server ff02::1", "'ff02::1' is not the address of one host"),
    (
      "sip server nowhere",
      "'nowhere' is no address such as 192.0.2.1 and no name such as sbc.example.net"
    ),
    (
      "sip server sbc..example",
      "'sbc..example' is no address such as 192.0.2.1 and no name such as sbc.example.net"
    ),
    (
      "sip server 192.0.2",
      "'192.0.2' is no address such as 192.0.2.1 and no name such as sbc.example.net"
    ),
    ("sip server sbc.example.net port 0", "'0' is out of range: 1 to 65535"),
    (
      "sip server sbc.example.net 5060",
      "'5060' is not expected here: ADDRESS or NAME [port N], an address without port 5060"
    ),
    (
      "sip server 127.0.0.1 5060",
      "'5060' is not expected here: ADDRESS or NAME [port N], an address without port 5060"
    ),
    ("sip server 127.0.0.1 port", "a value is missing: 1 to 65535"),
    ("sip server 127.0.0.1 port 0", "'0' is out of range: 1 to 65535"),
    ("sip server 127.0.0.1 port 5060 udp", "'udp' is a word too many"),
    (
      "sip server",
      "a value is missing: ADDRESS or NAME [port N], an address without port 5060"
    ),
  ])
  func addressIsReported(line: String, reason: String) throws {
    let text = minimal().split(separator: 0x0A).dropFirst().joined(separator: [0x0A])
    let mistakes = Configuration.read(Text(line + "\n") + text, checks: checks).mistakes
    #expect(mistakes.count == 1)
    #expect(string(try #require(mistakes.kept.first).reason) == "sip server: " + reason)
  }

  @Test func endpointsMustFitTogether() {
    let port = "\nport 1 enable\nport 1 number 1\nport 1 line simulator /p"
    #expect(
      report(Text("sip server 127.0.0.1\nsip local 127.0.0.1" + port))
        == "line 2, column 11: sip local: the box and its SBC cannot have the same address\n")
    #expect(
      report(Text("sip server ::1\nsip local 127.0.0.1" + port))
        == "line 2, column 11: sip local: one of IPv4 and IPv6, but sip server has the other\n")
    #expect(
      report(Text("sip server ::1\nsip local ::2 port 16390" + port))
        == "line 2, column 11: sip local: the ports up to 16391 hold 16390, where SIP listens\n")
  }

  @Test(arguments: [
    (
      "network vlan 4095",
      "line 6, column 14: network vlan: '4095' is out of range: 1 to 4094"
    ),
    (
      "network vlan 100",
      "line 6, column 14: network vlan: without network interface it has no effect"
    ),
    (
      "network interface eth0",
      "line 2, column 11: sip local: the voice interface has the address: set network address and "
        + "sip port"
    ),
    (
      "network address 10.0.0.1",
      "line 6, column 17: network address: '10.0.0.1' is not dhcp, or an IP address with its "
        + "prefix: 192.0.2.1/24"
    ),
    (
      "network address 10.0.0.1/33",
      "line 6, column 17: network address: '10.0.0.1/33' is not dhcp, or an IP address with its "
        + "prefix: 192.0.2.1/24"
    ),
    (
      "network mac 01:00:5e:00:00:01",
      "line 6, column 13: network mac: '01:00:5e:00:00:01' is not the hardware address of one host: "
        + "02:00:5e:10:00:01"
    ),
    (
      "management vlan 7",
      "line 6, column 17: management vlan: without management interface it has no effect"
    ),
  ])
  func networkIsReported(line: String, report wanted: String) {
    #expect(report(minimal(line)) == wanted + "\n")
  }

  @Test func aManagedNetworkIsCheckedAsAWhole() {
    let port = "\nport 1 enable\nport 1 number 1\nport 1 line simulator /p"
    #expect(report(Text("network interface eth0\nsip domain a.example" + port)) == "")
    #expect(
      report(Text("network interface eth0" + port)) == "sip domain is missing\n")
    #expect(
      report(Text("network interface eth0\nnetwork address 10.0.0.1/24" + port))
        == "sip server is missing\n")
    // Of IPv6 a DHCPv6 server tells it, and DNS servers too.
    let wide = "network interface eth0\nnetwork address fd00::2/64\n"
    #expect(report(Text(wide + "sip domain a.example" + port)) == "")
    #expect(
      report(Text(wide + "sip domain a.example\nsip backup-server b.example" + port)) == "")
    #expect(report(Text(wide + "sip server a.example" + port)).contains("network dns is missing"))
    #expect(report(Text(wide + port)) == "sip domain is missing\n")
    #expect(
      report(
        Text(
          "network interface eth0\nnetwork address ::2/64\nnetwork mtu 1400\n"
            + "management interface eth0\nsip server 10.0.0.1" + port)) == """
          line 3, column 13: network mtu: only an interface with a VLAN has its own: network vlan is missing
          line 4, column 22: management interface: the same device and VLAN as voice
          line 5, column 12: sip server: one of IPv4 and IPv6, but network address has the other

          """)
  }

  @Test func namesWantADNSServer() {
    let fixed = "network interface eth0\nnetwork address 10.0.0.1/24\n"
    let port = "\nport 1 enable\nport 1 number 1\nport 1 line simulator /p"
    #expect(
      report(Text(fixed + "sip server a.example\nsip backup-server b.example" + port)) == """
        line 3, column 12: sip server: a name wants a DNS server: network dns is missing
        line 4, column 19: sip backup-server: a name wants a DNS server: network dns is missing

        """)
    #expect(report(Text(fixed + "network dns 10.0.0.9\nsip server a.example" + port)) == "")
    #expect(report(Text("network interface eth0\nsip server a.example" + port)) == "")
    #expect(
      report(Text(fixed + "network dns ::1\nsip server a.example" + port))
        == "line 3, column 13: network dns: one of IPv4 and IPv6, but network address has the other\n"
    )
  }

  @Test func namesAreKeptInSmallLetters() {
    let read = Configuration.read(
      Text("sip server SBC.Example.NET port 5070\nsip local 127.0.0.2"), checks: checks)
    #expect(read.configuration.sipServer == .host(Text("sbc.example.net"), port: 5070))
    #expect(read.configuration.sipDomain == Text("sbc.example.net"))
  }

  @Test func anEmptyFileSaysWhatIsMissing() {
    #expect(
      report(Text("! nothing\n\r\n   # here\n")) == """
        sip server is missing
        sip local is missing
        no port is in service: 'port 1 enable' is missing

        """)
  }

  @Test func theBoardLimitsThePorts() {
    let board = BoardDescription(name: Text("sim"), driver: .simulator, ports: 2)
    #expect(
      report(minimal("port 3 enable"), board: board)
        == "line 6, column 6: port: '3' is not a port number: the board sim has ports 1 to 2\n")
  }

  @Test func onlySimulatedLinesHaveSockets() {
    let sim = BoardDescription(name: Text("sim"), driver: .simulator, ports: 2)
    let circuits = BoardDescription(name: Text("box"), driver: .slic, ports: 2)
    let bare = Text("sip server 127.0.0.1\nsip local 127.0.0.2\nport 1 enable\nport 1 number 1")
    #expect(report(bare, board: circuits) == "")
    #expect(
      report(bare, board: sim)
        == "line 3: port 1 line simulator is missing, and the port is enabled\n")
    #expect(
      report(minimal(), board: circuits)
        == "line 5, column 23: port 1 line simulator: the board's lines are real: its description "
        + "says driver slic\n")
  }

  @Test func everyMistakeOfAFileComesInTheOrderOfTheLines() {
    let text = Text(
      """
      sip server nowhere

      port 1 enable
      port 1 line simulator /run/p1
      port 2 number 6002
      port 3 number 6002
      bogus
      """)
    #expect(
      report(text) == """
        line 1, column 12: sip server: 'nowhere' is no address such as 192.0.2.1 and no name such as \
        sbc.example.net
        line 3: port 1 number is missing, and the port is enabled
        line 6, column 15: port 3 number: the same number as port 2
        line 7, column 1: 'bogus' is not a command: one of hostname, language, country, network, management, \
        sip, media, digit-map, emergency-numbers, timers, syslog, tls, provisioning, metrics, console, port
        sip local is missing

        """)
  }

  @Test func aHundredMistakesAreEnough() {
    let text = minimal() + Text(String(repeating: "x\n", count: 2345))
    let lines = report(text).split(separator: "\n")
    #expect(lines.count == 101)
    #expect(lines.last == "and 2245 more")
  }

  @Test func aHugeFileIsRefusedAsAWhole() {
    let text = minimal() + Text(repeating: UInt8(ascii: "\n"), count: 65_536)
    #expect(report(text) == "the file is longer than 65536 bytes and was not read\n")
    #expect(report(minimal() + Text(repeating: 0x0A, count: 65_536 - minimal().count)) == "")
  }

  @Test func filesOfOtherEditorsAreRead() {
    let text = String(decoding: minimal("port 1 display-name 前台"), as: UTF8.self)
    let windows = text.replacing("\n", with: "\r\n").replacing(" ", with: " \t ") + " \t \r\n"
    let bytes: Text = [0xEF, 0xBB, 0xBF] + Text(windows)
    #expect(report(bytes) == "")
    #expect(
      Configuration.read(bytes, checks: checks).configuration
        == Configuration.read(Text(text), checks: checks).configuration)
    #expect(report(minimal("port 1 user 前台 é x")).hasPrefix("line 6, column 16: "))
    #expect(
      report(minimal() + [0x78, 0xC3, 0x28])
        == "line 6, column 2: the text is not UTF-8 from here on\n")
  }
}
