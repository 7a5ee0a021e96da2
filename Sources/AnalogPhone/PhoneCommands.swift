extension Phone {
  /// Performs a line that the user gave.
  mutating func perform(_ line: String, now: Nanoseconds) {
    passTime(to: now)
    do {
      guard let command = try CommandParser.parse(line) else { return }
      try perform(command, now: now)
    } catch {
      tell(.error(error.command, error.reason), at: now)
    }
    settleWait(now)
  }

  private mutating func perform(_ command: Command, now: Nanoseconds) throws(CommandError) {
    switch command {
    case .lift: try lift(now)
    case .hangUp: hangUp(now)
    case .flash(let ms):
      try needLifted("flash")
      hook.flash(ms: ms, at: clock.time)
      startHookSequence(.ok("flash", .init("ms", ms)), now)
    case .pulse(let digits, let timing):
      try needLifted("pulse")
      hook.pulse(digits, timing, at: clock.time)
      startHookSequence(.ok("pulse"), now)
    case .dial(let keys, let sending):
      try needLifted("dial")
      mouth.dial(keys, sending)
      tell(.ok("dial"), at: now)
    case .play, .say, .tone, .stop: try speak(command, now)
    case .hybrid(let loss, let delay):
      hybrid = loss.map { Hybrid(lossDB: $0, delay: delay) }
      tell(.ok("hybrid"), at: now)
    case .record(let path): try startRecording(path, now)
    case .recordStop: try stopRecording(now)
    case .wait(let conditions, let text, let ms): wait(conditions, text, ms)
    case .pause(let ms): wait([], "pause", ms)
    case .hear: tell(hearing(), at: now)
    case .status: tell(status(), at: now)
    case .help: tell(.ok("help", say: Help.text), at: now)
    case .quit: quit(now)
    }
  }

  private mutating func lift(_ now: Nanoseconds) throws(CommandError) {
    try needConnected("lift")
    guard !hook.isLifted else { throw CommandError(command: "lift", reason: "already lifted") }
    hook.lift()
    notes.liftedAt = now
    notes.digits = ""
    notes.hasPolarityChanged = false
    forgetSound(now)
    emit(.setLoop(closed: true))
    tell(.ok("lift"), at: now)
    for notice in ring.advance(to: clock.time, lifted: true) { note(notice, now: now) }
  }

  private mutating func hangUp(_ now: Nanoseconds) {
    let wasClosed = hook.isClosed
    hook.hangUp(at: clock.time)
    mouth.stop()
    forgetSound(now)
    forgetCall()
    notes.liftedAt = nil
    notes.isHookBusy = false
    if wasClosed { emit(.setLoop(closed: false)) }
    tell(.ok("hang-up"), at: now)
  }

  private mutating func startHookSequence(_ answer: Report, _ now: Nanoseconds) {
    notes.isHookBusy = true
    while let closed = hook.nextChange(at: clock.time) { emit(.setLoop(closed: closed)) }
    tell(answer, at: now)
  }

  private mutating func speak(_ command: Command, _ now: Nanoseconds) throws(CommandError) {
    switch command {
    case .play(let path):
      try needLifted("play")
      let recording = try file("play") { () throws(FileError) in try WAVFile.read(path) }
      let source = Resampler(recording)
      mouth.play(source)
      tell(.ok("play", .init("samples", source.count)), at: now)
    case .say(let text):
      try needLifted("say")
      isSynthesizing = true
      emit(.synthesize(text))
    case .tone(let hertz, let ms, let level):
      try needLifted("tone")
      mouth.tone(hertz, ms: ms, dBm0: level)
      tell(.ok("tone"), at: now)
    default:
      mouth.stop()
      tell(.ok("stop"), at: now)
    }
  }

  /// Takes the speech that was asked for; it is brought to the level of a usual talker.
  mutating func speak(_ speech: Result<Recording, FileError>, now: Nanoseconds) {
    isSynthesizing = false
    switch speech {
    case .success(let recording):
      let source = Resampler(recording, gain: Talker.gain(recording.samples))
      mouth.play(source)
      tell(.ok("say", .init("samples", source.count)), at: now)
    case .failure(let error):
      tell(.error("say", error.reason), at: now)
    }
  }

  private mutating func startRecording(
    _ path: String, _ now: Nanoseconds
  ) throws(CommandError) {
    guard recorder == nil else {
      throw CommandError(command: "record", reason: "already recording; record stop ends it")
    }
    // A file that cannot be written is a mistake to tell now, not at the end of the call.
    try file("record") { () throws(FileError) in try WAVFile.write([], to: path) }
    recorder = Recorder(path: path)
    tell(.ok("record", .init("file", path)), at: now)
  }

  private mutating func stopRecording(_ now: Nanoseconds) throws(CommandError) {
    guard let done = recorder else {
      throw CommandError(command: "record", reason: "nothing is being recorded")
    }
    recorder = nil
    try file("record") { () throws(FileError) in try WAVFile.write(done.samples, to: done.path) }
    tell(
      .ok(
        "record stop", .init("file", done.path), .init("samples", done.samples.count),
        .init("lost", done.lost)), at: now)
  }

  private mutating func wait(_ conditions: [Condition], _ text: String, _ ms: Int) {
    waiting = Waiting(
      conditions: conditions, text: text, ms: ms, deadline: clock.time + milliseconds(ms))
  }

  /// Leaves nothing behind: a recording is kept, the handset is put down.
  mutating func quit(_ now: Nanoseconds) {
    if recorder != nil {
      do { try stopRecording(now) } catch { tell(.error(error.command, error.reason), at: now) }
    }
    if hook.isClosed { emit(.setLoop(closed: false)) }
    hook.hangUp(at: clock.time)
    tell(.ok("quit"), at: now)
    emit(.quit)
  }

  private func hearing() -> Report {
    let level = Report.Field("level", clock.isRunning ? ear.levelDBm0 : Level.silenceDBm0)
    guard clock.isRunning else { return .ok("hear nothing", level, say: situation) }
    switch ear.impression {
    case .silence: return .ok("hear silence", level, say: situation)
    case .sound: return .ok("hear sound", level, say: situation)
    case .speech: return .ok("hear speech", level, say: situation)
    case .tones(let hertz):
      return .ok("hear tones \(plainHertz(hertz))", level, say: situation)
    case .named(let tone):
      var report = Report.ok("hear tone \(tone.name) \(plainHertz(tone.hertz))", say: situation)
      report.fields = toneFields(tone, notes.toneDBm0) + onsetFields(tone.onset)
      return report
    }
  }

  private func status() -> Report {
    let hookWord = hook.isLifted ? "lifted" : "on-hook"
    return .ok(
      "status", .init("connected", isConnected ? "yes" : "no"), .init("hook", hookWord),
      .init("loop", hook.isClosed ? "closed" : "open"),
      .init("feed", notes.feed?.rawValue ?? "none"), .init("rings", ring.rings),
      .init("audio", clock.isRunning ? "running" : "idle"),
      .init("samples", ear.history.count), .init("caller", notes.caller ?? ""),
      .init("digits", notes.digits), .init("recording", recorder?.path ?? ""),
      say: "\(situation); line feed \(notes.feed?.rawValue ?? "none")")
  }

  private func needConnected(_ command: String) throws(CommandError) {
    guard isConnected else {
      throw CommandError(command: command, reason: "the box is not there")
    }
  }

  private func needLifted(_ command: String) throws(CommandError) {
    try needConnected(command)
    guard hook.isLifted else {
      throw CommandError(command: command, reason: "lift the handset first")
    }
  }

  private func file<T>(
    _ command: String, _ body: () throws(FileError) -> T
  ) throws(CommandError) -> T {
    do {
      return try body()
    } catch {
      throw CommandError(command: command, reason: error.reason)
    }
  }
}

/// The level at which people talk.
enum Talker {
  /// −20 dBm0 in the mean, as long as the peaks fit.
  static func gain(_ samples: [Int16]) -> Double {
    let mean = Level.meanSquare(samples, samples.indices).squareRoot()
    let peak = samples.reduce(0) { max($0, abs(Int($1))) }
    guard mean > 0, peak > 0 else { return 1 }
    let wanted = Level.amplitude(dBm0: -20) / 2.0.squareRoot() / mean
    return min(wanted, 32_000 / Double(peak))
  }
}
