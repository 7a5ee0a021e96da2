public import Base
public import Line
public import MediaControl
public import SDP
public import SIPAgent

/// What a port wants done, in order.
public enum PortOutput: Sendable {
  /// Change what the line circuit puts on the wires.
  case feed(LineFeed)
  /// Hand the command to the media thread.
  case media(MediaCommand)
  /// Call the number from the port's account, and tell the result with `invited`.
  case invite(to: Text, offer: Text, purpose: CallPurpose)
  /// Say that the phone rings (180); the offer is for a caller that made none.
  case ring(SessionNumber, offer: Text)
  /// Answer the call (200).
  case answer(SessionNumber, description: Text)
  /// Refuse the call.
  case reject(SessionNumber, code: UInt16)
  /// End the session with whatever fits.
  case hangUp(SessionNumber)
  /// Offer another description (re-INVITE), and tell with `offerNotSent` if that cannot be now.
  case reoffer(SessionNumber, offer: Text)
  /// Accept the description that was offered during the call.
  case acceptOffer(SessionNumber, description: Text)
  /// Refuse the description that was offered during the call.
  case refuseOffer(SessionNumber, code: UInt16)
  /// A call is over and complete.
  case record(CallRecord)
  /// Something for the log.
  case note(PortNote)
  /// Something for whoever tests the line.
  case test(PortTestEvent)
}

/// Something about a port that an operator may want to read in the log.
public enum PortNote: Equatable, Sendable {
  /// The subscriber tapped the hook; nothing is offered for that yet.
  case flashIgnored
  /// No number of the digit map begins with these digits.
  case impossibleNumber(Text)
  /// The subscriber stopped in the middle of a number.
  case incompleteNumber(Text)
  /// The handset was lifted and nothing was dialled.
  case nothingDialled
  /// The handset was lifted while the port was not registered.
  case notRegistered
  /// The far party's description has no audio that we can send or play.
  case incompatibleDescription(SessionNumber, SDPError)
  /// The called end of the call is a modem or a fax machine.
  case dataHeard(SessionNumber, VoicebandData)
  /// The far party has refused, with this code, to treat the call as one of a modem or fax machine.
  case dataRefused(SessionNumber, UInt16)
  /// The handset was left off; the line is no longer fed.
  case lockedOut
  /// The subscriber called an emergency number.
  case emergency(Text)
}

/// Where a port stands, for lists.
public enum PortStage: UInt8, Equatable, Sendable, CaseIterable {
  /// The handset is on; nothing happens.
  case idle
  /// The handset is off; the port is not registered.
  case unregistered
  /// Dial tone, or digits arrive.
  case dialling
  /// An INVITE is on its way.
  case calling
  /// The far phone rings, or early media is heard.
  case alerting
  /// The phone rings.
  case ringing
  /// Both parties talk.
  case talking
  /// A tone says that the call is over or cannot be.
  case disconnected
  /// A loud tone asks to replace the handset.
  case howler
  /// The handset was left off; nothing is fed.
  case lockedOut
  /// Hardware that the port needs is gone.
  case outOfService
  /// Somebody at the console tries the line.
  case testing
}

/// One line of the list of ports.
public struct PortReport: Equatable, Sendable {
  /// The port's number.
  public let number: PortNumber
  /// Where it stands.
  public let stage: PortStage
  /// The session of its call.
  public let session: SessionNumber?
  /// The far party's number in a call, or the digits dialled so far.
  public let digits: Text
  /// When the call began, and whether it has been answered.
  public let call: CallRecord?
  /// What is gone and takes the port out of service.
  public let missing: MissingHardware
  /// What the telephone's lamp was told last; `nil` for nothing.
  public let isLampLit: Bool?
}
