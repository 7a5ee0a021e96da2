import Base
import Testing

@testable import Network

/// A directory, a DNS server and a clock that jumps to the next event.
struct DirectoryLine {
  var zone = Zone()
  var directory: ServerDirectory
  private(set) var now = Instant.zero
  /// Everything but questions, with the second at which it was said.
  var said: [(second: Double, ServerDirectory.Output)] = []
  /// Whether questions are answered at once; else they wait in `waiting`.
  var answers = true
  private(set) var waiting: [(number: UInt32, question: DNSQuestion)] = []
  private var out = Outbox<ServerDirectory.Output>(limit: ServerDirectory.outputLimit)

  init(seed: UInt64 = 1) {
    directory = ServerDirectory(transports: [.udp], random: RandomSource(testSeed: seed))
  }

  mutating func start(_ names: [ServerName]) {
    directory.start(names, isIPv6: false, now: now, into: &out)
    sort()
  }

  mutating func pass(_ duration: Duration) {
    let end = now + duration
    while let due = directory.deadline, due <= end {
      now = max(now, due)
      directory.advance(to: now, into: &out)
      sort()
    }
    now = end
  }

  /// Answers what has waited.
  mutating func catchUp() {
    answers = true
    let late = waiting
    waiting = []
    for (number, question) in late {
      directory.receive(number, zone.answer(question), now: now, into: &out)
    }
    sort()
  }

  private mutating func sort() {
    while !out.pending.isEmpty {
      for output in out.drain() {
        guard case .ask(let number, let question) = output else {
          said.append((Double((now - .zero).inMilliseconds) / 1_000, output))
          continue
        }
        guard answers else {
          waiting.append((number, question))
          continue
        }
        directory.receive(number, zone.answer(question), now: now, into: &out)
      }
    }
  }

  mutating func take() -> [ServerDirectory.Output] {
    defer { said = [] }
    return said.map { $0.1 }
  }
}

@Suite("Where the SBCs are")
struct ServerDirectoryTests {
  private let domain = ServerName.host(Text("a.example"), port: 0)
  private let host = ServerName.host(Text("b.example"), port: 5080)

  @Test("Addresses need no DNS")
  func addresses() {
    var line = DirectoryLine()
    line.start([.endpoint(endpoint(1)), .endpoint(endpoint(2)), .endpoint(endpoint(1))])
    #expect(line.directory.endpoints == [endpoint(1), endpoint(2)])
    #expect(line.take() == [.changed])
    #expect(line.directory.deadline == nil)
    #expect(line.zone.asked.isEmpty)
  }

  @Test("Names in their order, each with its servers, asked again before the time to live is over")
  func refresh() {
    var line = DirectoryLine()
    line.zone.srv("_sip._udp.a.example", [(20, 0, 5060, "two"), (10, 0, 5060, "one")])
    line.zone.a("one", [1], seconds: 100)
    line.zone.a("two", [2])
    line.zone.a("b.example", [3])
    line.start([domain, host])
    #expect(line.directory.endpoints == [endpoint(1), endpoint(2), endpoint(3, 5080)])
    #expect(line.take() == [.changed])
    line.zone.asked = []
    line.pass(.seconds(79))
    #expect(line.zone.asked.isEmpty)
    line.pass(.seconds(16))
    #expect(line.zone.asked.count == 4)
    #expect(line.take() == [])
  }

  @Test("Moved in DNS: told after the time to live, and not before", arguments: 1...20)
  func moved(seed: UInt64) {
    var line = DirectoryLine(seed: seed)
    line.zone.a("b.example", [1], seconds: 60)
    line.start([host])
    line.zone.a("b.example", [2], seconds: 60)
    line.pass(.seconds(47))
    #expect(line.directory.endpoints == [endpoint(1, 5080)])
    line.pass(.seconds(13))
    #expect(line.directory.endpoints == [endpoint(2, 5080)])
    #expect(line.take() == [.changed, .changed])
  }

  @Test("A time to live of nothing is ten seconds, one of years is a day")
  func bounds() {
    for (seconds, range) in [(0, 8.0...9.5), (4_000_000_000, 69_120.0...82_080)]
      as [(UInt32, ClosedRange<Double>)]
    {
      var line = DirectoryLine()
      line.zone.a("b.example", [1], seconds: seconds)
      line.start([host])
      let wait = (line.directory.deadline ?? .zero) - .zero
      #expect(range.contains(Double(wait.inMilliseconds) / 1_000), "\(seconds)")
    }
  }

  @Test("A DNS server that cannot do NAPTR is asked again, but not for ever soon")
  func doubtful() {
    var line = DirectoryLine()
    line.zone.a("a.example", [1], seconds: 200)
    line.zone.failures = ["NAPTR a.example": .serverFailure]
    line.start([domain])
    var pauses: [Double] = []
    for _ in 0..<6 {
      let pause = (line.directory.deadline ?? .zero) - line.now
      pauses.append(Double(pause.inMilliseconds) / 1_000)
      line.pass(pause)
    }
    for (pause, most) in zip(pauses, [10.0, 20, 40, 80, 160, 200]) {
      #expect((0.8 * most...0.95 * most).contains(pause), "\(pauses)")
    }
    line.zone.failures = [:]
    line.pass(.seconds(200))
    line.zone.failures = ["A a.example": .serverFailure]
    line.zone.failures = ["NAPTR a.example": .serverFailure]
    line.pass(.seconds(200))
    #expect(line.directory.endpoints == [endpoint(1)])
  }

  @Test("An address is told by its name at another port too, unless another name has that port")
  func names() {
    var line = DirectoryLine()
    line.zone.a("a.example", [1])
    line.zone.a("b.example", [1])
    line.start([domain, host])
    #expect(line.directory.name(of: endpoint(1)) == Text("a.example"))
    #expect(line.directory.name(of: endpoint(1, 5080)) == Text("b.example"))
    #expect(line.directory.name(of: endpoint(1, 5061)) == Text("a.example"))
    #expect(line.directory.name(of: endpoint(2)) == nil)
    line.start([domain, .endpoint(endpoint(1, 5071))])
    #expect(line.directory.name(of: endpoint(1, 5071)) == nil, "provisioned by its address")
  }

  @Test("Records in another order are no change, and equal weights are not drawn anew")
  func stable() {
    var line = DirectoryLine()
    let rows: [(UInt16, UInt16, UInt16, String)] = (1...4).map { (10, 10, 5060, "h\($0)") }
    line.zone.srv("_sip._udp.a.example", rows, seconds: 10)
    for i in 1...4 { line.zone.a("h\(i)", [UInt32(2 * i), UInt32(2 * i + 1)]) }
    line.start([domain])
    let order = line.directory.endpoints
    #expect(order.count == 8)
    for turn in 0..<50 {
      line.zone.srv("_sip._udp.a.example", rows.shuffled(), seconds: 10)
      for i in 1...4 where turn % 2 == 0 {
        line.zone.a("h\(i)", [UInt32(2 * i + 1), UInt32(2 * i)])
      }
      line.pass(.seconds(10))
    }
    #expect(line.directory.endpoints == order)
    #expect(line.take() == [.changed])
    #expect(line.zone.asked.count > 200)
  }

  @Test(
    "DNS dies: what is known stays, one word for each reason, and asked again at most a minute apart"
  )
  func stale() {
    var line = DirectoryLine()
    line.zone.a("b.example", [1], seconds: 60)
    line.start([host])
    line.zone.failure = .timeout
    line.pass(.seconds(86_400))
    #expect(line.directory.endpoints == [endpoint(1, 5080)])
    #expect(line.take() == [.changed, .failed(host, .timeout)])
    #expect(line.directory.failures.count == 1)
    let asked = line.zone.asked.count
    #expect((1_440...2_900).contains(asked), "\(asked) in a day")
    line.zone.failure = .noName
    line.pass(.seconds(61))
    #expect(line.take() == [.failed(host, .noName)])
    #expect(line.directory.endpoints == [endpoint(1, 5080)])
    line.zone.failure = nil
    line.pass(.seconds(61))
    #expect(line.directory.failures.isEmpty)
    #expect(line.take() == [])
  }

  @Test("DNS dead at the start: pauses of 2 s that double to a minute, found when it is back")
  func deadAtStart() {
    var line = DirectoryLine()
    line.zone.failure = .unreachable
    line.start([host])
    #expect(line.take() == [.failed(host, .unreachable)])
    #expect(!line.directory.isLooking)
    line.pass(.seconds(2))
    #expect(line.zone.asked.count >= 2)
    line.pass(.seconds(600))
    line.zone.failure = nil
    line.zone.a("b.example", [1])
    line.pass(.seconds(60))
    #expect(line.directory.endpoints == [endpoint(1, 5080)])
    #expect(line.take() == [.changed])
  }

  @Test("A backup with an address waits for the first choice's chance, and serves without it")
  func backup() {
    var line = DirectoryLine()
    line.answers = false
    line.start([host, .endpoint(endpoint(7))])
    #expect(line.take() == [])
    #expect(line.directory.isLooking)
    line.zone.failure = .timeout
    line.catchUp()
    #expect(line.directory.endpoints == [endpoint(7)])
    #expect(line.take() == [.failed(host, .timeout), .changed])
    line.zone.failure = nil
    line.zone.a("b.example", [1])
    line.pass(.seconds(2))
    #expect(line.directory.endpoints == [endpoint(1, 5080), endpoint(7)])
  }

  @Test(
    "A way that comes back finds what was known at once, and late answers of before are nobody's")
  func restart() {
    var line = DirectoryLine()
    line.zone.a("b.example", [1], seconds: 10)
    line.start([host])
    line.answers = false
    line.pass(.seconds(10))
    line.directory.stop()
    #expect(line.directory.deadline == nil)
    line.zone.a("b.example", [2])
    line.catchUp()
    #expect(line.directory.endpoints == [endpoint(1, 5080)])
    _ = line.take()
    line.answers = false
    line.start([host])
    #expect(line.take() == [.changed])
    #expect(line.directory.endpoints == [endpoint(1, 5080)])
    line.catchUp()
    #expect(line.directory.endpoints == [endpoint(2, 5080)])
  }
}
