public import Base
internal import SIPSyntax

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

/// The terminal's side of AKAv1-MD5 and AKAv2-MD5 (RFC 3310 §3, RFC 4169 §3, TS 33.102 §6.3.3).
struct KeyAgreement: Sendable {
  /// What a challenge is worth.
  enum Verdict: Equatable, Sendable {
    /// What takes the password's place: RES, or what AKAv2 makes of it and the keys.
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
  mutating func receive(
    _ nonce: Text, _ keys: AgreementKeys, for digest: DigestAlgorithm
  ) -> Verdict {
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
    guard digest == .akaV2MD5 else { return .response(response) }
    return .response(Self.secret(algorithm, random: random, response: response))
  }

  /// The password of AKAv2: whoever has learnt a RES of AKAv1 cannot make it without IK and CK
  /// (RFC 4169 §3).
  private static func secret(_ algorithm: Milenage, random: Text, response: Text) -> Text {
    let key =
      response + algorithm.integrityKey(random: random) + algorithm.cipherKey(random: random)
    return encodedBase64(
      DigestAlgorithm.akaV2MD5.authenticationCode(
        of: Text("http-digest-akav2-password"), key: key))
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
