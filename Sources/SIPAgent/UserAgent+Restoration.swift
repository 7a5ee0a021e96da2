internal import Base
internal import SIPSyntax

/// A core that has lost its state (TS 24.229 §5.1.2A.1.6), and a Contact that follows the address
/// that the SBC sees (RFC 3581).
extension UserAgent {
  /// Registers from the beginning when a session's request was answered by a core that lost us.
  ///
  /// While a REGISTER is on its way there is nothing to do: it tells the core.
  mutating func restoreRegistration(
    _ response: Message, _ code: UInt16, account: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let i = registrant(of: account)
    guard code == 504, accounts[i].registration.isAtRest,
      wantsRestoration(response, account: i)
    else { return }
    out.emit(.note(.registrationRestored(accounts[i].account.number)))
    beginAnew(i)
    var wishes = Outbox<Registration.Output>(limit: 4)
    accounts[i].registration.renew(into: &wishes)
    perform(wishes, account: i, now: now, into: &out)
  }

  /// Forgets what the account's last registration taught, and the subscription to it.
  mutating func beginAnew(_ i: Int) {
    for member in members(of: i) {
      stopWatching(member)
      accounts[member].beginAnew()
    }
  }

  /// Whether a 504 says that the core lost our registration.
  func wantsRestoration(_ response: Message, account i: Int) -> Bool {
    guard let wish = alternative(in: response, account: i) else { return false }
    return wish.isRestoration && wish.isInitialRegistration
  }

  /// What the core wants instead of what we asked for.
  ///
  /// Only the core's own word counts: the identity that it asserts must be one of the proxies that
  /// our registration went through.
  func alternative(in response: Message, account i: Int) -> AlternativeService? {
    guard settings.profile == .ims,
      response.value(of: .contentType, is: "application/3gpp-ims+xml"),
      let asserted = try? response.addresses(.pAssertedIdentity)
    else { return nil }
    let known = accounts[i].serviceRoutes + accounts[i].path
    let isKnown = asserted.contains { address in
      let uri = response.text(address.uri)
      return known.contains { route in
        guard let hop = try? NameAddress(parsing: route, 0..<route.count) else { return false }
        return namesSamePlace(uri, Text(route[hop.uri]))
      }
    }
    return isKnown ? AlternativeService(response.text(response.body)) : nil
  }

  /// Moves the Contact to where the SBC sees us, and renews the binding with it.
  ///
  /// A way that changes with every datagram moves it twice, and then not before the next refresh.
  mutating func followSeenAddress(
    _ response: Message, account i: Int, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {
    guard settings.followsSeenAddress, case .running = phase,
      accounts[i].registration.status == .registered,
      let seen = seenEndpoint(response, account: i)
    else { return }
    let former = accounts[i].contactURI
    var moved = accounts[i]
    moved.move(to: seen)
    guard moved.contactURI != former else { return accounts[i].moves = 0 }
    guard moved.moves < 2 else { return accounts[i].moves = 0 }
    moved.moves += 1
    moved.formerURI = former
    moved.retiredURI = former
    accounts[i] = moved
    for member in members(of: i) where member != i { accounts[member].move(to: seen) }
    out.emit(.note(.contactMoved(moved.account.number, to: seen)))
    var wishes = Outbox<Registration.Output>(limit: 4)
    accounts[i].registration.renew(into: &wishes)
    perform(wishes, account: i, now: now, into: &out)
  }

  /// Where the response says that we are: what its Via says that the SBC saw, or else the address
  /// in the only binding that it lists.
  private func seenEndpoint(_ response: Message, account i: Int) -> Endpoint? {
    if let via = try? response.via(), case .seen(let port) = via.rport {
      let address = via.received.flatMap { IPAddress(parsing: response.bytes[$0]) }
      return Endpoint(address ?? settings.local.address, port)
    }
    guard let contacts = try? response.contacts(), contacts.count == 1 else { return nil }
    return response.contactEndpoint
  }
}

/// Whether two SIP URIs name the same user at the same host and port, parameters apart.
func namesSamePlace(_ first: Text, _ second: Text) -> Bool {
  guard let a = try? SIPURI(parsing: first), let b = try? SIPURI(parsing: second) else {
    return false
  }
  let users = (a.user.map { first[$0] } ?? [], b.user.map { second[$0] } ?? [])
  return a.scheme == b.scheme && users.0 == users.1
    && (a.port ?? 5_060) == (b.port ?? 5_060)
    && first[a.host].elementsEqual(second[b.host]) { lowercased($0) == lowercased($1) }
}

extension Message {
  /// The address and the port in the first Contact, if it is an address over UDP and not a name.
  var contactEndpoint: Endpoint? {
    guard let contact = try? contacts().first, let uri = try? self.uri(contact.uri),
      uri.scheme == .sip
    else { return nil }
    if let transport = parameter("transport", in: uri.parameters),
      !bytes[transport].equalsIgnoringCase("udp")
    {
      return nil
    }
    var host = bytes[uri.host]
    if host.first == UInt8(ascii: "[") { host = host.dropFirst().dropLast() }
    return IPAddress(parsing: host).map { Endpoint($0, uri.port ?? 5_060) }
  }
}
