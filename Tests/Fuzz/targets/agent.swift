import Base
import SIPAgent
import SIPSyntax

/// Takes the input as a script of what a far side, a user and the clock do to a user agent.
///
/// After every step its tables are within their limits; when the users have hung up and the far
/// side keeps quiet, nothing is left of any call.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let play = unsafe Play(Text(UnsafeBufferPointer(start: data, count: min(count, 1_024))))
  play.run()
  return 0
}

/// A dialog as its far side knows it.
private struct Known {
  let callID: String
  /// Our address and the far side's, with their tags.
  var ours: String
  var far: String
}

private final class Play {
  private static let sbcs = [
    Endpoint(.v4(0xC000_0201), 5_060), Endpoint(.v4(0xC000_0202), 5_060),
  ]
  private static let stranger = Endpoint(.v4(0xC633_6401), 5_060)
  private static let local = Endpoint(.v4(0xC000_0264), 5_070)
  private static let methods = [
    "BYE", "INVITE", "UPDATE", "PRACK", "REFER", "NOTIFY", "INFO", "OPTIONS", "ACK", "CANCEL",
    "MESSAGE", "SUBSCRIBE", "PUBLISH", "REGISTER", "NEW",
  ]
  private static let codes: [UInt16] = [
    100, 180, 183, 199, 200, 200, 202, 301, 305, 401, 403, 404, 407, 408, 422, 423, 480, 481, 486,
    487, 488, 491, 500, 503, 504, 600, 699,
  ]
  /// What a message may say beside the usual; several of them fit one another.
  private static let fields = [
    "", "Require: 100rel\r\nRSeq: 7", "Require: 100rel\r\nRSeq: 8", "Supported: 100rel, timer",
    "RAck: 7 1 INVITE", "Session-Expires: 90;refresher=uac\r\nSupported: timer",
    "Session-Expires: 90;refresher=uas\r\nRequire: timer", "Min-SE: 1800", "Min-SE: 4294967295",
    "Refer-To: <sip:2002@ims.example>", "Refer-To: <sip:2003@x?Replaces=a%3Bto-tag%3Db>",
    "Refer-To: <sip:2003@x>\r\nRefer-Sub: false",
    "Event: refer\r\nSubscription-State: active;expires=60\r\nContent-Type: message/sipfrag",
    "Event: refer\r\nSubscription-State: terminated\r\nContent-Type: message/sipfrag",
    "Event: reg\r\nSubscription-State: terminated;reason=deactivated",
    "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"",
    "Proxy-Authenticate: Digest realm=\"r\", nonce=\"m\", stale=true, algorithm=SHA-256",
    "Retry-After: 3", "Min-Expires: 4294967295", "Expires: 0", "Expires: 60",
    "Record-Route: <sip:192.0.2.1;lr>", "Contact: <sip:2001@192.0.2.7:5080>",
    "Contact: <sip:192.0.2.1:5062>", "Replaces: c1;to-tag=a;from-tag=far",
    "Reason: Q.850;cause=17", "Require: unheard-of", "Content-Encoding: gzip",
    "Event: ua-profile;profile-type=user\r\nSubscription-State: active;expires=60",
    "Event: message-summary\r\nSubscription-State: active",
  ]
  private static let offer =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n"
    + "m=audio 4000 RTP/AVP 8\r\n"
  private static let bodies = [
    "", offer, offer + "a=sendonly\r\n", "SIP/2.0 200 OK", "SIP/2.0 100 Trying", "<reginfo/>",
    "v=0",
    "<simservs><dial-tone-management><dial-tone-pattern>special-condition-tone"
      + "</dial-tone-pattern></dial-tone-management></simservs>",
    "<simservs><dial-tone-pattern/>", "Messages-Waiting: yes\r\nVoice-Message: 2/8\r\n",
  ]
  /// What is said beside that where the far parties are focuses; apart, so that older scripts mean
  /// what they meant.
  private static let conferenceFields = [
    "Contact: <sip:room@192.0.2.7:5080>;isfocus", "Contact: <sip:other@192.0.2.7>;isfocus",
    "Event: conference\r\nSubscription-State: active;expires=60",
    "Event: conference\r\nSubscription-State: terminated;reason=noresource",
  ]
  private static let conferenceBodies = [
    "<conference-info version=\"1\" state=\"full\"><users><user entity=\"a\"><endpoint>"
      + "<status>connected</status></endpoint></user><user entity=\"b\"/></users></conference-info>",
    "<conference-info version=\"2\" state=\"partial\"><users state=\"partial\">"
      + "<user entity=\"c\"/><user entity=\"a\" state=\"deleted\"/></users></conference-info>",
    "<conference-info version=\"9\" state=\"partial\"/>",
    "<conference-info version=\"3\" state=\"deleted\"/>",
  ]

  private let script: Text
  private var place = 0
  private var agent: UserAgent
  private var now = Instant.zero
  private var out = Outbox<UserAgentOutput>(limit: UserAgent.outputLimit)
  private var known: [Known] = []
  /// Requests of the agent that nobody has answered finally, oldest first.
  private var open: [Message] = []
  private var sessions: [SessionNumber] = []
  private var ended: [SessionNumber] = []
  private var sequence = 1
  private var isRegistrarThere = true
  private var isStopped = false
  private let hasConferences: Bool
  /// The last datagram of the agent.
  private var last = Text()

  init(_ script: Text) {
    self.script = script
    let options = script.first ?? 0
    var settings = UserAgentSettings(
      servers: options & 1 == 0 ? [Self.sbcs[0]] : Self.sbcs, local: Self.local,
      userAgent: Text("Box"))
    settings.profile = options & 2 == 0 ? .rfc3261 : .ims
    settings.sessions.reliability = options & 4 == 0 ? .supported : .preferred
    settings.sessions.expiresSeconds = options & 8 == 0 ? 0 : 90
    settings.followsProfile = options & 16 != 0
    if options & 32 != 0 { settings.messageWaiting = .subscribe }
    if options & 64 != 0 { settings.outbound = .on }
    hasConferences = options & 128 != 0
    let accounts = (1...2).map {
      Account(
        number: AccountNumber($0), user: Text("100\($0)".utf8), password: Text("secret"),
        domain: Text("ims.example"), expiresSeconds: 600)
    }
    agent = UserAgent(settings: settings, accounts: accounts, random: RandomSource(testSeed: 1))
    place = 1
  }

  func run() {
    act { $0.start(now: $1, into: &$2) }
    while place < script.count {
      step()
      check()
    }
    conclude()
  }

  // MARK: The script

  private func byte() -> Int {
    defer { place += 1 }
    return place < script.count ? Int(script[place]) : 0
  }

  private func pick<T>(_ list: [T]) -> T { list[byte() % list.count] }

  private func step() {
    switch byte() % 24 {
    case 0, 1: receiveInvite()
    case 2, 3, 4: receiveInDialog()
    case 5: cancel()
    case 6, 7, 8, 9: respond()
    case 10: invite()
    case 11: user { $0.answer($3, description: Text(Self.offer.utf8), now: $1, into: &$2) }
    case 12:
      let code = UInt16(300 + byte())
      user { $0.reject($3, code: code, now: $1, into: &$2) }
    case 13:
      let offer = byte() % 2 == 0 ? Text() : Text(Self.offer.utf8)
      user { $0.ring($3, offer: offer, now: $1, into: &$2) }
    case 14: user { $0.hangUp($3, now: $1, into: &$2) }
    case 15:
      let offer = Text(pick(Self.bodies).utf8)
      user { _ = $0.reoffer($3, offer: offer, now: $1, into: &$2) }
    case 16: user { $0.acceptOffer($3, description: Text(Self.offer.utf8), now: $1, into: &$2) }
    case 17: user { $0.refuseOffer($3, code: 488, now: $1, into: &$2) }
    case 18:
      let other = session()
      user { _ = $0.refer($3, to: Text("2009"), replacing: other, now: $1, into: &$2) }
    case 19: pass([.milliseconds(10), .milliseconds(500), .seconds(4)][byte() % 3])
    case 20: pass([.seconds(33), .seconds(100), .seconds(600), .zero][byte() % 4])
    case 21: receiveBytes()
    case 22: isRegistrarThere.toggle()
    default: moveNetwork()
    }
  }

  private func session() -> SessionNumber? {
    let number = byte()
    return sessions.isEmpty ? nil : sessions[number % sessions.count]
  }

  private func user(
    _ body: (inout UserAgent, Instant, inout Outbox<UserAgentOutput>, SessionNumber) -> Void
  ) {
    guard let session = session() else { return }
    act { body(&$0, $1, &$2, session) }
  }

  private func invite() {
    var purpose = CallPurpose()
    let kind = byte()
    if kind & 1 != 0 { purpose.referrer = session() }
    if kind & 6 == 6 { purpose.emergencyService = Text("sos") }
    let offer = kind & 8 == 0 ? Text(Self.offer.utf8) : []
    let account = AccountNumber(1 + kind / 16 % 3)
    let made = act {
      $0.invite(
        from: account, to: Text("2001"), offer: offer, purpose: purpose, now: $1, into: &$2)
    }
    if let made { remember(made) }
  }

  private func moveNetwork() {
    let servers = byte() % 2 == 0 ? Self.sbcs : [Self.sbcs[1]]
    switch byte() % 4 {
    case 0: act { agent, _, _ in agent.pathFell() }
    case 1: act { $0.pathReturned(local: Self.local, servers: servers, now: $1, into: &$2) }
    case 2: act { $0.serversChanged(to: servers, now: $1, into: &$2) }
    default: act { $0.registerAgain(now: $1, into: &$2) }
    }
  }

  // MARK: The far side

  private func receiveInvite() {
    let call = byte() % 8
    let from = "<sip:2001@ims.example>;tag=far"
    receive(
      "INVITE", callID: "c\(call)", from: from, to: "<sip:1001@ims.example>",
      sequence: 1 + byte() % 3 / 2, branch: "i\(call)")
  }

  private func cancel() {
    let call = byte() % 8
    receive(
      "CANCEL", callID: "c\(call)", from: "<sip:2001@ims.example>;tag=far",
      to: "<sip:1001@ims.example>", sequence: 1, branch: "i\(call)")
  }

  private func receiveInDialog() {
    let method = pick(Self.methods)
    let number = byte()
    guard !known.isEmpty else { return }
    var dialog = known[number % known.count]
    switch byte() % 16 {
    case 0: dialog.ours += "x"
    case 1: dialog.far += "x"
    default: break
    }
    sequence += 1
    let kind = byte() % 8
    let sequence = method == "ACK" || kind == 0 ? 1 : kind == 1 ? Int(UInt32.max) : sequence
    receive(
      method, callID: dialog.callID, from: dialog.far, to: dialog.ours, sequence: sequence,
      branch: "d\(kind == 2 ? 0 : place)")
  }

  private func receive(
    _ method: String, callID: String, from: String, to: String, sequence: Int, branch: String
  ) {
    var text = "\(method) sip:1001@192.0.2.100:5070 SIP/2.0\r\n"
    text += "Via: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bK\(branch)\r\nMax-Forwards: 69\r\n"
    text += "From: \(from)\r\nTo: \(to)\r\nCall-ID: \(callID)\r\nCSeq: \(sequence) \(method)\r\n"
    if method == "INVITE" || method == "UPDATE" || method == "SUBSCRIBE" {
      text += "Contact: <sip:2001@192.0.2.7:5080>\(hasConferences ? ";isfocus" : "")\r\n"
    }
    deliver(text + rest())
  }

  /// Two fields of choice and a body.
  private func rest() -> String {
    var text = ""
    for _ in 0..<2 {
      let field = pick(hasConferences ? Self.fields + Self.conferenceFields : Self.fields)
      if !field.isEmpty { text += field + "\r\n" }
    }
    let body = pick(hasConferences ? Self.bodies + Self.conferenceBodies : Self.bodies)
    if body.hasPrefix("v") { text += "Content-Type: application/sdp\r\n" }
    if body.hasPrefix("<r") { text += "Content-Type: application/reginfo+xml\r\n" }
    if body.hasPrefix("<c") { text += "Content-Type: application/conference-info+xml\r\n" }
    if body.hasPrefix("<s") { text += "Content-Type: application/simservs+xml\r\n" }
    if body.hasPrefix("M") { text += "Content-Type: application/simple-message-summary\r\n" }
    return text + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
  }

  private func deliver(_ text: String) {
    let from = byte()
    let source = from % 32 == 31 ? Self.stranger : Self.sbcs[from % 16 == 15 ? 1 : 0]
    act { $0.receive(Text(text.utf8), from: source, now: $1, into: &$2) }
  }

  /// Answers one of the last requests, also one that is answered already.
  private func respond() {
    let number = byte()
    guard !open.isEmpty else { return }
    let request = open[open.count - 1 - number % open.count]
    let code = pick(Self.codes)
    let tag = [";tag=far", "", ";tag=far2", ";tag=far3"][byte() % 4]
    let to = value(.to, request)
    var text = "SIP/2.0 \(code) Word\r\nVia: \(value(.via, request))\r\n"
    text += "From: \(value(.from, request))\r\nTo: \(to.contains(";tag=") ? to : to + tag)\r\n"
    text += "Call-ID: \(value(.callID, request))\r\nCSeq: \(value(.cSeq, request))\r\n"
    deliver(text + rest())
  }

  /// Bytes of the script, or of the agent's own last datagram with one changed.
  private func receiveBytes() {
    let count = byte()
    var bytes = Text(script.dropFirst(place).prefix(count))
    if count % 2 == 1, !last.isEmpty {
      bytes = last
      bytes[(byte() * 256 + byte()) % bytes.count] = UInt8(byte())
    } else {
      place += count
    }
    act { $0.receive(bytes, from: Self.sbcs[0], now: $1, into: &$2) }
  }

  // MARK: What the agent says

  @discardableResult
  private func act<R>(
    _ body: (inout UserAgent, Instant, inout Outbox<UserAgentOutput>) -> R
  ) -> R {
    let result = body(&agent, now, &out)
    while !out.pending.isEmpty {
      for output in out.drain() { note(output) }
    }
    return result
  }

  private func note(_ output: UserAgentOutput) {
    switch output {
    case .send(let datagram, _) where datagram[0] == 0:
      // STUN: an answer to it that says where we are, for the script to bend.
      last = [1, 1, 0, 12] + datagram.dropFirst(4) + [0, 32, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0]
    case .send(let datagram, let destination), .sendByStream(let datagram, let destination, _):
      guard let message = try? Message(parsing: datagram) else {
        fatalError("what it sends is not SIP")
      }
      last = datagram
      learn(message, destination)
    case .incoming(let session, _, _, _), .replacing(let session, _, _, _): remember(session)
    case .ended(let session, _, _):
      expect(!ended.contains(session), "ended twice")
      ended.append(session)
    case .stopped:
      expect(!isStopped, "stopped twice")
      isStopped = true
    case .registration, .progress, .emergency, .answered, .confirmed, .offered, .offerAccepted,
      .offerRefused,
      .referred, .transfer, .messages, .dialTone, .note:
      break
    }
  }

  private func remember(_ session: SessionNumber) {
    expect(!sessions.contains(session), "a number used twice")
    sessions.append(session)
  }

  private func learn(_ message: Message, _ destination: Endpoint) {
    let isRequest: Bool
    switch message.startLine {
    case .request(let method, _):
      isRequest = true
      if isRegistrarThere, method == .register || method == .subscribe || method == .options {
        accept(message, from: destination)
        if method == .subscribe { remember(message, isRequest: true, tag: "reg") }
        return
      }
      guard method != .ack else { return }
      if open.count == 16 { open.removeFirst() }
      open.append(message)
    case .status: isRequest = false
    }
    guard (try? message.cSeq().method) == .invite else { return }
    remember(message, isRequest: isRequest, tag: "far")
  }

  /// Keeps the dialog of a message of the agent's.
  private func remember(_ message: Message, isRequest: Bool, tag: String) {
    let (from, to) = (value(.from, message), value(.to, message))
    let far = isRequest && !to.contains(";tag=") ? to + ";tag=" + tag : to
    let dialog = Known(
      callID: value(.callID, message), ours: isRequest ? from : to, far: isRequest ? far : from)
    known.removeAll { $0.callID == dialog.callID }
    if known.count == 16 { known.removeFirst() }
    known.append(dialog)
  }

  private func accept(_ request: Message, from place: Endpoint) {
    var writer = MessageWriter(
      answering: request, code: 200, tag: Text("reg"), source: Self.local)
    writer.copy(.contact, from: request)
    writer.copy(.expires, from: request)
    writer.add(.require, "outbound")
    agent.receive(writer.finish(), from: place, now: now, into: &out)
  }

  private func value(_ name: HeaderName, _ message: Message) -> String {
    message.first(name).map { String(decoding: message.text($0), as: UTF8.self) } ?? ""
  }

  // MARK: The clock and the end

  private func pass(_ duration: Duration) {
    let end = now + duration
    var turnsInPlace = 0
    while let deadline = agent.deadline, deadline <= end {
      turnsInPlace = deadline <= now ? turnsInPlace + 1 : 0
      expect(turnsInPlace < 100, "a deadline that does not pass")
      now = max(now, deadline)
      act { $0.advance(to: $1, into: &$2) }
    }
    now = end
  }

  private func check() {
    expect(agent.sessions.count <= UserAgent.sessionLimit, "more sessions than fit")
    expect(agent.rememberedCount <= 1_000, "a table without a limit")
    expect(sessions.count - ended.count == agent.sessions.count, "a session without an end")
  }

  /// Everybody hangs up and only the registrar still answers.
  private func conclude() {
    isRegistrarThere = true
    for session in agent.sessions { act { $0.hangUp(session.number, now: $1, into: &$2) } }
    check()
    expect(agent.sessions.isEmpty, "a call outlives its user")
    let end = now + .seconds(1_800)
    while agent.rememberedCount > 0 {
      expect(now < end, "something is never forgotten")
      pass(.seconds(1))
    }
    act { $0.stop(now: $1, into: &$2) }
    pass(.seconds(5))
    expect(isStopped, "it does not stop")
    expect(agent.deadline == nil && agent.rememberedCount == 0, "stopped, and not at rest")
  }
}

/// A precondition whose words are printed in an optimised build too.
private func expect(_ condition: Bool, _ words: StaticString) {
  if !condition { fatalError("\(words)") }
}
