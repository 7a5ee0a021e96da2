internal import Base
internal import SIPSyntax

/// The strongest digest by realm with which an account has registered.
///
/// No request is answered for with a weaker one there any more, whoever challenges (RFC 8760 §4): a
/// challenge that shows less was made, or changed, by somebody on the way. Only what a registrar has
/// accepted counts, so that nobody can raise it by asking. A restart forgets it.
struct ProvenDigests: Sendable {
  /// Realms beyond that are not kept; those that were proven first stay.
  private static let limit = 4

  private var known: [(realm: Text, strength: Int)] = []

  /// Whether a challenge asks for less than was proven in its realm.
  func outranks(_ challenge: Challenge) -> Bool {
    known.contains {
      $0.realm.equalsIgnoringCase(challenge.realm)
        && $0.strength > challenge.algorithm.strength
    }
  }

  /// The registrar has accepted an answer to this challenge.
  mutating func note(_ challenge: Challenge) {
    let strength = challenge.algorithm.strength
    if let i = known.firstIndex(where: { $0.realm.equalsIgnoringCase(challenge.realm) }) {
      known[i].strength = max(known[i].strength, strength)
    } else if known.count < Self.limit {
      known.append((challenge.realm, strength))
    }
  }
}

extension Array where Element == UInt8 {
  /// Realms that are domains are written in either case.
  func equalsIgnoringCase(_ other: Text) -> Bool {
    elementsEqual(other) { lowercased($0) == lowercased($1) }
  }
}
