public import Base
internal import Line

/// A port whose line somebody at the console tries.
extension PortController {
  /// Does what a test wants from now on; `false` when the port has something better to do.
  ///
  /// A call, a number that was begun and a handset that was forgotten are better; a test that runs
  /// already goes on to this step.
  public mutating func test(
    _ test: PortTest, now: Instant, into out: inout Outbox<PortOutput>
  ) -> Bool {
    switch state {
    case .idle:
      begin(test, isOffHook: false, now, &out)
    case .testing(_, let isOffHook):
      silenceBell(now, &out)
      begin(test, isOffHook: isOffHook, now, &out)
    case .dialling(let collector) where !collector.hasBegun:
      begin(test, isOffHook: true, now, &out)
    case .unregistered, .disconnected, .howler:
      begin(test, isOffHook: true, now, &out)
    case .dialling, .inviting, .calling, .ringback, .earlyMedia, .ringing, .talking, .lockedOut,
      .outOfService:
      return false
    }
    settle(into: &out)
    return true
  }

  /// Ends the test: who holds the handset gets dial tone.
  public mutating func endTest(now: Instant, into out: inout Outbox<PortOutput>) {
    guard case .testing(_, let isOffHook) = state else { return }
    silenceBell(now, &out)
    state = .idle
    if isOffHook { seize(now, &out) }
    settle(into: &out)
  }

  /// Where the handset is; `nil` when the port is not under test.
  public var isOffHookInTest: Bool? {
    if case .testing(_, let isOffHook) = state { isOffHook } else { nil }
  }

  private mutating func begin(
    _ test: PortTest, isOffHook: Bool, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    state = .testing(test, isOffHook: isOffHook)
    guard test == .ring, !isOffHook else { return }
    withLine(now: now, into: &out) { _ = $0.ring(nil, now: now, into: &$1) }
  }

  /// A test in every input; the diagram is above `PortController`.
  mutating func testing(
    _ test: PortTest, _ isOffHook: Bool, _ input: PortInput, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    switch input {
    case .offHook:
      state = .testing(test == .ring ? .watch : test, isOffHook: true)
      tell(.offHook, &out)
    case .onHook:
      state = .testing(test, isOffHook: false)
      tell(.onHook, &out)
    case .hookFlash: tell(.hookFlash, &out)
    case .digit(let digit): tell(.pulseDigit(digit), &out)
    case .incoming(let session, _, _, _) where isOffHook:
      out.emit(.reject(session, code: 486))
    case .incoming(let session, let caller, let offer, let time):
      dropTest(isForCall: true, now, &out)
      state = .idle
      accept(session, caller, offer, time, now, &out)
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .invited(let session): abandon(session, &out)
    case .pulseStart, .session, .streamHeard, .timeUp: break
    }
  }

  /// Tells the test something, if one runs.
  mutating func tell(_ event: PortTestEvent, _ out: inout Outbox<PortOutput>) {
    if case .testing = state { out.emit(.test(event)) }
  }

  /// Something is more important than the test.
  mutating func dropTest(
    isForCall: Bool, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    silenceBell(now, &out)
    tell(.dropped(isForCall: isForCall), &out)
  }

  /// The long silence of the cadence begins: a test rings no further.
  mutating func endBurst(_ now: Instant, _ out: inout Outbox<PortOutput>) {
    guard case .testing(.ring, isOffHook: false) = state, !needsRingCurrent else { return }
    state = .testing(.watch, isOffHook: false)
    silenceBell(now, &out)
    tell(.burstOver, &out)
    settle(into: &out)
  }

  private mutating func silenceBell(_ now: Instant, _ out: inout Outbox<PortOutput>) {
    withLine(now: now, into: &out) { $0.stopRinging(now: now, into: &$1) }
  }
}
