internal import Base
internal import SIPSyntax
internal import SIPTransaction

/// One server transaction with its request and its last response.
struct ServerTransaction: Sendable {
  private enum Machine: Sendable {
    case invite(InviteServer)
    case other(NonInviteServer)
  }

  /// Our own number for it.
  let number: UInt32
  let method: Method
  /// The request, which every response is made of.
  let request: Message
  /// Where the request came from.
  let source: Endpoint
  /// The session whose dialog it belongs to or makes.
  let session: SessionNumber
  /// The last response.
  var response = Text()
  private let branch: Range<Int>
  private let host: Range<Int>
  private let port: UInt16?
  private let wantsSourcePort: Bool
  private let isReliable: Bool
  /// The port of a sender that names none (RFC 3261 §18.2.2).
  private let defaultPort: UInt16
  /// Whether the connection that the request came by is gone.
  private var isStreamLost = false
  private var machine: Machine
  /// Whether it can be forgotten.
  private(set) var isTerminated = false

  init(
    number: UInt32, method: Method, request: Message, via: Via, source: Endpoint,
    session: SessionNumber, timers: Timers, now: Instant
  ) {
    self.number = number
    self.method = method
    self.request = request
    self.source = source
    self.session = session
    isReliable = via.transport == .tcp || via.transport == .tls
    defaultPort = via.transport.defaultPort
    var timers = timers
    timers.isReliable = isReliable
    branch = via.branch ?? 0..<0
    host = via.host
    port = via.port
    wantsSourcePort = via.rport != .absent
    machine =
      method == .invite
      ? .invite(InviteServer(timers: timers, now: now))
      : .other(NonInviteServer(timers: timers, now: now))
  }

  var deadline: Instant? {
    switch machine {
    case .invite(let machine): machine.deadline
    case .other(let machine): machine.deadline
    }
  }

  /// Takes note that a connection is gone.
  mutating func streamLost(_ remote: Endpoint) {
    if isReliable, source == remote { isStreamLost = true }
  }

  /// Where responses go (RFC 3261 §18.2.2, RFC 3581 §4): back by the connection of the request.
  var destination: Endpoint {
    (isReliable ? !isStreamLost : wantsSourcePort)
      ? source : Endpoint(source.address, port ?? defaultPort)
  }

  /// Whether the final response can still be chosen.
  var isOpen: Bool {
    switch machine {
    case .invite(let machine): machine.isOpen
    case .other(let machine): machine.isOpen
    }
  }

  /// Whether a request with this Via belongs to it (RFC 3261 §17.2.3), apart from the method.
  ///
  /// A sender of RFC 2543 makes no unique branch; its requests are told by Call-ID and CSeq too.
  func matches(_ message: Message, _ via: Via, _ sequence: CSeq) -> Bool {
    let mine = request.bytes
    let theirs = message.bytes
    guard mine[branch] == theirs[via.branch ?? 0..<0], mine[host] == theirs[via.host],
      port == via.port
    else { return false }
    if Self.isUnique(mine[branch]) { return true }
    return sharesIdentity(with: message, sequence)
  }

  /// Whether Call-ID, CSeq number and From tag are the same (§8.2.2.2).
  func sharesIdentity(with message: Message, _ sequence: CSeq) -> Bool {
    guard let own = try? request.cSeq(), own.number == sequence.number,
      let mine = request.callID(), let theirs = message.callID(),
      request.bytes[mine] == message.bytes[theirs],
      let from = try? request.from().tag, let other = try? message.from().tag
    else { return false }
    return request.bytes[from] == message.bytes[other]
  }

  private static func isUnique(_ branch: ArraySlice<UInt8>) -> Bool {
    branch.count > branchCookieCount && branch.prefix(branchCookieCount).equals("z9hG4bK")
  }

  mutating func receiveCopy() -> TransactionActions {
    switch machine {
    case .invite(var invite):
      var out = Outbox<InviteServer.Output>(limit: 2)
      invite.receiveInvite(into: &out)
      machine = .invite(invite)
      return note(out)
    case .other(var other):
      var out = Outbox<NonInviteServer.Output>(limit: 2)
      other.receiveRequest(into: &out)
      machine = .other(other)
      return note(out)
    }
  }

  mutating func receiveAck(now: Instant) -> TransactionActions {
    guard case .invite(var invite) = machine else { return [] }
    var out = Outbox<InviteServer.Output>(limit: 2)
    invite.receiveAck(now: now, into: &out)
    machine = .invite(invite)
    return note(out)
  }

  mutating func respond(_ response: ResponseClass, now: Instant) -> TransactionActions {
    switch machine {
    case .invite(var invite):
      var out = Outbox<InviteServer.Output>(limit: 2)
      invite.respond(response, now: now, into: &out)
      machine = .invite(invite)
      return note(out)
    case .other(var other):
      var out = Outbox<NonInviteServer.Output>(limit: 2)
      other.respond(now: now, into: &out)
      machine = .other(other)
      return note(out)
    }
  }

  mutating func advance(to now: Instant) -> TransactionActions {
    switch machine {
    case .invite(var invite):
      var out = Outbox<InviteServer.Output>(limit: 2)
      invite.advance(to: now, into: &out)
      machine = .invite(invite)
      return note(out)
    case .other(var other):
      var out = Outbox<NonInviteServer.Output>(limit: 2)
      other.advance(to: now, into: &out)
      machine = .other(other)
      return note(out)
    }
  }

  private mutating func note(_ out: Outbox<InviteServer.Output>) -> TransactionActions {
    var actions: TransactionActions = []
    for output in out.pending {
      switch output {
      case .sendTrying: actions.insert(.sendTrying)
      case .sendResponse: actions.insert(.send)
      case .unacknowledged: actions.insert(.fail)
      case .terminated: actions.insert(.terminate)
      }
    }
    if actions.contains(.terminate) { isTerminated = true }
    return actions
  }

  private mutating func note(_ out: Outbox<NonInviteServer.Output>) -> TransactionActions {
    var actions: TransactionActions = []
    for output in out.pending {
      switch output {
      case .sendResponse: actions.insert(.send)
      case .terminated: actions.insert(.terminate)
      }
    }
    if actions.contains(.terminate) { isTerminated = true }
    return actions
  }
}

/// The length of `z9hG4bK`, which starts every unique branch (RFC 3261 §8.1.1.7).
let branchCookieCount = 7
