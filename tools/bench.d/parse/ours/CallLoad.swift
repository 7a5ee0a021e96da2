import Base
import SIPAgent
import SIPSyntax

/// Whole calls at the user agent, from INVITE to the 200 of the BYE and the end of their timers.
///
/// What is counted is `measured` and everything below it; the far side's messages are made outside.
struct CallLoad {
  enum Step {
    case invite
    case receive(Text)
    case ring(SessionNumber)
    case answer(SessionNumber)
    case hangUp(SessionNumber)
    /// Everything is forgotten then.
    case rest
  }

  private static let server = Endpoint(.v4(0xC000_0201), 5_060)
  private let offer = Text(
    "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"
  )
  private var agent: UserAgent
  private var now = Instant.zero
  private var out = Outbox<UserAgentOutput>(limit: UserAgent.outputLimit)
  private var calls: UInt64 = 0

  init() {
    let local = Endpoint(.v4(0xC000_0264), 5_060)
    let settings = UserAgentSettings(
      servers: [Self.server], local: local, userAgent: Text("Tipring"))
    let account = Account(
      number: 1, user: Text("1001"), password: Text("secret"), domain: Text("ims.example"))
    agent = UserAgent(settings: settings, accounts: [account], random: RandomSource(testSeed: 1))
  }

  /// One call that we make; whether it went as it should.
  mutating func outgoing() -> Bool {
    guard let invite = sent(measured(.invite)), let session = agent.sessions.first?.number else {
      return false
    }
    _ = measured(.receive(answer(invite, 100)))
    _ = measured(.receive(answer(invite, 180)))
    guard sent(measured(.receive(answer(invite, 200, offer)))) != nil,
      let bye = sent(measured(.hangUp(session)))
    else { return false }
    _ = measured(.receive(answer(bye, 200)))
    _ = measured(.rest)
    return agent.rememberedCount == 0
  }

  /// One call that we get; whether it went as it should.
  mutating func incoming() -> Bool {
    calls += 1
    _ = measured(.receive(request(.invite, to: Text("<sip:1001@ims.example>"), 1, offer)))
    guard let session = agent.sessions.first?.number,
      sent(measured(.ring(session))) != nil, let ok = sent(measured(.answer(session))),
      let to = ok.first(.to)
    else { return false }
    _ = measured(.receive(request(.ack, to: ok.text(to), 1, [])))
    guard sent(measured(.receive(request(.bye, to: ok.text(to), 2, [])))) != nil else {
      return false
    }
    _ = measured(.rest)
    return agent.rememberedCount == 0
  }

  // MARK: What is counted

  @inline(never)
  private mutating func measured(_ step: Step) -> [UserAgentOutput] {
    switch step {
    case .invite:
      _ = agent.invite(from: 1, to: Text("2001"), offer: offer, now: now, into: &out)
    case .receive(let datagram):
      agent.receive(datagram, from: Self.server, now: now, into: &out)
    case .ring(let session): agent.ring(session, offer: [], now: now, into: &out)
    case .answer(let session):
      agent.answer(session, description: offer, now: now, into: &out)
    case .hangUp(let session): agent.hangUp(session, now: now, into: &out)
    case .rest:
      now = now + .seconds(40)
      while let deadline = agent.deadline, deadline <= now { agent.advance(to: now, into: &out) }
    }
    return out.drain()
  }

  // MARK: The far side

  /// The last message of what was sent.
  private func sent(_ outputs: [UserAgentOutput]) -> Message? {
    var last: Message?
    for output in outputs {
      if case .send(let datagram, _) = output { last = try? Message(parsing: datagram) }
    }
    return last
  }

  private func answer(_ request: Message, _ code: UInt16, _ body: Text = []) -> Text {
    var writer = MessageWriter(
      answering: request, code: code, tag: Text("far"), source: Self.server)
    writer.add(.contact, "<sip:2001@192.0.2.7:5080>")
    return writer.finish(contentType: "application/sdp", body: body)
  }

  private func request(
    _ method: Method, to: Text, _ sequence: UInt32, _ body: Text
  ) -> Text {
    var writer = MessageWriter(request: method, uri: Text("sip:1001@192.0.2.100"))
    var via = Text("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK")
    via.append(method.spelling)
    via.append(decimal: calls)
    writer.add(.via, via)
    writer.add(.maxForwards, 69)
    writer.add(.from, "<sip:2001@ims.example>;tag=far")
    writer.add(.to, to)
    var callID = Text("call-")
    callID.append(decimal: calls)
    writer.add(.callID, callID)
    var cSeq = Text()
    cSeq.append(decimal: sequence)
    cSeq.append(" ")
    cSeq.append(method.spelling)
    writer.add(.cSeq, cSeq)
    writer.add(.contact, "<sip:2001@192.0.2.7:5080>")
    return writer.finish(contentType: "application/sdp", body: body)
  }
}
