import Base
import SIPAgent
import SIPSyntax
import SIPTransaction
import Testing

/// A user agent, a clock and an SBC that says what the test wants, in virtual time.
///
/// Every datagram that the agent sends is parsed again; one that is not in order fails the test.
final class Bench {
  static let server = Endpoint(.v4(0xC000_0201), 5_060)
  static let local = Endpoint(.v4(0xC000_0264), 5_070)
  static let offer = Text("v=0\r\no=- 1 1 IN IP4 192.0.2.100\r\ns=-\r\nt=0 0\r\n")

  var agent: UserAgent
  var now = Instant.zero
  private var out = Outbox<UserAgentOutput>(limit: UserAgent.outputLimit)
  /// What the agent said beside datagrams, oldest first.
  var events: [UserAgentOutput] = []
  /// What the agent sent and nobody has taken yet, oldest first.
  var wire: [Message] = []
  /// The datagrams of STUN that it sent, oldest first, and where to; never emptied.
  var probes: [(request: Text, server: Endpoint)] = []
  /// When each datagram was sent, in milliseconds; never emptied.
  var sendTimes: [Int64] = []
  /// Where each datagram was sent to; never emptied.
  var destinations: [Endpoint] = []
  /// Of each message that went by a connection, whether that was by TLS; never emptied.
  var secure: [Bool] = []
  /// Whether a datagram that is not in order is a failure of the test.
  var isStrict = true

  init(
    accounts: [Account] = [Bench.account(1), Bench.account(2)], seed: UInt64 = 1,
    server: Endpoint = Bench.server, local: Endpoint = Bench.local,
    sessions: SessionSettings = SessionSettings(),
    adjust: (inout UserAgentSettings) -> Void = { _ in }
  ) {
    var settings = UserAgentSettings(servers: [server], local: local, userAgent: Text("Tipring/1"))
    settings.sessions = sessions
    adjust(&settings)
    agent = UserAgent(
      settings: settings, accounts: accounts, random: RandomSource(testSeed: seed))
  }

  static func account(_ number: AccountNumber, expires: UInt32 = 3_600) -> Account {
    Account(
      number: number, user: Text("100\(number)".utf8), password: Text("secret\(number)".utf8),
      domain: Text("ims.example"), displayName: Text("Port \(number)".utf8), expiresSeconds: expires
    )
  }

  /// Does something with the agent now and sorts what comes of it.
  func act<R>(_ body: (inout UserAgent, Instant, inout Outbox<UserAgentOutput>) -> R) -> R {
    let result = body(&agent, now, &out)
    sort()
    return result
  }

  /// Lets time pass; every deadline fires on the way.
  func pass(_ duration: Duration) {
    let end = now + duration
    while let deadline = agent.deadline, deadline <= end {
      now = max(now, deadline)
      agent.advance(to: now, into: &out)
      sort()
    }
    now = end
  }

  /// Brings a message, by TLS where that is set and nothing else is said.
  func receive(
    _ datagram: Text, from source: Endpoint = Bench.server, isSecure: Bool? = nil
  ) {
    let isSecure = isSecure ?? (agent.settings.transport == .tls)
    act { $0.receive(datagram, from: source, isSecure: isSecure, now: $1, into: &$2) }
  }

  private func sort() {
    for output in out.drain() {
      let (datagram, destination): (Text, Endpoint)
      switch output {
      case .send(let message, let remote): (datagram, destination) = (message, remote)
      case .sendByStream(let message, let remote, let isSecure):
        (datagram, destination) = (message, remote)
        secure.append(isSecure)
      default:
        events.append(output)
        continue
      }
      if datagram[0] == 0 {
        probes.append((datagram, destination))
        continue
      }
      sendTimes.append(now.nanoseconds / 1_000_000)
      destinations.append(destination)
      if isStrict { #expect(destination.address == Bench.server.address) }
      guard let message = try? Message(parsing: datagram) else {
        Issue.record("not SIP: \(string(datagram))")
        continue
      }
      if isStrict {
        #expect(Self.isInOrder(message), "\(string(datagram))")
        #expect(message.body.upperBound == datagram.count)
      }
      wire.append(message)
    }
  }

  /// A response that goes back through proxies carries their Vias, which only we may not get.
  private static func isInOrder(_ message: Message) -> Bool {
    switch message.verdict(everything) {
    case .accept: true
    case .drop(let error): error.reason == .foreignVia
    // The URN of an emergency is for a network; a telephone that is called so says 416.
    case .unsupported(let code): code == 416
    case .malformed: false
    }
  }

  /// Takes the oldest datagram, which must be this request.
  func takeRequest(_ method: Method, sourceLocation: SourceLocation = #_sourceLocation) -> Message {
    let message = take(sourceLocation)
    guard case .request(method, _) = message.startLine else {
      Issue.record("\(string(message.bytes)) is no \(method)", sourceLocation: sourceLocation)
      return message
    }
    return message
  }

  /// Takes the oldest datagram, which must be a response with this code.
  @discardableResult
  func takeResponse(_ code: UInt16, sourceLocation: SourceLocation = #_sourceLocation) -> Message {
    let message = take(sourceLocation)
    guard case .status(code, _) = message.startLine else {
      Issue.record("\(string(message.bytes)) is no \(code)", sourceLocation: sourceLocation)
      return message
    }
    return message
  }

  private func take(_ sourceLocation: SourceLocation) -> Message {
    if wire.isEmpty {
      Issue.record("nothing was sent", sourceLocation: sourceLocation)
      return Bench.nothing
    }
    return wire.removeFirst()
  }

  /// Takes what the agent said so far.
  func takeEvents() -> [UserAgentOutput] {
    defer { events = [] }
    return events
  }

  /// Takes what the agent said so far, without what is only for the log.
  func takeFacts() -> [UserAgentOutput] {
    takeEvents().filter { if case .note = $0 { false } else { true } }
  }

  /// Answers a request of the agent as the far side would.
  func respond(
    to request: Message, _ code: UInt16, tag: StaticString = "far",
    fields: [(HeaderName, String)] = [], contentType: StaticString = "application/sdp",
    body: Text = [], seenAt: Endpoint = Bench.local, from server: Endpoint = Bench.server
  ) {
    var writer = MessageWriter(answering: request, code: code, tag: Text(tag), source: seenAt)
    for (name, value) in fields { writer.add(name, Text(value.utf8)) }
    receive(writer.finish(contentType: contentType, body: body), from: server)
  }

  /// Whether nothing is left but the accounts.
  var isClean: Bool { agent.rememberedCount == 0 && agent.sessions.isEmpty }

  static let everything: Capabilities = {
    var methods = MethodSet()
    for method in Method.allCases { methods.insert(method) }
    return Capabilities(
      methods: methods, extensions: ["gin", "sec-agree", "mediasec"],
      contentTypes: ["application/sdp", "application/vq-rtcpxr", "message/sipfrag"],
      maximumBody: 65_535)
  }()

  private static let nothing: Message = {
    do {
      return try Message(parsing: Text("SIP/2.0 699 Nothing\r\n\r\n"))
    } catch {
      fatalError("the bench's own message is wrong")
    }
  }()
}

/// A request of the far side as text; each test changes what it needs.
struct FarRequest {
  var method = "INVITE"
  var uri = "sip:1001@192.0.2.100:5070"
  var branch = "z9hG4bKfar1"
  var from = "\"Ann\" <sip:2001@ims.example>;tag=far"
  var to = "<sip:1001@ims.example>"
  var callID = "call-1@far"
  var sequence = 1
  var contact = "<sip:2001@192.0.2.7:5080>"
  var fields: [String] = []
  var contentType = "application/sdp"
  var body = ""

  var text: Text {
    var lines = [
      "\(method) \(uri) SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1;rport;branch=\(branch)",
      "Max-Forwards: 69", "From: \(from)", "To: \(to)", "Call-ID: \(callID)",
      "CSeq: \(sequence) \(method)",
    ]
    if method == "INVITE" || method == "UPDATE" { lines.append("Contact: \(contact)") }
    lines += fields
    if !body.isEmpty { lines.append("Content-Type: \(contentType)") }
    lines.append("Content-Length: \(body.utf8.count)")
    return Text((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
  }
}

extension Message {
  /// The text of the first field of that name; empty without one.
  func value(_ name: HeaderName) -> String { first(name).map { string(text($0)) } ?? "" }

  /// The value of a field that is not in `HeaderName`; empty without one.
  func value(other name: String) -> String {
    var value = ""
    forEachOther { if string(text($0)) == name { value = string(text($1)) } }
    return value
  }

  /// The tag of the To.
  var toTag: String { (try? to().tag).map { string(text($0)) } ?? "" }

  /// The Request-URI.
  var requestURI: String {
    if case .request(_, let uri) = startLine { string(text(uri)) } else { "" }
  }

  /// The CSeq number.
  var sequenceNumber: Int { (try? cSeq().number).map { Int($0) } ?? -1 }

  var branch: String { (try? via().branch).map { string(text($0)) } ?? "" }
}
