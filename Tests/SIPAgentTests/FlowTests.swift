import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("One connection, RFC 5626 §4.4.1")
struct FlowTests {
  private static let message = Text("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n")

  /// A connection of ours that stands since the instant 0.
  private func open(_ random: inout RandomSource, keepAlive: Duration? = .seconds(100)) -> Flow {
    var flow = Flow(keepAlive: keepAlive, now: .zero)
    flow.opened(now: .zero, using: &random)
    return flow
  }

  private func at(_ seconds: Double) -> Instant {
    .zero + .milliseconds(Int64(seconds * 1_000))
  }

  /// Takes everything that waits to be sent.
  private func drain(_ flow: inout Flow) -> Text {
    var sent = Text()
    while let next = flow.next {
      sent += next
      flow.sent(next.count)
    }
    return sent
  }

  @Test("Nothing is sent before it stands; one that never does is given up after 5 s")
  func connecting() throws {
    var random = RandomSource(testSeed: 1)
    var flow = Flow(keepAlive: nil, now: .zero)
    try flow.add(Self.message)
    #expect(flow.next == nil)
    #expect(flow.deadline == at(5))
    try flow.advance(to: at(4.9), using: &random)
    #expect(throws: Flow.Failure.noConnection) { try flow.advance(to: at(5), using: &random) }
    let short = Flow(keepAlive: nil, patience: Flow.shortPatience, now: .zero)
    #expect(short.deadline == at(1.5))
    flow.opened(now: at(5), using: &random)
    #expect(drain(&flow) == Self.message)
    #expect(flow.deadline == nil)
  }

  @Test("A message may go in parts; what waits has a limit")
  func sending() throws {
    var random = RandomSource(testSeed: 1)
    var flow = open(&random)
    try flow.add(Self.message)
    flow.sent(10)
    #expect(flow.next == Self.message[10...])
    #expect(throws: Flow.Failure.full) {
      for _ in 0..<Flow.limit { try flow.add(Self.message) }
    }
    let sent = drain(&flow)
    #expect(sent.count <= Flow.limit)
    try flow.add(Self.message)
  }

  @Test(
    "A ping after 80 to 100 % of the pause, by chance", arguments: 1...20 as ClosedRange<UInt64>)
  func pace(_ seed: UInt64) throws {
    var random = RandomSource(testSeed: seed)
    var flow = open(&random)
    for _ in 0..<5 {
      let start = flow.deadline ?? .zero
      try flow.advance(to: start, using: &random)
      #expect(drain(&flow) == Text("\r\n\r\n"))
      #expect(try flow.receive(Text("\r\n"), now: start, using: &random) == [])
      let pause = (flow.deadline ?? .zero) - start
      #expect(pause >= .seconds(80) && pause <= .seconds(100))
    }
  }

  @Test("Line breaks that answer no ping promise no answer to the next one")
  func strayLineBreaks() throws {
    var random = RandomSource(testSeed: 3)
    var flow = open(&random)
    // Their ping, in one piece and in two, and what stands behind a message.
    for bytes in ["\r\n\r\n", "\r\n", "\r\n"] {
      _ = try flow.receive(Text(bytes.utf8), now: at(1), using: &random)
    }
    _ = try flow.receive(Self.message + Text("\r\n"), now: at(2), using: &random)
    for _ in 0..<3 {
      try flow.advance(to: flow.deadline ?? .zero, using: &random)
      _ = drain(&flow)
      // A ping of theirs meets ours.
      let now = flow.deadline ?? .zero
      _ = try flow.receive(Text("\r\n\r\n"), now: now, using: &random)
      #expect(drain(&flow) == Text("\r\n"))
    }
    try flow.advance(to: flow.deadline ?? .zero, using: &random)
    try flow.advance(to: flow.deadline ?? .zero, using: &random)
  }

  @Test("Who has answered a ping has to answer the next; who never has need not")
  func pongs() throws {
    var random = RandomSource(testSeed: 3)
    var silent = open(&random)
    for _ in 0..<3 {
      try silent.advance(to: silent.deadline ?? .zero, using: &random)
      #expect(drain(&silent) == Text("\r\n\r\n"))
      try silent.advance(to: silent.deadline ?? .zero, using: &random)
    }
    var flow = open(&random)
    try flow.advance(to: flow.deadline ?? .zero, using: &random)
    _ = try flow.receive(Text("\r\n"), now: at(100), using: &random)
    let ping = flow.deadline ?? .zero
    try flow.advance(to: ping, using: &random)
    #expect(flow.deadline == ping + .seconds(10))
    try flow.advance(to: ping + .seconds(9), using: &random)
    #expect(throws: Flow.Failure.noPong) {
      try flow.advance(to: ping + .seconds(10), using: &random)
    }
  }

  @Test("A message is a sign of life as well; a ping of theirs gets its answer")
  func theirs() throws {
    var random = RandomSource(testSeed: 4)
    var flow = open(&random)
    _ = try flow.receive(Text("\r\n"), now: at(1), using: &random)
    let ping = flow.deadline ?? .zero
    try flow.advance(to: ping, using: &random)
    _ = drain(&flow)
    #expect(try flow.receive(Self.message, now: ping, using: &random) == [Self.message])
    #expect((flow.deadline ?? .zero) - ping >= .seconds(80))
    _ = try flow.receive(Text("\r\n\r\n"), now: ping, using: &random)
    #expect(drain(&flow) == Text("\r\n"))
    var accepted = Flow(acceptedAt: .zero)
    _ = try accepted.receive(Text("\r\n\r\n") + Self.message, now: at(1), using: &random)
    #expect(drain(&accepted) == Text("\r\n"))
  }

  @Test("Pings that nobody takes the answer of wait for one pong, whatever stands before it")
  func endlessPings() throws {
    var random = RandomSource(testSeed: 8)
    var flow = Flow(acceptedAt: .zero)
    let pings = Text(repeating: 0x0A, count: 1_000)
    try flow.add(Self.message)
    _ = try flow.receive(pings, now: at(1), using: &random)
    try flow.add(Self.message)
    flow.sent(Self.message.count)
    _ = try flow.receive(pings, now: at(2), using: &random)
    // Half a pong is one that waits.
    flow.sent(1)
    _ = try flow.receive(pings, now: at(3), using: &random)
    #expect(drain(&flow) == Text("\n") + Self.message)
    _ = try flow.receive(pings, now: at(4), using: &random)
    #expect(drain(&flow) == Text("\r\n"))
  }

  @Test("Half a message has 10 s from its first byte, however slowly its bytes come")
  func slow() throws {
    var random = RandomSource(testSeed: 5)
    var flow = Flow(acceptedAt: .zero)
    for second in 0..<10 {
      let byte = Text(Self.message[second...second])
      #expect(try flow.receive(byte, now: at(Double(second)), using: &random) == [])
      try flow.advance(to: at(Double(second)), using: &random)
    }
    #expect(flow.deadline == at(10))
    #expect(throws: Flow.Failure.halfMessage) { try flow.advance(to: at(10), using: &random) }
  }

  @Test("A silent connection of theirs ends after 600 s, ours never; a broken frame at once")
  func idle() throws {
    var random = RandomSource(testSeed: 6)
    var flow = Flow(acceptedAt: .zero)
    _ = try flow.receive(Self.message, now: at(100), using: &random)
    #expect(flow.deadline == at(700))
    #expect(throws: Flow.Failure.idle) { try flow.advance(to: at(700), using: &random) }
    var own = open(&random, keepAlive: nil)
    #expect(own.deadline == nil)
    #expect(throws: Flow.Failure.problem(.noMessage)) {
      try own.receive(Text("nonsense\r\n\r\n"), now: at(1), using: &random)
    }
  }

  @Test("Another pace counts at once; 0 ends the pings")
  func paceChanged() throws {
    var random = RandomSource(testSeed: 7)
    var flow = open(&random)
    flow.keep(.seconds(10), now: at(1), using: &random)
    let pause = (flow.deadline ?? .zero) - at(1)
    #expect(pause >= .seconds(8) && pause <= .seconds(10))
    flow.keep(nil, now: at(2), using: &random)
    #expect(flow.deadline == nil)
  }
}
