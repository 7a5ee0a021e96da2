internal import Base
internal import SIPSyntax
internal import SIPTransaction

/// What every verb ends with, and how transactions get onto the wire.
extension UserAgent {
  /// Forgets what is over, and says when a stop is complete.
  mutating func finishTurn(now: Instant, into out: inout Outbox<UserAgentOutput>) {
    if needsSweep { sweep() }
    guard case .stopping(let until) = phase, now >= until || isQuiet else { return }
    phase = .stopped
    clients = []
    servers = []
    table = []
    out.emit(.stopped)
  }

  private var isQuiet: Bool {
    accounts.allSatisfy { $0.registration.isOver } && clients.allSatisfy { !$0.isOpen }
      && table.allSatisfy { $0.isOver }
  }

  private mutating func sweep() {
    needsSweep = false
    clients.removeAll { $0.isTerminated }
    servers.removeAll { $0.isTerminated }
    guard table.contains(where: { $0.isForgettable }) else { return }
    let clients = clients
    table.removeAll { session in
      session.isForgettable
        && !clients.contains { $0.purpose.session == session.number && $0.mayDeliver }
    }
  }

  /// How many requests of a purpose nobody has answered.
  func openRequests(_ purpose: ClientTransaction.Purpose) -> Int {
    clients.count { $0.purpose == purpose && $0.mayDeliver }
  }

  /// Starts a client transaction and sends its request to where its purpose wants it.
  ///
  /// One copy for its twenty callers, as of what else says `inline(never)`: 9 KB on arm64.
  @inline(never)
  mutating func launch(
    _ request: Text, branch: UInt64, for purpose: ClientTransaction.Purpose, rounds: Int = 0,
    to destination: Endpoint? = nil, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    let destination = destination ?? self.destination(of: purpose)
    let (request, transport, mayRetreat) = carriage(of: request, to: destination, now: now)
    var timers = settings.timers
    timers.isReliable = transport != .udp
    clients.append(
      ClientTransaction(
        branch: branch, purpose: purpose, request: request, destination: destination,
        rounds: rounds, timers: timers, mayRetreat: mayRetreat,
        silentAt: wantsSilence(of: purpose) ? now + settings.heartbeat.patience : nil, now: now))
    send(request, to: destination, into: &out)
  }

  mutating func send(
    _ message: Text, to destination: Endpoint, into out: inout Outbox<UserAgentOutput>
  ) {
    counters.count(.sent)
    put(message, to: destination, into: &out)
  }

  mutating func resend(
    _ message: Text, to destination: Endpoint, into out: inout Outbox<UserAgentOutput>
  ) {
    counters.count(.resent)
    put(message, to: destination, into: &out)
  }

  /// Does what a client transaction's timer asks for.
  mutating func perform(
    _ actions: TransactionActions, client i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if actions.contains(.send) {
      resend(clients[i].request, to: clients[i].destination, into: &out)
    }
    if actions.contains(.fail) { receiveSilence(client: i, now: now, into: &out) }
    if actions.contains(.terminate) { needsSweep = true }
  }

  /// Does what a server transaction asks for.
  mutating func perform(
    _ actions: TransactionActions, server i: Int, into out: inout Outbox<UserAgentOutput>
  ) {
    if actions.contains(.sendTrying) {
      var writer = MessageWriter(
        answering: servers[i].request, code: 100, tag: [], source: servers[i].source)
      servers[i].response = writer.finish()
      send(servers[i].response, to: servers[i].destination, into: &out)
    }
    if actions.contains(.send) {
      resend(servers[i].response, to: servers[i].destination, into: &out)
    }
    if actions.contains(.terminate) { needsSweep = true }
  }

  /// Answers a request through its transaction; a number that is not known is ignored.
  mutating func respond(
    _ number: UInt32, with response: Text, code: UInt16, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let i = servers.firstIndex(where: { $0.number == number }),
      let kind = ResponseClass(statusCode: code)
    else { return }
    let actions = servers[i].respond(kind, now: now)
    guard actions.contains(.send) else { return }
    servers[i].response = response
    send(response, to: servers[i].destination, into: &out)
  }

  func client(_ branch: UInt64, _ method: Method) -> Int? {
    clients.firstIndex { $0.branch == branch && $0.purpose.method == method }
  }

  func position(of session: SessionNumber) -> Int? {
    table.firstIndex { $0.number == session }
  }
}
