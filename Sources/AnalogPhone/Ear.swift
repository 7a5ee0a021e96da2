/// What the ear noticed; every number of a sample counts from the first that was heard.
enum Heard: Equatable {
  /// Energy after silence.
  case audioStart(onset: Int)
  /// A tone could be named.
  case tone(ToneNamer.Named, levelDBm0: Double)
  /// The tone changed its level by 2 dB or more.
  case toneLevel(ToneNamer.Named, levelDBm0: Double)
  /// The named tone is over.
  case toneEnd(ToneNamer.Named, end: Int)
  /// Speech, or anything else that is no tone, for a third of a second.
  case speech(onset: Int, levelDBm0: Double)
  /// Nothing for half a second.
  case silence(since: Int)
  /// A DTMF digit that is over.
  case digit(DTMFReceiver.Reading, onset: Int, ms: Double)
  /// A caller ID in FSK, whole or broken.
  case callerID(CallerIDReceiver.Reception)
  /// A caller ID in DTMF.
  case dtmfCallerID(DTMFCallerID.Reading, onset: Int)
}

/// Listens to the earpiece: names what is heard and decodes what is meant for a display.
struct Ear {
  /// What is heard at this moment.
  enum Impression: Equatable {
    case silence
    case sound
    case tones([Double])
    case named(ToneNamer.Named)
    case speech
  }

  /// Whether the phone is on hook, so that digits are a caller ID.
  var isOnHook = true

  private(set) var history = SampleHistory()
  private var segmenter = SoundSegmenter()
  private var burst: Burst?
  private var namer: ToneNamer
  private var receivers = Modem.allCases.map(CallerIDReceiver.init)
  private var digits = DTMFCallerID()
  private var reported: ToneNamer.Named?
  private var reportedDBm0 = 0.0
  /// The level of the last sound that ended.
  private var endedDBm0 = Level.silenceDBm0
  private var quietSince = 0
  private var speech = SpeechNotice()
  /// Whether nothing was heard for half a second.
  private(set) var isSilent = true

  init(country: String) { namer = ToneNamer(country: country) }

  /// The level of the last 100 ms.
  var levelDBm0: Double {
    Level.dBm0(history.samples, history.range(history.count - 800, history.count))
  }

  var impression: Impression {
    if let reported { return .named(reported) }
    guard let burst else { return speech.isNoticed ? .speech : .silence }
    if speech.isNoticed { return .speech }
    if case .tone(let hertz) = burst.sound { return .tones(hertz) }
    return .sound
  }

  /// Nothing of what comes continues a cadence: the phone itself dialled or hooked.
  mutating func interrupt() { namer.interrupt() }

  /// Ends what is heard: the line was idle, or is another call's from now on.
  mutating func restart() -> [Heard] {
    let ended = reported.map { Heard.toneEnd($0, end: burst == nil ? quietSince : history.count) }
    namer.restart()
    segmenter = SoundSegmenter(from: history.count)
    burst = nil
    reported = nil
    speech = SpeechNotice()
    quietSince = history.count
    isSilent = true
    return ended.map { [$0] } ?? []
  }

  /// Takes 10 ms of sound.
  mutating func hear(_ frame: [Int16]) -> [Heard] {
    var heard: [Heard] = []
    let start = history.count
    history.append(frame)
    for offset in stride(from: 0, to: frame.count, by: SoundSegmenter.block) {
      var edges: [SoundSegmenter.Edge] = []
      segmenter.receive(history, at: start + offset, into: &edges)
      for edge in edges { cross(edge, &heard) }
    }
    burst?.observeDigit(history)
    reviewBurst(&heard)
    judgeTone(&heard)
    noticeSilence(&heard)
    receiveCallerID(frame, &heard)
    return heard
  }

  private mutating func cross(_ edge: SoundSegmenter.Edge, _ heard: inout [Heard]) {
    switch edge {
    case .began(let position):
      if position - quietSince >= 1_600 || (burst == nil && isSilent) {
        if reported == nil { heard.append(.audioStart(onset: position)) }
      }
      isSilent = false
      burst = Burst(start: position)
    case .ended(let position):
      end(at: position, &heard)
    }
  }

  private mutating func end(at position: Int, _ heard: inout [Heard]) {
    guard var ended = burst else { return }
    burst = nil
    // A click is not worth a break of the cadence.
    guard position - ended.start >= 160 else { return }
    quietSince = position
    ended.finish(at: position, history)
    endedDBm0 = ended.levelDBm0
    if let digit = ended.digit {
      let ms = Double(position - ended.start) / 8
      heard.append(.digit(digit, onset: ended.start, ms: ms))
      if isOnHook { digits.receive(digit.key, from: ended.start, to: position) }
    }
    conclude(ended, at: position, &heard)
  }

  private mutating func conclude(_ ended: Burst, at end: Int, _ heard: inout [Heard]) {
    let tone = ended.digit == nil ? ended.hertz : nil
    namer.finish(tone: tone, from: ended.start, to: end)
    if tone == nil && ended.digit == nil { notice(speechFrom: ended.start, to: end, &heard) }
  }

  private mutating func reviewBurst(_ heard: inout [Heard]) {
    guard var current = burst, current.isReviewDue(at: history.count) else { return }
    switch current.review(history) {
    case .same:
      burst = current
      if current.isOther && current.digit == nil {
        notice(speechFrom: current.start, to: history.count, &heard)
      }
    case .changed(let at, let next):
      conclude(current, at: at, &heard)
      burst = next
    }
  }

  private mutating func notice(speechFrom start: Int, to end: Int, _ heard: inout [Heard]) {
    guard !isOnHook, !receivers.contains(where: \.isCollecting) else { return }
    if let onset = speech.observe(from: start, to: end) {
      heard.append(.speech(onset: onset, levelDBm0: levelDBm0))
    }
  }

  private mutating func judgeTone(_ heard: inout [Heard]) {
    namer.judge(burst?.now ?? .quiet(since: quietSince), at: history.count)
    let current = namer.current
    if let old = reported, current?.name != old.name || !areNear(current?.hertz ?? [], old.hertz) {
      heard.append(.toneEnd(old, end: burst?.start ?? quietSince))
      reported = nil
    }
    guard let current else { return }
    let level = burst?.levelDBm0 ?? reportedDBm0
    if reported == nil {
      speech = SpeechNotice()
      let sounding = burst == nil || level == Level.silenceDBm0 ? endedDBm0 : level
      heard.append(.tone(current, levelDBm0: sounding))
      reportedDBm0 = sounding
    } else if burst?.isSteady ?? false, abs(level - reportedDBm0) >= 2 {
      heard.append(.toneLevel(current, levelDBm0: level))
      reportedDBm0 = level
    }
    reported = current
  }

  private mutating func noticeSilence(_ heard: inout [Heard]) {
    guard burst == nil, history.count - quietSince >= 4_000, !isSilent, reported == nil else {
      return
    }
    isSilent = true
    speech = SpeechNotice()
    heard.append(.silence(since: quietSince))
  }

  private mutating func receiveCallerID(_ frame: [Int16], _ heard: inout [Heard]) {
    for i in receivers.indices {
      if let reception = receivers[i].receive(frame, history) { heard.append(.callerID(reception)) }
    }
    if let event = finishDigits() { heard.append(event) }
  }

  /// The caller ID in DTMF when it is complete, or when ringing or lifting says that it must be.
  mutating func finishDigits(now: Bool = false) -> Heard? {
    let onset = digits.onset
    return digits.finish(at: history.count, now: now).map { .dtmfCallerID($0, onset: onset) }
  }
}

/// Decides when what is no tone has lasted long enough to be called speech.
struct SpeechNotice {
  private static let enough = 2_400
  private static let forgetAfter = 8_000

  private var onset: Int?
  private var heardUpTo = 0
  private var amount = 0
  private(set) var isNoticed = false

  /// Takes a stretch of sound (again when it has grown); gives the onset when it is speech now.
  mutating func observe(from start: Int, to end: Int) -> Int? {
    if start - heardUpTo > Self.forgetAfter || onset == nil {
      onset = start
      amount = 0
      heardUpTo = start
    }
    amount += max(0, end - max(start, heardUpTo))
    heardUpTo = max(heardUpTo, end)
    guard !isNoticed, amount >= Self.enough else { return nil }
    isNoticed = true
    return onset
  }
}
