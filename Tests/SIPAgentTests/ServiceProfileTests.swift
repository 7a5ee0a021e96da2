import Base
import SIPSyntax
import Testing

@testable import SIPAgent

/// A document of services, and the dial tone in it.
struct ServiceRow: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var body: String
  var isReadable = true
  var pattern: DialTonePattern?

  init(_ words: String, _ body: String, _ pattern: DialTonePattern?, isReadable: Bool = true) {
    testDescription = words
    self.body = body
    self.pattern = pattern
    self.isReadable = isReadable
  }
}

@Suite("The dial tone that the network names: ua-profile, RFC 6080 and TS 183 043")
struct ServiceProfileTests {
  static func document(_ word: String) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
      + "<simservs xmlns=\"http://uri.etsi.org/ngn/params/xml/simservs/xcap\">\r\n"
      + "<dial-tone-management>\r\n<dial-tone-pattern> \(word)\r\n</dial-tone-pattern>\r\n"
      + "</dial-tone-management>\r\n</simservs>\r\n"
  }

  static let special = document("special-condition-tone")
  static let standard = document("standard-dial-tone")

  static let documents: [ServiceRow] = [
    ServiceRow("a diversion is active", special, .specialCondition),
    ServiceRow("nothing special", standard, .standard),
    ServiceRow("another word for that", document("standard-condition-tone"), .standard),
    ServiceRow("messages wait", document("message-waiting-tone"), .messageWaiting),
    ServiceRow("a word of tomorrow", document("purple-tone"), nil),
    ServiceRow("no word", document(""), nil),
    ServiceRow("no services", "<simservs/>", nil),
    ServiceRow(
      "prefixes, and neighbours that carriers have",
      "<s:simservs><s:dial-tone-management><s:mcid-service>x</s:mcid-service>"
        + "<s:dial-tone-pattern>special-condition-tone</s:dial-tone-pattern>"
        + "<s:no-dialling-behaviour>rejectCall</s:no-dialling-behaviour>"
        + "</s:dial-tone-management></s:simservs>", .specialCondition),
    ServiceRow(
      "a pattern of something else",
      "<simservs><x><dial-tone-pattern>special-condition-tone</dial-tone-pattern></x></simservs>",
      nil),
    ServiceRow(
      "text behind the pattern is not the pattern",
      "<simservs><dial-tone-management><dial-tone-pattern/>special-condition-tone"
        + "</dial-tone-management></simservs>", nil),
    ServiceRow("another document", "<reginfo/>", nil, isReadable: false),
    ServiceRow("half of one", String(special.dropLast(14)), nil, isReadable: false),
    ServiceRow("a document type", "<!DOCTYPE x>" + special, nil, isReadable: false),
    ServiceRow(
      "deeper than anybody nests",
      "<simservs>" + String(repeating: "<a>", count: 16) + String(repeating: "</a>", count: 16)
        + "</simservs>", nil, isReadable: false),
    ServiceRow("no XML", "special-condition-tone", nil, isReadable: false),
  ]

  static func bench(_ isOn: Bool = true) -> Bench {
    MessageWaitingTests.registered { $0.followsProfile = isOn }
  }

  static func notify(
    _ bench: Bench, _ subscribe: SIPSyntax.Message?, _ body: String, sequence: Int = 1,
    state: String = "active", tag: String = "", type: String = "application/simservs+xml",
    event: String = "ua-profile;profile-type=user", from: Endpoint = Bench.server
  ) {
    MessageWaitingTests.notify(
      bench, subscribe, body, sequence: sequence, state: state, tag: tag, type: type, event: event,
      from: from)
  }

  static func subscribed() -> (Bench, SIPSyntax.Message) {
    let bench = bench()
    let subscribe = bench.takeRequest(.subscribe)
    bench.respond(to: subscribe, 200, fields: MessageWaitingTests.far)
    notify(bench, subscribe, special)
    bench.takeResponse(200)
    return (bench, subscribe)
  }

  @Test("What a document says", arguments: documents)
  func read(_ row: ServiceRow) {
    let bench = Self.bench()
    let subscribe = bench.takeRequest(.subscribe)
    Self.notify(bench, subscribe, row.body)
    bench.takeResponse(row.isReadable ? 200 : 400)
    #expect(bench.agent.registrations[0].dialTone == row.pattern)
    #expect(bench.takeFacts() == (row.pattern.map { [.dialTone(1, $0)] } ?? []))
  }

  @Test("SUBSCRIBE follows the registration, beside that of the mailbox")
  func subscribe() {
    let bench = Bench(accounts: [Bench.account(1)]) {
      $0.followsProfile = true
      $0.messageWaiting = .subscribe
    }
    bench.act { $0.start(now: $1, into: &$2) }
    ProfileTests.accept(bench, bench.takeRequest(.register), expires: 3_600)
    #expect(bench.takeRequest(.subscribe).value(.event) == "message-summary")
    let subscribe = bench.takeRequest(.subscribe)
    #expect(subscribe.value(.event) == "ua-profile;profile-type=user")
    #expect(
      subscribe.value(.accept) == "application/simservs+xml, application/vnd.etsi.simservs+xml")
    #expect(subscribe.value(.expires) == "3600")
    #expect(subscribe.value(.to) == "<sip:1001@ims.example>")
    #expect(bench.agent.registrations[0].profile == .pending)
    // What waits in a mailbox is not what services do, and each dialog has its own.
    Self.notify(bench, subscribe, MessageWaitingTests.yes, event: "message-summary")
    bench.takeResponse(481)
    #expect(bench.agent.registrations[0].messages == nil)
  }

  @Test("Each change is told once; the refresh stays in the dialog and keeps its Event")
  func notified() {
    let (bench, subscribe) = Self.subscribed()
    #expect(bench.takeFacts() == [.dialTone(1, .specialCondition)])
    #expect(bench.agent.registrations[0].profile == .active)
    Self.notify(bench, subscribe, Self.special, sequence: 2)
    bench.takeResponse(200)
    #expect(bench.takeFacts().isEmpty)
    Self.notify(
      bench, subscribe, Self.standard, sequence: 3, type: "application/vnd.etsi.simservs+xml")
    bench.takeResponse(200)
    #expect(bench.takeFacts() == [.dialTone(1, .standard)])
    Self.notify(bench, subscribe, Self.special, sequence: 2, state: "pending")
    bench.takeResponse(500)
    Self.notify(bench, subscribe, "", sequence: 4)
    bench.takeResponse(200)
    Self.notify(bench, subscribe, Self.document("purple-tone"), sequence: 5)
    bench.takeResponse(200)
    #expect(bench.takeFacts().isEmpty && bench.agent.registrations[0].dialTone == .standard)
    bench.pass(.seconds(3_000))
    _ = bench.takeRequest(.register)
    let refresh = bench.takeRequest(.subscribe)
    #expect(refresh.value(.callID) == subscribe.value(.callID))
    #expect(refresh.value(.event) == "ua-profile;profile-type=user")
  }

  @Test("Refused for a reason that does not heal: asked again after 10 to 20 minutes")
  func refused() {
    let bench = Self.bench()
    bench.respond(to: bench.takeRequest(.subscribe), 489)
    #expect(bench.takeEvents() == [.note(.profileRefused(1, code: 489))])
    #expect(bench.agent.registrations[0].profile == .declined(489))
    #expect(bench.agent.registrations[0].status == .registered)
    bench.pass(.seconds(599))
    #expect(bench.wire.isEmpty)
    bench.pass(.seconds(602))
    _ = bench.takeRequest(.subscribe)
  }

  @Test("Unasked: taken for the account that it names, from an SBC, outside of any dialog")
  func unsolicited() {
    let bench = Self.bench()
    _ = bench.takeRequest(.subscribe)
    Self.notify(bench, nil, Self.special, from: Endpoint(.v4(0xC633_6401), 5_060))
    #expect(bench.wire.isEmpty)
    Self.notify(bench, nil, Self.special, sequence: 2, tag: ";tag=before-a-restart")
    bench.takeResponse(481)
    Self.notify(bench, nil, Self.special, sequence: 4, type: "text/xml")
    bench.takeResponse(415)
    Self.notify(
      bench, nil, Self.special, sequence: 5, type: "application/simple-message-summary")
    bench.takeResponse(400)
    #expect(bench.agent.registrations[0].dialTone == nil)
    Self.notify(bench, nil, Self.special, sequence: 6)
    bench.takeResponse(200)
    #expect(bench.takeFacts() == [.dialTone(1, .specialCondition)])
  }

  @Test("Off: nobody asks, and what comes is refused with the events that are known")
  func off() {
    let bench = Self.bench(false)
    #expect(bench.wire.isEmpty)
    Self.notify(bench, nil, Self.special)
    #expect(
      bench.takeResponse(489).value(other: "Allow-Events") == "reg, message-summary, conference")
    #expect(bench.agent.registrations[0].dialTone == nil)
  }

  @Test("A registration that ends takes the subscription with it, and leaves the last word")
  func lost() {
    let (bench, subscribe) = Self.subscribed()
    bench.act { $0.registerAgain(now: $1, into: &$2) }
    bench.respond(to: bench.takeRequest(.register), 403)
    #expect(bench.agent.registrations[0].profile == nil)
    #expect(bench.agent.registrations[0].dialTone == .specialCondition)
    Self.notify(bench, subscribe, Self.standard, sequence: 2)
    bench.takeResponse(481)
  }

  @Test("Any byte anywhere, and any length, is read or refused")
  func hostile() {
    let bench = Self.bench()
    _ = bench.takeRequest(.subscribe)
    let body = Array(Self.special.utf8)
    var random = RandomSource(testSeed: 11)
    for i in 0..<2_000 {
      var bytes = body
      for _ in 0...random.next() % 3 {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() & 0x7F)
      }
      bytes.removeLast(Int(random.next() % 20))
      Self.notify(bench, nil, String(decoding: bytes, as: UTF8.self), sequence: i + 1)
      var code: UInt16 = 0
      if case .status(let status, _)? = bench.wire.popLast()?.startLine { code = status }
      #expect(code == 200 || code == 400, "seed 11, step \(i)")
      bench.pass(.milliseconds(10))
    }
  }
}
