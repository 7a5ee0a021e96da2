import Base
import SIPAgent
import SIPSyntax
import Testing

/// A body of a mailbox, and what is read in it.
struct SummaryRow: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var body: String
  /// `nil`: it cannot be read.
  var isWaiting: Bool?
  var new: UInt16?
  var old: UInt16?
}

@Suite("Messages that wait, RFC 3842")
struct MessageWaitingTests {
  static func row(
    _ words: String, _ body: String, _ isWaiting: Bool?, _ new: UInt16? = nil,
    _ old: UInt16? = nil
  ) -> SummaryRow {
    SummaryRow(
      testDescription: words, body: body.replacing("\n", with: "\r\n"), isWaiting: isWaiting,
      new: new, old: old)
  }

  static let bodies: [SummaryRow] = [
    row(
      "the example of §5.2",
      "Messages-Waiting: yes\nMessage-Account: sip:alice@vmail.example.com\n"
        + "Voice-Message: 2/8 (0/2)\n", true, 2, 8),
    row("the least that is one", "Messages-Waiting: no\n", false),
    row("without a line's end", "messages-waiting:YES", true),
    row("blanks", "Messages-Waiting \t:  yes \nVoice-Message : 4 / 0\n", true, 4, 0),
    row(
      "other classes, and a message's own header",
      "Messages-Waiting: yes\nFax-Message: 7/7\nVoice-Message: 1/0\n\nTo: a\n", true, 1, 0),
    row(
      "a header behind the empty line is no class",
      "Messages-Waiting: yes\n\nVoice-Message: 9/9\n", true),
    row(
      "more than anybody has heard", "Messages-Waiting: yes\nVoice-Message: 99999999999/70000\n",
      true, 65_535, 65_535),
    row("no numbers", "Messages-Waiting: yes\nVoice-Message: many\n", true),
    row("half of them", "Messages-Waiting: yes\nVoice-Message: 3\n", true),
    row(
      "a class beyond the limit of lines",
      "Messages-Waiting: yes\n" + String(repeating: "X: 1/1\n", count: 40)
        + "Voice-Message: 1/1\n", true),
    row("another word", "Messages-Waiting: maybe\n", nil),
    row("not at its beginning", "Voice-Message: 1/1\nMessages-Waiting: yes\n", nil),
    row("no name", "yes\n", nil), row("nothing", "", nil), row("a colon", ":", nil),
    row("an empty line", "\nMessages-Waiting: yes\n", nil),
  ]

  static func bench(_ mode: MessageWaiting) -> Bench { registered { $0.messageWaiting = mode } }

  /// A registered account with settings of its own.
  static func registered(_ adjust: (inout UserAgentSettings) -> Void) -> Bench {
    let bench = Bench(accounts: [Bench.account(1)], adjust: adjust)
    bench.act { $0.start(now: $1, into: &$2) }
    ProfileTests.accept(bench, bench.takeRequest(.register), expires: 3_600)
    _ = bench.takeEvents()
    return bench
  }

  /// A NOTIFY for the subscription, or without one.
  static func notify(
    _ bench: Bench, _ subscribe: SIPSyntax.Message?, _ body: String, sequence: Int = 1,
    state: String = "active", uri: String = "sip:1001@192.0.2.100:5070", tag: String = "",
    type: String = "application/simple-message-summary", event: String = "message-summary",
    from: Endpoint = Bench.server
  ) {
    let notify = FarRequest(
      method: "NOTIFY", uri: uri, branch: "z9hG4bKm\(sequence)\(body.count)\(state)\(uri.count)",
      from: (subscribe?.value(.to) ?? "<sip:1001@ims.example>") + ";tag=far",
      to: subscribe?.value(.from) ?? "<sip:1001@ims.example>\(tag)",
      callID: subscribe?.value(.callID) ?? "mailbox-\(sequence)", sequence: sequence,
      fields: ["Event: \(event)", "Subscription-State: \(state)"], contentType: type,
      body: body)
    bench.receive(notify.text, from: from)
  }

  static let yes = "Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n"
  static let no = "Messages-Waiting: no\r\n"
  static let far: [(HeaderName, String)] = [
    (.expires, "3600"), (.contact, "<sip:mailbox.ims.example:6060>"),
  ]

  /// A subscribed account: the 2xx and the first NOTIFY have come.
  static func subscribed() -> (Bench, SIPSyntax.Message) {
    let bench = bench(.subscribe)
    let subscribe = bench.takeRequest(.subscribe)
    bench.respond(to: subscribe, 200, fields: far)
    notify(bench, subscribe, yes)
    bench.takeResponse(200)
    return (bench, subscribe)
  }

  @Test("What a mailbox says", arguments: bodies)
  func body(_ row: SummaryRow) {
    let bench = Self.bench(.unsolicited)
    Self.notify(bench, nil, row.body)
    bench.takeResponse(row.isWaiting == nil ? 400 : 200)
    let summary = bench.agent.registrations[0].messages
    #expect(summary?.isWaiting == row.isWaiting)
    #expect(summary?.newMessages == row.new && summary?.oldMessages == row.old)
  }

  @Test("Any byte anywhere, and any length, is read or refused")
  func hostile() {
    let bench = Self.bench(.unsolicited)
    let body = Array(Self.yes.utf8)
    var random = RandomSource(testSeed: 7)
    for i in 0..<2_000 {
      var bytes = body
      for _ in 0...random.next() % 3 {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() & 0x7F)
      }
      bytes.removeLast(Int(random.next() % 20))
      let code: UInt16? = {
        Self.notify(bench, nil, String(decoding: bytes, as: UTF8.self), sequence: i + 1)
        guard case .status(let code, _)? = bench.wire.popLast()?.startLine else { return nil }
        return code
      }()
      #expect(code == 200 || code == 400, "seed 7, step \(i)")
      bench.pass(.milliseconds(10))
    }
  }

  @Test("SUBSCRIBE follows the registration, in the words of §3")
  func subscribe() {
    let bench = Self.bench(.subscribe)
    let subscribe = bench.takeRequest(.subscribe)
    #expect(subscribe.value(.event) == "message-summary")
    #expect(subscribe.value(.accept) == "application/simple-message-summary")
    #expect(subscribe.value(.expires) == "3600")
    #expect(subscribe.value(.to) == "<sip:1001@ims.example>")
    bench.respond(
      to: subscribe, 401,
      fields: [(.wwwAuthenticate, "Digest realm=\"ims.example\", nonce=\"n\", qop=\"auth\"")])
    let second = bench.takeRequest(.subscribe)
    #expect(second.value(.authorization).contains("nonce=\"n\""))
    #expect(second.value(.event) == "message-summary")
    #expect(bench.agent.registrations[0].mailbox == .pending)
  }

  @Test("NOTIFY tells what waits, once; the refresh stays in the dialog")
  func notified() {
    let (bench, subscribe) = Self.subscribed()
    var facts = bench.takeFacts()
    #expect(facts.count == 1)
    guard case .messages(1, let summary) = facts.removeFirst() else {
      Issue.record("nothing was told")
      return
    }
    #expect(summary.isWaiting && summary.newMessages == 2 && summary.oldMessages == 8)
    #expect(bench.agent.registrations[0].mailbox == .active)
    Self.notify(bench, subscribe, Self.yes, sequence: 2)
    bench.takeResponse(200)
    #expect(bench.takeFacts().isEmpty)
    Self.notify(bench, subscribe, Self.no, sequence: 3)
    bench.takeResponse(200)
    #expect(bench.takeFacts() == [.messages(1, MessageSummary(isWaiting: false))])
    Self.notify(bench, subscribe, Self.yes, sequence: 2, state: "pending")
    bench.takeResponse(500)
    #expect(bench.takeFacts().isEmpty)
    // The registration's own refresh is due at the same time.
    bench.pass(.seconds(3_000))
    #expect(bench.takeRequest(.register).value(.cSeq) == "2 REGISTER")
    let refresh = bench.takeRequest(.subscribe)
    #expect(refresh.requestURI == "sip:mailbox.ims.example:6060")
    #expect(refresh.value(.callID) == subscribe.value(.callID))
  }

  @Test("An end for good keeps the last word; a document that is none is refused")
  func ended() {
    let (bench, subscribe) = Self.subscribed()
    Self.notify(bench, subscribe, "who knows", sequence: 2)
    bench.takeResponse(400)
    Self.notify(bench, subscribe, "", sequence: 3, state: "terminated;reason=noresource")
    bench.takeResponse(200)
    #expect(bench.agent.registrations[0].mailbox == .declined(200))
    #expect(bench.agent.registrations[0].messages?.isWaiting == true)
  }

  /// What SUBSCRIBE is refused with, and when it is sent again.
  static let refusals: [(code: UInt16, again: ClosedRange<Double>)] = [
    (403, 600...1_200), (404, 600...1_200), (489, 600...1_200), (481, 30...60), (500, 30...60),
  ]

  @Test("Each refusal backs off and leaves the registration alone", arguments: refusals)
  func refused(_ code: UInt16, _ again: ClosedRange<Double>) {
    let bench = Self.bench(.subscribe)
    bench.respond(to: bench.takeRequest(.subscribe), code)
    #expect(bench.takeEvents() == [.note(.mailboxRefused(1, code: code))])
    #expect(bench.agent.registrations[0].status == .registered)
    let start = bench.now
    while bench.wire.isEmpty, bench.now - start < .seconds(1_300) {
      bench.pass(.milliseconds(100))
    }
    let seconds = Double((bench.now - start).inMilliseconds) / 1_000
    #expect(again.lowerBound <= seconds && seconds <= again.upperBound + 0.1)
    _ = bench.takeRequest(.subscribe)
  }

  @Test("Without a subscription: taken for an account, refused for what is none")
  func unsolicited() {
    let bench = Self.bench(.unsolicited)
    #expect(bench.wire.isEmpty, "nobody subscribes")
    #expect(bench.agent.registrations[0].mailbox == nil)
    Self.notify(bench, nil, Self.yes)
    #expect((try? bench.takeResponse(200).to().tag) != nil)
    #expect(bench.agent.registrations[0].messages?.isWaiting == true)
    Self.notify(bench, nil, Self.no, sequence: 2, tag: ";tag=before-a-restart")
    bench.takeResponse(481)
    Self.notify(bench, nil, Self.no, sequence: 3, type: "text/plain")
    bench.takeResponse(415)
    #expect(bench.agent.registrations[0].messages?.isWaiting == true)
    Self.notify(bench, nil, Self.no, sequence: 4, from: Endpoint(.v4(0xC633_6401), 5_060))
    #expect(bench.wire.isEmpty, "a stranger changes nothing")
    #expect(bench.agent.registrations[0].messages?.isWaiting == true)
    Self.notify(bench, nil, Self.no, sequence: 5)
    bench.takeResponse(200)
    #expect(bench.agent.registrations[0].messages?.isWaiting == false)
  }

  @Test("Off: nobody subscribes, and a NOTIFY is refused with the events that are known")
  func off() {
    let bench = Self.bench(.off)
    #expect(bench.wire.isEmpty)
    Self.notify(bench, nil, Self.yes)
    #expect(bench.takeResponse(489).value(other: "Allow-Events") == "reg, conference")
    #expect(bench.agent.registrations[0].messages == nil)
  }

  @Test("A registration that ends takes the subscription with it; the next one has another")
  func lost() {
    let (bench, subscribe) = Self.subscribed()
    bench.act { $0.registerAgain(now: $1, into: &$2) }
    bench.respond(to: bench.takeRequest(.register), 403)
    #expect(bench.agent.registrations[0].mailbox == nil)
    Self.notify(bench, subscribe, Self.no, sequence: 2)
    bench.takeResponse(481)
    bench.act { $0.registerAgain(now: $1, into: &$2) }
    ProfileTests.accept(bench, bench.takeRequest(.register), expires: 3_600)
    #expect(bench.takeRequest(.subscribe).value(.callID) != subscribe.value(.callID))
  }
}
