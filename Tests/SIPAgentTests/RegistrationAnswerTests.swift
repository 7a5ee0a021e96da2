import Base
import SIPAgent
import SIPSyntax
import Testing

/// What a registrar answers to the refresh of a binding, and what the box does about it.
struct AnswerRow: Sendable, CustomTestStringConvertible {
  /// When the next REGISTER leaves.
  enum Next: Sendable, Equatable {
    case atOnce
    /// Within these bounds, seconds.
    case after(ClosedRange<Double>)
  }

  var testDescription: String
  var code: UInt16
  var fields: [(HeaderName, String)] = []
  var body = ""
  var next: Next
  /// How the account stands after the answer.
  var status: RegistrationStatus
  /// Whether the next REGISTER is an initial one: no nonce in its credentials.
  var isInitial = false

  /// RFC 5626 §4.5: the first pause is 30 to 60 s.
  static let passing = Next.after(30...60)
  /// Nobody but a person can heal it: half of 1,200 s to all of it.
  static let lasting = Next.after(600...1_200)
}

@Suite("Every answer to REGISTER")
struct RegistrationAnswerTests {
  static let challenge = "Digest realm=\"ims.example\", nonce=\"n1\", qop=\"auth\", algorithm="
  static let restoration = """
    <?xml version="1.0" encoding="UTF-8"?>
    <ims-3gpp version="1"><alternative-service><type>restoration</type><reason/>
    <action>initial-registration</action></alternative-service></ims-3gpp>
    """

  static func lasting(_ code: UInt16) -> AnswerRow {
    AnswerRow(
      testDescription: "\(code)", code: code, next: AnswerRow.lasting,
      status: .failed(.refused(code)), isInitial: false)
  }

  /// The binding lives on while the pause lasts: it has half of its hour left.
  static func passing(_ code: UInt16) -> AnswerRow {
    AnswerRow(
      testDescription: "\(code)", code: code, next: AnswerRow.passing, status: .registered)
  }

  static func restoring(
    _ description: String, asserted: String, body: String = restoration, isAccepted: Bool
  ) -> AnswerRow {
    AnswerRow(
      testDescription: "504 \(description)", code: 504,
      fields: [(.pAssertedIdentity, asserted)], body: body,
      next: isAccepted ? .atOnce : AnswerRow.passing, status: .registered,
      isInitial: isAccepted)
  }

  static let lastingCodes: [UInt16] = [
    400, 403, 404, 405, 406, 416, 420, 421, 484, 488, 489, 494, 600, 603, 604,
  ]
  static let passingCodes: [UInt16] = [
    300, 302, 380, 408, 430, 480, 491, 500, 501, 502, 503, 504, 513,
  ]
  static let plainRows = lastingCodes.map(lasting) + passingCodes.map(passing)

  static let specialRows: [AnswerRow] = [
    AnswerRow(
      testDescription: "401 stale: the nonce was too old, at once with the new one", code: 401,
      fields: [(.wwwAuthenticate, challenge + "MD5, stale=true")], next: .atOnce,
      status: .registered),
    AnswerRow(
      testDescription: "423 with Min-Expires", code: 423, fields: [(.minExpires, "7200")],
      next: .atOnce, status: .registered),
    AnswerRow(
      testDescription: "423 without Min-Expires", code: 423, next: AnswerRow.passing,
      status: .registered),
    AnswerRow(
      testDescription: "503 with Retry-After", code: 503, fields: [(.retryAfter, "400")],
      next: .after(400...400), status: .registered),
    AnswerRow(
      testDescription: "403 with Retry-After", code: 403, fields: [(.retryAfter, "4000")],
      next: .after(4_000...4_000), status: .failed(.refused(403))),
    AnswerRow(
      testDescription: "305 to another port of the SBC", code: 305,
      fields: [(.contact, "<sip:192.0.2.1:5080>")], next: .atOnce, status: .registered),
    AnswerRow(
      testDescription: "305 to a host that nobody provisioned", code: 305,
      fields: [(.contact, "<sip:192.0.2.66>")], next: AnswerRow.passing, status: .registered),
    AnswerRow(
      testDescription: "305 to a name", code: 305, fields: [(.contact, "<sip:evil.example>")],
      next: AnswerRow.passing, status: .registered),
    AnswerRow(
      testDescription: "305 to where it came from", code: 305,
      fields: [(.contact, "<sip:192.0.2.1>")], next: AnswerRow.passing, status: .registered),
    AnswerRow(
      testDescription: "305 over TCP", code: 305,
      fields: [(.contact, "<sip:192.0.2.1:5080;transport=tcp>")], next: AnswerRow.passing,
      status: .registered),
    restoring(
      "of the S-CSCF in Service-Route", asserted: "<sip:orig@scscf.ims.example>",
      isAccepted: true),
    restoring("of the P-CSCF in Path", asserted: "<sip:term@192.0.2.1:5060>", isAccepted: true),
    restoring("of somebody else", asserted: "<sip:evil.example>", isAccepted: false),
    restoring(
      "that wants something else", asserted: "<sip:orig@scscf.ims.example>",
      body: restoration.replacing("initial-registration", with: "emergency-registration"),
      isAccepted: false),
    restoring(
      "whose body is cut", asserted: "<sip:orig@scscf.ims.example>",
      body: String(restoration.dropLast(8)), isAccepted: false),
  ]

  /// A registered account of the IMS profile with a nonce, whose refresh waits for its answer.
  static func refreshing() -> (Bench, Message) {
    let bench = ProfileTests.bench(expires: 3_600)
    let algorithm = challenge + "MD5"
    bench.respond(
      to: bench.takeRequest(.register), 401,
      fields: [(.wwwAuthenticate, algorithm.replacing("n1", with: "n0"))])
    ProfileTests.accept(bench, bench.takeRequest(.register), expires: 3_600)
    bench.respond(to: bench.takeRequest(.subscribe), 489)
    bench.pass(.seconds(3_000))
    _ = bench.takeEvents()
    return (bench, bench.takeRequest(.register))
  }

  @Test("Each answer to a refresh", arguments: plainRows + specialRows)
  func answer(_ row: AnswerRow) throws {
    let (bench, refresh) = Self.refreshing()
    #expect(refresh.value(.authorization).contains("nonce=\"n0\""))
    bench.respond(
      to: refresh, row.code, fields: row.fields, contentType: "application/3gpp-ims+xml",
      body: Text(row.body.utf8))
    #expect(bench.agent.registrations[0].status == row.status)
    let asked = bench.now
    switch row.next {
    case .atOnce:
      break
    case .after(let bounds):
      #expect(bench.wire.isEmpty)
      let due = try #require(bench.agent.registrations[0].nextAttempt)
      let seconds = Double((due - asked).inMilliseconds) / 1_000
      #expect(bounds.lowerBound - 0.001 <= seconds && seconds <= bounds.upperBound)
      bench.pass(due - asked)
    }
    let next = bench.takeRequest(.register)
    #expect(next.sequenceNumber > refresh.sequenceNumber)
    #expect(next.value(.authorization).contains("nonce=\"\"") == row.isInitial)
    #expect(bench.wire.isEmpty, "one REGISTER, not two")
    ProfileTests.accept(bench, next, expires: 3_600)
    #expect(bench.agent.registrations[0].status == .registered)
  }

  @Test("A 305 to another SBC of the list is followed")
  func redirectedToBackup() throws {
    let second = Endpoint(.v4(0xC000_0202), 5_060)
    let bench = Bench(accounts: [Bench.account(1)]) { $0.servers.append(second) }
    bench.isStrict = false
    bench.act { $0.start(now: $1, into: &$2) }
    let register = try #require(bench.wire.last { $0.requestURI == "sip:ims.example" })
    bench.respond(to: register, 305, fields: [(.contact, "<sip:192.0.2.2>")])
    #expect(bench.wire.last?.requestURI == "sip:ims.example")
    #expect(bench.destinations.last == second)
  }

  @Test("A 305 holds for that request alone, and a second one is a refusal")
  func redirected() {
    let (bench, refresh) = Self.refreshing()
    bench.isStrict = false
    let there: [(HeaderName, String)] = [(.contact, "<sip:192.0.2.1:5080>")]
    bench.respond(to: refresh, 305, fields: there)
    let other = Endpoint(Bench.server.address, 5_080)
    #expect(bench.destinations.last == other)
    let second = bench.takeRequest(.register)
    bench.respond(
      to: second, 401, fields: [(.wwwAuthenticate, Self.challenge + "MD5, stale=true")])
    #expect(bench.destinations.last == other, "the credentials go where the challenge was")
    bench.respond(
      to: bench.takeRequest(.register), 305, fields: [(.contact, "<sip:192.0.2.1:5090>")])
    #expect(bench.wire.isEmpty)
    bench.pass(.seconds(60))
    _ = bench.takeRequest(.register)
    #expect(bench.destinations.last == Bench.server)
  }

  @Test("A core that wants a restoration again and again gets one, then a pause")
  func restorationLoop() {
    let (bench, refresh) = Self.refreshing()
    let fields: [(HeaderName, String)] = [(.pAssertedIdentity, "<sip:orig@scscf.ims.example>")]
    let body = Text(Self.restoration.utf8)
    bench.respond(
      to: refresh, 504, fields: fields, contentType: "application/3gpp-ims+xml", body: body)
    bench.respond(
      to: bench.takeRequest(.register), 504, fields: fields,
      contentType: "application/3gpp-ims+xml", body: body)
    #expect(bench.wire.isEmpty)
    #expect(bench.agent.registrations[0].status == .failed(.refused(504)))
  }

  @Test("A 504 of that kind to a call registers from the beginning, once at a time")
  func restorationByCall() {
    let (bench, refresh) = Self.refreshing()
    ProfileTests.accept(bench, refresh, expires: 3_600)
    bench.pass(.seconds(60))
    for isFirst in [true, false] {
      _ = bench.act {
        $0.invite(from: 1, to: Text("1002"), offer: Bench.offer, now: $1, into: &$2)
      }
      bench.respond(
        to: bench.takeRequest(.invite), 504,
        fields: [(.pAssertedIdentity, "<sip:orig@scscf.ims.example>")],
        contentType: "application/3gpp-ims+xml", body: Text(Self.restoration.utf8))
      _ = bench.takeRequest(.ack)
      guard isFirst else { break }
      #expect(bench.takeRequest(.register).value(.authorization).contains("nonce=\"\""))
    }
    #expect(bench.wire.isEmpty)
  }

  @Test("A SUBSCRIBE that is answered with it does not turn in a circle with REGISTER")
  func restorationBySubscribe() {
    let bench = ProfileTests.registered()
    bench.respond(
      to: bench.takeRequest(.subscribe), 504,
      fields: [(.pAssertedIdentity, "<sip:orig@scscf.ims.example>")],
      contentType: "application/3gpp-ims+xml", body: Text(Self.restoration.utf8))
    #expect(bench.wire.isEmpty)
    bench.pass(.seconds(60))
    bench.respond(
      to: bench.takeRequest(.subscribe), 504,
      fields: [(.pAssertedIdentity, "<sip:orig@scscf.ims.example>")],
      contentType: "application/3gpp-ims+xml", body: Text(Self.restoration.utf8))
    bench.wire.removeAll { $0.value(.event) == "reg" }
    #expect(bench.takeRequest(.register).value(.authorization).contains("nonce=\"\""))
  }

  @Test("A weaker challenge than before is refused, after the pause as well, and to a call")
  func downgrade() {
    let bench = ProfileTests.bench(expires: 3_600)
    bench.respond(
      to: bench.takeRequest(.register), 401,
      fields: [(.wwwAuthenticate, Self.challenge + "SHA-512-256")])
    let answer = bench.takeRequest(.register)
    #expect(answer.value(.authorization).contains("algorithm=SHA-512-256"))
    ProfileTests.accept(bench, answer, expires: 3_600)
    bench.respond(to: bench.takeRequest(.subscribe), 489)
    bench.pass(.seconds(3_000))
    bench.respond(
      to: bench.takeRequest(.register), 401,
      fields: [(.wwwAuthenticate, Self.challenge + "MD5")])
    #expect(bench.wire.isEmpty)
    #expect(bench.takeEvents().last == .registration(1, .failed(.weakerChallenge)))
    while bench.wire.isEmpty { bench.pass(.milliseconds(100)) }
    let anew = bench.takeRequest(.register)
    #expect(anew.value(.authorization).contains("nonce=\"\""))
    bench.respond(to: anew, 401, fields: [(.wwwAuthenticate, Self.challenge + "MD5")])
    #expect(bench.wire.isEmpty)
    #expect(bench.agent.registrations[0].status == .failed(.weakerChallenge))
    bench.act {
      _ = $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    bench.respond(
      to: bench.takeRequest(.invite), 407,
      fields: [(.proxyAuthenticate, Self.challenge + "MD5")])
    #expect(bench.takeRequest(.ack).value(.authorization).isEmpty && bench.wire.isEmpty)
    bench.act {
      _ = $0.invite(
        from: 1, to: Text("110"), offer: Bench.offer, purpose: EmergencyCallTests.police,
        now: $1, into: &$2)
    }
    bench.respond(
      to: bench.takeRequest(.invite), 407,
      fields: [(.proxyAuthenticate, Self.challenge + "MD5")])
    _ = bench.takeRequest(.ack)
    #expect(bench.takeRequest(.invite).value(.proxyAuthorization).contains("algorithm=MD5"))
  }
}

@Suite("A Contact that follows the address that the SBC sees, RFC 3581")
struct SeenAddressTests {
  static let seen = Endpoint(.v4(0xC633_6407), 40_001)  // 198.51.100.7

  private func bench(isFollowing: Bool = true) -> Bench {
    let bench = Bench(accounts: [Bench.account(1)]) { $0.followsSeenAddress = isFollowing }
    bench.act { $0.start(now: $1, into: &$2) }
    return bench
  }

  private func accept(_ bench: Bench, _ request: Message, seenAt: Endpoint) {
    var contacts: [(HeaderName, String)] = []
    request.forEachElement(.contact) {
      contacts.append((.contact, string(request.text($0))))
    }
    bench.respond(to: request, 200, fields: contacts + [(.expires, "3600")], seenAt: seenAt)
  }

  @Test("The binding is renewed with the seen address, and the other one taken back")
  func renewed() {
    let bench = bench()
    accept(bench, bench.takeRequest(.register), seenAt: Self.seen)
    let second = bench.takeRequest(.register)
    var contacts: [String] = []
    second.forEachElement(.contact) { contacts.append(string(second.text($0))) }
    #expect(
      contacts == [
        "<sip:1001@198.51.100.7:40001>", "<sip:1001@192.0.2.100:5070>;expires=0",
      ])
    accept(bench, second, seenAt: Self.seen)
    #expect(bench.wire.isEmpty)
    #expect(string(bench.agent.registrations[0].contact) == "sip:1001@198.51.100.7:40001")
    bench.pass(.seconds(3_000))
    #expect(bench.takeRequest(.register).value(.contact) == "<sip:1001@198.51.100.7:40001>")
    _ = bench.act {
      $0.invite(from: 1, to: Text("1002"), offer: Bench.offer, now: $1, into: &$2)
    }
    #expect(bench.takeRequest(.invite).value(.contact) == "<sip:1001@198.51.100.7:40001>")
  }

  @Test("Where Via says nothing, the only binding in the 200 tells the address")
  func rewritten() {
    let bench = bench()
    var writer = MessageWriter(
      answering: bench.takeRequest(.register), code: 200, tag: Text("far"), source: Bench.local)
    writer.add(.contact, Text("<sip:1001@198.51.100.7:40001>;expires=3600"))
    bench.receive(Text(string(writer.finish()).replacing(";rport=5070", with: "").utf8))
    #expect(bench.takeRequest(.register).value(.contact) == "<sip:1001@198.51.100.7:40001>")
  }

  @Test("Without the parameter, Contact stays as it is")
  func off() {
    let bench = bench(isFollowing: false)
    accept(bench, bench.takeRequest(.register), seenAt: Self.seen)
    #expect(bench.wire.isEmpty)
  }

  @Test("An address that changes with every answer does not become a storm")
  func restless() {
    let bench = bench()
    for port in UInt16(0)..<3 {
      let seen = Endpoint(Self.seen.address, 40_001 + port)
      accept(bench, bench.takeRequest(.register), seenAt: seen)
    }
    #expect(bench.wire.isEmpty)
  }
}
