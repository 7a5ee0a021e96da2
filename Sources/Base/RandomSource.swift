/// Unpredictable numbers from a seed: the ChaCha20 block function (RFC 8439 §2.3) as a generator.
///
/// Tags, branches, nonces and SSRCs must not be guessable (RFC 3261 §19.3, RFC 3550 §8.1), and a
/// test must be able to repeat a run; so the seed comes from outside and nothing else does.
public struct RandomSource: RandomNumberGenerator, Sendable {
  private typealias Block = InlineArray<16, UInt32>

  private var state: Block
  private var block = Block(repeating: 0)
  private var used = 16

  /// Starts the sequence that belongs to a 256-bit seed.
  public init(seed: (UInt64, UInt64, UInt64, UInt64)) {
    var state = Block(repeating: 0)
    let constants: (UInt32, UInt32, UInt32, UInt32) = (
      0x6170_7865, 0x3320_646E, 0x7962_2D32, 0x6B20_6574
    )
    (state[0], state[1], state[2], state[3]) = constants
    var i = 4
    for word in [seed.0, seed.1, seed.2, seed.3] {
      state[i] = UInt32(truncatingIfNeeded: word)
      state[i + 1] = UInt32(truncatingIfNeeded: word >> 32)
      i += 2
    }
    self.state = state
  }

  /// Starts the sequence that belongs to a small seed, for tests and simulations.
  public init(testSeed: UInt64) { self.init(seed: (testSeed, 0, 0, 0)) }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    UInt64(nextWord()) << 32 | UInt64(nextWord())
  }

  /// The next 32 bits.
  public mutating func nextWord() -> UInt32 {
    if used == 16 { refill() }
    defer { used += 1 }
    return block[used]
  }

  /// A source of its own for a part, so that no part's numbers depend on what another one draws.
  public mutating func child() -> RandomSource {
    RandomSource(seed: (next(), next(), next(), next()))
  }

  private mutating func refill() {
    block = state
    for _ in 0..<10 {
      Self.quarter(&block, 0, 4, 8, 12)
      Self.quarter(&block, 1, 5, 9, 13)
      Self.quarter(&block, 2, 6, 10, 14)
      Self.quarter(&block, 3, 7, 11, 15)
      Self.quarter(&block, 0, 5, 10, 15)
      Self.quarter(&block, 1, 6, 11, 12)
      Self.quarter(&block, 2, 7, 8, 13)
      Self.quarter(&block, 3, 4, 9, 14)
    }
    for i in 0..<16 { block[i] &+= state[i] }
    state[12] &+= 1
    if state[12] == 0 { state[13] &+= 1 }
    used = 0
  }

  private static func quarter(_ x: inout Block, _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
    x[a] &+= x[b]
    x[d] = rotated(x[d] ^ x[a], 16)
    x[c] &+= x[d]
    x[b] = rotated(x[b] ^ x[c], 12)
    x[a] &+= x[b]
    x[d] = rotated(x[d] ^ x[a], 8)
    x[c] &+= x[d]
    x[b] = rotated(x[b] ^ x[c], 7)
  }

  private static func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 {
    word << bits | word >> (32 - bits)
  }
}
