import Base
import Testing

@Suite("What a stream has not taken yet")
struct SendQueueTests {
  @Test("The oldest first, whatever is added and taken in between")
  func order() {
    var queue = SendQueue(limit: 1_000)
    var random = RandomSource(testSeed: 1)
    var (added, taken, expected) = (UInt8(0), Text(), Text())
    for _ in 0..<2_000 {
      if random.next() % 2 == 0 {
        let message = Text(repeating: added, count: Int(random.next() % 5) + 1)
        if queue.add(message) { expected += message }
        added &+= 1
      } else if let next = queue.next {
        let count = min(next.count, Int(random.next() % 6) + 1)
        taken += next.prefix(count)
        queue.sent(count)
      }
      #expect(queue.isEmpty == (queue.count == 0) && queue.isEmpty == (queue.next == nil))
    }
    while let next = queue.next {
      taken += next
      queue.sent(next.count)
    }
    #expect(taken == expected && queue.count == 0)
  }

  @Test("What is taken makes room at once; a message in part is one that waits")
  func room() {
    var queue = SendQueue(limit: 4)
    #expect(queue.add([1, 2]) && queue.add([3, 4]) && !queue.add([5]))
    queue.sent(1)
    #expect(queue.count == 2 && !queue.add([5]))
    queue.beginAgain()
    #expect(queue.next == [1, 2])
    queue.sent(2)
    #expect(queue.count == 1 && queue.add([5, 6]) && queue.next == [3, 4])
  }
}
