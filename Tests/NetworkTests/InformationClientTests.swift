import Base
import Testing

@testable import Network

private let mac = octets("02005e100001")
private let router = IPAddress.v6(0xFE80 << 48, 1)
private let sbc = octets("0016 0010 fd000077000000000000000000000010")

@Suite("Asking DHCPv6 servers (RFC 8415 §15, §18.2.6)")
struct InformationClientTests {
  private var client = InformationClient(
    hardwareAddress: mac, random: RandomSource(testSeed: 3319))
  private var out = Outbox<InformationClient.Output>(limit: InformationClient.outputLimit)
  private var now = Instant.zero + .seconds(100)

  /// Goes on to the deadline; what the client wants then.
  private mutating func next() throws -> [InformationClient.Output] {
    now = try #require(client.deadline)
    client.advance(to: now, into: &out)
    return out.drain()
  }

  /// The same, when nothing but a request is wanted.
  private mutating func request() throws -> Text {
    let outputs = try next()
    guard outputs.count == 1, case .send(let message) = outputs[0] else {
      Issue.record("\(outputs)")
      return []
    }
    return message
  }

  private func reply(to request: Text, _ options: Text) -> Text {
    [7] + request[1..<4] + octets("0002 0004 00030001 0001 000a 00030001 02005e100001") + options
  }

  private mutating func receive(
    _ datagram: Text, from source: IPAddress = router
  ) -> [InformationClient.Output] {
    client.receive(datagram, from: source, now: now, into: &out)
    return out.drain()
  }

  private func told(_ outputs: [InformationClient.Output]) -> InformationReply? {
    if case .told(let reply) = outputs.first, outputs.count == 1 { reply } else { nil }
  }

  @Test("Nothing without a link; then the first request within a second, octet by octet")
  mutating func first() throws {
    #expect(client.deadline == nil)
    client.begin(now: now)
    let began = now
    let message = try request()
    #expect((.zero ... .seconds(1)).contains(now - began))
    #expect(
      Text(message.prefix(1) + message.dropFirst(4))
        == octets(
          "0b 0001 000a 00030001 02005e100001 0008 0002 0000"
            + "0006 000a 0015 0016 0017 0020 0053"))
  }

  @Test("Pauses double by chance up to an hour; the transaction stays, the elapsed time grows")
  mutating func retransmits() throws {
    client.begin(now: now)
    let first = try request()
    let began = now
    var pause = Duration.seconds(1)
    for i in 1...20 {
      let before = now
      let outputs = try next()
      // A tenth more or less at each step, and in the sum of all steps.
      let (least, most) = (pause.inNanoseconds / 100 * 81, pause.inNanoseconds / 100 * 121)
      #expect((now - before).inNanoseconds <= Duration.seconds(3_960).inNanoseconds)
      if i <= 2 { #expect((least...most).contains((now - before).inNanoseconds), "\(i)") }
      if i > 14 { #expect((now - before).inNanoseconds >= Duration.seconds(3_240).inNanoseconds) }
      pause = min(pause * 2, .seconds(3_600))
      guard case .send(let message) = outputs.last else { return #expect(Bool(false)) }
      #expect(message[1..<4].elementsEqual(first[1..<4]))
      let elapsed = Int64(message[22]) << 8 | Int64(message[23])
      #expect(elapsed == min((now - began).inMilliseconds / 10, 65_535))
      #expect(outputs.contains(.unanswered) == (i == 4))
    }
  }

  @Test("An answer is told once, and asked for again after the refresh time, as something new")
  mutating func answered() throws {
    client.begin(now: now)
    let asked = try request()
    let outputs = receive(reply(to: asked, sbc + octets("0020 0004 00000e10")))
    #expect(told(outputs)?.sipServers.count == 1)
    #expect(receive(reply(to: asked, sbc)).isEmpty)
    #expect(client.deadline == now + .seconds(3_600))
    #expect(try next().isEmpty)
    let again = try request()
    #expect(!again[1..<4].elementsEqual(asked[1..<4]))
    #expect(told(receive(reply(to: again, sbc))) != nil)
    #expect(client.deadline == now + .seconds(86_400))
  }

  @Test("Infinity is never; the end of the link and its return ask anew all the same")
  mutating func link() throws {
    client.begin(now: now)
    _ = receive(reply(to: try request(), sbc + octets("0020 0004 ffffffff")))
    #expect(client.deadline == nil)
    client.begin(now: now)
    #expect(client.deadline == nil)
    client.stop()
    client.begin(now: now)
    let asked = try request()
    // That goes on already.
    client.begin(now: now)
    client.stop()
    #expect(client.deadline == nil)
    #expect(receive(reply(to: asked, sbc)).isEmpty)
  }

  @Test("Only what comes from the link counts")
  mutating func elsewhere() throws {
    client.begin(now: now)
    let asked = try request()
    for source in [IPAddress.v6(0xFD00_0077 << 32, 1), .v4(0x0A00_0001), .v6(0xFEC0 << 48, 1)] {
      #expect(receive(reply(to: asked, sbc), from: source).isEmpty)
    }
    #expect(told(receive(reply(to: asked, sbc))) != nil)
  }

  @Test("An answer of no use is told once a request, and the next server is heard")
  mutating func refused() throws {
    client.begin(now: now)
    let asked = try request()
    #expect(receive(Text("hello")).isEmpty)
    #expect(receive(reply(to: asked, [])) == [.refused(.noSIPServer)])
    #expect(receive(reply(to: asked, octets("0016 0001 00"))).isEmpty)
    for _ in 0..<6 {
      let outputs = try next()
      #expect(outputs.count == 1, "somebody has answered: \(outputs)")
    }
    #expect(receive(reply(to: asked, octets("0016 0001 00"))) == [.refused(.badOption(22))])
    #expect(told(receive(reply(to: asked, sbc))) != nil)
  }

  @Test("INF_MAX_RT of an answer bounds the pauses of the next inquiry")
  mutating func longestPause() throws {
    client.begin(now: now)
    _ = receive(reply(to: try request(), sbc + octets("0053 0004 0000003c")))
    _ = try next()
    _ = try request()
    for _ in 0..<10 { _ = try next() }
    let before = now
    _ = try next()
    #expect((now - before) <= .seconds(66) && (now - before) >= .seconds(54))
  }

  @Test("Any datagram at any time: no trap, and no more outputs than promised")
  mutating func noise() throws {
    var random = RandomSource(testSeed: 3_319)
    client.begin(now: now)
    var asked = try request()
    for _ in 0..<20_000 {
      var datagram = reply(to: asked, sbc + octets("0015 0007 0161 0362 6364 00"))
      for _ in 0..<(1 + random.next() % 4) {
        datagram[Int(random.next() % UInt64(datagram.count))] = UInt8(random.next() & 0xFF)
      }
      let outputs = receive(Text(datagram.prefix(Int(random.next() % 80))))
      for case .told(let reply) in outputs {
        #expect((1...8).contains(reply.sipServers.count))
      }
      if random.next() % 4 == 0, let deadline = client.deadline {
        now = deadline
        client.advance(to: now, into: &out)
        for case .send(let message) in out.drain() { asked = message }
      }
    }
  }
}
