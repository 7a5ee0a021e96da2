public import Base

/// How soon somebody may try another password.
///
///     open ──wrong──> delayed: 1, 2, 4, 8 s ──> open
///       ^                └──the fifth in a row──> locked: 5 min ──> open, the next wrong one locks
///       └──right── from open
/// It is kept in a file between the programs that ask, and forgotten when the box starts.
public struct LoginGuard: Equatable, Sendable {
  /// So many wrong passwords in a row lock.
  public static let limit = 5
  /// For so long.
  public static let lock = Duration.seconds(300)
  /// The longest file that is read, in bytes.
  public static let fileLimit = 64

  private var failures: UInt64 = 0
  private var closedUntil = Instant.zero

  /// Nobody has failed yet.
  public init() {}

  /// Reads a file; one that is none is as if nobody had failed.
  public init(_ file: Text) {
    let words = file.split(separator: UInt8(ascii: " "))
    guard words.count == 2, let failures = Text(words[0]).decimalValue,
      let until = Text(words[1]).decimalValue, failures <= 1_000_000, until <= 1 << 62
    else { return }
    self.failures = UInt64(failures)
    closedUntil = Instant(nanoseconds: Int64(until))
  }

  /// The state as a file.
  public var text: Text {
    var text = Text()
    text.append(decimal: failures)
    text.append(" ")
    text.append(decimal: max(0, closedUntil.nanoseconds))
    return text
  }

  /// Whether the many wrong ones lock it.
  public func isLocked(at now: Instant) -> Bool { failures >= Self.limit && now < closedUntil }

  /// How long nobody may try; zero when anybody may.
  public func wait(at now: Instant) -> Duration { max(.zero, closedUntil - now) }

  /// A password was wrong.
  public mutating func fail(at now: Instant) {
    failures = min(failures + 1, 1_000_000)
    closedUntil =
      now + (failures >= Self.limit ? Self.lock : .seconds(1 << Int64(failures - 1)))
  }

  /// A password was right.
  public mutating func succeed() { self = LoginGuard() }
}
