internal import Base

extension PacketCipher {
  /// The first counter block of a packet (RFC 3711 §4.1.1): the salt with source and index.
  func counterBlock(source: UInt32, index: UInt64) -> InlineArray<16, UInt8> {
    var block = InlineArray<16, UInt8>(repeating: 0)
    for i in 0..<14 { block[i] = salt[i] }
    let source = octets(source)
    for i in 0..<4 { block[4 + i] ^= source[i] }
    for i in 0..<6 { block[8 + i] ^= UInt8(truncatingIfNeeded: index >> UInt64(40 - 8 * i)) }
    return block
  }

  /// The nonce of a packet under GCM (RFC 7714 §8.1, §9.1).
  ///
  /// The index of RTP has 48 bits; that of RTCP has 31, in the same place with zeros before it.
  func nonce(source: UInt32, index: UInt64) -> InlineArray<12, UInt8> {
    var nonce = InlineArray<12, UInt8>(repeating: 0)
    let source = octets(source)
    for i in 0..<4 { nonce[2 + i] = source[i] }
    for i in 0..<6 { nonce[6 + i] = UInt8(truncatingIfNeeded: index >> UInt64(40 - 8 * i)) }
    for i in 0..<12 { nonce[i] ^= salt[i] }
    return nonce
  }
}
