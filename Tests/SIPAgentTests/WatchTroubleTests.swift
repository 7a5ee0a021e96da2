import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("A subscription that is refused, or in which nobody speaks: RFC 6665 §4.1")
struct WatchTroubleTests {
  @Test("423 asks longer; silence and a missing first NOTIFY try again after a pause")
  func impatient() {
    let bench = ProfileTests.registered()
    bench.respond(
      to: bench.takeRequest(.subscribe), 423, fields: [(.minExpires, "700000")])
    let longer = bench.takeRequest(.subscribe)
    #expect(longer.value(.expires) == "700000")
    bench.respond(to: longer, 200, fields: RegistrationEventTests.far)
    bench.pass(.seconds(31))
    #expect(bench.agent.registrations[0].watch == .active)
    bench.pass(.seconds(2))  // Timer N, 64*T1.
    #expect(bench.agent.registrations[0].watch == .pending)
    bench.pass(.seconds(60))
    #expect(bench.takeRequest(.subscribe).value(.callID) != longer.value(.callID))
  }

  @Test("A 2xx that no NOTIFY follows is no success: the pauses grow")
  func unheard() {
    let bench = ProfileTests.registered()
    var sent: [Instant] = []
    for _ in 0..<5 {
      while bench.wire.isEmpty { bench.pass(.milliseconds(100)) }
      sent.append(bench.now)
      bench.respond(to: bench.takeRequest(.subscribe), 200, fields: RegistrationEventTests.far)
    }
    let pauses = zip(sent.dropFirst(), sent).map { $0 - $1 - .seconds(32) }
    for (pause, most) in zip(pauses, [60, 120, 240, 480] as [Int64]) {
      #expect(pause >= .seconds(most / 2 - 1) && pause <= .seconds(most + 1), "\(pauses)")
    }
  }

  @Test("A refresh that is refused for good begins anew with the next registration, once")
  func revived() {
    let (bench, subscribe) = RegistrationEventTests.subscribed()
    bench.pass(.seconds(599_400 - 60))
    for message in bench.wire {
      if message.value(.event) == "reg" {
        bench.respond(to: message, 403)
      } else {
        ProfileTests.accept(bench, message)
      }
    }
    bench.wire = []
    let isDeclined = bench.agent.registrations[0].watch == .declined(403)
    if isDeclined { renew(bench) }
    let again = bench.takeRequest(.subscribe)
    #expect(again.value(.callID) != subscribe.value(.callID))
    bench.respond(to: again, 403)
    renew(bench)
    #expect(bench.wire.isEmpty && bench.agent.registrations[0].watch == .declined(403))
  }

  private func renew(_ bench: Bench) {
    bench.act { $0.registerAgain(now: $1, into: &$2) }
    ProfileTests.accept(bench, bench.takeRequest(.register))
  }
}
