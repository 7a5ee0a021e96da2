internal import Base

/// A flow of UDP that is kept by STUN (RFC 5626 §4.4.2, RFC 8489 §6.2.1).
///
/// ```
///   idle --it is agreed--> resting --the pause is over--> asking
///    ^                        ^                             |  |
///    |                        |---answered, seen where it was--|   (seen elsewhere: moved)
///    |----failed: seven copies unanswered by one who---------|
///         has answered before
/// ```
/// Who sees us elsewhere than before has lost the way to us (§4.4.2), and so has who is silent. Who
/// never answers is not held to it, as with connections: our requests keep the way open all the same.
struct FlowProbe: Sendable {
  enum Output: Equatable, Sendable {
    case send(Text, to: Endpoint)
    case failed(Endpoint)
  }

  enum Verdict: Equatable, Sendable {
    /// It answers no question of ours.
    case stray
    case well
    /// The server sees us at another address than before.
    case moved(to: Endpoint)
  }

  private struct Question: Sendable {
    let binding: STUNBinding
    var copies = 1
    var again: Instant
  }

  private enum State: Sendable {
    case idle
    case resting(until: Instant)
    case asking(Question)
  }

  /// Between two requests when nobody says otherwise: a NAT may forget after 30 s.
  private static let standardPause = Duration.seconds(24)...Duration.seconds(29)
  /// RTO, Rc and Rm of RFC 8489.
  private static let firstPatience = Duration.milliseconds(500)
  private static let copyLimit = 7
  private static let lastPatience = Duration.seconds(8)

  private var state = State.idle
  private var server = Endpoint(.v4(0), 0)
  private var wanted: Duration?
  /// Who has answered so far.
  private var answering: Endpoint?
  /// Where the server has seen us last.
  private var mapped: Endpoint?

  /// When `advance` has something to do.
  var deadline: Instant? {
    switch state {
    case .idle: nil
    case .resting(let until): until
    case .asking(let question): question.again
    }
  }

  /// Keeps the flow to a server from now on, with a request about every `wanted`.
  mutating func keep(
    _ server: Endpoint, wanted: Duration?, now: Instant, using random: inout RandomSource
  ) {
    let isKept = deadline != nil && server == self.server
    if isKept, wanted == self.wanted { return }
    if !isKept { mapped = nil }
    (self.server, self.wanted) = (server, wanted)
    rest(now, using: &random)
  }

  /// There is no flow any more.
  mutating func stop() {
    state = .idle
    mapped = nil
  }

  /// Lets the time pass.
  mutating func advance(to now: Instant, using random: inout RandomSource) -> Output? {
    guard let due = deadline, now >= due else { return nil }
    guard case .asking(var question) = state else {
      let binding = STUNBinding(using: &random)
      state = .asking(Question(binding: binding, again: now + Self.firstPatience))
      return .send(binding.bytes, to: server)
    }
    guard question.copies < Self.copyLimit else {
      guard answering == server else {
        rest(now, using: &random)
        return nil
      }
      stop()
      return .failed(server)
    }
    let isLast = question.copies + 1 == Self.copyLimit
    question.again =
      now + (isLast ? Self.lastPatience : Self.firstPatience * (1 << question.copies))
    question.copies += 1
    state = .asking(question)
    return .send(question.binding.bytes, to: server)
  }

  /// Takes an answer.
  mutating func receive(
    _ answer: STUNBindingAnswer, from source: Endpoint, now: Instant,
    using random: inout RandomSource
  ) -> Verdict {
    guard case .asking(let question) = state, source == server,
      answer.request == question.binding
    else { return .stray }
    answering = server
    rest(now, using: &random)
    guard let seen = answer.mapped else { return .well }
    let former = mapped
    mapped = seen
    return former == nil || former == seen ? .well : .moved(to: seen)
  }

  /// A part of the time by chance, as of a connection's (§4.4.1): boxes must not ask together.
  private mutating func rest(_ now: Instant, using random: inout RandomSource) {
    let shortest =
      wanted.map { .nanoseconds($0.inNanoseconds / 5 * 4) }
      ?? Self.standardPause.lowerBound
    let longest = wanted ?? Self.standardPause.upperBound
    state = .resting(until: now + shortest + BackOff.part(of: longest - shortest, using: &random))
  }
}
