public import Base

/// The number of one INVITE session of the box; never used twice.
public struct SessionNumber: Hashable, Sendable, BitwiseCopyable {
  /// The number itself, from 1.
  public let rawValue: UInt32

  /// Makes a session number.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// Who is calling, as the network asserts it (RFC 3325) or else as From says.
public struct Caller: Equatable, Sendable {
  /// The user part of the identity; empty if it is unknown or withheld.
  public var number: Text
  /// The display name; empty if there is none or it is withheld.
  public var displayName: Text
  /// Whether the caller asked not to be shown (RFC 3323, RFC 3325).
  public var isAnonymous: Bool
  /// The number that the call was diverted from last; empty for none, or one that is withheld.
  public var redirectedFrom = Text()
  /// How the call wants to be announced.
  public var alert = AlertPattern.ordinary

  /// Makes a caller whose call came straight here.
  public init(number: Text, displayName: Text, isAnonymous: Bool) {
    self.number = number
    self.displayName = displayName
    self.isAnonymous = isAnonymous
  }
}

/// What the user agent wants done or known, in order.
public enum UserAgentOutput: Equatable, Sendable {
  /// Put the datagram on the wire.
  case send(Text, to: Endpoint)
  /// Send the message by the connection to that endpoint, with TLS or without; without one, make it.
  case sendByStream(Text, to: Endpoint, isSecure: Bool)
  /// The registration of an account has changed.
  case registration(AccountNumber, RegistrationStatus)
  /// The mailbox of an account says something else than before.
  case messages(AccountNumber, MessageSummary)
  /// The network names another dial tone for an account than before.
  case dialTone(AccountNumber, DialTonePattern)
  /// Somebody calls the account; an empty offer means that our answer must be an offer.
  case incoming(SessionNumber, AccountNumber, Caller, offer: Text)
  /// A 18x to our INVITE; the description is empty if there is none.
  ///
  /// Whoever is another party than the last one has said nothing of media yet.
  case progress(
    SessionNumber, code: UInt16, description: Text, earlyMedia: EarlyMedia = .unsaid,
    isOtherParty: Bool = false)
  /// The network knows the number as one of an emergency; the call begins anew as one.
  case emergency(SessionNumber)
  /// The far side answered our INVITE; it is acknowledged already.
  case answered(SessionNumber, description: Text)
  /// The far side acknowledged our answer.
  case confirmed(SessionNumber)
  /// The far side offers another description; `acceptOffer` or `refuseOffer` answers.
  ///
  /// An empty one means that the answer must be an offer. Before the answer it comes only when no
  /// offer is open; a call begun without an offer gets the first one so. What changes nothing, a
  /// mere refresh of the session, is not told.
  case offered(SessionNumber, description: Text)
  /// The far side accepted an offer of ours: that of `reoffer`, or one that an answer or a reliable
  /// 180 carried.
  case offerAccepted(SessionNumber, description: Text)
  /// The far side refused the offer of `reoffer`; the session goes on as it was.
  case offerRefused(SessionNumber, code: UInt16)
  /// The session is over; said exactly once, also after `hangUp` and `reject`.
  ///
  /// The cause is that of Q.850 which the far side gave, if it gave one (RFC 3326).
  case ended(SessionNumber, EndReason, cause: UInt8? = nil)
  /// The far side asks us to call a number and to leave this call (RFC 3515).
  ///
  /// A call whose purpose names the session goes where the REFER says, and its sender is told.
  case referred(SessionNumber, to: Text)
  /// What became of a REFER of ours: the status code of the call that was asked for, so far.
  case transfer(SessionNumber, code: UInt16, isOver: Bool)
  /// A call takes the place of another one (RFC 3891); answer the one and hang up the other.
  case replacing(SessionNumber, of: SessionNumber, Caller, offer: Text)
  /// Something for the log.
  case note(AgentNote)
  /// Everything that `stop` asked for is done, or has taken too long.
  case stopped
}

extension EndReason {
  /// The status code that tells somebody else of it.
  var statusCode: UInt16 {
    switch self {
    case .status(let code): code
    case .timeout: 408
    case .unauthorized: 403
    case .local, .byRemote, .cancelled, .unacknowledged, .dialogLost: 487
    }
  }
}

/// Why a session is over.
public enum EndReason: Equatable, Sendable {
  /// We hung up, rejected or cancelled it.
  case local
  /// The far side sent BYE.
  case byRemote
  /// The far side took its INVITE back.
  case cancelled
  /// Our INVITE was refused with this code, 300 to 699.
  case status(UInt16)
  /// Nobody answered our INVITE for 64*T1.
  case timeout
  /// The SBC did not accept our credentials for the INVITE.
  case unauthorized
  /// Our answer, or a provisional response that had to be, was never acknowledged.
  case unacknowledged
  /// The far side no longer knows the dialog, does not answer in it, or did not refresh it.
  case dialogLost
}
