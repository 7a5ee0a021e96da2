public import Base

/// What the pins of a line circuit say, each of them whether or not the circuit has it.
public struct PinLevels: OptionSet, Sendable {
  /// One bit a pin.
  public let rawValue: UInt8

  /// Makes levels from bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The circuit is in ring mode.
  public static let ringMode = PinLevels(rawValue: 1)
  /// Reversed polarity.
  public static let reverse = PinLevels(rawValue: 2)
  /// The circuit makes ring current by itself.
  public static let ringEnable = PinLevels(rawValue: 4)
  /// The circuit is switched off.
  public static let powerDown = PinLevels(rawValue: 8)
  /// The line is connected to the circuit.
  public static let relay = PinLevels(rawValue: 16)
  /// The port is in use.
  public static let lamp = PinLevels(rawValue: 32)
}

/// How a line circuit makes ring current.
public enum RingSource: Equatable, Sendable {
  /// In ring mode, each change of the polarity pin is half a wave (Silvertel AG1171S).
  case reversals(hertz: UInt8)
  /// By itself, as long as a pin asks for it.
  case circuit
}

/// Turns feeds into levels of pins, and ring current into reversals.
///
/// ```
///            set(.ringing), loop open             half a wave is over
///   steady ----------------------------> ringing ---------------------+
///     ^  |                               ^    ^                       |
///     |  | set(.ringing), loop closed    |    +-----------------------+
///     |  +--> blocked ---loopOpened------+
///     +------ set(another feed) ------ ringing, blocked
/// ```
/// A line that is off hook is never given ring current, not even while its hook pin is still being
/// debounced.
public struct LineCircuitPins: Sendable {
  private let source: RingSource
  private var feed = LineFeed.open
  private var isBlocked = false
  private var isReversed = false
  /// When the next half wave begins.
  private var turnAt: Instant?

  /// Makes the pins of a line that is not fed.
  public init(source: RingSource) { self.source = source }

  /// When `advance` must be called next.
  public var deadline: Instant? { turnAt }

  /// The levels that the pins should have now.
  public var levels: PinLevels {
    switch feed {
    case .open: [.powerDown]
    case .standby, .onHookTransmission: [.relay]
    case .forwardActive: [.relay, .lamp]
    case .reverseActive: [.relay, .lamp, .reverse]
    case .ringing: ringLevels
    }
  }

  /// Feeds the line; `loop` is what the hook pin says, bounce or not.
  public mutating func set(_ feed: LineFeed, loop: LoopEdge, now: Instant) {
    guard feed != self.feed else { return }
    self.feed = feed
    isReversed = false
    isBlocked = feed == .ringing && loop == .closed
    turnAt = isRinging ? now + halfWave : nil
  }

  /// Takes the word of the hook pin that the loop is open: a ring that was blocked may begin.
  public mutating func loopOpened(now: Instant) {
    guard isBlocked else { return }
    isBlocked = false
    turnAt = isRinging ? now + halfWave : nil
  }

  /// Begins the half wave that is due; a late turn shortens none and makes up for none.
  public mutating func advance(to now: Instant) {
    guard let due = turnAt, now >= due else { return }
    isReversed.toggle()
    let next = due + halfWave
    turnAt = next > now ? next : now + halfWave
  }

  /// Whether we make the ring current by reversals.
  private var isRinging: Bool { feed == .ringing && !isBlocked && source != .circuit }

  private var ringLevels: PinLevels {
    guard !isBlocked else { return [.relay, .lamp] }
    guard source != .circuit else { return [.relay, .lamp, .ringEnable] }
    return isReversed ? [.relay, .lamp, .ringMode, .reverse] : [.relay, .lamp, .ringMode]
  }

  private var halfWave: Duration {
    guard case .reversals(let hertz) = source else { return .seconds(1) }
    return .nanoseconds(500_000_000 / Int64(max(hertz, 1)))
  }
}
