internal import Base

/// What a session key is for (RFC 3711 §4.3.2).
enum KeyLabel: UInt8 {
  case mediaCipher = 0
  case mediaTag = 1
  case mediaSalt = 2
  case controlCipher = 3
  case controlTag = 4
  case controlSalt = 5
}

/// The generator of session keys (RFC 3711 §4.3.3, RFC 7714 §11), with a key derivation rate of 0.
struct KeyDerivation {
  private let cipher: PacketCipher
  private var salt = InlineArray<16, UInt8>(repeating: 0)

  init(_ master: MediaKey) {
    let size = master.suite.keySize
    cipher = PacketCipher(counterKey: master.bytes.span.extracting(0..<size))
    // A salt of 96 bits has 16 zeros behind it.
    for i in 0..<master.suite.saltSize { salt[i] = master.bytes[size + i] }
  }

  /// The session key, in whose room of 32 octets the caller uses as many as it needs.
  func key(_ label: KeyLabel) -> InlineArray<32, UInt8> {
    var block = salt
    block[7] ^= label.rawValue
    var key = InlineArray<32, UInt8>(repeating: 0)
    var bytes = key.mutableSpan
    cipher.crypt(&bytes, 0..<32, block)
    return key
  }
}
