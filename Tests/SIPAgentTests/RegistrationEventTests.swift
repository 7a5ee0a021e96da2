import Base
import SIPAgent
import SIPSyntax
import Testing

/// What a NOTIFY of the reg event says of our contact, and what the box does about it.
struct EventRow: Sendable, CustomTestStringConvertible {
  enum Next: Sendable, Equatable {
    /// The registration goes on as it was.
    case nothing
    /// An initial REGISTER at once.
    case registersAtOnce
    /// An initial REGISTER that many seconds later.
    case registersAfter(Int)
    /// No REGISTER by itself any more.
    case stops
    /// A refresh that many seconds later.
    case refreshesAfter(Int)
  }

  var testDescription: String
  var document: String
  var next: Next
}

@Suite("The reg event, RFC 3680 and RFC 6665")
struct RegistrationEventTests {
  static let contact = "sip:1001@192.0.2.100:5070"

  static func document(
    version: Int = 1, state: String = "full", identity: String = "sip:1001@ims.example",
    _ contacts: String, registration: String = "active"
  ) -> String {
    """
    <?xml version="1.0"?>
    <!-- of a core -->
    <reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="\(version)" state="\(state)">
      <registration aor="\(identity)" id="a7" state="\(registration)">\(contacts)</registration>
    </reginfo>
    """
  }

  static func contact(
    _ state: String, _ event: String, _ attributes: String = "", uri: String = contact
  ) -> String {
    "<contact id=\"76\" state=\"\(state)\" event=\"\(event)\" \(attributes)><uri>\(uri)</uri>"
      + "</contact>"
  }

  /// Our instance behind another address; `@` stands for the instance.
  static func behind(_ state: String, _ event: String) -> String {
    """
    <contact id="1" state="\(state)" event="\(event)"><uri>sip:x@10.1.1.1</uri>
    <unknown-param name="+sip.instance">&quot;&lt;@&gt;&quot;</unknown-param></contact>
    """
  }

  static func row(
    _ event: String, _ attributes: String = "", state: String = "terminated",
    next: EventRow.Next
  ) -> EventRow {
    EventRow(
      testDescription: "\(state) \(event) \(attributes)",
      document: document(contact(state, event, attributes)), next: next)
  }

  static let events: [EventRow] = [
    row("registered", state: "active", next: .nothing),
    row("created", state: "active", next: .nothing),
    row("refreshed", state: "active", next: .nothing),
    row("shortened", "expires=\"600\"", state: "active", next: .refreshesAfter(300)),
    row("shortened", state: "active", next: .nothing), row("expired", next: .registersAtOnce),
    row("deactivated", next: .registersAtOnce),
    row("probation", "retry-after=\"90\"", next: .registersAfter(90)),
    row("probation", next: .registersAfter(30)), row("rejected", next: .stops),
    row("unregistered", next: .stops), row("what-may-come", next: .registersAtOnce),
  ]

  static let shapes: [EventRow] = [
    EventRow(
      testDescription: "more identities than are kept",
      document: document(contact("terminated", "deactivated")).replacing(
        "</reginfo>",
        with: String(
          repeating: "<registration aor='sip:8@x' id='b' state='active'>"
            + contact("active", "registered", uri: "sip:8@192.0.2.9") + "</registration>",
          count: 40) + "</reginfo>"), next: .registersAtOnce),
    EventRow(
      testDescription: "another contact of the same identity",
      document: document(
        contact("active", "registered")
          + contact("terminated", "rejected", uri: "sip:1001@192.0.2.9:5060")),
      next: .nothing),
    EventRow(
      testDescription: "an identity that is not ours, in a part",
      document: document(
        state: "partial", identity: "sip:2@ims.example",
        contact("terminated", "rejected", uri: "sip:2@192.0.2.9")),
      next: .nothing),
    EventRow(
      testDescription: "our instance at an address that we have left, while ours is known",
      document: document(state: "partial", behind("terminated", "rejected")), next: .nothing),
    EventRow(
      testDescription: "the only contact of our identity behind an address of the SBC's",
      document: document(contact("terminated", "deactivated", uri: "sip:x@10.1.1.1")),
      next: .registersAtOnce),
    EventRow(
      testDescription: "terminated without contacts, as Kamailio tells of an RTR",
      document: document("", registration: "terminated"), next: .registersAtOnce),
    EventRow(
      testDescription: "terminated without contacts, but another identity of the set has ours",
      document: document("", registration: "terminated").replacing(
        "</reginfo>",
        with: "<registration aor=\"tel:+861001\" id=\"a8\" state=\"active\">"
          + contact("active", "registered") + "</registration></reginfo>"), next: .nothing),
    EventRow(
      testDescription: "an identity that is not ours is terminated without contacts",
      document: document(
        state: "partial", identity: "sip:2@ims.example", "", registration: "terminated"),
      next: .nothing),
    EventRow(
      testDescription: "not registered yet", document: document("", registration: "init"),
      next: .nothing),
    EventRow(
      testDescription: "prefixes, single quotes, an empty element",
      document:
        "<r:reginfo xmlns:r='urn:ietf:params:xml:ns:reginfo' version='1' state='full'>"
        + "<r:registration aor='sip:1001@ims.example' id='1' state='terminated'><r:contact "
        + "id='1' state='terminated' event='rejected'><r:uri> \(contact) </r:uri><r:x/>"
        + "</r:contact></r:registration></r:reginfo>", next: .stops),
    EventRow(
      testDescription: "cut in the middle",
      document: String(document(contact("terminated", "rejected")).dropLast(12)),
      next: .nothing),
    EventRow(
      testDescription: "with a document type",
      document: "<!DOCTYPE reginfo [<!ENTITY a 'b'>]>"
        + document(contact("terminated", "rejected")), next: .nothing),
    EventRow(testDescription: "no XML", document: "terminated", next: .nothing),
    EventRow(
      testDescription: "without a version",
      document: document(contact("terminated", "rejected")).replacing(
        " version=\"1\"", with: ""), next: .nothing),
    EventRow(
      testDescription: "deeper than anybody writes",
      document: document(
        String(repeating: "<a>", count: 40) + String(repeating: "</a>", count: 40)
          + contact("terminated", "rejected")), next: .nothing),
  ]

  /// A subscribed account: the 2xx and the first NOTIFY have come.
  static func subscribed() -> (Bench, SIPSyntax.Message) {
    let bench = ProfileTests.registered()
    let subscribe = bench.takeRequest(.subscribe)
    bench.respond(to: subscribe, 200, fields: far)
    notify(bench, subscribe, document(version: 0, contact("active", "registered")))
    bench.takeResponse(200)
    #expect(bench.agent.registrations[0].watch == .active)
    bench.pass(.seconds(60))
    #expect(bench.wire.isEmpty)
    _ = bench.takeEvents()
    return (bench, subscribe)
  }

  static let far: [(HeaderName, String)] = [
    (.expires, "600000"), (.contact, "<sip:scscf.ims.example:6060>"),
    (.recordRoute, "<sip:192.0.2.1;lr>"),
  ]

  static func notify(
    _ bench: Bench, _ subscribe: SIPSyntax.Message, _ document: String, sequence: Int = 1,
    state: String = "active;expires=600000", event: String = "reg", tag: String = "far"
  ) {
    let notify = FarRequest(
      method: "NOTIFY", branch: "z9hG4bKn\(sequence)\(tag)\(event)",
      from: subscribe.value(.to) + ";tag=\(tag)",
      to: subscribe.value(.from), callID: subscribe.value(.callID), sequence: sequence,
      fields: [
        "Event: \(event)", "Subscription-State: \(state)",
        "Contact: <sip:scscf.ims.example:6060>",
      ], contentType: "application/reginfo+xml", body: document)
    bench.receive(notify.text)
  }

  @Test("SUBSCRIBE as TS 24.229 §5.1.1.3 has it")
  func subscribe() {
    let bench = ProfileTests.registered(identities: "<sip:+861001@ims.example>")
    let subscribe = bench.takeRequest(.subscribe)
    #expect(subscribe.requestURI == "sip:+861001@ims.example")
    #expect(subscribe.value(.to) == "<sip:+861001@ims.example>")
    #expect(subscribe.value(.from).hasPrefix("<sip:+861001@ims.example>;tag="))
    #expect(subscribe.value(.event) == "reg")
    #expect(subscribe.value(.accept) == "application/reginfo+xml")
    #expect(subscribe.value(.expires) == "600000")
    #expect(subscribe.value(.route) == ProfileTests.route)
    #expect(subscribe.value(other: "P-Access-Network-Info") == ProfileTests.access)
    bench.respond(
      to: subscribe, 407,
      fields: [(.proxyAuthenticate, "Digest realm=\"ims.example\", nonce=\"n\", qop=\"auth\"")])
    let second = bench.takeRequest(.subscribe)
    #expect(second.value(.event) == "reg")
    #expect(second.value(.accept) == "application/reginfo+xml")
    #expect(second.value(.proxyAuthorization).contains("nonce=\"n\""))
    #expect(second.value(.callID) == subscribe.value(.callID))
    #expect(second.sequenceNumber == subscribe.sequenceNumber + 1)
  }

  private static func withInstance(_ document: String) -> String {
    let instance =
      ProfileTests.bench().takeRequest(.register).value(.contact)
      .split(separator: "\"<").last?.dropLast(2) ?? ""
    return document.replacing("@&gt;", with: instance + "&gt;")
  }

  @Test("An SBC that shows the core an address of its own: our instance decides")
  func behindAddress() {
    let bench = ProfileTests.registered()
    let subscribe = bench.takeRequest(.subscribe)
    bench.respond(to: subscribe, 200, fields: Self.far)
    for (version, event) in [("active", "registered"), ("terminated", "rejected")].enumerated() {
      let document = Self.document(version: version, Self.behind(event.0, event.1))
      Self.notify(bench, subscribe, Self.withInstance(document), sequence: version + 1)
      bench.takeResponse(200)
    }
    #expect(bench.agent.registrations[0].status == .failed(.deregistered))
  }

  @Test("Parts with gaps: the whole state is asked for once, until it has come")
  func gaps() {
    let (bench, subscribe) = Self.subscribed()
    func tell(_ version: Int, _ state: String) {
      let document = Self.document(
        version: version, state: state, Self.contact("active", "registered"))
      Self.notify(bench, subscribe, document, sequence: version)
      bench.takeResponse(200)
    }
    tell(5, "partial")
    bench.respond(to: bench.takeRequest(.subscribe), 200, fields: Self.far)
    for version in [9, 20] { tell(version, "partial") }
    #expect(bench.wire.isEmpty)
    tell(30, "full")
    tell(40, "partial")
    _ = bench.takeRequest(.subscribe)
    #expect(bench.wire.isEmpty)
  }

  @Test("Each event of our contact", arguments: events + shapes)
  func event(_ row: EventRow) throws {
    let (bench, subscribe) = Self.subscribed()
    Self.notify(bench, subscribe, Self.withInstance(row.document), sequence: 2)
    bench.takeResponse(200)
    let report = bench.agent.registrations[0]
    switch row.next {
    case .nothing:
      #expect(bench.wire.isEmpty)
      #expect(report.status == .registered)
      #expect(report.nextAttempt == Instant.zero + .seconds(599_400))
    case .refreshesAfter(let seconds):
      #expect(report.nextAttempt == bench.now + .seconds(Int64(seconds)))
      bench.pass(.seconds(Int64(seconds)))
      _ = bench.takeRequest(.register)
    case .registersAtOnce:
      let register = bench.takeRequest(.register)
      #expect(register.value(.authorization).contains("nonce=\"\""))
      ProfileTests.accept(bench, register)
      let anew = bench.takeRequest(.subscribe)
      #expect(anew.value(.callID) != subscribe.value(.callID))
    case .registersAfter(let seconds):
      #expect(report.status == .failed(.deregistered))
      bench.pass(.seconds(Int64(seconds - 1)))
      #expect(bench.wire.isEmpty)
      bench.pass(.seconds(1))
      #expect(bench.takeRequest(.register).value(.authorization).contains("nonce=\"\""))
    case .stops:
      #expect(report.status == .failed(.deregistered))
      bench.pass(.seconds(1_000_000))
      #expect(bench.wire.isEmpty)
      bench.act { $0.registerAgain(now: $1, into: &$2) }
      ProfileTests.accept(bench, bench.takeRequest(.register))
      #expect(bench.agent.registrations[0].status == .registered)
    }
  }

  @Test("A core that ends each registration at once does not get a storm")
  func storm() {
    let (bench, first) = Self.subscribed()
    let document = Self.document(version: 1, Self.contact("terminated", "deactivated"))
    Self.notify(bench, first, document, sequence: 2)
    bench.takeResponse(200)
    ProfileTests.accept(bench, bench.takeRequest(.register))
    let second = bench.takeRequest(.subscribe)
    bench.respond(to: second, 200, fields: Self.far)
    Self.notify(bench, second, document)
    bench.takeResponse(200)
    #expect(bench.wire.isEmpty, "the second one in a row waits")
    #expect(bench.agent.registrations[0].status == .failed(.deregistered))
    bench.pass(.seconds(60))
    _ = bench.takeRequest(.register)
  }

  @Test("A NOTIFY that is faster than the 2xx makes the dialog; what is not ours gets 481")
  func order() {
    let bench = ProfileTests.registered()
    let subscribe = bench.takeRequest(.subscribe)
    Self.notify(bench, subscribe, Self.document(version: 0, Self.contact("active", "registered")))
    bench.takeResponse(200)
    bench.respond(to: subscribe, 200, fields: Self.far)
    #expect(bench.agent.registrations[0].watch == .active)
    Self.notify(bench, subscribe, "", sequence: 2, tag: "fork")
    bench.takeResponse(481)
    Self.notify(bench, subscribe, "", sequence: 2, event: "presence")
    let refusal = bench.takeResponse(489)
    #expect(refusal.value(other: "Allow-Events") == "reg, message-summary, conference")
    let refreshed = Self.document(version: 5, Self.contact("active", "refreshed"))
    Self.notify(bench, subscribe, refreshed, sequence: 7)
    bench.takeResponse(200)
    Self.notify(bench, subscribe, Self.document(version: 6, Self.contact("terminated", "rejected")))
    bench.takeResponse(500)
    #expect(bench.agent.registrations[0].status == .registered)
  }

  @Test("The same NOTIFY again gets the same 200, and is not acted on twice")
  func repeated() {
    let (bench, subscribe) = Self.subscribed()
    let document = Self.document(version: 1, Self.contact("active", "shortened", "expires=\"600\""))
    let due = bench.now + .seconds(300)
    for _ in 0..<2 {
      Self.notify(bench, subscribe, document, sequence: 2)
      bench.takeResponse(200)
      #expect(bench.agent.registrations[0].nextAttempt == due)
      bench.pass(.seconds(10))
    }
    #expect(bench.wire.isEmpty)
  }

  @Test("Identities: a full document replaces, a part corrects, a gap asks for the whole")
  func identities() {
    let (bench, subscribe) = Self.subscribed()
    func known() -> String { string(bench.agent.registrations[0].identities) }
    let ours = Self.contact("active", "registered")
    let two = Self.document(version: 1, ours).replacing(
      "</reginfo>",
      with: "<registration aor=\"tel:+861001\" id=\"b\" state=\"active\"/></reginfo>")
    Self.notify(bench, subscribe, two, sequence: 2)
    bench.takeResponse(200)
    #expect(known() == "<sip:1001@ims.example>, <tel:+861001>")
    Self.notify(
      bench, subscribe,
      Self.document(version: 2, state: "partial", identity: "sip:8@ims.example", ""),
      sequence: 3)
    bench.takeResponse(200)
    #expect(known() == "<sip:1001@ims.example>, <tel:+861001>, <sip:8@ims.example>")
    #expect(bench.wire.isEmpty)
    Self.notify(
      bench, subscribe,
      Self.document(
        version: 4, state: "partial", identity: "tel:+861001", "", registration: "terminated"),
      sequence: 4)
    bench.takeResponse(200)
    #expect(known() == "<sip:1001@ims.example>, <sip:8@ims.example>")
    let refresh = bench.takeRequest(.subscribe)
    #expect(refresh.value(.callID) == subscribe.value(.callID))
    #expect(refresh.requestURI == "sip:scscf.ims.example:6060")
    #expect(refresh.value(.route) == "<sip:192.0.2.1;lr>")
    #expect((try? refresh.to().tag) != nil)
  }

  /// How the notifier ends a subscription, and whether SUBSCRIBE follows within seconds.
  static let endings: [(reason: String, again: ClosedRange<Double>?)] = [
    (";reason=deactivated", 0...0), (";reason=timeout", 0...0), ("", 0...0),
    (";reason=what-may-come", 0...0), (";reason=deactivated;retry-after=100", 100...100),
    (";reason=probation;retry-after=100", 100...100), (";reason=probation", 30...60),
    (";reason=giveup;retry-after=70", 70...70), (";reason=rejected", nil),
    (";reason=noresource", nil), (";reason=invariant", nil),
  ]

  @Test("Each reason of a terminated subscription", arguments: endings)
  func ending(_ reason: String, _ again: ClosedRange<Double>?) throws {
    let (bench, subscribe) = Self.subscribed()
    Self.notify(
      bench, subscribe, Self.document(version: 1, Self.contact("active", "registered")),
      sequence: 2,
      state: "terminated" + reason)
    bench.takeResponse(200)
    #expect(bench.agent.registrations[0].status == .registered)
    let start = bench.now
    guard let again else {
      bench.pass(.seconds(86_400))
      #expect(bench.wire.isEmpty)
      #expect(bench.agent.registrations[0].watch == .declined(200))
      return
    }
    while bench.wire.isEmpty, bench.now - start < .seconds(200) {
      bench.pass(.milliseconds(100))
    }
    let seconds = Double((bench.now - start).inMilliseconds) / 1_000
    #expect(again.lowerBound - 0.001 <= seconds && seconds <= again.upperBound + 0.2)
    let anew = bench.takeRequest(.subscribe)
    #expect(anew.value(.callID) != subscribe.value(.callID))
  }

  @Test("A subscription that ends before it is accepted is no storm")
  func endsBeforeAccepted() {
    let bench = ProfileTests.registered()
    // The first one is refused, so that the second one comes when the box has been up for a while.
    bench.respond(to: bench.takeRequest(.subscribe), 500)
    while bench.wire.isEmpty, bench.now < .zero + .seconds(90) { bench.pass(.milliseconds(100)) }
    let subscribe = bench.takeRequest(.subscribe)
    Self.notify(bench, subscribe, "", state: "terminated;reason=deactivated")
    bench.takeResponse(200)
    bench.respond(to: subscribe, 200, fields: Self.far)
    #expect(bench.wire.isEmpty)
    bench.pass(.seconds(120))
    _ = bench.takeRequest(.subscribe)
  }

  /// What a SUBSCRIBE is refused with, and whether it is sent again.
  static let refusals: [(code: UInt16, fields: [(HeaderName, String)], isAgain: Bool)] = [
    (403, [], false), (404, [], false), (405, [], false), (489, [], false), (501, [], false),
    (603, [], false), (420, [], false), (480, [], true), (500, [], true), (503, [], true),
    (503, [(.retryAfter, "300")], true), (504, [], true), (408, [], true),
  ]

  @Test("Each refusal of SUBSCRIBE leaves the registration alone", arguments: refusals)
  func refused(_ code: UInt16, _ fields: [(HeaderName, String)], _ isAgain: Bool) {
    let bench = ProfileTests.registered()
    bench.respond(to: bench.takeRequest(.subscribe), code, fields: fields)
    #expect(bench.agent.registrations[0].status == .registered)
    #expect(bench.takeEvents() == [.note(.watchRefused(1, code: code))])
    let pause = fields.isEmpty ? 60 : 300
    bench.pass(.seconds(Int64(pause - 31)))
    #expect(bench.wire.isEmpty)
    bench.pass(.seconds(31))
    #expect(bench.wire.isEmpty != isAgain)
    #expect(isAgain || bench.agent.registrations[0].watch == .declined(code))
  }

  @Test("The refresh stays in the dialog; 481 to it makes another subscription")
  func refreshed() {
    let (bench, subscribe) = Self.subscribed()
    // The registration's own refresh is due at the same time.
    bench.pass(.seconds(599_400 - 60))
    var refresh: SIPSyntax.Message?
    for message in bench.wire where message.value(.event) == "reg" { refresh = message }
    let register = bench.wire.first { $0.value(.event) == "" }
    bench.wire = []
    guard let refresh, let register else {
      Issue.record("no refresh")
      return
    }
    ProfileTests.accept(bench, register)
    #expect(refresh.value(.callID) == subscribe.value(.callID))
    #expect(refresh.sequenceNumber > subscribe.sequenceNumber)
    #expect(refresh.requestURI == "sip:scscf.ims.example:6060")
    bench.respond(to: refresh, 481)
    let anew = bench.takeRequest(.subscribe)
    #expect(anew.value(.callID) != subscribe.value(.callID))
    #expect((try? anew.to().tag) == nil)
  }

  @Test("A stop does not wait for a SUBSCRIBE")
  func stop() {
    let bench = ProfileTests.registered()
    _ = bench.takeRequest(.subscribe)
    bench.act { $0.stop(now: $1, into: &$2) }
    bench.respond(to: bench.takeRequest(.register), 200)
    #expect(bench.takeEvents() == [.registration(1, .unregistered), .stopped])
  }
}
