import Base
import SIPSyntax
import Testing

@testable import SIPAgent

/// The octets that hexadecimal digits spell.
private func octets(_ digits: String) -> Text {
  var octets = Text()
  var rest = digits[...]
  while !rest.isEmpty {
    octets.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
    rest = rest.dropFirst(2)
  }
  return octets
}

/// One set of TS 35.208 §4.3.
struct MilenageRow: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var key: String
  var random: String
  var sequence: String
  var management: String
  var op: String
  var opc: String
  var f1: String
  var f1Star: String
  var f2: String
  var f3: String
  var f4: String
  var f5: String
  var f5Star: String
}

@Suite("AKAv1-MD5 and AKAv2-MD5 with MILENAGE: RFC 3310, RFC 4169, TS 35.206")
struct KeyAgreementTests {
  static let rows: [MilenageRow] = [
    MilenageRow(
      testDescription: "set 1", key: "465b5ce8b199b49faa5f0a2ee238a6bc",
      random: "23553cbe9637a89d218ae64dae47bf35", sequence: "ff9bb4d0b607", management: "b9b9",
      op: "cdc202d5123e20f62b6d676ac72cb318", opc: "cd63cb71954a9f4e48a5994e37a02baf",
      f1: "4a9ffac354dfafb3", f1Star: "01cfaf9ec4e871e9", f2: "a54211d5e3ba50bf",
      f3: "b40ba9a3c58b2a05bbf0d987b21bf8cb", f4: "f769bcd751044604127672711c6d3441",
      f5: "aa689c648370", f5Star: "451e8beca43b"),
    MilenageRow(
      testDescription: "set 3", key: "0396eb317b6d1c36f19c1c84cd6ffd16",
      random: "c00d603103dcee52c4478119494202e8", sequence: "fd8eef40df7d", management: "af17",
      op: "ff53bade17df5d4e793073ce9d7579fa", opc: "53c15671c60a4b731c55b4a441c0bde2",
      f1: "5df5b31807e258b0", f1Star: "a8c016e51ef4a343", f2: "d3a628ed988620f0",
      f3: "58c433ff7a7082acd424220f2b67c556", f4: "21a8c1f929702adb3e738488b9f5c5da",
      f5: "c47783995f72", f5Star: "30f1197061c1"),
    MilenageRow(
      testDescription: "set 4", key: "fec86ba6eb707ed08905757b1bb44b8f",
      random: "9f7c8d021accf4db213ccff0c7f71a6a", sequence: "9d0277595ffc", management: "725c",
      op: "dbc59adcb6f9a0ef735477b7fadf8374", opc: "1006020f0a478bf6b699f15c062e42b3",
      f1: "9cabc3e99baf7281", f1Star: "95814ba2b3044324", f2: "8011c48c0c214ed2",
      f3: "5dbdbb2954e8f3cde665b046179a5098", f4: "59a92d3b476a0443487055cf88b2307b",
      f5: "33484dc2136b", f5Star: "deacdd848cc6"),
    MilenageRow(
      testDescription: "set 5", key: "9e5944aea94b81165c82fbf9f32db751",
      random: "ce83dbc54ac0274a157c17f80d017bd6", sequence: "0b604a81eca8", management: "9e09",
      op: "223014c5806694c007ca1eeef57f004f", opc: "a64a507ae1a2a98bb88eb4210135dc87",
      f1: "74a58220cba84c49", f1Star: "ac2cc74a96871837", f2: "f365cd683cd92e96",
      f3: "e203edb3971574f5a94b0d61b816345d", f4: "0c4524adeac041c4dd830d20854fc46b",
      f5: "f0b9c08ad02e", f5Star: "6085a86c6f63"),
  ]

  @Test("Each function, from OP and from OPc", arguments: rows)
  func functions(_ row: MilenageRow) {
    let random = octets(row.random)
    for algorithm in [
      Milenage(key: octets(row.key), op: octets(row.op)),
      Milenage(key: octets(row.key), opc: octets(row.opc)),
    ] {
      let (f1, f1Star) = algorithm.authentication(
        random: random, sequence: octets(row.sequence), management: octets(row.management))
      #expect(f1 == octets(row.f1))
      #expect(f1Star == octets(row.f1Star))
      let (f2, f5) = algorithm.response(random: random)
      #expect(f2 == octets(row.f2))
      #expect(f5 == octets(row.f5))
      #expect(algorithm.cipherKey(random: random) == octets(row.f3))
      #expect(algorithm.integrityKey(random: random) == octets(row.f4))
      #expect(algorithm.resynchronisationKey(random: random) == octets(row.f5Star))
    }
  }

  /// RFC 4648 §10.
  static let spellings = [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ]

  @Test(arguments: spellings)
  func base64(_ plain: String, _ spelled: String) {
    #expect(string(encodedBase64(Text(plain.utf8))) == spelled)
    #expect(decodedBase64(Text(spelled.utf8)) == Text(plain.utf8))
    #expect(decodedBase64(Text("Zm9*".utf8)) == nil)
  }

  static let row = rows[0]
  static let keys = AgreementKeys(
    key: octets(row.key), constant: octets(row.opc), isDerived: true)

  /// The nonce that a network with the same key makes of an SQN.
  static func nonce(
    _ sequence: UInt64, forged: Bool = false, of row: MilenageRow = rows[0]
  ) -> Text {
    let algorithm = Milenage(key: octets(row.key), opc: octets(row.opc))
    let random = octets(row.random)
    let number = octets(String(String(sequence + 1 << 48, radix: 16).suffix(12)))
    var code = algorithm.authentication(
      random: random, sequence: number, management: octets("b9b9")
    ).0
    if forged { code[0] ^= 1 }
    let concealed = Milenage.sum(number, algorithm.response(random: random).anonymityKey)
    return encodedBase64(random + concealed + octets("b9b9") + code)
  }

  @Test("A new challenge gets RES, an old one AUTS with our SQN, a forged one nothing")
  func challenges() throws {
    let keys = try #require(Self.keys)
    var agreement = KeyAgreement()
    #expect(
      agreement.receive(Self.nonce(64), keys, for: .akaV1MD5) == .response(octets(Self.row.f2)))
    #expect(
      agreement.receive(Self.nonce(96), keys, for: .akaV1MD5) == .response(octets(Self.row.f2)))
    guard case .resynchronise(let token) = agreement.receive(Self.nonce(64), keys, for: .akaV1MD5)
    else {
      Issue.record("an old challenge was taken")
      return
    }
    // What the network does with it (TS 33.102 §6.3.5).
    let concealed = Milenage.sum(Text(token.prefix(6)), octets(Self.row.f5Star))
    #expect(concealed == [0, 0, 0, 0, 0, 96])
    let algorithm = Milenage(key: octets(Self.row.key), opc: octets(Self.row.opc))
    let code = algorithm.authentication(
      random: octets(Self.row.random), sequence: concealed, management: [0, 0]
    ).1
    #expect(Text(token.suffix(8)) == code)
    #expect(agreement.receive(Self.nonce(128, forged: true), keys, for: .akaV1MD5) == .forged)
    #expect(agreement.receive(Text("short".utf8), keys, for: .akaV1MD5) == .forged)
    #expect(agreement.receive(Text("***".utf8), keys, for: .akaV1MD5) == .forged)
    #expect(agreement.sequence == 96)
  }

  /// The passwords that Python's hmac makes of the keys that its own AES has made of each set.
  static let passwords = [
    "shzt3q8CWaZnCAWqs3WmEQ==", "SPm4KbygyM5ajfwCry1oYA==", "K6RHmgDiXiFLM6eBNGa60w==",
    "tkefkL0n+tSF/vbOOHwjvQ==",
  ]

  @Test("AKAv2 makes its password of RES, IK and CK", arguments: zip(rows, passwords))
  func secondVersion(_ row: MilenageRow, _ password: String) throws {
    let keys = try #require(
      AgreementKeys(key: octets(row.key), constant: octets(row.op), isDerived: false))
    var agreement = KeyAgreement()
    let nonce = Self.nonce(64, of: row)
    #expect(agreement.receive(nonce, keys, for: .akaV2MD5) == .response(Text(password.utf8)))
    // Whatever the version, a challenge is good once.
    guard case .resynchronise = agreement.receive(nonce, keys, for: .akaV1MD5) else {
      Issue.record("an old challenge was taken")
      return
    }
  }

  @Test("HMAC-MD5, by RFC 2202 §2")
  func authenticationCode() {
    let code = DigestAlgorithm.md5.authenticationCode(
      of: Text("what do ya want for nothing?".utf8), key: Text("Jefe".utf8))
    #expect(code == octets("750c783e6ab0b503eaa86e310a5db738"))
  }

  private func field(_ nonce: Text, _ version: Int = 1) -> String {
    "Digest realm=\"ims.example\", nonce=\"\(string(nonce))\", qop=\"auth\", "
      + "algorithm=AKAv\(version)-MD5"
  }

  /// A box under IMS with keys, and its first REGISTER.
  private func started() -> (Bench, SIPSyntax.Message) {
    var account = Bench.account(1)
    account.keys = Self.keys
    let bench = Bench(accounts: [account]) { $0.profile = .ims }
    bench.act { $0.start(now: $1, into: &$2) }
    return (bench, bench.takeRequest(.register))
  }

  @Test("Of both versions the second one is answered, in whatever order they stand")
  func bothVersions() throws {
    for versions in [[1, 2], [2, 1]] {
      let (bench, register) = started()
      bench.respond(
        to: register, 401,
        fields: versions.map { (.wwwAuthenticate, field(Self.nonce(64), $0)) }
          + [(.wwwAuthenticate, "Digest realm=\"ims.example\", nonce=\"n\", algorithm=SHA-256")])
      let answer = bench.takeRequest(.register)
      #expect(answer.value(.authorization).contains("algorithm=AKAv2-MD5"))
      #expect(answer.elements(.authorization).count >= 1)
      let range = try #require(answer.first(.authorization))
      let nonce = try #require(answer.authenticationParameter("cnonce", in: range))
      let expected = DigestInput(
        algorithm: .md5, user: Text("1001"), password: Text(Self.passwords[0].utf8),
        realm: Text("ims.example"), nonce: Self.nonce(64), method: Text("REGISTER"),
        uri: Text("sip:ims.example"), protection: (nonce, 1))
      #expect(
        answer.value(.authorization).contains("response=\"\(string(expected.response()))\""))
    }
  }

  @Test("After the second version nobody gets an answer to the first, nor to a password")
  func downgrade() {
    for weaker in [
      field(Self.nonce(96)),
      "Digest realm=\"ims.example\", nonce=\"n\", qop=\"auth\", algorithm=SHA-512-256",
    ] {
      let (bench, register) = started()
      bench.respond(
        to: register, 401, fields: [(.wwwAuthenticate, field(Self.nonce(64), 2))])
      ProfileTests.accept(bench, bench.takeRequest(.register), expires: 60)
      bench.respond(to: bench.takeRequest(.subscribe), 489)
      bench.pass(.seconds(30))
      bench.respond(to: bench.takeRequest(.register), 401, fields: [(.wwwAuthenticate, weaker)])
      #expect(bench.wire.isEmpty)
      #expect(bench.agent.registrations[0].status == .failed(.weakerChallenge))
    }
  }

  @Test("A core that has lost its vector asks anew and is answered, a few times")
  func lostVector() {
    let (bench, register) = started()
    var request = register
    for number in 1...6 as ClosedRange<UInt64> {
      bench.respond(
        to: request, 401, fields: [(.wwwAuthenticate, field(Self.nonce(32 * number)))])
      request = bench.takeRequest(.register)
      #expect(!request.value(.authorization).contains("auts"))
    }
    bench.respond(to: request, 401, fields: [(.wwwAuthenticate, field(Self.nonce(7 * 32)))])
    #expect(bench.wire.isEmpty)
    #expect(bench.agent.registrations[0].status == .failed(.credentials))
  }

  @Test("On the wire: RES, then AUTS for an old challenge, then RES for the new one")
  func wire() throws {
    var account = Bench.account(1)
    account.keys = Self.keys
    let bench = Bench(accounts: [account]) { $0.profile = .ims }
    bench.act { $0.start(now: $1, into: &$2) }
    bench.respond(
      to: bench.takeRequest(.register), 401,
      fields: [(.wwwAuthenticate, field(Self.nonce(64)))])
    let answer = bench.takeRequest(.register)
    let credentials = answer.value(.authorization)
    #expect(credentials.contains("algorithm=AKAv1-MD5"))
    let range = try #require(answer.first(.authorization))
    let nonce = try #require(answer.authenticationParameter("cnonce", in: range))
    let expected = DigestInput(
      algorithm: .md5, user: Text("1001"), password: octets(Self.row.f2),
      realm: Text("ims.example"), nonce: Self.nonce(64), method: Text("REGISTER"),
      uri: Text("sip:ims.example"), protection: (nonce, 1))
    #expect(credentials.contains("response=\"\(string(expected.response()))\""))
    ProfileTests.accept(bench, answer, expires: 60)
    bench.respond(to: bench.takeRequest(.subscribe), 489)
    bench.pass(.seconds(30))
    bench.respond(
      to: bench.takeRequest(.register), 401,
      fields: [(.wwwAuthenticate, field(Self.nonce(32)))])
    let token = bench.takeRequest(.register)
    #expect(token.value(.authorization).contains(", auts=\""))
    bench.respond(to: token, 401, fields: [(.wwwAuthenticate, field(Self.nonce(96)))])
    let fresh = bench.takeRequest(.register)
    #expect(!fresh.value(.authorization).contains("auts"))
    ProfileTests.accept(bench, fresh, expires: 60)
    bench.pass(.seconds(30))
    bench.respond(
      to: bench.takeRequest(.register), 401,
      fields: [(.wwwAuthenticate, field(Self.nonce(200, forged: true)))])
    #expect(bench.wire.isEmpty)
    #expect(bench.agent.registrations[0].status == .failed(.wrongKey))
  }
}
