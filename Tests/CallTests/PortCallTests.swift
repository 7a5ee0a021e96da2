import Base
import Call
import MediaControl
import SIPAgent
import Testing

@Suite("A port's calls")
struct PortCallTests {
  @Test("Dial tone comes in the same turn as the lifted handset")
  func dialTone() throws {
    var bench = try PortBench()
    #expect(bench.loop(.closed, 100) == ["100 forwardActive", "100 play dial", "100 listen"])
  }

  @Test("An outgoing call from dial tone to the record")
  func outgoing() throws {
    var bench = try PortBench()
    _ = bench.loop(.closed, 0)
    #expect(bench.digit("1", 1_000) == ["1000 stopTone"])
    #expect(bench.digit("1", 1_200) == [])
    #expect(bench.digit("0", 1_400) == ["1400 invite 110", "1400 ignore"])
    let session = bench.newSession()
    #expect(bench.invited(session, 1_400) == [])
    #expect(
      bench.tell(.progress(session, code: 180, description: []), 2_000) == ["2000 play ringback"])
    #expect(
      bench.tell(.answered(session, description: remote()), 5_000)
        == ["5000 openStream", "5000 stopTone"])
    #expect(bench.stage == .talking)
    #expect(
      bench.loop(.open, 60_000) + bench.run(to: 60_500)
        == ["60500 standby", "60500 hangUp", "60500 closeStream"])
    var statistics = StreamStatistics()
    statistics.receivedPackets = 2_775
    #expect(bench.tell(.streamClosed(1, statistics), 60_510) == ["60510 record"])
    #expect(bench.tell(.ended(session, .local), 60_520) == [])
    let record = try #require(bench.records.first)
    #expect(record.direction == .outgoing)
    #expect(record.number == Text("110"))
    #expect(record.startedAt == at(1_400))
    #expect(record.answeredAt == at(5_000))
    #expect(record.endedAt == at(60_500))
    #expect(record.end == .hungUp)
    #expect(record.statistics == statistics)
    bench.expectNothingLeft()
  }

  @Test("What was agreed on is what the media thread gets")
  func agreement() throws {
    var bench = try PortBench()
    let session = calling(&bench)
    _ = bench.tell(
      .answered(session, description: remote(port: 4_002, formats: "0 101")), 2_000)
    let stream = try #require(bench.stream)
    #expect(stream.remote == Endpoint(.v4(0xC000_0209), 4_002))
    #expect(stream.law == .muLaw)
    #expect(stream.sendPayloadType == 0)
    #expect(stream.sendEventPayloadType == 101)
    #expect(stream.packetMs == 20)
    #expect(stream.direction == .sendReceive)
    let offer = String(decoding: bench.offers[0], as: UTF8.self)
    #expect(offer.contains("m=audio 30000 RTP/AVP 8 0 101\r\n"))
    #expect(offer.contains("192.0.2.1"))
  }

  @Test("Early media is heard instead of ringback, once it has come")
  func earlyMedia() throws {
    var bench = try PortBench()
    let session = calling(&bench)
    #expect(
      bench.tell(.progress(session, code: 180, description: remote()), 2_000)
        == ["2000 openStream", "2000 play ringback"])
    #expect(bench.tell(.streamStarted(1), 2_100) == ["2100 stopTone"])
    #expect(bench.tell(.progress(session, code: 180, description: []), 2_200) == [])
    #expect(bench.tell(.answered(session, description: []), 3_000) == [])
    #expect(bench.stage == .talking)
  }

  @Test("A 183 with a description needs no ringback; a later 180 does, until media come")
  func sessionProgress() throws {
    var bench = try PortBench()
    let session = calling(&bench)
    #expect(bench.tell(.progress(session, code: 183, description: []), 1_900) == [])
    #expect(
      bench.tell(.progress(session, code: 183, description: remote()), 2_000)
        == ["2000 openStream"])
    #expect(
      bench.tell(.progress(session, code: 180, description: []), 2_500) == ["2500 play ringback"])
    #expect(bench.tell(.streamStarted(1), 2_600) == ["2600 stopTone"])
  }

  @Test("Another party rings behind one that was heard: ringback, until there are media again")
  func otherParty() throws {
    var bench = try PortBench()
    let session = calling(&bench)
    _ = bench.tell(
      .progress(session, code: 183, description: remote(), earlyMedia: .authorized), 2_000)
    _ = bench.tell(.streamStarted(1), 2_100)
    let party = bench.stream?.party
    let seen = bench.tell(
      .progress(session, code: 180, description: [], isOtherParty: true), 2_500)
    #expect(seen == ["2500 updateStream", "2500 play ringback"])
    #expect(bench.stream?.party != party)
    #expect(bench.tell(.streamStarted(1), 2_600) == ["2600 stopTone"])
  }

  @Test("Early media that the network speaks for is heard at once, also in place of ringing")
  func authorizedMedia() throws {
    var bench = try PortBench()
    let session = calling(&bench)
    #expect(
      bench.tell(
        .progress(session, code: 180, description: remote(), earlyMedia: .authorized), 2_000)
        == ["2000 openStream"])
    #expect(bench.tell(.progress(session, code: 180, description: []), 2_100) == [])
    #expect(bench.tell(.streamStarted(1), 2_200) == [])
    #expect(bench.tell(.answered(session, description: []), 3_000) == [])
  }

  @Test("Early media that the network denies is nobody's: a 180 is ringback, until it is allowed")
  func deniedMedia() throws {
    var bench = try PortBench()
    let session = calling(&bench)
    #expect(
      bench.tell(.progress(session, code: 183, description: remote(), earlyMedia: .denied), 2_000)
        == ["2000 openStream"])
    #expect(
      bench.tell(.progress(session, code: 180, description: []), 2_100) == ["2100 play ringback"])
    #expect(bench.tell(.streamStarted(1), 2_200) == [])
    #expect(bench.tell(.progress(session, code: 180, description: []), 2_300) == [])
    #expect(
      bench.tell(.progress(session, code: 183, description: [], earlyMedia: .authorized), 2_400)
        == ["2400 stopTone"])
  }

  @Test("The far party hangs up: busy tone, howler, lock-out, until the handset is back")
  func farHangUp() throws {
    var bench = try PortBench()
    let session = calling(&bench)
    _ = bench.tell(.answered(session, description: remote()), 2_000)
    #expect(
      bench.tell(.ended(session, .byRemote), 10_000) == ["10000 closeStream", "10000 play busy"])
    #expect(bench.run(to: 49_999) == ["11000 record"])
    #expect(bench.run(to: 50_000) == ["50000 play howler"])
    #expect(bench.run(to: 109_999) == [])
    #expect(
      bench.run(to: 110_000) == ["110000 note lockedOut", "110000 standby", "110000 stopTone"])
    #expect(bench.run(to: 9_000_000) == [])
    #expect(bench.loop(.open, 9_000_000) + bench.run(to: 9_001_000) == [])
    #expect(bench.stage == .idle)
    #expect(
      bench.loop(.closed, 9_002_000)
        == ["9002000 forwardActive", "9002000 play dial", "9002000 listen"])
  }

  @Test("Nothing dialled for 20 s: busy tone")
  func nothingDialled() throws {
    var bench = try PortBench()
    _ = bench.loop(.closed, 0)
    #expect(bench.run(to: 19_999) == [])
    #expect(
      bench.run(to: 20_000) == ["20000 note nothingDialled", "20000 play busy", "20000 ignore"])
    bench.expectNothingLeft()
  }

  @Test("A number that does not exist: vacant tone at once; half a number: busy tone")
  func wrongNumbers() throws {
    var bench = try PortBench()
    _ = bench.loop(.closed, 0)
    _ = bench.digit("0", 1_000)
    #expect(
      bench.digit("0", 1_200)
        == ["1200 note impossibleNumber", "1200 play vacant", "1200 ignore"])
    bench.expectNothingLeft()
    _ = bench.loop(.closed, 30_000)
    _ = bench.digit("8", 31_000)
    #expect(
      bench.run(to: 41_000)
        == ["41000 note incompleteNumber", "41000 play busy", "41000 ignore"])
    bench.expectNothingLeft()
  }

  @Test("Nobody answers for 60 s: hang up, and its own tone")
  func noAnswer() throws {
    var bench = try PortBench()
    let session = calling(&bench)
    _ = bench.tell(.progress(session, code: 180, description: []), 20_000)
    _ = bench.tell(.progress(session, code: 180, description: []), 50_000)
    #expect(bench.run(to: 79_999) == [])
    #expect(bench.run(to: 80_000) == ["80000 hangUp", "80000 record", "80000 play noAnswer"])
    #expect(bench.records[0].end == .noAnswer)
    bench.expectNothingLeft()
  }

  @Test("Without a registration its own tone; dial tone as soon as there is one")
  func unregistered() throws {
    var bench = try PortBench(registered: false)
    #expect(
      bench.loop(.closed, 0)
        == ["0 forwardActive", "0 note notRegistered", "0 play unregistered", "0 listen"])
    #expect(bench.tell(.registration(2, .registered), 1_000) == [])
    #expect(bench.tell(.registration(1, .failed(.timeout)), 1_100) == [])
    #expect(
      bench.tell(.registration(1, .registered), 2_000) == ["2000 play dial"])
    _ = bench.tell(.registration(1, .failed(.timeout)), 2_500)
    _ = bench.digit("1", 3_000)
    _ = bench.digit("1", 3_100)
    #expect(
      bench.digit("0", 3_200)
        == ["3200 note notRegistered", "3200 play unregistered"])
    bench.expectNothingLeft()
  }

  @Test("The box has no room for a session: congestion")
  func full() throws {
    var bench = try PortBench()
    _ = bench.loop(.closed, 0)
    for (i, key) in "110".enumerated() { _ = bench.digit(key, 1_000 + Int64(i)) }
    #expect(bench.invited(nil, 1_002) == ["1002 record", "1002 play congestion"])
    bench.expectNothingLeft()
  }

  @Test("The handset is back before the session has a number")
  func lateSession() throws {
    var bench = try PortBench()
    _ = bench.loop(.closed, 0)
    for (i, key) in "110".enumerated() { _ = bench.digit(key, 1_000 + Int64(i)) }
    #expect(
      bench.loop(.open, 1_100) + bench.run(to: 1_600) == ["1600 standby", "1600 record"])
    #expect(bench.invited(bench.newSession(), 1_700) == ["1700 hangUp"])
    bench.expectNothingLeft()
  }

  @Test("An answer that cannot be understood ends the call with congestion")
  func incompatibleAnswer() throws {
    for description in [foreign, Text("v=0"), []] {
      var bench = try PortBench()
      let session = calling(&bench)
      let seen = bench.tell(.answered(session, description: description), 2_000)
      #expect(seen.suffix(3) == ["2000 hangUp", "2000 record", "2000 play congestion"])
      #expect(bench.records[0].end == .incompatible)
      bench.expectNothingLeft()
    }
  }

  @Test("An answer that cannot be used ends the call, whoever was heard before it")
  func incompatibleAnswerBehindEarlyMedia() throws {
    var bench = try PortBench()
    let session = calling(&bench)
    _ = bench.tell(.progress(session, code: 183, description: remote()), 1_500)
    let seen = bench.tell(.answered(session, description: foreign), 2_000)
    #expect(seen.contains("2000 hangUp"))
    // The record waits for what the stream has to tell.
    _ = bench.run(to: 20_000)
    #expect(bench.records.first?.end == .incompatible)
    bench.expectNothingLeft()
  }

  @Test("A tapped hook in a call is told and ends nothing")
  func flash() throws {
    var bench = try PortBench()
    let session = calling(&bench)
    _ = bench.tell(.answered(session, description: remote()), 2_000)
    #expect(
      bench.loop(.open, 3_000) + bench.loop(.closed, 3_200) == ["3200 note flashIgnored"])
    #expect(bench.stage == .talking)
  }

  @Test("Pulses dial like keys; in a call the same break is a flash or noise")
  func pulses() throws {
    var bench = try PortBench()
    _ = bench.loop(.closed, 0)
    _ = bench.loop(.open, 1_000)
    #expect(bench.loop(.closed, 1_061) == ["1061 stopTone"])
    #expect(bench.run(to: 1_999) == [])
    _ = bench.loop(.open, 2_000)
    _ = bench.loop(.closed, 2_061)
    _ = bench.run(to: 2_999)
    #expect(bench.port.report.digits == Text("11"))
    for i in 0..<10 {
      _ = bench.loop(.open, 3_000 + Int64(i) * 100)
      _ = bench.loop(.closed, 3_061 + Int64(i) * 100)
    }
    #expect(bench.run(to: 4_300) == ["4211 invite 110", "4211 ignore"])
    _ = bench.invited(bench.newSession(), 4_300)
    #expect(bench.loop(.open, 5_000) + bench.loop(.closed, 5_061) == [])
    #expect(bench.stage == .calling)
    bench.expectNothingLeft()
  }

  @Test("A record that waits for its stream does not get lost under the next call")
  func recordsInARow() throws {
    var bench = try PortBench()
    let session = calling(&bench)
    _ = bench.tell(.answered(session, description: remote()), 2_000)
    _ = bench.loop(.open, 3_000)
    _ = bench.run(to: 3_500)
    #expect(bench.records.isEmpty)
    let next = bench.newSession()
    _ = bench.tell(.incoming(next, 1, caller, offer: remote()), 3_600)
    #expect(
      bench.tell(.ended(next, .cancelled), 3_700) == ["3700 standby", "3700 record", "3700 record"])
    #expect(bench.records.map(\.direction) == [.outgoing, .incoming])
    bench.expectNothingLeft()
  }

  /// Lifts, dials 110 and gets a session.
  private func calling(_ bench: inout PortBench) -> SessionNumber {
    _ = bench.loop(.closed, 0)
    for (i, key) in "110".enumerated() { _ = bench.digit(key, 1_000 + Int64(i)) }
    let session = bench.newSession()
    _ = bench.invited(session, 1_002)
    return session
  }
}
