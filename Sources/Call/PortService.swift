internal import Base
internal import Line
internal import MediaControl
internal import SIPAgent

/// A port whose audio card is gone, and one whose card is there again.
extension PortController {
  /// The card is gone: a call ends, and nothing sounds until it is there again.
  mutating func leaveService(
    _ card: CardNumber, _ now: Instant, _ out: inout Outbox<PortOutput>
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
    case .outOfService:
      return
    }
    state = .outOfService(card, handset)
  }

  /// The card is there again; who still holds the handset gets dial tone.
  mutating func returnToService(
    _ card: CardNumber, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    guard case .outOfService(card, let handset) = state else { return }
    switch handset {
    case .onHook: state = .idle
    case .offHook: seize(now, &out)
    case .lockedOut: state = .lockedOut
    }
  }
}
