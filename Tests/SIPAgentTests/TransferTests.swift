import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("REFER and Replaces (RFC 3515, 3891)")
struct TransferTests {
  private static let contact: (HeaderName, String) = (.contact, "<sip:2001@192.0.2.7:5080>")

  /// A call of ours that is answered, and the ACK of its answer.
  private func talk(_ bench: Bench, to number: String = "2001") throws -> (SessionNumber, Message) {
    let session = bench.act {
      $0.invite(from: 1, to: Text(number.utf8), offer: Bench.offer, now: $1, into: &$2)
    }
    bench.respond(
      to: bench.takeRequest(.invite), 200, fields: [Self.contact], body: Bench.offer)
    _ = bench.takeEvents()
    return (try #require(session), bench.takeRequest(.ack))
  }

  /// Calls where a REFER of the session sent us; returns the new session.
  @discardableResult
  private func callTarget(_ bench: Bench, of session: SessionNumber) -> SessionNumber? {
    bench.act {
      $0.invite(
        from: 1, to: Text("3001"), offer: Bench.offer, purpose: CallPurpose(referrer: session),
        now: $1, into: &$2)
    }
  }

  /// A request of the far side in the dialog of a call of ours.
  private func within(
    _ ack: Message, _ method: String, _ sequence: Int, _ fields: [String], body: String = "",
    contentType: String = "application/sdp"
  ) -> Text {
    FarRequest(
      method: method, branch: "z9hG4bK\(method)\(sequence)", from: ack.value(.to),
      to: ack.value(.from), callID: ack.value(.callID), sequence: sequence, fields: fields,
      contentType: contentType, body: body
    ).text
  }

  private func fragment(_ notify: Message) -> String { string(notify.text(notify.body)) }

  // MARK: - The far side's REFER

  @Test("A blind transfer: 202, NOTIFYs of every step, the new call where Refer-To says")
  func blind() throws {
    let bench = Bench()
    let (session, ack) = try talk(bench)
    bench.receive(
      within(
        ack, "REFER", 1,
        [
          "Refer-To: <sip:3001@there.example;user=phone>",
          "Referred-By: <sip:2001@ims.example>",
        ]))
    #expect(bench.takeResponse(202).value(.contact).contains("1001@"))
    var notify = bench.takeRequest(.notify)
    #expect(notify.value(.event) == "refer;id=1")
    #expect(notify.value(.subscriptionState) == "active;expires=180")
    #expect(notify.value(.contentType) == "message/sipfrag")
    #expect(fragment(notify) == "SIP/2.0 100 Trying\r\n")
    #expect(notify.sequenceNumber == 2)
    bench.respond(to: notify, 200)
    #expect(bench.takeFacts() == [.referred(session, to: Text("3001"))])

    let target = callTarget(bench, of: session)
    let invite = bench.takeRequest(.invite)
    #expect(invite.requestURI == "sip:3001@there.example;user=phone")
    #expect(invite.value(.referredBy) == "<sip:2001@ims.example>")
    #expect(!invite.contains(.replaces))
    bench.respond(to: invite, 180)
    notify = bench.takeRequest(.notify)
    #expect(fragment(notify) == "SIP/2.0 180 Ringing\r\n")
    bench.respond(to: notify, 200)
    bench.respond(to: invite, 200, fields: [Self.contact], body: Bench.offer)
    _ = bench.takeRequest(.ack)
    notify = bench.takeRequest(.notify)
    #expect(notify.value(.subscriptionState) == "terminated;reason=noresource")
    #expect(fragment(notify) == "SIP/2.0 200 OK\r\n")
    bench.respond(to: notify, 200)
    for number in [session, try #require(target)] {
      bench.act { $0.hangUp(number, now: $1, into: &$2) }
      bench.respond(to: bench.takeRequest(.bye), 200)
    }
    bench.pass(.seconds(300))
    #expect(bench.wire.isEmpty && bench.isClean)
  }

  @Test("An attended transfer: the new call has the Replaces, also behind a challenge")
  func attended() throws {
    let bench = Bench()
    let (session, ack) = try talk(bench)
    bench.receive(
      within(
        ack, "REFER", 1,
        [
          "Refer-To: <sip:3001@192.0.2.9?Replaces=a%40b%3Bto-tag%3Dt1%3Bfrom-tag%3Df1>"
        ]))
    bench.takeResponse(202)
    bench.respond(to: bench.takeRequest(.notify), 200)
    callTarget(bench, of: session)
    var invite = bench.takeRequest(.invite)
    #expect(invite.requestURI == "sip:3001@192.0.2.9")
    #expect(invite.value(.replaces) == "a@b;to-tag=t1;from-tag=f1")
    bench.respond(
      to: invite, 407,
      fields: [(.proxyAuthenticate, "Digest realm=\"r\",nonce=\"n\",qop=\"auth\"")])
    _ = bench.takeRequest(.ack)
    invite = bench.takeRequest(.invite)
    #expect(invite.value(.replaces) == "a@b;to-tag=t1;from-tag=f1")
  }

  @Test("A call that fails is told with its code, and the sender may have hung up meanwhile")
  func failing() throws {
    let bench = Bench()
    let (session, ack) = try talk(bench)
    bench.receive(within(ack, "REFER", 1, ["Refer-To: <sip:3001@x.example>"]))
    bench.takeResponse(202)
    bench.respond(to: bench.takeRequest(.notify), 200)
    callTarget(bench, of: session)
    let invite = bench.takeRequest(.invite)
    bench.receive(within(ack, "BYE", 2, []))
    bench.takeResponse(200)
    bench.respond(to: invite, 486)
    _ = bench.takeRequest(.ack)
    let notify = bench.takeRequest(.notify)
    #expect(fragment(notify) == "SIP/2.0 486 Busy Here\r\n")
    #expect(notify.value(.subscriptionState) == "terminated;reason=noresource")
    bench.respond(to: notify, 481)
    bench.pass(.seconds(300))
    #expect(bench.wire.isEmpty && bench.isClean)
  }

  @Test("Who wants no subscription is told nothing (RFC 4488)")
  func silent() throws {
    let bench = Bench()
    let (session, ack) = try talk(bench)
    bench.receive(
      within(ack, "REFER", 1, ["Refer-To: <sip:3001@x.example>", "Refer-Sub: false"]))
    #expect(bench.takeResponse(202).value(other: "Refer-Sub") == "false")
    #expect(bench.takeFacts() == [.referred(session, to: Text("3001"))])
    #expect(bench.wire.isEmpty)
  }

  @Test("The subscription ends by itself")
  func expiry() throws {
    let bench = Bench()
    let (_, ack) = try talk(bench)
    bench.receive(within(ack, "REFER", 1, ["Refer-To: <sip:3001@x.example>"]))
    bench.takeResponse(202)
    bench.respond(to: bench.takeRequest(.notify), 200)
    bench.pass(.seconds(179))
    #expect(bench.wire.isEmpty)
    bench.pass(.seconds(1))
    #expect(bench.takeRequest(.notify).value(.subscriptionState).hasPrefix("terminated"))
  }

  @Test("Who answers no notice gets no more of them, however often he asks")
  func unansweredNotices() throws {
    let bench = Bench()
    let (session, ack) = try talk(bench)
    for sequence in 1...10 {
      bench.receive(within(ack, "REFER", sequence, ["Refer-To: <sip:3001@ims.example>"]))
      guard sequence <= 2 else {
        bench.takeResponse(491)
        continue
      }
      bench.takeResponse(202)
      _ = bench.takeRequest(.notify)
      callTarget(bench, of: session)
      bench.respond(to: bench.takeRequest(.invite), 404)
      _ = bench.takeRequest(.ack)
      _ = bench.takeRequest(.notify)
    }
    bench.pass(.seconds(33))
    bench.wire = []
    bench.receive(within(ack, "REFER", 11, ["Refer-To: <sip:3001@ims.example>"]))
    bench.takeResponse(202)
  }

  @Test(
    "What asks for no call is refused",
    arguments: [
      ([], 400), (["Refer-To: <sip:x.example>"], 400), (["Refer-To: <mailto:a@b>"], 400),
      (["Refer-To: <sip:3001@x.example;method=BYE>"], 400),
      (["Refer-To: <sip:1@x.example>, <sip:2@x.example>"], 400),
      (["Refer-To: <sip:1@x.example>", "Refer-To: <sip:2@x.example>"], 400),
      (["Refer-To: <sip:1@x.example?Replaces=a%3Bto-tag%3D1>"], 400),
      (["Refer-To: <sip:1@x.example?Replaces=%3Bto-tag%3D1%3Bfrom-tag%3D2>"], 400),
      (["Refer-To: <sip:\(String(repeating: "1", count: 600))@x.example>"], 400),
    ] as [([String], UInt16)])
  func refused(_ fields: [String], _ code: UInt16) throws {
    let bench = Bench()
    let (_, ack) = try talk(bench)
    bench.receive(within(ack, "REFER", 1, fields))
    bench.takeResponse(code)
    #expect(bench.takeFacts() == [] && bench.wire.isEmpty)
  }

  @Test("Outside of a dialog 481, before the answer and in an emergency 403, a second one 491")
  func wrongPlace() throws {
    let bench = Bench()
    bench.receive(FarRequest(method: "REFER", fields: ["Refer-To: <sip:3001@x.example>"]).text)
    bench.takeResponse(481)
    bench.receive(FarRequest(branch: "z9hG4bKin", body: "v=0\r\n").text)
    guard case .incoming(let session, _, _, _) = bench.takeEvents().last else {
      Issue.record("no call came in")
      return
    }
    bench.act { $0.ring(session, offer: [], now: $1, into: &$2) }
    let ringing = bench.takeResponse(180)
    bench.receive(
      FarRequest(
        method: "REFER", branch: "z9hG4bKr", to: ringing.value(.to), sequence: 2,
        fields: ["Refer-To: <sip:3001@x.example>"]
      ).text)
    bench.takeResponse(403)

    let other = Bench()
    let (_, ack) = try talk(other)
    other.receive(within(ack, "REFER", 1, ["Refer-To: <sip:3001@x.example>"]))
    other.takeResponse(202)
    _ = other.takeRequest(.notify)
    other.receive(within(ack, "REFER", 2, ["Refer-To: <sip:3002@x.example>"]))
    other.takeResponse(491)

    let urgent = Bench()
    _ = urgent.act {
      $0.invite(
        from: 1, to: Text("110"), offer: Bench.offer,
        purpose: CallPurpose(emergencyService: Text("sos.police")), now: $1, into: &$2)
    }
    urgent.respond(
      to: urgent.takeRequest(.invite), 200, fields: [Self.contact], body: Bench.offer)
    let police = urgent.takeRequest(.ack)
    urgent.receive(within(police, "REFER", 1, ["Refer-To: <sip:3001@x.example>"]))
    urgent.takeResponse(403)
  }

  // MARK: - Our REFER

  @Test("Ours: blind, and with the dialog that the third party is to replace")
  func sent() throws {
    let bench = Bench()
    let (first, _) = try talk(bench)
    let (second, ack) = try talk(bench, to: "2002")
    #expect(bench.act { $0.refer(first, to: Text("3001"), now: $1, into: &$2) })
    var refer = bench.takeRequest(.refer)
    #expect(refer.value(.referTo) == "<sip:3001@ims.example>")
    #expect(refer.value(.referredBy) == "<sip:1001@ims.example>")
    #expect(!bench.act { $0.refer(first, to: Text("3001"), now: $1, into: &$2) }, "one at a time")
    bench.respond(to: refer, 603)
    #expect(bench.takeFacts() == [.transfer(first, code: 603, isOver: true)])
    #expect(
      bench.act { $0.refer(first, to: Text("2002"), replacing: second, now: $1, into: &$2) })
    refer = bench.takeRequest(.refer)
    let tag = (try? ack.from().tag).map { string(ack.text($0)) } ?? ""
    let expected =
      "<sip:2001@192.0.2.7:5080?Replaces=\(ack.value(.callID))%3Bto-tag%3Dfar"
      + "%3Bfrom-tag%3D\(tag)>"
    #expect(refer.value(.referTo) == expected)
  }

  @Test("NOTIFYs tell how far it is; the last one ends it; silence ends it too")
  func notices() throws {
    let bench = Bench()
    let (session, ack) = try talk(bench)
    #expect(bench.act { $0.refer(session, to: Text("3001"), now: $1, into: &$2) })
    bench.respond(to: bench.takeRequest(.refer), 202)
    func notice(_ sequence: Int, _ line: String, _ state: String) -> Text {
      within(
        ack, "NOTIFY", sequence, ["Event: refer", "Subscription-State: \(state)"],
        body: line + "\r\n", contentType: "message/sipfrag")
    }
    bench.receive(notice(1, "SIP/2.0 180 Ringing", "active;expires=60"))
    bench.takeResponse(200)
    bench.receive(notice(1, "SIP/2.0 180 Ringing", "active;expires=60"))
    bench.takeResponse(200)
    bench.receive(notice(0, "SIP/2.0 200 OK", "active"))
    bench.takeResponse(500)
    bench.receive(notice(2, "SIP/2.0 200 OK", "terminated;reason=noresource"))
    bench.takeResponse(200)
    bench.receive(notice(3, "SIP/2.0 200 OK", "terminated;reason=noresource"))
    bench.takeResponse(481)
    #expect(
      bench.takeFacts() == [
        .transfer(session, code: 180, isOver: false), .transfer(session, code: 200, isOver: true),
      ])
    #expect(bench.act { $0.refer(session, to: Text("3001"), now: $1, into: &$2) })
    bench.respond(to: bench.takeRequest(.refer), 202)
    bench.receive(notice(4, "nonsense", "active"))
    bench.takeResponse(200)
    bench.pass(.seconds(180))
    #expect(bench.takeFacts().contains(.transfer(session, code: 408, isOver: true)))
  }

  // MARK: - Replaces

  private func replacing(_ value: String, more: [String] = []) -> Text {
    FarRequest(
      branch: "z9hG4bKnew", from: "<sip:2009@ims.example>;tag=new", callID: "new@far",
      fields: ["Replaces: \(value)"] + more, body: "v=0\r\n"
    ).text
  }

  private func value(of ack: Message, more: String = "") -> String {
    let tag = (try? ack.from().tag).map { string(ack.text($0)) } ?? ""
    return "\(ack.value(.callID));from-tag=far;to-tag=\(tag)\(more)"
  }

  @Test("A call that is there is replaced, even if that is required")
  func replaced() throws {
    let bench = Bench()
    let (old, ack) = try talk(bench)
    bench.receive(replacing(value(of: ack), more: ["Require: replaces"]))
    guard case .replacing(let new, old, let caller, let offer) = bench.takeFacts().last else {
      Issue.record("nothing takes the place")
      return
    }
    #expect(string(caller.number) == "2009" && string(offer) == "v=0\r\n")
    bench.act { $0.answer(new, description: Bench.offer, now: $1, into: &$2) }
    bench.takeResponse(200)
    bench.act { $0.hangUp(old, now: $1, into: &$2) }
    _ = bench.takeRequest(.bye)
    #expect(bench.takeFacts() == [.ended(old, .local)])
  }

  @Test("A call of ours that still rings is replaced; one that rings here is not")
  func early() throws {
    let bench = Bench()
    let session = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    let invite = bench.takeRequest(.invite)
    bench.respond(
      to: invite, 183, fields: [Self.contact, (.require, "100rel"), (.rSeq, "1")],
      body: Bench.offer)
    _ = bench.takeRequest(.prack)
    _ = bench.takeFacts()
    bench.receive(replacing(value(of: invite, more: ";early-only")))
    guard case .replacing(_, session, _, _) = bench.takeFacts().last else {
      Issue.record("nothing takes the place")
      return
    }
    let other = Bench()
    other.receive(FarRequest(body: "v=0\r\n").text)
    guard case .incoming(let called, _, _, _) = other.takeEvents().last else { return }
    other.act { $0.ring(called, offer: [], now: $1, into: &$2) }
    let ringing = other.takeResponse(180)
    other.receive(replacing("call-1@far;from-tag=far;to-tag=\(ringing.toTag)"))
    other.takeResponse(481)
  }

  @Test("Every refusal of RFC 3891")
  func refusals() throws {
    let bench = Bench()
    let (session, ack) = try talk(bench)
    let right = value(of: ack)
    for (value, code) in [
      (right + ";early-only", 486), ("x" + right, 481), (right + "x", 481),
      ("\(right), \(right)", 400),
      ("nonsense", 400), (";to-tag=a;from-tag=b", 400), ("a;to-tag=;from-tag=b", 400),
    ] as [(String, UInt16)] {
      bench.receive(replacing(value))
      bench.takeResponse(code)
      #expect(bench.takeFacts() == [], "\(value)")
    }
    bench.receive(within(ack, "BYE", 1, []))
    bench.takeResponse(200)
    bench.receive(replacing(right))
    bench.takeResponse(603)
    #expect(bench.takeFacts() == [.ended(session, .byRemote)])
  }
}
