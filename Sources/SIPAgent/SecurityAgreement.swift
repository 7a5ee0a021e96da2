internal import Base
internal import SIPSyntax

/// What is agreed on with an SBC about protection (RFC 3329).
///
/// REGISTER says what we can. The SBC's challenge says what it can, and every request from then on
/// repeats those words: had somebody on the way taken one out, the SBC would see it.
public enum SecurityAgreement: UInt8, Equatable, Sendable {
  /// Nothing is said about it.
  case off
  /// Signalling inside TLS.
  case tls
  /// Media by SRTP as far as the SBC, with keys in the SDP (3GPP TS 33.328 §5, TS 24.229 §5.1.1.2.1).
  case media

  /// More than an SBC has to say.
  private static let wordLimit = 8
  private static let sizeLimit = 512

  /// The value of Security-Client.
  var offer: StaticString {
    switch self {
    case .off: ""
    case .tls: "tls"
    case .media: "sdes-srtp;mediasec"
    }
  }

  /// The option that Require and Proxy-Require name with it.
  var option: StaticString { self == .media ? "mediasec" : "sec-agree" }

  /// The SBC's words, if what we offered is among them; none of a list that is too long.
  func words(of response: Message) -> [Text] {
    guard self != .off else { return [] }
    let words = response.elements(.securityServer).map { response.text($0) }
    var size = 0
    for word in words { size += word.count }
    guard words.count <= Self.wordLimit, size <= Self.sizeLimit,
      words.contains(where: { isOffered($0) })
    else { return [] }
    return words
  }

  /// Whether a mechanism, whatever its preference, is the one that we offer.
  private func isOffered(_ word: Text) -> Bool {
    let parts = word.filter { $0 != UInt8(ascii: " ") }.split(separator: UInt8(ascii: ";"))
    guard let name = parts.first else { return false }
    switch self {
    case .off: return false
    case .tls: return name.equalsIgnoringCase("tls")
    case .media:
      return name.equalsIgnoringCase("sdes-srtp")
        && parts.contains { $0.equalsIgnoringCase("mediasec") }
    }
  }
}
