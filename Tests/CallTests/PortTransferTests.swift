import Base
import Call
import MediaControl
import SIPAgent
import Testing

@Suite("A port that is transferred")
struct PortTransferTests {
  /// A port that talks, at 9 s.
  private func talking() throws -> (PortBench, SessionNumber) {
    var bench = try PortBench()
    bench.enter(.talking)
    let session = try #require(bench.session)
    return (bench, session)
  }

  @Test("The target is called, and the old call is hung up with its answer")
  func transferred() throws {
    var (bench, old) = try talking()
    #expect(
      bench.tell(.referred(old, to: Text("3001")), 10_000)
        == ["10000 invite 3001", "10000 closeStream"])
    let new = bench.newSession()
    _ = bench.invited(new, 10_000)
    #expect(
      bench.tell(.progress(new, code: 180, description: []), 11_000) == ["11000 play ringback"])
    let seen = bench.tell(.answered(new, description: remote(port: 5000)), 12_000)
    #expect(seen.contains("12000 hangUp") && seen.contains("12000 openStream"))
    #expect(bench.session == new && bench.stage == .talking)
    #expect(bench.records.map { $0.end } == [.session(.local)])
    bench.expectNothingLeft()
  }

  @Test("A target that refuses gives the old call back, if it still is one")
  func refused() throws {
    var (bench, old) = try talking()
    let source = try #require(bench.stream).synchronizationSource
    _ = bench.tell(.referred(old, to: Text("3001")), 10_000)
    let new = bench.newSession()
    _ = bench.invited(new, 10_000)
    #expect(
      bench.tell(.ended(new, .status(486)), 11_000) == ["11000 record", "11000 openStream"])
    #expect(bench.session == old && bench.stage == .talking && bench.tone == nil)
    let again = try #require(bench.stream).synchronizationSource
    #expect(again != source, "RFC 3711 §9.1: packets that are counted anew under the same key")
    bench.expectNothingLeft()

    var (left, gone) = try talking()
    _ = left.tell(.referred(gone, to: Text("3001")), 10_000)
    let next = left.newSession()
    _ = left.invited(next, 10_000)
    _ = left.tell(.ended(gone, .byRemote), 10_500)
    #expect(left.stage == .calling, "the one who transfers may hang up at once")
    _ = left.tell(.ended(next, .status(486)), 11_000)
    #expect(left.tone == "busy")
    left.expectNothingLeft()
  }

  @Test("The call that waits is answered when it offers, and nobody takes its place")
  func meanwhile() throws {
    var (bench, old) = try talking()
    _ = bench.tell(.referred(old, to: Text("3001")), 10_000)
    let new = bench.newSession()
    _ = bench.invited(new, 10_000)
    #expect(
      bench.tell(.offered(old, description: remote(version: 2, direction: "sendonly")), 10_500)
        == ["10500 acceptOffer"])
    let third = bench.newSession()
    bench.adopt(third)
    #expect(
      bench.tell(.replacing(third, of: old, caller, offer: remote(version: 3)), 10_600)
        == ["10600 reject 480"])
    #expect(bench.stage == .calling && bench.session == new)
    // The old call as it is now, held, and not as it was when it was left.
    _ = bench.tell(.ended(new, .status(486)), 11_000)
    #expect(bench.session == old && bench.stage == .talking)
    #expect(bench.stream?.direction == .receiveOnly)
    bench.expectNothingLeft()
  }

  @Test("Who hangs up meanwhile ends both")
  func hungUp() throws {
    var (bench, old) = try talking()
    _ = bench.tell(.referred(old, to: Text("3001")), 10_000)
    _ = bench.invited(bench.newSession(), 10_000)
    let seen = bench.loop(.open, 11_000) + bench.run(to: 12_000)
    #expect(seen.filter { $0.hasSuffix("hangUp") }.count == 2, "\(seen)")
    bench.expectNothingLeft()
  }

  @Test("Another session takes the place of the call: one stream, one record")
  func replaced() throws {
    var (bench, old) = try talking()
    let new = bench.newSession()
    bench.adopt(new)
    let seen = bench.tell(
      .replacing(new, of: old, caller, offer: remote(version: 2, port: 6000)), 10_000)
    #expect(seen == ["10000 answer", "10000 hangUp", "10000 updateStream"])
    #expect(bench.stream?.remote.port == 6000)
    #expect(bench.session == new)
    bench.expectNothingLeft()
  }

  @Test("One without an offer: nobody is spoken to until it has answered ours, and it must")
  func replacedWithoutOffer() throws {
    for isUsable in [true, false] {
      var (bench, old) = try talking()
      let new = bench.newSession()
      bench.adopt(new)
      let seen = bench.tell(.replacing(new, of: old, caller, offer: []), 10_000)
      #expect(seen == ["10000 answer", "10000 hangUp", "10000 closeStream"])
      let answer = isUsable ? remote(version: 2, port: 6000) : foreign
      let then = bench.tell(.offerAccepted(new, description: answer), 10_100)
      #expect(then.contains("10100 openStream") == isUsable, "\(then)")
      #expect(then.contains("10100 hangUp") == !isUsable, "\(then)")
      bench.expectNothingLeft()
    }
  }

  @Test("One that cannot be talked with is refused, and the call stays")
  func replacedBadly() throws {
    var (bench, old) = try talking()
    let new = bench.newSession()
    bench.adopt(new)
    #expect(
      bench.tell(.replacing(new, of: old, caller, offer: foreign), 10_000)
        == ["10000 note incompatibleDescription", "10000 reject 488"])
    #expect(bench.session == old && bench.stage == .talking)
    bench.expectNothingLeft()
  }
}
