public import Base

/// How an account stands with its registrar.
public enum RegistrationStatus: Equatable, Sendable {
  /// Not asked for yet, or given back.
  case unregistered
  /// The first attempt is on its way.
  case registering
  /// The registrar holds a binding to us.
  case registered
  /// There is no binding, for this reason; attempts go on.
  case failed(RegistrationFailure)
}

/// Why there is no registration.
public enum RegistrationFailure: Equatable, Sendable {
  /// Nobody answered.
  case timeout
  /// The registrar answered with this code.
  case refused(UInt16)
  /// The registrar does not accept the user name or the password.
  case credentials
  /// The registrar offers no digest algorithm that we know.
  case unsupportedChallenge
  /// The challenge is for another realm than ours, and gets no answer.
  case foreignRealm
  /// The challenge asks for a weaker digest than the one before.
  case weakerChallenge
  /// The challenge of AKA was made with another key than ours (TS 33.102 §6.3.3).
  case wrongKey
  /// The network ended the registration (RFC 3680 §5.1).
  case deregistered
  /// The registrar, or a proxy before it, knows no bulk registration (RFC 6140).
  case bulkUnsupported
}

/// What the network says that it has done with a binding of ours (RFC 3680 §5.1).
public enum RegistrationNotice: Equatable, Sendable {
  /// The binding is gone, and a new one is welcome at once.
  case again
  /// The binding is gone, and a new one is welcome after that long.
  case after(seconds: UInt32)
  /// The binding is gone, and the box must not make a new one by itself; the calls go with it where
  /// the network rejects who made it.
  case stop(endsCalls: Bool)
  /// The binding ends earlier than it was granted.
  case shortened(seconds: UInt32)

  /// Whether the binding is gone.
  var isEnd: Bool {
    switch self {
    case .again, .after, .stop: true
    case .shortened: false
    }
  }
}

/// How a subscription of an account stands.
public enum WatchStatus: Equatable, Sendable {
  /// Not asked for: there is no registration.
  case idle
  /// A SUBSCRIBE is on its way, or is tried again after a pause.
  case pending
  /// The network tells what it does.
  case active
  /// The network refused it with this code; 200 stands for an end by NOTIFY.
  case declined(UInt16)
}

/// One line of `show registrations`.
public struct RegistrationReport: Equatable, Sendable {
  /// The account that it is about.
  public internal(set) var account: AccountNumber
  /// The address-of-record of the trunk that registers for the account; empty for none.
  public let trunk: Text
  /// How the account stands.
  public let status: RegistrationStatus
  /// The last final status code; 0 before the first one.
  public let lastCode: UInt16
  /// When the binding ends.
  public let expiresAt: Instant?
  /// When the next REGISTER is due; `nil` while one is on its way.
  public let nextAttempt: Instant?
  /// How many attempts in a row have failed.
  public let failures: UInt32
  /// What the registrar said that our Route is (RFC 3608), as it was received.
  public let serviceRoute: Text
  /// The first P-Associated-URI (RFC 7315 §4.1), the default public identity; empty for none.
  public let defaultIdentity: Text
  /// The proxies between us and the registrar (RFC 3327 §5), as they were received.
  public let path: Text
  /// The identities that are registered together, if there is more than one: from the latest NOTIFY
  /// or else the latest 2xx.
  public let identities: Text
  /// What the SBC can do for protection (RFC 3329), as it was received; empty without an agreement.
  public let agreement: Text
  /// The URI in our Contact, if it follows the address that the SBC sees; else empty.
  public let contact: Text
  /// The number of our flow (RFC 5626 §4.2), if calls come by the connection that we made.
  public let flow: UInt32?
  /// How the subscription to the reg event stands; `nil` when the profile asks for none.
  public let watch: WatchStatus?
  /// How the subscription to the mailbox stands; `nil` without one.
  public internal(set) var mailbox: WatchStatus?
  /// What the mailbox has said last; `nil` before its first word.
  public internal(set) var messages: MessageSummary?
  /// How the subscription to the profile stands; `nil` without one.
  public internal(set) var profile: WatchStatus?
  /// The dial tone that the network has named last; `nil` before its first word.
  public internal(set) var dialTone: DialTonePattern?
}

/// How far a session has come.
public enum SessionStage: Equatable, Sendable {
  /// Our INVITE is on its way.
  case calling
  /// The far side's INVITE waits for an answer.
  case called
  /// The far side or we have answered.
  case established
}

/// One line of the list of sessions.
public struct SessionReport: Equatable, Sendable {
  /// The session.
  public let number: SessionNumber
  /// The account that it belongs to.
  public let account: AccountNumber
  /// Whether it began with our INVITE.
  public let isOutgoing: Bool
  /// How far it has come.
  public let stage: SessionStage
  /// When it began.
  public let since: Instant
  /// The Call-ID, to find it in the SBC's own records.
  public let callID: Text
  /// Who takes part, if the far party is the focus of a conference that tells it; else `nil`.
  public let conference: ConferenceRoster?
}
