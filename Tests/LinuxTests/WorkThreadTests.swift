import Base
import Glibc
import Linux
import Synchronization
import Testing

/// Work that does not go on before the test says so.
private final class Gate: Sendable {
  private let opened = Mutex(0)
  /// How many jobs may be done in all.
  func open(_ count: Int) { opened.withLock { $0 = count } }
  func wait(for number: Int) {
    while opened.withLock({ $0 }) < number { sched_yield() }
  }
}

/// Waits, without a deadline of its own, until the thread has told of something.
private func waitUntilReadable(_ descriptor: CInt) {
  var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  while poll(&entry, 1, -1) < 1 {}
}

private func isReadable(_ descriptor: CInt) -> Bool {
  var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  return poll(&entry, 1, 0) == 1
}

@Suite("Work of a thread of its own", .timeLimit(.minutes(1)))
struct WorkThreadTests {
  @Test("Who hands a job over does not wait for it; products come in the order of the jobs")
  func order() throws {
    let gate = Gate()
    let thread = try WorkThread<Int, Int>(limit: 8) { number in
      gate.wait(for: number)
      return number * 10
    }
    for number in 1...5 { #expect(try thread.submit(number)) }
    #expect(thread.open == 5)
    #expect(!isReadable(thread.rawValue), "nothing is done while the gate is shut")
    #expect(thread.takeProducts() == [])
    var products: [Int] = []
    for number in 1...5 {
      gate.open(number)
      waitUntilReadable(thread.rawValue)
      products += thread.takeProducts()
      #expect(products == (1...number).map { $0 * 10 })
    }
    #expect(thread.open == 0)
    thread.finish()
  }

  @Test("More jobs than there is room for are refused, and taken again later")
  func limit() throws {
    let gate = Gate()
    let thread = try WorkThread<Int, Int>(limit: 4) { number in
      gate.wait(for: number)
      return number
    }
    for number in 1...4 { #expect(try thread.submit(number)) }
    #expect(try !thread.submit(5))
    gate.open(1)
    waitUntilReadable(thread.rawValue)
    #expect(thread.takeProducts() == [1])
    #expect(try thread.submit(5))
    #expect(try !thread.submit(6))
    gate.open(5)
    thread.finish()
    #expect(thread.takeProducts() == [2, 3, 4, 5])
  }

  @Test("Many rounds of few jobs lose none and keep their order")
  func rounds() throws {
    let thread = try WorkThread<Int, Int>(limit: 4) { $0 }
    var (next, products) = (0, [Int]())
    while products.count < 10_000 {
      while next < 10_000, try thread.submit(next) { next += 1 }
      if products.count < next {
        waitUntilReadable(thread.rawValue)
        products += thread.takeProducts()
      }
    }
    #expect(products == Array(0..<10_000))
    thread.finish()
  }

  @Test("The end waits for every job; a thread that had none has nothing to end")
  func finish() throws {
    let done = Gate()
    let thread = try WorkThread<Int, Void>(limit: 2) { done.open($0) }
    #expect(try thread.submit(7))
    thread.finish()
    done.wait(for: 7)
    #expect(thread.takeProducts().count == 1)
    try WorkThread<Int, Void>(limit: 2) { _ in }.finish()
  }
}
