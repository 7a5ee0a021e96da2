internal import Base
internal import SIPSyntax

/// One INVITE session with its dialog.
///
/// It outlives its end until nobody can ask about it any more: a late 2xx wants its ACK.
struct Session: Sendable {
  /// Which side began, and how far it has come.
  enum Leg: Sendable {
    case outgoing(OutgoingInvite)
    case incoming(IncomingInvite)
  }

  /// An offer on its way after the first one; at most one at a time (RFC 3264 §4).
  enum Change: Sendable {
    case none
    /// Our re-INVITE, by the branch of its transaction.
    case offering(branch: UInt64)
    /// Our re-INVITE that changes nothing but keeps the session alive (RFC 4028 §7.4).
    case refreshing(branch: UInt64)
    /// The far side's re-INVITE, by the number of its server transaction.
    case reinvited(transaction: UInt32, IncomingInvite)
    /// The far side's UPDATE with an offer, by the number of its server transaction.
    case updated(transaction: UInt32)
    /// The far side's offer in a reliable provisional response, by the tag of its early dialog.
    case acknowledging(tag: Text)
  }

  /// A dialog that another 2xx to our INVITE made (RFC 3261 §13.2.2.4).
  struct Fork: Sendable {
    let tag: Text
    let acknowledgement: Text
  }

  let number: SessionNumber
  /// The account's index.
  let account: Int
  let since: Instant
  var leg: Leg
  var dialog: Dialog
  /// Whether the URI of its first request was `sips`, and with it our Contact (RFC 3261 §12.1.1).
  var usesSIPS = false
  var authenticator = Authenticator()
  var change = Change.none
  /// The branch of our INVITE's transaction.
  var inviteBranch: UInt64 = 0
  /// The number of the server transaction of the far side's INVITE.
  var serverTransaction: UInt32 = 0
  /// The CSeq number that the ACK of our 2xx must have.
  var acknowledgedSequence: UInt32 = 0
  /// The SBC that the session's requests go to.
  var hop: Endpoint
  /// The INVITE's offer while it waits for a registration at the SBC that it is for, and how long.
  var held: (offer: Text, until: Instant)?
  /// Where an emergency call has been tried; `nil` for every other call.
  var emergency: EmergencyRoute?
  /// The far side's REFER while its sender wants to hear of it.
  var referral: Referral?
  /// The session whose REFER asked for this one, until its sender knows the end.
  var referrer: SessionNumber?
  /// What the INVITE of such a session says beside the usual; empty for nothing.
  var referredBy = Text()
  var replaces = Text()
  /// The subscription to the conference whose focus the far side is, and how many there were.
  var conference: ConferenceWatch?
  var focuses: UInt8 = 0
  /// How long the far side may still tell what became of our REFER; `nil` without one.
  var transferUntil: Instant?
  /// Our last 2xx to an INVITE, and where it goes.
  var answer = Text()
  var answerDestination: Endpoint
  /// Whether our last 2xx carried an offer, so that its ACK carries an answer (RFC 3261 §13.2.1).
  var answerIsOffer = false
  /// Our last ACK of a 2xx, and its CSeq number.
  var acknowledgement = Text()
  var acknowledgementSequence: UInt32 = 0
  var forks: [Fork] = []
  /// The To tag of the last provisional response that was told of.
  var heardTag = Text()
  /// The dialogs that provisional responses made.
  var earlyDialogs: [EarlyDialog] = []
  /// Whether our INVITE asked for an offer instead of making one.
  var isOfferless = false
  /// What was agreed on before the 2xx, if so; what the 2xx says of it does not count then.
  var earlyAnswer: Text?
  /// Our reliable provisional response.
  var provisional = ReliableProvisional()
  /// The CSeq number of the far side's INVITE.
  var inviteSequence: UInt32 = 0
  /// Our last description that counts, and the far side's.
  var sentDescription = Text()
  var receivedDescription = Text()
  var timer = SessionTimer()
  /// The largest Min-SE of the 422s to our requests, and how many there were.
  var leastInterval: UInt32 = 0
  var intervalRounds = 0
  /// Whether the far side takes UPDATE, as far as it has said.
  var allowsUpdate = false
  /// The Q.850 cause that the far side gave for the end.
  var cause: UInt8?
  /// Whether `.ended` was said.
  var isEnded = false

  /// Whether neither side can want anything any more, transactions apart.
  var isOver: Bool {
    switch leg {
    case .outgoing(let invite): invite.isOver
    case .incoming(let invite): invite.isOver
    }
  }

  /// Whether there is a confirmed dialog that neither side has left.
  var isEstablished: Bool {
    switch leg {
    case .outgoing(let invite): invite.isEstablished
    case .incoming(let invite): invite.isEstablished
    }
  }

  /// Whether nothing of it need be remembered any more, transactions apart.
  var isForgettable: Bool {
    isOver && !provisional.isAwaited && referral?.expiresAt == nil && transferUntil == nil
      && conference?.event.subscription.deadline == nil
  }

  /// Whether the far side may offer something else: the first exchange is complete.
  var takesOffers: Bool {
    if isEstablished { return true }
    guard case .incoming(let invite) = leg, invite.isPending else { return false }
    return provisional.isAgreed
  }

  /// The place of the early dialog that a response belongs to, if there is one.
  func earlyDialog(of response: Message) -> Int? {
    guard let tag = try? response.to().tag else { return nil }
    return earlyDialog(tagged: response.text(tag))
  }

  func earlyDialog(tagged tag: Text) -> Int? {
    earlyDialogs.firstIndex { $0.dialog.remoteTag == tag }
  }

  /// Whether a response is in its dialog, or in an early one that is still there.
  func remembers(_ response: Message) -> Bool {
    guard let range = try? response.to().tag else { return false }
    let tag = response.text(range)
    return tag == dialog.remoteTag || earlyDialog(tagged: tag) != nil
  }

  /// Whether an offer after the first one is open, or the first 2xx waits for its ACK.
  var isChanging: Bool {
    if case .incoming(let invite) = leg, invite.isUnconfirmed { return true }
    if case .none = change { return false }
    return true
  }

  /// When the leg, a re-INVITE of the far side, our reliable provisional response or the session
  /// timer has something to do.
  var deadline: Instant? {
    let own: Instant? =
      switch leg {
      case .outgoing(let invite): invite.deadline
      case .incoming(let invite): invite.deadline
      }
    let transfers = soonest(referral?.expiresAt, transferUntil)
    let timers = soonest(provisional.deadline, timer.deadline)
    let waits = soonest(held?.until, conference?.event.subscription.deadline)
    let other = soonest(soonest(timers, waits), transfers)
    guard case .reinvited(_, let invite) = change else { return soonest(own, other) }
    return soonest(soonest(own, other), invite.deadline)
  }

  /// The line of the list of sessions.
  func report(account: AccountNumber) -> SessionReport {
    let isOutgoing: Bool
    let stage: SessionStage
    switch leg {
    case .outgoing(let invite):
      isOutgoing = true
      stage = invite.isEstablished ? .established : .calling
    case .incoming(let invite):
      isOutgoing = false
      stage = invite.isPending ? .called : .established
    }
    return SessionReport(
      number: number, account: account, isOutgoing: isOutgoing, stage: stage, since: since,
      callID: dialog.callID, conference: conference?.current)
  }
}
