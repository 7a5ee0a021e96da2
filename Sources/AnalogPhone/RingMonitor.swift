/// Follows the ring current: when it comes and goes, and with which cadence.
///
/// ```
///   quiet --on--> ringing --off--> pausing --on--> ringing
///                                     |--6 s, or lifted--> quiet
/// ```
struct RingMonitor {
  /// What to tell.
  enum Notice: Equatable {
    case began(ring: Int)
    case ended(ms: Double)
    /// Milliseconds on, off …, of one period.
    case cadence([Double])
    /// Ringing has stopped for good.
    case stopped(rings: Int)
  }

  /// Longer than any pause between two rings.
  static let patience: Nanoseconds = 6_500_000_000
  /// A pause of so long ends the period of a cadence.
  private static let longPauseMs = 1_000.0

  private enum State {
    case quiet
    case ringing(since: Nanoseconds)
    case pausing(since: Nanoseconds, lineTime: Nanoseconds)
  }

  private var state = State.quiet
  private var pieces: [Double] = []
  /// The last complete period.
  private(set) var cadence: [Double] = []
  /// How many bursts there were.
  private(set) var rings = 0

  /// Whether ring current is there now.
  var isOn: Bool {
    if case .ringing = state { return true }
    return false
  }

  /// Whether the phone is being rung, pauses included.
  var isActive: Bool {
    if case .quiet = state { return false }
    return true
  }

  /// When to give up waiting for the next ring, in the line's time.
  var deadline: Nanoseconds? {
    guard case .pausing(_, let since) = state else { return nil }
    return since + Self.patience
  }

  /// Ring current comes or goes at `now`; `lineTime` is the line's time then.
  mutating func observe(on: Bool, now: Nanoseconds, lineTime: Nanoseconds) -> [Notice] {
    switch (state, on) {
    case (.quiet, true):
      rings = 1
      cadence = []
      pieces = []
      state = .ringing(since: now)
      return [.began(ring: 1)]
    case (.ringing(let since), false):
      let ms = Double(now - since) / 1e6
      pieces.append(ms)
      state = .pausing(since: now, lineTime: lineTime)
      return [.ended(ms: ms)]
    case (.pausing(let since, _), true):
      rings += 1
      state = .ringing(since: now)
      return [.began(ring: rings)] + finishPause(ms: Double(now - since) / 1e6)
    case (.quiet, false), (.ringing, true), (.pausing, false):
      return []
    }
  }

  private mutating func finishPause(ms: Double) -> [Notice] {
    pieces.append(ms)
    guard ms >= Self.longPauseMs else { return [] }
    cadence = pieces
    pieces = []
    return [.cadence(cadence)]
  }

  /// The phone is lifted, or the line's time moves on.
  mutating func advance(to lineTime: Nanoseconds, lifted: Bool) -> [Notice] {
    guard case .pausing(_, let since) = state, lifted || lineTime - since >= Self.patience
    else { return [] }
    state = .quiet
    return [.stopped(rings: rings)]
  }
}
