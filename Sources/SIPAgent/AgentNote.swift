public import Base
public import SIPSyntax

/// Something that an operator may want to read in the log.
public enum AgentNote: Equatable, Sendable {
  /// A message was not acted on.
  case ignored(AgentCounter, from: Endpoint)
  /// A message is not SIP, or breaks its rules.
  case malformed(SyntaxError, from: Endpoint)
  /// A datagram was longer than we take, so many bytes.
  case oversized(Int, from: Endpoint)
  /// A request was refused with this code, for this reason.
  case refused(AgentCounter, code: UInt16)
  /// The SBC answered a REGISTER with a final code other than a 2xx.
  case registrationRefused(AccountNumber, code: UInt16)
  /// The SBC did not answer a REGISTER.
  case registrationUnanswered(AccountNumber)
  /// The network has lost a registration, which begins anew (TS 24.229 §5.1.2A.1.6).
  case registrationRestored(AccountNumber)
  /// The network has ended or shortened a registration.
  case registrationNotice(AccountNumber, RegistrationNotice)
  /// The SBC refused to tell what becomes of a registration.
  case watchRefused(AccountNumber, code: UInt16)
  /// The SBC refused to tell of messages that wait.
  case mailboxRefused(AccountNumber, code: UInt16)
  /// The SBC refused to tell what services do to a line.
  case profileRefused(AccountNumber, code: UInt16)
  /// The conference that a session is in has this many participants, or more if it has others that
  /// are not kept; none when it is none any more.
  case conference(SessionNumber, count: Int, hasOthers: Bool)
  /// The focus of a conference refused to tell who takes part.
  case conferenceRefused(SessionNumber, code: UInt16)
  /// The collector of quality reports did not take one.
  case publicationRefused(AccountNumber, code: UInt16)
  /// The collector of quality reports did not answer.
  case publicationUnanswered(AccountNumber)
  /// The SBC sees us at another address than our own, which Contact names from now on.
  case contactMoved(AccountNumber, to: Endpoint)
  /// The registrar knows flows (RFC 5626) but the SBC does not: registered without one.
  case flowRefused(AccountNumber)
  /// The SBC sees our flow of UDP come from another address than before: registers anew.
  case flowMoved(to: Endpoint)
  /// The SBC does not answer the STUN that keeps our flow of UDP: registers anew.
  case flowFailed(Endpoint)
  /// The SBC did not answer a request of a session.
  case sessionUnanswered(SessionNumber)
  /// The core knows a called number as one of emergency; the call goes on as such.
  case emergencyLearnt(SessionNumber)
  /// An emergency call goes to another SBC, because the one before did not take it.
  case emergencyRerouted(SessionNumber, to: Endpoint)
  /// An SBC is not there, or has no time.
  case serverFailed(Endpoint)
  /// An SBC that had failed answers again.
  case serverReturned(Endpoint)
  /// Another SBC serves from now on.
  case serverChosen(Endpoint)
}

/// What the user agent counts beside malformed messages.
public enum AgentCounter: UInt8, CaseIterable, Equatable, Sendable {
  /// Datagrams that came from the SBC.
  case received
  /// Messages that were sent for the first time.
  case sent
  /// Requests and responses that were sent again.
  case resent
  /// Requests that came again.
  case repeated
  /// Datagrams from an address that is not the SBC's.
  case stranger
  /// Requests that did not come by TLS where that is set.
  case insecure
  /// Requests of an SBC above what one box can ever need (500 at once, 500 a second).
  case excess
  /// Keep-alives: datagrams of nothing but line breaks (RFC 5626 §3.5.1), answers to our STUN.
  case keepAlive
  /// Messages that are not SIP or break its rules; see also the count of each reason.
  case malformed
  /// Responses that belong to no transaction of ours.
  case strayResponse
  /// ACKs that belong to no dialog of ours.
  case strayAck
  /// Requests in a dialog that we do not know (481).
  case unknownDialog
  /// Requests with a method that we do not take (405 or 501).
  case unsupportedMethod
  /// Requests with an extension that we do not know (420).
  case unsupportedExtension
  /// Requests that came by two ways (482).
  case merged
  /// Requests that we refused for their form or content (400, 406, 413 to 416, 422, 505).
  case badRequest
  /// Calls for a number that no account has (404).
  case unknownUser
  /// Calls that were refused because there was no room for another session (486).
  case overloaded
  /// Offers that met one that was still open (491, 500).
  case glare
  /// Requests with a CSeq that is not above the last one (500).
  case outOfOrder
  /// Reports of a call's quality that the collector did not take.
  case unpublished
}

/// The counters of a user agent since it began.
public struct AgentCounters: Sendable {
  private var values = [UInt32](repeating: 0, count: AgentCounter.allCases.count)
  private var reasons = [UInt32](repeating: 0, count: SyntaxError.Reason.allCases.count)

  init() {}

  /// How often it happened.
  public subscript(counter: AgentCounter) -> UInt32 { values[Int(counter.rawValue)] }

  /// How often a message was malformed for this reason.
  public subscript(reason: SyntaxError.Reason) -> UInt32 { reasons[Int(reason.rawValue)] }

  mutating func count(_ counter: AgentCounter) { values[Int(counter.rawValue)] &+= 1 }

  mutating func count(_ reason: SyntaxError.Reason) { reasons[Int(reason.rawValue)] &+= 1 }
}
