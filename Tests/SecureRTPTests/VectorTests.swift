import Base
import Testing

@testable import SecureRTP

/// The octets that hexadecimal digits spell, blanks between them or not.
func hex(_ text: String) -> [UInt8] {
  let digits = text.filter { $0 != " " }.compactMap { UInt8(String($0), radix: 16) }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// The first octets of an array.
func octets<let n: Int>(_ array: InlineArray<n, UInt8>, _ count: Int) -> [UInt8] {
  (0..<count).map { array[$0] }
}

/// What becomes of octets in a mutable span.
func changed(_ bytes: [UInt8], _ body: (inout MutableSpan<UInt8>) -> Void) -> [UInt8] {
  var bytes = bytes
  var span = bytes.mutableSpan
  body(&span)
  return bytes
}

@Suite("The examples of the standards")
struct VectorTests {
  private let quote = Array("Gallia est omnis divisa in partes tres".utf8)
  private let header = hex("8040f17b 8041f8d3 5501a0b2")
  private let salt = hex("517569642070726f2071756f")

  @Test("RFC 3711 B.2: the key stream of counter mode")
  func keyStream() {
    let key = hex("2B7E151628AED2A6ABF7158809CF4F3C")
    let salt = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD")
    let cipher = PacketCipher(.counter80, key: key.span, tagKey: key.span, salt: salt.span)
    let stream = changed([UInt8](repeating: 0, count: 48)) {
      cipher.crypt(&$0, 0..<48, cipher.counterBlock(source: 0, index: 0))
    }
    #expect(
      stream
        == hex(
          "E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB"
            + "41E95B3BB0A2E8DD477901E4FCA894C0"))
  }

  @Test("RFC 3711 B.3: the derivation of keys")
  func derivation() throws {
    let master = try #require(
      MediaKey(
        .counter80, hex("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6")))
    let derivation = KeyDerivation(master)
    #expect(
      octets(derivation.key(.mediaCipher), 16) == hex("C61E7A93744F39EE10734AFE3FF7A087"))
    #expect(octets(derivation.key(.mediaSalt), 14) == hex("30CBBC08863D8C85D49DB34A9AE1"))
    #expect(
      octets(derivation.key(.mediaTag), 20) == hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"))
  }

  @Test(
    "RFC 7714 16.1, 16.2: RTP under GCM",
    arguments: [
      (
        CryptoSuite.gcm128,
        "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
          + "899d7f27beb16a9152cf765ee4390cce"
      ),
      (
        .gcm256,
        "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
          + "7aa3db36dfffd6b0f9bb7878d7a76c13"
      ),
    ])
  func media(_ suite: CryptoSuite, _ expected: String) {
    let key = (0..<suite.keySize).map { UInt8($0) }
    let cipher = PacketCipher(suite, key: key.span, tagKey: key.span, salt: salt.span)
    let nonce = cipher.nonce(source: 0x5501_A0B2, index: 0xF17B)
    #expect(octets(nonce, 12) == hex("51753c6580c2726f20718414"))
    var known = KnownOctets()
    known.append(header.span)
    let end = 12 + quote.count
    let packet = header + quote + [UInt8](repeating: 0, count: 16)
    let sealed = changed(packet) { cipher.seal(&$0, 12..<end, nonce, known: known) }
    #expect(sealed == header + hex(expected))
    var opens = false
    let opened = changed(sealed) { opens = cipher.open(&$0, 12..<end, nonce, known: known) }
    #expect(opens && Array(opened[12..<end]) == quote)
  }

  @Test(
    "RFC 7714 17.1, 17.2: RTCP under GCM",
    arguments: [
      (
        CryptoSuite.gcm128,
        "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded"
          + "0bb9275bc84aa45896cf4d2fc5abf87245d9eade"
      ),
      (
        .gcm256,
        "d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de047"
          + "6f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be"
      ),
    ])
  func control(_ suite: CryptoSuite, _ expected: String) {
    let key = (0..<suite.keySize).map { UInt8($0) }
    let cipher = PacketCipher(suite, key: key.span, tagKey: key.span, salt: salt.span)
    let nonce = cipher.nonce(source: 0x4D61_7273, index: 0x5D4)
    #expect(octets(nonce, 12) == hex("517524055203726f207170bb"))
    var known = KnownOctets()
    known.append(hex("81c8000d4d617273").span)
    known.append(0x8000_05D4)
    let report = hex(
      "4e5450314e545032525450200000042a0000e9304c756e61"
        + "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef")
    let packet = report + [UInt8](repeating: 0, count: 16)
    let sealed = changed(packet) { cipher.seal(&$0, 0..<report.count, nonce, known: known) }
    #expect(sealed == hex(expected))
  }

  @Test("RFC 2202: HMAC-SHA1, in two pieces")
  func hmac() {
    let key = [UInt8](repeating: 0x0B, count: 20)
    let cipher = PacketCipher(
      .counter80, key: key.span.extracting(0..<16), tagKey: key.span, salt: key.span)
    var text = Array("Hi There".utf8)
    let tail = text.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let tag = cipher.tag(text.mutableSpan, 4, tail: tail)
    #expect(octets(tag, 20) == hex("b617318655057264e28bc0b6fb378c8ef146be00"))
  }
}
