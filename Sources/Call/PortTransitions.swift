internal import Base
internal import Line
internal import MediaControl
internal import SIPAgent

/// What every state makes of every input; the diagram is above `PortController`.
extension PortController {
  mutating func transit(
    _ input: PortInput, now: Instant, into out: inout Outbox<PortOutput>
  ) {
    switch state {
    case .idle: idle(input, now, &out)
    case .unregistered(let dialling, let until):
      unregistered(dialling, until, input, now, &out)
    case .dialling(let collector): dialling(collector, input, now, &out)
    case .inviting(let record, let audio, _): inviting(record, audio, input, now, &out)
    case .calling(let call, let until): calling(call, until, input, now, &out)
    case .ringback(let call, let until): alerting(call, until, input, now, &out)
    case .earlyMedia(let call, let until): alerting(call, until, input, now, &out)
    case .ringing(let call, let answer, _): ringing(call, answer, input, now, &out)
    case .talking(let call): talking(call, input, now, &out)
    case .disconnected: disconnected(input, now, &out)
    case .howler: howler(input, now, &out)
    case .lockedOut: lockedOut(input, now, &out)
    case .outOfService(let missing, _): outOfService(missing, input, &out)
    case .testing(let line): testing(line, input, now, &out)
    }
  }

  private mutating func idle(
    _ input: PortInput, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    switch input {
    case .offHook: seize(now, &out)
    case .incoming(let session, let caller, let offer, let time):
      accept(session, caller, offer, time, now, &out)
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .invited(let session): abandon(session, &out)
    case .onHook, .hookFlash, .pulseStart, .digit, .session, .streamHeard, .dataHeard, .timeUp:
      break
    }
  }

  private mutating func unregistered(
    _ dialling: EmergencyDialling, _ until: Instant, _ input: PortInput, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    switch input {
    case .onHook: state = .idle
    case .registration(let isRegistered):
      self.isRegistered = isRegistered
      if isRegistered { startDialling(dialling.digits, now, &out) }
    case .digit(let digit, _):
      dialUnregistered(digit, dialling, until, now, &out)
    case .incoming(let session, _, _, _): out.emit(.reject(session, code: 486))
    case .invited(let session): abandon(session, &out)
    case .timeUp: startHowler(now, &out)
    case .hookFlash: out.emit(.note(.flashIgnored))
    case .offHook, .pulseStart, .session, .streamHeard, .dataHeard: break
    }
  }

  private mutating func dialling(
    _ collector: DigitCollector, _ input: PortInput, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    var collector = collector
    switch input {
    case .onHook: state = .idle
    case .pulseStart:
      collector.begin(now: now)
      state = .dialling(collector)
    case .digit(let digit, _):
      let result = collector.press(digit, now: now)
      state = .dialling(collector)
      if let result { finishDialling(result, now, &out) }
    case .timeUp:
      if let result = collector.advance(to: now) { finishDialling(result, now, &out) }
    case .incoming(let session, _, _, _): out.emit(.reject(session, code: 486))
    case .invited(let session): abandon(session, &out)
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .hookFlash: out.emit(.note(.flashIgnored))
    case .offHook, .session, .streamHeard, .dataHeard: break
    }
  }

  private mutating func inviting(
    _ record: CallRecord, _ audio: AudioSession, _ input: PortInput, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    switch input {
    case .invited(let session?):
      let call = ActiveCall(session: session, record: record, audio: audio)
      state = .calling(call, until: now + patience(for: record))
    case .invited(nil), .timeUp:
      finish(record, .refusedHere, hadStream: false, now, &out)
      disconnect(.congestion, now)
    case .onHook:
      finish(record, .hungUp, hadStream: false, now, &out)
      state = .idle
    case .incoming(let session, _, _, _): out.emit(.reject(session, code: 486))
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .hookFlash: out.emit(.note(.flashIgnored))
    case .offHook, .pulseStart, .digit, .session, .streamHeard, .dataHeard: break
    }
  }

  private mutating func calling(
    _ call: ActiveCall, _ until: Instant, _ input: PortInput, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    switch input {
    case .session(let event): proceed(call, until, event, now, &out)
    case .onHook: hangUp(call, now, &out)
    case .timeUp: giveUp(call, now, &out)
    case .incoming(let session, _, _, _): out.emit(.reject(session, code: 486))
    case .invited(let session): abandon(session, &out)
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .hookFlash: out.emit(.note(.flashIgnored))
    case .offHook, .pulseStart, .digit, .streamHeard, .dataHeard: break
    }
  }

  /// Ringback and early media differ in what is heard, which `alert` decides.
  private mutating func alerting(
    _ call: ActiveCall, _ until: Instant, _ input: PortInput, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    var call = call
    switch input {
    case .session(let event): proceed(call, until, event, now, &out)
    case .streamHeard:
      call.isHeard = true
      if call.earlyMedia == .denied { return keep(call) }
      state = .earlyMedia(call, until: until)
    case .dataHeard(let data):
      hear(data, in: &call, &out)
      keep(call)
    case .onHook: hangUp(call, now, &out)
    case .timeUp: giveUp(call, now, &out)
    case .incoming(let session, _, _, _): out.emit(.reject(session, code: 486))
    case .invited(let session): abandon(session, &out)
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .hookFlash: out.emit(.note(.flashIgnored))
    case .offHook, .pulseStart, .digit: break
    }
  }

  private mutating func ringing(
    _ call: ActiveCall, _ answer: Text, _ input: PortInput, _ now: Instant,
    _ out: inout Outbox<PortOutput>
  ) {
    switch input {
    case .offHook: pickUp(call, answer, now, &out)
    case .session(.ended(let reason, let cause)):
      withLine(now: now, into: &out) { $0.stopRinging(now: now, into: &$1) }
      var record = call.record
      record.cause = cause
      finish(record, .session(reason), hadStream: false, now, &out)
      state = .idle
    case .session(.offered(let description)):
      var call = call
      reply(to: description, &call, &out)
      keep(call)
    case .session(.offerAccepted(let description)):
      agreeWhileRinging(call, description, now, &out)
    case .timeUp:
      withLine(now: now, into: &out) { $0.stopRinging(now: now, into: &$1) }
      out.emit(.reject(call.session, code: 480))
      finish(call.record, .noAnswer, hadStream: false, now, &out)
      state = .idle
    case .incoming(let session, _, _, _): out.emit(.reject(session, code: 486))
    case .invited(let session): abandon(session, &out)
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .session(.progress), .session(.otherParty), .session(.emergency), .session(.answered),
      .session(.offerRefused), .session(.referred), .session(.replaced):
      break
    case .onHook, .hookFlash, .pulseStart, .digit, .streamHeard, .dataHeard: break
    }
  }

  private mutating func talking(
    _ call: ActiveCall, _ input: PortInput, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    var call = call
    switch input {
    case .session(.ended(let reason, let cause)): lose(call, reason, cause, now, &out)
    case .session(.referred(let number)): follow(call, to: number, now, &out)
    case .session(.replaced(let session, let offer)):
      swap(call, for: session, offer, now, &out)
    case .session(.offered(let description)):
      reply(to: description, &call, &out)
      state = .talking(call)
    case .session(.offerAccepted(let description)):
      agree(on: description, &call, &out)
      guard call.stream != nil else { return refuseAudio(call, now, &out) }
      told(&call, &out)
      state = .talking(call)
    case .streamHeard:
      call.isHeard = true
      state = .talking(call)
    case .onHook: hangUp(call, now, &out)
    case .incoming(let session, _, _, _): out.emit(.reject(session, code: 486))
    case .invited(let session): abandon(session, &out)
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .hookFlash: out.emit(.note(.flashIgnored))
    case .session(.offerRefused(let code)):
      refused(code, &call, now, &out)
      state = .talking(call)
    case .dataHeard(let data):
      hear(data, in: &call, &out)
      state = .talking(call)
    case .timeUp:
      tellAgain(&call, &out)
      state = .talking(call)
    case .session(.progress), .session(.otherParty), .session(.emergency), .session(.answered):
      break
    case .offHook, .pulseStart, .digit: break
    }
  }

  private mutating func disconnected(
    _ input: PortInput, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    switch input {
    case .onHook: state = .idle
    case .timeUp: startHowler(now, &out)
    case .incoming(let session, _, _, _): out.emit(.reject(session, code: 486))
    case .invited(let session): abandon(session, &out)
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .hookFlash: out.emit(.note(.flashIgnored))
    case .offHook, .pulseStart, .digit, .session, .streamHeard, .dataHeard: break
    }
  }

  private mutating func howler(
    _ input: PortInput, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    switch input {
    case .onHook: state = .idle
    case .timeUp: lockOut(now, &out)
    case .incoming(let session, _, _, _): out.emit(.reject(session, code: 486))
    case .invited(let session): abandon(session, &out)
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .hookFlash: out.emit(.note(.flashIgnored))
    case .offHook, .pulseStart, .digit, .session, .streamHeard, .dataHeard: break
    }
  }

  private mutating func lockedOut(
    _ input: PortInput, _ now: Instant, _ out: inout Outbox<PortOutput>
  ) {
    switch input {
    case .onHook: state = .idle
    case .incoming(let session, _, _, _): out.emit(.reject(session, code: 486))
    case .invited(let session): abandon(session, &out)
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .offHook, .hookFlash, .pulseStart, .digit, .session, .streamHeard, .dataHeard, .timeUp:
      break
    }
  }

  /// The port stays registered, so that its return costs the SBC nothing; callers hear from the
  /// network that the subscriber cannot be reached now (480), and may be forwarded.
  private mutating func outOfService(
    _ missing: MissingHardware, _ input: PortInput, _ out: inout Outbox<PortOutput>
  ) {
    switch input {
    case .offHook: state = .outOfService(missing, .offHook)
    case .onHook: state = .outOfService(missing, .onHook)
    case .incoming(let session, _, _, _): out.emit(.reject(session, code: 480))
    case .invited(let session): abandon(session, &out)
    case .registration(let isRegistered): self.isRegistered = isRegistered
    case .hookFlash, .pulseStart, .digit, .session, .streamHeard, .dataHeard, .timeUp: break
    }
  }
}
