internal import Base
internal import MediaControl
internal import SDP
internal import SIPAgent

/// A port whose far party changes: by a REFER, or because another session takes over.
///
/// ```
///   talking --REFER--> inviting, calling … --answered--> talking (the old call is hung up)
///                              |  refused, while the old call lives: talking with it again
///   talking, calling --Replaces--> talking (with somebody else, in the same call)
/// ```
extension PortController {
  /// Calls whom the far party of a call wants called; the old call waits for the answer.
  mutating func follow(
    _ call: ActiveCall, to number: Text, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    referrer = call
    invite(
      number, purpose: CallPurpose(referrer: call.session), now, &out)
  }

  /// Answers a session that takes the place of a call, and ends the one before it.
  ///
  /// With an offer the stream stays the same one and goes elsewhere, as after a re-INVITE: who holds
  /// the handset hears another voice, and nothing between.
  mutating func swap(
    _ call: ActiveCall, for session: SessionNumber, _ offer: Text, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    var audio = call.audio
    let answer: Text
    var stream = call.stream
    if offer.isEmpty {
      answer = audio.offer()
      // Until the ACK says where the new party is, nobody is spoken to.
      stream = nil
    } else {
      do throws(SDPError) {
        (answer, stream) = try audio.answer(offer: offer, random: &random)
      } catch {
        out.emit(.note(.incompatibleDescription(session, error)))
        return out.emit(.reject(session, code: 488))
      }
    }
    var record = call.record
    record.answeredAt = record.answeredAt ?? now
    var new = ActiveCall(session: session, record: record, audio: audio, stream: stream)
    // Who is here stays; what the new party knows is not known.
    new.data.heard = call.data.heard
    new.stream?.data = stream?.data ?? call.data.heard
    state = .talking(new)
    out.emit(.answer(session, description: answer))
    out.emit(.hangUp(call.session))
  }

  /// What happens in the call that a transfer leaves.
  mutating func hearReferrer(
    _ event: SessionEvent, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    guard var call = referrer else { return }
    switch event {
    case .ended(let reason, let cause):
      referrer = nil
      call.record.cause = cause
      finish(call.record, .session(reason), hadStream: false, now, &out)
    case .offered(let description):
      reply(to: description, &call, &out)
      referrer = call
    case .replaced(let session, _):
      out.emit(.reject(session, code: 480))
    case .offerAccepted(let description):
      agree(on: description, &call, &out)
      told(&call, &out)
      referrer = call
    case .offerRefused(let code):
      refused(code, &call, now, &out)
      referrer = call
    case .progress, .otherParty, .emergency, .answered, .referred:
      break
    }
  }

  /// Ends the call that a transfer leaves, or goes back to it when the transfer has failed.
  mutating func settleReferral(_ now: Instant, _ out: inout Outbox<PortOutput>) {
    guard var call = referrer else { return }
    switch state {
    case .inviting, .calling, .ringback, .earlyMedia:
      return
    case .disconnected:
      referrer = nil
      if var stream = call.stream {
        call.audio.beginAgain(&stream, random: &random)
        call.stream = stream
      }
      state = .talking(call)
    case .idle, .unregistered, .dialling, .ringing, .talking, .howler, .lockedOut, .outOfService,
      .testing:
      referrer = nil
      out.emit(.hangUp(call.session))
      finish(call.record, .session(.local), hadStream: false, now, &out)
    }
  }
}
