internal import Base
internal import SIPSyntax
internal import SIPTransaction

/// What a transaction wants done, in the order of the bits.
struct TransactionActions: OptionSet {
  let rawValue: UInt8

  static let sendTrying = TransactionActions(rawValue: 1)
  static let send = TransactionActions(rawValue: 2)
  static let sendAck = TransactionActions(rawValue: 4)
  static let deliver = TransactionActions(rawValue: 8)
  static let fail = TransactionActions(rawValue: 16)
  static let terminate = TransactionActions(rawValue: 32)
}

/// One client transaction with its bytes.
struct ClientTransaction: Sendable {
  /// What the request is for; it tells who hears of the answer.
  enum Purpose: Equatable, Sendable {
    /// REGISTER of the account with this index.
    case register(Int)
    /// A SUBSCRIBE of an account, or of a session.
    case subscribe(WatchPlace)
    /// A PUBLISH of the account with this index.
    case publish(Int)
    /// The INVITE that makes a session.
    case invite(SessionNumber)
    /// An INVITE within a session.
    case reinvite(SessionNumber)
    /// The CANCEL of a session's INVITE.
    case cancel(SessionNumber)
    /// The BYE of a session.
    case bye(SessionNumber)
    /// The BYE of a dialog that a fork made and nobody wanted.
    case forkBye(SessionNumber)
    /// OPTIONS to the SBC at this place of the list.
    case heartbeat(Int)
    /// A PRACK in an early dialog of a session.
    case prack(SessionNumber)
    /// A NOTIFY for the sender of a REFER.
    case notice(SessionNumber)
    /// A REFER of ours.
    case refer(SessionNumber)
    /// An UPDATE that refreshes a session.
    case update(SessionNumber)

    /// The session that is served, if there is one.
    var session: SessionNumber? {
      switch self {
      case .register, .heartbeat, .subscribe(.account), .publish: nil
      case .subscribe(.session(let session)): session
      case .invite(let session), .reinvite(let session), .cancel(let session), .bye(let session),
        .forkBye(let session), .prack(let session), .update(let session),
        .notice(let session), .refer(let session):
        session
      }
    }

    var method: Method {
      switch self {
      case .register: .register
      case .subscribe: .subscribe
      case .publish: .publish
      case .invite, .reinvite: .invite
      case .cancel: .cancel
      case .bye, .forkBye: .bye
      case .heartbeat: .options
      case .prack: .prack
      case .notice: .notify
      case .refer: .refer
      case .update: .update
      }
    }

    var isHeartbeat: Bool { if case .heartbeat = self { true } else { false } }
  }

  private enum Machine: Sendable {
    case invite(InviteClient)
    case other(NonInviteClient)
  }

  /// The number in the branch; a CANCEL has that of its INVITE (RFC 3261 §9.1).
  let branch: UInt64
  let purpose: Purpose
  /// The request as it was sent.
  let request: Text
  /// The SBC that it was sent to.
  let destination: Endpoint
  /// The ACK of a refused INVITE, once there is one.
  var acknowledgement = Text()
  /// How often the request was sent again because of challenges.
  let rounds: Int
  private var machine: Machine
  /// Whether it can be forgotten.
  private(set) var isTerminated = false
  /// When somebody wants to know that there was no response yet.
  private var silentAt: Instant?
  /// How long a re-INVITE may stay without a final response; RFC 3261 sets its user no limit once a
  /// provisional one has come, and a far side that says 100 and no more would be remembered for ever.
  private let unfinishedUntil: Instant?
  /// Proxies end an INVITE after Timer C, three minutes (RFC 3261 §16.6); then comes their 408.
  private static let timerC = Duration.seconds(180)
  /// Whether the request goes by TCP only for its length.
  let mayRetreat: Bool
  private let isReliable: Bool
  /// When the request is sent again because its connection was lost, and the pause before the next.
  private var sendAgainAt: Instant?
  private var lossPause = Duration.zero
  /// Whether there was no response yet.
  private(set) var isUnheard = true

  /// Starts the transaction; the request must be sent once now.
  init(
    branch: UInt64, purpose: Purpose, request: Text, destination: Endpoint, rounds: Int,
    timers: Timers, mayRetreat: Bool = false, silentAt: Instant?, now: Instant
  ) {
    self.mayRetreat = mayRetreat
    isReliable = timers.isReliable
    self.branch = branch
    self.purpose = purpose
    self.request = request
    self.destination = destination
    self.silentAt = silentAt
    self.rounds = rounds
    if case .reinvite = purpose {
      unfinishedUntil = now + Self.timerC + timers.patience
    } else {
      unfinishedUntil = nil
    }
    switch purpose {
    case .invite, .reinvite:
      var out = Outbox<InviteClient.Output>(limit: 1)
      machine = .invite(InviteClient(timers: timers, now: now, into: &out))
    case .register, .subscribe, .publish, .cancel, .bye, .forkBye, .prack, .update, .heartbeat,
      .notice,
      .refer:
      var out = Outbox<NonInviteClient.Output>(limit: 1)
      machine = .other(NonInviteClient(timers: timers, now: now, into: &out))
    }
  }

  var deadline: Instant? {
    let own = soonest(sendAgainAt, silentAt)
    return switch machine {
    case .invite(let machine):
      soonest(soonest(machine.deadline, own), isOpen ? unfinishedUntil : nil)
    case .other(let machine): soonest(machine.deadline, own)
    }
  }

  /// The connection of a reliable transport is lost, or could not be made: what is unanswered goes
  /// out again, with pauses that grow.
  mutating func sendAgain(afterLossAt now: Instant, wasOpen: Bool) {
    guard isReliable, isUnheard, isOpen, sendAgainAt == nil else { return }
    if !wasOpen, lossPause == .zero { lossPause = .milliseconds(500) }
    sendAgainAt = now + lossPause
    lossPause = min(max(.milliseconds(500), lossPause * 2), .seconds(4))
  }

  /// Whether the request has gone out again because its connection was lost.
  var hasLostConnection: Bool { lossPause > .zero }

  /// Whether a final response has not come yet.
  var isOpen: Bool {
    if isTerminated { return false }
    return switch machine {
    case .invite(let machine): machine.isOpen
    case .other(let machine): machine.isOpen
    }
  }

  /// Whether a response can still mean something to its session.
  var mayDeliver: Bool {
    if isTerminated { return false }
    return switch machine {
    case .invite(let machine): machine.mayDeliver
    case .other(let machine): machine.isOpen
    }
  }

  /// Whether it is time to say that there was no response yet; once.
  mutating func takeSilence(_ now: Instant) -> Bool {
    guard let due = silentAt, now >= due else { return false }
    silentAt = nil
    return !isTerminated
  }

  mutating func receive(_ response: ResponseClass, now: Instant) -> TransactionActions {
    silentAt = nil
    sendAgainAt = nil
    isUnheard = false
    switch machine {
    case .invite(var invite):
      var out = Outbox<InviteClient.Output>(limit: 2)
      invite.receive(response, now: now, into: &out)
      machine = .invite(invite)
      return note(out)
    case .other(var other):
      var out = Outbox<NonInviteClient.Output>(limit: 2)
      other.receive(response, now: now, into: &out)
      machine = .other(other)
      return note(out)
    }
  }

  mutating func advance(to now: Instant) -> TransactionActions {
    if isOpen, let unfinishedUntil, now >= unfinishedUntil {
      terminate()
      return [.fail, .terminate]
    }
    let actions = advanceMachine(to: now)
    guard let due = sendAgainAt, now >= due else { return actions }
    sendAgainAt = nil
    return isOpen ? actions.union(.send) : actions
  }

  private mutating func advanceMachine(to now: Instant) -> TransactionActions {
    switch machine {
    case .invite(var invite):
      var out = Outbox<InviteClient.Output>(limit: 2)
      invite.advance(to: now, into: &out)
      machine = .invite(invite)
      return note(out)
    case .other(var other):
      var out = Outbox<NonInviteClient.Output>(limit: 2)
      other.advance(to: now, into: &out)
      machine = .other(other)
      return note(out)
    }
  }

  /// Forgets the transaction, whatever its machine still waits for.
  mutating func terminate() {
    isTerminated = true
    silentAt = nil
    sendAgainAt = nil
  }

  private mutating func note(_ out: Outbox<InviteClient.Output>) -> TransactionActions {
    var actions: TransactionActions = []
    for output in out.pending {
      switch output {
      case .sendInvite: actions.insert(.send)
      case .sendAck: actions.insert(.sendAck)
      case .deliver: actions.insert(.deliver)
      case .timedOut: actions.insert(.fail)
      case .terminated: actions.insert(.terminate)
      }
    }
    if actions.contains(.terminate) { isTerminated = true }
    return actions
  }

  private mutating func note(_ out: Outbox<NonInviteClient.Output>) -> TransactionActions {
    var actions: TransactionActions = []
    for output in out.pending {
      switch output {
      case .sendRequest: actions.insert(.send)
      case .deliver: actions.insert(.deliver)
      case .timedOut: actions.insert(.fail)
      case .terminated: actions.insert(.terminate)
      }
    }
    if actions.contains(.terminate) { isTerminated = true }
    return actions
  }
}
