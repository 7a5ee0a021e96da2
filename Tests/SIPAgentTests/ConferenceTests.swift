import Base
import SIPSyntax
import Testing

@testable import SIPAgent

/// A call with a focus, and the subscription that goes with it.
private struct FocusCall {
  let bench: Bench
  let session: SessionNumber
  let ack: SIPSyntax.Message
  let subscribe: SIPSyntax.Message
}

@Suite("The conference of a call's far party: RFC 4575, RFC 4579 §4")
struct ConferenceTests {
  private typealias Documents = ConferenceDocumentTests
  private static let focus = "<sip:room@192.0.2.9:5090;transport=udp;conf-id=7>"
  private static let far: [(HeaderName, String)] = [
    (.expires, "3600"), (.contact, "<sip:state@192.0.2.9:5090>"),
  ]
  private static let three = Documents.first
  private static let four = Documents.document(
    8, "partial", Documents.users("partial", Documents.user("eve", "Eve")))

  /// A call of ours that is answered with this Contact.
  private func call(_ bench: Bench, contact: String) throws -> (SessionNumber, Message) {
    let session = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    bench.respond(
      to: bench.takeRequest(.invite), 200, fields: [(.contact, contact)], body: Bench.offer)
    let ack = bench.takeRequest(.ack)
    _ = bench.takeEvents()
    return (try #require(session), ack)
  }

  private func conference(_ bench: Bench = Bench()) throws -> FocusCall {
    let (session, ack) = try call(bench, contact: Self.focus + ";isfocus")
    return FocusCall(
      bench: bench, session: session, ack: ack, subscribe: bench.takeRequest(.subscribe))
  }

  /// The same with the first document.
  private func told() throws -> FocusCall {
    let call = try conference()
    call.bench.respond(to: call.subscribe, 200, fields: Self.far)
    notify(call, Self.three)
    call.bench.takeResponse(200)
    #expect(call.bench.takeEvents() == [note(call, 3)])
    return call
  }

  private func note(_ call: FocusCall, _ count: Int) -> UserAgentOutput {
    .note(.conference(call.session, count: count, hasOthers: false))
  }

  private func notify(
    _ call: FocusCall, _ body: String, sequence: Int = 1, state: String = "active",
    type: String = "application/conference-info+xml", event: String = "conference",
    of subscribe: SIPSyntax.Message? = nil, from: Endpoint = Bench.server
  ) {
    MessageWaitingTests.notify(
      call.bench, subscribe ?? call.subscribe, body, sequence: sequence, state: state, type: type,
      event: event, from: from)
  }

  private func within(
    _ ack: Message, _ method: String, _ sequence: Int, contact: String
  ) -> FarRequest {
    FarRequest(
      method: method, branch: "z9hG4bK\(method)\(sequence)", from: ack.value(.to),
      to: ack.value(.from), callID: ack.value(.callID), sequence: sequence, contact: contact)
  }

  @Test("Who withholds the number in a call withholds it from its focus too (RFC 3323 §4.1)")
  func privacy() throws {
    for profile in [SIPProfile.rfc3261, .ims] {
      var account = Bench.account(1)
      account.isPrivate = true
      let bench = Bench(accounts: [account]) { $0.profile = profile }
      _ = try call(bench, contact: Self.focus + ";isfocus")
      let subscribe = bench.takeRequest(.subscribe)
      #expect(subscribe.value(.privacy) == "id")
      #expect(
        subscribe.value(.from).hasPrefix("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag="))
    }
  }

  private func hangUp(_ call: FocusCall) {
    call.bench.act { $0.hangUp(call.session, now: $1, into: &$2) }
    call.bench.respond(to: call.bench.takeRequest(.bye), 200)
  }

  private func roster(_ bench: Bench) -> ConferenceRoster? {
    bench.agent.sessions.first?.conference
  }

  @Test("SUBSCRIBE goes to the focus's Contact, in a dialog of its own")
  func subscribe() throws {
    let call = try conference()
    let subscribe = call.subscribe
    #expect(subscribe.requestURI == "sip:room@192.0.2.9:5090;transport=udp;conf-id=7")
    // What only says how to get there stands in no To (RFC 3261 §19.1.1).
    #expect(subscribe.value(.to) == "<sip:room@192.0.2.9;conf-id=7>")
    #expect(subscribe.value(.event) == "conference")
    #expect(subscribe.value(.accept) == "application/conference-info+xml")
    #expect(subscribe.value(.expires) == "3600")
    #expect(subscribe.value(.callID) != call.ack.value(.callID))
    #expect(roster(call.bench) == nil)
    #expect(call.bench.wire.isEmpty)
  }

  @Test(
    "Nobody is asked who is no focus",
    arguments: [
      "<sip:2001@192.0.2.7>", "<sip:2001@192.0.2.7;isfocus>", "<sip:a@b>;isfocus=\"FALSE\"",
    ])
  func ordinary(_ contact: String) throws {
    let bench = Bench()
    _ = try call(bench, contact: contact)
    bench.pass(.seconds(100))
    #expect(bench.wire.isEmpty)
  }

  @Test("The documents tell who is there; a number that changes is news; the end ends it")
  func documents() throws {
    let call = try told()
    #expect(roster(call.bench)?.participants.map { string($0.displayText) } == ["Ann", "Bob", ""])
    notify(call, Self.four, sequence: 2)
    call.bench.takeResponse(200)
    #expect(call.bench.takeEvents() == [note(call, 4)])
    #expect(roster(call.bench)?.count == 4)
    notify(call, Documents.document(9, "partial", ""), sequence: 3)
    call.bench.takeResponse(200)
    #expect(call.bench.takeEvents().isEmpty)

    hangUp(call)
    let last = call.bench.takeRequest(.subscribe)
    #expect(last.value(.expires) == "0")
    #expect(last.value(.callID) == call.subscribe.value(.callID))
    #expect(last.requestURI == "sip:state@192.0.2.9:5090")
    call.bench.respond(to: last, 200, fields: [(.expires, "0")])
    #expect(call.bench.agent.sessions.isEmpty)
    notify(call, "", sequence: 4, state: "terminated;reason=timeout")
    call.bench.takeResponse(200)
    call.bench.pass(.seconds(40))
    #expect(call.bench.wire.isEmpty && call.bench.isClean)
  }

  @Test("The focus hangs up: the subscription is ended too, and forgotten without its last NOTIFY")
  func focusLeaves() throws {
    let call = try told()
    call.bench.receive(within(call.ack, "BYE", 1, contact: "").text)
    call.bench.takeResponse(200)
    let last = call.bench.takeRequest(.subscribe)
    #expect(last.value(.expires) == "0")
    call.bench.respond(to: last, 481)
    #expect(!call.bench.takeEvents().contains { "\($0)".contains("conferenceRefused") })
    call.bench.pass(.seconds(40))
    #expect(call.bench.wire.isEmpty && call.bench.isClean)
  }

  @Test("A call that ends before the answer to SUBSCRIBE ends it when that has come")
  func endsBeforeAnswer() throws {
    let call = try conference()
    hangUp(call)
    #expect(call.bench.wire.isEmpty)
    call.bench.respond(to: call.subscribe, 200, fields: Self.far)
    let last = call.bench.takeRequest(.subscribe)
    #expect(last.value(.expires) == "0")
    call.bench.respond(
      to: last, 401,
      fields: [(.wwwAuthenticate, "Digest realm=\"ims.example\", nonce=\"n\", qop=\"auth\"")])
    let proven = call.bench.takeRequest(.subscribe)
    #expect(proven.value(.expires) == "0" && proven.contains(.authorization))
    call.bench.respond(to: proven, 200)
    call.bench.pass(.seconds(40))
    #expect(call.bench.wire.isEmpty && call.bench.isClean)
  }

  @Test(
    "A focus that refuses is left alone for the rest of the call", arguments: [403, 404, 405, 489])
  func refused(_ code: UInt16) throws {
    let call = try conference()
    call.bench.respond(to: call.subscribe, code)
    #expect(call.bench.takeEvents() == [.note(.conferenceRefused(call.session, code: code))])
    call.bench.pass(.seconds(4_000))
    call.bench.receive(within(call.ack, "UPDATE", 1, contact: Self.focus + ";isfocus").text)
    call.bench.takeResponse(200)
    #expect(call.bench.wire.isEmpty)
    hangUp(call)
    call.bench.pass(.seconds(40))
    #expect(call.bench.wire.isEmpty && call.bench.isClean)
  }

  @Test("It is refreshed in its dialog; where that is not known any more, made anew")
  func refreshed() throws {
    let call = try told()
    call.bench.pass(.seconds(3_000))
    let refresh = call.bench.takeRequest(.subscribe)
    #expect(refresh.value(.callID) == call.subscribe.value(.callID))
    #expect(refresh.sequenceNumber == call.subscribe.sequenceNumber + 1)
    call.bench.respond(to: refresh, 481)
    let second = call.bench.takeRequest(.subscribe)
    #expect(second.value(.callID) != call.subscribe.value(.callID))
    #expect(second.requestURI == call.subscribe.requestURI)
    #expect(roster(call.bench) == nil)
    call.bench.respond(to: second, 200, fields: Self.far)
    // Its versions are counted anew: a part of the old state is none of the new one.
    notify(call, Self.four, of: second)
    call.bench.takeResponse(200)
    #expect(roster(call.bench) == nil)
    #expect(call.bench.takeRequest(.subscribe).value(.callID) == second.value(.callID))
  }

  @Test("A gap asks for the whole state, once until that has come")
  func gap() throws {
    let call = try told()
    notify(call, Documents.document(10, "partial", ""), sequence: 2)
    call.bench.takeResponse(200)
    let ask = call.bench.takeRequest(.subscribe)
    #expect(ask.value(.callID) == call.subscribe.value(.callID))
    #expect(ask.value(.expires) == "3600")
    call.bench.respond(to: ask, 200, fields: Self.far)
    notify(call, Documents.document(12, "partial", ""), sequence: 3)
    call.bench.takeResponse(200)
    #expect(call.bench.wire.isEmpty)
    #expect(roster(call.bench)?.count == 3)
    notify(
      call, Documents.document(13, "full", Documents.users("full", Documents.user("ann"))),
      sequence: 4)
    call.bench.takeResponse(200)
    #expect(call.bench.takeEvents() == [note(call, 1)])
    notify(call, Documents.document(15, "partial", ""), sequence: 5)
    call.bench.takeResponse(200)
    _ = call.bench.takeRequest(.subscribe)
  }

  @Test("A call to us whose caller is a focus; it is asked when the call stands")
  func incoming() {
    let bench = Bench()
    var request = FarRequest()
    request.contact = Self.focus + ";isfocus"
    request.body = string(Bench.offer)
    bench.receive(request.text)
    guard case .incoming(let session, _, _, _)? = bench.takeFacts().first else {
      Issue.record("no call")
      return
    }
    bench.act { $0.answer(session, description: Bench.offer, now: $1, into: &$2) }
    let answer = bench.takeResponse(200)
    #expect(bench.wire.isEmpty)
    var ack = FarRequest(method: "ACK", branch: "z9hG4bKack")
    ack.to = answer.value(.to)
    bench.receive(ack.text)
    #expect("<\(bench.takeRequest(.subscribe).requestURI)>" == Self.focus)
  }

  @Test("The far party becomes a focus, another one, and none again")
  func targets() throws {
    let bench = Bench()
    let (session, ack) = try call(bench, contact: "<sip:2001@192.0.2.7:5080>")
    #expect(bench.wire.isEmpty)
    bench.receive(within(ack, "UPDATE", 1, contact: Self.focus + ";isfocus").text)
    let first = bench.takeRequest(.subscribe)
    bench.takeResponse(200)
    let call = FocusCall(bench: bench, session: session, ack: ack, subscribe: first)
    bench.respond(to: first, 200, fields: Self.far)
    notify(call, Self.three)
    bench.takeResponse(200)
    _ = bench.takeEvents()

    var reinvite = within(ack, "INVITE", 2, contact: "<sip:other@192.0.2.10>;isfocus")
    reinvite.body = string(Bench.offer)
    bench.receive(reinvite.text)
    #expect(bench.takeEvents().contains(note(call, 0)))
    let left = bench.takeRequest(.subscribe)
    #expect(left.value(.expires) == "0" && left.value(.callID) == first.value(.callID))
    let second = bench.takeRequest(.subscribe)
    #expect(second.requestURI == "sip:other@192.0.2.10")
    #expect(roster(bench) == nil)
    bench.respond(to: left, 200)
    notify(call, "", sequence: 2, state: "terminated")
    #expect(bench.wire.contains { "\(string($0.bytes))".contains("481") })
    bench.respond(to: second, 200, fields: Self.far)
    notify(call, Self.three, sequence: 1, of: second)
    #expect(roster(bench)?.count == 3)
    bench.wire = []
    _ = bench.takeEvents()

    bench.receive(within(ack, "UPDATE", 3, contact: "<sip:2001@192.0.2.7:5080>").text)
    #expect(bench.takeEvents() == [note(call, 0)])
    #expect(bench.takeRequest(.subscribe).value(.expires) == "0")
    bench.takeResponse(200)
    #expect(roster(bench) == nil)
  }

  @Test("A far party that is another focus every time is followed a few times, not for ever")
  func restless() throws {
    let bench = Bench()
    let (_, ack) = try call(bench, contact: "<sip:2001@192.0.2.7:5080>")
    for i in 1...40 {
      bench.receive(within(ack, "UPDATE", i, contact: "<sip:room\(i)@192.0.2.9>;isfocus").text)
    }
    #expect(bench.wire.count { $0.value(.cSeq) == "1 SUBSCRIBE" } == 8)
    #expect(bench.agent.rememberedCount < 100)
  }

  @Test("A NOTIFY that is none of the subscription's, or no document, changes nothing")
  func strangers() throws {
    let call = try told()
    notify(call, Self.four, sequence: 2, from: Endpoint(.v4(0xC633_6401), 5_060))
    #expect(call.bench.wire.isEmpty)
    var stray = FarRequest(method: "NOTIFY", branch: "z9hG4bKs")
    stray.fields = ["Event: conference", "Subscription-State: active"]
    stray.contentType = "application/conference-info+xml"
    stray.body = Self.four
    call.bench.receive(stray.text)
    call.bench.takeResponse(481)
    notify(call, Self.four, sequence: 3, of: call.ack)
    call.bench.takeResponse(481)
    notify(call, Self.four, sequence: 4, event: "reg")
    call.bench.takeResponse(481)
    notify(call, "<conference-info", sequence: 5)
    call.bench.takeResponse(400)
    notify(call, Self.four, sequence: 6, type: "application/reginfo+xml")
    call.bench.takeResponse(400)
    notify(call, Self.four + String(repeating: " ", count: 16_384), sequence: 7)
    call.bench.takeResponse(413)
    #expect(roster(call.bench)?.count == 3)
    notify(call, Self.four, sequence: 8)
    call.bench.takeResponse(200)
    #expect(roster(call.bench)?.count == 4)
  }

  @Test("The conference is over, the call is not: nobody is there, nobody is asked again")
  func ended() throws {
    let call = try told()
    notify(call, "", sequence: 2, state: "terminated;reason=noresource")
    call.bench.takeResponse(200)
    #expect(roster(call.bench) == nil)
    call.bench.pass(.seconds(4_000))
    #expect(call.bench.wire.isEmpty)
    hangUp(call)
    call.bench.pass(.seconds(40))
    #expect(call.bench.wire.isEmpty && call.bench.isClean)
  }
}
