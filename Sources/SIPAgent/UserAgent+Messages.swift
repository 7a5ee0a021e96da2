internal import Base
internal import SIPSyntax

/// How our requests and responses are written.
extension UserAgent {
  /// The fields that a request is sent again with, beside Via, CSeq and credentials.
  private static let kept: [HeaderName] = [
    .contact, .expires, .allow, .supported, .rAck, .event, .accept, .pPreferredIdentity,
    .pEarlyMedia, .privacy, .priority, .reason, .referTo, .referredBy, .replaces,
    .subscriptionState, .userAgent,
  ]

  func via(_ branch: UInt64) -> Text {
    var value = viaPrefix
    value.append(hex: branch, digits: 16)
    return value
  }

  func sequence(_ number: UInt32, _ method: Method) -> Text {
    var value = Text()
    value.append(decimal: number)
    value.append(UInt8(ascii: " "))
    value.append(method.spelling)
    return value
  }

  /// Starts a request in a dialog, or the INVITE that makes one.
  func request(
    _ method: Method, in dialog: Dialog, sequence number: UInt32, branch: UInt64
  ) -> MessageWriter {
    let (uri, routes) = dialog.path()
    var writer = MessageWriter(request: method, uri: uri)
    writer.add(.via, via(branch))
    writer.add(.maxForwards, 70)
    for route in routes { writer.add(.route, route) }
    writer.add(.from, dialog.local)
    writer.add(.to, dialog.remote)
    writer.add(.callID, dialog.callID)
    writer.add(.cSeq, sequence(number, method))
    return writer
  }

  /// Adds what every request but ACK and CANCEL says of us and of the way to the SBC.
  func addIdentity(to writer: inout MessageWriter, account i: Int, method: Method) {
    if !settings.userAgent.isEmpty { writer.add(.userAgent, settings.userAgent) }
    addAccessNetwork(to: &writer)
    addAgreement(to: &writer, account: i, method: method)
  }

  /// A call is one of multimedia telephony (TS 24.173 §5.1, RFC 6050 §4.1, RFC 3841 §9.2).
  func addService(to writer: inout MessageWriter) {
    guard settings.profile == .ims else { return }
    writer.add(other: "P-Preferred-Service", Text("urn:urn-7:3gpp-service.ims.icsi.mmtel"))
    writer.add(
      other: "Accept-Contact",
      Text("*;+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\""))
  }

  /// P-Access-Network-Info: in every request but ACK and CANCEL, and in the responses of calls
  /// (RFC 7315 §5.4, §5.7).
  private func addAccessNetwork(to writer: inout MessageWriter) {
    guard !settings.accessNetwork.isEmpty else { return }
    writer.add(other: "P-Access-Network-Info", settings.accessNetwork)
  }

  /// The realm whose challenges the account answers; empty for any.
  ///
  /// An IMS core challenges in the name of the home domain (TS 24.229 §5.1.1.5).
  func realm(of account: Int) -> Text {
    if !settings.realm.isEmpty { return settings.realm }
    return settings.profile == .ims ? accounts[account].account.domain : []
  }

  /// What an account, or the trunk that it belongs to, has proved itself with.
  func proven(of account: Int) -> ProvenDigests { accounts[registrant(of: account)].proven }

  /// Adds the credentials that the dialog or registration has.
  func addCredentials(
    to writer: inout MessageWriter, _ authenticator: inout Authenticator, account: Int,
    method: Method, uri: Text, body: Text = []
  ) {
    authenticator.answer(
      for: accounts[account].account, method: Text(method.spelling), uri: uri, body: body
    ) { isProxy, value in
      writer.add(isProxy ? .proxyAuthorization : .authorization, value)
    }
    guard method == .register, settings.profile == .ims, !authenticator.knowsServer else { return }
    writer.add(.authorization, emptyCredentials(of: accounts[account].account, uri: uri))
  }

  /// TS 24.229 §5.1.1.2.1: a REGISTER without a challenge yet says whose it is.
  private func emptyCredentials(of account: Account, uri: Text) -> Text {
    var value = Text(
      credentialsOf: account.authenticationUser, realm: account.domain, nonce: [], uri: uri)
    value.append(", response=\"\"")
    return value
  }

  /// Adds User-Agent and the credentials of a session's dialogs.
  mutating func addOurs(
    to writer: inout MessageWriter, session s: Int, method: Method, in dialog: Dialog,
    body: Text = []
  ) {
    addIdentity(to: &writer, account: table[s].account, method: method)
    var authenticator = table[s].authenticator
    addCredentials(
      to: &writer, &authenticator, account: table[s].account, method: method,
      uri: dialog.path().uri, body: body)
    table[s].authenticator = authenticator
  }

  /// The same request once more with another branch, the next CSeq and credentials.
  ///
  /// With a session it asks for a longer interval than before.
  func renewed(
    _ request: Text, branch: UInt64, sequence number: UInt32, account: Int,
    _ authenticator: inout Authenticator, longerFor session: Int? = nil
  ) -> Text? {
    guard let message = try? Message(parsing: request),
      case .request(let method, let uri) = message.startLine
    else { return nil }
    let target = message.text(uri)
    var writer = MessageWriter(request: method, uri: target)
    writer.add(.via, method == .register ? registerVia(branch) : via(branch))
    for name: HeaderName in [.maxForwards, .route, .from, .to, .callID] {
      writer.copy(name, from: message)
    }
    writer.add(.cSeq, sequence(number, method))
    for name in Self.kept { writer.copy(name, from: message) }
    if let session {
      addInterval(to: &writer, session: session)
    } else {
      writer.copy(.sessionExpires, from: message)
      writer.copy(.minSE, from: message)
    }
    if method == .register { addBulk(to: &writer) }
    if method == .invite, (try? message.to().tag) == nil { addService(to: &writer) }
    addAccessNetwork(to: &writer)
    addAgreement(to: &writer, account: account, method: method)
    let body = message.text(message.body)
    addCredentials(
      to: &writer, &authenticator, account: account, method: method, uri: target, body: body)
    if !body.isEmpty { writer.copy(.contentType, from: message) }
    return writer.finish(body: body)
  }

  /// The CANCEL of an INVITE, or the ACK of its refusal; both go where it went (§9.1, §17.1.1.3).
  func companion(_ method: Method, of invite: Text, to response: Message?) -> Text? {
    guard let message = try? Message(parsing: invite),
      case .request(_, let uri) = message.startLine, let number = try? message.cSeq().number
    else { return nil }
    var writer = MessageWriter(request: method, uri: message.text(uri))
    for name: HeaderName in [.via, .maxForwards, .route, .from] {
      writer.copy(name, from: message)
    }
    writer.copy(.to, from: response ?? message)
    writer.copy(.callID, from: message)
    writer.add(.cSeq, sequence(number, method))
    if method == .cancel { writer.add(releaseCause: ReleaseCause.normalClearing) }
    return writer.finish()
  }

  /// The ACK of a 2xx: in the dialog, with the INVITE's credentials (RFC 3261 §13.2.2.4).
  func acknowledgement(
    in dialog: Dialog, sequence number: UInt32, invite: Text, branch: UInt64
  ) -> Text {
    var writer = request(.ack, in: dialog, sequence: number, branch: branch)
    if let message = try? Message(parsing: invite) {
      writer.copy(.authorization, from: message)
      writer.copy(.proxyAuthorization, from: message)
    }
    return writer.finish()
  }

  /// Our Contact in a session.
  func contact(of s: Int) -> Text {
    accounts[table[s].account].contact(isSIPS: table[s].usesSIPS)
  }

  /// A response in a dialog: 18x and 2xx carry what the dialog is made of (RFC 3261 §12.1.1).
  ///
  /// `reliable` is the RSeq of one that wants a PRACK.
  @inline(never)
  func response(
    to transaction: ServerTransaction, code: UInt16, tag: Text, contact: Text, body: Text = [],
    reliable: UInt32? = nil, interval: AgreedInterval? = nil
  ) -> Text {
    var writer = MessageWriter(
      answering: transaction.request, code: code, tag: tag, source: transaction.source)
    if code < 300, transaction.method == .invite || transaction.method == .update {
      writer.copy(.recordRoute, from: transaction.request)
      writer.add(.contact, contact)
      writer.add(.allow, allow)
      if !supported.isEmpty { writer.add(.supported, supported) }
    }
    if transaction.method == .invite, let cause = ReleaseCause.of(refusal: code) {
      writer.add(releaseCause: cause)
    }
    if let reliable {
      writer.add(.require, "100rel")
      writer.add(.rSeq, reliable)
    }
    if let interval {
      if interval.isRequired { writer.add(.require, "timer") }
      writer.add(interval.value)
    }
    if code > 100 { addAccessNetwork(to: &writer) }
    if code >= 200, !settings.userAgent.isEmpty { writer.add(.server, settings.userAgent) }
    return writer.finish(contentType: "application/sdp", body: body)
  }
}

extension MessageWriter {
  /// Adds a Session-Expires.
  mutating func add(_ interval: SessionExpires) {
    var value = Text()
    value.append(decimal: interval.seconds)
    if let refresher = interval.refresher {
      value.append(";refresher=")
      value.append(refresher.spelling)
    }
    add(.sessionExpires, value)
  }
}

extension ArraySlice<UInt8> {
  /// Whether a URI is one of `sips` (RFC 5630).
  var isSIPS: Bool { prefix(5).equalsIgnoringCase("sips:") }
}

extension Message {
  /// The Request-URI; empty in a response.
  var target: ArraySlice<UInt8> {
    guard case .request(_, let uri) = startLine else { return [] }
    return bytes[uri]
  }

  /// The session description that it carries; empty for none.
  var description: Text {
    content("application/sdp").map { text($0) } ?? []
  }
}
