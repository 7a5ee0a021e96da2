public import Base

/// The lines for a collector that wait until a stream takes them, each behind its length in octets
/// (RFC 6587 §3.4.1).
///
///     closed ──a line waits, it is time──> connecting ──it stands──> open
///       ^                                      │ refused, 10 s         │ lost
///       └──not before 1, 2, 4 … 60 s───────────┴───────────────────────┘
/// What does not fit is counted and left out. A line that a lost connection took in part is sent
/// again whole; one that it took whole may be lost with it, which only the collector could know.
public struct LogStream: Sendable {
  /// What has to be done.
  public enum Step: Equatable, Sendable {
    case nothing
    /// Connect to the collector.
    case connect
    /// Give up the attempt to connect; `failed` follows.
    case giveUp
  }

  private enum State: Equatable, Sendable {
    case closed
    case connecting(until: Instant)
    case open
  }

  /// How much may wait, in bytes.
  public static let limit = 32_768
  private static let patience = Duration.seconds(10)
  private static let longestPause = 60

  private var state = State.closed
  private var notBefore: Instant
  private var failures = 0
  private var queue = SendQueue(limit: Self.limit)
  private var omitted: UInt64 = 0

  /// Nothing waits, and nothing is connected.
  public init(now: Instant) { notBefore = now }

  /// When `advance` must be called next.
  public var deadline: Instant? {
    switch state {
    case .closed: queue.isEmpty ? nil : notBefore
    case .connecting(let until): until
    case .open: nil
    }
  }

  /// Adds a line, given without its end.
  public mutating func add(_ line: Text) {
    var frame = Text()
    frame.append(decimal: line.count)
    frame.append(" ")
    frame += line
    if !queue.add(frame) { omitted += 1 }
  }

  /// Lets the time pass.
  public mutating func advance(to now: Instant) -> Step {
    guard let deadline, now >= deadline else { return .nothing }
    switch state {
    case .closed:
      state = .connecting(until: now + Self.patience)
      return .connect
    case .connecting: return .giveUp
    case .open: return .nothing
    }
  }

  /// The connection stands; how many lines were left out since the last one.
  public mutating func opened() -> UInt64 {
    state = .open
    failures = 0
    defer { omitted = 0 }
    return omitted
  }

  /// The connection could not be made, or is lost.
  public mutating func failed(now: Instant) {
    state = .closed
    queue.beginAgain()
    let pause = min(Self.longestPause, 1 << min(failures, 6))
    failures += 1
    notBefore = now + .seconds(Int64(pause))
  }

  /// What has to be sent now; `nil` while nothing is, or nobody takes it.
  public var next: ArraySlice<UInt8>? { state == .open ? queue.next : nil }

  /// So many bytes of `next` are sent.
  public mutating func sent(_ count: Int) { queue.sent(count) }
}
