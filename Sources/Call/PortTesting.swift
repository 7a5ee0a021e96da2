public import Base
internal import Line
internal import SIPAgent

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
      begin(TestedLine(test: test, isOffHook: false), now, &out)
    case .testing(var line):
      silenceBell(now, &out)
      line.test = test
      begin(line, now, &out)
    case .dialling(let collector) where !collector.hasBegun:
      begin(TestedLine(test: test, isOffHook: true), now, &out)
    case .unregistered(let dialling, _) where dialling.digits.isEmpty:
      begin(TestedLine(test: test, isOffHook: true), now, &out)
    case .disconnected, .howler:
      begin(TestedLine(test: test, isOffHook: true), now, &out)
    case .unregistered, .dialling, .inviting, .calling, .ringback, .earlyMedia, .ringing,
      .talking, .lockedOut, .outOfService:
      return false
    }
    settle(now, into: &out)
    return true
  }

  /// Ends the test: who holds the handset gets dial tone.
  public mutating func endTest(now: Instant, into out: inout Outbox<PortOutput>) {
    guard case .testing(let line) = state else { return }
    silenceBell(now, &out)
    state = .idle
    if line.isOffHook { seize(now, &out) }
    settle(now, into: &out)
  }

  /// Where the handset is; `nil` when the port is not under test.
  public var isOffHookInTest: Bool? {
    if case .testing(let line) = state { line.isOffHook } else { nil }
  }

  private mutating func begin(
    _ line: TestedLine, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    state = .testing(line)
    guard line.test == .ring, !line.isOffHook else { return }
    withLine(now: now, into: &out) { _ = $0.ring(nil, now: now, into: &$1) }
  }

  /// A test in every input; the diagram is above `PortController`.
  mutating func testing(
    _ line: TestedLine, _ input: PortInput, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    switch input {
    case .offHook:
      state = .testing(
        TestedLine(test: line.test == .ring ? .watch : line.test, isOffHook: true))
      tell(.offHook, &out)
    case .onHook:
      state = .testing(TestedLine(test: line.test, isOffHook: false))
      tell(.onHook, &out)
    case .hookFlash: tell(.hookFlash, &out)
    case .digit(let digit, let byPulses): dial(digit, byPulses, line, now, &out)
    case .incoming(let session, _, _, _) where line.isOffHook:
      out.emit(.reject(session, code: 486))
    case .incoming(let session, let caller, let offer, let time):
      dropTest(.incomingCall, now, &out)
      state = .idle
      accept(session, caller, offer, time, now, &out)
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .invited(let session): abandon(session, &out)
    case .pulseStart, .session, .streamHeard, .dataHeard, .timeUp: break
    }
  }

  /// A digit while a test runs: whoever lifted the handset may be there to call somebody.
  ///
  /// An emergency number ends every test. Where no digit belongs to the test, because a dial tone
  /// sounds or nothing at all, any key does, and is the first one of a number.
  private mutating func dial(
    _ digit: UInt8, _ byPulses: Bool, _ line: TestedLine, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    guard line.isOffHook else { return }
    if byPulses { tell(.pulseDigit(digit), &out) }
    var line = line
    let number = line.dialling.digits + [digit]
    if let service = line.dialling.press(digit, settings.emergencyNumbers) {
      dropTest(.dialling, now, &out)
      return invite(number, purpose: CallPurpose(emergencyService: service), now, &out)
    }
    guard line.test == .tone || line.test == .watch && !byPulses else {
      state = .testing(line)
      return
    }
    dropTest(.dialling, now, &out)
    if isRegistered { return startDialling([digit], now, &out) }
    seize(now, &out)
    if case .unregistered(let dialling, let until) = state {
      dialUnregistered(digit, dialling, until, now, &out)
    }
  }

  /// Tells the test something, if one runs.
  mutating func tell(_ event: PortTestEvent, _ out: inout Outbox<PortOutput>) {
    if case .testing = state { out.emit(.test(event)) }
  }

  /// Something is more important than the test.
  mutating func dropTest(
    _ interruption: TestInterruption, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    silenceBell(now, &out)
    tell(.dropped(interruption), &out)
  }

  /// The long silence of the cadence begins: a test rings no further.
  mutating func endBurst(_ now: Instant, _ out: inout Outbox<PortOutput>) {
    guard case .testing(let line) = state, line.test == .ring, !line.isOffHook,
      !needsRingCurrent
    else { return }
    state = .testing(TestedLine(test: .watch, isOffHook: false))
    silenceBell(now, &out)
    tell(.burstOver, &out)
    settle(now, into: &out)
  }

  private mutating func silenceBell(_ now: Instant, _ out: inout Outbox<PortOutput>) {
    withLine(now: now, into: &out) { $0.stopRinging(now: now, into: &$1) }
  }
}
