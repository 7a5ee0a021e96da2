internal import Base
internal import SIPSyntax

/// Registration by a flow, the way that we made to the SBC (RFC 5626 §4, RFC 6223).
///
/// A connection is kept by whoever has it (`wantedKeepAlive`), a flow of UDP by STUN from here.
extension UserAgent {
  /// How often an SBC may want to be pinged.
  private static let keepAliveRange: ClosedRange<UInt32> = 5...3_600

  /// Whether REGISTER offers the way that it goes by.
  private var offersFlow: Bool {
    switch settings.outbound {
    case .off: false
    case .streams: settings.transport != .udp
    case .on: true
    }
  }

  /// The flow that a REGISTER of an account names: one for each place in the list of SBCs.
  func flowToName(_ account: Int) -> UInt32? {
    guard offersFlow, accounts[account].flowRefusedBy != server else { return nil }
    return UInt32(selection.serving) + 1
  }

  /// The Via of a REGISTER: it asks how often the way is to be kept (RFC 6223 §4.3).
  func registerVia(_ branch: UInt64) -> Text {
    offersFlow ? via(branch) + Text(";keep") : via(branch)
  }

  /// What a 2xx says of our flow: whether calls come by it (§4.2.1), how often it is to be kept.
  mutating func learnFlow(from response: Message, account i: Int, now: Instant) {
    let isUsed = accounts[i].flow != nil && response.lists("outbound", in: .require)
    for member in members(of: i) { accounts[member].use(flow: isUsed) }
    guard offersFlow else { return }
    let (range, seconds) = (Self.keepAliveRange, response.keepAliveSeconds)
    // 0 leaves it to us.
    wantedKeepAlive = seconds.flatMap {
      $0 == 0 ? nil : .seconds(Int64(min(max($0, range.lowerBound), range.upperBound)))
    }
    guard settings.transport == .udp, case .running = phase else { return }
    if isUsed || seconds != nil {
      let server = accounts[i].home ?? server
      probe.keep(server, wanted: wantedKeepAlive, now: now, using: &random)
    } else if !accounts.contains(where: { $0.usesFlow }) {
      probe.stop()
    }
  }

  /// Asks when it is time; a flow that has failed is made again by the next REGISTER (§4.4.2).
  mutating func advanceProbe(to now: Instant, into out: inout Outbox<UserAgentOutput>) {
    switch probe.advance(to: now, using: &random) {
    case .send(let request, let server): out.emit(.send(request, to: server))
    case .failed(let server):
      out.emit(.note(.flowFailed(server)))
      if case .running = phase { renewRegistrations(.lost, now: now, into: &out) }
    case nil: break
    }
  }

  /// Takes a datagram of STUN.
  mutating func receiveSTUN(
    _ datagram: Text, from source: Endpoint, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    guard let answer = STUNBindingAnswer(parsing: datagram) else {
      return ignore(.malformed, from: source, now: now, into: &out)
    }
    switch probe.receive(answer, from: source, now: now, using: &random) {
    case .stray: ignore(.strayResponse, from: source, now: now, into: &out)
    case .well: counters.count(.keepAlive)
    case .moved(let seen):
      counters.count(.keepAlive)
      out.emit(.note(.flowMoved(to: seen)))
      if case .running = phase { renewRegistrations(.lost, now: now, into: &out) }
    }
  }

  /// The registrar knows flows and the SBC does not (439, §11.6): there is none at this SBC.
  mutating func leaveFlow(_ i: Int, into out: inout Outbox<UserAgentOutput>) {
    // Whoever answered, after a 305 another port of it: what counts is whom we would ask again.
    accounts[i].flowRefusedBy = server
    for member in members(of: i) { accounts[member].use(flow: false) }
    out.emit(.note(.flowRefused(accounts[i].account.number)))
  }
}

extension Message {
  /// How often the sender wants to be pinged: what our Via brings back (RFC 6223 §4.4), or else
  /// Flow-Timer (RFC 5626 §10); 0 leaves it to us, and `nil` is for who does not want it.
  var keepAliveSeconds: UInt32? {
    var seconds: UInt32?
    if let field = first(.via), let via = try? self.via(),
      let start = bytes[via.host.upperBound..<field.upperBound].firstIndex(of: UInt8(ascii: ";")),
      let value = parameter("keep", in: start..<field.upperBound)
    {
      seconds = self.seconds(in: value)
    }
    if seconds == nil {
      forEachOther { name, value in
        guard bytes[name].equalsIgnoringCase("flow-timer") else { return }
        seconds = self.seconds(in: value)
      }
    }
    return seconds
  }
}
