import Base
import RTP
import Testing

@testable import SecureRTP

/// A packet of RTP with a payload that tells its number.
func packet(_ sequence: UInt16, source: UInt32 = 7, size: Int = 160) -> [UInt8] {
  var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: 12 + size)
  var span = bytes.mutableSpan
  RTPHeader(
    marker: false, payloadType: 8, sequenceNumber: sequence, timestamp: UInt32(sequence) * 160,
    source: source
  ).write(into: &span)
  return bytes
}

/// A sender and a receiver with the same key, and what goes wrong between them.
final class Pair {
  let sender: SecureSender
  let receiver: SecureReceiver

  /// `former` is the pair with the key before, whose receiver this one follows.
  init(_ suite: CryptoSuite, seed: UInt64 = 1, after former: Pair? = nil) {
    var random = RandomSource(testSeed: seed)
    let key = MediaKey(suite, random: &random)
    sender = SecureSender(key)
    receiver = SecureReceiver(key, after: former?.receiver)
  }

  func protect(_ packet: [UInt8]) -> [UInt8] {
    var bytes = packet + [UInt8](repeating: 0, count: SecureSender.overhead)
    var span = bytes.mutableSpan
    let count = sender.protect(&span, count: packet.count)
    return Array(bytes[..<count])
  }

  func protectControl(_ packet: [UInt8]) -> [UInt8] {
    var bytes = packet + [UInt8](repeating: 0, count: SecureSender.overhead)
    var span = bytes.mutableSpan
    let count = sender.protectControl(&span, count: packet.count)
    return Array(bytes[..<count])
  }

  func open(_ packet: [UInt8]) throws(PacketError) -> [UInt8] {
    var bytes = packet
    var span = bytes.mutableSpan
    let count = try receiver.unprotect(&span, count: packet.count)
    return Array(bytes[..<count])
  }

  func openControl(_ packet: [UInt8]) throws(PacketError) -> [UInt8] {
    var bytes = packet
    var span = bytes.mutableSpan
    let count = try receiver.unprotectControl(&span, count: packet.count)
    return Array(bytes[..<count])
  }
}

@Suite("Protected streams")
struct ProtectionTests {
  private let report: [UInt8] =
    [0x80, 201, 0, 1, 0, 0, 0, 7, 0x81, 202, 0, 2, 0, 0, 0, 7] + [1, 1, 65, 0]

  @Test("What is protected opens, and cannot be read", arguments: CryptoSuite.allCases)
  func roundTrip(_ suite: CryptoSuite) throws {
    let pair = Pair(suite)
    for number in UInt16(1)...5 {
      let plain = packet(number)
      let sent = pair.protect(plain)
      #expect(sent.count == plain.count + (suite.isGCM ? 16 : suite == .counter32 ? 4 : 10))
      #expect(sent[..<12] == plain[..<12], "the header can be read")
      #expect(sent[12..<172] != plain[12..<172])
      #expect(try pair.open(sent) == plain)
      let control = pair.protectControl(report)
      #expect(control.count == report.count + (suite.isGCM ? 20 : 14))
      #expect(control[8..<report.count] != report[8...])
      #expect(try pair.openControl(control) == report)
    }
  }

  @Test("Sources, header extension and an empty payload", arguments: CryptoSuite.allCases)
  func longHeader(_ suite: CryptoSuite) throws {
    let pair = Pair(suite)
    var plain = packet(9, size: 40)
    plain[0] = 0x92  // two contributing sources, an extension of one word
    for i in 12..<20 { plain[i] = 0xCC }
    for (i, byte) in [UInt8(0xBE), 0xDE, 0, 1, 1, 2, 3, 4].enumerated() { plain[20 + i] = byte }
    let sent = pair.protect(plain)
    #expect(sent[..<28] == plain[..<28] && sent[28..<52] != plain[28...])
    #expect(try pair.open(sent) == plain)
    let empty = packet(10, size: 0)
    #expect(try pair.open(pair.protect(empty)) == empty)
  }

  @Test("Every bit counts", arguments: CryptoSuite.allCases)
  func brokenBits(_ suite: CryptoSuite) {
    let pair = Pair(suite)
    _ = try? pair.open(pair.protect(packet(100)))
    let sent = pair.protect(packet(101, size: 20))
    for bit in 0..<sent.count * 8 {
      var broken = sent
      broken[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: PacketError.self) { try pair.open(broken) }
    }
    #expect(throws: Never.self) { try pair.open(sent) }
    let control = pair.protectControl(report)
    for bit in 0..<control.count * 8 {
      var broken = control
      broken[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: PacketError.self) { try pair.openControl(broken) }
    }
    #expect(throws: Never.self) { try pair.openControl(control) }
  }

  @Test(
    "A packet opens once; what is older than the window does not", arguments: CryptoSuite.allCases)
  func replay(_ suite: CryptoSuite) throws {
    let pair = Pair(suite)
    let sent = (UInt16(1)...100).map { pair.protect(packet($0)) }
    #expect(throws: Never.self) { try pair.open(sent[99]) }
    #expect(throws: PacketError.replayed) { try pair.open(sent[99]) }
    // 64 behind the highest one are told apart: 37 is the oldest.
    #expect(throws: Never.self) { try pair.open(sent[36]) }
    #expect(throws: PacketError.replayed) { try pair.open(sent[36]) }
    #expect(throws: PacketError.replayed) { try pair.open(sent[35]) }
    #expect(throws: Never.self) { try pair.open(sent[98]) }
    let control = pair.protectControl(report)
    #expect(throws: Never.self) { try pair.openControl(control) }
    #expect(throws: PacketError.replayed) { try pair.openControl(control) }
  }

  @Test("Sequence numbers wrap, twice, in another order", arguments: CryptoSuite.allCases)
  func wrap(_ suite: CryptoSuite) throws {
    let pair = Pair(suite)
    // Every number around the wraps, and a few on the long way between them.
    var places = [Int](65_400..<65_800)
    for place in 7...12 { places += [Int](place * 10_000..<place * 10_000 + 8) }
    places += [Int](130_904..<131_304)
    for start in stride(from: 0, to: places.count, by: 8) {
      let numbers = places[start..<start + 8].map { UInt16(truncatingIfNeeded: $0) }
      let sent = numbers.map { pair.protect(packet($0, size: 8)) }
      for i in [3, 7, 0, 5, 1, 6, 2, 4] {
        #expect(try pair.open(sent[i]) == packet(numbers[i], size: 8))
      }
    }
  }

  @Test(
    "The estimate of the index",
    arguments: [
      (UInt64(0), UInt16(65_535), UInt64?.none), (65_535, 0, 65_536), (65_536, 65_535, 65_535),
      (65_536 + 32_767, 65_535, 131_071), (65_536 + 32_768, 0, 65_536), (65_530, 5, 65_541),
      (0xFFFF_FFFF_FFFF, 0, nil), (0x1_8001, 0, 0x2_0000),
    ] as [(UInt64, UInt16, UInt64?)])
  func estimate(_ highest: UInt64, _ sequence: UInt16, _ index: UInt64?) {
    var history = SourceHistory(source: 1)
    history.media.note(highest)
    #expect(history.index(of: sequence) == index)
  }

  @Test("Another source has a history of its own; a forged one changes nothing")
  func sources() throws {
    let pair = Pair(.counter80)
    let first = pair.protect(packet(1_000, source: 1))
    _ = try pair.open(first)
    var random = RandomSource(testSeed: 1)
    let other = SecureSender(MediaKey(.counter80, random: &random))
    var bytes = packet(3, source: 2) + [UInt8](repeating: 0, count: 20)
    var span = bytes.mutableSpan
    let count = other.protect(&span, count: 172)
    let second = Array(bytes[..<count])
    for source in UInt32(10)..<30 {
      var forged = first
      forged[11] = UInt8(source)
      #expect(throws: PacketError.forged) { try pair.open(forged) }
    }
    #expect(throws: PacketError.replayed) { try pair.open(first) }
    #expect(throws: Never.self) { try pair.open(second) }
    #expect(throws: PacketError.replayed) { try pair.open(first) }
    #expect(throws: PacketError.replayed) { try pair.open(second) }
  }

  @Test("Another key opens nothing", arguments: CryptoSuite.allCases)
  func otherKey(_ suite: CryptoSuite) {
    let (ours, theirs) = (Pair(suite, seed: 1), Pair(suite, seed: 2))
    let sent = ours.protect(packet(1))
    #expect(throws: PacketError.forged) { try theirs.open(sent) }
    #expect(throws: PacketError.forged) { try theirs.open(packet(1)) }
    let control = ours.protectControl(report)
    #expect(throws: PacketError.forged) { try theirs.openControl(control) }
  }

  @Test("Broken, cut and invented packets are refused without a trap", arguments: UInt64(1)...4)
  func garbage(_ seed: UInt64) throws {
    var random = RandomSource(testSeed: seed)
    for suite in CryptoSuite.allCases {
      let pair = Pair(suite, seed: seed)
      var opened = 0
      for number in UInt16(0)..<2_000 {
        var bytes = pair.protect(packet(number, size: Int.random(in: 0...200, using: &random)))
        let untouched = bytes
        switch number % 4 {
        case 0: bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
        case 1: bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8(1 + number % 255)
        case 2:
          bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
          }
        default: bytes[0] = 0x9F
        }
        let isSame = bytes == untouched
        let result = try? pair.open(bytes)
        if result != nil { opened += 1 }
        #expect((result != nil) == isSame, "seed \(seed) packet \(number)")
        _ = try? pair.openControl(bytes)
      }
      #expect(opened < 2_000)
    }
  }
}
