public import Base

/// Turns loop edges into hook events and pulse digits: one classifier for all breaks.
///
/// ```
///   onHook --closed--> offHook --open--> breaking --flashMax--> onHook (hang-up)
///                       ^  ^                |
///                       |  +--flash, noise--+--pulse--> counting --interDigit--> digit, offHook
///                       |                                |    ^
///                       |                              open  pulse
///                       +------------flash-------------- breaking
/// ```
/// A break carries the pulses counted before it, so that a train survives its own breaks.
public struct LoopMonitor: Sendable {
  private enum State: Sendable {
    case onHook
    case offHook
    /// The loop is open and it is too early to tell why.
    case breaking(since: Instant, pulses: UInt8)
    /// The loop is closed again after at least one pulse.
    case counting(pulses: UInt8, since: Instant)
  }

  private var state = State.onHook
  private let timing: LoopTiming

  /// Whether breaks may be dial pulses now; otherwise a short flash is never taken for a "1".
  public var acceptsPulses = false

  /// Makes a monitor of a line that is on hook.
  public init(timing: LoopTiming) { self.timing = timing }

  /// Whether the handset is lifted, as far as is known.
  public var isOffHook: Bool {
    if case .onHook = state { false } else { true }
  }

  /// When `advance` must be called next.
  public var deadline: Instant? {
    switch state {
    case .onHook, .offHook: nil
    case .breaking(let since, _): since + timing.flashMax
    case .counting(_, let since): since + timing.interDigit
    }
  }

  /// Takes an edge from the driver; a repeated level is no edge and changes nothing.
  public mutating func observe(
    _ edge: LoopEdge, now: Instant, into out: inout Outbox<HookEvent>
  ) {
    advance(to: now, into: &out)
    switch (state, edge) {
    case (.onHook, .closed):
      state = .offHook
      out.emit(.offHook)
    case (.offHook, .open):
      state = .breaking(since: now, pulses: 0)
    case (.counting(let pulses, _), .open):
      state = .breaking(since: now, pulses: acceptsPulses ? pulses : 0)
    case (.breaking(let since, let pulses), .closed):
      finishBreak(lasting: now - since, pulses: pulses, now: now, into: &out)
    case (.onHook, .open), (.offHook, .closed), (.breaking, .open), (.counting, .closed):
      break
    }
  }

  /// Lets the time pass: a long break becomes a hang-up, a finished train a digit.
  public mutating func advance(to now: Instant, into out: inout Outbox<HookEvent>) {
    guard let deadline, now >= deadline else { return }
    switch state {
    case .breaking:
      state = .onHook
      out.emit(.onHook)
    case .counting(let pulses, _):
      state = .offHook
      // Ten pulses are a "0"; more than ten are a fault of the dial.
      if acceptsPulses, pulses <= 10 { out.emit(.pulseDigit(UInt8(ascii: "0") + pulses % 10)) }
    case .onHook, .offHook:
      break
    }
  }

  private mutating func finishBreak(
    lasting length: Duration, pulses: UInt8, now: Instant, into out: inout Outbox<HookEvent>
  ) {
    if acceptsPulses, length >= timing.pulseMin, length <= timing.pulseMax {
      state = .counting(pulses: min(pulses + 1, 11), since: now)
      if pulses == 0 { out.emit(.pulseStart) }
    } else if length >= timing.flashMin {
      state = .offHook
      out.emit(.hookFlash)
    } else {
      state = pulses > 0 ? .counting(pulses: pulses, since: now) : .offHook
    }
  }
}
