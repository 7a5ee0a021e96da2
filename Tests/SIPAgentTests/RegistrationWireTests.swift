import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Registration on the wire")
struct RegistrationWireTests {
  private static let challenge = """
    Digest realm="ims.example", nonce="n1", opaque="o1", qop="auth", algorithm=SHA-256
    """

  private func bench(expires: UInt32 = 3_600) -> Bench {
    let bench = Bench(accounts: [Bench.account(1, expires: expires)])
    bench.act { $0.start(now: $1, into: &$2) }
    return bench
  }

  private func accept(_ bench: Bench, _ request: Message, expires: Int = 60) {
    bench.respond(
      to: request, 200,
      fields: [
        (.contact, "<sip:1001@192.0.2.100:5070>;expires=\(expires)"),
        (.serviceRoute, "<sip:orig@192.0.2.1;lr>"),
        (.pAssociatedURI, "<sip:+861001@ims.example>, <tel:+861001>"),
      ])
  }

  @Test("401, credentials, 200; what the registrar says is kept; the refresh reuses the nonce")
  func challenged() {
    let bench = bench()
    let first = bench.takeRequest(.register)
    #expect(first.requestURI == "sip:ims.example")
    #expect(first.value(.from) == first.value(.to) + ";tag=" + first.value(.from).suffix(16))
    #expect(first.value(.to) == "\"Port 1\" <sip:1001@ims.example>")
    #expect(first.value(.contact) == "<sip:1001@192.0.2.100:5070>")
    #expect(first.value(.expires) == "3600")
    #expect(first.first(.authorization) == nil)
    bench.respond(to: first, 401, fields: [(.wwwAuthenticate, Self.challenge)])

    let second = bench.takeRequest(.register)
    #expect(second.value(.callID) == first.value(.callID))
    #expect(second.sequenceNumber == 2)
    #expect(second.branch != first.branch)
    let credentials = second.value(.authorization)
    #expect(credentials.contains("username=\"1001\""))
    #expect(credentials.contains("opaque=\"o1\", qop=auth, nc=00000001"))
    accept(bench, second)
    #expect(
      bench.takeEvents() == [.registration(1, .registering), .registration(1, .registered)])
    let report = bench.agent.registrations[0]
    #expect(report.lastCode == 200)
    #expect(string(report.serviceRoute) == "<sip:orig@192.0.2.1;lr>")
    #expect(string(report.defaultIdentity) == "<sip:+861001@ims.example>")
    #expect(report.expiresAt == bench.now + .seconds(60))
    #expect(report.nextAttempt == bench.now + .seconds(30))

    bench.pass(.seconds(30))
    let refresh = bench.takeRequest(.register)
    #expect(refresh.value(.authorization).contains("nc=00000002"))
    let stale = Self.challenge.replacing("n1", with: "n2") + ", stale=true"
    bench.respond(to: refresh, 401, fields: [(.wwwAuthenticate, stale)])
    let renewed = bench.takeRequest(.register)
    #expect(renewed.value(.authorization).contains("nonce=\"n2\""))
    #expect(renewed.value(.authorization).contains("nc=00000001"))
    accept(bench, renewed)
    #expect(bench.takeEvents() == [])
    bench.pass(.seconds(6))
    #expect(bench.isClean)
  }

  @Test("A wrong password ends after the second challenge and waits long")
  func wrongPassword() {
    let bench = bench()
    for nonce in ["a", "b"] {
      let request = bench.takeRequest(.register)
      let challenge = Self.challenge.replacing("n1", with: nonce)
      bench.respond(to: request, 401, fields: [(.wwwAuthenticate, challenge)])
    }
    #expect(bench.wire.isEmpty)
    #expect(
      bench.takeEvents() == [
        .registration(1, .registering), .note(.registrationRefused(1, code: 401)),
        .registration(1, .failed(.credentials)),
      ])
    bench.pass(.seconds(599))
    #expect(bench.wire.isEmpty)
    bench.pass(.seconds(601))
    #expect(bench.wire.count >= 1)
  }

  @Test("An algorithm that nobody knows is said")
  func unsupported() {
    let bench = bench()
    let request = bench.takeRequest(.register)
    bench.respond(
      to: request, 401,
      fields: [(.wwwAuthenticate, "Digest realm=\"r\", nonce=\"n\", algorithm=AKAv1-MD5")])
    #expect(bench.takeEvents().last == .registration(1, .failed(.unsupportedChallenge)))
  }

  @Test("423 is asked again at once with Min-Expires")
  func intervalTooBrief() {
    let bench = bench(expires: 60)
    bench.respond(to: bench.takeRequest(.register), 423, fields: [(.minExpires, "1800")])
    #expect(bench.takeRequest(.register).value(.expires) == "1800")
  }

  @Test("503 with Retry-After waits at least that long")
  func retryAfter() {
    let bench = bench()
    bench.respond(to: bench.takeRequest(.register), 503, fields: [(.retryAfter, "240 (busy)")])
    bench.pass(.seconds(239))
    #expect(bench.wire.isEmpty)
    bench.pass(.seconds(1))
    _ = bench.takeRequest(.register)
  }

  @Test("Silence for a day: eleven copies an attempt, attempts within 1,800 s, no leak")
  func silence() {
    let bench = bench()
    bench.pass(.seconds(86_400))
    let attempts = Set(bench.wire.map { $0.branch })
    #expect(attempts.count > 48 && attempts.count < 110)
    #expect(bench.wire.count <= attempts.count * 11)
    #expect(bench.agent.rememberedCount <= 1)
    let events = bench.takeEvents().filter {
      if case .registration = $0 { true } else { false }
    }
    #expect(
      events == [.registration(1, .registering), .registration(1, .failed(.timeout))])
    bench.wire = []
    while bench.wire.isEmpty { bench.pass(.seconds(1)) }
    accept(bench, bench.takeRequest(.register))
    #expect(bench.takeEvents().last == .registration(1, .registered))
  }

  @Test("Stopping gives the binding back and says so when it is answered")
  func stop() {
    let bench = bench()
    accept(bench, bench.takeRequest(.register))
    _ = bench.takeEvents()
    bench.act { $0.stop(now: $1, into: &$2) }
    let request = bench.takeRequest(.register)
    #expect(request.value(.expires) == "0")
    #expect(bench.takeEvents() == [])
    bench.respond(to: request, 200)
    #expect(bench.takeEvents() == [.registration(1, .unregistered), .stopped])
    #expect(bench.agent.deadline == nil)
  }

  @Test("Stopping during the first REGISTER sends only the one that gives it back")
  func stopEarly() {
    let bench = bench()
    let first = bench.takeRequest(.register)
    bench.act { $0.stop(now: $1, into: &$2) }
    bench.pass(.milliseconds(1_500))
    #expect(bench.wire.allSatisfy { $0.value(.expires) == "0" })
    #expect(bench.wire.count == 3)
    bench.respond(to: first, 200, fields: [(.expires, "60")])
    bench.respond(to: bench.takeRequest(.register), 200)
    #expect(
      bench.takeEvents().filter { $0 != .note(.ignored(.strayResponse, from: Bench.server)) }
        == [.registration(1, .registering), .registration(1, .unregistered), .stopped])
  }

  @Test("Stopping does not wait for an SBC that is dead")
  func stopWithoutAnswer() {
    let bench = bench()
    accept(bench, bench.takeRequest(.register))
    bench.act { $0.stop(now: $1, into: &$2) }
    bench.pass(.seconds(4))
    #expect(bench.takeEvents().last == .stopped)
    #expect(bench.isClean)
  }

  @Test("nextnonce is used for the next request")
  func nextNonce() {
    let bench = bench()
    bench.respond(
      to: bench.takeRequest(.register), 401, fields: [(.wwwAuthenticate, Self.challenge)])
    bench.respond(
      to: bench.takeRequest(.register), 200,
      fields: [
        (.authenticationInfo, "nextnonce=\"later\""), (.expires, "60"),
        (.contact, "<sip:1001@192.0.2.100:5070>"),
      ])
    bench.pass(.seconds(30))
    let refresh = bench.takeRequest(.register)
    #expect(refresh.value(.authorization).contains("nonce=\"later\""))
    #expect(refresh.value(.authorization).contains("nc=00000001"))
  }
}
