internal import Access
internal import Base
internal import Call
internal import Line
internal import MediaControl
internal import Network
internal import SIPAgent

/// Something that an operator may want to know afterwards.
enum JournalEvent: Equatable, Sendable {
  case started
  case stopping
  case loop(PortNumber, LoopEdge)
  /// With its time: the same digit again is another one.
  case digit(PortNumber, UInt8, at: Instant)
  case ringing(PortNumber)
  case registration(AccountNumber, RegistrationStatus)
  case inviting(PortNumber, Text)
  case incoming(PortNumber, SessionNumber, Caller)
  case progress(SessionNumber, code: UInt16, hasDescription: Bool)
  case answered(SessionNumber)
  case offered(SessionNumber)
  case ended(SessionNumber, EndReason)
  case referred(SessionNumber, to: Text)
  case replacing(SessionNumber, of: SessionNumber)
  /// The record of a call that is over, with what its stream counted.
  case called(CallRecord)
  case agent(AgentNote)
  case port(PortNumber, PortNote)
  case streamStarted(PortNumber)
  case audioDetached(PortNumber)
  case periodsMissed(UInt32)
  case xrun(CardNumber, CardXrun)
  case cardLost(CardNumber)
  case cardReturned(CardNumber)
  case lineCircuitLost(PortNumber, why: Text)
  case lineCircuitReturned(PortNumber)
  case pathUp(IPAddress)
  case pathDown
  /// DNS does not tell where an SBC is.
  case serverNotFound(ServerName, DNSFailure)
  /// DNS tells other SBCs than before.
  case serversFound([Endpoint])
  /// A connection to an SBC stands, with TLS or without.
  case connected(Endpoint, isSecure: Bool)
  /// It is lost, or could not be made.
  case disconnected(Endpoint, isSecure: Bool, why: Text)
  case configurationCommitted(console: UInt8, changes: Int)
  case configurationChanged(console: UInt8, Text)
  case configurationConfirmed(console: UInt8)
  case factoryReset(console: UInt8)
  case factoryResetByButton
  case buttonReturned
  /// With its time: a second one is no repetition of the first.
  case loggedIn(console: UInt8, UserRole, at: Instant)
  /// A wrong password of a user, or of a stranger.
  case loginRefused(UserRole?, at: Instant)
  /// Somebody makes a call from a port at the console.
  case tested(console: UInt8, PortNumber, Text)
  /// Somebody tries a port's line at the console.
  case lineTested(console: UInt8, PortNumber)
  case passwordChanged(console: UInt8, UserRole, at: Instant)
  /// What came of fetching a configuration.
  case provisioned(Text)
  case alarm(AlarmList.Change)
  case failure(Text)

  /// Whether it tells that something could not be done.
  var isFailure: Bool {
    switch self {
    case .failure, .loginRefused, .serverNotFound, .disconnected: true
    case .alarm(let change): change.isRaised
    default: false
    }
  }
}
