import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("URIs that are sips, RFC 3261 §26.2.2 and RFC 5630")
struct SIPSTests {
  private static func bench(
    usesSIPS: Bool = true, transport: Transport = .tls,
    adjust: (inout UserAgentSettings) -> Void = { _ in }
  ) -> Bench {
    let bench = Bench(accounts: [Bench.account(1)]) {
      $0.transport = transport
      $0.usesSIPS = usesSIPS
      $0.outbound = .off
      adjust(&$0)
    }
    bench.act { $0.start(now: $1, into: &$2) }
    return bench
  }

  private static func registered(usesSIPS: Bool = true) -> Bench {
    let bench = bench(usesSIPS: usesSIPS)
    bench.respond(to: bench.takeRequest(.register), 200, fields: [(.expires, "3600")])
    return bench
  }

  private static func call(_ scheme: String, by transport: String) -> Text {
    var request = FarRequest(body: "v=0\r\n")
    request.uri = "\(scheme):1001@192.0.2.100:5070"
    return Text(string(request.text).replacing("SIP/2.0/UDP", with: "SIP/2.0/\(transport)").utf8)
  }

  @Test("Every URI of REGISTER is one; the transport is not named beside it (§3.1.3, §5.1.1.1)")
  func registration() {
    let bench = Self.bench()
    let register = bench.takeRequest(.register)
    #expect(register.requestURI == "sips:ims.example")
    #expect(register.value(.from).contains("<sips:1001@ims.example>"))
    #expect(register.value(.to).contains("<sips:1001@ims.example>"))
    #expect(register.value(.contact) == "<sips:1001@192.0.2.100:5070>")
    #expect(register.value(.via).hasPrefix("SIP/2.0/TLS "))
  }

  @Test("Calls and the heartbeat go to them, and REFER names one")
  func requests() {
    let bench = Self.registered()
    let call = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    let invite = bench.takeRequest(.invite)
    #expect(invite.requestURI == "sips:2001@ims.example")
    #expect(invite.value(.to) == "<sips:2001@ims.example>")
    #expect(invite.value(.contact) == "<sips:1001@192.0.2.100:5070>")
    bench.respond(
      to: invite, 200, fields: [(.contact, "<sips:2001@192.0.2.7:5061>")], body: Bench.offer)
    #expect(bench.takeRequest(.ack).requestURI == "sips:2001@192.0.2.7:5061")
    _ = bench.act { $0.refer(call!, to: Text("2009"), now: $1, into: &$2) }
    let refer = bench.takeRequest(.refer)
    #expect(refer.value(.referTo) == "<sips:2009@ims.example>")
    #expect(refer.value(.referredBy) == "<sips:1001@ims.example>")
    let asking = Self.bench {
      $0.heartbeat.isForOne = true
      $0.heartbeat.pause = .seconds(30)
    }
    _ = asking.takeRequest(.register)
    asking.pass(.seconds(30))
    asking.wire.removeAll { $0.requestURI == "sips:ims.example" }
    #expect(asking.takeRequest(.options).requestURI == "sips:192.0.2.1:5060")
  }

  @Test(
    "Our Contact in a call to us has the scheme that it was made with (RFC 3261 §12.1.1)",
    arguments: [
      (true, "sips", "<sips:1001@192.0.2.100:5070>"),
      (true, "sip", "<sip:1001@192.0.2.100:5070;transport=tls>"),
      (false, "sips", "<sips:1001@192.0.2.100:5070>"),
      (false, "sip", "<sip:1001@192.0.2.100:5070;transport=tls>"),
    ])
  func incoming(usesSIPS: Bool, scheme: String, contact: String) {
    let bench = Self.registered(usesSIPS: usesSIPS)
    bench.receive(Self.call(scheme, by: "TLS"))
    guard case .incoming(let session, _, _, _) = bench.events.last else {
      Issue.record("no call came in")
      return
    }
    bench.act { $0.answer(session, description: Bench.offer, now: $1, into: &$2) }
    #expect(bench.takeResponse(200).value(.contact) == contact)
    bench.act { $0.hangUp(session, now: $1, into: &$2) }
  }

  @Test("Where TLS is set, nothing begins that has not come by it (RFC 3261 §26.3.2.1)")
  func forged() {
    let bench = Self.registered(usesSIPS: false)
    _ = bench.takeEvents()
    for scheme in ["sip", "sips"] {
      for transport in ["UDP", "TCP", "TLS"] {
        bench.receive(Self.call(scheme, by: transport), isSecure: false)
      }
    }
    bench.receive(FarRequest(method: "OPTIONS").text, isSecure: false)
    MessageWaitingTests.notify(bench, nil, MessageWaitingTests.yes)
    #expect(bench.wire.count == 1, "what came by TLS is answered")
    guard case .messages(1, _) = bench.takeFacts().first, bench.agent.sessions.isEmpty else {
      Issue.record("a call began")
      return
    }
    #expect(bench.agent.counters[.insecure] == 7)
  }

  @Test("What began before TLS was set ends as it began")
  func before() {
    let bench = Self.bench(usesSIPS: false, transport: .udp)
    bench.respond(to: bench.takeRequest(.register), 200, fields: [(.expires, "3600")])
    bench.receive(Self.call("sip", by: "UDP"))
    bench.act { $0.changeTransport(to: .tls, isAlias: false, now: $1, into: &$2) }
    _ = bench.takeRequest(.register)
    bench.receive(FarRequest(method: "CANCEL").text, isSecure: false)
    bench.takeResponse(200)
    bench.takeResponse(487)
  }

  @Test("Without TLS a call to one is refused, with the reason (RFC 5630 §5.2.2)")
  func withoutTLS() {
    for (transport, name) in [(Transport.udp, "UDP"), (.tcp, "TCP")] {
      let bench = Self.bench(usesSIPS: false, transport: transport)
      bench.respond(to: bench.takeRequest(.register), 200, fields: [(.expires, "3600")])
      bench.receive(Self.call("sips", by: name))
      let refusal = bench.takeResponse(480)
      #expect(refusal.value(.warning) == "380 192.0.2.100:5070 \"SIPS Not Allowed\"")
      #expect(bench.agent.sessions.isEmpty)
    }
  }
}
