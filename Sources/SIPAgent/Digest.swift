internal import Base
internal import CDigest
internal import SIPSyntax

extension DigestAlgorithm {
  /// Whether we can compute it.
  var isSupported: Bool {
    switch self {
    case .md5, .md5Session, .sha256, .sha256Session: true
    case .sha512Truncated, .sha512TruncatedSession, .other: false
    }
  }

  /// Whether HA1 covers the nonces (the `-sess` forms, RFC 7616 §3.4.2).
  var coversNonces: Bool { self == .md5Session || self == .sha256Session }

  /// Whether it is SHA-256; otherwise it is MD5.
  var isStrong: Bool { self == .sha256 || self == .sha256Session }

  /// The hash of some bytes in lower-case hexadecimal.
  func hash(_ text: Text) -> Text {
    let sum = unsafe Text(unsafeUninitializedCapacity: 32) { out, count in
      unsafe text.withUnsafeBufferPointer { bytes in
        if isStrong {
          unsafe cdigest_sha256(bytes.baseAddress, bytes.count, out.baseAddress)
        } else {
          unsafe cdigest_md5(bytes.baseAddress, bytes.count, out.baseAddress)
        }
      }
      count = isStrong ? 32 : 16
    }
    var hex = Text()
    hex.reserveCapacity(64)
    for byte in sum { hex.append(hex: UInt64(byte), digits: 2) }
    return hex
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
  /// The client's nonce and the nonce count with qop=auth; `nil` for RFC 2069's form without qop.
  var protection: (clientNonce: Text, nonceCount: UInt32)?

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
      text.append(":auth")
    }
    text.append(UInt8(ascii: ":"))
    text += algorithm.hash(joined(method, uri))
    return algorithm.hash(text)
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
