internal import Base
internal import CDigest

/// The hash and the form of HA1 of a digest challenge (RFC 7616 §6.1, RFC 8760 §2.1).
enum DigestAlgorithm: UInt8, Equatable, Sendable {
  case md5
  case md5Session
  case sha256
  case sha256Session

  /// Makes the algorithm of an `algorithm` parameter, or `nil` if we do not know it.
  init?(token: ArraySlice<UInt8>) {
    if token.equalsIgnoringCase("MD5") {
      self = .md5
    } else if token.equalsIgnoringCase("SHA-256") {
      self = .sha256
    } else if token.equalsIgnoringCase("MD5-sess") {
      self = .md5Session
    } else if token.equalsIgnoringCase("SHA-256-sess") {
      self = .sha256Session
    } else {
      return nil
    }
  }

  /// The value of the `algorithm` parameter.
  var token: StaticString {
    switch self {
    case .md5: "MD5"
    case .md5Session: "MD5-sess"
    case .sha256: "SHA-256"
    case .sha256Session: "SHA-256-sess"
    }
  }

  /// Whether HA1 covers the nonces (the `-sess` forms).
  var coversNonces: Bool { self == .md5Session || self == .sha256Session }

  /// How good the hash is; the greater, the better.
  var strength: Int { self == .sha256 || self == .sha256Session ? 1 : 0 }

  /// The hash of some bytes in lower-case hexadecimal.
  func hash(_ text: Text) -> Text {
    let isLong = strength == 1
    let sum = unsafe Text(unsafeUninitializedCapacity: 32) { out, count in
      unsafe text.withUnsafeBufferPointer { bytes in
        if isLong {
          unsafe cdigest_sha256(bytes.baseAddress, bytes.count, out.baseAddress)
        } else {
          unsafe cdigest_md5(bytes.baseAddress, bytes.count, out.baseAddress)
        }
      }
      count = isLong ? 32 : 16
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
