public import Base

/// Makes digits of telephone-event packets: each once, even if packets are lost, late or double.
///
///     silent ── a packet of a new event ──> sounding ── its end packet, or 150 ms without any ──> silent
///
/// An event is known by its timestamp (RFC 4733 §2.5.2.2), whatever else a packet says.
public struct TelephoneEventReceiver: Sendable {
  /// What a packet or the time brought.
  public enum Fact: Equatable, Sendable, BitwiseCopyable {
    /// The event began; one that was still sounding is over.
    case began(code: UInt8, volume: UInt8)
    /// The event is over after this many samples.
    case ended(code: UInt8, samples: UInt32)
    /// Only the end of the event came through: it began and ended.
    case passed(code: UInt8, volume: UInt8, samples: UInt32)
  }

  /// Three updates of 50 ms: without any the end packets were lost (§2.5.2.2).
  public static let silence = Duration.milliseconds(150)

  private enum State: Sendable, BitwiseCopyable {
    case silent
    case sounding(code: UInt8, heard: Instant)
  }

  private var state = State.silent
  /// Timestamp of the last event or segment that was taken.
  private var timestamp: UInt32?
  private var duration: UInt32 = 0
  /// Samples of the segments before this one.
  private var before: UInt32 = 0

  /// Nothing heard yet.
  public init() {}

  /// The code of the event that sounds.
  public var sounding: UInt8? {
    if case .sounding(let code, _) = state { code } else { nil }
  }

  /// When the event that sounds is given up.
  public var deadline: Instant? {
    if case .sounding(_, let heard) = state { heard + Self.silence } else { nil }
  }

  /// A packet of an event came.
  public mutating func receive(
    _ event: TelephoneEvent, timestamp stamp: UInt32, now: Instant
  ) -> Fact? {
    switch (state, order(stamp)) {
    case (.silent, .same), (.silent, .older), (.sounding, .older):
      return nil  // A repeated end packet, or one that was overtaken.
    case (.silent, .newer):
      return begin(event, stamp, now)
    case (.sounding(let code, _), .same):
      return go(on: code, event, now)
    case (.sounding(let code, _), .newer):
      guard continues(code, event, stamp) else { return begin(event, stamp, now) }
      before &+= stamp &- (timestamp ?? stamp)
      timestamp = stamp
      duration = 0
      return go(on: code, event, now)
    }
  }

  /// Ends an event of which nothing was heard for too long.
  public mutating func advance(to now: Instant) -> Fact? {
    guard case .sounding(let code, _) = state, let deadline, now >= deadline else { return nil }
    state = .silent
    return .ended(code: code, samples: before &+ duration)
  }

  private enum Order { case same, newer, older }

  private func order(_ stamp: UInt32) -> Order {
    guard let timestamp else { return .newer }
    if stamp == timestamp { return .same }
    let step = Int32(bitPattern: stamp &- timestamp)
    // Nothing is overtaken by two seconds: the sender's timestamps began anew.
    return step > 0 || step < -16_000 ? .newer : .older
  }

  /// Whether the packet is a further segment of a long event (§2.5.1.3).
  private func continues(_ code: UInt8, _ event: TelephoneEvent, _ stamp: UInt32) -> Bool {
    guard let timestamp, event.code == code else { return false }
    return stamp &- timestamp == 0xFFFF
  }

  private mutating func begin(_ event: TelephoneEvent, _ stamp: UInt32, _ now: Instant) -> Fact {
    timestamp = stamp
    duration = UInt32(event.duration)
    before = 0
    if event.isEnd {
      state = .silent
      return .passed(code: event.code, volume: event.volume, samples: duration)
    }
    state = .sounding(code: event.code, heard: now)
    return .began(code: event.code, volume: event.volume)
  }

  private mutating func go(on code: UInt8, _ event: TelephoneEvent, _ now: Instant) -> Fact? {
    duration = max(duration, UInt32(event.duration))
    guard event.isEnd else {
      state = .sounding(code: code, heard: now)
      return nil
    }
    state = .silent
    return .ended(code: code, samples: before &+ duration)
  }
}
