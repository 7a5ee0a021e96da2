internal import Base
internal import CDigest
internal import SIPSyntax

extension DigestAlgorithm {
  private enum Hash { case md5, sha256, sha512Truncated }

  private var family: Hash {
    switch self {
    case .md5, .md5Session, .akaV1MD5, .akaV2MD5, .other: .md5
    case .sha256, .sha256Session: .sha256
    case .sha512Truncated, .sha512TruncatedSession: .sha512Truncated
    }
  }

  /// Whether we can compute it; AKA takes keys beside the password.
  func isSupported(withKeys: Bool) -> Bool {
    switch self {
    case .md5, .md5Session, .sha256, .sha256Session, .sha512Truncated, .sha512TruncatedSession:
      true
    case .akaV1MD5, .akaV2MD5: withKeys
    case .other: false
    }
  }

  /// Whether HA1 covers the nonces (the `-sess` forms, RFC 7616 §3.4.2).
  var coversNonces: Bool {
    self == .md5Session || self == .sha256Session || self == .sha512TruncatedSession
  }

  /// The more, the better: of two challenges of one server the stronger one is answered.
  var strength: Int {
    // Each answer has a secret of its own, and the server has proved itself too.
    if self == .akaV2MD5 { return 4 }
    if self == .akaV1MD5 { return 3 }
    return switch family {
    case .md5: 0
    case .sha256: 1
    case .sha512Truncated: 2
    }
  }

  /// Whether the secret is agreed on by the challenge itself.
  var isAgreement: Bool { self == .akaV1MD5 || self == .akaV2MD5 }

  /// The hash of some bytes in lower-case hexadecimal.
  func hash(_ text: Text) -> Text {
    var hex = Text()
    hex.reserveCapacity(64)
    for byte in sum(text) { hex.append(hex: UInt64(byte), digits: 2) }
    return hex
  }

  /// HMAC with this hash, for a key of at most its block of 64 bytes (RFC 2104 §2).
  func authenticationCode(of text: Text, key: Text) -> Text {
    precondition(key.count <= 64, "a key of one block")
    let block = key + Text(repeating: 0, count: 64 - key.count)
    return sum(block.map { $0 ^ 0x5C } + sum(block.map { $0 ^ 0x36 } + text))
  }

  private func sum(_ text: Text) -> Text {
    unsafe Text(unsafeUninitializedCapacity: 32) { out, count in
      unsafe text.withUnsafeBufferPointer { bytes in
        switch family {
        case .md5: unsafe cdigest_md5(bytes.baseAddress, bytes.count, out.baseAddress)
        case .sha256: unsafe cdigest_sha256(bytes.baseAddress, bytes.count, out.baseAddress)
        case .sha512Truncated:
          unsafe cdigest_sha512_256(bytes.baseAddress, bytes.count, out.baseAddress)
        }
      }
      count = family == .md5 ? 16 : 32
    }
  }
}

/// What a digest response is computed from (RFC 7616 §3.4.1).
struct DigestInput {
  var algorithm: DigestAlgorithm
  var user: Text
  var password: Text
  var realm: Text
  var nonce: Text
  var method: Text
  var uri: Text
  /// The client's nonce and the nonce count with a qop; `nil` for RFC 2069's form without one.
  var protection: (clientNonce: Text, nonceCount: UInt32)?
  /// The body that qop=auth-int covers (RFC 7616 §3.4.3); `nil` for qop=auth.
  var body: Text?

  /// The value of the `response` parameter.
  func response() -> Text {
    var base = algorithm.hash(joined(user, realm, password))
    if algorithm.coversNonces {
      base = algorithm.hash(joined(base, nonce, protection?.clientNonce ?? []))
    }
    var text = base
    text.append(UInt8(ascii: ":"))
    text += nonce
    if let protection {
      text.append(UInt8(ascii: ":"))
      text.append(hex: UInt64(protection.nonceCount), digits: 8)
      text.append(UInt8(ascii: ":"))
      text += protection.clientNonce
      text.append(body == nil ? ":auth" : ":auth-int")
    }
    text.append(UInt8(ascii: ":"))
    text += algorithm.hash(request)
    return algorithm.hash(text)
  }

  /// A2 (RFC 7616 §3.4.3).
  private var request: Text {
    guard let body else { return joined(method, uri) }
    return joined(method, uri, algorithm.hash(body))
  }

  private func joined(_ parts: Text...) -> Text {
    var text = Text()
    for (i, part) in parts.enumerated() {
      if i > 0 { text.append(UInt8(ascii: ":")) }
      text += part
    }
    return text
  }
}
