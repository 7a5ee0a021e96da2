internal import Base
internal import Call
internal import Line
internal import MediaControl

/// One run of `test port N`: some tests of a line, one after the other.
///
///     asking ──handset as the test wants it──> running ──result, time──> asking, next test
///        └──30 s, or waited in vain before──> asking, next test
///     running with the handset off ──hung up──> over; `loop`, whose end that is ──> asking, next test
///     everywhere ──no test left, a call, hardware gone──> over
struct PortTestRun {
  /// What has to be done, in order.
  enum Step: Equatable {
    /// Let the port do this.
    case perform(PortTest)
    /// Tell whoever tests.
    case say(Text)
    /// Nothing more; the port is free unless it is so already.
    case over
  }

  private enum Phase {
    case asking
    case running
    case over
  }

  /// More steps than one input makes: a line or two for every test, and the end.
  static let stepLimit = 24
  /// How long the handset is waited for.
  private static let patience = Duration.seconds(30)
  /// How long the next key is waited for, and how long all of them may take.
  private static let keyPatience = Duration.seconds(5)
  private static let keyLimit = Duration.seconds(60)

  let port: PortNumber
  /// The present test and those that follow.
  private var tests: [LineTest]
  private var isOffHook: Bool
  private var phase = Phase.asking
  /// When the phase began, and when it ends by itself.
  private var beganAt: Instant
  private(set) var deadline: Instant
  /// Where the handset was wanted in vain.
  private var missed: Bool?
  private var results = 0
  private var breaks = LoopBreaks()

  /// Makes a run of these tests; `start` begins it.
  init(_ tests: [LineTest], port: PortNumber, isOffHook: Bool, now: Instant) {
    self.tests = tests
    self.port = port
    self.isOffHook = isOffHook
    beganAt = now
    deadline = now
  }

  /// Begins with the first test.
  mutating func start(now: Instant, into out: inout Outbox<Step>) { ask(now, &out) }

  /// Lets the time pass.
  mutating func advance(to now: Instant, into out: inout Outbox<Step>) {
    guard now >= deadline, let test = tests.first else { return }
    switch phase {
    case .asking:
      missed = test.wantsOffHook
      skip(now, &out)
    case .running: finish(test, now, &out)
    case .over: break
    }
  }

  /// Takes an edge of the loop, before the port makes an event of it.
  mutating func observe(_ edge: LoopEdge, now: Instant) { breaks.observe(edge, now: now) }

  /// Takes what the port tells.
  mutating func receive(_ event: PortTestEvent, now: Instant, into out: inout Outbox<Step>) {
    switch event {
    case .offHook: isOffHook = true
    case .onHook: isOffHook = false
    case .hookFlash, .pulseDigit, .digit, .burstOver, .echo, .dropped: break
    }
    guard let test = tests.first else { return }
    switch (phase, event) {
    case (.over, _): break
    case (_, .dropped(.incomingCall)): end("a call comes in: the test is over", &out)
    case (_, .dropped(.dialling)): end("somebody dials: the test is over", &out)
    case (_, .dropped(.hardware)): end("the port is out of service", &out)
    case (.asking, .offHook), (.asking, .onHook): ask(now, &out)
    case (.asking, _): break
    case (.running, _): result(event, of: test, now, &out)
    }
  }

  // MARK: - Phases

  /// Begins the present test, or asks for the handset that it needs.
  private mutating func ask(_ now: Instant, _ out: inout Outbox<Step>) {
    guard let test = tests.first else { return end("the test is over", &out) }
    guard let wanted = test.wantsOffHook, wanted != isOffHook else {
      missed = nil
      return begin(test, now, &out)
    }
    guard missed != wanted else { return skip(now, &out) }
    phase = .asking
    deadline = now + Self.patience
    out.emit(.perform(.watch))
    say(wanted ? "lift the handset" : "hang up", of: test, &out)
  }

  private mutating func begin(_ test: LineTest, _ now: Instant, _ out: inout Outbox<Step>) {
    phase = .running
    beganAt = now
    deadline = now + test.limit
    results = 0
    out.emit(.perform(test.activity))
    var words = Text()
    if test == .loop { words.append(isOffHook ? "the handset is off; " : "on the hook; ") }
    words.append(test.beginning)
    say(words, of: test, &out)
  }

  private mutating func skip(_ now: Instant, _ out: inout Outbox<Step>) {
    if let test = tests.first {
      say(isOffHook ? "left out: not hung up" : "left out: not lifted", of: test, &out)
    }
    goOn(now, &out)
  }

  /// Whoever held the handset has had enough, and the next who lifts it wants to call.
  private mutating func hangUp(_ test: LineTest, _ out: inout Outbox<Step>) {
    say("over: hung up", of: test, &out)
    for other in tests.dropFirst() { say("left out: hung up", of: other, &out) }
    end("the test is over", &out)
  }

  private mutating func goOn(_ now: Instant, _ out: inout Outbox<Step>) {
    tests.removeFirst()
    ask(now, &out)
  }

  private mutating func end(_ why: StaticString, _ out: inout Outbox<Step>) {
    phase = .over
    tests = []
    out.emit(.say(Text(why)))
    out.emit(.over)
  }

  // MARK: - Results

  /// Takes what happens in a test that runs; what is no result of it ends it, or means nothing.
  private mutating func result(
    _ event: PortTestEvent, of test: LineTest, _ now: Instant, _ out: inout Outbox<Step>
  ) {
    switch (test, event) {
    case (.loop, .onHook):
      tell(event, of: test, now, &out)
      finish(test, now, &out)
    case (.loop, _): tell(event, of: test, now, &out)
    case (.ring, .offHook):
      say(Text("lifted after ") + seconds(now) + Text(", and the bell is silent"), of: test, &out)
      goOn(now, &out)
    case (.ring, .burstOver):
      say("the burst is over, not lifted", of: test, &out)
      goOn(now, &out)
    case (.dtmf, .digit), (.dtmf, .pulseDigit):
      tell(event, of: test, now, &out)
      deadline = min(now + Self.keyPatience, beganAt + Self.keyLimit)
    case (.erl, .echo(let loss)):
      say(words(for: loss), of: test, &out)
      goOn(now, &out)
    case (.tone, .onHook), (.dtmf, .onHook), (.erl, .onHook), (.talk, .onHook):
      hangUp(test, &out)
    case (.ring, _), (.tone, _), (.dtmf, _), (.erl, _), (.talk, _): break
    }
  }

  /// The time of a test is up.
  private mutating func finish(_ test: LineTest, _ now: Instant, _ out: inout Outbox<Step>) {
    switch test {
    case .loop where results == 0: say("nothing happened", of: test, &out)
    case .loop: say(isOffHook ? "over, the handset is off" : "over, on the hook", of: test, &out)
    case .ring: say("no ring current: other ports use it", of: test, &out)
    case .dtmf where results == 0: say("no digit was heard", of: test, &out)
    case .tone, .dtmf, .talk: say("over", of: test, &out)
    case .erl: say("nothing was measured: the audio stands still", of: test, &out)
    }
    goOn(now, &out)
  }

  private mutating func tell(
    _ event: PortTestEvent, of test: LineTest, _ now: Instant, _ out: inout Outbox<Step>
  ) {
    var words = seconds(now)
    words.append("  ")
    switch event {
    case .offHook: words.append("lifted")
    case .onHook: words.append("hung up")
    case .hookFlash:
      words.append("hook flash of ")
      words.append(decimal: breaks.last)
      words.append(" ms")
    case .pulseDigit(let digit):
      words.append("digit ")
      words.append(digit)
      words.append(" by pulses, breaks of ")
      words.append(decimal: breaks.meanOfPulses)
      words.append(" ms")
    case .digit(let digit, let levels):
      words.append("digit ")
      words.append(digit)
      words += self.words(for: levels)
    case .burstOver, .echo, .dropped: return
    }
    breaks.forgetPulses()
    results += 1
    say(words, of: test, &out)
  }

  private func words(for levels: DigitLevels) -> Text {
    var words = Text(": low ")
    words.append(tenths: Int(levels.lowTenthsDBm0))
    words.append(" dBm0, high ")
    words.append(tenths: Int(levels.highTenthsDBm0))
    words.append(" dBm0, twist ")
    words.append(tenths: levels.twistTenthsDB)
    words.append(" dB")
    return words
  }

  private func words(for loss: EchoReturnLoss) -> Text {
    var words = Text("echo return loss ")
    words.append(tenths: Int(loss.tenthsDB))
    words.append(" dB")
    if loss.isLowerBound { words.append(" or more: no echo above the noise") }
    return words
  }

  /// The time since the test began.
  private func seconds(_ now: Instant) -> Text {
    var text = Text()
    let hundredths = (now - beganAt).inMilliseconds / 10
    text.append(decimal: hundredths / 100)
    text.append(".")
    text.append(decimal: Int(hundredths % 100), padded: 2)
    text.append(" s")
    return text
  }

  private func say(_ words: StaticString, of test: LineTest, _ out: inout Outbox<Step>) {
    say(Text(words), of: test, &out)
  }

  private func say(_ words: Text, of test: LineTest, _ out: inout Outbox<Step>) {
    var line = Text(test.word)
    line.append(": ")
    out.emit(.say(line + words))
  }
}

/// How long the loop was open each time; the breaks of a dial's digit together.
struct LoopBreaks {
  /// An hour, in milliseconds: what is longer is no break, and a sum of them fits in 32 bits.
  private static let longest: Int64 = 3_600_000

  private var openedAt: Instant?
  private var sum = 0
  private var count = 0
  /// The last one, in milliseconds.
  private(set) var last = 0

  /// The mean of those since `forgetPulses`, in milliseconds.
  var meanOfPulses: Int { count == 0 ? 0 : sum / count }

  mutating func observe(_ edge: LoopEdge, now: Instant) {
    switch edge {
    case .open: openedAt = openedAt ?? now
    case .closed:
      guard let openedAt else { return }
      last = Int(min((now - openedAt).inMilliseconds, Self.longest))
      sum += last
      count += 1
      self.openedAt = nil
    }
  }

  /// What comes now belongs to something new.
  mutating func forgetPulses() { (sum, count) = (0, 0) }
}

extension Array where Element == UInt8 {
  /// Appends a number of tenths with its decimal point.
  fileprivate mutating func append(tenths: Int) {
    if tenths < 0 { append("-") }
    append(decimal: abs(tenths) / 10)
    append(".")
    append(decimal: abs(tenths) % 10)
  }
}
