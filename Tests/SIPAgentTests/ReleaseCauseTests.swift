import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Reason with Q.850 (RFC 3326, RFC 6432)")
struct ReleaseCauseTests {
  private static let contact: (HeaderName, String) = (.contact, "<sip:2001@192.0.2.7:5080>")

  private func call(_ bench: Bench) throws -> (SessionNumber, Message) {
    let session = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    return (try #require(session), bench.takeRequest(.invite))
  }

  private func ring(_ bench: Bench) -> SessionNumber {
    bench.receive(FarRequest(body: "v=0\r\n").text)
    guard case .incoming(let session, _, _, _) = bench.takeEvents().last else {
      Issue.record("no call came in")
      return SessionNumber(rawValue: 0)
    }
    return session
  }

  @Test(
    "What is read of a refusal",
    arguments: [
      ("Q.850;cause=17;text=\"User busy\"", 17), ("q.850 ; cause = 1", 1),
      ("SIP;cause=486, Q.850;cause=34", 34), ("SIP;cause=200;text=\"a, b;cause=3\"", nil),
      ("Q.850;cause=128", nil), ("Q.850;cause=", nil), ("Q.850", nil), ("Q.8500;cause=17", nil),
      ("Q.850;cause=-1", nil), ("Q.850;cause=99999999999999999999", nil),
      ("Q.850;text=\"cause=17\";cause=18", 18),
    ] as [(String, UInt8?)])
  func refusal(_ value: String, _ cause: UInt8?) throws {
    let bench = Bench()
    let (session, invite) = try call(bench)
    bench.respond(to: invite, 480, fields: [(.reason, value)])
    #expect(bench.takeFacts() == [.ended(session, .status(480), cause: cause)])
  }

  @Test("BYE and CANCEL of the far side bring theirs")
  func received() throws {
    let bench = Bench()
    let (session, invite) = try call(bench)
    bench.respond(to: invite, 200, fields: [Self.contact], body: Bench.offer)
    let ack = bench.takeRequest(.ack)
    _ = bench.takeEvents()
    bench.receive(
      FarRequest(
        method: "BYE", branch: "z9hG4bKbye", from: ack.value(.to), to: ack.value(.from),
        callID: ack.value(.callID), fields: ["Reason: Q.850;cause=31"]
      ).text)
    #expect(bench.takeFacts() == [.ended(session, .byRemote, cause: 31)])
    let other = Bench()
    let called = ring(other)
    other.receive(FarRequest(method: "CANCEL", fields: ["Reason: Q.850;cause=26"]).text)
    #expect(other.takeFacts() == [.ended(called, .cancelled, cause: 26)])
  }

  @Test("A call taken back and a call hung up are normal clearing")
  func sent() throws {
    let bench = Bench()
    let (first, invite) = try call(bench)
    bench.respond(to: invite, 180)
    bench.act { $0.hangUp(first, now: $1, into: &$2) }
    #expect(bench.takeRequest(.cancel).value(.reason) == "Q.850;cause=16")
    let other = Bench()
    let (second, sent) = try call(other)
    other.respond(to: sent, 200, fields: [Self.contact], body: Bench.offer)
    _ = other.takeRequest(.ack)
    other.act { $0.hangUp(second, now: $1, into: &$2) }
    #expect(other.takeRequest(.bye).value(.reason) == "Q.850;cause=16")
  }

  @Test(
    "Refusals say theirs",
    arguments: [
      (486, "Q.850;cause=17"), (480, "Q.850;cause=18"), (603, "Q.850;cause=21"), (500, ""),
    ]
      as [(UInt16, String)])
  func refusing(_ code: UInt16, _ reason: String) {
    let bench = Bench()
    let session = ring(bench)
    bench.act { $0.reject(session, code: code, now: $1, into: &$2) }
    #expect(bench.takeResponse(code).value(.reason) == reason)
  }
}
