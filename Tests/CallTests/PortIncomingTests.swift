import Base
import Call
import MediaControl
import SIPAgent
import Testing

@Suite("Calls to a port")
struct PortIncomingTests {
  @Test("180 at once, bell, caller ID, ring trip: feed, audio, answer in one call")
  func answered() throws {
    var bench = try PortBench()
    let session = bench.newSession()
    #expect(
      bench.tell(.incoming(session, 1, caller, offer: remote()), 0) == ["0 ring", "0 ringing"])
    #expect(bench.run(to: 1_500) == ["1000 onHookTransmission", "1500 callerID(26)"])
    #expect(bench.tell(.callerIDSent(1), 2_200) == [])
    #expect(bench.run(to: 6_000) == ["5000 ringing", "6000 onHookTransmission"])
    #expect(
      bench.loop(.closed, 7_000) == ["7000 forwardActive", "7000 openStream", "7000 answer"])
    #expect(bench.tell(.confirmed(session), 7_010) == [])
    let answer = String(decoding: bench.descriptions[0], as: UTF8.self)
    #expect(answer.contains("m=audio 30000 RTP/AVP"))
    #expect(
      bench.tell(.ended(session, .byRemote), 20_000) == ["20000 closeStream", "20000 play busy"])
    _ = bench.tell(.streamClosed(1, StreamStatistics()), 20_010)
    let record = try #require(bench.records.first)
    #expect(record.direction == .incoming)
    #expect(record.number == Text("13800138000"))
    #expect(record.answeredAt == at(7_000))
    #expect(record.end == .session(.byRemote))
    bench.expectNothingLeft()
  }

  @Test("The caller gives up: silence at once")
  func cancelled() throws {
    var bench = try PortBench()
    let session = bench.newSession()
    _ = bench.tell(.incoming(session, 1, caller, offer: remote()), 0)
    #expect(
      bench.tell(.ended(session, .cancelled), 500) == ["500 standby", "500 record"])
    #expect(bench.records[0].answeredAt == nil)
    bench.expectNothingLeft()
  }

  @Test("CANCEL in the middle of caller ID ends it")
  func cancelledInCallerID() throws {
    var bench = try PortBench()
    let session = bench.newSession()
    _ = bench.tell(.incoming(session, 1, caller, offer: remote()), 0)
    _ = bench.run(to: 1_600)
    #expect(
      bench.tell(.ended(session, .cancelled), 1_700)
        == ["1700 standby", "1700 stopTone", "1700 record"])
  }

  @Test("Nobody lifts: the bell has an end")
  func unanswered() throws {
    var bench = try PortBench()
    _ = bench.tell(.incoming(bench.newSession(), 1, caller, offer: remote()), 0)
    #expect(
      bench.run(to: 120_000).suffix(3) == ["120000 standby", "120000 reject 480", "120000 record"])
    bench.expectNothingLeft()
  }

  @Test("Another account's call is none of this port's business")
  func otherAccount() throws {
    var bench = try PortBench()
    #expect(bench.tell(.incoming(bench.newSession(), 2, caller, offer: remote()), 0) == [])
    #expect(bench.stage == .idle)
  }

  @Test("An offer without a codec of ours is refused before the bell rings")
  func incompatible() throws {
    for offer in [foreign, Text("nonsense"), remote(port: 0)] {
      var bench = try PortBench()
      #expect(
        bench.tell(.incoming(bench.newSession(), 1, caller, offer: offer), 0)
          == ["0 note incompatibleDescription", "0 reject 488"])
      bench.expectNothingLeft()
    }
  }

  @Test("An INVITE without an offer gets ours; audio begins with its answer")
  func withoutOffer() throws {
    var bench = try PortBench()
    let session = bench.newSession()
    _ = bench.tell(.incoming(session, 1, caller, offer: []), 0)
    #expect(bench.loop(.closed, 500) == ["500 forwardActive", "500 answer"])
    #expect(
      bench.tell(.offerAccepted(session, description: remote()), 600) == ["600 openStream"])
    bench.expectNothingLeft()
  }

  @Test("A caller without an offer may answer ours while the phone rings")
  func answeredWhileRinging() throws {
    var bench = try PortBench()
    let session = bench.newSession()
    _ = bench.tell(.incoming(session, 1, caller, offer: []), 0)
    #expect(bench.ringOffers.map { $0.isEmpty } == [false])
    #expect(bench.tell(.offerAccepted(session, description: remote()), 400) == [])
    let changed = remote(version: 2)
    #expect(bench.tell(.offered(session, description: changed), 500) == ["500 acceptOffer"])
    #expect(bench.stage == .ringing)
    #expect(
      bench.loop(.closed, 600) == ["600 forwardActive", "600 openStream", "600 answer"])
    #expect(bench.stage == .talking)
    bench.expectNothingLeft()
  }

  @Test("An answer to ours without a codec of ours ends the ringing")
  func answeredBadlyWhileRinging() throws {
    var bench = try PortBench()
    let session = bench.newSession()
    _ = bench.tell(.incoming(session, 1, caller, offer: []), 0)
    #expect(
      bench.tell(.offerAccepted(session, description: foreign), 400).suffix(4)
        == ["400 note incompatibleDescription", "400 standby", "400 reject 488", "400 record"])
    #expect(bench.stage == .idle)
    bench.expectNothingLeft()
  }

  @Test("A caller with an offer gets none with the 180")
  func noOfferWithoutNeed() throws {
    var bench = try PortBench()
    _ = bench.tell(.incoming(bench.newSession(), 1, caller, offer: remote()), 0)
    #expect(bench.ringOffers == [[]])
  }

  @Test("An offer that is never accepted leaves no silent call")
  func withoutUsableAnswer() throws {
    var bench = try PortBench()
    let session = bench.newSession()
    _ = bench.tell(.incoming(session, 1, caller, offer: []), 0)
    _ = bench.loop(.closed, 500)
    #expect(
      bench.tell(.offerAccepted(session, description: foreign), 600).suffix(3)
        == ["600 hangUp", "600 record", "600 play congestion"])
    bench.expectNothingLeft()
  }

  @Test("Hold and retrieve keep the stream; a refused offer changes nothing")
  func reoffers() throws {
    var bench = try PortBench()
    let session = bench.newSession()
    _ = bench.tell(.incoming(session, 1, caller, offer: remote()), 0)
    _ = bench.loop(.closed, 500)
    let first = try #require(bench.stream)
    #expect(
      bench.tell(.offered(session, description: remote(version: 2, direction: "sendonly")), 1_000)
        == ["1000 acceptOffer", "1000 updateStream"])
    #expect(bench.stream?.direction == .receiveOnly)
    #expect(bench.stream?.synchronizationSource == first.synchronizationSource)
    #expect(
      bench.tell(.offered(session, description: foreign), 2_000)
        == ["2000 note incompatibleDescription", "2000 refuseOffer 488"])
    #expect(
      bench.tell(.offered(session, description: remote(version: 3)), 3_000)
        == ["3000 acceptOffer", "3000 updateStream"])
    #expect(bench.stream == first)
    #expect(bench.tell(.offered(session, description: []), 4_000) == ["4000 acceptOffer"])
    bench.expectNothingLeft()
  }

  @Test("A call from inside rings differently, and who diverted it is in the record")
  func distinctive() throws {
    var bench = try PortBench()
    var from = caller
    from.alert = .inside
    from.redirectedFrom = Text("6002")
    let session = bench.newSession()
    var seen = bench.tell(.incoming(session, 1, from, offer: remote()), 0)
    seen += bench.run(to: 2_500)
    #expect(
      seen.filter { !$0.contains("callerID") } == [
        "0 ring", "0 ringing", "800 onHookTransmission", "1200 ringing", "2000 onHookTransmission",
      ])
    _ = bench.tell(.ended(session, .cancelled), 3_000)
    #expect(bench.records.map { $0.redirectedFrom } == [Text("6002")])
    bench.expectNothingLeft()
  }
}
