import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("Diversion, History-Info, Alert-Info, 199")
struct CallerDetailTests {
  private func caller(_ fields: [String]) throws -> Caller {
    let bench = Bench()
    bench.receive(FarRequest(fields: fields, body: "v=0\r\n").text)
    guard case .incoming(_, _, let caller, _) = bench.events.last else {
      Issue.record("no call came in")
      return Caller(number: [], displayName: [], isAnonymous: true)
    }
    return caller
  }

  @Test(
    "Who diverted the call last",
    arguments: [
      (["Diversion: <sip:6002@x>;reason=no-answer, <sip:6003@x>;reason=user-busy"], "6002"),
      (["Diversion: <tel:+861012345678>;reason=unconditional;privacy=off"], "+861012345678"),
      (["Diversion: <sip:6002@x>;privacy=full"], ""), (["Diversion: nonsense <"], ""),
      (
        [
          "History-Info: <sip:6001@x>;index=1, <sip:6002@x;cause=302>;index=1.1;mp=1",
          "History-Info: <sip:6003@x;cause=486>;index=1.1.1;mp=1.1",
        ], "6002"
      ),
      (["History-Info: <sip:6001@x?Privacy=history>;index=1, <sip:2@x>;index=1.1;mp=1"], ""),
      (["History-Info: <sip:6001@x>;index=1, <sip:6001@y>;index=1.1"], ""),
      (["History-Info: <sip:6001@x>;index=1;mp=7"], ""), ([], ""),
      // A core that puts our Contact in the place of our number diverts nothing.
      (["History-Info: <sip:1001@x>;index=1, <sip:1001@192.0.2.100>;index=1.1;rc=1"], ""),
      (
        [
          "History-Info: <sip:6001@x>;index=1, <sip:6002@x;cause=302>;index=1.1;mp=1",
          "History-Info: <sip:6002@192.0.2.100>;index=1.1.1;rc=1.1",
        ], "6001"
      ),
      // RFC 4244 names the cause alone.
      (["History-Info: <sip:6001@x>;index=1, <sip:6002@x;cause=486>;index=1.1"], "6001"),
      (["History-Info: <sip:6002@x;cause=486>;index=1"], ""),
    ] as [([String], String)])
  func redirection(_ fields: [String], _ number: String) throws {
    #expect(try string(caller(fields).redirectedFrom) == number)
  }

  @Test(
    "How a call wants to be announced",
    arguments: [
      ("<urn:alert:source:internal>", .inside), ("<urn:alert:source:external>", .ordinary),
      ("<urn:alert:service:normal>, <urn:alert:priority:high>", .urgent),
      ("<http://127.0.0.1>;info=alert-internal", .inside), (";info=alert-external", .ordinary),
      ("<http://127.0.0.1/Bellcore-dr3>", .urgent), ("<sip:x@y>;info=\"bellcore-DR4\"", .fourth),
      ("Bellcore-dr2", .inside), ("<file://ring.wav>", .ordinary), ("Bellcore-dr", .ordinary),
    ] as [(String, AlertPattern)])
  func alert(_ value: String, _ pattern: AlertPattern) throws {
    #expect(try caller(["Alert-Info: \(value)"]).alert == pattern)
  }

  @Test("199 ends one early dialog and is nothing for the subscriber (RFC 6228)")
  func branchEnded() throws {
    let bench = Bench()
    let session = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    let number = try #require(session)
    let invite = bench.takeRequest(.invite)
    let contact: (HeaderName, String) = (.contact, "<sip:2001@192.0.2.7:5080>")
    let reliable: [(HeaderName, String)] = [contact, (.require, "100rel"), (.rSeq, "1")]
    bench.respond(to: invite, 183, tag: "one", fields: reliable, body: Bench.offer)
    bench.respond(to: bench.takeRequest(.prack), 200, tag: "one")
    _ = bench.takeFacts()
    func update(_ sequence: Int) -> Text {
      FarRequest(
        method: "UPDATE", branch: "z9hG4bKu\(sequence)", from: "<sip:2001@ims.example>;tag=one",
        to: invite.value(.from), callID: invite.value(.callID), sequence: sequence
      ).text
    }
    bench.receive(update(1))
    bench.takeResponse(200)
    bench.respond(to: invite, 199, tag: "one", fields: [contact])
    #expect(bench.takeFacts() == [])
    bench.receive(update(2))
    bench.takeResponse(481)
    bench.respond(to: invite, 182, tag: "two", fields: [contact])
    #expect(
      bench.takeFacts() == [.progress(number, code: 182, description: [], isOtherParty: true)])
    bench.respond(to: invite, 200, tag: "two", fields: [contact], body: Bench.offer)
    let ack = bench.takeRequest(.ack)
    #expect(bench.takeFacts() == [.answered(number, description: Bench.offer)])
    #expect(invite.value(.supported).hasSuffix(", 199"))
    #expect(ack.value(.supported) == "")
  }

  @Test("A 199 that wants a PRACK gets one, and its early dialog ends all the same")
  func reliableBranchEnded() {
    let bench = Bench()
    _ = bench.act {
      $0.invite(from: 1, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2)
    }
    let invite = bench.takeRequest(.invite)
    let contact: (HeaderName, String) = (.contact, "<sip:2001@192.0.2.7:5080>")
    func reliable(_ number: Int) -> [(HeaderName, String)] {
      [contact, (.require, "100rel"), (.rSeq, "\(number)")]
    }
    bench.respond(to: invite, 180, tag: "one", fields: reliable(1))
    bench.respond(to: bench.takeRequest(.prack), 200, tag: "one")
    for _ in 0..<2 { bench.respond(to: invite, 199, tag: "one", fields: reliable(2)) }
    let prack = bench.takeRequest(.prack)
    #expect(prack.value(.rAck) == "2 \(invite.sequenceNumber) INVITE")
    #expect(bench.wire.isEmpty)
    // Its dialog is gone, and so is the number that another one would have.
    bench.respond(
      to: prack, 407, tag: "one",
      fields: [(.proxyAuthenticate, "Digest realm=\"ims.example\", nonce=\"n\", qop=\"auth\"")])
    #expect(bench.wire.isEmpty)
    // The same branch would begin anew.
    bench.respond(to: invite, 180, tag: "one", fields: reliable(7))
    #expect(bench.takeRequest(.prack).value(.rAck).hasPrefix("7 "))
  }
}
