import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Reports of calls, RFC 3903 and RFC 6035")
struct PublishTests {
  static let collector = "sip:collector@ims.example"
  static let report = Text("VQSessionReport: CallTerm\r\n")

  static func bench(collector: String = collector) -> Bench {
    let bench = Bench(accounts: [Bench.account(1)]) { $0.collector = Text(collector.utf8) }
    bench.act { $0.start(now: $1, into: &$2) }
    ProfileTests.accept(bench, bench.takeRequest(.register), expires: 3_600)
    _ = bench.takeEvents()
    return bench
  }

  static func publish(_ bench: Bench) {
    bench.act { $0.publish(report, account: 1, now: $1, into: &$2) }
  }

  @Test("PUBLISH outside of a dialog, its challenge answered with the body as it was")
  func published() {
    let bench = Self.bench()
    Self.publish(bench)
    let publish = bench.takeRequest(.publish)
    #expect(publish.requestURI == Self.collector)
    #expect(publish.value(.to) == "<\(Self.collector)>")
    #expect(publish.value(.event) == "vq-rtcpxr")
    #expect(publish.value(.contentType) == "application/vq-rtcpxr")
    #expect(publish.value(.route) == ProfileTests.route)
    bench.respond(
      to: publish, 407,
      fields: [(.proxyAuthenticate, "Digest realm=\"ims.example\", nonce=\"n\", qop=\"auth\"")])
    let second = bench.takeRequest(.publish)
    #expect(second.value(.proxyAuthorization).contains("nonce=\"n\""))
    #expect(second.value(.contentType) == "application/vq-rtcpxr")
    #expect(second.text(second.body) == Self.report)
    #expect(second.value(.callID) == publish.value(.callID))
    #expect(second.sequenceNumber == publish.sequenceNumber + 1)
    bench.respond(to: second, 200)
    #expect(bench.takeEvents().isEmpty && bench.agent.counters[.unpublished] == 0)
    bench.pass(.seconds(40))
    #expect(bench.isClean)
  }

  @Test("A report that is refused is counted and not sent again")
  func refused() {
    let bench = Self.bench()
    Self.publish(bench)
    bench.respond(to: bench.takeRequest(.publish), 503)
    #expect(bench.takeEvents() == [.note(.publicationRefused(1, code: 503))])
    #expect(bench.agent.counters[.unpublished] == 1)
    bench.pass(.seconds(1_000))
    #expect(bench.wire.isEmpty && bench.isClean)
  }

  @Test("A silent collector costs eight transactions at the most, and nothing after 64*T1")
  func silent() {
    let bench = Self.bench()
    for _ in 0..<20 { Self.publish(bench) }
    for _ in 0..<8 { _ = bench.takeRequest(.publish) }
    #expect(bench.wire.isEmpty && bench.agent.counters[.unpublished] == 12)
    bench.pass(.seconds(33))
    #expect(bench.agent.counters[.unpublished] == 20)
    #expect(bench.takeEvents().count { $0 == .note(.publicationUnanswered(1)) } == 8)
    bench.wire = []
    bench.pass(.seconds(1_000))
    #expect(bench.wire.isEmpty && bench.isClean)
  }

  @Test("Without a collector nothing is sent or remembered")
  func nobody() {
    let bench = Self.bench(collector: "")
    Self.publish(bench)
    #expect(bench.wire.isEmpty)
    #expect(Self.endCall(bench) == nil)
  }

  /// A call that the far side begins and ends at once; what is remembered of it.
  static func endCall(_ bench: Bench) -> EndedDialog? {
    bench.receive(FarRequest().text)
    guard case .incoming(let session, _, _, _)? = bench.takeFacts().last else { return nil }
    bench.act { $0.answer(session, description: Bench.offer, now: $1, into: &$2) }
    let answer = bench.wire.removeLast()
    let tag = (try? answer.to().tag).map { answer.text($0) } ?? []
    let to = "<sip:1001@ims.example>;tag=\(String(decoding: tag, as: UTF8.self))"
    bench.receive(FarRequest(method: "ACK", branch: "z9hG4bKack", to: to).text)
    bench.receive(FarRequest(method: "BYE", branch: "z9hG4bKbye", to: to, sequence: 2).text)
    bench.wire = []
    bench.pass(.seconds(40))
    let dialog = bench.agent.takeEndedDialog(of: session)
    #expect(bench.agent.takeEndedDialog(of: session) == nil, "it is given once")
    return dialog
  }

  @Test("The dialog of a call is known after the call itself is forgotten")
  func remembered() throws {
    let bench = Self.bench()
    let dialog = try #require(Self.endCall(bench))
    #expect(bench.isClean)
    #expect(dialog.account == 1 && !dialog.isOutgoing)
    #expect(string(dialog.callID) == "call-1@far")
    #expect(string(dialog.localIdentity) == "<sip:1001@ims.example>")
    #expect(string(dialog.remoteIdentity) == "<sip:2001@ims.example>")
    #expect(string(dialog.remoteTag) == "far")
  }
}
