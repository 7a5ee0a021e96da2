import Base
import RTP
import Testing

@testable import SecureRTP

/// What the far side does with its rollover counter when its key changes.
enum Counting: CaseIterable, Sendable {
  /// It goes on (RFC 3711 §3.3.1), as with rtpengine and pjsip.
  case kept
  /// It begins at 0, as with MS Teams.
  case begunAnew
}

@Suite("Another key in the middle of a stream")
struct RekeyTests {
  private static let rows = CryptoSuite.allCases.flatMap { suite in
    Counting.allCases.map { (suite, $0) }
  }

  /// A pair whose source has sent from 65,500 over a wrap to 500.
  private func wrapped(_ suite: CryptoSuite) throws -> Pair {
    let pair = Pair(suite, seed: 1)
    for place in 65_500...66_036 {
      _ = try pair.open(pair.protect(packet(UInt16(truncatingIfNeeded: place), size: 8)))
    }
    return pair
  }

  /// The pair with the next key, whose sender has seen `wraps` of them if it counts on.
  private func next(
    _ suite: CryptoSuite, after pair: Pair, seed: UInt64 = 2, wraps: Int, _ counting: Counting
  ) -> Pair {
    let next = Pair(suite, seed: seed, after: pair)
    guard counting == .kept else { return next }
    for _ in 0..<wraps {
      _ = next.protect(packet(65_535))
      _ = next.protect(packet(0))
    }
    return next
  }

  @Test("The stream goes on, over the next wrap too, and no packet opens twice", arguments: rows)
  func goesOn(_ suite: CryptoSuite, _ counting: Counting) throws {
    let first = try wrapped(suite)
    let old = first.protect(packet(501))
    let second = next(suite, after: first, wraps: 1, counting)
    #expect(throws: PacketError.forged) { try second.open(old) }
    var places = [Int](501...560)
    for place in 1...6 { places += [Int](place * 10_000..<place * 10_000 + 8) }
    places += [Int](65_500...65_570)
    for place in places {
      let plain = packet(UInt16(truncatingIfNeeded: place), size: 8)
      let sent = second.protect(plain)
      #expect(try second.open(sent) == plain)
      #expect(throws: PacketError.replayed) { try second.open(sent) }
    }
    #expect(throws: PacketError.forged) { try second.open(old) }
  }

  @Test("The wrap falls between the two keys", arguments: rows)
  func wrapBetween(_ suite: CryptoSuite, _ counting: Counting) throws {
    let first = Pair(suite, seed: 1)
    for number in UInt16(65_500)...65_535 { _ = try first.open(first.protect(packet(number))) }
    let second = next(suite, after: first, wraps: 1, counting)
    for number in UInt16(1)...100 {
      #expect(try second.open(second.protect(packet(number))) == packet(number))
    }
  }

  @Test("A key that brought nothing is between them", arguments: rows)
  func keyBetween(_ suite: CryptoSuite, _ counting: Counting) throws {
    let first = try wrapped(suite)
    let third = next(
      suite, after: Pair(suite, seed: 2, after: first), seed: 3, wraps: 1, counting)
    for number in UInt16(501)...510 {
      #expect(try third.open(third.protect(packet(number))) == packet(number))
    }
  }

  @Test("Reports and forged packets leave the counter as a guess", arguments: CryptoSuite.allCases)
  func guessStays(_ suite: CryptoSuite) throws {
    let second = next(suite, after: try wrapped(suite), wraps: 1, .kept)
    let report: [UInt8] =
      [0x80, 201, 0, 1, 0, 0, 0, 7, 0x81, 202, 0, 2, 0, 0, 0, 7] + [1, 1, 65, 0]
    #expect(try second.openControl(second.protectControl(report)) == report)
    let sent = second.protect(packet(501))
    for bit in stride(from: 96, to: sent.count * 8, by: 5) {
      var forged = sent
      forged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: PacketError.forged) { try second.open(forged) }
    }
    #expect(try second.open(sent) == packet(501))
  }

  @Test("A source that was forgotten is not let in again by the old counter")
  func forgotten() throws {
    let second = next(.counter80, after: try wrapped(.counter80), wraps: 1, .kept)
    let sent = second.protect(packet(501))
    _ = try second.open(sent)
    let others = Pair(.counter80, seed: 2)
    for source in UInt32(10)..<14 {
      _ = try second.open(others.protect(packet(1_000 + UInt16(source), source: source)))
    }
    #expect(throws: PacketError.forged) { try second.open(sent) }
  }

  @Test("Another source has no old counter")
  func otherSource() throws {
    let second = next(.gcm128, after: try wrapped(.gcm128), wraps: 1, .kept)
    let sent = second.protect(packet(501, source: 8))
    #expect(throws: PacketError.forged) { try second.open(sent) }
  }
}
