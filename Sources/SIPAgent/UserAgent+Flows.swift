internal import Base
internal import SIPSyntax

/// Registration by a flow, the connection that we made to the SBC (RFC 5626 §4, RFC 6223).
///
/// By TCP and TLS each REGISTER offers it. Flows of UDP would have to be kept by STUN (§4.4.2), which
/// nobody here speaks, so that there none is offered.
extension UserAgent {
  /// How often an SBC may want to be pinged.
  private static let keepAliveRange: ClosedRange<UInt32> = 5...3_600

  /// The flow that a REGISTER of an account names: one for each place in the list of SBCs.
  func flowToName(_ account: Int) -> UInt32? {
    guard settings.transport != .udp, accounts[account].flowRefusedBy != server else { return nil }
    return UInt32(selection.serving) + 1
  }

  /// The Via of a REGISTER: by a connection it asks how often that is to be kept (RFC 6223 §4.3).
  func registerVia(_ branch: UInt64) -> Text {
    settings.transport == .udp ? via(branch) : via(branch) + Text(";keep")
  }

  /// What a 2xx says of our flow: whether calls come by it (§4.2.1), how often it is to be kept.
  mutating func learnFlow(from response: Message, account i: Int) {
    let isUsed = accounts[i].flow != nil && response.lists("outbound", in: .require)
    for member in members(of: i) { accounts[member].use(flow: isUsed) }
    guard settings.transport != .udp else { return }
    let range = Self.keepAliveRange
    wantedKeepAlive = response.keepAliveSeconds.map {
      .seconds(Int64(min(max($0, range.lowerBound), range.upperBound)))
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
  /// Flow-Timer (RFC 5626 §10); `nil` when it does not say, or leaves it to us by 0.
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
    return seconds == 0 ? nil : seconds
  }
}
