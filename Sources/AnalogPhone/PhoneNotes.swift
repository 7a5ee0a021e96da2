/// What the phone has noticed so far.
struct Notes {
  /// What the box feeds; `nil` before it has said so.
  var feed: LineFeed?
  var feedSince: Nanoseconds = 0
  /// The last of `forward` and `reverse`.
  var polarity: LineFeed?
  /// Whether the polarity has changed since the last wait for it, or since lifting.
  var hasPolarityChanged = false
  /// When the handset was lifted last.
  var liftedAt: Nanoseconds?
  /// When the tone that is heard began.
  var toneOnset: Nanoseconds?
  var toneDBm0 = 0.0
  /// The caller ID of this call, as fields for an answer.
  var callerID: [Report.Field]?
  var caller: String?
  /// Whether the lamp for messages burns; `nil` before the box has said so.
  var lamp: Bool?
  /// The DTMF digits heard since lifting.
  var digits = ""
  /// Whether a flash or pulses were going on at the last look.
  var isHookBusy = false
}

extension Phone {
  /// Tells what the ear noticed.
  mutating func note(_ heard: Heard, now: Nanoseconds) {
    switch heard {
    case .audioStart(let onset): tell(.event("audio-start", fields: onsetFields(onset)), at: now)
    case .tone(let tone, let level): noteTone(tone, level, now)
    case .toneLevel(let tone, let level):
      notes.toneDBm0 = level
      tell(
        .event(
          "tone-level \(tone.name)", .init("level", level),
          say: "\(tone.name) tone now at \(fixed(level, 1)) dBm0"), at: now)
    case .toneEnd(let tone, let end):
      let ms = Double(end - tone.onset) / 8
      notes.toneOnset = nil
      tell(.event("tone-end \(tone.name)", .init("ms", ms)), at: now)
    case .speech(let onset, let level):
      let fields = onsetFields(onset) + [Report.Field("level", level)]
      tell(.event("speech", fields: fields, say: "speech"), at: now)
    case .silence(let since):
      tell(.event("silence", .init("since", arrival(of: since)), say: "silence"), at: now)
    case .digit(let reading, let onset, let ms): noteDigit(reading, onset, ms, now)
    case .callerID(let reception): noteCallerID(reception, now)
    case .dtmfCallerID(let reading, let onset): noteCallerID(reading, onset, now)
    }
  }

  private mutating func noteTone(_ tone: ToneNamer.Named, _ level: Double, _ now: Nanoseconds) {
    notes.toneOnset = arrival(of: tone.onset)
    notes.toneDBm0 = level
    let fields = onsetFields(tone.onset) + toneFields(tone, level)
    let words = "tone \(tone.name) \(plainHertz(tone.hertz))"
    tell(.event(words, fields: fields, say: toneSentence(tone, level)), at: now)
  }

  private mutating func noteDigit(
    _ reading: DTMFReceiver.Reading, _ onset: Int, _ ms: Double, _ now: Nanoseconds
  ) {
    if hook.isLifted { notes.digits.append(reading.key) }
    let fields = [
      Report.Field("ms", ms), .init("low", reading.lowDBm0), .init("high", reading.highDBm0),
    ]
    let say = hook.isLifted ? "digit \(reading.key)" : nil
    tell(.event("digit \(reading.key)", fields: fields + onsetFields(onset), say: say), at: now)
  }

  private mutating func noteCallerID(_ reception: CallerIDReceiver.Reception, _ now: Nanoseconds) {
    let signal: [Report.Field] = [
      .init("raw", hexadecimal(reception.bytes)), .init("level", reception.levelDBm0),
      .init("mark-hz", reception.markHertz), .init("seizure-bits", reception.seizureBits),
      .init("mark-bits", reception.markBits), .init("onset", arrival(of: reception.onset)),
    ]
    switch reception.result {
    case .success(let message):
      if let lamp = message.lamp { return noteLamp(lamp, message, signal, reception.modem, now) }
      var fields: [Report.Field] = [.init("format", message.format)]
      if let number = message.number { fields.append(.init("number", number)) }
      if let name = message.name { fields.append(.init("name", name)) }
      if let time = message.time { fields.append(.init("time", time)) }
      if let absence = message.absence { fields.append(.init("absent", absence)) }
      for (type, data) in message.others {
        fields.append(.init("parameter-" + hexadecimal([type]), hexadecimal(data)))
      }
      accept(fields, caller: message.caller)
      let all = fields + [.init("checksum", "ok")] + signal
      tell(.event("caller-id \(reception.modem)", fields: all, say: callSentence()), at: now)
    case .failure(let failure):
      let fields = [Report.Field("reason", failure.rawValue)] + signal
      tell(
        .event(
          "caller-id-error \(reception.modem)", fields: fields,
          say: "a broken caller ID (\(failure.rawValue))"), at: now)
    }
  }

  private mutating func noteCallerID(
    _ reading: DTMFCallerID.Reading, _ onset: Int, _ now: Nanoseconds
  ) {
    var fields: [Report.Field] = [.init("format", "dtmf")]
    if let number = reading.number { fields.append(.init("number", number)) }
    if let other = reading.redirecting { fields.append(.init("redirecting", other)) }
    if let absence = reading.absence { fields.append(.init("absent", absence)) }
    accept(fields, caller: reading.number ?? "withheld")
    let all = fields + [.init("raw", reading.raw), .init("onset", arrival(of: onset))]
    tell(.event("caller-id dtmf", fields: all, say: callSentence()), at: now)
  }

  private mutating func noteLamp(
    _ lamp: Bool, _ message: CallerIDMessage, _ signal: [Report.Field], _ modem: Modem,
    _ now: Nanoseconds
  ) {
    notes.lamp = lamp
    let fields: [Report.Field] = [.init("modem", "\(modem)"), .init("format", message.format)]
    let word = lamp ? "on" : "off"
    tell(
      .event("message-lamp \(word)", fields: fields + signal, say: "the message lamp is \(word)"),
      at: now)
  }

  private mutating func accept(_ fields: [Report.Field], caller: String) {
    notes.callerID = fields
    notes.caller = caller
  }

  /// Tells what the ringing does.
  mutating func note(_ notice: RingMonitor.Notice, now: Nanoseconds) {
    switch notice {
    case .began(let count):
      let say = count == 1 ? callSentence() : nil
      tell(.event("ring", .init("count", count), say: say), at: now)
    case .ended(let ms): tell(.event("ring-off", .init("ms", ms)), at: now)
    case .cadence(let pieces):
      let text = pieces.map { fixed($0, 0) }.joined(separator: "/")
      let say = ring.rings == 2 ? callSentence() : nil
      tell(.event("ringing", .init("cadence", text), say: say), at: now)
    case .stopped(let rings):
      let say = hook.isLifted ? nil : "ringing is over"
      tell(.event("ring-end", .init("rings", rings), say: say), at: now)
      if !hook.isLifted { forgetCall() }
    }
  }

  mutating func forgetCall() {
    notes.callerID = nil
    notes.caller = nil
    notes.digits = ""
  }

  /// A change between forward and reverse; ringing and the like between them change nothing.
  mutating func notePolarity(_ now: Nanoseconds) {
    guard let feed = notes.feed, feed == .forward || feed == .reverse else { return }
    let old = notes.polarity
    notes.polarity = feed
    guard let old, old != feed else { return }
    notes.hasPolarityChanged = true
    let word = feed == .reverse ? "reversed" : "normal"
    tell(.event("polarity \(word)", say: "polarity \(word)"), at: now)
  }

  /// When something began, by the kernel's clock, and how long that was after lifting.
  func onsetFields(_ sample: Int) -> [Report.Field] {
    let onset = arrival(of: sample)
    var fields: [Report.Field] = [.init("onset", onset), .init("sample", sample)]
    if hook.isLifted, let lifted = notes.liftedAt, onset >= lifted {
      fields.append(.init("since-lift-ms", Double(onset - lifted) / 1e6, digits: 3))
    }
    return fields
  }
}

extension CallerIDMessage {
  /// Who calls, for a display.
  var caller: String {
    guard let number else { return absence == "P" ? "withheld" : "unknown" }
    return name.map { "\(number) (\($0))" } ?? number
  }
}

extension Report {
  static func event(_ words: String, fields: [Field], say sentence: String? = nil) -> Report {
    Report(kind: .event, words: words, fields: fields, sentence: sentence)
  }
}
