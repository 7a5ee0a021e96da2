import Base
import SIPSyntax
import Testing

@testable import SIPAgent

@Suite("Digest responses against the vectors of the standards")
struct DigestTests {
  struct Row: CustomTestStringConvertible {
    var testDescription: String
    var input: DigestInput
    var response: String
  }

  /// RFC 7616 §3.9.1 (both algorithms), RFC 2617 §3.5, and RFC 2069's form of the same by hand.
  static let rows: [Row] = [
    Row(
      testDescription: "RFC 7616 §3.9.1 MD5",
      input: rfc7616(.md5), response: "8ca523f5e9506fed4657c9700eebdbec"),
    Row(
      testDescription: "RFC 7616 §3.9.1 SHA-256",
      input: rfc7616(.sha256),
      response: "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    Row(
      testDescription: "RFC 2617 §3.5",
      input: DigestInput(
        algorithm: .md5, user: Text("Mufasa"), password: Text("Circle Of Life"),
        realm: Text("testrealm@host.com"), nonce: Text("dcd98b7102dd2f0e8b11d0f600bfb0c093"),
        method: Text("GET"), uri: Text("/dir/index.html"),
        protection: (Text("0a4f113b"), 1)),
      response: "6629fae49393a05397450978507c4ef1"),
    Row(
      testDescription: "without qop, as hashlib computes it",
      input: DigestInput(
        algorithm: .md5, user: Text("1001"), password: Text("secret"), realm: Text("ims.example"),
        nonce: Text("abc"), method: Text("REGISTER"), uri: Text("sip:ims.example"),
        protection: nil),
      response: "617457657bc218719a3873bbce77df4a"),
    Row(
      testDescription: "MD5-sess, as hashlib computes it",
      input: DigestInput(
        algorithm: .md5Session, user: Text("1001"), password: Text("secret"),
        realm: Text("ims.example"), nonce: Text("abc"), method: Text("REGISTER"),
        uri: Text("sip:ims.example"), protection: (Text("0123456789abcdef"), 0x1F)),
      response: "41848a59a5497ac5f11db0e37ab4d84e"),
    Row(
      testDescription: "SHA-256-sess, as hashlib computes it",
      input: DigestInput(
        algorithm: .sha256Session, user: Text("1001"), password: Text("secret"),
        realm: Text("ims.example"), nonce: Text("abc"), method: Text("INVITE"),
        uri: Text("sip:1002@ims.example"), protection: (Text("0123456789abcdef"), 2)),
      response: "48029158f1e08f2f5b3b9e09c5193ffc0e8e7787c3bfb248c158dfe1e11da82d"),
    Row(
      testDescription: "SHA-512-256, as hashlib computes it",
      input: rfc7616(.sha512Truncated),
      response: "430d05014cecc49cab6fbe03176d41a1da86cbfe24a16580e22aaad928d960d0"),
    Row(
      testDescription: "SHA-512-256-sess with auth-int, as hashlib computes it",
      input: protected(.sha512TruncatedSession, body: "v=0\r\n"),
      response: "4b57b83eeecab8fd6a413071aa29109ef7aab98ab64ce256df73566ab5406fd2"),
    Row(
      testDescription: "MD5 with auth-int and no body, as hashlib computes it",
      input: protected(.md5, body: ""), response: "67ac5faea44c0b7b05eb1baf746f4d13"),
    Row(
      testDescription: "SHA-256 with auth-int, as hashlib computes it",
      input: protected(.sha256, body: "v=0\r\n"),
      response: "ae4261c0ee93c852f7ee10b4f178be318e0ea746bfdb97ffa3bd71dfa81c55b5"),
  ]

  private static func protected(_ algorithm: DigestAlgorithm, body: String) -> DigestInput {
    DigestInput(
      algorithm: algorithm, user: Text("1001"), password: Text("secret"),
      realm: Text("ims.example"), nonce: Text("abc"), method: Text("INVITE"),
      uri: Text("sip:1002@ims.example"), protection: (Text("0123456789abcdef"), 2),
      body: Text(body.utf8))
  }

  private static func rfc7616(_ algorithm: DigestAlgorithm) -> DigestInput {
    DigestInput(
      algorithm: algorithm, user: Text("Mufasa"), password: Text("Circle of Life"),
      realm: Text("http-auth@example.org"),
      nonce: Text("7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"), method: Text("GET"),
      uri: Text("/dir/index.html"),
      protection: (Text("f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"), 1))
  }

  @Test(arguments: rows)
  func response(_ row: Row) {
    #expect(string(row.input.response()) == row.response)
  }
}

@Suite("Challenges, RFC 3261 §22 and RFC 8760")
struct AuthenticatorTests {
  private var random = RandomSource(testSeed: 1)
  private let account = Account(
    number: 1, user: Text("1001"), password: Text("secret"), domain: Text("ims.example"))

  private func challenge(
    _ nonce: StaticString, algorithm: DigestAlgorithm = .md5, isStale: Bool = false,
    isProxy: Bool = false, realm: StaticString = "ims.example"
  ) -> Authenticator.Demand {
    let text =
      Text(
        "Digest realm=\"\(realm)\", nonce=\"\(nonce)\", qop=\"auth\", stale=\(isStale), algorithm="
          .utf8) + Text(algorithm.spelling)
    do {
      let challenge = try Challenge(parsing: text, 0..<text.count)
      return Authenticator.Demand(isProxy: isProxy, challenge: challenge)
    } catch {
      fatalError("the test's own challenge is wrong")
    }
  }

  @Test("A wrong password is noticed at the second challenge, stale or not by the same nonce")
  func wrongPassword() {
    var random = random
    for (nonce, isStale) in [("b", false), ("a", true), ("a", false)] as [(StaticString, Bool)] {
      var one = Authenticator()
      #expect(one.receive([challenge("a")], rounds: 0, using: &random) == .retry)
      let again = challenge(nonce, isStale: isStale)
      #expect(one.receive([again], rounds: 1, using: &random) == .rejected)
    }
  }

  @Test("A stale nonce is replaced, but not for ever")
  func stale() {
    var random = random
    var one = Authenticator()
    #expect(one.receive([challenge("n0")], rounds: 0, using: &random) == .retry)
    for round in 1..<6 {
      let nonce: [StaticString] = ["n0", "n1", "n2", "n3", "n4", "n5"]
      let fresh = challenge(nonce[round], isStale: true)
      #expect(one.receive([fresh], rounds: round, using: &random) == .retry)
    }
    let last = challenge("n6", isStale: true)
    #expect(one.receive([last], rounds: 6, using: &random) == .rejected)
  }

  @Test("SHA-256 wins over MD5 in either order, and each realm gets its answer")
  func choice() {
    var random = random
    for isReversed in [false, true] {
      var one = Authenticator()
      var offers = [challenge("m"), challenge("s", algorithm: .sha256)]
      if isReversed { offers.reverse() }
      offers.append(challenge("p", isProxy: true, realm: "sbc.example"))
      #expect(one.receive(offers, rounds: 0, using: &random) == .retry)
      var seen: [String] = []
      one.answer(for: account, method: Text("INVITE"), uri: Text("sip:x")) {
        seen.append(($0 ? "proxy " : "server ") + string($1))
      }
      #expect(seen.count == 2)
      #expect(seen.first?.contains("algorithm=SHA-256,") == true)
      #expect(seen.first?.contains("nonce=\"s\"") == true)
      #expect(seen.last?.hasPrefix("proxy Digest username=\"1001\", realm=\"sbc.example\"") == true)
    }
  }

  @Test("The nonce count grows with every answer and starts again with a new nonce")
  func nonceCount() {
    var random = random
    var one = Authenticator()
    var counts: [String] = []
    func answer(_ one: inout Authenticator) {
      one.answer(for: account, method: Text("INVITE"), uri: Text("sip:x")) {
        counts.append(String(string($1).split(separator: "nc=")[1].prefix(8)))
      }
    }
    _ = one.receive([challenge("a")], rounds: 0, using: &random)
    answer(&one)
    answer(&one)
    _ = one.receive([challenge("b", isStale: true)], rounds: 0, using: &random)
    answer(&one)
    #expect(counts == ["00000001", "00000002", "00000001"])
  }

  @Test("No challenge that we know is said, not retried")
  func unsupported() {
    var random = random
    var one = Authenticator()
    #expect(one.receive([], rounds: 0, using: &random) == .unsupported)
    let withoutKeys = challenge("a", algorithm: .akaV1MD5)
    #expect(one.receive([withoutKeys], rounds: 0, using: &random) == .unsupported)
  }

  @Test("A realm that is not ours gets no answer; beside ours, only ours gets one")
  func foreignRealm() {
    var random = random
    var one = Authenticator()
    let foreign = challenge("f", realm: "evil.example")
    let realm = Text("IMS.example")
    #expect(one.receive([foreign], realm: realm, rounds: 0, using: &random) == .foreign)
    #expect(one.receive([], realm: realm, rounds: 0, using: &random) == .unsupported)
    let both = [foreign, challenge("a")]
    #expect(one.receive(both, realm: realm, rounds: 0, using: &random) == .retry)
    var answers: [String] = []
    one.answer(for: account, method: Text("INVITE"), uri: Text("sip:x")) {
      answers.append(string($1))
    }
    #expect(answers.count == 1)
    #expect(answers.first?.contains("realm=\"ims.example\"") == true)
  }

  static let algorithms: [DigestAlgorithm] = [.md5, .sha256, .sha512Truncated]

  @Test("The strongest of a server's challenges is answered, and a weaker one later is not")
  func downgrade() {
    var random = random
    for (i, first) in Self.algorithms.enumerated() {
      for (j, second) in Self.algorithms.enumerated() {
        var one = Authenticator()
        let offers = [challenge("a"), challenge("b", algorithm: first)]
        #expect(one.receive(offers, rounds: 0, using: &random) == .retry)
        let later = challenge("c", algorithm: second)
        let verdict = one.receive([later], rounds: 0, using: &random)
        #expect(verdict == (j < i ? .weaker : .retry), "\(first) then \(second)")
      }
    }
  }

  @Test("What is proven in a realm is the least that is answered there, by anybody")
  func proven() {
    var random = random
    for (i, first) in Self.algorithms.enumerated() {
      var registered = Authenticator()
      var proven = ProvenDigests()
      #expect(
        registered.receive([challenge("a", algorithm: first)], rounds: 0, using: &random)
          == .retry)
      registered.tell(&proven)
      for (j, second) in Self.algorithms.enumerated() {
        var other = Authenticator()
        let verdict = other.receive(
          [challenge("b", algorithm: second)], proven: proven, rounds: 0, using: &random)
        #expect(verdict == (j < i ? .weaker : .retry), "\(first) then \(second)")
      }
    }
  }

  @Test("auth is chosen when the server offers both, auth-int when it is the only one")
  func protectionOfBody() throws {
    var random = random
    for (options, chosen) in [("auth,auth-int", "qop=auth,"), ("auth-int", "qop=auth-int,")] {
      let text = Text("Digest realm=\"r\", nonce=\"n\", qop=\"\(options)\"".utf8)
      let demand = Authenticator.Demand(
        isProxy: false, challenge: try Challenge(parsing: text, 0..<text.count))
      var one = Authenticator()
      #expect(one.receive([demand], rounds: 0, using: &random) == .retry)
      one.answer(for: account, method: Text("INVITE"), uri: Text("sip:x"), body: Text("v=0")) {
        #expect(string($1).contains(chosen))
      }
    }
  }
}

func string(_ text: Text) -> String { String(decoding: text, as: UTF8.self) }
