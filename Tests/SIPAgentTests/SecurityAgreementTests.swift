import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("The security agreement with an SBC, RFC 3329")
struct SecurityAgreementTests {
  private static let challenge = "Digest realm=\"ims.example\", nonce=\"n1\", qop=\"auth\""
  private static let words = [
    "msrp-tls;mediasec", "sdes-srtp;q=0.5;mediasec", "dtls-srtp;mediasec",
  ]

  private static func bench(_ agreement: SecurityAgreement) -> Bench {
    let bench = Bench(accounts: [Bench.account(1)]) { $0.agreement = agreement }
    bench.act { $0.start(now: $1, into: &$2) }
    return bench
  }

  private func refuse(_ bench: Bench, _ request: Message, _ code: UInt16, _ words: [String]) {
    var fields = words.map { (HeaderName.securityServer, $0) }
    if code == 401 { fields.append((.wwwAuthenticate, Self.challenge)) }
    bench.respond(to: request, code, fields: fields)
  }

  private func verified(_ message: Message) -> [String] {
    var values: [String] = []
    message.forEachOther {
      if string(message.text($0)) == "Security-Verify" { values.append(string(message.text($1))) }
    }
    return values
  }

  private func register(_ bench: Bench, words: [String] = words) -> Message {
    refuse(bench, bench.takeRequest(.register), 401, words)
    let second = bench.takeRequest(.register)
    bench.respond(
      to: second, 200, fields: [(.contact, "<sip:1001@192.0.2.100:5070>;expires=3600")])
    return second
  }

  @Test(
    "What we offer, by the word of the configuration",
    arguments: [
      (SecurityAgreement.tls, "tls", "sec-agree"), (.media, "sdes-srtp;mediasec", "mediasec"),
      (.off, "", ""),
    ])
  func offer(_ agreement: SecurityAgreement, _ client: String, _ option: String) {
    let request = Self.bench(agreement).takeRequest(.register)
    #expect(request.value(other: "Security-Client") == client)
    #expect(request.value(.require) == option && request.value(.proxyRequire) == option)
    #expect(verified(request).isEmpty)
  }

  @Test("The SBC's words come back in the next REGISTER, in calls, and not in ACK and CANCEL")
  func media() throws {
    let bench = Self.bench(.media)
    let second = register(bench)
    #expect(verified(second) == Self.words)
    #expect(second.value(other: "Security-Client") == "sdes-srtp;mediasec")
    #expect(!second.value(.authorization).isEmpty)
    #expect(string(bench.agent.registrations[0].agreement) == Self.words.joined(separator: ", "))
    let session = try #require(
      bench.act {
        $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
      })
    let invite = bench.takeRequest(.invite)
    #expect(verified(invite) == Self.words && invite.value(.proxyRequire) == "mediasec")
    #expect(invite.value(other: "Security-Client").isEmpty)
    bench.respond(to: invite, 180)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
    #expect(verified(bench.takeRequest(.cancel)).isEmpty)
    bench.respond(to: invite, 487)
    #expect(verified(bench.takeRequest(.ack)).isEmpty)
  }

  @Test("An SBC that wants something else each time has refused in the end")
  func agreementNeverReached() {
    let bench = Self.bench(.tls)
    var rounds = 0
    while !bench.wire.isEmpty, rounds < 100 {
      rounds += 1
      refuse(bench, bench.takeRequest(.register), 494, ["tls;q=0.\(rounds % 2 + 1)"])
    }
    #expect((2...10).contains(rounds))
    #expect(bench.agent.registrations[0].status == .failed(.refused(494)))
  }

  @Test("494 is answered with the SBC's words, once for the same ones")
  func agreementRequired() {
    let bench = Self.bench(.tls)
    refuse(bench, bench.takeRequest(.register), 494, ["tls;q=0.9", "ipsec-3gpp;q=0.1"])
    let second = bench.takeRequest(.register)
    #expect(verified(second) == ["tls;q=0.9", "ipsec-3gpp;q=0.1"])
    refuse(bench, second, 494, ["tls;q=0.9", "ipsec-3gpp;q=0.1"])
    #expect(bench.agent.registrations[0].status == .failed(.refused(494)))
    #expect(bench.wire.isEmpty)
  }

  @Test(
    "Words that are no agreement",
    arguments: [
      ["ipsec-3gpp", "tls"], ["sdes-srtp"], [String(repeating: "x", count: 600)],
      [String](repeating: "sdes-srtp;mediasec", count: 9), [],
    ])
  func foreign(_ words: [String]) {
    #expect(verified(register(Self.bench(.media), words: words)).isEmpty)
  }

  @Test("Who has not been told to agree takes no words")
  func off() {
    let second = register(Self.bench(.off))
    #expect(verified(second).isEmpty && second.value(.require).isEmpty)
  }
}
