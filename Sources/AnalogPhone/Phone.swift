/// The telephone: hears, speaks, works its hook switch and answers commands.
///
/// It knows no socket and no clock: what happens comes in with its time, what is to be done goes
/// out as values.
struct Phone {
  /// What is to be done.
  enum Output: Equatable {
    /// Tell the box that the loop is closed or open.
    case setLoop(closed: Bool)
    /// Tell the user.
    case report(Report)
    /// Make speech of a text and hand it to `speak`.
    case synthesize(String)
    /// End the program.
    case quit
  }

  /// Samples of one frame.
  static let frame = 80

  var clock: LineClock
  var ear: Ear
  var mouth = Mouth()
  var hybrid: Hybrid?
  var hook = HookSwitch()
  var ring = RingMonitor()
  var recorder: Recorder?
  var notes = Notes()
  var waiting: Waiting?
  /// Whether a command has to be finished before the next is read.
  var isSynthesizing = false
  var isConnected = false
  private(set) var outputs: [Output] = []
  private var arrivals = ArrivalTimes()

  init(country: String, now: Nanoseconds) {
    clock = LineClock(now: now)
    ear = Ear(country: country)
  }

  /// Whether the next command may be performed.
  var isReady: Bool { waiting == nil && !isSynthesizing }

  /// Everything that is to be done, in its order.
  mutating func drain() -> [Output] {
    defer { outputs = [] }
    return outputs
  }

  mutating func emit(_ output: Output) { outputs.append(output) }

  mutating func tell(_ report: Report, at now: Nanoseconds) {
    var report = report
    report.at = now
    outputs.append(.report(report))
  }

  /// When a sample arrived.
  func arrival(of sample: Int) -> Nanoseconds { arrivals.time(of: sample) }

  /// Takes a frame from the earpiece and gives the one that answers it.
  mutating func receive(_ frame: [Int16], now: Nanoseconds) -> [Int16] {
    clock.countFrame(now: now)
    var answer = hook.isClosed ? speak(now) : [Int16](repeating: 0, count: frame.count)
    if hook.isClosed, let mixed = hybrid?.mix(answer, heard: frame) { answer = mixed }
    arrivals.append(now)
    recorder?.append(frame)
    ear.isOnHook = !hook.isLifted
    for heard in ear.hear(frame) { note(heard, now: now) }
    move(now)
    return answer
  }

  private mutating func speak(_ now: Nanoseconds) -> [Int16] {
    // A tone that stops because a digit was dialled has no cadence.
    if mouth.isDialling { ear.interrupt() }
    let wasPlaying = mouth.isBusy(.play)
    let wasDialling = mouth.isBusy(.dial)
    let answer = mouth.speak(Self.frame)
    if wasPlaying && !mouth.isBusy(.play) { tell(.event("play-done"), at: now) }
    if wasDialling && !mouth.isBusy(.dial) { tell(.event("dial-done"), at: now) }
    return answer
  }

  /// The box changed what it puts on the line.
  mutating func receive(_ feed: LineFeed, now: Nanoseconds) {
    passTime(to: now)
    let old = notes.feed
    guard feed != old else { return }
    notes.feed = feed
    notes.feedSince = now
    tell(.event("feed", .init("is", feed.rawValue)), at: now)
    notePolarity(now)
    if feed == .ringing, let event = ear.finishDigits(now: true) { note(event, now: now) }
    observeRing(feed, old, now)
    move(now)
  }

  private mutating func observeRing(_ feed: LineFeed, _ old: LineFeed?, _ now: Nanoseconds) {
    let notices = ring.observe(on: feed == .ringing, now: now, lineTime: clock.time)
    for notice in notices { note(notice, now: now) }
    guard old == .ringing, let lifted = notes.liftedAt, hook.isLifted, !notices.isEmpty else {
      return
    }
    let ms = Double(now - lifted) / 1e6
    tell(
      .event("ring-trip", .init("after-ms", ms, digits: 3), say: "ringing stopped"), at: now)
  }

  /// The kernel's clock has moved on.
  mutating func advance(to now: Nanoseconds) {
    passTime(to: now)
    move(now)
  }

  /// Moves the line's time; when the audio has stopped, what it was is over.
  mutating func passTime(to now: Nanoseconds) {
    if clock.advance(to: now) { forgetSound(now) }
  }

  /// What is heard from now on has nothing to do with what was heard before.
  mutating func forgetSound(_ now: Nanoseconds) {
    for heard in ear.restart() { note(heard, now: now) }
  }

  /// When `advance` must be called at the latest.
  var deadline: Nanoseconds? {
    let dues = [
      hook.deadline(after: clock.time), ring.deadline, waiting?.deadline,
    ].compactMap(\.self)
    let due = dues.min().map(clock.wakeUp)
    return [due, clock.idleDeadline].compactMap(\.self).min()
  }

  /// Does what the line's time makes due.
  private mutating func move(_ now: Nanoseconds) {
    let wasBusy = notes.isHookBusy
    while let closed = hook.nextChange(at: clock.time) {
      ear.interrupt()
      emit(.setLoop(closed: closed))
    }
    notes.isHookBusy = hook.isBusy(at: clock.time)
    if wasBusy && !notes.isHookBusy { tell(.event("dial-done"), at: now) }
    for notice in ring.advance(to: clock.time, lifted: hook.isLifted) { note(notice, now: now) }
    settleWait(now)
  }
}

/// When the newest frames arrived.
private struct ArrivalTimes {
  private static let kept = 3_000
  private var times: [Nanoseconds] = []
  private var first = 0

  mutating func append(_ time: Nanoseconds) {
    times.append(time)
    if times.count > 2 * Self.kept {
      times.removeFirst(Self.kept)
      first += Self.kept
    }
  }

  func time(of sample: Int) -> Nanoseconds {
    let index = max(0, min(times.count - 1, sample / Phone.frame - first))
    return times.isEmpty ? 0 : times[index]
  }
}
