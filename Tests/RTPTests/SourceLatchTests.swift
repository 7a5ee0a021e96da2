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
    latch.negotiate(far, now: at(0))
    #expect(latch.isLatched)
    latch.negotiate(stranger, now: at(0))
    #expect(!latch.isLatched && latch.remote == stranger)
    #expect(latch.admits(farOtherPort, now: at(1)) == false)
  }

  /// A latch that a port has spoken to, and where another port of the same host is negotiated at 1 s.
  private func moved(speaker: Endpoint) -> SourceLatch {
    var latch = SourceLatch(negotiated: far)
    _ = latch.admits(speaker, now: at(0))
    latch.negotiate(thirdPort, now: at(1))
    return latch
  }

  @Test("Packets of the former port are taken, and ours go to the new one (RFC 3264 §8.3.1)")
  func formerPort() {
    for speaker in [far, farOtherPort] {
      var latch = moved(speaker: speaker)
      #expect(latch.admits(speaker, now: at(1)) == true)
      // The kernel's stamp may be older than the command.
      #expect(latch.admits(speaker, now: at(0)) == true)
      #expect(latch.admits(speaker, now: at(10)) == true)
      #expect(latch.remote == thirdPort && !latch.isLatched && latch.strangerPackets == 0)
      #expect(latch.admits(thirdPort, now: at(10)) == true)
      #expect(latch.remote == thirdPort && latch.isLatched)
      #expect(latch.admits(speaker, now: at(10)) == false)
    }
  }

  @Test("The former port is answered again when the new one has been silent for ten seconds")
  func movedNowhere() {
    var latch = moved(speaker: far)
    #expect(latch.admits(far, now: at(11)) == true)
    #expect(latch.remote == far && latch.isLatched)
  }

  @Test("A third port is latched at once behind a change, as one behind a NAT is")
  func movedBehindNAT() {
    var latch = moved(speaker: far)
    #expect(latch.admits(farOtherPort, now: at(1)) == true)
    #expect(latch.remote == farOtherPort)
  }

  @Test("A port that is announced again is no former one")
  func movedBack() {
    var latch = moved(speaker: far)
    latch.negotiate(far, now: at(2))
    #expect(latch.admits(far, now: at(2)) == true)
    #expect(latch.isLatched && latch.remote == far)
    latch = moved(speaker: farOtherPort)
    latch.negotiate(farOtherPort, now: at(2))
    #expect(latch.admits(farOtherPort, now: at(2)) == true)
    #expect(latch.isLatched && latch.remote == farOtherPort)
  }

  @Test("Two changes in a row keep the port that has spoken as the former one")
  func movedTwice() {
    var latch = SourceLatch(negotiated: far)
    _ = latch.admits(farOtherPort, now: at(0))
    latch.negotiate(thirdPort, now: at(1))
    latch.negotiate(Endpoint(far.address, 40_008), now: at(5))
    #expect(latch.admits(farOtherPort, now: at(14)) == true)
    #expect(!latch.isLatched, "ten seconds from the last change on")
    #expect(latch.admits(farOtherPort, now: at(15)) == true)
    #expect(latch.remote == farOtherPort)
  }

  @Test("Music from another port, and back: what was latched for the announced port still is")
  func movedAndBack() {
    var latch = SourceLatch(negotiated: far)
    _ = latch.admits(farOtherPort, now: at(0))
    latch.negotiate(thirdPort, now: at(1))
    latch.negotiate(far, now: at(5))
    #expect(latch.remote == farOtherPort)
    #expect(latch.admits(farOtherPort, now: at(6)) == true)
    #expect(latch.admits(far, now: at(7)) == true && latch.remote == far)
  }

  @Test("A hold by the address of nobody changes nothing, however long it lasts")
  func held() {
    for nobody in [IPAddress.v4(0), .v6(0, 0)] {
      var latch = SourceLatch(negotiated: far)
      _ = latch.admits(farOtherPort, now: at(0))
      latch.negotiate(Endpoint(nobody, far.port), now: at(1))
      latch.negotiate(far, now: at(500))
      #expect(latch.remote == farOtherPort)
      #expect(latch.admits(farOtherPort, now: at(500)) == true && latch.strangerPackets == 0)
    }
  }

  @Test("The former endpoint of another host is a stranger, and so is everybody else")
  func movedToAnotherHost() {
    var latch = moved(speaker: far)
    #expect(latch.admits(stranger, now: at(1)) == false)
    latch.negotiate(stranger, now: at(2))
    #expect(latch.admits(far, now: at(2)) == false)
    #expect(latch.admits(far, now: at(100)) == false)
    #expect(latch.remote == stranger && latch.strangerPackets == 3)
  }
}
