internal import Base
internal import SIPSyntax

/// The SBCs that an emergency call was tried at.
struct EmergencyRoute: Sendable {
  var tried: [Endpoint] = []
}

/// Calls that come before everything: room is made for them, and every SBC is asked.
extension UserAgent {
  /// The URN that stands for the number (RFC 5031, TS 24.229 §5.1.6.8), where the profile wants it.
  func emergencyTarget(_ purpose: CallPurpose) -> Text? {
    guard settings.profile == .ims, let service = purpose.emergencyService else { return nil }
    var urn = Text("urn:service:")
    urn += service
    return urn
  }

  /// Gives up what is worth less when the tables are full: what is over, then who only rings, then
  /// the newest call.
  mutating func makeRoomForEmergency(now: Instant, into out: inout Outbox<UserAgentOutput>) {
    if table.count(where: { !$0.isEnded }) >= Self.sessionLimit {
      let others = table.indices.filter { !table[$0].isEnded && table[$0].emergency == nil }
      let victim = others.last { !table[$0].isEstablished } ?? others.last
      if let victim { hangUp(at: victim, now: now, into: &out) }
    }
    // What goes on for an ended call, a CANCEL perhaps, is worth less too.
    guard !makeRoom(), let oldest = table.firstIndex(where: { $0.isEnded }) else { return }
    forget(at: oldest)
  }

  /// Whether a refusal is the SBC's own, so that another one may know better.
  ///
  /// A called party that is busy, or a centre that declines, has answered.
  static func isRefusalOfServer(_ code: UInt16) -> Bool {
    switch code {
    case 401, 407, 422, 484, 486, 487, 488, 600, 603, 604, 606: false
    default: code >= 400
    }
  }

  /// Goes on as an emergency call, because the core knows the number as one of those (380, TS 24.229
  /// §5.1.3.1); `false` if that is not what it says.
  mutating func becomeEmergency(
    _ s: Int, _ response: Message, client c: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    let account = registrant(of: table[s].account)
    guard table[s].emergency == nil, mayRepeat(clients[c].purpose, session: s),
      alternative(in: response, account: account)?.isEmergency ?? false,
      let request = try? Message(parsing: clients[c].request)
    else { return false }
    let purpose = clients[c].purpose
    restart(
      s, purpose, response, branch: table[s].inviteBranch,
      sequence: lastSequence(s, purpose, response))
    out.emit(.emergency(table[s].number))
    table[s].emergency = EmergencyRoute()
    let target = Self.emergencyService(in: response)
    // Who calls for help is never withheld.
    table[s].dialog.local = caller(
      account: table[s].account, tag: table[s].dialog.localTag, isPrivate: false)
    table[s].dialog.target = target
    table[s].dialog.remote = AccountState.bracketed(target)
    table[s].dialog.localSequence += 1
    sendInvite(s, offer: request.description, now: now, into: &out)
    return true
  }

  /// The service that a 380 names in its Contact (TS 24.229 §5.1.6.8.1), or any.
  private static func emergencyService(in response: Message) -> Text {
    let any = Text("urn:service:sos")
    guard let contact = try? response.contacts().first else { return any }
    let uri = response.text(contact.uri)
    return uri.prefix(any.count).equalsIgnoringCase("urn:service:sos") ? uri : any
  }

  /// Sends the INVITE of an emergency call to the next SBC that was not asked; `false` without one.
  mutating func rerouteEmergency(
    _ s: Int, _ response: Message?, client c: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    guard var route = table[s].emergency, mayRepeat(clients[c].purpose, session: s),
      let request = try? Message(parsing: clients[c].request)
    else { return false }
    route.tried.append(clients[c].destination)
    table[s].emergency = route
    guard let next = settings.servers.first(where: { !route.tried.contains($0) }) else {
      return false
    }
    let purpose = clients[c].purpose
    if let response {
      restart(
        s, purpose, response, branch: table[s].inviteBranch,
        sequence: lastSequence(s, purpose, response))
    } else {
      clients[c].terminate()
      needsSweep = true
    }
    out.emit(.note(.emergencyRerouted(table[s].number, to: next)))
    table[s].hop = next
    let account = table[s].account
    table[s].dialog.routes = accounts[account].home == next ? accounts[account].serviceRoutes : []
    table[s].dialog.localSequence += 1
    sendInvite(s, offer: request.description, now: now, into: &out)
    return true
  }

  /// The SBC of an emergency call is silent: nobody waits for its transaction to end.
  mutating func hurryEmergency(
    client c: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard case .invite(let session) = clients[c].purpose, let s = position(of: session),
      table[s].emergency != nil
    else { return }
    _ = rerouteEmergency(s, nil, client: c, now: now, into: &out)
  }
}
