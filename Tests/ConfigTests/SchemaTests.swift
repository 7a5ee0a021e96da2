import Base
import Config
import Foundation
import Testing

@Suite("Schema")
struct SchemaTests {
  @Test func everyNameIsFoundAndEveryStandardValueIsAccepted() {
    for parameter in Parameter.allCases {
      let row = parameter.row
      guard let standard = row.standard else { continue }
      var configuration = Configuration()
      let port: UInt8 = row.scope == .port ? 1 : 0
      configuration.set(parameter, port: port, to: standard)
      let text = configuration.text(secrets: .stored)
      #expect(Configuration.read(text, checks: checks).configuration == configuration)
    }
  }

  /// The page is part of the tree, so that a reader needs no tool; the schema decides.
  @Test func referencePageIsUpToDate() throws {
    let page = URL(fileURLWithPath: #filePath)
      .appendingPathComponent("../../../Sources/Config/Config.docc/Parameters.md").standardized
    if ProcessInfo.processInfo.environment["WRITE_REFERENCE"] != nil {
      try Data(Configuration.referencePage()).write(to: page)
    }
    #expect(try String(contentsOf: page, encoding: .utf8) == string(Configuration.referencePage()))
  }

  @Test func namesOfTheDataModelAreUniqueAndIndexedByPort() {
    let named = Parameter.allCases.compactMap { parameter in
      parameter.dataModelName.map { (parameter, string(Text($0))) }
    }
    #expect(Set(named.map { $0.1 }).count == named.count)
    #expect(named.count >= 14)
    for (parameter, name) in named {
      #expect(name.contains("{i}") == (parameter.row.scope == .port), "\(name)")
    }
  }

  @Test func managedEntitiesAreUniqueAndNameAnAttribute() {
    let names = Parameter.allCases.compactMap { $0.managedEntityName.map { string(Text($0)) } }
    #expect(Set(names).count == names.count)
    #expect(names.count >= 22)
    for name in names {
      #expect(name.contains(": ") || name.hasPrefix("Extended VLAN"), "\(name)")
    }
  }

  @Test func whatIsNotSetHasItsStandard() {
    let read = Configuration.read(minimal(), checks: checks)
    let configuration = read.configuration
    #expect(read.mistakes.isEmpty)
    #expect(string(configuration.hostname) == "tipring")
    #expect(string(configuration.country) == "cn")
    #expect(string(configuration.sipDomain) == "127.0.0.10")
    #expect(configuration.sipExpiresSeconds == 3600)
    #expect(configuration.sip100rel == .supported && configuration.sipFaxReinvite)
    #expect(configuration.sipSessionExpiresSeconds == 1800)
    #expect(configuration.sipSessionMinimumSeconds == 90)
    #expect(string(configuration.sipUserAgent) == "Tipring")
    #expect((configuration.sipProfile, configuration.sipContact) == (.rfc3261, .own))
    #expect(configuration.sipMessageWaiting == .unsolicited && !configuration.sipUAProfile)
    #expect(configuration.sipSecurityAgreement == .off && configuration.sipOutbound == .stream)
    #expect(configuration.sipScheme == .sip && configuration.sipNumberForm == .sip)
    #expect(!configuration.ports[0].isPrivate)
    #expect(configuration.sipRealm == [] && configuration.sipAccessNetwork == [])
    #expect((configuration.sipDSCP, configuration.mediaDSCP) == (24, 46))
    #expect((configuration.jitterMinimumMs, configuration.jitterMaximumMs) == (20, 200))
    #expect(configuration.mediaPorts(of: 1) == 16_384..<16_392)
    #expect(configuration.mediaPorts(of: 32) == 16_632..<16_640)
    #expect(configuration.firstDigitTimeout == nil)
    #expect(configuration.metricsPort == nil)
    #expect(configuration.interDigitTimeout == .seconds(10))
    #expect(configuration.shortTimeout == .seconds(4))
    #expect(string(configuration.consoleSocket) == "/run/tipring/console")
    #expect(configuration.enabledPorts.map(\.number) == [1])
    #expect(configuration.ports[0].codecs == nil && !configuration.ports[0].hasMessageLamp)
    #expect(configuration.ports[0].password == [])
  }

  @Test func keysOfAKAAreOctetsAndComeTogether() {
    let (k, op) = ("000102030405060708090a0b0c0d0e0F", "ffffffffffffffffffffffffffffffff")
    let read = Configuration.read(
      minimal("port 1 aka key \(k)", "port 1 aka opc \(op)"), checks: checks)
    #expect(read.mistakes.isEmpty)
    let port = read.configuration.ports[0]
    #expect(port.agreementKey == Text(0...15))
    #expect(port.agreementConstant == Text(repeating: 255, count: 16))
    #expect(port.hasOPc)
    let withOP = Configuration.read(
      minimal("port 1 aka key \(k)", "port 1 aka operator \(op)"), checks: checks)
    #expect(withOP.mistakes.isEmpty && !withOP.configuration.ports[0].hasOPc)
    for (lines, reason) in [
      (["port 1 aka key \(k)"], "port 1 aka key: takes aka operator or aka opc beside it"),
      (["port 1 aka opc \(op)"], "port 1 aka opc: takes aka key beside it"),
      (
        ["port 1 aka key \(k)", "port 1 aka opc 12"],
        "port 1 aka opc: a key is 32 hexadecimal digits"
      ),
      (
        ["port 1 aka key \(k.dropLast())g", "port 1 aka opc \(op)"],
        "port 1 aka key: a key is 32 hexadecimal digits"
      ),
    ] {
      let mistakes = Configuration.read(
        minimal(lines[0], lines.count > 1 ? lines[1] : ""), checks: checks
      ).mistakes
      #expect(mistakes.kept.map { string($0.reason) } == [reason])
    }
  }

  @Test func theProfileDecidesHowLongARegistrationLasts() {
    for (profile, expires, seconds) in [
      ("sip profile ims", "", 600_000), ("sip profile rfc3261", "", 3_600),
      ("sip profile ims", "sip expires 900", 900), ("", "sip expires 600000", 600_000),
    ] as [(String, String, UInt32)] {
      let read = Configuration.read(minimal(profile, expires), checks: checks)
      #expect(read.mistakes.isEmpty)
      #expect(read.configuration.sipExpiresSeconds == seconds, "\(profile) \(expires)")
    }
  }

  @Test func whatIsNoLongerSetLeavesNoTrace() {
    var configuration = Configuration()
    configuration.set(.sipDSCP, to: .number(0))
    configuration.set(.portNumber, port: 3, to: .text(Text("1")))
    #expect(configuration.sipDSCP == 0)
    #expect(configuration.portNumbers == [3])
    configuration.set(.sipDSCP, to: nil)
    configuration.set(.portNumber, port: 3, to: nil)
    configuration.set(.portUser, port: 4, to: nil)
    #expect(configuration.sipDSCP == 24)
    #expect(configuration == Configuration())
  }

  @Test func whatIsSetCounts() {
    let read = Configuration.read(
      minimal(
        "hostname box.example", "sip domain ims.example", "sip expires 120", "sip dscp 0",
        "sip 100rel preferred", "sip fax-reinvite off", "sip session expires 600",
        "sip session minimum 120",
        "media dscp 34", "media port-base 20000", "media jitter min 40", "media jitter max 160",
        "timers first-digit 10", "timers inter-digit 3.5", "timers short 0.725",
        "metrics port 65535", "sip profile ims", "sip realm r1", "sip contact seen",
        "sip message-waiting subscribe", "sip ua-profile on", "sip trunk name pbx",
        "sip trunk password tp",
        "sip quality-collector sip:q@example.net:5070",
        "sip access-network GPON;fiber-location=A7",
        "digit-map \"(x.T)\"", "emergency-numbers 112,999", "port 1 codec pcmu",
        "port 1 caller-id v23", "port 1 message-lamp fsk",
        "port 1 user u@example", "port 1 ring-hertz 20", "port 1 password \"a \\\"b\\\\\"",
        "port 7 codec pcmu pcma"),
      checks: checks)
    let configuration = read.configuration
    #expect(read.mistakes.isEmpty)
    #expect(string(configuration.hostname) == "box.example")
    #expect(string(configuration.sipDomain) == "ims.example")
    #expect((configuration.sipProfile, configuration.sipContact) == (.ims, .seen))
    #expect(configuration.sipMessageWaiting == .subscribe && configuration.sipUAProfile)
    #expect(!configuration.sipFaxReinvite)
    #expect(string(configuration.sipQualityCollector) == "sip:q@example.net:5070")
    #expect(string(configuration.sipRealm) == "r1")
    #expect(string(configuration.sipTrunkName) == "pbx")
    #expect(string(configuration.sipTrunkUser) == "pbx", "without a user, the name")
    #expect(string(configuration.sipTrunkPassword) == "tp")
    #expect(string(configuration.sipAccessNetwork) == "GPON;fiber-location=A7")
    #expect(configuration.sipExpiresSeconds == 120)
    #expect(configuration.ports[0].hasMessageLamp)
    #expect(configuration.sip100rel == .preferred)
    #expect(configuration.sipSessionExpiresSeconds == 600)
    #expect(configuration.sipSessionMinimumSeconds == 120)
    #expect((configuration.sipDSCP, configuration.mediaDSCP) == (0, 34))
    #expect((configuration.jitterMinimumMs, configuration.jitterMaximumMs) == (40, 160))
    #expect(configuration.mediaPorts(of: 2) == 20_008..<20_016)
    #expect(configuration.firstDigitTimeout == .seconds(10))
    #expect(configuration.metricsPort == 65_535)
    #expect(configuration.interDigitTimeout == .milliseconds(3500))
    #expect(configuration.shortTimeout == .milliseconds(725))
    #expect(string(configuration.digitMap) == "(x.T)")
    #expect(configuration.emergencyNumbers == [Text("112"), Text("999")])
    let port = configuration.ports[0]
    #expect(port.codecs == [.pcmu])
    #expect(port.callerID == .v23)
    #expect(port.ringHertz == 20)
    #expect(string(port.user) == "u@example")
    #expect(string(port.password) == "a \"b\\")
    #expect(configuration.ports.map(\.number) == [1, 7])
    #expect(configuration.ports[1].codecs == [.pcmu, .pcma])
    #expect(!configuration.ports[1].isEnabled)
  }
}
