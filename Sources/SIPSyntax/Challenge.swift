public import Base

/// How a digest is computed (RFC 7616 §3.3, RFC 8760 §2.1).
public enum DigestAlgorithm: UInt8, Equatable, Sendable {
  /// `MD5`, and what a challenge without an algorithm means.
  case md5
  /// `MD5-sess`.
  case md5Session
  /// `SHA-256`.
  case sha256
  /// `SHA-256-sess`.
  case sha256Session
  /// `SHA-512-256`.
  case sha512Truncated
  /// `SHA-512-256-sess`.
  case sha512TruncatedSession
  /// `AKAv1-MD5` (RFC 3310 §3.1).
  case akaV1MD5
  /// `AKAv2-MD5` (RFC 4169 §3).
  case akaV2MD5
  /// Whatever else may come.
  case other

  /// The name on the wire; empty for `other`.
  public var spelling: StaticString {
    switch self {
    case .md5: "MD5"
    case .md5Session: "MD5-sess"
    case .sha256: "SHA-256"
    case .sha256Session: "SHA-256-sess"
    case .sha512Truncated: "SHA-512-256"
    case .sha512TruncatedSession: "SHA-512-256-sess"
    case .akaV1MD5: "AKAv1-MD5"
    case .akaV2MD5: "AKAv2-MD5"
    case .other: ""
    }
  }

  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    self = .other
    for candidate: DigestAlgorithm in [
      .md5, .md5Session, .sha256, .sha256Session, .sha512Truncated, .sha512TruncatedSession,
      .akaV1MD5, .akaV2MD5,
    ] where bytes.holdsIgnoringCase(candidate.spelling, at: range) { self = candidate }
  }
}

/// A digest challenge: the value of a WWW-Authenticate or Proxy-Authenticate (RFC 3261 §20.44).
///
/// The texts are copies with their escapes resolved: a challenge outlives its message.
public struct Challenge: Equatable, Sendable {
  /// Whose password is asked for.
  public private(set) var realm = Text()
  /// The server's nonce.
  public private(set) var nonce = Text()
  /// What must be sent back as it is; `nil` if the server sent none.
  public private(set) var opaque: Text?
  /// The URIs that the challenge is for; `nil` if the server sent none.
  public private(set) var domain: Text?
  /// The algorithm.
  public private(set) var algorithm = DigestAlgorithm.md5
  /// Whether only the nonce was too old, and the password right.
  public private(set) var isStale = false
  /// Whether the server sent a `qop` at all; without it the old form of RFC 2069 applies.
  public private(set) var hasQop = false
  /// Whether `auth` is among the qop options.
  public private(set) var offersAuth = false
  /// Whether `auth-int` is among the qop options.
  public private(set) var offersAuthInt = false

  /// Reads the challenge that stands in the range.
  public init(parsing bytes: Text, _ range: Range<Int>) throws(SyntaxError) {
    var parser = AuthenticationParser(bytes, range)
    try parser.scheme()
    var hasRealm = false
    while let parameter = try parser.next() {
      if parser.isNamed("realm", parameter) { hasRealm = true }
      try keep(parameter, parser)
    }
    guard hasRealm, !nonce.isEmpty else { throw SyntaxError(.badChallenge, at: range.lowerBound) }
  }

  private mutating func keep(
    _ parameter: Parameter, _ parser: AuthenticationParser
  ) throws(SyntaxError) {
    let bytes = parser.bytes
    guard let value = parameter.value else { return }
    if parser.isNamed("realm", parameter) {
      realm = bytes.unquoted(value)
    } else if parser.isNamed("nonce", parameter) {
      nonce = bytes.unquoted(value)
    } else if parser.isNamed("opaque", parameter) {
      opaque = bytes.unquoted(value)
    } else if parser.isNamed("domain", parameter) {
      domain = bytes.unquoted(value)
    } else if parser.isNamed("algorithm", parameter) {
      algorithm = DigestAlgorithm(bytes.span, value)
    } else if parser.isNamed("stale", parameter) {
      isStale = bytes.span.holdsIgnoringCase("true", at: value)
    } else if parser.isNamed("qop", parameter) {
      keepOptions(bytes.span, value)
    }
  }

  private mutating func keepOptions(_ bytes: Span<UInt8>, _ value: Range<Int>) {
    hasQop = true
    var start = value.lowerBound
    while start < value.upperBound {
      let comma = bytes.find(UInt8(ascii: ","), from: start, to: value.upperBound)
      let option = bytes.trimmed(start..<comma)
      if bytes.holdsIgnoringCase("auth", at: option) { offersAuth = true }
      if bytes.holdsIgnoringCase("auth-int", at: option) { offersAuthInt = true }
      start = comma &+ 1
    }
  }
}

extension Message {
  /// The digest challenges in the fields of that name, in the server's order of preference.
  ///
  /// Challenges of another scheme are left out (RFC 3261 §22.1); a Digest challenge that does not
  /// follow the grammar is left out too, because another one may be good.
  public func challenges(_ name: HeaderName) -> [Challenge] {
    var result: [Challenge] = []
    forEach(name) {
      if let challenge = try? Challenge(parsing: bytes, $0) { result.append(challenge) }
    }
    return result
  }

  /// A parameter of an Authentication-Info or of credentials, such as `nextnonce` (RFC 7616 §3.5).
  public func authenticationParameter(_ name: StaticString, in range: Range<Int>) -> Text? {
    var parser = AuthenticationParser(bytes, range)
    if (try? parser.scheme()) == nil { parser = AuthenticationParser(bytes, range) }
    while let parameter = try? parser.next() {
      if parser.isNamed(name, parameter) { return parameter.value.map { bytes.unquoted($0) } }
    }
    return nil
  }
}

/// Walks `Digest name=value, name="value"` (RFC 3261 §25.1, challenge and credentials).
struct AuthenticationParser {
  let bytes: Text
  private var position: Int
  private let end: Int

  init(_ bytes: Text, _ range: Range<Int>) {
    let range = range.clamped(to: 0..<min(bytes.count, Message.maximumSize))
    self.bytes = bytes
    position = bytes.span.skipSpace(from: range.lowerBound, to: range.upperBound)
    end = range.upperBound
  }

  func isNamed(_ name: StaticString, _ parameter: Parameter) -> Bool {
    bytes.span.holdsIgnoringCase(name, at: parameter.name)
  }

  /// Moves behind the word `Digest`.
  mutating func scheme() throws(SyntaxError) {
    let stop = bytes.span.skip(.token, from: position, to: end)
    guard stop < end, isSpace(bytes[stop]),
      bytes.span.holdsIgnoringCase("Digest", at: position..<stop)
    else { throw SyntaxError(.unknownScheme, at: position) }
    position = stop
  }

  /// The next parameter, or `nil` at the end; empty places between commas are skipped.
  mutating func next() throws(SyntaxError) -> Parameter? {
    while position < end, isSpace(bytes[position]) || bytes[position] == UInt8(ascii: ",") {
      position &+= 1
    }
    guard position < end else { return nil }
    var behind = position &- 1
    let parameter = try Parameter(bytes.span, at: &behind, to: end)
    guard parameter.value != nil, behind == end || bytes[behind] == UInt8(ascii: ",") else {
      throw SyntaxError(.badChallenge, at: behind)
    }
    position = behind
    return parameter
  }
}
