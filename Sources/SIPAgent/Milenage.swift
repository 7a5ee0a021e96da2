internal import Base
internal import CDigest

/// The functions f1 to f5* of authentication and key agreement (TS 33.102 §6.3) as the algorithm set
/// MILENAGE computes them (TS 35.206 §4.1).
struct Milenage: Sendable {
  private let key: Text
  private let operatorConstant: Text

  /// Takes K and OPc, 16 bytes each.
  init(key: Text, opc: Text) {
    precondition(key.count == 16 && opc.count == 16, "a key of AES-128")
    self.key = key
    operatorConstant = opc
  }

  /// Takes K and OP, from which OPc follows (TS 35.206 §4.1).
  init(key: Text, op: Text) {
    self.init(key: key, opc: Self.sum(Self.encrypt(op, key), op))
  }

  /// MAC-A and MAC-S: f1 in the first half, f1* in the second.
  func authentication(random: Text, sequence: Text, management: Text) -> (Text, Text) {
    let input = sequence + management + sequence + management
    let block = Self.sum(
      temporary(random), Self.rotated(Self.sum(input, operatorConstant), by: 8))
    let out = Self.sum(Self.encrypt(block, key), operatorConstant)
    return (Text(out.prefix(8)), Text(out.suffix(8)))
  }

  /// RES and AK: f2 and f5.
  func response(random: Text) -> (response: Text, anonymityKey: Text) {
    let out = output(random, rotation: 0, constant: 1)
    return (Text(out.suffix(8)), Text(out.prefix(6)))
  }

  /// CK: f3.
  func cipherKey(random: Text) -> Text { output(random, rotation: 4, constant: 2) }

  /// IK: f4.
  func integrityKey(random: Text) -> Text { output(random, rotation: 8, constant: 4) }

  /// AK for a resynchronisation: f5*.
  func resynchronisationKey(random: Text) -> Text {
    Text(output(random, rotation: 12, constant: 8).prefix(6))
  }

  private func temporary(_ random: Text) -> Text {
    Self.encrypt(Self.sum(random, operatorConstant), key)
  }

  private func output(_ random: Text, rotation bytes: Int, constant: UInt8) -> Text {
    var block = Self.rotated(Self.sum(temporary(random), operatorConstant), by: bytes)
    block[15] ^= constant
    return Self.sum(Self.encrypt(block, key), operatorConstant)
  }

  private static func rotated(_ block: Text, by bytes: Int) -> Text {
    Text(block[bytes...]) + Text(block[..<bytes])
  }

  /// The sum of two texts of one length, bit by bit.
  static func sum(_ a: Text, _ b: Text) -> Text {
    var sum = a
    for i in sum.indices { sum[i] ^= b[i] }
    return sum
  }

  private static func encrypt(_ block: Text, _ key: Text) -> Text {
    precondition(block.count == 16 && key.count == 16, "a block of AES")
    return unsafe Text(unsafeUninitializedCapacity: 16) { out, count in
      unsafe key.withUnsafeBufferPointer { key in
        unsafe block.withUnsafeBufferPointer { block in
          unsafe cdigest_aes128(key.baseAddress, block.baseAddress, out.baseAddress)
        }
      }
      count = 16
    }
  }
}
