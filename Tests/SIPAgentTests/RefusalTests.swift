import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Requests that are not served")
struct RefusalTests {
  struct Row: CustomTestStringConvertible {
    var testDescription: String
    var request: FarRequest
    var code: UInt16
    var counter: AgentCounter
    var field: (HeaderName, String)?
  }

  private static func request(_ change: (inout FarRequest) -> Void) -> FarRequest {
    var request = FarRequest()
    change(&request)
    return request
  }

  static let rows: [Row] = [
    Row(
      testDescription: "MESSAGE", request: request { $0.method = "MESSAGE" }, code: 405,
      counter: .unsupportedMethod,
      field: (.allow, "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, INFO, NOTIFY, REFER")),
    Row(
      testDescription: "NOTIFY", request: request { $0.method = "NOTIFY" }, code: 481,
      counter: .unknownDialog),
    Row(
      testDescription: "unknown method", request: request { $0.method = "NEWMETHOD" }, code: 501,
      counter: .unsupportedMethod),
    Row(
      testDescription: "unknown extension",
      request: request { $0.fields = ["Require: 100rel, nothing"] }, code: 420,
      counter: .unsupportedExtension, field: (.unsupported, "nothing")),
    Row(
      testDescription: "preconditions", request: request { $0.fields = ["Require: precondition"] },
      code: 420, counter: .unsupportedExtension, field: (.unsupported, "precondition")),
    Row(
      testDescription: "extension in a NOTIFY",
      request: request {
        $0.method = "NOTIFY"
        $0.fields = ["Require: timer"]
      }, code: 420, counter: .unsupportedExtension, field: (.unsupported, "timer")),
    Row(
      testDescription: "PRACK outside a dialog", request: request { $0.method = "PRACK" },
      code: 481, counter: .unknownDialog),
    Row(
      testDescription: "a session interval that is too short",
      request: request { $0.fields = ["Supported: timer", "Session-Expires: 89"] }, code: 422,
      counter: .badRequest, field: (.minSE, "90")),
    Row(
      testDescription: "unknown user",
      request: request {
        $0.uri = "sip:9@192.0.2.100"
        $0.to = "<sip:9@ims.example>"
      }, code: 404, counter: .unknownUser),
    Row(
      testDescription: "BYE outside a dialog", request: request { $0.method = "BYE" }, code: 481,
      counter: .unknownDialog),
    Row(
      testDescription: "re-INVITE of an unknown dialog",
      request: request { $0.to = "<sip:1001@ims.example>;tag=gone" }, code: 481,
      counter: .unknownDialog),
    Row(
      testDescription: "CANCEL of nothing", request: request { $0.method = "CANCEL" }, code: 481,
      counter: .unknownDialog),
    Row(
      testDescription: "unknown scheme", request: request { $0.uri = "nobody:x" }, code: 416,
      counter: .badRequest),
    Row(
      testDescription: "content that we do not know",
      request: request {
        $0.contentType = "text/plain"
        $0.body = "hello"
      }, code: 415, counter: .badRequest, field: (.accept, "application/sdp")),
    Row(
      testDescription: "a field twice that may stand once",
      request: request { $0.fields = ["Max-Forwards: 70"] }, code: 400, counter: .badRequest),
  ]

  @Test(arguments: rows)
  func refused(_ row: Row) {
    let bench = Bench()
    bench.isStrict = row.code != 400
    for _ in 0..<2 {
      bench.receive(row.request.text)
      let response = bench.takeResponse(row.code)
      if let (name, value) = row.field { #expect(response.value(name) == value) }
    }
    #expect(bench.agent.counters[row.counter] == 2)
    #expect(bench.isClean, "refusing costs no memory")
    #expect(bench.agent.sessions.isEmpty)
  }

  @Test("OPTIONS outside a dialog says what we can do")
  func options() {
    let bench = Bench()
    bench.receive(FarRequest(method: "OPTIONS").text)
    let response = bench.takeResponse(200)
    #expect(response.value(.allow).hasPrefix("INVITE, ACK"))
    #expect(response.value(.accept) == "application/sdp")
    #expect(bench.isClean)
  }

  @Test("The same INVITE by another way is refused with 482")
  func merged() {
    let bench = Bench()
    var request = FarRequest()
    bench.receive(request.text)
    request.branch = "z9hG4bKfar2"
    bench.receive(request.text)
    bench.takeResponse(482)
    #expect(bench.agent.counters[.merged] == 1)
    #expect(bench.agent.sessions.count == 1)
  }

  @Test("Strangers are not answered, only counted")
  func strangers() {
    let bench = Bench()
    bench.receive(FarRequest().text, from: Endpoint(.v4(0xC000_0263), 5_060))
    #expect(bench.wire.isEmpty)
    #expect(bench.agent.counters[.stranger] == 1)
    #expect(bench.takeEvents().count == 1)
  }

  @Test("What is not SIP is counted by its reason; keep-alives are no fault")
  func malformed() {
    let bench = Bench()
    bench.receive(Text("\r\n\r\n"))
    bench.receive([])
    #expect(bench.agent.counters[.keepAlive] == 2)
    #expect(bench.takeEvents() == [])
    bench.receive(Text("HELLO\r\n\r\n"))
    bench.receive(Text("SIP/2.0 999 Odd\r\n\r\n"))
    #expect(bench.agent.counters[.malformed] == 2)
    #expect(bench.agent.counters[SyntaxError.Reason.badStatusCode] == 1)
    bench.receive(Text(repeating: 0x41, count: 70_000))
    #expect(bench.agent.counters[SyntaxError.Reason.tooLong] == 1)
    #expect(bench.wire.isEmpty)
  }

  @Test("Responses and ACKs that belong to nothing are counted")
  func strays() {
    let bench = Bench()
    _ = bench.act { $0.invite(from: 1, to: Text("2"), offer: [], now: $1, into: &$2) }
    let invite = bench.takeRequest(.invite)
    let text = string(invite.bytes)
    for branch in ["z9hG4bK0123456789abcdef", "z9hG4bKshort", "other"] {
      let foreign = text.replacing(invite.branch, with: branch)
      guard let request = try? Message(parsing: Text(foreign.utf8)) else {
        Issue.record("the test's own message is wrong")
        return
      }
      bench.respond(to: request, 200)
    }
    bench.respond(to: invite, 200, fields: [(.via, "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx")])
    #expect(bench.agent.counters[.strayResponse] == 3)
    #expect(bench.agent.counters[SyntaxError.Reason.foreignVia] == 1)
    bench.receive(
      FarRequest(method: "ACK", to: "<sip:1001@ims.example>;tag=gone").text)
    #expect(bench.agent.counters[.strayAck] == 1)
    #expect(bench.wire.isEmpty)
  }

  @Test("Without rport the response goes to the port in the Via")
  func responsePort() {
    let bench = Bench()
    let text = string(FarRequest(method: "OPTIONS").text)
      .replacing("192.0.2.1;rport", with: "192.0.2.1:5999")
    var out = Outbox<UserAgentOutput>(limit: 16)
    bench.agent.receive(Text(text.utf8), from: Bench.server, now: .zero, into: &out)
    guard case .send(_, let destination) = out.drain().first else {
      Issue.record("no response")
      return
    }
    #expect(destination == Endpoint(Bench.server.address, 5_999))
  }

  @Test("No damage to a good dialogue can trap it", arguments: UInt64(1)...200)
  func damaged(seed: UInt64) {
    var dice = RandomSource(testSeed: seed)
    let bench = Bench(seed: seed)
    bench.isStrict = false
    var bases = [
      FarRequest(fields: ["Record-Route: <sip:a;lr>"], body: "v=0\r\n").text,
      FarRequest(method: "BYE").text, FarRequest(method: "CANCEL").text,
      FarRequest(method: "OPTIONS").text, FarRequest(method: "UPDATE", body: "v=0\r\n").text,
    ]
    bench.act { $0.start(now: $1, into: &$2) }
    _ = bench.act { $0.invite(from: 1, to: Text("2"), offer: [], now: $1, into: &$2) }
    for request in bench.wire {
      for code: UInt16 in [100, 183, 200, 401, 407, 423, 486, 503] {
        var writer = MessageWriter(
          answering: request, code: code, tag: Text("t"), source: Bench.local)
        writer.add(.wwwAuthenticate, "Digest realm=\"r\", nonce=\"n\"")
        writer.add(.contact, "<sip:a@b>;expires=60")
        bases.append(writer.finish())
      }
    }
    for _ in 0..<60 {
      guard var bytes = bases.randomElement(using: &dice) else { return }
      for _ in 0..<Int.random(in: 1...4, using: &dice) where !bytes.isEmpty {
        let at = Int.random(in: 0..<bytes.count, using: &dice)
        switch Int.random(in: 0...2, using: &dice) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &dice)
        case 1: bytes.removeSubrange(at..<min(bytes.count, at + 9))
        default: bytes.insert(contentsOf: bytes.prefix(at).suffix(5), at: at)
        }
      }
      bench.receive(bytes)
      bench.pass(.milliseconds(Int64.random(in: 0...300, using: &dice)))
    }
    let datagrams = bench.agent.counters[.received]
    #expect(datagrams == 60, "seed \(seed)")
  }
}
