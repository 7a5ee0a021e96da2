internal import Base
internal import Board
internal import Call
internal import Console
internal import Line
internal import MediaControl

/// `test port N`: a line that a person tries, with a telephone at its end.
extension Gateway {
  static var testCommand: Command<Gateway> {
    Command(
      "test", "Try a line",
      [
        Command(
          "port", "One port",
          [
            Command(
              "PORT", .number(1...Int(BoardDescription.portLimit)), "All of it, in this order",
              LineTest.allCases.map(command(of:))
            ) { box, arguments, _ in box.wishForTest(LineTest.allCases, arguments) }
          ])
      ])
  }

  private static func command(of test: LineTest) -> Command<Gateway> {
    Command(test.word, test.help) { box, arguments, _ in box.wishForTest([test], arguments) }
  }

  private mutating func wishForTest(_ tests: [LineTest], _ arguments: [Argument]) {
    guard case .number(let port) = arguments.first else { return }
    console.wish = .testLine(PortNumber(port), tests)
  }

  mutating func beginLineTest(
    _ tests: [LineTest], on port: PortNumber, _ answer: inout Text,
    into out: inout Outbox<GatewayOutput>
  ) {
    guard let i = index(of: port) else { return refuse("the port is not in use", &answer) }
    let report = ports[i].report
    guard report.missing.isEmpty else { return refuse("the port is out of service", &answer) }
    guard report.stage != .lockedOut else {
      return refuse("the handset was left off the hook: hang up first", &answer)
    }
    guard testCall(on: port) == nil, lineTest(on: port) == nil,
      ports[i].test(.watch, now: now, into: &portOutputs)
    else { return refuse("the port is busy", &answer) }
    perform(portOutputs.drain(), of: i, into: &out)
    answer.append("testing port ")
    answer.append(decimal: port)
    answer.append("; Ctrl-C ends it\n")
    journal.note(.lineTested(console: console.number, port), at: now)
    let isOffHook = ports[i].isOffHookInTest ?? false
    begin(.test(PortTestRun(tests, port: port, isOffHook: isOffHook, now: now)))
    withTest(at: live.count - 1, into: &out) { $0.start(now: $1, into: &$2) }
  }

  /// The place of the test that has a port.
  private func lineTest(on port: PortNumber) -> Int? {
    live.firstIndex { answer in
      guard case .test(let run) = answer.kind else { return false }
      return run.port == port && !answer.isOver
    }
  }

  /// Tells the test that has a port of an edge of its loop.
  mutating func noteEdge(_ edge: LoopEdge, of port: PortNumber) {
    guard let place = lineTest(on: port), case .test(var run) = live[place].kind else { return }
    run.observe(edge, now: now)
    live[place].kind = .test(run)
  }

  /// Hands what ports told to the tests that have them.
  ///
  /// It is done when a port has said all: what a test wants next comes behind it.
  mutating func passTestEvents(into out: inout Outbox<GatewayOutput>) {
    let events = testEvents
    testEvents = []
    for (port, event) in events {
      guard let place = lineTest(on: port) else { continue }
      withTest(at: place, into: &out) { $0.receive(event, now: $1, into: &$2) }
    }
  }

  mutating func advanceLineTest(at place: Int, into out: inout Outbox<GatewayOutput>) {
    withTest(at: place, into: &out) { $0.advance(to: $1, into: &$2) }
    settle(into: &out)
  }

  /// Lets a test do something, and does what it wants.
  private mutating func withTest(
    at place: Int, into out: inout Outbox<GatewayOutput>,
    _ body: (inout PortTestRun, Instant, inout Outbox<PortTestRun.Step>) -> Void
  ) {
    guard case .test(var run) = live[place].kind, let i = index(of: run.port) else { return }
    var steps = Outbox<PortTestRun.Step>(limit: PortTestRun.stepLimit)
    body(&run, now, &steps)
    live[place].kind = .test(run)
    for step in steps.drain() {
      switch step {
      case .say(let line): live[place].add(line)
      case .perform(let test):
        _ = ports[i].test(test, now: now, into: &portOutputs)
        perform(portOutputs.drain(), of: i, into: &out)
      case .over:
        live[place].end()
        endLineTest(on: run.port, into: &out)
      }
    }
  }

  /// Gives a port back.
  mutating func endLineTest(on port: PortNumber, into out: inout Outbox<GatewayOutput>) {
    guard let i = index(of: port) else { return }
    ports[i].endTest(now: now, into: &portOutputs)
    perform(portOutputs.drain(), of: i, into: &out)
  }
}
