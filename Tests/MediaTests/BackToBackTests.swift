import Base
import Media
import MediaControl
import Testing

@Suite("Two ports through a wire")
struct BackToBackTests {
  /// What the wire does to packets.
  struct Wire {
    var delayMs: ClosedRange<Int>
    /// One packet in so many is lost; 0 loses none.
    var loss = 0
  }

  private struct Parcel {
    let bytes: [UInt8]
    let due: Instant
    let kind: MediaKind
  }

  /// One port speaks for `seconds` and the other listens; returns what it played and counted.
  private func talk(_ wire: Wire, seconds: Int, seed: UInt64) -> ([Int16], StreamStatistics?) {
    var random = RandomSource(testSeed: seed)
    let (a, b) = (Rig(port: 1), Rig(port: 2, start: Instant(nanoseconds: 1_003_700_000)))
    a.perform(.openStream(1, stream()))
    b.perform(.openStream(1, stream()))
    var parcels: [Parcel] = []
    let speech = sines([1000], ms: 100)
    for n in 0..<seconds * 100 {
      let start = n % 10 * 80
      a.run(Array(speech[start..<start + 80]))
      for packet in a.takeSent() {
        guard wire.loss == 0 || Int.random(in: 0..<wire.loss, using: &random) > 0 else { continue }
        let delay = Duration.microseconds(
          Int64.random(
            in: Int64(wire.delayMs.lowerBound * 1000)...Int64(wire.delayMs.upperBound * 1000),
            using: &random))
        parcels.append(Parcel(bytes: packet.bytes, due: packet.at + delay, kind: packet.kind))
      }
      for parcel in parcels.filter({ $0.due <= b.now }).sorted(by: { $0.due < $1.due }) {
        b.channel.receive(parcel.kind, parcel.bytes.span, from: Rig.remote, arrived: parcel.due)
      }
      parcels.removeAll { $0.due <= b.now }
      b.run()
    }
    return (b.takePlayed(), b.report())
  }

  @Test("A clean wire loses and repeats nothing in two minutes")
  func clean() throws {
    let (samples, report) = talk(Wire(delayMs: 1...1), seconds: 120, seed: 1)
    let statistics = try #require(report)
    #expect(statistics.concealedFrames == 0 && statistics.droppedFrames == 0)
    #expect(statistics.lostPackets == 0 && statistics.latePackets == 0)
    #expect(statistics.receivedPackets >= 5_999)
    #expect(statistics.bufferMs <= 40)
    #expect(abs(level(samples[80_000..<160_000], 1000) + 10) < 0.1)
  }

  @Test("Jitter within the buffer's reach is heard as nothing once it is known", arguments: 1...3)
  func jitter(seed: UInt64) throws {
    let (samples, report) = talk(Wire(delayMs: 5...45), seconds: 30, seed: seed)
    let statistics = try #require(report)
    // The last ones are still on their way, and may have overtaken each other.
    #expect(statistics.lostPackets <= 2, "seed \(seed)")
    // 3000 frames in 30 s: 2 % may be made up while the buffer learns.
    #expect(statistics.concealedFrames < 60, "seed \(seed): \(statistics)")
    #expect(abs(level(samples[160_000..<161_600], 1000) + 10) < 1, "seed \(seed)")
    #expect((20...120).contains(statistics.bufferMs))
  }

  @Test("Five percent of loss are counted as lost and made up", arguments: 1...3)
  func loss(seed: UInt64) throws {
    let (_, report) = talk(Wire(delayMs: 1...3, loss: 20), seconds: 30, seed: seed)
    let statistics = try #require(report)
    #expect((40...115).contains(statistics.lostPackets), "seed \(seed)")
    #expect(statistics.concealedFrames >= statistics.lostPackets, "seed \(seed)")
    #expect(statistics.concealedFrames <= statistics.lostPackets * 3, "seed \(seed)")
  }
}
