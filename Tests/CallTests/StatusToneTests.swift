import Call
import Line
import SIPAgent
import Testing

@Suite("Tones for status codes")
struct StatusToneTests {
  static let rows: [(UInt16, CallProgressTone)] = [
    (301, .congestion), (403, .congestion), (404, .vacant), (408, .noAnswer), (410, .vacant),
    (415, .congestion), (480, .noAnswer), (484, .vacant), (486, .busy), (487, .noAnswer),
    (488, .congestion), (500, .congestion), (503, .congestion), (504, .congestion), (600, .busy),
    (603, .busy), (604, .vacant), (606, .congestion), (0, .congestion), (999, .congestion),
  ]

  @Test("A refused call tells its reason by its tone", arguments: rows)
  func tone(_ code: UInt16, _ tone: CallProgressTone) throws {
    #expect(CallProgressTone.forStatus(code) == tone)
    var bench = try PortBench()
    _ = bench.loop(.closed, 0)
    for (i, key) in "110".enumerated() { _ = bench.digit(key, 1_000 + Int64(i)) }
    let session = bench.newSession()
    _ = bench.invited(session, 1_002)
    let seen = bench.tell(.ended(session, .status(code)), 2_000)
    #expect(seen == ["2000 record", "2000 play \(tone)"])
    bench.expectNothingLeft()
  }

  static let ends: [(EndReason, CallProgressTone)] = [
    (.byRemote, .busy), (.local, .busy), (.cancelled, .busy), (.unacknowledged, .busy),
    (.dialogLost, .busy), (.timeout, .congestion), (.unauthorized, .congestion),
  ]

  @Test("A session that ends otherwise has its tone too", arguments: ends)
  func tone(_ reason: EndReason, _ tone: CallProgressTone) throws {
    var bench = try PortBench()
    _ = bench.loop(.closed, 0)
    for (i, key) in "110".enumerated() { _ = bench.digit(key, 1_000 + Int64(i)) }
    let session = bench.newSession()
    _ = bench.invited(session, 1_002)
    _ = bench.tell(.ended(session, reason), 2_000)
    #expect(bench.tone == "\(tone)")
    bench.expectNothingLeft()
  }
}
