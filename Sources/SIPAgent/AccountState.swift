internal import Base
internal import SIPSyntax

/// An account and what the registrar has said about it.
struct AccountState: Sendable {
  private(set) var account: Account
  var registration: Registration
  var authenticator = Authenticator()
  /// One Call-ID for all registrations of a boot (RFC 3261 §10.2.4).
  let callID: Text
  let tag: Text
  var sequence: UInt32 = 0
  /// The branch of the REGISTER whose answer counts.
  var branch: UInt64 = 0
  var lastCode: UInt16 = 0
  /// The SBC at which the last registration was accepted.
  var home: Endpoint?
  /// The expiry that the REGISTER on its way asks for.
  var askedSeconds: UInt32 = 0
  /// The Route of every initial request (RFC 3608).
  var serviceRoutes: [Text] = []
  var identities: [Text] = []
  /// Our Contact with angle brackets.
  private(set) var contact = Text()
  /// Our address-of-record with the display name, without a tag.
  private(set) var identity = Text()

  init(_ account: Account, settings: UserAgentSettings, random: inout RandomSource) {
    self.account = account
    registration = Registration(
      expiresSeconds: account.expiresSeconds, backOff: settings.backOff,
      refusalPause: settings.refusalPause)
    callID = randomToken(words: 2, using: &random)
    tag = randomToken(words: 1, using: &random)
    nameIdentity()
    move(to: settings.local)
  }

  private mutating func nameIdentity() {
    identity = []
    if !account.displayName.isEmpty {
      identity.append(quotedString: account.displayName)
      identity.append(UInt8(ascii: " "))
    }
    identity.append(UInt8(ascii: "<"))
    identity += Self.address(user: account.user, domain: account.domain)
    identity.append(UInt8(ascii: ">"))
  }

  /// Takes what counts from the next request on.
  mutating func update(displayName: Text, expiresSeconds: UInt32) {
    guard account.displayName != displayName || account.expiresSeconds != expiresSeconds else {
      return
    }
    account.displayName = displayName
    account.expiresSeconds = expiresSeconds
    registration.ask(seconds: expiresSeconds)
    nameIdentity()
  }

  /// Makes our Contact anew with an address.
  mutating func move(to local: Endpoint) {
    contact = Text("<sip:")
    contact.append(user: account.user)
    contact.append(UInt8(ascii: "@"))
    contact.append(local)
    contact.append(UInt8(ascii: ">"))
  }

  /// `sip:user@domain`.
  static func address(user: Text, domain: Text) -> Text {
    var uri = Text("sip:")
    uri.append(user: user)
    uri.append(UInt8(ascii: "@"))
    uri += domain
    return uri
  }

  var report: RegistrationReport {
    RegistrationReport(
      account: account.number, status: registration.status, lastCode: lastCode,
      expiresAt: registration.expiresAt, nextAttempt: registration.nextAttempt,
      failures: registration.failures, serviceRoute: joined(serviceRoutes),
      defaultIdentity: identities.first ?? [])
  }

  private func joined(_ routes: [Text]) -> Text {
    var text = Text()
    for route in routes {
      if !text.isEmpty { text.append(", ") }
      text += route
    }
    return text
  }
}

/// Unpredictable hexadecimal digits, 64 bits a word (RFC 3261 §19.3).
func randomToken(words: Int, using random: inout RandomSource) -> Text {
  var token = Text()
  token.reserveCapacity(16 * words)
  for _ in 0..<words { token.append(hex: random.next(), digits: 16) }
  return token
}
