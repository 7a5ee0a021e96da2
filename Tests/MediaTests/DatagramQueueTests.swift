import Base
import Linux
import Testing

@Suite("Datagrams of several sockets in one call", .timeLimit(.minutes(1)))
struct DatagramQueueTests {
  private let first = LoopbackSocket()
  private let second = LoopbackSocket()
  private let far = LoopbackSocket()

  private func add(
    _ bytes: [UInt8], _ queue: DatagramQueue, from socket: LoopbackSocket, to endpoint: Endpoint
  ) {
    queue.add(bytes.span, from: MediaSocket(socket.descriptor), to: endpoint)
  }

  /// What has come to the far side, in its order.
  private func arrived() -> [[UInt8]] {
    var datagrams: [[UInt8]] = []
    while let datagram = far.receive(ms: 0) { datagrams.append(datagram) }
    return datagrams
  }

  @Test("They leave at the flush, in their order, each from its socket", arguments: [true, false])
  func order(isBatching: Bool) throws {
    let queue = try DatagramQueue(isBatching: isBatching)
    if !isBatching { #expect(!queue.isBatching) }
    for round in UInt8(0)..<40 {
      let sent = (UInt8(0)...round % 7).map { [round, $0] + [UInt8](repeating: $0, count: 170) }
      for datagram in sent {
        add(datagram, queue, from: datagram[1] % 2 == 0 ? first : second, to: far.endpoint)
      }
      #expect(arrived() == [])
      #expect(queue.flush() == 0)
      #expect(arrived() == sent)
    }
    #expect(queue.flush() == 0)
    #expect(arrived() == [])
  }

  @Test(
    "A full queue sends by itself; a long datagram does not overtake", arguments: [true, false])
  func room(isBatching: Bool) throws {
    let queue = try DatagramQueue(isBatching: isBatching)
    let many = (0..<DatagramQueue.limit * 2 + 3).map { [UInt8($0)] }
    for datagram in many { add(datagram, queue, from: first, to: far.endpoint) }
    #expect(arrived() == Array(many.prefix(DatagramQueue.limit * 2)))
    let long = [UInt8](repeating: 7, count: DatagramQueue.room + 1)
    let whole = [UInt8](repeating: 8, count: DatagramQueue.room)
    add(long, queue, from: second, to: far.endpoint)
    add(whole, queue, from: second, to: far.endpoint)
    #expect(arrived() == many.suffix(3) + [long])
    #expect(queue.flush() == 0)
    #expect(arrived() == [whole])
  }

  @Test("What the kernel refuses is counted, and nothing else is lost", arguments: [true, false])
  func refusal(isBatching: Bool) throws {
    let queue = try DatagramQueue(isBatching: isBatching)
    // An IPv4 socket has no way there.
    let nowhere = Endpoint(IPAddress.v6(0xFE80 << 48, 1), 9)
    let long = [UInt8](repeating: 7, count: DatagramQueue.room + 1)
    add([1], queue, from: first, to: far.endpoint)
    add([2], queue, from: first, to: nowhere)
    queue.add([3].span, from: MediaSocket(-1), to: far.endpoint)
    add([4], queue, from: second, to: far.endpoint)
    add(long, queue, from: first, to: nowhere)
    #expect(queue.flush() == 3)
    #expect(arrived() == [[1], [4]])
    add([5], queue, from: first, to: far.endpoint)
    #expect(queue.flush() == 0)
    #expect(arrived() == [[5]])
  }
}
