public import Base

/// Asks the DHCPv6 servers of a link for SIP servers, and again when what they told is old: stateless
/// DHCPv6 (RFC 8415 §18.2.6, RFC 3319).
///
/// ```
///          link                  0…1 s           an answer that tells SIP servers
///   idle --------> delaying ---------------> asking --------------------------> told
///    ^                ^                       |  ^                               |
///    |                |                       +--+ every RT, which doubles       |
///    |                |                            up to INF_MAX_RT              |
///    |                +---------------- refresh time --------------------------- +
///    +--------------------- no link, from everywhere ----------------------------+
/// ```
/// An answer that cannot be used ends nothing: another server may be there, or the same one be put
/// right. Nor is what was told ever taken back; the next answer replaces it.
public struct InformationClient: Sendable {
  /// What the client wants done.
  public enum Output: Equatable, Sendable {
    /// Send the octets to `ff02::1:2`, port 547.
    case send(Text)
    /// A server has told what was asked for.
    case told(InformationReply)
    /// A server has answered, and the answer is of no use; said once between two requests.
    case refused(InformationRefusal)
    /// Nobody has answered so far; said once until somebody does.
    case unanswered
  }

  /// More outputs than one call of any function makes.
  public static let outputLimit = 4
  /// INF_TIMEOUT, INF_MAX_DELAY and INF_MAX_RT of RFC 8415 §7.6.
  private static let timeout = Duration.seconds(1)
  private static let longestDelay = Duration.seconds(1)
  private static let standardLongestPause = Duration.seconds(3_600)
  /// How many requests nobody answers before that is said: about 15 seconds.
  private static let patience = 4

  private struct Exchange: Sendable {
    let transaction: UInt32
    let began: Instant
    var pause: Duration
    var next: Instant
    var sent = 1
    /// Whether an answer was refused since the last request.
    var isRefused = false
    /// Whether one ever was.
    var wasRefused = false
  }

  private enum State: Sendable {
    case idle
    case delaying(until: Instant)
    case asking(Exchange)
    case told(until: Instant?)
  }

  private var state = State.idle
  private let identifier: Text
  private var longestPause = Self.standardLongestPause
  private var random: RandomSource

  /// Makes the client of an interface with this hardware address, six octets; it has no link yet.
  public init(hardwareAddress: Text, random: RandomSource) {
    identifier = InformationRequest.identifier(hardwareAddress: hardwareAddress)
    self.random = random
  }

  /// When `advance` must be called next.
  public var deadline: Instant? {
    switch state {
    case .idle: nil
    case .delaying(let until): until
    case .asking(let exchange): exchange.next
    case .told(let until): until
    }
  }

  /// The link is there: asks, unless that goes on already.
  public mutating func begin(now: Instant) {
    guard case .idle = state else { return }
    delay(now)
  }

  /// The link is gone.
  public mutating func stop() { state = .idle }

  /// Takes a datagram that came to our port over the interface.
  ///
  /// Who answers does so from the link-local address of the server or of its relay (§18.3.10, §19.2),
  /// which no router lets in from elsewhere.
  public mutating func receive(
    _ datagram: Text, from source: IPAddress, now: Instant, into out: inout Outbox<Output>
  ) {
    guard case .asking(var exchange) = state, source.isLinkLocal else { return }
    do throws(InformationRefusal) {
      let reply = try InformationReply(
        reading: datagram, transaction: exchange.transaction, client: identifier)
      longestPause = reply.longestPause ?? longestPause
      state = .told(until: reply.refreshTime.map { now + $0 })
      out.emit(.told(reply))
    } catch {
      guard error != .notOurs, !exchange.isRefused else { return }
      (exchange.isRefused, exchange.wasRefused) = (true, true)
      state = .asking(exchange)
      out.emit(.refused(error))
    }
  }

  /// Lets the time pass.
  public mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    guard let deadline, now >= deadline else { return }
    switch state {
    case .idle: break
    case .told: delay(now)
    case .delaying:
      let pause = varied(Self.timeout)
      let exchange = Exchange(
        transaction: random.nextWord() >> 8, began: now, pause: pause, next: now + pause)
      state = .asking(exchange)
      send(exchange, now, into: &out)
    case .asking(var exchange):
      if exchange.sent == Self.patience, !exchange.wasRefused { out.emit(.unanswered) }
      let doubled = exchange.pause + varied(exchange.pause)
      exchange.pause = doubled > longestPause ? varied(longestPause) : doubled
      exchange.next = now + exchange.pause
      exchange.sent = min(exchange.sent + 1, Self.patience + 1)
      exchange.isRefused = false
      state = .asking(exchange)
      send(exchange, now, into: &out)
    }
  }

  private func send(_ exchange: Exchange, _ now: Instant, into out: inout Outbox<Output>) {
    let elapsed = min((now - exchange.began).inMilliseconds / 10, Int64(UInt16.max))
    out.emit(
      .send(
        InformationRequest.message(
          transaction: exchange.transaction, client: identifier, elapsed: UInt16(elapsed))))
  }

  /// Boxes that were switched on together do not ask together.
  private mutating func delay(_ now: Instant) {
    let share = Int64(random.nextWord() % 1_001)
    state = .delaying(until: now + .nanoseconds(Self.longestDelay.inNanoseconds / 1_000 * share))
  }

  /// The pause with the factor RAND of §15, by chance between 0.9 and 1.1.
  private mutating func varied(_ pause: Duration) -> Duration {
    let share = 9_000 + Int64(random.nextWord() % 2_001)
    return .nanoseconds(pause.inNanoseconds / 10_000 * share)
  }
}

extension IPAddress {
  /// Whether it is in fe80::/10 (RFC 4291 §2.5.6).
  fileprivate var isLinkLocal: Bool {
    if case .v6(let high, _) = self { high >> 54 == 0xFE80 >> 6 } else { false }
  }
}
