import Base
import Testing

@Suite("Message ring")
struct MessageRingTests {
  @Test("One writer and one reader, no message lost or reordered")
  func twoThreads() async {
    let ring = MessageRing<Int>(capacity: 64)
    let total = 200_000
    async let writer: Void = {
      for next in 0..<total {
        while !ring.write(next) { await Task.yield() }
      }
    }()
    async let mismatches: Int = {
      var bad = 0
      for expected in 0..<total {
        var got = ring.read()
        while got == nil {
          await Task.yield()
          got = ring.read()
        }
        if got != expected { bad += 1 }
      }
      return bad
    }()
    await writer
    #expect(await mismatches == 0)
  }

  @Test func fullIsAnAnswer() {
    let ring = MessageRing<UInt8>(capacity: 2)
    #expect(ring.write(1))
    #expect(ring.write(2))
    #expect(!ring.write(3))
    #expect(ring.read() == 1)
    #expect(ring.write(4))
    #expect([ring.read(), ring.read(), ring.read()] == [2, 4, nil])
  }
}
