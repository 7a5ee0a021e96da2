internal import Base

/// What the lamp of a telephone has been told, and what it has to be told (RFC 3842, GR-30).
///
/// ```
///   settled --something else is wanted, line idle--> waiting --line quiet for 2 s--> sending
///     ^  ^                                             |                               |  |
///     |  +--------------line is used-------------------+           line is used (may be |  |
///     |                                                            half of it was read) |  |
///     +--------------------------------------------------------------------------------+--+ sent
/// ```
/// The telephone never answers: what was sent whole counts as shown.
struct MessageLamp: Sendable {
  private enum State: Sendable {
    case settled
    case waiting(until: Instant)
    case sending(Bool)
  }

  /// A telephone that was just put back hears nothing for a moment.
  private static let quietTime = Duration.seconds(2)

  private var state = State.settled
  /// What the telephone was told last; `nil` when it may show either.
  private(set) var isLit: Bool?

  /// When `update` must be called next.
  var deadline: Instant? {
    if case .waiting(let until) = state { until } else { nil }
  }

  /// Has `update` called at once, because what is wanted depends on something that has changed.
  mutating func reconsider() {
    if case .settled = state { state = .waiting(until: .zero) }
  }

  /// Gives what must be sent now, if anything.
  ///
  /// `wanted` is `nil` while nobody knows, or nobody wants the lamp to be touched.
  mutating func update(wanted: Bool?, isLineIdle: Bool, now: Instant) -> Bool? {
    switch state {
    case .sending where isLineIdle:
      return nil
    case .sending:
      isLit = nil
      state = .settled
      return nil
    case .settled, .waiting:
      guard let wanted, wanted != isLit, isLineIdle else {
        state = .settled
        return nil
      }
      guard case .waiting(let until) = state else {
        state = .waiting(until: now + Self.quietTime)
        return nil
      }
      guard now >= until else { return nil }
      state = .sending(wanted)
      return wanted
    }
  }

  /// The message is out.
  mutating func sent() {
    guard case .sending(let isLit) = state else { return }
    self.isLit = isLit
    state = .settled
  }
}
