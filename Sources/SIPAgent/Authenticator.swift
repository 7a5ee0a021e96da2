internal import Base

/// A digest challenge, reduced to what an answer needs (RFC 7616 §3.3).
struct DigestChallenge: Equatable, Sendable {
  var isProxy: Bool
  var realm: Text
  var nonce: Text
  var opaque: Text?
  var algorithm: DigestAlgorithm
  /// Whether qop=auth was offered; without any qop the answer has RFC 2069's form.
  var offersProtection: Bool
  var isStale: Bool
}

/// The challenges of one dialog or registration, and the answers to them (RFC 3261 §22).
struct Authenticator: Sendable {
  /// What to do about a 401 or 407.
  enum Verdict: Equatable, Sendable {
    /// Send the request again with credentials.
    case retry
    /// The credentials are wrong.
    case rejected
    /// No challenge has a scheme, an algorithm and a qop that we know.
    case unsupported
  }

  private struct Credential: Sendable {
    var challenge: DigestChallenge
    var clientNonce: Text
    var nonceCount: UInt32 = 0
  }

  /// Proxies and servers that one request may have to prove itself to.
  private static let realmLimit = 4
  /// How often one request is sent again because of challenges.
  private static let roundLimit = 6

  private var credentials: [Credential] = []

  /// Whether a challenge is known, so that requests carry credentials from the start.
  var isEmpty: Bool { credentials.isEmpty }

  /// Weighs the challenges of a 401 or 407 to a request that was sent again `rounds` times.
  ///
  /// The best algorithm of each realm is taken, the first one among equals (RFC 8760 §2.4).
  mutating func receive(
    _ challenges: [DigestChallenge], rounds: Int, using random: inout RandomSource
  ) -> Verdict {
    let best = Self.best(of: challenges)
    guard !best.isEmpty else { return .unsupported }
    guard rounds < Self.roundLimit else { return .rejected }
    var isNews = false
    for challenge in best {
      if learn(challenge, isFirstRound: rounds == 0, using: &random) { isNews = true }
    }
    return isNews ? .retry : .rejected
  }

  /// The values of Authorization or Proxy-Authorization for the next request.
  mutating func answers(
    for account: Account, method: Text, uri: Text, _ body: (_ isProxy: Bool, Text) -> Void
  ) {
    for i in credentials.indices {
      credentials[i].nonceCount += 1
      let value = Self.answer(credentials[i], account, method, uri)
      body(credentials[i].challenge.isProxy, value)
    }
  }

  private static func best(of challenges: [DigestChallenge]) -> [DigestChallenge] {
    var best: [DigestChallenge] = []
    for challenge in challenges {
      let rival = best.firstIndex {
        $0.realm == challenge.realm && $0.isProxy == challenge.isProxy
      }
      if let rival {
        let isBetter = challenge.algorithm.strength > best[rival].algorithm.strength
        if isBetter { best[rival] = challenge }
      } else if best.count < realmLimit {
        best.append(challenge)
      }
    }
    return best
  }

  /// Keeps the challenge; `false` if our answer to the previous one was wrong.
  private mutating func learn(
    _ challenge: DigestChallenge, isFirstRound: Bool, using random: inout RandomSource
  ) -> Bool {
    var clientNonce = Text()
    clientNonce.append(hex: random.next(), digits: 16)
    let fresh = Credential(challenge: challenge, clientNonce: clientNonce)
    let known = credentials.firstIndex {
      $0.challenge.realm == challenge.realm && $0.challenge.isProxy == challenge.isProxy
    }
    guard let known else {
      guard credentials.count < Self.realmLimit else { return false }
      credentials.append(fresh)
      return true
    }
    let isRepeated = credentials[known].challenge.nonce == challenge.nonce
    credentials[known] = fresh
    // In the first round the answer was to an old nonce, which the server may have forgotten.
    return isFirstRound || challenge.isStale && !isRepeated
  }

  private static func answer(
    _ credential: Credential, _ account: Account, _ method: Text, _ uri: Text
  ) -> Text {
    let challenge = credential.challenge
    let protection =
      challenge.offersProtection ? (credential.clientNonce, credential.nonceCount) : nil
    let input = DigestInput(
      algorithm: challenge.algorithm, user: account.authenticationUser,
      password: account.password, realm: challenge.realm, nonce: challenge.nonce,
      method: method, uri: uri, protection: protection)
    var text = Text("Digest username=")
    text.append(quoted: account.authenticationUser)
    text.append(", realm=")
    text.append(quoted: challenge.realm)
    text.append(", nonce=")
    text.append(quoted: challenge.nonce)
    text.append(", uri=")
    text.append(quoted: uri)
    text.append(", response=")
    text.append(quoted: input.response())
    text.append(", algorithm=")
    text.append(challenge.algorithm.token)
    if let opaque = challenge.opaque {
      text.append(", opaque=")
      text.append(quoted: opaque)
    }
    if let protection {
      text.append(", qop=auth, nc=")
      text.append(hex: UInt64(protection.1), digits: 8)
      text.append(", cnonce=")
      text.append(quoted: protection.0)
    }
    return text
  }
}

extension Array where Element == UInt8 {
  /// Appends a quoted string (RFC 3261 §25.1).
  mutating func append(quoted text: Text) {
    append(UInt8(ascii: "\""))
    for byte in text {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { append(UInt8(ascii: "\\")) }
      append(byte)
    }
    append(UInt8(ascii: "\""))
  }
}
