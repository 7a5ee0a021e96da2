import Base
import Testing

@Suite("Random source")
struct RandomSourceTests {
  /// RFC 8439 A.1, test vectors 1 and 2: key and nonce zero, block counters 0 and 1, as words.
  @Test("Is the ChaCha20 key stream of RFC 8439")
  func keyStream() {
    var source = RandomSource(testSeed: 0)
    let first = (0..<16).map { _ in source.nextWord() }
    #expect(first.prefix(4) == [0xADE0_B876, 0x903D_F1A0, 0xE56A_5D40, 0x28BD_8653])
    #expect(first.last == 0x8665_EEB2)
    #expect(source.nextWord() == 0xBEE7_079F)
  }

  @Test("Two seeds give two sequences, one seed gives one")
  func seeds() {
    var a = RandomSource(testSeed: 1)
    var b = RandomSource(testSeed: 1)
    var c = RandomSource(testSeed: 2)
    let fromA = (0..<40).map { _ in a.next() }
    #expect(fromA == (0..<40).map { _ in b.next() })
    #expect(fromA != (0..<40).map { _ in c.next() })
  }
}
