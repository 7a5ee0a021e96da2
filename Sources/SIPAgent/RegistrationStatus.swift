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
}

/// One line of `show registrations`.
public struct RegistrationReport: Equatable, Sendable {
  /// The account that it is about.
  public let account: AccountNumber
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
}
