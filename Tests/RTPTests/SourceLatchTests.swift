import Base
import RTP
import Testing

@Suite("Source latch")
struct SourceLatchTests {
  private let far = Endpoint(.v4(0xC000_0201), 40_000)
  private let farOtherPort = Endpoint(.v4(0xC000_0201), 50_000)
  private let thirdPort = Endpoint(.v4(0xC000_0201), 60_000)
  private let stranger = Endpoint(.v4(0xC000_02FF), 40_000)

  private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

  @Test("Packets go to the negotiated endpoint until another port of its host speaks")
  func latches() {
    var latch = SourceLatch(negotiated: far)
    #expect(latch.remote == far && !latch.isLatched)
    #expect(latch.admits(farOtherPort, now: at(0)) == true)
    #expect(latch.remote == farOtherPort && latch.isLatched)
    #expect(latch.admits(thirdPort, now: at(1)) == false)
    #expect(latch.strangerPackets == 1)
  }

  @Test("The announced port always wins over a latched one")
  func announcedWins() {
    var latch = SourceLatch(negotiated: far)
    _ = latch.admits(farOtherPort, now: at(0))
    #expect(latch.admits(far, now: at(0)) == true)
    #expect(latch.remote == far)
    #expect(latch.admits(farOtherPort, now: at(1)) == false)
  }

  @Test("Another host is a stranger, before and after, unless any host is admitted")
  func strangers() {
    var latch = SourceLatch(negotiated: far)
    #expect(latch.admits(stranger, now: at(0)) == false)
    _ = latch.admits(far, now: at(0))
    #expect(latch.admits(stranger, now: at(100)) == false)
    #expect(latch.strangerPackets == 2 && latch.remote == far)
    var open = SourceLatch(negotiated: far, admitsAnyHost: true)
    #expect(open.admits(stranger, now: at(0)) == true)
    #expect(open.remote == stranger)
  }

  @Test("After ten seconds of silence another port may take over, not earlier")
  func silence() {
    var latch = SourceLatch(negotiated: far)
    _ = latch.admits(farOtherPort, now: at(5))
    #expect(latch.admits(thirdPort, now: at(14)) == false)
    #expect(latch.admits(thirdPort, now: at(15)) == true)
    #expect(latch.remote == thirdPort)
  }

  @Test("A new negotiated endpoint opens the latch, the same one does not")
  func negotiation() {
    var latch = SourceLatch(negotiated: far)
    _ = latch.admits(farOtherPort, now: at(0))
    latch.negotiate(far)
    #expect(latch.isLatched)
    latch.negotiate(stranger)
    #expect(!latch.isLatched && latch.remote == stranger)
    #expect(latch.admits(farOtherPort, now: at(1)) == false)
  }
}
