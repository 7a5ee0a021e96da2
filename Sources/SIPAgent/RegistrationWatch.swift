internal import Base
internal import SIPSyntax

/// The subscription of an account to its own registration (RFC 3680, TS 24.229 §5.1.1.3).
struct RegistrationWatch: Sendable {
  /// How many identities of a NOTIFY are kept.
  static let identityLimit = 16

  var event: EventWatch
  /// The version of the last document; `nil` before the first one (RFC 3680 §5.1).
  var version: UInt32?
  /// The identities that the network says are registered.
  var identities: [Text] = []
  /// Whether a document has shown our own Contact, so that no other one can be ours.
  var showsOwnContact = false
  /// Whether the whole state was asked for and has not come; a notifier that never sends it is not
  /// asked again and again.
  var isIncomplete = false

  init(settings: UserAgentSettings) {
    event = EventWatch(.registration, settings: settings)
  }

  /// Forgets the subscription, because there is nothing to watch any more.
  mutating func stop() {
    event.stop()
    version = nil
    identities = []
    showsOwnContact = false
    isIncomplete = false
  }
}

extension RegistrationWatch {
  /// Takes the identities of a document: a full one replaces what is known, a part corrects it.
  mutating func learnIdentities(_ information: RegistrationInformation) {
    if information.isFull { identities = [] }
    for registration in information.registrations where !registration.identity.isEmpty {
      let identity = AccountState.bracketed(registration.identity)
      identities.removeAll { $0 == identity }
      guard registration.isActive, identities.count < Self.identityLimit else { continue }
      identities.append(identity)
    }
  }
}

extension AccountState {
  /// How long `probation` without a retry-after waits; RFC 3680 §5.1 leaves it to us.
  private static let probationSeconds: UInt32 = 30

  /// What a document means for our binding; `nil` if it goes on as it is.
  ///
  /// An implicit set has a registration for each identity. That of our own identity decides; without
  /// it, the binding is gone when it is gone from all that are told. An S-CSCF whose HSS has ended a
  /// registration may tell of it without its contacts, and then without a reason.
  mutating func notice(in information: RegistrationInformation) -> RegistrationNotice? {
    for registration in information.registrations
    where registration.contacts.contains(where: { namesSamePlace($0.uri, contactURI) }) {
      watch.showsOwnContact = true
    }
    var all: [RegistrationInformation.Contact] = []
    var own: [RegistrationInformation.Contact] = []
    var isTerminated = false
    for registration in information.registrations {
      let isOwn = isOurs(registration.identity)
      if isOwn, registration.isTerminated { isTerminated = true }
      let isSole = information.isFull && isOwn && registration.contacts.count == 1
      for contact in registration.contacts where isSole || isOurs(contact) {
        all.append(contact)
        if isOwn { own.append(contact) }
      }
    }
    let deciding = own.isEmpty ? all : own
    guard let contact = deciding.first(where: { $0.isActive }) ?? deciding.first else {
      return isTerminated ? .again : nil
    }
    return contact.isActive ? Self.change(of: contact) : Self.end(of: contact)
  }

  private static func change(
    of contact: RegistrationInformation.Contact
  ) -> RegistrationNotice? {
    guard contact.event == .shortened, let seconds = contact.expiresSeconds else { return nil }
    return .shortened(seconds: seconds)
  }

  /// What each event asks for (RFC 3680 §5.1, TS 24.229 §5.1.1.7).
  private static func end(of contact: RegistrationInformation.Contact) -> RegistrationNotice {
    switch contact.event {
    case .unregistered: .stop(endsCalls: false)
    case .rejected: .stop(endsCalls: true)
    case .probation: .after(seconds: contact.retryAfterSeconds ?? probationSeconds)
    case .expired, .deactivated, .registered, .created, .refreshed, .shortened, .other: .again
    }
  }

  private func isOurs(_ identity: Text) -> Bool {
    !identity.isEmpty && identity == defaultURI
      || namesSamePlace(identity, registeredURI)
  }

  /// By our Contact, or by our instance where an SBC shows the core an address of its own.
  private func isOurs(_ contact: RegistrationInformation.Contact) -> Bool {
    if namesSamePlace(contact.uri, contactURI) { return true }
    guard !watch.showsOwnContact else { return false }
    guard retiredURI.isEmpty || !namesSamePlace(contact.uri, retiredURI) else { return false }
    return isOurs(instance: contact.instance)
  }

  /// Whether a `+sip.instance` names this box, with its quotes or without (RFC 5626 §4.1).
  func isOurs(instance named: Text) -> Bool {
    named.filter { $0 != UInt8(ascii: "\"") } == instance
  }
}
