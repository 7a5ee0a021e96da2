public import Base
public import SIPSyntax

/// One connection to or from an SBC, whatever carries its bytes (RFC 3261 §18, RFC 5626 §4.4.1).
///
/// ```
///   connecting --it stands--> open --a ping is due--> open, pinged --any bytes--> open
///       |                       |                         |
///   no answer in its time    broken frame, half a     no answer for 10 s from one that
///       |                    message for 10 s,        has answered a ping before
///       v                    idle (theirs), the end       |
///      lost <-------------------+-------------------------+
/// ```
/// A ping is CRLFCRLF, its answer CRLF. Who never answers one is not held to it: RFC 5626 has to be
/// supported by both, and the kernel notices by itself when nobody takes our bytes any more. Line
/// breaks that answer no ping, or are a ping themselves, show no such support.
public struct Flow: Sendable {
  /// Why a connection is given up.
  public enum Failure: Error, Equatable, Sendable {
    case noConnection
    case noPong
    case halfMessage
    case idle
    case full
    case problem(StreamProblem)

    /// The reason in words.
    public var words: StaticString {
      switch self {
      case .noConnection: "no answer"
      case .noPong: "a keep-alive was not answered"
      case .halfMessage: "half a message came, and no more of it"
      case .idle: "nothing came for too long"
      case .full: "the other end does not take what is sent"
      case .problem(let problem): problem.words
      }
    }
  }

  private enum State: Equatable, Sendable {
    case connecting(until: Instant)
    case open
  }

  /// How much may wait to be sent, in bytes.
  public static let limit = 65_536
  /// How long a connection may take until it stands, TLS included.
  public static let patience = Duration.seconds(5)
  /// The same where there is another way; the kernel asks a second time after a second.
  public static let shortPatience = Duration.milliseconds(1_500)
  /// How long a ping or the rest of a message may take.
  static let answerPatience = Duration.seconds(10)
  /// How long a connection that somebody else made may be silent.
  static let idleLimit = Duration.seconds(600)

  private var state: State
  private let isOwn: Bool
  private var keepAlive: Duration?
  private var pingAt: Instant?
  private var pongUntil: Instant?
  private var hasPonged = false
  private var lineBreaks = 0
  private var rest: Instant?
  private var heardAt: Instant
  private var reader = StreamReader()
  private var queue = SendQueue(limit: Self.limit)
  /// How many messages have to leave until a pong of ours has, itself included; 0 without one.
  private var untilPong = 0

  /// A connection that we begin; it is kept alive with a ping about every `keepAlive`.
  public init(keepAlive: Duration?, patience: Duration = Flow.patience, now: Instant) {
    state = .connecting(until: now + patience)
    isOwn = true
    heardAt = now
    self.keepAlive = keepAlive
  }

  /// A connection that somebody else has made.
  public init(acceptedAt now: Instant) {
    state = .open
    isOwn = false
    heardAt = now
  }

  /// Whether the connection stands.
  public var isOpen: Bool { state == .open }

  /// When `advance` must be called next.
  public var deadline: Instant? {
    if case .connecting(let until) = state { return until }
    let silence = isOwn ? nil : heardAt + Self.idleLimit
    return soonest(soonest(pingAt, pongUntil), soonest(rest, silence))
  }

  /// The connection stands.
  public mutating func opened(now: Instant, using random: inout RandomSource) {
    state = .open
    heardAt = now
    planPing(now, using: &random)
  }

  /// Adds a message to what is to be sent.
  public mutating func add(_ message: Text) throws(Failure) {
    guard queue.add(message) else { throw .full }
  }

  /// What has to be sent now; `nil` while nothing is, or nobody takes it.
  public var next: ArraySlice<UInt8>? { state == .open ? queue.next : nil }

  /// So many bytes of `next` are sent.
  public mutating func sent(_ count: Int) {
    let before = queue.count
    queue.sent(count)
    untilPong = max(0, untilPong - (before - queue.count))
  }

  /// Takes bytes that have come; returns the messages that are whole now.
  public mutating func receive(
    _ bytes: Text, now: Instant, using random: inout RandomSource
  ) throws(Failure) -> [Text] {
    heardAt = now
    let isAwaited = pongUntil != nil
    if isAwaited {
      pongUntil = nil
      planPing(now, using: &random)
    }
    reader.receive(bytes)
    var messages: [Text] = []
    var lineBreaksNow = 0
    do throws(StreamProblem) {
      while let piece = try reader.next() {
        switch piece {
        case .message(let message):
          lineBreaks = 0
          rest = nil
          messages.append(message)
        case .lineBreak:
          lineBreaksNow += 1
          try? takeLineBreak()
        }
      }
    } catch {
      throw .problem(error)
    }
    if isAwaited, messages.isEmpty, lineBreaksNow == 1 { hasPonged = true }
    // The limit is for the whole of a message: bytes one by one do not prolong it.
    rest = reader.isInside ? rest ?? now + Self.answerPatience : nil
    return messages
  }

  /// Lets the time pass.
  public mutating func advance(
    to now: Instant, using random: inout RandomSource
  ) throws(Failure) {
    if case .connecting(let until) = state {
      if now >= until { throw .noConnection }
      return
    }
    if let rest, now >= rest { throw .halfMessage }
    if let pongUntil, now >= pongUntil {
      if hasPonged { throw .noPong }
      self.pongUntil = nil
      planPing(now, using: &random)
    }
    if !isOwn, now >= heardAt + Self.idleLimit { throw .idle }
    if let pingAt, now >= pingAt {
      self.pingAt = nil
      pongUntil = now + Self.answerPatience
      lineBreaks = 0
      try add(Text("\r\n\r\n"))
    }
  }

  /// Keeps the connection alive at another pace from the next ping on.
  public mutating func keep(
    _ keepAlive: Duration?, now: Instant, using random: inout RandomSource
  ) {
    guard isOwn, keepAlive != self.keepAlive else { return }
    self.keepAlive = keepAlive
    if isOpen, pongUntil == nil { planPing(now, using: &random) }
  }

  /// CRLF answers a ping of ours; twice in a row it is a ping of theirs (RFC 5626 §3.5.1).
  private mutating func takeLineBreak() throws(Failure) {
    lineBreaks += 1
    guard lineBreaks == 2 else { return }
    lineBreaks = 0
    // Who pings and takes nothing would fill the queue with pongs otherwise; one answers all.
    guard untilPong == 0 else { return }
    try add(Text("\r\n"))
    untilPong = queue.count
  }

  /// RFC 5626 §4.4.1: between 80 and 100 % of the time, so that boxes do not ping together.
  private mutating func planPing(_ now: Instant, using random: inout RandomSource) {
    guard let keepAlive else { return pingAt = nil }
    let percent = 80 + Int64(random.next() % 21)
    pingAt = now + .nanoseconds(keepAlive.inNanoseconds / 100 * percent)
  }
}
