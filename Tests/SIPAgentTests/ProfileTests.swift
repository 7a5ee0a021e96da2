import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("The profile of an IMS core, TS 24.229 §5.1.1")
struct ProfileTests {
  static let access = "GPON;fiber-location=\"A7\""
  static let route = "<sip:orig@scscf.ims.example;lr>"
  static let path = "<sip:term@192.0.2.1;lr>"

  /// One account at an IMS core.
  static func bench(
    expires: UInt32 = 600_000, isPrivate: Bool = false,
    adjust: (inout UserAgentSettings) -> Void = { _ in }
  ) -> Bench {
    var account = Bench.account(1, expires: expires)
    account.isPrivate = isPrivate
    let bench = Bench(accounts: [account]) {
      $0.profile = .ims
      $0.accessNetwork = Text(access.utf8)
      adjust(&$0)
    }
    bench.act { $0.start(now: $1, into: &$2) }
    return bench
  }

  static func accept(
    _ bench: Bench, _ request: Message, expires: Int = 600_000,
    identities: String = "<tel:+861001>, <sip:+861001@ims.example>"
  ) {
    bench.respond(
      to: request, 200,
      fields: [
        (.contact, "<sip:1001@192.0.2.100:5070>;expires=\(expires)"), (.serviceRoute, route),
        (.path, path), (.pAssociatedURI, identities),
      ])
  }

  /// A registered account whose SUBSCRIBE waits on the wire.
  static func registered(
    identities: String = "<sip:+861001@ims.example>", isPrivate: Bool = false
  ) -> Bench {
    let bench = bench(isPrivate: isPrivate)
    accept(bench, bench.takeRequest(.register), identities: identities)
    _ = bench.takeEvents()
    return bench
  }

  @Test("The first REGISTER: whose it is, what it can do, where it is")
  func firstRegister() {
    let bench = Self.bench()
    let register = bench.takeRequest(.register)
    #expect(
      register.value(.authorization)
        == "Digest username=\"1001\", realm=\"ims.example\", nonce=\"\", uri=\"sip:ims.example\", "
        + "response=\"\"")
    #expect(register.value(.expires) == "600000")
    #expect(register.value(.supported) == "path")
    #expect(register.value(other: "P-Access-Network-Info") == Self.access)
    let contact = register.value(.contact)
    #expect(contact.hasPrefix("<sip:1001@192.0.2.100:5070>;"))
    let service = "+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\""
    #expect(contact.contains(service))
    // RFC 9562 §5.8: version 8 and the variant of all UUIDs at their places.
    let uuid = contact.split(separator: "+sip.instance=\"<urn:uuid:").last?.prefix(36) ?? ""
    let parts = uuid.split(separator: "-")
    #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
    #expect(parts.count == 5 && parts[2].hasPrefix("8") && parts[3].hasPrefix("8"))
    let again = Self.bench().takeRequest(.register).value(.contact)
    #expect(again == contact, "the instance is the same after every start")
  }

  @Test("The challenge's answer replaces the empty one, and there is one Authorization")
  func challenged() {
    let bench = Self.bench()
    bench.respond(
      to: bench.takeRequest(.register), 401,
      fields: [(.wwwAuthenticate, "Digest realm=\"ims.example\", nonce=\"n1\", qop=\"auth\"")])
    let second = bench.takeRequest(.register)
    var fields: [String] = []
    second.forEach(.authorization) { fields.append(string(second.text($0))) }
    #expect(fields.count == 1)
    #expect(fields[0].contains("nonce=\"n1\""))
    #expect(second.value(other: "P-Access-Network-Info") == Self.access)
    #expect(second.value(.contact).contains("+sip.instance"))
  }

  @Test("A challenge of a foreign realm is not answered; sip realm names another one")
  func foreignRealm() {
    let challenge = "Digest realm=\"other.example\", nonce=\"n1\", qop=\"auth\""
    let bench = Self.bench()
    bench.respond(
      to: bench.takeRequest(.register), 401, fields: [(.wwwAuthenticate, challenge)])
    #expect(bench.wire.isEmpty)
    #expect(bench.takeEvents().last == .registration(1, .failed(.foreignRealm)))
    let told = Self.bench { $0.realm = Text("other.example") }
    told.respond(to: told.takeRequest(.register), 401, fields: [(.wwwAuthenticate, challenge)])
    #expect(told.takeRequest(.register).value(.authorization).contains("nonce=\"n1\""))
  }

  @Test("A call names the default identity, and goes along the Service-Route")
  func call() {
    let bench = Self.registered(identities: "<tel:+861001>, <sip:+861001@ims.example>")
    _ = bench.takeRequest(.subscribe)
    _ = bench.act {
      $0.invite(from: 1, to: Text("1002"), offer: Bench.offer, now: $1, into: &$2)
    }
    let invite = bench.takeRequest(.invite)
    #expect(invite.value(.from).hasPrefix("\"Port 1\" <tel:+861001>;tag="))
    #expect(invite.value(.pPreferredIdentity) == "<tel:+861001>")
    #expect(invite.value(.pEarlyMedia) == "supported")
    let (service, feature) = (
      "urn:urn-7:3gpp-service.ims.icsi.mmtel",
      "*;+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\""
    )
    #expect(invite.value(other: "P-Preferred-Service") == service)
    #expect(invite.value(other: "Accept-Contact") == feature)
    #expect(invite.value(.route) == Self.route)
    #expect(invite.value(other: "P-Access-Network-Info") == Self.access)
    #expect(invite.value(.contact).contains("+g.3gpp.icsi-ref"))
    bench.respond(
      to: invite, 407,
      fields: [(.proxyAuthenticate, "Digest realm=\"ims.example\", nonce=\"n\", qop=\"auth\"")])
    let ack = bench.takeRequest(.ack)
    #expect(ack.value(other: "P-Access-Network-Info") == "")
    let second = bench.takeRequest(.invite)
    #expect(second.value(.pPreferredIdentity) == "<tel:+861001>")
    #expect(second.value(.pEarlyMedia) == "supported")
    #expect(second.value(other: "P-Preferred-Service") == service)
    #expect(second.value(other: "Accept-Contact") == feature)
    #expect(second.value(other: "P-Access-Network-Info") == Self.access)
  }

  @Test("Without the profile nothing of it is sent")
  func plain() {
    let bench = Bench(accounts: [Bench.account(1)])
    bench.act { $0.start(now: $1, into: &$2) }
    let register = bench.takeRequest(.register)
    #expect(register.first(.authorization) == nil)
    #expect(register.value(.contact) == "<sip:1001@192.0.2.100:5070>")
    #expect(register.value(other: "P-Access-Network-Info") == "")
    Self.accept(bench, register)
    #expect(bench.wire.isEmpty, "no SUBSCRIBE")
    _ = bench.act {
      $0.invite(from: 1, to: Text("1002"), offer: Bench.offer, now: $1, into: &$2)
    }
    let invite = bench.takeRequest(.invite)
    #expect(invite.value(.from).hasPrefix("\"Port 1\" <sip:1001@ims.example>;tag="))
    #expect(invite.first(.pPreferredIdentity) == nil)
    #expect(invite.first(.pEarlyMedia) == nil)
    #expect(invite.value(other: "P-Preferred-Service") == "")
  }

  @Test("What was learnt is shown")
  func report() {
    let bench = Self.registered(identities: "<tel:+861001>, <sip:+861001@ims.example>")
    let report = bench.agent.registrations[0]
    #expect(string(report.path) == Self.path)
    #expect(string(report.serviceRoute) == Self.route)
    #expect(string(report.defaultIdentity) == "<tel:+861001>")
    #expect(string(report.identities) == "<tel:+861001>, <sip:+861001@ims.example>")
    #expect(report.watch == .pending)
    #expect(report.contact == [])
  }
}
