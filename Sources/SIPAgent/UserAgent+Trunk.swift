internal import Base
internal import SIPSyntax

/// Bulk registration of a trunk (RFC 6140): the first account registers for all of them.
///
/// The other accounts send no REGISTER; what the first one's teaches counts for them as well. Each
/// calls by its own number and is called by it: the registrar knows the box by a Contact without a
/// user, and puts the number that was called before it. GRUUs (§7) are not asked for.
extension UserAgent {
  var isBulk: Bool { !settings.trunk.isEmpty }

  /// The accounts that send REGISTER.
  var registrants: Range<Int> {
    isBulk ? accounts.indices.prefix(1) : accounts.indices
  }

  /// The account whose REGISTER counts for an account.
  func registrant(of account: Int) -> Int { isBulk ? 0 : account }

  /// The accounts that an account's REGISTER counts for.
  func members(of registrant: Int) -> Range<Int> {
    isBulk ? accounts.indices : registrant..<registrant + 1
  }

  /// What a REGISTER says that is in bulk (RFC 6140 §5.2).
  ///
  /// Who does not know of it must refuse: it would take the Contact for that of one telephone.
  func addBulk(to writer: inout MessageWriter) {
    guard isBulk else { return }
    writer.add(.require, "gin")
    writer.add(.proxyRequire, "gin")
  }

  /// Gives the other accounts the routes that the registrar has told the first one.
  mutating func teachMembers(of registrant: Int) {
    for member in members(of: registrant) where member != registrant {
      accounts[member].follow(accounts[registrant])
    }
  }

  /// Why a REGISTER was refused with a code.
  func refusal(_ response: Message, _ code: UInt16) -> RegistrationFailure {
    code == 420 && isBulk && response.lists("gin", in: .unsupported)
      ? .bulkUnsupported : .refused(code)
  }

  /// Whether a URI names the trunk as such, or nobody.
  func namesTrunk(_ uri: Range<Int>, _ request: Message) -> Bool {
    guard let user = (try? SIPURI(parsing: request.bytes, uri))?.user else { return true }
    return request.bytes.unescaped(user) == settings.trunk
  }
}

extension Message {
  /// Whether a Contact is the binding of a trunk at the place of a URI.
  func isBulk(_ binding: NameAddress, at place: Text) -> Bool {
    guard let uri = try? self.uri(binding.uri), parameter("bnc", in: uri.parameters) != nil
    else {
      return false
    }
    return namesSamePlace(text(binding.uri), place)
  }
}
