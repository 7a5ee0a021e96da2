import Base
import Media
import MediaControl
import Testing

@Suite("Protected streams of a port")
struct ProtectedStreamTests {
  private static func keys(_ suite: CryptoSuite, seed: UInt64) -> (MediaKeys, MediaKeys) {
    var random = RandomSource(testSeed: seed)
    let (a, b) = (MediaKey(suite, random: &random), MediaKey(suite, random: &random))
    return (MediaKeys(send: a, receive: b), MediaKeys(send: b, receive: a))
  }

  private func stream(_ keys: MediaKeys?, source: UInt32? = nil) -> StreamParameters {
    var parameters = MediaTests.stream()
    parameters.keys = keys
    if let source {
      parameters.synchronizationSource = source
      parameters.firstSequenceNumber = UInt16(source)
    }
    return parameters
  }

  /// One port speaks for a second, the other one listens; gives what went over the wire.
  @discardableResult
  private func talk(_ a: Rig, to b: Rig, seconds: Int = 1) -> [Rig.Sent] {
    let speech = sines([1000], ms: 100)
    var all: [Rig.Sent] = []
    for n in 0..<seconds * 100 {
      a.run(Array(speech[n % 10 * 80..<n % 10 * 80 + 80]))
      for packet in a.takeSent() {
        all.append(packet)
        b.receive(packet.bytes, kind: packet.kind)
      }
      b.run()
    }
    return all
  }

  @Test(
    "Speech and reports arrive, over the wrap; the wire has no A-law",
    arguments: CryptoSuite.allCases)
  func speech(_ suite: CryptoSuite) throws {
    let (ours, theirs) = Self.keys(suite, seed: 1)
    let (a, b, plain) = (Rig(port: 1), Rig(port: 2), Rig(port: 1))
    a.perform(.openStream(1, stream(ours)))
    b.perform(.openStream(1, stream(theirs)))
    plain.perform(.openStream(1, stream(nil)))
    let wire = talk(a, to: b, seconds: 10)
    let report = try #require(b.report())
    #expect(report.receivedPackets >= 499 && report.concealedFrames == 0)
    #expect(report.forgedPackets == 0 && report.replayedPackets == 0)
    #expect(abs(level(b.takePlayed()[40_000..<80_000], 1000) + 10) < 0.1)
    let clear = talk(plain, to: b).filter { $0.kind == .media }
    let hidden = wire.filter { $0.kind == .media }
    #expect(clear[3].bytes[..<12] == hidden[3].bytes[..<12], "the header can be read")
    #expect(clear[3].bytes[12..<172] != hidden[3].bytes[12..<172])
    let control = try #require(wire.first { $0.kind == .control })
    #expect(control.bytes.count > 8 && !control.bytes.contains("box@example"))
    a.perform(.reportStream(1))
  }

  @Test("Another key, no key, and copies are heard as nothing and counted")
  func refused() throws {
    let (ours, theirs) = Self.keys(.counter80, seed: 1)
    let (others, _) = Self.keys(.counter80, seed: 2)
    let (a, b) = (Rig(port: 1), Rig(port: 2))
    b.perform(.openStream(1, stream(theirs)))
    for keys in [others, nil] {
      a.perform(.openStream(1, stream(keys)))
      talk(a, to: b)
    }
    var report = try #require(b.report())
    #expect(report.receivedPackets == 0 && report.forgedPackets >= 98)
    #expect(level(b.takePlayed()[...], 1000) < -60)
    a.perform(.openStream(1, stream(ours)))
    for packet in talk(a, to: b) where packet.kind == .media { b.receive(packet.bytes) }
    report = try #require(b.report())
    #expect(report.receivedPackets >= 49 && report.replayedPackets >= 49)
  }

  @Test("A new key begins anew; the same key goes on")
  func update() throws {
    let (ours, theirs) = Self.keys(.gcm128, seed: 1)
    let (ours2, theirs2) = Self.keys(.gcm256, seed: 2)
    let (a, b) = (Rig(port: 1), Rig(port: 2))
    a.perform(.openStream(1, stream(ours)))
    b.perform(.openStream(1, stream(theirs)))
    talk(a, to: b)
    var held = stream(ours)
    held.direction = .inactive
    a.perform(.updateStream(1, held))
    talk(a, to: b)
    a.perform(.updateStream(1, stream(ours)))
    talk(a, to: b)
    #expect(try #require(b.report()).forgedPackets == 0)
    a.perform(.updateStream(1, stream(ours2)))
    b.perform(.updateStream(1, stream(theirs2)))
    talk(a, to: b)
    let report = try #require(b.report())
    #expect(report.forgedPackets == 0 && report.receivedPackets >= 148)
    a.perform(.updateStream(1, stream(nil)))
    b.perform(.updateStream(1, stream(nil)))
    talk(a, to: b)
    #expect(try #require(b.report()).receivedPackets >= 197)
  }

  /// What a packet under GCM must never have in common with another one under the same key.
  private struct Number: Hashable {
    let key: Int
    let isControl: Bool
    let source: ArraySlice<UInt8>
    let index: ArraySlice<UInt8>

    init(_ packet: Rig.Sent, key: Int) {
      self.key = key
      isControl = packet.kind == .control
      let bytes = packet.bytes
      source = isControl ? bytes[4..<8] : bytes[8..<12]
      index = isControl ? bytes.suffix(4) : bytes[2..<4]
    }
  }

  @Test("A key that comes back comes with another source: no number is used twice under it")
  func comeBack() throws {
    let (ours, theirs) = Self.keys(.gcm128, seed: 1)
    let (ours2, theirs2) = Self.keys(.gcm256, seed: 2)
    let (a, b) = (Rig(port: 1), Rig(port: 2))
    a.perform(.openStream(1, stream(ours)))
    b.perform(.openStream(1, stream(theirs)))
    var seen: Set<Number> = []
    var all: [Rig.Sent] = talk(a, to: b, seconds: 12)
    seen.formUnion(all.map { Number($0, key: 1) })
    for (step, source) in [(2, UInt32(20)), (1, 30), (2, 40)] {
      a.perform(.updateStream(1, stream(step == 1 ? ours : ours2, source: source)))
      b.perform(.updateStream(1, stream(step == 1 ? theirs : theirs2)))
      let sent = talk(a, to: b, seconds: 12)
      #expect(sent.contains { $0.kind == .control })
      let first = try #require(sent.first { $0.kind == .media })
      #expect(Header(first.bytes).number == UInt16(source))
      seen.formUnion(sent.map { Number($0, key: step) })
      all += sent
    }
    #expect(seen.count == all.count)
    #expect(try #require(b.report()).forgedPackets == 0)
    #expect(try #require(a.report()).sentPackets == all.filter { $0.kind == .media }.count)
  }

  @Test("A far side is heard on whether it counts on under a new key or begins anew")
  func farSideRekeys() throws {
    for isKept in [true, false] {
      let (ours, theirs) = Self.keys(.gcm256, seed: 1)
      let (ours2, theirs2) = Self.keys(.counter80, seed: 2)
      let (a, b) = (Rig(port: 1), Rig(port: 2))
      // Who counts on has come over the wrap under the second key as well.
      let other = Rig(port: 1)
      a.perform(.openStream(1, stream(ours)))
      b.perform(.openStream(1, stream(theirs)))
      other.perform(.openStream(1, stream(ours2)))
      talk(a, to: b)
      talk(other, to: Rig(port: 3))
      a.perform(.updateStream(1, stream(ours2)))
      b.perform(.updateStream(1, stream(theirs2)))
      talk(isKept ? other : a, to: b)
      let report = try #require(b.report())
      #expect(report.forgedPackets == 0 && report.receivedPackets >= 98)
    }
  }
}

extension [UInt8] {
  /// Whether the octets of a text are among them.
  fileprivate func contains(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    guard count >= wanted.count else { return false }
    return (0...(count - wanted.count)).contains {
      self[$0..<$0 + wanted.count].elementsEqual(wanted)
    }
  }
}
