public import Base
internal import MediaControl
public import SIPAgent

/// A port in whose call modems or fax machines speak instead of people.
///
/// ```
///   talking --answering tone, flags--> talking, its delay steady
///               |  we were called: re-INVITE --accepted--> the far party knows
///               |                     ^  |  491
///               |                     +--+ up to 2 s later, a few times
/// ```
/// The called side tells the network, first of a modem and then of a fax machine; the calling side
/// hears the same tone and waits for that (China Mobile's IMS, AudioCodes). Refused or not, the box
/// itself treats the audio as data.
extension PortController {
  /// How often an offer is repeated that met one of the far party's.
  private static let mostGlares = 5

  /// The media thread has heard what the called end is.
  mutating func hear(
    _ data: VoicebandData, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    guard openStream != nil, var call = state.call, call.stream?.data != data else { return }
    out.emit(.note(.dataHeard(call.session, data)))
    call.audio.data = data
    call.stream?.data = data
    if settings.offersData, call.record.direction == .incoming, case .talking = state {
      offerData(&call, &out)
    }
    keep(call)
    settle(now, into: &out)
  }

  /// An offer of ours was refused; one that met another is made again (RFC 3261 §14.1, of whoever
  /// did not choose the Call-ID).
  public mutating func offerRefused(_ session: SessionNumber, code: UInt16, now: Instant) {
    guard code == 491, case .talking(var call) = state, call.session == session,
      call.glares < Self.mostGlares
    else { return }
    call.glares += 1
    call.offerAt = now + .milliseconds(10 * Int(random.nextWord() % 200))
    state = .talking(call)
  }

  /// It is time to offer again.
  mutating func offerAgain(_ call: ActiveCall, _ out: inout Outbox<PortOutput>) {
    var call = call
    offerData(&call, &out)
    state = .talking(call)
  }

  private mutating func offerData(_ call: inout ActiveCall, _ out: inout Outbox<PortOutput>) {
    call.offerAt = nil
    out.emit(.reoffer(call.session, offer: call.audio.offer()))
  }
}
