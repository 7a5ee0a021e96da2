import MediaControl
import Testing

@Suite("Call quality")
struct CallQualityTests {
  @Test("Nothing lost and no delay is the best that G.711 can be: R 93.2, MOS 4.41")
  func best() {
    let quality = CallQuality(lossPercent: 0, delayMs: 0)
    #expect(abs(quality.rating - 93.2) < 0.001)
    #expect(quality.hundredthsOfMOS == 441)
  }

  /// Delays whose rating is a point of the scale that G.107 annex B prints.
  @Test(
    "The scale of G.107 annex B",
    arguments: [(133.333, 434), (244.052, 402), (318.679, 360), (393.306, 310)])
  func scale(delayMs: Double, hundredths: Int) {
    #expect(CallQuality(lossPercent: 0, delayMs: delayMs).hundredthsOfMOS == hundredths)
  }

  @Test("A lost packet of a hundred is heard, ten are too many, all are the end")
  func loss() {
    let scores = [0.0, 1, 10, 100].map {
      CallQuality(lossPercent: $0, delayMs: 50).hundredthsOfMOS
    }
    #expect(scores == scores.sorted(by: >))
    #expect((410...440).contains(scores[1]))
    #expect((310...370).contains(scores[2]))
    #expect(scores[3] < 150)
  }

  @Test("A stream is judged by what it missed; one without packets is not")
  func stream() {
    var stream = StreamStatistics()
    #expect(CallQuality(stream) == nil)
    stream.receivedPackets = 970
    stream.lostPackets = 20
    stream.latePackets = 10
    stream.bufferMs = 40
    stream.roundTripMs = 60
    let expected = CallQuality(lossPercent: 100 * 30 / 990, delayMs: 100)
    #expect(CallQuality(stream) == expected)
  }
}
