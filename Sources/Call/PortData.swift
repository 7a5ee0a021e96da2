internal import Base
internal import MediaControl
internal import SIPAgent

/// What a call knows of modems and fax machines.
///
/// ```
///   silent --tone or flags--> offering --2xx--> told --flags, if it told of a modem--> offering
///                               |   ^  \---refused--> told: the far party will not know it
///                    491 or no  |   |
///                 time for one  v   | up to 2 s later (RFC 3261 §14.1); 491 five times at the most
///                             waiting
/// ```
/// The called side tells the network, first of a modem and then of a fax machine; the calling side
/// hears the same tone and waits for that (China Mobile's IMS, ITU-T V.152 in AudioCodes' way).
/// Told or not, the box itself treats the audio as data, whatever later offers leave out.
struct DataCall: Sendable {
  /// What the box has heard itself.
  var heard: VoicebandData?
  /// What the far party knows or has refused.
  var told: VoicebandData?
  /// What the offer says that has no answer yet.
  var offering: VoicebandData?
  /// When an offer is made again.
  var offerAt: Instant?
  /// How many offers in a row met one of the far party's.
  var glares = 0

  /// Whether an offer that tells should be made now.
  var mustTell: Bool { heard != nil && told != heard && offering == nil && offerAt == nil }
}

/// A port in whose call modems or fax machines speak instead of people.
extension PortController {
  private static let mostGlares = 5

  /// The media thread has heard what the called end is.
  mutating func hear(
    _ data: VoicebandData, in call: inout ActiveCall, _ out: inout Outbox<PortOutput>
  ) {
    guard let known = call.stream, call.data.heard != data, data == .fax || known.data != .fax
    else { return }
    out.emit(.note(.dataHeard(call.session, data)))
    call.data.heard = data
    call.stream?.data = data
    tell(&call, &out)
  }

  /// Tells the far party what it does not know.
  mutating func tell(_ call: inout ActiveCall, _ out: inout Outbox<PortOutput>) {
    guard settings.offersData, call.record.direction == .incoming, call.data.mustTell else {
      return
    }
    call.data.offering = call.data.heard
    out.emit(.reoffer(call.session, offer: call.audio.offer(data: call.data.heard)))
  }

  /// The far party has taken the offer; it may have become old meanwhile.
  mutating func told(_ call: inout ActiveCall, _ out: inout Outbox<PortOutput>) {
    guard let data = call.data.offering else { return }
    call.data.told = data
    call.data.offering = nil
    call.data.glares = 0
    tell(&call, &out)
  }

  /// The offer was refused, or could not even be sent (`nil`).
  mutating func refused(
    _ code: UInt16?, _ call: inout ActiveCall, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    guard let data = call.data.offering else { return }
    call.data.offering = nil
    call.audio.withdrawOffer(wasSent: code != nil)
    if code == 491 { call.data.glares += 1 }
    if code == nil || (code == 491 && call.data.glares <= Self.mostGlares) {
      call.data.offerAt = now + .milliseconds(10 * Int(random.nextWord() % 200))
      return
    }
    call.data.told = data
    call.data.glares = 0
    out.emit(.note(.dataRefused(call.session, code ?? 0)))
    tell(&call, &out)
  }

  /// It is time to offer again.
  mutating func tellAgain(_ call: inout ActiveCall, _ out: inout Outbox<PortOutput>) {
    call.data.offerAt = nil
    tell(&call, &out)
  }

  /// Takes what an offer or an answer came to; one that says nothing of data leaves what was heard.
  func adopt(_ stream: StreamParameters, in call: inout ActiveCall) {
    if let data = stream.data {
      call.data.told = data
      // Who says that it is a fax machine need not be told of a modem.
      if data == .fax || data == call.data.heard { call.data.offerAt = nil }
    }
    let party = call.stream?.party ?? 0
    call.stream = stream
    call.stream?.party = party
    call.stream?.data = call.data.heard == .fax ? .fax : stream.data ?? call.data.heard
  }
}
