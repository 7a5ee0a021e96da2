public import MediaControl

/// ITU-T G.711: A-law and µ-law by tables.
///
/// A code depends on at most the upper 12 (A-law) or 14 bits (µ-law) of a sample, and negative
/// samples mirror the positive ones, so a table has 2048 or 8192 entries.
@safe
public final class G711: @unchecked Sendable {
  private let decoded: UnsafeMutablePointer<Int16>
  private let aLawCodes: UnsafeMutablePointer<UInt8>
  private let muLawCodes: UnsafeMutablePointer<UInt8>

  /// Makes the tables of both laws.
  public init() {
    unsafe decoded = .allocate(capacity: 512)
    unsafe aLawCodes = .allocate(capacity: 2048)
    unsafe muLawCodes = .allocate(capacity: 8192)
    for code in 0..<256 {
      unsafe (decoded + code).initialize(to: Self.linear(aLaw: UInt8(code)))
      unsafe (decoded + 256 + code).initialize(to: Self.linear(muLaw: UInt8(code)))
    }
    for i in 0..<2048 { unsafe (aLawCodes + i).initialize(to: Self.aLaw(magnitude: i)) }
    for i in 0..<8192 { unsafe (muLawCodes + i).initialize(to: Self.muLaw(magnitude: i)) }
  }

  deinit {
    unsafe decoded.deallocate()
    unsafe aLawCodes.deallocate()
    unsafe muLawCodes.deallocate()
  }

  /// Codes `samples` into `bytes` from `start` on, where there must be room for them.
  public func encode(
    _ samples: Span<Int16>, law: CompandingLaw, into bytes: inout MutableSpan<UInt8>,
    at start: Int = 0
  ) {
    precondition(start >= 0 && samples.count <= bytes.count - start, "no room for the codes")
    switch law {
    case .aLaw:
      for i in samples.indices { bytes[start + i] = encode(aLaw: samples[i]) }
    case .muLaw:
      for i in samples.indices { bytes[start + i] = encode(muLaw: samples[i]) }
    }
  }

  /// Decodes `bytes` into the first samples of `samples`, which must have room for them.
  public func decode(
    _ bytes: Span<UInt8>, law: CompandingLaw, into samples: inout MutableSpan<Int16>
  ) {
    precondition(bytes.count <= samples.count, "no room for the samples")
    for i in bytes.indices { samples[i] = decode(bytes[i], law: law) }
  }

  /// The A-law code of a sample.
  @inline(__always)
  public func encode(aLaw sample: Int16) -> UInt8 {
    let sign = sample >> 15
    let magnitude = Int((sample ^ sign) >> 4)
    return unsafe aLawCodes[magnitude] ^ UInt8(truncatingIfNeeded: sign & 0x80)
  }

  /// The µ-law code of a sample.
  @inline(__always)
  public func encode(muLaw sample: Int16) -> UInt8 {
    let sign = sample >> 15
    let magnitude = Int((sample ^ sign) >> 2)
    return unsafe muLawCodes[magnitude] ^ UInt8(truncatingIfNeeded: sign & 0x80)
  }

  /// The sample of a code.
  @inline(__always)
  public func decode(_ code: UInt8, law: CompandingLaw) -> Int16 {
    unsafe decoded[Int(code) + (law == .aLaw ? 0 : 256)]
  }

  /// The code of silence.
  public static func silence(_ law: CompandingLaw) -> UInt8 { law == .aLaw ? 0xD5 : 0xFF }
}

/// The rules of the tables: ITU-T G.711 tables 1a to 2b.
extension G711 {
  /// The code of a positive value, full scale 2048 (table 1a); even bits are inverted.
  private static func aLaw(magnitude: Int) -> UInt8 {
    let segment = halvings(of: magnitude)
    let rest = magnitude >> segment
    let code = magnitude < 16 ? magnitude : (segment + 1) << 4 | (rest & 15)
    return UInt8(truncatingIfNeeded: code | 0x80) ^ 0x55
  }

  /// The code of a positive value, full scale 8192 (table 2a); all bits are inverted.
  private static func muLaw(magnitude: Int) -> UInt8 {
    let value = min(magnitude + 33, 8191) >> 1
    let segment = halvings(of: value)
    return ~UInt8(truncatingIfNeeded: segment << 4 | (value >> segment & 15))
  }

  /// How often a value must be halved until five bits hold it.
  private static func halvings(of value: Int) -> Int {
    max(0, Int.bitWidth - 5 - value.leadingZeroBitCount)
  }

  private static func linear(aLaw code: UInt8) -> Int16 {
    let bits = Int(code ^ 0x55)
    let (segment, step) = (bits >> 4 & 7, bits & 15)
    let value = segment == 0 ? step << 4 + 8 : (step << 4 + 0x108) << (segment - 1)
    return Int16(bits & 0x80 != 0 ? value : -value)
  }

  private static func linear(muLaw code: UInt8) -> Int16 {
    let bits = Int(~code)
    let (segment, step) = (bits >> 4 & 7, bits & 15)
    let value = (step << 3 + 0x84) << segment - 0x84
    return Int16(bits & 0x80 != 0 ? -value : value)
  }
}
