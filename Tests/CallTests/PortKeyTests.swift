import Base
import Call
import MediaControl
import SIPAgent
import Testing

@Suite("Sources and keys of a port's stream")
struct PortKeyTests {
  /// The far party's description with a key made of one letter, under a tag of our offers.
  private func remote(_ letter: Character, tag: Int = 3) -> Text {
    let (suite, count) = tag == 1 ? ("AEAD_AES_256_GCM", 58) : ("AES_CM_128_HMAC_SHA1_80", 40)
    let key = String(repeating: letter, count: count) + (tag == 1 ? "A=" : "")
    let line = "a=crypto:\(tag) \(suite) inline:\(key)\r\n"
    let text = String(decoding: CallTests.remote(), as: UTF8.self)
    return Text((text + line).utf8)
  }

  private func bench() throws -> PortBench {
    var bench = try PortBench()
    bench.change { $0.protection = .offered }
    return bench
  }

  @Test("Another key is another source of the same stream, from a number below 0x8000 on")
  func reoffers() throws {
    var bench = try bench()
    let session = bench.newSession()
    _ = bench.tell(.incoming(session, 1, caller, offer: remote("A")), 0)
    _ = bench.loop(.closed, 500)
    var seen = [try #require(bench.stream)]
    #expect(
      bench.tell(.offered(session, description: remote("A")), 1_000) == ["1000 acceptOffer"],
      "the same key, the same source")
    for (i, letter) in ["B", "A", "B"].enumerated() {
      let ms = Int64(2_000 + 1_000 * i)
      #expect(
        bench.tell(.offered(session, description: remote(Character(letter))), ms)
          == ["\(ms) acceptOffer", "\(ms) updateStream"])
      seen.append(try #require(bench.stream))
    }
    #expect(Set(seen.map(\.synchronizationSource)).count == 4)
    #expect(Set(seen.map(\.firstSequenceNumber)).count == 4)
    #expect(seen.allSatisfy { $0.firstSequenceNumber < 0x8000 })
    #expect(Set(seen.map(\.firstTimestamp)).count == 1 && Set(seen.map(\.number)).count == 1)
    bench.expectNothingLeft()
  }

  @Test("The branches of a forked call may take turns, and none uses a source again")
  func forks() throws {
    var bench = try bench()
    bench.enter(.calling)
    let session = try #require(bench.session)
    var sources: [UInt32] = []
    var keys: [MediaKey] = []
    for (i, (letter, tag)) in [("A", 1), ("B", 3), ("A", 1), ("C", 1)].enumerated() {
      let text = remote(Character(letter), tag: tag)
      _ = bench.tell(
        .progress(session, code: 183, description: text), 10_000 + Int64(i) * 1_000)
      let stream = try #require(bench.stream)
      sources.append(stream.synchronizationSource)
      keys.append(try #require(stream.keys).send)
    }
    #expect(keys[0] == keys[2] && keys[0] != keys[1] && keys[2] == keys[3])
    #expect(Set(sources[..<3]).count == 3)
    #expect(sources[3] == sources[2], "another key of theirs alone changes nothing of ours")
    bench.expectNothingLeft()
  }

  @Test("Plain audio keeps its source, and keys that come after it bring another one")
  func plain() throws {
    var bench = try bench()
    let session = bench.newSession()
    _ = bench.tell(.incoming(session, 1, caller, offer: remote("A")), 0)
    _ = bench.loop(.closed, 500)
    let first = try #require(bench.stream).synchronizationSource
    _ = bench.tell(.offered(session, description: CallTests.remote(version: 2)), 1_000)
    #expect(bench.stream?.keys == nil && bench.stream?.synchronizationSource == first)
    _ = bench.tell(.offered(session, description: remote("A")), 2_000)
    #expect(bench.stream?.keys != nil && bench.stream?.synchronizationSource != first)
    bench.expectNothingLeft()
  }
}
