import Line
import SIPAgent
import Testing

@testable import Call

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

  static let causes: [(UInt8, EndReason, CallProgressTone)] = [
    (1, .status(500), .vacant), (3, .status(404), .congestion), (17, .status(480), .busy),
    (19, .status(486), .noAnswer), (34, .status(486), .congestion), (28, .byRemote, .vacant),
    (42, .byRemote, .congestion), (16, .byRemote, .busy), (31, .status(404), .vacant),
    (127, .status(486), .busy), (102, .timeout, .congestion), (17, .cancelled, .busy),
  ]

  @Test("The cause of the telephone network knows better than the code", arguments: causes)
  func tone(_ cause: UInt8, _ reason: EndReason, _ tone: CallProgressTone) throws {
    var bench = try PortBench()
    _ = bench.loop(.closed, 0)
    for (i, key) in "110".enumerated() { _ = bench.digit(key, 1_000 + Int64(i)) }
    let session = bench.newSession()
    _ = bench.invited(session, 1_002)
    _ = bench.tell(.ended(session, reason, cause: cause), 2_000)
    #expect(bench.tone == "\(tone)")
    #expect(bench.records.map(\.cause) == [cause])
    bench.expectNothingLeft()
  }

  /// Q.850 table 1 by what a subscriber can do: call another number, or the same one later.
  static let classes: [(CallProgressTone?, [ClosedRange<UInt8>])] = [
    (.vacant, [1...1, 22...22, 28...28]),
    (.busy, [17...17, 21...21]),
    (.noAnswer, [18...20]),
    (.congestion, [2...8, 23...27, 32...126]),
    (nil, [0...0, 9...16, 29...31, 127...255]),
  ]

  @Test("Every cause has its class, and no cause two")
  func everyCause() {
    for cause in UInt8.min...UInt8.max {
      let fitting = Self.classes.filter { $0.1.contains { $0.contains(cause) } }
      #expect(fitting.count == 1, "cause \(cause)")
      #expect(CallProgressTone.forCause(cause) == fitting.first?.0, "cause \(cause)")
    }
  }

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
