import Base
import SIPAgent
import SIPSyntax
import Testing

/// Two user agents on both sides of a stateless proxy, over a network that loses, repeats and
/// reorders datagrams; all of it decided by one seed.
final class Network {
  private struct Flight {
    let arrival: Instant
    let number: Int
    let datagram: Text
    /// The agent that gets it; `nil` for the proxy.
    let destination: Int?
    /// The agent that sent it, when the proxy gets it.
    let sender: Int
  }

  static let locals = [Bench.local, Endpoint(.v4(0xC000_0265), 5_070)]
  static let users = ["1001", "1002"]

  let benches: [Bench]
  private var dice: RandomSource
  private var flights: [Flight] = []
  private var flown = 0
  private(set) var now = Instant.zero
  /// Of a hundred datagrams, how many are lost and how many come twice.
  private let lossPercent: Int
  private let repeatPercent: Int

  init(seed: UInt64, lossPercent: Int, repeatPercent: Int) {
    dice = RandomSource(testSeed: seed)
    self.lossPercent = lossPercent
    self.repeatPercent = repeatPercent
    var sessions = SessionSettings()
    if seed % 2 == 0 { sessions.reliability = .preferred }
    if seed % 3 == 0 { sessions.expiresSeconds = 90 }
    benches = [0, 1].map { i in
      Bench(
        accounts: [Bench.account(AccountNumber(i + 1), expires: 60)],
        seed: seed &* 2 &+ UInt64(i), local: Network.locals[i], sessions: sessions)
    }
  }

  func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &dice) < percent }

  func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &dice) }

  /// Does something with one agent now, and puts what it sends on the way.
  func act<R>(
    _ i: Int, _ body: (inout UserAgent, Instant, inout Outbox<UserAgentOutput>) -> R
  ) -> R {
    benches[i].now = now
    let result = benches[i].act(body)
    collect(i)
    return result
  }

  /// Lets time pass for everybody.
  func pass(_ duration: Duration) {
    let end = now + duration
    while let next = nextMoment, next <= end {
      now = max(now, next)
      for i in benches.indices {
        benches[i].now = now
        benches[i].pass(.zero)
        collect(i)
      }
      land()
    }
    now = end
  }

  private var nextMoment: Instant? {
    var next = flights.map { $0.arrival }.min()
    for bench in benches { next = soonest(next, bench.agent.deadline) }
    return next
  }

  private func collect(_ i: Int) {
    for message in benches[i].wire { dispatch(message.bytes, to: nil, from: i) }
    benches[i].wire = []
  }

  private func dispatch(_ datagram: Text, to destination: Int?, from sender: Int) {
    if chance(lossPercent) { return }
    for _ in 0..<(chance(repeatPercent) ? 2 : 1) {
      flown += 1
      flights.append(
        Flight(
          arrival: now + .milliseconds(Int64(pick(1...250))), number: flown, datagram: datagram,
          destination: destination, sender: sender))
    }
  }

  private func land() {
    let due = flights.filter { $0.arrival <= now }.sorted {
      ($0.arrival, $0.number) < ($1.arrival, $1.number)
    }
    flights.removeAll { $0.arrival <= now }
    for flight in due {
      guard let destination = flight.destination else {
        forward(flight.datagram, from: flight.sender)
        continue
      }
      benches[destination].now = now
      benches[destination].receive(flight.datagram)
      collect(destination)
    }
  }

  /// What a stateless proxy does (RFC 3261 §16.11), with a registrar beside it.
  private func forward(_ datagram: Text, from sender: Int) {
    guard let message = try? Message(parsing: datagram), let via = try? message.via() else {
      Issue.record("the proxy cannot read \(string(datagram))")
      return
    }
    let text = string(datagram)
    switch message.startLine {
    case .request(.register, _):
      answerRegister(message, to: sender)
    case .request:
      let uri = message.requestURI
      let target = Network.users.firstIndex { uri == "sip:\($0)@ims.example" }
      let host = Network.locals.firstIndex { uri.contains("@" + self.text($0)) }
      guard let destination = target ?? host, let branch = via.branch else { return }
      let own =
        "\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=\(string(message.text(branch)))p\(sender)"
      let end = text.firstRange(of: "\r\n")?.lowerBound ?? text.startIndex
      var forwarded = text
      forwarded.insert(contentsOf: own, at: end)
      if target != nil {
        forwarded = forwarded.replacing(
          " \(uri) SIP",
          with: " sip:\(Network.users[destination])@\(self.text(Network.locals[destination])) SIP",
          maxReplacements: 1)
      }
      dispatch(Text(forwarded.utf8), to: destination, from: sender)
    case .status:
      let lines = text.split(separator: "\r\n", maxSplits: 2, omittingEmptySubsequences: false)
      guard lines.count == 3, let next = lines[2].split(separator: "\r\n").first,
        let destination = Network.locals.firstIndex(where: { next.contains(self.text($0)) })
      else { return }
      dispatch(Text("\(lines[0])\r\n\(lines[2])".utf8), to: destination, from: sender)
    }
  }

  private func answerRegister(_ message: Message, to sender: Int) {
    let isKnown = message.first(.authorization) != nil
    var writer = MessageWriter(
      answering: message, code: isKnown ? 200 : 401, tag: Text("reg"),
      source: Network.locals[sender])
    if isKnown {
      writer.copy(.contact, from: message)
      writer.copy(.expires, from: message)
    } else {
      writer.add(.wwwAuthenticate, "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"")
    }
    dispatch(writer.finish(), to: sender, from: sender)
  }

  private func text(_ endpoint: Endpoint) -> String {
    var text = Text()
    text.append(endpoint)
    return string(text)
  }
}
