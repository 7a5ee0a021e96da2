public import Base

/// How soon somebody may try another password.
///
///     open ──wrong──> delayed: 1, 2, 4, 8 s ──> open
///       ^                └──the fifth in a row──> locked: 5 min ──> open, the next wrong one locks
///       └──right── from open
/// Every role has its own count, so that the password of one does not hide guesses at the other's;
/// a stranger's name counts as the administrator's. It is kept in a file between the programs that
/// ask, and forgotten when the box starts.
public struct LoginGuard: Equatable, Sendable {
  /// So many wrong passwords in a row lock.
  public static let limit = 5
  /// For so long.
  public static let lock = Duration.seconds(300)
  /// The longest file that is read, in bytes.
  public static let fileLimit = 64
  private static let most: UInt64 = 1_000_000

  /// By the roles' raw values.
  private var failures = [UInt64](repeating: 0, count: UserRole.allCases.count)
  private var closedUntil = Instant.zero
  /// Whose wrong passwords it is closed for.
  private var closedFor = 0

  /// Nobody has failed yet.
  public init() {}

  /// Reads a file; one that is none is as if nobody had failed.
  public init(_ file: Text) {
    let words = file.split(separator: UInt8(ascii: " "))
    guard words.count == failures.count + 2, let until = Text(words[failures.count]).decimalValue,
      until <= 1 << 62, let place = Text(words[failures.count + 1]).decimalValue,
      place < failures.count
    else { return }
    let counts = words.prefix(failures.count).compactMap { Text($0).decimalValue }
    guard counts.count == failures.count, counts.allSatisfy({ $0 <= Self.most }) else { return }
    failures = counts.map { UInt64($0) }
    closedUntil = Instant(nanoseconds: Int64(until))
    closedFor = Int(place)
  }

  /// The state as a file.
  public var text: Text {
    var text = Text()
    for count in failures {
      text.append(decimal: count)
      text.append(" ")
    }
    text.append(decimal: max(0, closedUntil.nanoseconds))
    text.append(" ")
    text.append(decimal: closedFor)
    return text
  }

  /// Whether the many wrong ones lock it.
  public func isLocked(at now: Instant) -> Bool {
    now < closedUntil && failures[closedFor] >= Self.limit
  }

  /// How long nobody may try; zero when anybody may.
  public func wait(at now: Instant) -> Duration { max(.zero, closedUntil - now) }

  /// A password was wrong; `nil` for a stranger's name.
  public mutating func fail(_ role: UserRole?, at now: Instant) {
    let place = Int((role ?? .administrator).rawValue)
    let count = min(failures[place] + 1, Self.most)
    failures[place] = count
    let cost = count >= Self.limit ? Self.lock : .seconds(1 << Int64(count - 1))
    guard now + cost > closedUntil else { return }
    closedUntil = now + cost
    closedFor = place
  }

  /// A role's password was right.
  public mutating func succeed(_ role: UserRole) {
    failures[Int(role.rawValue)] = 0
    closedUntil = .zero
  }
}
