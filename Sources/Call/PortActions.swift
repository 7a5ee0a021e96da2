internal import Base
internal import Line
internal import MediaControl
internal import SDP
internal import SIPAgent

/// The steps between the states of a port.
extension PortController {
  /// The user agent names the session in the same turn; this is only the bound.
  private static let invitingLimit = Duration.seconds(5)
  /// The user agent's own timers end a call that nobody has anything to say to.
  private static let emergencyPatience = Duration.seconds(3_600)

  // MARK: Off hook

  /// The subscriber lifted the handset to dial.
  mutating func seize(_ now: Instant, _ out: inout Outbox<PortOutput>) {
    guard isRegistered else { return refuseService(now, &out) }
    startDialling([], now, &out)
  }

  /// Begins a number, with digits that were dialled before there was a dial tone.
  mutating func startDialling(
    _ digits: Text, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    var collector = DigitCollector(
      map: settings.digitMap, timers: settings.dialTimers, emergency: settings.emergencyNumbers,
      now: now)
    var result: DialResult?
    for digit in digits where result == nil { result = collector.press(digit, now: now) }
    state = .dialling(collector)
    if let result { finishDialling(result, now, &out) }
  }

  /// A digit while nothing but an emergency number can be called.
  mutating func dialUnregistered(
    _ digit: UInt8, _ dialling: EmergencyDialling, _ until: Instant, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    var dialling = dialling
    let number = dialling.digits + [digit]
    if let service = dialling.press(digit, settings.emergencyNumbers) {
      return invite(number, purpose: CallPurpose(emergencyService: service), now, &out)
    }
    let pause = dialling.digits.isEmpty ? until : max(until, now + settings.dialTimers.long)
    state = .unregistered(dialling, until: pause)
  }

  private mutating func refuseService(_ now: Instant, _ out: inout Outbox<PortOutput>) {
    out.emit(.note(.notRegistered))
    let length = Duration.seconds(Int(settings.profile.disconnectToneSeconds))
    state = .unregistered(EmergencyDialling(), until: now + length)
  }

  mutating func finishDialling(
    _ result: DialResult, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    switch result {
    case .dialled(let number):
      invite(number, purpose: CallPurpose(), now, &out)
    case .emergency(let number, let service):
      invite(number, purpose: CallPurpose(emergencyService: service), now, &out)
    case .impossible(let digits):
      out.emit(.note(.impossibleNumber(digits)))
      disconnect(.vacant, now)
    case .incomplete(let digits):
      out.emit(.note(.incompleteNumber(digits)))
      disconnect(.busy, now)
    case .nothing:
      out.emit(.note(.nothingDialled))
      disconnect(.busy, now)
    }
  }

  /// Calls a number; for an emergency nobody asks whether the port is registered.
  mutating func invite(
    _ number: Text, purpose: CallPurpose, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    let isEmergency = purpose.emergencyService != nil
    guard isRegistered || isEmergency || purpose.referrer != nil else {
      return refuseService(now, &out)
    }
    var audio = AudioSession(settings: settings, isCalled: false, random: &random)
    var record = CallRecord(
      port: settings.number, direction: .outgoing, number: number, startedAt: now)
    record.isEmergency = isEmergency
    if isEmergency { out.emit(.note(.emergency(number))) }
    out.emit(.invite(to: number, offer: audio.offer(), purpose: purpose))
    state = .inviting(record, audio, until: now + Self.invitingLimit)
  }

  // MARK: The way to an answer

  /// How long an answer is waited for; an emergency centre may be slow, and nobody else decides.
  func patience(for record: CallRecord) -> Duration {
    record.isEmergency ? Self.emergencyPatience : .seconds(Int(settings.profile.noAnswerSeconds))
  }

  /// What the session of an outgoing call says before it is answered.
  mutating func proceed(
    _ call: ActiveCall, _ until: Instant, _ event: SessionEvent, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    var call = call
    switch event {
    case .otherParty:
      // Media of the one before may go on: then the stream tells of it again, and it is heard.
      call.isHeard = false
      call.earlyMedia = .unsaid
      call.stream?.party &+= 1
      keep(call)
    case .emergency:
      call.record.isEmergency = true
      state = .calling(call, until: now + patience(for: call.record))
    case .progress(let code, let description, let earlyMedia):
      if earlyMedia != .unsaid { call.earlyMedia = earlyMedia }
      alert(call, until, code, description, now, &out)
    case .answered(let description):
      answered(call, description, now, &out)
    case .offered(let description):
      reply(to: description, &call, &out)
      keep(call)
    case .offerAccepted(let description):
      agree(on: description, &call, &out)
      keep(call)
    case .offerRefused:
      break  // Nothing is offered anew before the answer.
    case .replaced(let session, let offer):
      swap(call, for: session, offer, now, &out)
    case .referred:
      break  // The user agent takes no REFER before the answer.
    case .ended(let reason, let cause):
      lose(call, reason, cause, now, &out)
    }
  }

  /// Chooses what is heard (RFC 3960 §3.2): media once it has come, else ringback after a 180.
  ///
  /// The network's word counts more (RFC 5009 §7): media that it speaks for is heard at once.
  private mutating func alert(
    _ call: ActiveCall, _ until: Instant, _ code: UInt16, _ description: Text, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    var call = call
    agree(on: description, &call, &out)
    let isFirst = if case .calling = state { true } else { false }
    let until = isFirst ? now + patience(for: call.record) : until
    let isRinging = if case .ringback = state { true } else { code == 180 }
    let isPromised = call.earlyMedia == .authorized && call.stream != nil
    let isHeard = call.isHeard && call.earlyMedia != .denied
    if isRinging, !isHeard, !isPromised {
      state = .ringback(call, until: until)
    } else if call.stream != nil, call.earlyMedia != .denied {
      state = .earlyMedia(call, until: until)
    } else {
      keep(call)
    }
  }

  private mutating func answered(
    _ call: ActiveCall, _ description: Text, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    var call = call
    // What another party has spoken by before is no way to this one.
    let isUsable = agree(on: description, &call, &out)
    guard isUsable, call.stream != nil else { return refuseAudio(call, now, &out) }
    call.record.answeredAt = now
    state = .talking(call)
  }

  /// Puts a changed call back into the state that it is in.
  mutating func keep(_ call: ActiveCall) {
    switch state {
    case .calling(_, let until): state = .calling(call, until: until)
    case .ringback(_, let until): state = .ringback(call, until: until)
    case .earlyMedia(_, let until): state = .earlyMedia(call, until: until)
    case .ringing(_, let answer, let until): state = .ringing(call, answer: answer, until: until)
    case .talking: state = .talking(call)
    case .idle, .unregistered, .dialling, .inviting, .disconnected, .howler, .lockedOut,
      .outOfService, .testing:
      preconditionFailure("a call without a state that has one")
    }
  }

  // MARK: Descriptions

  /// Takes an answer to our offer; one without usable audio changes nothing, and gives `false`.
  @discardableResult
  mutating func agree(
    on description: Text, _ call: inout ActiveCall, _ out: inout Outbox<PortOutput>
  ) -> Bool {
    guard !description.isEmpty else { return true }
    do throws(SDPError) {
      adopt(try call.audio.accept(answer: description, random: &random), in: &call)
      return true
    } catch {
      out.emit(.note(.incompatibleDescription(call.session, error)))
      return false
    }
  }

  /// Answers an offer that came in the middle of a call.
  mutating func reply(
    to offer: Text, _ call: inout ActiveCall, _ out: inout Outbox<PortOutput>
  ) {
    guard !offer.isEmpty else {
      return out.emit(.acceptOffer(call.session, description: call.audio.offer()))
    }
    do throws(SDPError) {
      let (answer, stream) = try call.audio.answer(offer: offer, random: &random)
      adopt(stream, in: &call)
      out.emit(.acceptOffer(call.session, description: answer))
    } catch {
      out.emit(.note(.incompatibleDescription(call.session, error)))
      out.emit(.refuseOffer(call.session, code: 488))
    }
  }

  // MARK: Incoming

  /// Rings for a call; the 180 goes out at once.
  mutating func accept(
    _ session: SessionNumber, _ caller: Caller, _ offer: Text, _ time: TimeOfDay?,
    _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    var audio = AudioSession(settings: settings, isCalled: true, random: &random)
    let answer: Text
    let stream: StreamParameters?
    do throws(SDPError) {
      (answer, stream) = try firstAnswer(to: offer, &audio)
    } catch {
      out.emit(.note(.incompatibleDescription(session, error)))
      return out.emit(.reject(session, code: 488))
    }
    var record = CallRecord(
      port: settings.number, direction: .incoming, number: caller.number, startedAt: now)
    record.redirectedFrom = caller.redirectedFrom
    let call = ActiveCall(session: session, record: record, audio: audio, stream: stream)
    let identity = CallerID(
      number: caller.number, name: caller.displayName, isWithheld: caller.isAnonymous,
      redirecting: caller.redirectedFrom)
    let signal = identity.signal(
      scheme: settings.callerIDScheme, profile: settings.profile, time: time)
    var rings = false
    let cadence = RingCadence.forAlert(caller.alert)
    withLine(now: now, into: &out) {
      rings = $0.ring(signal, cadence: cadence, now: now, into: &$1)
    }
    guard rings else { return out.emit(.reject(session, code: 486)) }
    out.emit(.ring(session, offer: offer.isEmpty ? answer : []))
    let limit = Duration.seconds(Int(settings.profile.ringLimitSeconds))
    state = .ringing(call, answer: answer, until: now + limit)
  }

  /// The description for the 200; an INVITE without an offer gets ours (RFC 3264 §4).
  private mutating func firstAnswer(
    to offer: Text, _ audio: inout AudioSession
  ) throws(SDPError) -> (Text, StreamParameters?) {
    if offer.isEmpty { return (audio.offer(), nil) }
    let (answer, stream) = try audio.answer(offer: offer, random: &random)
    return (answer, stream)
  }

  /// The caller has answered the offer of our 180; without usable audio nobody need lift.
  mutating func agreeWhileRinging(
    _ call: ActiveCall, _ description: Text, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    var call = call
    agree(on: description, &call, &out)
    guard call.stream == nil else { return keep(call) }
    withLine(now: now, into: &out) { $0.stopRinging(now: now, into: &$1) }
    out.emit(.reject(call.session, code: 488))
    finish(call.record, .incompatible, hadStream: false, now, &out)
    state = .idle
  }

  mutating func pickUp(
    _ call: ActiveCall, _ answer: Text, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    var call = call
    call.record.answeredAt = now
    state = .talking(call)
    settleStream(into: &out)
    out.emit(.answer(call.session, description: answer))
  }

  // MARK: The end

  /// The subscriber hung up.
  mutating func hangUp(
    _ call: ActiveCall, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    out.emit(.hangUp(call.session))
    finish(call.record, .hungUp, hadStream: openStream != nil, now, &out)
    state = .idle
  }

  /// Nobody answered.
  mutating func giveUp(
    _ call: ActiveCall, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    out.emit(.hangUp(call.session))
    finish(call.record, .noAnswer, hadStream: openStream != nil, now, &out)
    disconnect(.noAnswer, now)
  }

  /// The session ended under the subscriber.
  mutating func lose(
    _ call: ActiveCall, _ reason: EndReason, _ cause: UInt8?, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    var record = call.record
    record.cause = cause
    finish(record, .session(reason), hadStream: openStream != nil, now, &out)
    disconnect(.forEnd(reason, cause: cause), now)
  }

  /// The far party's answer leaves nothing to talk with.
  mutating func refuseAudio(
    _ call: ActiveCall, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    out.emit(.hangUp(call.session))
    finish(call.record, .incompatible, hadStream: openStream != nil, now, &out)
    disconnect(.congestion, now)
  }

  /// A session number for an INVITE that nobody waits for any more.
  mutating func abandon(_ session: SessionNumber?, _ out: inout Outbox<PortOutput>) {
    if let session { out.emit(.hangUp(session)) }
  }

  mutating func finish(
    _ record: CallRecord, _ end: CallEnd, hadStream: Bool, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    var record = record
    record.endedAt = now
    record.end = end
    if hadStream { record.stream = openStream }
    for ready in records.keep(record, hadStream: hadStream, now: now) { out.emit(.record(ready)) }
  }

  mutating func disconnect(_ tone: CallProgressTone, _ now: Instant) {
    let length = Duration.seconds(Int(settings.profile.disconnectToneSeconds))
    state = .disconnected(tone, until: now + length)
  }

  mutating func startHowler(_ now: Instant, _ out: inout Outbox<PortOutput>) {
    guard settings.profile.howlerSeconds > 0 else { return lockOut(now, &out) }
    state = .howler(until: now + .seconds(Int(settings.profile.howlerSeconds)))
  }

  mutating func lockOut(_ now: Instant, _ out: inout Outbox<PortOutput>) {
    state = .lockedOut
    out.emit(.note(.lockedOut))
    withLine(now: now, into: &out) { $0.lockOut(now: now, into: &$1) }
  }
}
