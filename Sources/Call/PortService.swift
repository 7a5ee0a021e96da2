public import Base
internal import Line
internal import MediaControl
internal import SIPAgent

/// A port whose card or line circuit is gone, and one that has all it needs again.
extension PortController {
  /// The pins of the line circuit cannot be had: the port is out of service until they can.
  public mutating func lineCircuitLost(now: Instant, into out: inout Outbox<PortOutput>) {
    leaveService(MissingHardware(lineCircuit: true), now, &out)
    settle(now, into: &out)
  }

  /// The line circuit is driven again.
  public mutating func lineCircuitReturned(now: Instant, into out: inout Outbox<PortOutput>) {
    returnToService(MissingHardware(lineCircuit: true), now, &out)
    settle(now, into: &out)
  }

  /// Hardware is gone: a call ends, and nothing sounds until all is there again.
  mutating func leaveService(
    _ missing: MissingHardware, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    var handset = PortState.Handset.offHook
    switch state {
    case .idle:
      handset = .onHook
    case .ringing(let call, _, _):
      withLine(now: now, into: &out) { $0.stopRinging(now: now, into: &$1) }
      out.emit(.reject(call.session, code: 480))
      finish(call.record, .outOfService, hadStream: false, now, &out)
      handset = .onHook
    case .inviting(let record, _, _):
      finish(record, .outOfService, hadStream: false, now, &out)
    case .calling(let call, _), .ringback(let call, _), .earlyMedia(let call, _),
      .talking(let call):
      out.emit(.hangUp(call.session))
      finish(call.record, .outOfService, hadStream: openStream != nil, now, &out)
    case .lockedOut:
      handset = .lockedOut
    case .unregistered, .dialling, .disconnected, .howler:
      break
    case .testing(let line):
      dropTest(.hardware, now, &out)
      handset = line.isOffHook ? .offHook : .onHook
    case .outOfService(var sooner, let handset):
      sooner.add(missing)
      state = .outOfService(sooner, handset)
      return
    }
    state = .outOfService(missing, handset)
    settleReferral(now, &out)
  }

  /// Hardware is there again; when that was all, who still holds the handset gets dial tone.
  mutating func returnToService(
    _ found: MissingHardware, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    guard case .outOfService(var missing, let handset) = state else { return }
    missing.remove(found)
    guard missing.isEmpty else {
      state = .outOfService(missing, handset)
      return
    }
    switch handset {
    case .onHook: state = .idle
    case .offHook: seize(now, &out)
    case .lockedOut: state = .lockedOut
    }
  }
}
