import Base
import Call
import Config
import Network
import SIPAgent
import Testing

@testable import Gateway

@Suite("SIP by connections, as the box sends and tells it")
struct StreamPathTests {
  private var out = Outbox<GatewayOutput>(limit: Gateway.outputLimit)
  private var session = ConsoleSession(number: 1, role: .administrator)
  private let server = Endpoint(.v4(0xC000_0201), 5_060)

  private mutating func gateway(_ lines: String, server: String = "192.0.2.1") -> Gateway {
    let settings =
      "sip server \(server)\nsip local 192.0.2.100\nsip domain a.example\n" + lines
    return gatewayOfOnePort(settings, into: &out)
  }

  private mutating func said(_ line: String, by box: inout Gateway) -> String {
    let answer = box.answer(
      .line(Text(line.utf8)), of: &session, now: .zero + .seconds(60), into: &out
    ) { _ in .done }
    return string(Text(answer.prefix { $0 != 0x1E }))
  }

  /// What is sent now: how, where, to whose certificate, and the first line with the Contacts.
  private mutating func sent() -> [String] {
    out.drain().compactMap { output in
      let how: String
      let message: Text
      switch output {
      case .send(let datagram, _): (how, message) = ("UDP", datagram)
      case .sendByStream(let text, _, let name):
        (how, message) = (name.map { "TLS to " + string($0) } ?? "TCP", text)
      default: return nil
      }
      let lines = string(message).split(separator: "\r\n")
      let contacts = lines.filter { $0.hasPrefix("Contact: ") }.map { $0.dropFirst(9) }
      return "\(how) \(lines[0].prefix { $0 != " " }) \(contacts.joined(separator: " "))"
    }
  }

  @Test("REGISTER by the transport that is set, for the certificate of the SBC's address")
  mutating func transports() {
    for (words, how, parameter) in [
      ("", "UDP", ""), ("sip transport tcp\n", "TCP", ";transport=tcp"),
      ("sip transport tls\n", "TLS to 192.0.2.1", ";transport=tls"),
    ] {
      var box = gateway(words)
      box.start(now: .zero, into: &out)
      let sent = sent()
      #expect(sent.count == 1)
      #expect(
        sent[0].hasPrefix("\(how) REGISTER <sip:6001@192.0.2.100:5060\(parameter)>"))
      // A long request finds its way by UDP before an SBC counts as silent.
      let isShort = box.connectPatience < HeartbeatSettings().patience
      #expect(isShort == parameter.isEmpty)
    }
  }

  @Test("By TLS an SBC of the provisioned name must show a certificate for that name")
  mutating func namedServer() {
    var box = gateway("sip transport tls\n", server: "sbc.example port 5061")
    box.start(now: .zero, into: &out)
    for output in out.drain() {
      guard case .ask(let number, _) = output else { continue }
      box.resolved(
        number, .records([DNSRecord(.address(server.address), seconds: 60)]),
        now: .zero, into: &out)
    }
    let first = sent().first
    #expect(first?.hasPrefix("TLS to sbc.example REGISTER ") == true)
  }

  @Test("Status, explain and log name the transport and the connection's last failure")
  mutating func words() {
    var box = gateway("sip transport tcp\n")
    box.start(now: .zero, into: &out)
    let early = said("show status", by: &box)
    #expect(early.contains("192.0.2.1:5060 by TCP: no connection yet\n"))
    for second in [1, 2, 3] {
      box.streamLost(
        server, isSecure: false, wasOpen: false, why: Text("Connection refused"),
        now: .zero + .seconds(second), into: &out)
    }
    let status = said("show status", by: &box)
    #expect(status.contains(" by TCP: Connection refused, 0:00:57 ago\n"))
    let explanation = said("explain port 1", by: &box)
    #expect(explanation.contains("; no connection: Connection refused"))
    let log = said("show log", by: &box)
    #expect(log.ranges(of: "SBC 192.0.2.1:5060: TCP: Connection refused").count == 1)
    box.streamOpened(server, isSecure: false, now: .zero + .seconds(50))
    let details = said("show registrations detail", by: &box)
    #expect(details.contains("192.0.2.1:5060 by TCP: connected for 0:00:10\n"))
    let after = said("show log", by: &box)
    #expect(after.contains("SBC 192.0.2.1:5060: connected by TCP"))
  }

  @Test("A change of the transport counts at once: the old binding is taken back")
  mutating func change() {
    var box = gateway("")
    box.start(now: .zero, into: &out)
    _ = sent()
    for line in ["configure", "sip transport tls", "commit"] { _ = said(line, by: &box) }
    box.advance(to: .zero + .seconds(60), into: &out)
    let sent = sent()
    #expect(sent.count == 1)
    #expect(
      sent[0].hasPrefix("TLS to 192.0.2.1 REGISTER <sip:6001@192.0.2.100:5060;transport=tls>;"))
    #expect(sent[0].hasSuffix(";reg-id=1 <sip:6001@192.0.2.100:5060>;expires=0"))
  }

  @Test("Who is no SBC is not welcome")
  mutating func strangers() {
    var box = gateway("")
    box.start(now: .zero, into: &out)
    let isKnown = box.welcomes(Endpoint(server.address, 40_000), now: .zero)
    let isStranger = box.welcomes(Endpoint(.v4(0xC000_0209), 40_000), now: .zero)
    #expect(isKnown && !isStranger)
  }
}
