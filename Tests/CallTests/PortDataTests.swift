import Base
import Call
import MediaControl
import SIPAgent
import Testing

@Suite("Modems and fax machines in a call")
struct PortDataTests {
  /// A port that was called and has answered at 500 ms.
  private func answered() throws -> (PortBench, SessionNumber) {
    var bench = try PortBench()
    let session = bench.newSession()
    _ = bench.tell(.incoming(session, 1, caller, offer: remote()), 0)
    _ = bench.loop(.closed, 500)
    _ = bench.tell(.confirmed(session), 510)
    return (bench, session)
  }

  /// A port whose call is answered at 3 s.
  private func calling() throws -> (PortBench, SessionNumber) {
    var bench = try PortBench(map: "6xxx")
    _ = bench.loop(.closed, 0)
    for (i, key) in "6002".enumerated() { _ = bench.digit(key, 1_000 + Int64(i) * 100) }
    let session = bench.newSession()
    _ = bench.invited(session, 1_400)
    _ = bench.tell(.answered(session, description: remote()), 3_000)
    return (bench, session)
  }

  private func lines(_ text: Text) -> [String] {
    String(decoding: text, as: UTF8.self).split(separator: "\r\n").map(String.init)
  }

  @Test("Who was called offers G.711 alone as a modem's, then as a fax machine's")
  func called() throws {
    var (bench, session) = try answered()
    #expect(
      bench.tell(.dataHeard(1, .modem), 1_500)
        == ["1500 note dataHeard", "1500 reoffer", "1500 updateStream"])
    #expect(bench.stream?.data == .modem && bench.stream?.isCalled == true)
    let first = lines(bench.descriptions[1])
    #expect(first.contains("m=audio 30000 RTP/AVP 8") && first.contains("a=modem"))
    #expect(first.contains("a=ecan:fb off -") && first.contains("a=gpmd:8 vbd=yes;ecan=off"))
    #expect(
      bench.tell(.offerAccepted(session, description: remote(version: 2, formats: "8")), 1_600)
        == ["1600 updateStream"])
    #expect(bench.stream?.data == .modem && bench.stream?.sendEventPayloadType == nil)
    #expect(
      bench.tell(.dataHeard(1, .fax), 4_500)
        == ["4500 note dataHeard", "4500 reoffer", "4500 updateStream"])
    let second = lines(bench.descriptions[2])
    #expect(second.contains("a=fax") && second.contains("a=ecan:fb on -"))
    #expect(bench.tell(.dataHeard(1, .fax), 5_000) == [], "it is known")
  }

  @Test("Who has called says nothing, and keeps its own delay steady")
  func calledAnother() throws {
    var (bench, _) = try calling()
    #expect(bench.stream?.isCalled == false)
    #expect(
      bench.tell(.dataHeard(1, .modem), 4_000) == ["4000 note dataHeard", "4000 updateStream"])
    #expect(bench.stream?.data == .modem)
  }

  @Test("The far party's word is taken, answered in kind, and taken back")
  func farParty() throws {
    var (bench, session) = try calling()
    let offer = remote(version: 2, formats: "8") + Text("a=fax\r\n".utf8)
    #expect(
      bench.tell(.offered(session, description: offer), 4_000)
        == ["4000 acceptOffer", "4000 updateStream"])
    #expect(bench.stream?.data == .fax)
    #expect(lines(bench.descriptions[0]).contains("a=fax"))
    _ = bench.tell(.offered(session, description: remote(version: 3)), 9_000)
    #expect(bench.stream?.data == nil && !lines(bench.descriptions[1]).contains("a=fax"))
  }

  @Test("What is heard while an offer is open is told when that has its answer")
  func oneAtATime() throws {
    var (bench, session) = try answered()
    _ = bench.tell(.dataHeard(1, .modem), 1_500)
    #expect(
      bench.tell(.dataHeard(1, .fax), 4_500) == ["4500 note dataHeard", "4500 updateStream"])
    #expect(
      bench.tell(.offerAccepted(session, description: remote(version: 2, formats: "8")), 9_000)
        == ["9000 reoffer", "9000 updateStream"])
    #expect(bench.stream?.data == .fax && bench.descriptions.count == 3)
    #expect(bench.tell(.dataHeard(1, .modem), 9_500) == [], "a fax machine stays one")
  }

  @Test("An offer that could not be sent counts for nothing and is made again until it can")
  func notSent() throws {
    var (bench, session) = try answered()
    _ = bench.tell(.dataHeard(1, .modem), 1_500)
    for n in 1...20 {
      let ms = Int64(n) * 2_500
      let seen = bench.offerNotSent(session, ms) + bench.run(to: ms + 2_000)
      #expect(seen.count == 1 && seen[0].hasSuffix(" reoffer"), "\(seen)")
    }
    let versions = Set(bench.descriptions.dropFirst().map { lines($0)[1] })
    #expect(versions.count == 1, "RFC 3264 §8 counts what was sent")
  }

  @Test("Hold and resume that say nothing of data leave what was heard, and nobody is told twice")
  func hold() throws {
    var (bench, session) = try answered()
    _ = bench.tell(.dataHeard(1, .modem), 1_500)
    _ = bench.tell(.offerAccepted(session, description: remote(version: 2, formats: "8")), 1_600)
    for (ms, direction) in [(3_000, "sendonly"), (5_000, "sendrecv")] as [(Int64, String)] {
      let offer = remote(version: Int(ms), direction: direction)
      #expect(
        bench.tell(.offered(session, description: offer), ms)
          == ["\(ms) acceptOffer", "\(ms) updateStream"])
      #expect(bench.stream?.data == .modem)
    }
    #expect(bench.tell(.dataHeard(1, .modem), 6_000) == [])
  }

  @Test("An offer that met another is made again within 2 s, five times at the most")
  func glare() throws {
    var (bench, session) = try answered()
    _ = bench.tell(.dataHeard(1, .modem), 1_500)
    var ms: Int64 = 1_600
    for _ in 0..<5 {
      let seen = bench.tell(.offerRefused(session, code: 491), ms) + bench.run(to: ms + 2_000)
      ms += 2_000
      #expect(seen.count == 1 && seen[0].hasSuffix(" reoffer"), "\(seen)")
    }
    #expect(
      bench.tell(.offerRefused(session, code: 491), ms) + bench.run(to: ms + 10_000)
        == ["\(ms) note dataRefused"])
    #expect(bench.stream?.data == .modem, "the box itself knows")
  }

  @Test("What the far party offers meanwhile makes ours needless")
  func overtaken() throws {
    var (bench, session) = try answered()
    _ = bench.tell(.dataHeard(1, .modem), 1_500)
    _ = bench.tell(.offerRefused(session, code: 491), 1_600)
    let offer = remote(version: 2) + Text("a=modem\r\n".utf8)
    _ = bench.tell(.offered(session, description: offer), 1_600)
    #expect(bench.run(to: 10_000) == [])
  }

  @Test("A far party that speaks of a modem while a fax machine waits to be told is told of it")
  func waits() throws {
    var (bench, session) = try answered()
    _ = bench.tell(.dataHeard(1, .modem), 1_500)
    _ = bench.tell(.dataHeard(1, .fax), 1_550)
    _ = bench.tell(.offerRefused(session, code: 491), 1_600)
    let offer = remote(version: 2) + Text("a=modem\r\n".utf8)
    _ = bench.tell(.offered(session, description: offer), 1_600)
    let seen = bench.run(to: 10_000)
    #expect(seen.count == 1 && seen[0].hasSuffix(" reoffer"), "\(seen)")
    #expect(lines(bench.descriptions[bench.descriptions.count - 1]).contains("a=fax"))
  }

  @Test("A far party that knows more than we do is not told less")
  func knowsMore() throws {
    var (bench, session) = try answered()
    _ = bench.tell(.dataHeard(1, .modem), 1_500)
    _ = bench.tell(.offerRefused(session, code: 491), 1_600)
    let offer = remote(version: 2) + Text("a=fax\r\n".utf8)
    _ = bench.tell(.offered(session, description: offer), 1_600)
    #expect(bench.run(to: 10_000) == [])
  }

  @Test("An offer that is asked for says nothing of data: somebody else may come")
  func asked() throws {
    var (bench, session) = try answered()
    _ = bench.tell(.dataHeard(1, .modem), 1_500)
    _ = bench.tell(.offerAccepted(session, description: remote(version: 2, formats: "8")), 1_600)
    _ = bench.tell(.offered(session, description: []), 3_000)
    #expect(!lines(bench.descriptions[2]).contains("a=modem"))
    _ = bench.tell(.offerAccepted(session, description: remote(version: 3)), 3_100)
    #expect(bench.stream?.data == .modem, "what was heard stays")
  }

  @Test("The answer to an offer that a transfer overtakes is taken, and the call returns as data")
  func transfer() throws {
    var (bench, session) = try answered()
    _ = bench.tell(.dataHeard(1, .modem), 1_500)
    _ = bench.tell(.referred(session, to: Text("6002")), 1_600)
    _ = bench.tell(.offerAccepted(session, description: remote(version: 2, formats: "8")), 1_700)
    _ = bench.invited(nil, 1_800)
    #expect(bench.stage == .talking && bench.stream?.data == .modem)
    #expect(bench.tell(.dataHeard(1, .fax), 4_000).contains("4000 reoffer"))
  }

  @Test("Who comes in the place of the far party is told of what was heard before")
  func replaced() throws {
    var (bench, session) = try answered()
    _ = bench.tell(.dataHeard(1, .modem), 1_500)
    _ = bench.tell(.offerAccepted(session, description: remote(version: 2, formats: "8")), 1_600)
    let new = bench.newSession()
    bench.adopt(new)
    _ = bench.tell(.replacing(new, of: session, caller, offer: remote(version: 3)), 2_000)
    _ = bench.tell(.offered(new, description: remote(version: 4)), 2_500)
    #expect(bench.stream?.data == .modem)
    #expect(bench.tell(.dataHeard(1, .fax), 3_000).contains("3000 reoffer"))
  }

  @Test("A refusal leaves the call, and is not asked about again")
  func refused() throws {
    var (bench, session) = try answered()
    _ = bench.tell(.dataHeard(1, .modem), 1_500)
    #expect(bench.tell(.offerRefused(session, code: 488), 1_600) == ["1600 note dataRefused"])
    #expect(bench.run(to: 10_000) == [] && bench.stage == .talking)
  }

  @Test("Switched off, nobody is told")
  func off() throws {
    var bench = try PortBench()
    bench.change { $0.offersData = false }
    let session = bench.newSession()
    _ = bench.tell(.incoming(session, 1, CallTests.caller, offer: remote()), 0)
    _ = bench.loop(.closed, 500)
    #expect(
      bench.tell(.dataHeard(1, .modem), 1_500) == ["1500 note dataHeard", "1500 updateStream"])
  }
}
