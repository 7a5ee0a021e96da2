internal import Base
internal import CDigest

/// The keys of one direction for RTP or for RTCP; works in place.
@safe
final class PacketCipher {
  let suite: CryptoSuite
  /// Octets of the tag.
  let tagSize: Int
  let salt: InlineArray<32, UInt8>
  private let cipher: OpaquePointer

  /// Derives what belongs to a master key.
  init(_ master: MediaKey, isControl: Bool) {
    let derivation = KeyDerivation(master)
    let key = derivation.key(isControl ? .controlCipher : .mediaCipher)
    suite = master.suite
    salt = derivation.key(isControl ? .controlSalt : .mediaSalt)
    switch master.suite {
    case .gcm256, .gcm128:
      tagSize = 16
      unsafe cipher = Self.galois(key.span.extracting(0..<master.suite.keySize))
    case .counter80, .counter32:
      // RFC 4568 §6.2.2: RTCP keeps 80 bits.
      tagSize = master.suite == .counter32 && !isControl ? 4 : 10
      let tag = derivation.key(isControl ? .controlTag : .mediaTag)
      unsafe cipher = Self.counter(key.span.extracting(0..<16), tag.span.extracting(0..<20))
    }
  }

  /// Takes session keys as they are, as the examples of the standards give them.
  init(
    _ suite: CryptoSuite, key: borrowing Span<UInt8>, tagKey: borrowing Span<UInt8>,
    salt octets: borrowing Span<UInt8>
  ) {
    self.suite = suite
    tagSize = suite.isGCM ? 16 : 10
    var salt = InlineArray<32, UInt8>(repeating: 0)
    for i in octets.indices { salt[i] = octets[i] }
    self.salt = salt
    unsafe cipher = suite.isGCM ? Self.galois(key) : Self.counter(key, tagKey)
  }

  /// Counter mode alone, for the derivation of keys.
  init(counterKey key: borrowing Span<UInt8>) {
    suite = .counter80
    tagSize = 0
    salt = InlineArray(repeating: 0)
    unsafe cipher = Self.counter(key, key)
  }

  deinit { unsafe cdigest_cipher_free(cipher) }

  private static func galois(_ key: borrowing Span<UInt8>) -> OpaquePointer {
    unsafe made(
      key.withUnsafeBufferPointer { unsafe cdigest_cipher_gcm($0.baseAddress, $0.count) })
  }

  private static func counter(
    _ key: borrowing Span<UInt8>, _ tag: borrowing Span<UInt8>
  ) -> OpaquePointer {
    unsafe made(
      key.withUnsafeBufferPointer { key in
        unsafe tag.withUnsafeBufferPointer { tag in
          unsafe cdigest_cipher_counter(key.baseAddress, key.count, tag.baseAddress, tag.count)
        }
      })
  }

  private static func made(_ cipher: OpaquePointer?) -> OpaquePointer {
    guard let cipher = unsafe cipher else { preconditionFailure("no memory for a cipher") }
    return unsafe cipher
  }

  /// Counter mode over a part of the packet, both ways.
  func crypt(
    _ bytes: inout MutableSpan<UInt8>, _ part: Range<Int>, _ block: InlineArray<16, UInt8>
  ) {
    precondition(part.upperBound <= bytes.count)
    unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      unsafe block.span.withUnsafeBufferPointer { block in
        guard let start = bytes.baseAddress else { return }
        unsafe cdigest_cipher_crypt(
          cipher, block.baseAddress, start + part.lowerBound, part.count)
      }
    }
  }

  /// HMAC-SHA1 of the first octets with a word behind them.
  func tag(_ bytes: borrowing MutableSpan<UInt8>, _ count: Int, tail: UInt32)
    -> InlineArray<20, UInt8>
  {
    precondition(count <= bytes.count)
    let word = octets(tail)
    var tag = InlineArray<20, UInt8>(repeating: 0)
    var out = tag.mutableSpan
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe word.span.withUnsafeBufferPointer { word in
        unsafe out.withUnsafeMutableBufferPointer { out in
          unsafe cdigest_cipher_mac(
            cipher, bytes.baseAddress, count, word.baseAddress, word.count, out.baseAddress)
        }
      }
    }
    return tag
  }

  /// GCM: encrypts what lies behind `start` and writes the tag there.
  func seal(
    _ bytes: inout MutableSpan<UInt8>, _ part: Range<Int>, _ nonce: InlineArray<12, UInt8>,
    known: KnownOctets
  ) {
    precondition(part.upperBound + tagSize <= bytes.count)
    let result = unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      unsafe nonce.span.withUnsafeBufferPointer { nonce in
        unsafe known.octets.span.withUnsafeBufferPointer { octets in
          guard let start = bytes.baseAddress else { return Int32(-1) }
          return unsafe cdigest_cipher_seal(
            cipher, nonce.baseAddress, octets.baseAddress, known.count,
            start + part.lowerBound, part.count, start + part.upperBound)
        }
      }
    }
    precondition(result == 0, "a cipher of the other kind")
  }

  /// GCM: checks the tag behind `part` and decrypts the part; `false` when the tag is wrong.
  func open(
    _ bytes: inout MutableSpan<UInt8>, _ part: Range<Int>, _ nonce: InlineArray<12, UInt8>,
    known: KnownOctets
  ) -> Bool {
    precondition(part.upperBound + tagSize <= bytes.count)
    return unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      unsafe nonce.span.withUnsafeBufferPointer { nonce in
        unsafe known.octets.span.withUnsafeBufferPointer { octets in
          guard let start = bytes.baseAddress else { return false }
          return unsafe cdigest_cipher_open(
            cipher, nonce.baseAddress, octets.baseAddress, known.count,
            start + part.lowerBound, part.count, start + part.upperBound) == 0
        }
      }
    }
  }
}

/// A word in network order.
func octets(_ word: UInt32) -> InlineArray<4, UInt8> {
  [
    UInt8(truncatingIfNeeded: word >> 24), UInt8(truncatingIfNeeded: word >> 16),
    UInt8(truncatingIfNeeded: word >> 8), UInt8(truncatingIfNeeded: word),
  ]
}
