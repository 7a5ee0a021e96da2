internal import Base

/// Echo requests to one host, one a second, and when they were answered (RFC 792, RFC 4443 §4).
///
///     waiting ──answer──> resting ──a second since the request──> waiting
///        ├──a second──> waiting, one unanswered
///        └──the last one answered, or a second──> over
struct PingRun {
  /// What has to be done.
  enum Step: Equatable {
    case nothing
    /// Send a request with this number; `lost` when the one before was not answered.
    case send(UInt16, lost: Bool)
    /// Nothing more; `lost` when the last one was not answered.
    case over(lost: Bool)
  }

  /// How many requests are sent.
  static let count = 5
  private static let interval = Duration.seconds(1)

  let target: IPAddress
  private let first: UInt16
  private var sent = 0
  private var sentAt: Instant
  private var isAnswered = true
  /// How long the answers took.
  private(set) var times: [Duration] = []

  /// Begins with the request of number `first`.
  init(_ target: IPAddress, first: UInt16, now: Instant) {
    self.target = target
    self.first = first
    sentAt = now
  }

  /// When `advance` must be called next.
  var deadline: Instant { sent == 0 ? sentAt : sentAt + Self.interval }

  /// Lets the time pass.
  mutating func advance(to now: Instant) -> Step {
    let isLast = sent == Self.count
    guard now >= deadline || (isLast && isAnswered) else { return .nothing }
    let isLost = !isAnswered
    if isLast { return .over(lost: isLost) }
    sent += 1
    sentAt = now
    isAnswered = false
    return .send(first &+ UInt16(sent - 1), lost: isLost)
  }

  /// Takes an answer; how long it took, or `nil` when it is not the present request's.
  mutating func receive(_ number: UInt16, now: Instant) -> Duration? {
    guard !isAnswered, sent > 0, number == first &+ UInt16(sent - 1) else { return nil }
    isAnswered = true
    times.append(now - sentAt)
    return now - sentAt
  }
}
