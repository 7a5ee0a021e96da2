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
    /// Every challenge is for another realm than ours: whoever it is learns nothing from us.
    case foreign
    /// The algorithm is weaker than the one that the same server asked for before (RFC 8760 §4).
    case weaker
    /// AKA: whoever made the challenge has another key than we (TS 33.102 §6.3.3).
    case forged
  }

  /// A challenge and who made it: a proxy (407) or the server itself (401).
  struct Demand: Equatable, Sendable {
    var isProxy: Bool
    var challenge: Challenge

    /// Whether an answer to one replaces the answer to the other.
    func concernsSame(as other: Demand) -> Bool {
      isProxy == other.isProxy && challenge.realm == other.challenge.realm
    }

    fileprivate func isSupported(withKeys: Bool) -> Bool {
      challenge.algorithm.isSupported(withKeys: withKeys)
        && (challenge.offersAuth || challenge.offersAuthInt || !challenge.hasQop)
    }
  }

  fileprivate struct Credential: Sendable {
    var demand: Demand
    var clientNonce: Text
    var nonceCount: UInt32 = 0
    /// The nonce of the challenge, or the one that came after it.
    var nonce: Text
    /// What AKA made of the challenge; `nil` for every other algorithm.
    var agreement: KeyAgreement.Verdict?

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
  static let roundLimit = 6

  private var credentials: [Credential] = []
  private var agreement = KeyAgreement()

  /// Forgets all challenges, but not how far AKA has come.
  mutating func forget() { credentials = [] }

  /// Weighs the challenges of a 401 or 407 to a request that was sent again `rounds` times.
  ///
  /// Of each realm the best algorithm is taken, the first one among equals (RFC 8760 §2.4).
  /// An empty `realm` stands for any; what is `proven` in a realm is the least that is answered there.
  mutating func receive(
    _ demands: [Demand], realm: Text = [], proven: ProvenDigests = ProvenDigests(),
    keys: AgreementKeys? = nil, rounds: Int, using random: inout RandomSource
  ) -> Verdict {
    let ours = demands.filter {
      realm.isEmpty || $0.challenge.realm.equalsIgnoringCase(realm)
    }
    guard !ours.isEmpty || demands.isEmpty else { return .foreign }
    let best = Self.best(of: ours, withKeys: keys != nil)
    guard !best.isEmpty else { return .unsupported }
    guard !best.contains(where: { isDowngrade($0) || proven.outranks($0.challenge) }) else {
      return .weaker
    }
    guard rounds < Self.roundLimit else { return .rejected }
    var verdict = Verdict.rejected
    for demand in best {
      let next = learn(demand, keys, isFirstRound: rounds == 0, using: &random)
      if next == .retry || verdict == .rejected { verdict = next }
    }
    return verdict
  }

  /// Calls `add` with each value of Authorization or Proxy-Authorization for the next request.
  mutating func answer(
    for account: Account, method: Text, uri: Text, body: Text = [],
    _ add: (_ isProxy: Bool, Text) -> Void
  ) {
    for i in credentials.indices {
      credentials[i].nonceCount += 1
      add(credentials[i].demand.isProxy, credentials[i].value(for: account, method, uri, body))
    }
  }

  /// Notes what has just been accepted.
  func tell(_ proven: inout ProvenDigests) {
    for credential in credentials { proven.note(credential.demand.challenge) }
  }

  /// Whether a server, and not only a proxy, has challenged us.
  var knowsServer: Bool { credentials.contains { !$0.demand.isProxy } }

  /// Whether the same server has asked for a stronger algorithm before.
  private func isDowngrade(_ demand: Demand) -> Bool {
    credentials.contains {
      $0.demand.concernsSame(as: demand)
        && $0.demand.challenge.algorithm.strength > demand.challenge.algorithm.strength
    }
  }

  /// Takes the nonce that the server wants next (RFC 7616 §3.5).
  mutating func replaceNonce(with nonce: Text) {
    guard let i = credentials.firstIndex(where: { !$0.demand.isProxy }) else { return }
    credentials[i].nextNonce(nonce)
  }

  private static func best(of demands: [Demand], withKeys: Bool) -> [Demand] {
    var best: [Demand] = []
    for demand in demands where demand.isSupported(withKeys: withKeys) {
      if let rival = best.firstIndex(where: { $0.concernsSame(as: demand) }) {
        let isBetter =
          demand.challenge.algorithm.strength > best[rival].challenge.algorithm.strength
        if isBetter { best[rival] = demand }
      } else if best.count < realmLimit {
        best.append(demand)
      }
    }
    return best
  }

  /// Keeps the challenge; `rejected` if our answer to the previous one was wrong.
  private mutating func learn(
    _ demand: Demand, _ keys: AgreementKeys?, isFirstRound: Bool,
    using random: inout RandomSource
  ) -> Verdict {
    var clientNonce = Text()
    clientNonce.append(hex: random.next(), digits: 16)
    var fresh = Credential(demand, clientNonce: clientNonce)
    if demand.challenge.algorithm.isAgreement, let keys {
      let verdict = agreement.receive(
        demand.challenge.nonce, keys, for: demand.challenge.algorithm)
      guard verdict != .forged else { return .forged }
      fresh.agreement = verdict
    }
    guard let known = credentials.firstIndex(where: { $0.demand.concernsSame(as: demand) }) else {
      guard credentials.count < Self.realmLimit else { return .rejected }
      credentials.append(fresh)
      return .retry
    }
    let isRepeated = credentials[known].nonce == demand.challenge.nonce
    // What we said to the challenge before was no answer, but that it was an old one.
    let wasOld = credentials[known].isResynchronising && !fresh.isResynchronising
    credentials[known] = fresh
    // One that only our own network can have made, and newer than the one before: a core that has
    // lost its vector, since the answer that comes of the same key was right.
    let isGenuine = if case .response = fresh.agreement { !isRepeated } else { false }
    // In the first round the answer was to an old nonce, which the server may have forgotten.
    let isNews =
      isFirstRound || wasOld || isGenuine || demand.challenge.isStale && !isRepeated
    return isNews ? .retry : .rejected
  }
}

extension Authenticator.Credential {
  fileprivate var isResynchronising: Bool {
    if case .resynchronise = agreement { true } else { false }
  }

  /// The password or what AKA puts in its place (RFC 3310 §3.3, §3.4, RFC 4169 §3).
  private func secret(of account: Account) -> Text {
    switch agreement {
    case nil: account.password
    case .response(let response): response
    case .resynchronise, .forged: []
    }
  }

  /// The field's value (RFC 7616 §3.4, RFC 3261 §25.1).
  fileprivate func value(
    for account: Account, _ method: Text, _ uri: Text, _ body: Text
  ) -> Text {
    let challenge = demand.challenge
    // With both on offer, auth: an SBC on the way may have to change a description.
    let coversBody = challenge.hasQop && !challenge.offersAuth
    let input = DigestInput(
      algorithm: challenge.algorithm, user: account.authenticationUser,
      password: secret(of: account), realm: challenge.realm, nonce: nonce,
      method: method, uri: uri,
      protection: challenge.hasQop ? (clientNonce, nonceCount) : nil,
      body: coversBody ? body : nil)
    var text = Text(
      credentialsOf: account.authenticationUser, realm: challenge.realm, nonce: nonce, uri: uri)
    text.append(", response=")
    text.append(quotedString: input.response())
    text.append(", algorithm=")
    text.append(challenge.algorithm.spelling)
    if case .resynchronise(let token) = agreement {
      text.append(", auts=")
      text.append(quotedString: encodedBase64(token))
    }
    if let opaque = challenge.opaque {
      text.append(", opaque=")
      text.append(quotedString: opaque)
    }
    guard challenge.hasQop else { return text }
    text.append(coversBody ? ", qop=auth-int, nc=" : ", qop=auth, nc=")
    text.append(hex: UInt64(nonceCount), digits: 8)
    text.append(", cnonce=")
    text.append(quotedString: clientNonce)
    return text
  }
}

extension Array where Element == UInt8 {
  /// Begins credentials: whose they are, where, and for what (RFC 7616 §3.4).
  init(credentialsOf user: Text, realm: Text, nonce: Text, uri: Text) {
    self = Text("Digest username=")
    append(quotedString: user)
    append(", realm=")
    append(quotedString: realm)
    append(", nonce=")
    append(quotedString: nonce)
    append(", uri=")
    append(quotedString: uri)
  }
}
