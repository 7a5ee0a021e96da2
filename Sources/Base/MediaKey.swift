/// How a media stream is protected: the cipher and its tag (RFC 4568 §6.2, RFC 7714 §14.2).
public enum CryptoSuite: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// AES of 256 bits in Galois/counter mode.
  case gcm256
  /// AES of 128 bits in Galois/counter mode.
  case gcm128
  /// AES of 128 bits in counter mode, HMAC-SHA1 cut to 80 bits.
  case counter80
  /// The same with tags of 32 bits under RTP; those under RTCP have 80.
  case counter32

  /// The name in descriptions.
  public var name: StaticString {
    switch self {
    case .gcm256: "AEAD_AES_256_GCM"
    case .gcm128: "AEAD_AES_128_GCM"
    case .counter80: "AES_CM_128_HMAC_SHA1_80"
    case .counter32: "AES_CM_128_HMAC_SHA1_32"
    }
  }

  /// Octets of the master key, without its salt.
  public var keySize: Int { self == .gcm256 ? 32 : 16 }
  /// Octets of the master salt.
  public var saltSize: Int { isGCM ? 12 : 14 }
  /// Whether it is a suite of RFC 7714.
  public var isGCM: Bool { self == .gcm256 || self == .gcm128 }
}

/// Whether media is protected.
public enum MediaProtection: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Never: nothing is offered, and what others offer is not taken.
  case off
  /// Where the far party can.
  case offered
  /// Always: a call without it is refused.
  case required
}

/// The master key and salt of one direction of a stream; never a text that somebody may read.
public struct MediaKey: Equatable, Sendable, BitwiseCopyable {
  /// Octets of the longest key with its salt.
  public static let limit = 44

  /// What the key is for.
  public let suite: CryptoSuite
  /// The key and behind it the salt; only the first `count` octets are used.
  public private(set) var bytes = InlineArray<44, UInt8>(repeating: 0)

  /// Makes the key of its octets, or `nil` when their number is not the suite's.
  public init?(_ suite: CryptoSuite, _ octets: Text) {
    guard octets.count == suite.keySize + suite.saltSize else { return nil }
    self.suite = suite
    for i in octets.indices { bytes[i] = octets[i] }
  }

  /// Draws a new key.
  public init(_ suite: CryptoSuite, random: inout RandomSource) {
    self.suite = suite
    for i in 0..<count { bytes[i] = UInt8(truncatingIfNeeded: random.nextWord()) }
  }

  /// How many octets are used.
  public var count: Int { suite.keySize + suite.saltSize }

  /// Whether suite and octets are the same.
  public static func == (a: MediaKey, b: MediaKey) -> Bool {
    guard a.suite == b.suite else { return false }
    for i in 0..<a.count where a.bytes[i] != b.bytes[i] { return false }
    return true
  }
}

/// The keys of both directions of a stream.
public struct MediaKeys: Equatable, Sendable, BitwiseCopyable {
  /// What we send with.
  public var send: MediaKey
  /// What the far party sends with.
  public var receive: MediaKey

  /// Makes the pair.
  public init(send: MediaKey, receive: MediaKey) {
    self.send = send
    self.receive = receive
  }
}
