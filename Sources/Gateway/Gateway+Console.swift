public import Base
internal import Config
public import Console
internal import SIPAgent

extension Gateway {
  /// Answers a request of a console, ready to be sent.
  ///
  /// `errands` carries out what a command needs of the world; it is called at most once. `nil` says
  /// that it takes its time: then nothing is sent now, and `carriedOut` gives the answer.
  public mutating func answer(
    _ request: ConsoleRequest, of session: inout ConsoleSession, now: Instant,
    into out: inout Outbox<GatewayOutput>,
    errands: (ConsoleErrand) -> ConsoleErrandResult?
  ) -> Text {
    self.now = now
    guard !session.isWaiting else { return [] }
    console = session
    console.isVerbatim = false
    if isLive { return interrupt(session.number, into: &out) }
    var answer = Text()
    switch request {
    case .interrupt: return []
    case .login(let hasDelivered): beginLogin(hasDelivered: hasDelivered, &answer)
    case .loginRefused(let user): noteRefusedLogin(user)
    case .machine(let line): answer = answerMachine(line, into: &out, errands: errands)
    case .tooLong(isMachine: true):
      let refusal = LineRefusal(offset: 0, reason: Text(CommandTree<Gateway>.tooLong))
      answer = MachineAnswer.json([], TablePlaces(), refusal: refusal)
    case .line(let line) where console.passwordDialogue != nil: takePassword(line, &answer)
    case .line(let line) where console.paste != nil: takePasted(line, &answer)
    case .line, .completion, .tooLong, .close:
      if !isComment(request) {
        let tree = console.isConfiguring ? configurationCommands : commandTree
        answer = tree.answer(request, in: &self)
      }
    }
    finishLine(&answer, into: &out, errands: errands)
    answer = shown(answer, to: request)
    session = console
    if console.isWaiting { return [] }
    if isLive { return [ConsoleProtocol.liveMark] + printable(answer) }
    return framed(answer)
  }

  /// Takes what came of an errand that took its time; the answer of the line that wanted it, ready
  /// to be sent.
  public mutating func carriedOut(
    _ errand: ConsoleErrand, _ result: ConsoleErrandResult, of session: inout ConsoleSession,
    now: Instant, into out: inout Outbox<GatewayOutput>
  ) -> Text {
    self.now = now
    console = session
    var answer = console.held?.answer ?? []
    let isMachine = console.held?.isMachine ?? false
    console.held = nil
    if errand.changesWhatIsStored { editing.storing -= 1 }
    let places = TablePlaces()
    if isMachine { tablePlaces = places }
    defer { tablePlaces = nil }
    finish(errand, result, &answer)
    fulfil(&answer, into: &out)
    checkAlarms()
    answer = shown(answer)
    session = console
    if isMachine {
      let refusal = console.failure.map { LineRefusal(offset: 0, reason: $0) }
      answer = MachineAnswer.json(answer, places, refusal: refusal)
    }
    return framed(answer)
  }

  mutating func refuseWhileStoring(_ answer: inout Text) {
    refuse("another change is being stored; try again", &answer)
  }

  private func framed(_ answer: Text) -> Text {
    ConsoleProtocol.frame(answer, prompt: prompt, isHidden: console.passwordDialogue != nil)
  }

  /// Carries out what the present line wants of the world and of the rest of the gateway.
  private mutating func finishLine(
    _ answer: inout Text, into out: inout Outbox<GatewayOutput>,
    errands: (ConsoleErrand) -> ConsoleErrandResult?
  ) {
    if let errand = console.errand {
      console.errand = nil
      begin(errand, &answer, errands)
    }
    fulfil(&answer, into: &out)
  }

  private mutating func begin(
    _ errand: ConsoleErrand, _ answer: inout Text,
    _ errands: (ConsoleErrand) -> ConsoleErrandResult?
  ) {
    // What a commit goes back to is settled only when the one before it is on the disk.
    guard editing.storing == 0 || !errand.changesWhatIsStored else {
      return refuseWhileStoring(&answer)
    }
    if let result = errands(errand) { return finish(errand, result, &answer) }
    if errand.changesWhatIsStored { editing.storing += 1 }
    console.held = .init(answer: answer, isMachine: tablePlaces != nil)
  }

  /// Answers a line as JSON; a machine neither pastes nor types passwords.
  private mutating func answerMachine(
    _ line: Text, into out: inout Outbox<GatewayOutput>,
    errands: (ConsoleErrand) -> ConsoleErrandResult?
  ) -> Text {
    let places = TablePlaces()
    tablePlaces = places
    defer { tablePlaces = nil }
    var answer = Text()
    var refusal: LineRefusal?
    let tree = console.isConfiguring ? configurationCommands : commandTree
    do throws(LineRefusal) {
      guard console.passwordDialogue == nil, console.paste == nil else {
        throw LineRefusal(offset: 0, reason: Text("the console waits for something else"))
      }
      try tree.carryOut(line, in: &self, &answer)
    } catch {
      refusal = error
    }
    console.failure = nil
    finishLine(&answer, into: &out, errands: errands)
    if refusal == nil, let failure = console.failure {
      refusal = LineRefusal(offset: 0, reason: failure)
    }
    if isLive { return LiveAnswer.json(linesOf: answer) }
    return MachineAnswer.json(answer, places, refusal: refusal)
  }

  /// A table of an answer, in the form that the present line wants.
  @inline(never)
  func newTable() -> TextTable { TextTable(for: tablePlaces, in: phrasebook) }

  private mutating func fulfil(_ answer: inout Text, into out: inout Outbox<GatewayOutput>) {
    guard let wish = console.wish else { return }
    console.wish = nil
    switch wish {
    case .restart: stop(now: now, into: &out)
    case .register:
      agent.registerAgain(now: now, into: &agentOutputs)
      settle(into: &out)
    case .monitor: beginMonitor(&answer)
    case .ping(let target): beginPing(target, &answer)
    case .resolve(let name): beginResolving(name, &answer, into: &out)
    case .testCall(let port, let number, let seconds):
      beginCall(from: port, to: number, seconds: seconds, &answer, into: &out)
    case .testLine(let port, let tests): beginLineTest(tests, on: port, &answer, into: &out)
    }
  }

  /// Forgets a console that is gone; what it changed stays in the candidate.
  public mutating func close(
    _ session: ConsoleSession, now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    _ = interrupt(session.number, into: &out)
    editing.editors.removeAll { $0 == session.number }
  }

  /// A pasted configuration has lines of its own between ports.
  private func isComment(_ request: ConsoleRequest) -> Bool {
    guard case .line(let line) = request, let first = line.first else { return false }
    return first == UInt8(ascii: "!") || first == UInt8(ascii: "#")
  }

  /// What the present console shows when it waits for a line.
  var prompt: Text {
    guard !console.isOver else { return [] }
    if let dialogue = console.passwordDialogue {
      return translation(Text(dialogue.prompt)) + Text(" ")
    }
    if console.paste != nil { return Text("load> ") }
    var text = configuration.hostname
    guard console.isConfiguring else { return text + Text("> ") }
    text.append(editing.isChanged ? "(config*)# " : "(config)# ")
    return text
  }
}
