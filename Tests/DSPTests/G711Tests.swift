import DSP
import MediaControl
import Testing

@Suite("G.711")
struct G711Tests {
  let codec = G711()

  /// CRC-32 (IEEE 802.3) of the codes of 0…32767 and of all samples of the codes 0…255, made with
  /// CPython 3.11: audioop.lin2alaw, alaw2lin, lin2ulaw, ulaw2lin and zlib.crc32.
  @Test(
    "Codes and samples are what another program makes, and negative ones mirror them",
    arguments: [
      (CompandingLaw.aLaw, UInt32(0xCA4A_8AB4), UInt32(0x9D76_4657)),
      (CompandingLaw.muLaw, UInt32(0x542F_2AC0), UInt32(0x0C84_7A9F)),
    ])
  func checksums(law: CompandingLaw, codes: UInt32, samples: UInt32) {
    let positive = encode((0...32_767).map { Int16($0) }, law)
    #expect(crc(positive) == codes)
    let negative = encode((0...32_767).map { ~Int16($0) }, law)
    #expect(negative == positive.map { $0 ^ 0x80 })
    let decoded = decode((0...255).map { UInt8($0) }, law)
    let bytes = decoded.flatMap {
      [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
    }
    #expect(crc(bytes) == samples)
  }

  @Test("Every code survives the way there and back", arguments: [CompandingLaw.aLaw, .muLaw])
  func roundTrip(law: CompandingLaw) {
    for code in 0...255 {
      let back = encode(decode([UInt8(code)], law), law)[0]
      // µ-law has two zeros; the negative one comes back as the positive one.
      let expected: UInt8 = law == .muLaw && code == 0x7F ? 0xFF : UInt8(code)
      #expect(back == expected, "\(law) \(code)")
    }
  }

  @Test(
    "Values of the standard's tables 1a, 1b, 2a, 2b",
    arguments: [
      (CompandingLaw.aLaw, Int16(0), UInt8(0xD5)), (.aLaw, -1, 0x55), (.aLaw, 32_767, 0xAA),
      (.aLaw, -32_768, 0x2A), (.aLaw, 16 * 64, 0xE5), (.muLaw, 0, 0xFF), (.muLaw, 32_767, 0x80),
      (.muLaw, -32_768, 0x00), (.muLaw, 4 * 31, 0xEF),
    ])
  func values(law: CompandingLaw, sample: Int16, code: UInt8) {
    #expect(encode([sample], law) == [code])
  }

  @Test(
    "A tone keeps 35 dB above its distortion (G.712 §10)", arguments: [CompandingLaw.aLaw, .muLaw])
  func distortion(law: CompandingLaw) {
    let tone = quantized(sine(820, dBm0: -10, count: 8000))
    let back = decode(encode(tone, law), law)
    let error = zip(tone, back).map { $0 &- $1 }
    #expect(level(tone[...]) - level(error[...]) > 35)
  }

  @Test("Silence is the code of zero", arguments: [CompandingLaw.aLaw, .muLaw])
  func silence(law: CompandingLaw) {
    #expect(encode([0], law) == [G711.silence(law)])
  }

  @Test("Codes go to the asked place and leave the rest alone")
  func place() {
    var bytes = [UInt8](repeating: 1, count: 6)
    let samples: [Int16] = [0, 32_767]
    var span = bytes.mutableSpan
    codec.encode(samples.span, law: .aLaw, into: &span, at: 3)
    #expect(bytes == [1, 1, 1, 0xD5, 0xAA, 1])
  }

  private func encode(_ samples: [Int16], _ law: CompandingLaw) -> [UInt8] {
    var codes = [UInt8](repeating: 0, count: samples.count)
    var span = codes.mutableSpan
    codec.encode(samples.span, law: law, into: &span)
    return codes
  }

  private func decode(_ codes: [UInt8], _ law: CompandingLaw) -> [Int16] {
    var samples = [Int16](repeating: 0, count: codes.count)
    var span = samples.mutableSpan
    codec.decode(codes.span, law: law, into: &span)
    return samples
  }

  private func crc(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = ~0
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
