internal import Base
internal import SIPSyntax

/// Where a request came from, and what every rule asks about it.
struct Arrival {
  let method: Method
  let uri: Range<Int>
  let via: Via
  let sequence: CSeq
  let source: Endpoint
}

/// The server's general rules (RFC 3261 §8.2), before anybody looks at what a request asks for.
extension UserAgent {
  mutating func receive(
    _ request: Message, _ method: Method, uri: Range<Int>, from source: Endpoint, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if method != .ack, absorb(request, method, into: &out) { return }
    switch request.verdict(method == .notify ? noticeCapabilities : capabilities) {
    case .drop(let error):
      drop(error, from: source, now: now, into: &out)
    case .malformed(let code, let error):
      counters.count(error.reason)
      refuse(request, code, source, .badRequest, into: &out)
    case .unsupported(let code):
      refuse(request, code, source, Self.counter(of: code), into: &out)
    case .accept:
      guard let via = try? request.via(), let sequence = try? request.cSeq() else { return }
      let arrival = Arrival(
        method: method, uri: uri, via: via, sequence: sequence, source: source)
      serve(request, arrival, now: now, into: &out)
    }
  }

  /// Whether the request is a copy of one whose transaction we remember; then it is dealt with.
  private mutating func absorb(
    _ request: Message, _ method: Method, into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    guard let via = try? request.via(), let sequence = try? request.cSeq() else { return false }
    let known = servers.firstIndex {
      $0.method == method && $0.matches(request, via, sequence)
    }
    guard let known else { return false }
    counters.count(.repeated)
    perform(servers[known].receiveCopy(), server: known, into: &out)
    return true
  }

  private static func counter(of code: UInt16) -> AgentCounter {
    switch code {
    case 405, 501: .unsupportedMethod
    case 420: .unsupportedExtension
    default: .badRequest
    }
  }

  private mutating func serve(
    _ request: Message, _ arrival: Arrival, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    switch arrival.method {
    case .ack:
      return receiveAck(request, arrival, now: now, into: &out)
    case .cancel:
      return receiveCancel(request, arrival, now: now, into: &out)
    case .invite, .bye, .options, .update, .info, .register, .prack, .notify, .subscribe, .refer,
      .message, .publish, .other:
      break
    }
    if arrival.method == .notify {
      return receiveNotify(request, arrival, now: now, into: &out)
    }
    if let tag = try? request.to().tag {
      return serveInDialog(request, arrival, toTag: tag, now: now, into: &out)
    }
    switch arrival.method {
    case .invite:
      receiveCall(request, arrival, now: now, into: &out)
    case .options:
      answerOptions(request, arrival, into: &out)
    case .ack, .bye, .cancel, .update, .info, .register, .prack, .notify, .subscribe, .refer,
      .message, .publish, .other:
      refuse(request, 481, arrival.source, .unknownDialog, into: &out)
    }
  }

  /// RFC 3261 §11.2: what we can do, asked outside of any dialog; SBCs use it as a heartbeat.
  private mutating func answerOptions(
    _ request: Message, _ arrival: Arrival, into out: inout Outbox<UserAgentOutput>
  ) {
    var writer = MessageWriter(
      answering: request, code: 200, tag: statelessTag, source: arrival.source)
    addCapabilities(to: &writer)
    let response = writer.finish()
    send(response, to: responseDestination(request, arrival.source), into: &out)
  }

  func addCapabilities(to writer: inout MessageWriter) {
    writer.add(.allow, allow)
    writer.add(.accept, "application/sdp")
    if !supported.isEmpty { writer.add(.supported, supported) }
    if !settings.userAgent.isEmpty { writer.add(.server, settings.userAgent) }
  }

  /// Refuses a request without remembering it (RFC 3261 §8.2.7): the same copy, the same answer.
  mutating func refuse(
    _ request: Message, _ code: UInt16, _ source: Endpoint, _ counter: AgentCounter,
    into out: inout Outbox<UserAgentOutput>
  ) {
    counters.count(counter)
    out.emit(.note(.refused(counter, code: code)))
    noteRefusal(request, code)
    var writer = MessageWriter(
      answering: request, code: code, tag: statelessTag, source: source)
    addReason(code, request, to: &writer)
    send(writer.finish(), to: responseDestination(request, source), into: &out)
  }

  /// A copy of a request in a dialog gets the same refusal, whatever has changed meanwhile.
  private mutating func noteRefusal(_ request: Message, _ code: UInt16) {
    guard let tag = try? request.to().tag, let sequence = try? request.cSeq() else { return }
    if let s = dialog(of: request, toTag: tag) {
      table[s].dialog.note(refusal: code, of: sequence)
    } else if let (s, e) = earlyDialog(of: request, toTag: tag) {
      table[s].earlyDialogs[e].dialog.note(refusal: code, of: sequence)
    }
  }

  /// What the standard wants beside the code.
  private mutating func addReason(
    _ code: UInt16, _ request: Message, to writer: inout MessageWriter
  ) {
    let method = (try? request.cSeq().method) ?? .other
    let able = method == .notify ? noticeCapabilities : capabilities
    if method == .invite, let cause = ReleaseCause.of(refusal: code) {
      writer.add(releaseCause: cause)
    }
    switch code {
    case 405, 501: writer.add(.allow, allow)
    case 406, 415: for type in able.contentTypes { writer.add(.accept, Text(type)) }
    case 420:
      for tag in request.unsupportedExtensions(able) { writer.add(.unsupported, request.text(tag)) }
    case 480 where request.target.isSIPS:
      // RFC 5630 §5.2.2: without TLS there is no way here that is safe from end to end.
      var warning = Text("380 ")
      warning.append(settings.local)
      warning.append(" \"SIPS Not Allowed\"")
      writer.add(.warning, warning)
    case 422: writer.add(.minSE, settings.sessions.leastSeconds)
    case 469: writer.add(other: "Recv-Info", [])
    case 489: writer.add(other: "Allow-Events", events)
    case 500: writer.add(.retryAfter, UInt32(random.next() % 11))  // §14.2: 0 to 10 s
    default: break
    }
  }

  /// Where the response to a request goes that has no transaction (§18.2.2, RFC 3581 §4).
  func responseDestination(_ request: Message, _ source: Endpoint) -> Endpoint {
    guard let via = try? request.via(), via.rport == .absent, via.transport != .tcp,
      via.transport != .tls
    else { return source }
    return Endpoint(source.address, via.port ?? 5_060)
  }

  /// Whether another server transaction fits; for it the oldest is forgotten that is answered.
  mutating func makeRoomForServer() -> Bool {
    guard servers.count >= Self.serverLimit else { return true }
    guard let oldest = servers.firstIndex(where: { !$0.isOpen }) else { return false }
    servers.remove(at: oldest)
    return true
  }

  /// Starts a server transaction; returns its number.
  mutating func open(
    _ request: Message, _ arrival: Arrival, session: SessionNumber, now: Instant
  ) -> UInt32 {
    lastServer &+= 1
    servers.append(
      ServerTransaction(
        number: lastServer, method: arrival.method, request: request, via: arrival.via,
        source: arrival.source, session: session, timers: settings.timers, now: now))
    return lastServer
  }

  /// RFC 3261 §9.2: the 200 is for the CANCEL, the 487 for what it cancels.
  private mutating func receiveCancel(
    _ request: Message, _ arrival: Arrival, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let target = servers.firstIndex {
      $0.method == .invite && $0.matches(request, arrival.via, arrival.sequence)
    }
    guard let target else {
      return refuse(request, 481, arrival.source, .unknownDialog, into: &out)
    }
    let number = servers[target].number
    let session = position(of: servers[target].session)
    var writer = MessageWriter(
      answering: request, code: 200,
      tag: session.map { table[$0].dialog.localTag } ?? statelessTag, source: arrival.source)
    send(writer.finish(), to: responseDestination(request, arrival.source), into: &out)
    guard let s = session else { return }
    if table[s].serverTransaction == number {
      table[s].cause = request.releaseCause()
      steerIncoming(s, now: now, into: &out) { $0.receiveCancel(into: &$1) }
    } else {
      steerReinvite(s, now: now, into: &out) { $0.receiveCancel(into: &$1) }
    }
  }

  /// An ACK ends a refusal's repetitions by its branch, or a 2xx's by its dialog and CSeq.
  private mutating func receiveAck(
    _ request: Message, _ arrival: Arrival, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let refused = servers.firstIndex {
      $0.method == .invite && $0.matches(request, arrival.via, arrival.sequence)
    }
    if let refused { perform(servers[refused].receiveAck(now: now), server: refused, into: &out) }
    guard let tag = try? request.to().tag, request.bytes[tag] != statelessTag[...] else { return }
    guard let s = dialog(of: request, toTag: tag) else {
      if refused == nil { ignore(.strayAck, from: arrival.source, now: now, into: &out) }
      return
    }
    guard arrival.sequence.number == table[s].acknowledgedSequence else { return }
    confirm(s, request, now: now, into: &out)
  }

  private mutating func confirm(
    _ s: Int, _ ack: Message, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    let isFirst: Bool
    if case .reinvited(_, let machine) = table[s].change {
      isFirst = machine.isUnconfirmed
      steerReinvite(s, now: now, into: &out) { $0.receiveAck(into: &$1) }
    } else if case .incoming(let machine) = table[s].leg {
      isFirst = machine.isUnconfirmed
      steerIncoming(s, now: now, into: &out) { $0.receiveAck(into: &$1) }
    } else {
      return
    }
    guard isFirst, table[s].answerIsOffer, !table[s].isEnded else { return }
    table[s].receivedDescription = ack.description
    out.emit(.offerAccepted(table[s].number, description: ack.description))
  }
}
