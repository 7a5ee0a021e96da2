internal import Base
internal import SIPSyntax
internal import SIPTransaction

/// An account and what the registrar has said about it.
struct AccountState: Sendable {
  private(set) var account: Account
  var registration: Registration
  var authenticator = Authenticator()
  /// How it has proved itself, which outlives the registration.
  var proven = ProvenDigests()
  /// One Call-ID for all registrations of a boot (RFC 3261 §10.2.4).
  let callID: Text
  let tag: Text
  var sequence: UInt32 = 0
  /// The branch of the REGISTER whose answer counts.
  var branch: UInt64 = 0
  var lastCode: UInt16 = 0
  /// The SBC at which the last registration was accepted.
  var home: Endpoint?
  /// The expiry that the REGISTER on its way asks for.
  var askedSeconds: UInt32 = 0
  /// The Route of every initial request (RFC 3608).
  var serviceRoutes: [Text] = []
  /// The proxies between us and the registrar (RFC 3327), as the latest 2xx names them.
  var path: [Text] = []
  var identities: [Text] = []
  /// The URI of the first of them; empty without any.
  var defaultURI = Text()
  /// What the SBC can do for protection (RFC 3329), in its words; empty until it said so.
  var securityServer: [Text] = []
  /// The subscription to what the network does with our registration.
  var watch: RegistrationWatch
  /// The subscription to the mailbox.
  var mailbox: EventWatch
  /// The subscription to what services do to the line.
  var services: EventWatch
  /// What the reports of its calls prove themselves with.
  var publisher = Authenticator()
  /// What the mailbox has said last.
  var messages: MessageSummary?
  /// The dial tone that the network has named last.
  var dialTone: DialTonePattern?
  /// The URI in our Contact, as it is registered.
  private(set) var contactURI = Text()
  /// The Contact of dialogs.
  private(set) var contact = Text()
  /// Whether the registrar reaches us by the connection that we registered by (RFC 5626 §4.2).
  private(set) var usesFlow = false
  /// The SBC with which it cannot, as the registrar has said (439).
  var flowRefusedBy: Endpoint?
  /// The number of the flow that the latest REGISTER named.
  var flow: UInt32?
  /// The URI of the binding that the next REGISTER takes back; empty for none.
  var formerURI = Text()
  /// The URI that Contact had before the seen address moved it.
  var retiredURI = Text()
  /// How often the seen address moved the Contact without a refresh between.
  var moves = 0
  let profile: SIPProfile
  /// The trunk's user part; empty when the account registers itself.
  let trunk: Text
  /// Whether our URIs are `sips` (RFC 5630).
  let usesSIPS: Bool
  private var transport: Transport
  private var local: Endpoint
  /// Our instance (RFC 5626 §4.1) with angle brackets.
  let instance: Text
  /// Our address-of-record with the display name, without a tag.
  private(set) var identity = Text()

  init(_ account: Account, settings: UserAgentSettings, random: inout RandomSource) {
    self.account = account
    registration = Registration(
      expiresSeconds: account.expiresSeconds, backOff: settings.backOff,
      refusalPause: settings.refusalPause)
    watch = RegistrationWatch(settings: settings)
    mailbox = EventWatch(.messages, settings: settings)
    services = EventWatch(.profile, settings: settings)
    profile = settings.profile
    trunk = settings.trunk
    usesSIPS = settings.usesSIPS
    transport = settings.transport
    local = settings.local
    instance = Self.instance(
      of: Self.address(user: trunk.isEmpty ? account.user : trunk, at: account.domain))
    callID = randomToken(words: 2, using: &random)
    tag = randomToken(words: 1, using: &random)
    nameIdentity()
    move(to: settings.local)
  }

  private mutating func nameIdentity() {
    identity = named(ownURI)
  }

  private func named(_ uri: Text) -> Text {
    var value = Text()
    if !account.displayName.isEmpty {
      value.append(quotedString: account.displayName)
      value.append(UInt8(ascii: " "))
    }
    return value + Self.bracketed(uri)
  }

  /// Our address-of-record.
  var ownURI: Text { address(of: account.user) }

  /// The URI of a user of our domain.
  func address(of user: Text) -> Text {
    Self.address(user: user, at: account.domain, isSIPS: usesSIPS)
  }

  /// The address-of-record that is registered: the trunk's, or our own.
  var registeredURI: Text {
    trunk.isEmpty ? ownURI : address(of: trunk)
  }

  /// From and To of REGISTER.
  var registeredIdentity: Text { trunk.isEmpty ? identity : Self.bracketed(registeredURI) }

  /// The From of calls: under IMS the default public identity (TS 24.229 §5.1.2A.1.1).
  ///
  /// That of a trunk is none of a port's, which calls by its own number.
  var callIdentity: Text {
    profile == .ims && trunk.isEmpty && !defaultURI.isEmpty ? named(defaultURI) : identity
  }

  /// The P-Preferred-Identity of calls (RFC 3325 §9.2); `nil` sends none.
  var preferredIdentity: Text? {
    guard profile == .ims, !defaultURI.isEmpty else { return nil }
    return Self.bracketed(trunk.isEmpty ? defaultURI : ownURI)
  }

  /// Takes what the registration of the trunk has taught.
  mutating func follow(_ registrant: AccountState) {
    serviceRoutes = registrant.serviceRoutes
    path = registrant.path
    identities = registrant.identities
    defaultURI = registrant.defaultURI
    home = registrant.home
  }

  /// Forgets what the last registration taught, as an initial one does.
  mutating func beginAnew() {
    authenticator.forget()
    serviceRoutes = []
    path = []
    identities = []
    securityServer = []
    defaultURI = []
    watch.stop()
    mailbox.stop()
    services.stop()
    publisher.forget()
  }

  /// One of the subscriptions; `nil` for what an account does not subscribe to.
  subscript(package: EventPackage) -> EventWatch? {
    get {
      switch package {
      case .registration: watch.event
      case .messages: mailbox
      case .profile: services
      case .conference: nil
      }
    }
    set {
      guard let newValue else { return }
      switch package {
      case .registration: watch.event = newValue
      case .messages: mailbox = newValue
      case .profile: services = newValue
      case .conference: break
      }
    }
  }

  /// Takes what counts from the next request on.
  mutating func update(displayName: Text, expiresSeconds: UInt32) {
    guard account.displayName != displayName || account.expiresSeconds != expiresSeconds else {
      return
    }
    account.displayName = displayName
    account.expiresSeconds = expiresSeconds
    registration.ask(seconds: expiresSeconds)
    nameIdentity()
  }

  /// Takes an address of our own that is another one: what the SBC saw before means nothing there.
  mutating func relocate(to local: Endpoint) {
    formerURI = []
    retiredURI = []
    moves = 0
    move(to: local)
  }

  /// Names another transport in our Contact; the next REGISTER takes back what named the old one.
  mutating func use(_ transport: Transport) {
    let former = contactURI
    self.transport = transport
    usesFlow = false
    retiredURI = []
    moves = 0
    move(to: local)
    if contactURI != former { formerURI = former }
  }

  /// Makes our Contact anew with an address.
  mutating func move(to local: Endpoint) {
    self.local = local
    contact = makeContact(isSIPS: usesSIPS)
    // RFC 6140 §5.2: the registrar puts the number that is called before the host.
    contactURI =
      trunk.isEmpty
      ? place(of: account.user, isSIPS: usesSIPS) : place(of: [], isSIPS: usesSIPS) + Text(";bnc")
  }

  /// Where we are; `sips` says by itself that TLS leads there (RFC 5630 §3.1.3).
  private func place(of user: Text, isSIPS: Bool) -> Text {
    var uri = Text(isSIPS ? "sips:" : "sip:")
    if !user.isEmpty {
      uri.append(user: user)
      uri.append(UInt8(ascii: "@"))
    }
    uri.append(local)
    if !isSIPS { uri.append(transport.uriParameter) }
    return uri
  }

  private func makeContact(isSIPS: Bool) -> Text {
    let own = place(of: account.user, isSIPS: isSIPS)
    // RFC 5626 §4.3: requests of a dialog come by the flow as well.
    var contact = Self.bracketed(usesFlow ? own + Text(";ob") : own)
    if profile == .ims { contact.append(Self.service) }
    return contact
  }

  /// The Contact of a dialog whose URIs are `sips`, or are not: its scheme is that of the first
  /// request (RFC 3261 §12.1.1).
  func contact(isSIPS: Bool) -> Text {
    isSIPS == usesSIPS ? contact : makeContact(isSIPS: isSIPS)
  }

  /// The registrar reaches us by our flow from now on, or does not any more.
  mutating func use(flow isUsed: Bool) {
    guard isUsed != usesFlow else { return }
    usesFlow = isUsed
    move(to: local)
  }

  /// TS 24.229 §7.9.2: the service that we are there for is multimedia telephony (MMTEL).
  private static var service: StaticString {
    ";+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\""
  }

  /// The Contact of REGISTER; it names the flow where there is one (RFC 5626 §4.2).
  var binding: Text {
    var binding = Self.bracketed(contactURI)
    if profile == .ims { binding.append(Self.service) }
    guard profile == .ims || flow != nil else { return binding }
    binding.append(";+sip.instance=\"")
    binding += instance
    binding.append("\"")
    if let flow {
      binding.append(";reg-id=")
      binding.append(decimal: flow)
    }
    return binding
  }

  /// The URI in angle brackets.
  static func bracketed(_ uri: Text) -> Text {
    var value = Text("<")
    value += uri
    value.append(UInt8(ascii: ">"))
    return value
  }

  /// A UUID of version 8 (RFC 9562 §5.8) made of the address-of-record that is registered.
  ///
  /// It is the same after every start (RFC 5626 §4.1), and a box that replaces a broken one takes
  /// over its binding instead of standing beside it.
  private static func instance(of address: Text) -> Text {
    var digits = DigestAlgorithm.sha256.hash(address)
    digits[12] = UInt8(ascii: "8")
    digits[16] = UInt8(ascii: "8")
    var value = Text("<urn:uuid:")
    for (i, digit) in digits.prefix(32).enumerated() {
      if i == 8 || i == 12 || i == 16 || i == 20 { value.append(UInt8(ascii: "-")) }
      value.append(digit)
    }
    value.append(UInt8(ascii: ">"))
    return value
  }

  /// `sip:user@domain`, or the same with `sips`.
  private static func address(user: Text, at domain: Text, isSIPS: Bool = false) -> Text {
    var uri = Text(isSIPS ? "sips:" : "sip:")
    uri.append(user: user)
    uri.append(UInt8(ascii: "@"))
    uri += domain
    return uri
  }

  /// How the account stands by its own registration, or by that of its trunk.
  func report(registeredBy registrant: AccountState) -> RegistrationReport {
    var report = registrant.report
    report.account = account.number
    report.mailbox = mailboxStatus
    report.messages = messages
    report.profile = profileStatus
    report.dialTone = dialTone
    return report
  }

  private var mailboxStatus: WatchStatus? {
    mailbox.subscription.state == .idle ? nil : mailbox.status
  }

  private var profileStatus: WatchStatus? {
    services.subscription.state == .idle ? nil : services.status
  }

  private var report: RegistrationReport {
    RegistrationReport(
      account: account.number, trunk: trunk.isEmpty ? [] : registeredURI,
      status: registration.status, lastCode: lastCode,
      expiresAt: registration.expiresAt, nextAttempt: registration.nextAttempt,
      failures: registration.failures, serviceRoute: joined(serviceRoutes),
      defaultIdentity: identities.first ?? [], path: joined(path),
      identities: joined(implicitSet.count > 1 ? implicitSet : []),
      agreement: joined(securityServer),
      contact: retiredURI.isEmpty ? [] : contactURI, flow: usesFlow ? flow : nil,
      watch: profile == .ims ? watch.event.status : nil,
      mailbox: mailboxStatus, messages: messages, profile: profileStatus, dialTone: dialTone)
  }

  /// The identities that are registered together, by the latest word of the network.
  private var implicitSet: [Text] { watch.identities.isEmpty ? identities : watch.identities }

  private func joined(_ routes: [Text]) -> Text {
    var text = Text()
    for route in routes {
      if !text.isEmpty { text.append(", ") }
      text += route
    }
    return text
  }
}

/// Unpredictable hexadecimal digits, 64 bits a word (RFC 3261 §19.3).
func randomToken(words: Int, using random: inout RandomSource) -> Text {
  var token = Text()
  token.reserveCapacity(16 * words)
  for _ in 0..<words { token.append(hex: random.next(), digits: 16) }
  return token
}
