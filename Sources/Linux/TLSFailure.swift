public import Base
internal import CTLS

/// Why TLS was refused, in the words of who has to put it right.
public struct TLSFailure: Error, Equatable, Sendable {
  /// The reason, and the file that it lies in, if it lies in one.
  public let words: Text

  /// Makes a failure of these words.
  public init(words: Text) { self.words = words }

  /// Makes the failure of a reason that the shim gave, with the number that mbedTLS gave for it.
  init(reason: CInt, code: CInt = 0) {
    var words = Text(Self.sentence(of: reason))
    if code != 0, [CInt(CTLS_PROTOCOL), CInt(CTLS_ALERT)].contains(reason) {
      words.append(" (mbedTLS error -0x")
      words.append(hex: UInt64(code.magnitude), digits: 4)
      words.append(")")
    }
    self.words = words
  }

  private static func sentence(of reason: CInt) -> StaticString {
    switch Int(reason) {
    case CTLS_ABSENT: "this firmware was built without TLS"
    case CTLS_NO_MEMORY: "no memory for TLS"
    case CTLS_NO_ENTROPY: "no random numbers for TLS"
    case CTLS_BAD_TRUST: "no certificate in it can be read: it takes PEM"
    case CTLS_BAD_CERTIFICATE: "no certificate: it takes PEM"
    case CTLS_BAD_KEY: "no private key without a password: it takes PEM"
    case CTLS_KEY_MISMATCH: "the key of another certificate than tls certificate"
    case CTLS_EXPIRED: "the server's certificate has expired"
    case CTLS_NOT_YET_VALID: "the server's certificate is not valid yet: is the clock right?"
    case CTLS_UNKNOWN_CA: "the server's certificate is from nobody in tls trust"
    case CTLS_WRONG_NAME: "the server's certificate is for another name"
    case CTLS_WEAK: "the server's certificate has a weak key or digest"
    case CTLS_ALERT: "the server refused TLS with us: does it want tls certificate?"
    case CTLS_GONE: "the connection ended"
    default: "the server does not speak TLS 1.2 as we do"
    }
  }
}
