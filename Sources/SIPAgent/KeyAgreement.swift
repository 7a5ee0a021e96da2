public import Base

/// The keys of an account that proves itself by authentication and key agreement.
public struct AgreementKeys: Equatable, Sendable {
  /// The account's own key K, 16 bytes (TS 33.102 §6.3).
  public let key: Text
  /// The operator's constant OP or, for this account alone, OPc, 16 bytes (TS 35.206 §4.1).
  public let constant: Text
  /// Whether the constant is OPc.
  public let isDerived: Bool

  /// Takes the keys; `nil` unless both have 16 bytes.
  public init?(key: Text, constant: Text, isDerived: Bool) {
    guard key.count == 16, constant.count == 16 else { return nil }
    self.key = key
    self.constant = constant
    self.isDerived = isDerived
  }

  fileprivate var algorithm: Milenage {
    isDerived ? Milenage(key: key, opc: constant) : Milenage(key: key, op: constant)
  }
}

/// The terminal's side of AKAv1-MD5 (RFC 3310 §3, TS 33.102 §6.3.3).
struct KeyAgreement: Sendable {
  /// What a challenge is worth.
  enum Verdict: Equatable, Sendable {
    /// RES, which takes the password's place.
    case response(Text)
    /// The challenge is an old one: AUTS tells the network where we are.
    case resynchronise(Text)
    /// Whoever made the challenge does not know our key.
    case forged
  }

  /// SQN of the last challenge that was accepted.
  ///
  /// It is not kept over a restart: what an old challenge gets then is an answer that the network
  /// takes no more.
  private(set) var sequence: UInt64?

  /// Weighs the nonce of a challenge: RAND and AUTN in base64 (RFC 3310 §3.2).
  mutating func receive(_ nonce: Text, _ keys: AgreementKeys) -> Verdict {
    guard let bytes = decodedBase64(nonce), bytes.count >= 32 else { return .forged }
    let algorithm = keys.algorithm
    let random = Text(bytes[..<16])
    let management = Text(bytes[22..<24])
    let (response, anonymityKey) = algorithm.response(random: random)
    let sequence = Milenage.sum(Text(bytes[16..<22]), anonymityKey)
    let expected = algorithm.authentication(
      random: random, sequence: sequence, management: management
    ).0
    guard expected == Text(bytes[24..<32]) else { return .forged }
    let number = sequence.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if let last = self.sequence, number <= last {
      return .resynchronise(token(algorithm, random: random))
    }
    self.sequence = number
    return .response(response)
  }

  /// AUTS: our SQN, concealed, and the MAC over it (TS 33.102 §6.3.3).
  private func token(_ algorithm: Milenage, random: Text) -> Text {
    var own = Text()
    for shift in stride(from: UInt64(40), through: 0, by: -8) {
      own.append(UInt8(truncatingIfNeeded: (sequence ?? 0) >> shift))
    }
    let concealed = Milenage.sum(own, algorithm.resynchronisationKey(random: random))
    return concealed
      + algorithm.authentication(random: random, sequence: own, management: [0, 0]).1
  }
}

/// The bytes that base64 spells (RFC 4648 §4), padding or not; `nil` if it is none.
func decodedBase64(_ text: Text) -> Text? {
  var bytes = Text()
  var bits: UInt32 = 0
  var count = 0
  for character in text {
    if character == UInt8(ascii: "=") { break }
    guard let value = base64Value(character) else { return nil }
    bits = bits << 6 | UInt32(value)
    count += 6
    guard count >= 8 else { continue }
    count -= 8
    bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
  }
  return bytes
}

private func base64Value(_ character: UInt8) -> UInt8? {
  switch character {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
  case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
  case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
  case UInt8(ascii: "+"): 62
  case UInt8(ascii: "/"): 63
  default: nil
  }
}

/// Bytes in base64 with padding (RFC 4648 §4).
func encodedBase64(_ bytes: Text) -> Text {
  let alphabet = Text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  var text = Text()
  var start = 0
  while start < bytes.count {
    let group = bytes[start..<min(start + 3, bytes.count)]
    var bits: UInt32 = 0
    for i in 0..<3 { bits = bits << 8 | (i < group.count ? UInt32(group[start + i]) : 0) }
    for i in 0..<4 {
      let place = Int(bits >> UInt32(18 - 6 * i)) & 0x3F
      text.append(i <= group.count ? alphabet[place] : UInt8(ascii: "="))
    }
    start += 3
  }
  return text
}
