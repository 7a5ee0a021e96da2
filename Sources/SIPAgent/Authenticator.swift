internal import Base
internal import SIPSyntax

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

  /// A challenge and who made it: a proxy (407) or the server itself (401).
  struct Demand: Equatable, Sendable {
    var isProxy: Bool
    var challenge: Challenge

    /// Whether an answer to one replaces the answer to the other.
    func concernsSame(as other: Demand) -> Bool {
      isProxy == other.isProxy && challenge.realm == other.challenge.realm
    }

    fileprivate var isSupported: Bool {
      challenge.algorithm.isSupported && (challenge.offersAuth || !challenge.hasQop)
    }
  }

  fileprivate struct Credential: Sendable {
    var demand: Demand
    var clientNonce: Text
    var nonceCount: UInt32 = 0
    /// The nonce of the challenge, or the one that came after it.
    var nonce: Text

    init(_ demand: Demand, clientNonce: Text) {
      self.demand = demand
      self.clientNonce = clientNonce
      nonce = demand.challenge.nonce
    }

    mutating func nextNonce(_ next: Text) {
      nonce = next
      nonceCount = 0
    }
  }

  /// Proxies and servers that one request may have to prove itself to.
  private static let realmLimit = 4
  /// How often one request is sent again because of challenges.
  private static let roundLimit = 6

  private var credentials: [Credential] = []

  /// Weighs the challenges of a 401 or 407 to a request that was sent again `rounds` times.
  ///
  /// Of each realm the best algorithm is taken, the first one among equals (RFC 8760 §2.4).
  mutating func receive(
    _ demands: [Demand], rounds: Int, using random: inout RandomSource
  ) -> Verdict {
    let best = Self.best(of: demands)
    guard !best.isEmpty else { return .unsupported }
    guard rounds < Self.roundLimit else { return .rejected }
    var isNews = false
    for demand in best {
      if learn(demand, isFirstRound: rounds == 0, using: &random) { isNews = true }
    }
    return isNews ? .retry : .rejected
  }

  /// Calls `body` with each value of Authorization or Proxy-Authorization for the next request.
  mutating func answer(
    for account: Account, method: Text, uri: Text, _ body: (_ isProxy: Bool, Text) -> Void
  ) {
    for i in credentials.indices {
      credentials[i].nonceCount += 1
      body(credentials[i].demand.isProxy, credentials[i].value(for: account, method, uri))
    }
  }

  /// Takes the nonce that the server wants next (RFC 7616 §3.5).
  mutating func replaceNonce(with nonce: Text) {
    guard let i = credentials.firstIndex(where: { !$0.demand.isProxy }) else { return }
    credentials[i].nextNonce(nonce)
  }

  private static func best(of demands: [Demand]) -> [Demand] {
    var best: [Demand] = []
    for demand in demands where demand.isSupported {
      if let rival = best.firstIndex(where: { $0.concernsSame(as: demand) }) {
        let isBetter =
          demand.challenge.algorithm.isStrong && !best[rival].challenge.algorithm.isStrong
        if isBetter { best[rival] = demand }
      } else if best.count < realmLimit {
        best.append(demand)
      }
    }
    return best
  }

  /// Keeps the challenge; `false` if our answer to the previous one was wrong.
  private mutating func learn(
    _ demand: Demand, isFirstRound: Bool, using random: inout RandomSource
  ) -> Bool {
    var clientNonce = Text()
    clientNonce.append(hex: random.next(), digits: 16)
    let fresh = Credential(demand, clientNonce: clientNonce)
    guard let known = credentials.firstIndex(where: { $0.demand.concernsSame(as: demand) }) else {
      guard credentials.count < Self.realmLimit else { return false }
      credentials.append(fresh)
      return true
    }
    let isRepeated = credentials[known].nonce == demand.challenge.nonce
    credentials[known] = fresh
    // In the first round the answer was to an old nonce, which the server may have forgotten.
    return isFirstRound || demand.challenge.isStale && !isRepeated
  }
}

extension Authenticator.Credential {
  /// The field's value (RFC 7616 §3.4, RFC 3261 §25.1).
  fileprivate func value(for account: Account, _ method: Text, _ uri: Text) -> Text {
    let challenge = demand.challenge
    let input = DigestInput(
      algorithm: challenge.algorithm, user: account.authenticationUser,
      password: account.password, realm: challenge.realm, nonce: nonce,
      method: method, uri: uri,
      protection: challenge.hasQop ? (clientNonce, nonceCount) : nil)
    var text = Text("Digest username=")
    text.append(quotedString: account.authenticationUser)
    text.append(", realm=")
    text.append(quotedString: challenge.realm)
    text.append(", nonce=")
    text.append(quotedString: nonce)
    text.append(", uri=")
    text.append(quotedString: uri)
    text.append(", response=")
    text.append(quotedString: input.response())
    text.append(", algorithm=")
    text.append(challenge.algorithm.spelling)
    if let opaque = challenge.opaque {
      text.append(", opaque=")
      text.append(quotedString: opaque)
    }
    guard challenge.hasQop else { return text }
    text.append(", qop=auth, nc=")
    text.append(hex: UInt64(nonceCount), digits: 8)
    text.append(", cnonce=")
    text.append(quotedString: clientNonce)
    return text
  }
}
