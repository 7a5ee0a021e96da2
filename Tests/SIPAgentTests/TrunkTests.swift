import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Bulk registration of a trunk, RFC 6140")
struct TrunkTests {
  private static let binding = "<sip:192.0.2.100:5070;bnc>"

  /// A trunk `pbx` with two numbers, whose first REGISTER waits on the wire.
  private static func bench(adjust: (inout UserAgentSettings) -> Void = { _ in }) -> Bench {
    let accounts = (1...2).map { number in
      var account = Bench.account(AccountNumber(number))
      account.authenticationUser = Text("trunk-user")
      account.password = Text("trunk-secret")
      return account
    }
    let bench = Bench(accounts: accounts) {
      $0.trunk = Text("pbx")
      adjust(&$0)
    }
    bench.act { $0.start(now: $1, into: &$2) }
    return bench
  }

  private static func accept(
    _ bench: Bench, _ request: Message, contact: String = "\(binding);expires=600",
    fields: [(HeaderName, String)] = []
  ) {
    bench.respond(to: request, 200, fields: [(.contact, contact)] + fields)
  }

  private static func registered(adjust: (inout UserAgentSettings) -> Void = { _ in }) -> Bench {
    let bench = bench(adjust: adjust)
    accept(
      bench, bench.takeRequest(.register),
      fields: [
        (.serviceRoute, "<sip:orig@192.0.2.1;lr>"),
        (.pAssociatedURI, "<sip:pbx@ims.example>"),
      ])
    _ = bench.takeEvents()
    return bench
  }

  @Test("One REGISTER for both ports: the trunk's address-of-record, gin, a Contact with bnc")
  func register() {
    let bench = Self.bench()
    let register = bench.takeRequest(.register)
    #expect(bench.wire.isEmpty)
    #expect(register.value(.to) == "<sip:pbx@ims.example>")
    #expect(register.value(.from).hasPrefix("<sip:pbx@ims.example>;tag="))
    #expect(register.value(.contact) == Self.binding)
    #expect(register.value(.require) == "gin")
    #expect(register.value(.proxyRequire) == "gin")
    #expect(register.value(.supported) == "path")
    let challenge = "Digest realm=\"ims.example\", nonce=\"n1\", qop=\"auth\""
    bench.respond(to: register, 401, fields: [(.wwwAuthenticate, challenge)])
    let second = bench.takeRequest(.register)
    #expect(second.value(.authorization).contains("username=\"trunk-user\""))
    #expect(second.value(.require) == "gin" && second.value(.proxyRequire) == "gin")
    #expect(second.value(.contact) == Self.binding)
    Self.accept(bench, second)
    #expect(
      bench.takeFacts() == [
        .registration(1, .registering), .registration(2, .registering),
        .registration(1, .registered), .registration(2, .registered),
      ])
    let reports = bench.agent.registrations
    #expect(reports.map(\.account) == [1, 2])
    #expect(reports.map(\.status) == [.registered, .registered])
    #expect(reports.map { string($0.trunk) } == Array(repeating: "sip:pbx@ims.example", count: 2))
  }

  @Test(
    "Of the Contacts in the answer the one with bnc at our place is ours",
    arguments: [
      ("<sip:192.0.2.100:5070>;expires=60, <sip:192.0.2.100:5070;bnc>;expires=600", 600),
      ("<sip:192.0.2.9:5070;bnc>;expires=60, <sip:192.0.2.100:5070;BNC>;expires=600", 600),
      ("<sip:192.0.2.9:5070;bnc>;expires=60, <sip:192.0.2.100:5070;ob;bnc>;expires=600", 600),
      ("<sip:1001@192.0.2.100:5070;bnc>;expires=60, <sip:192.0.2.100:5070;bnc>;expires=600", 600),
      ("<sip:192.0.2.100:5070;bnc>;expires=90, <sip:192.0.2.9:5070;bnc>;expires=600", 90),
    ])
  func ownContact(contacts: String, seconds: Int64) {
    let bench = Self.bench()
    Self.accept(bench, bench.takeRequest(.register), contact: contacts)
    #expect(bench.agent.registrations[1].expiresAt == bench.now + .seconds(seconds))
  }

  @Test("A registrar that knows no trunks: both ports say so, and the next try is late")
  func unsupported() {
    let bench = Self.bench()
    bench.respond(to: bench.takeRequest(.register), 420, fields: [(.unsupported, "gin")])
    #expect(
      bench.takeFacts().suffix(2) == [
        .registration(1, .failed(.bulkUnsupported)), .registration(2, .failed(.bulkUnsupported)),
      ])
    let count = bench.sendTimes.count
    bench.pass(.seconds(1_200))
    #expect((600_000...1_200_000).contains(bench.sendTimes[count]))
  }

  @Test("A 420 for something else is an ordinary refusal")
  func otherExtension() {
    let bench = Self.bench()
    bench.respond(to: bench.takeRequest(.register), 420, fields: [(.unsupported, "path")])
    #expect(bench.takeFacts().last == .registration(2, .failed(.refused(420))))
  }

  @Test(
    "A call reaches the port whose number it is, and nobody else",
    arguments: [
      ("sip:1001@192.0.2.100:5070", "sip:pbx@ims.example", 1),
      ("sip:1002@192.0.2.100:5070;user=phone", "sip:pbx@ims.example", 2),
      // The SBC names the trunk: the To tells whom the call is for.
      ("sip:192.0.2.100:5070;bnc", "sip:1002@ims.example", 2),
      ("sip:pbx@192.0.2.100:5070", "sip:1002@ims.example", 2),
      // A call that was sent on to a number that is none of ours.
      ("sip:1009@192.0.2.100:5070", "sip:1002@ims.example", nil),
      ("sip:pbx@192.0.2.100:5070", "sip:pbx@ims.example", nil),
    ] as [(String, String, AccountNumber?)])
  func called(uri: String, to: String, port: AccountNumber?) {
    let bench = Self.registered()
    bench.receive(FarRequest(uri: uri, to: "<\(to)>").text)
    guard let port else {
      bench.takeResponse(404)
      #expect(bench.agent.counters[.unknownUser] == 1)
      return
    }
    guard case .incoming(_, let account, _, _) = bench.takeEvents().last else {
      Issue.record("no call came in")
      return
    }
    #expect(account == port)
  }

  @Test("A call carries the port's own number and the trunk's credentials and route")
  func call() {
    for profile in [SIPProfile.rfc3261, .ims] {
      let bench = Self.registered { $0.profile = profile }
      bench.wire.removeAll()
      _ = bench.act {
        $0.invite(from: 2, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
      }
      let invite = bench.takeRequest(.invite)
      #expect(invite.value(.from).hasPrefix("\"Port 2\" <sip:1002@ims.example>;tag="))
      #expect(invite.value(.contact).hasPrefix("<sip:1002@192.0.2.100:5070>"))
      #expect(invite.value(.route) == "<sip:orig@192.0.2.1;lr>")
      #expect(
        invite.value(.pPreferredIdentity) == (profile == .ims ? "<sip:1002@ims.example>" : ""))
      #expect(invite.first(.require) == nil)
      let challenge = "Digest realm=\"ims.example\", nonce=\"n1\", qop=\"auth\""
      bench.respond(to: invite, 407, fields: [(.proxyAuthenticate, challenge)])
      _ = bench.takeRequest(.ack)
      let second = bench.takeRequest(.invite)
      #expect(second.value(.proxyAuthorization).contains("username=\"trunk-user\""))
    }
  }

  @Test("The reg event is the trunk's, mailboxes are the ports'; a lost trunk is lost to all")
  func subscriptions() {
    let bench = Self.registered {
      $0.profile = .ims
      $0.messageWaiting = .subscribe
    }
    let targets = (0..<3).map { _ in bench.takeRequest(.subscribe).requestURI }
    #expect(
      targets == ["sip:pbx@ims.example", "sip:1001@ims.example", "sip:1002@ims.example"])
    bench.act { $0.registerAgain(now: $1, into: &$2) }
    bench.respond(to: bench.takeRequest(.register), 403)
    #expect(
      bench.takeFacts() == [
        .registration(1, .failed(.refused(403))), .registration(2, .failed(.refused(403))),
      ])
  }

  @Test("The Contact follows the address that the SBC sees, for every port")
  func seenAddress() {
    let bench = Self.bench { $0.followsSeenAddress = true }
    let seen = Endpoint(.v4(0xC633_6401), 40_001)
    bench.respond(
      to: bench.takeRequest(.register), 200, fields: [(.contact, "\(Self.binding);expires=600")],
      seenAt: seen)
    let moved = bench.takeRequest(.register)
    var contacts: [String] = []
    moved.forEach(.contact) { contacts.append(string(moved.text($0))) }
    #expect(contacts == ["<sip:198.51.100.1:40001;bnc>", "\(Self.binding);expires=0"])
    bench.respond(
      to: moved, 200, fields: [(.contact, "<sip:198.51.100.1:40001;bnc>;expires=600")],
      seenAt: seen)
    _ = bench.act {
      $0.invite(from: 2, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    #expect(
      bench.takeRequest(.invite).value(.contact) == "<sip:1002@198.51.100.1:40001>")
  }

  @Test("The binding is given back once, and the agent stops")
  func stopped() {
    let bench = Self.registered()
    bench.act { $0.stop(now: $1, into: &$2) }
    let last = bench.takeRequest(.register)
    #expect(last.value(.expires) == "0" && last.value(.contact) == Self.binding)
    #expect(bench.wire.isEmpty)
    bench.respond(to: last, 200)
    #expect(
      bench.takeEvents() == [
        .registration(1, .unregistered), .registration(2, .unregistered), .stopped,
      ])
  }
}
