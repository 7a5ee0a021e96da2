public import Base

/// Tells a lasting level of the hook pin from the bounce of its contact.
///
/// ```
///   settled --other level--> bouncing --lasts long enough--> settled
///      ^                        |
///      +----the old level-------+
/// ```
/// Every edge that counts is told late by the same time, so the lengths of breaks stay right.
public struct LoopDebouncer: Sendable {
  /// How long a level must last.
  private let time: Duration
  private var settled = LoopEdge.open
  /// When the pin took the other level; `nil` while it has the settled one.
  private var changedAt: Instant?

  /// Makes a debouncer of an open loop.
  public init(time: Duration) { self.time = time }

  /// The level that the pin has now, bounce or not.
  public var level: LoopEdge {
    guard changedAt != nil else { return settled }
    return settled == .open ? .closed : .open
  }

  /// When `advance` must be called next.
  public var deadline: Instant? { changedAt.map { $0 + time } }

  /// Takes the level that the pin took at an instant.
  ///
  /// Returns the level before it when that one had lasted, and when it became certain; the driver
  /// may read edges later than they happened.
  public mutating func observe(
    _ level: LoopEdge, at instant: Instant
  ) -> (edge: LoopEdge, at: Instant)? {
    let confirmed = advance(to: instant)
    if level == settled {
      changedAt = nil
    } else if changedAt == nil {
      changedAt = instant
    }
    return confirmed
  }

  /// Lets the time pass; returns the new level when it has lasted long enough.
  public mutating func advance(to now: Instant) -> (edge: LoopEdge, at: Instant)? {
    guard let deadline, now >= deadline else { return nil }
    settled = level
    changedAt = nil
    return (settled, deadline)
  }
}
