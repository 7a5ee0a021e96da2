import Base
import SIPAgent
import SIPSyntax
import Testing

/// A box and several SBCs that are there or not, in virtual time; what is sent is answered at once.
final class Carrier {
  static let servers = [Endpoint(.v4(0xC000_0201), 5_060), Endpoint(.v4(0xC000_0202), 5_060)]

  var agent: UserAgent
  private(set) var now = Instant.zero
  var isThere = [true, true]
  /// What an SBC answers to a method instead of accepting it.
  var refusals: [(place: Int, method: Method, code: UInt16, retryAfter: String?)] = []
  /// Whose requests alone are refused; `nil` for everybody's.
  var refusedNumber: String?
  /// What the 200 of an INVITE says beside the usual.
  var answerFields: [(HeaderName, String)] = []
  /// Every request that an SBC got.
  private(set) var requests: [(at: Instant, place: Int, method: Method)] = []
  private(set) var events: [UserAgentOutput] = []
  private var out = Outbox<UserAgentOutput>(limit: UserAgent.outputLimit)

  init(
    accounts: Int, seed: UInt64 = 1, servers: [Endpoint] = Carrier.servers,
    profile: SIPProfile = .rfc3261
  ) {
    var settings = UserAgentSettings(
      servers: servers, local: Bench.local, userAgent: Text("Box"))
    settings.profile = profile
    agent = UserAgent(
      settings: settings,
      accounts: (1...accounts).map { Bench.account(AccountNumber($0)) },
      random: RandomSource(testSeed: seed))
    act { $0.start(now: $1, into: &$2) }
  }

  @discardableResult
  func act<R>(_ body: (inout UserAgent, Instant, inout Outbox<UserAgentOutput>) -> R) -> R {
    let result = body(&agent, now, &out)
    exchange()
    return result
  }

  /// Lets time pass; every deadline fires on the way.
  func pass(_ duration: Duration) {
    let end = now + duration
    while let deadline = agent.deadline, deadline <= end {
      now = max(now, deadline)
      act { $0.advance(to: $1, into: &$2) }
    }
    now = end
  }

  func call(from account: AccountNumber) throws -> SessionNumber {
    try #require(
      act { $0.invite(from: account, to: Text("2001"), offer: Bench.offer, now: $1, into: &$2) })
  }

  func takeEvents() -> [UserAgentOutput] {
    defer { events = [] }
    return events
  }

  func count(_ method: Method, at place: Int) -> Int {
    requests.count { $0.method == method && $0.place == place }
  }

  var isRegistered: Bool { agent.registrations.allSatisfy { $0.status == .registered } }

  private func exchange() {
    while !out.pending.isEmpty {
      for output in out.drain() {
        guard case .send(let datagram, let destination) = output else {
          events.append(output)
          continue
        }
        guard let place = Self.servers.firstIndex(of: destination), isThere[place],
          let message = try? Message(parsing: datagram),
          case .request(let method, _) = message.startLine
        else { continue }
        requests.append((now, place, method))
        serve(message, method, place)
      }
    }
  }

  private func serve(_ message: Message, _ method: Method, _ place: Int) {
    let isConcerned = refusedNumber.map { message.value(.to).contains($0) } ?? true
    if isConcerned,
      let refusal = refusals.first(where: { $0.place == place && $0.method == method })
    {
      let fields = refusal.retryAfter.map { [(HeaderName.retryAfter, $0)] } ?? []
      return answer(message, refusal.code, fields, from: place)
    }
    switch method {
    case .ack: return
    case .register:
      answer(message, 200, [(.contact, message.value(.contact)), (.expires, "3600")], from: place)
    case .invite:
      answer(message, 100, [], from: place)
      answer(
        message, 200, [(.contact, "<sip:2001@192.0.2.7>")] + answerFields, from: place,
        body: Bench.offer)
    case .subscribe:
      answer(message, 200, [(.expires, "3600"), (.contact, "<sip:reg@192.0.2.7>")], from: place)
      notify(of: message, from: place)
    default:
      answer(message, 200, [], from: place)
    }
  }

  /// Says that the subscription is there, without a word of what it is to.
  private func notify(of subscribe: Message, from place: Int) {
    let request = FarRequest(
      method: "NOTIFY", branch: "z9hG4bKn\(requests.count)",
      from: subscribe.value(.to) + (subscribe.toTag.isEmpty ? ";tag=far" : ""),
      to: subscribe.value(.from), callID: subscribe.value(.callID),
      sequence: requests.count,
      fields: ["Event: reg", "Subscription-State: active;expires=3600"])
    agent.receive(request.text, from: Self.servers[place], now: now, into: &out)
  }

  private func answer(
    _ request: Message, _ code: UInt16, _ fields: [(HeaderName, String)], from place: Int,
    body: Text = []
  ) {
    var writer = MessageWriter(
      answering: request, code: code, tag: Text("far"), source: Bench.local)
    for (name, value) in fields { writer.add(name, Text(value.utf8)) }
    let response = writer.finish(contentType: "application/sdp", body: body)
    agent.receive(response, from: Self.servers[place], now: now, into: &out)
  }
}
