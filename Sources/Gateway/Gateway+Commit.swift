public import Base
internal import Call
public import Config
internal import Console
internal import SIPAgent

/// From the candidate to the configuration that runs, and back when nobody confirms it.
///
///     stored ──commit──> stored (new)
///        │──commit confirm──> on trial ──commit──> stored (new)
///        └<──────minutes over─────┘
extension Gateway {
  /// How many changes of one commit the log tells one by one.
  private static let auditLimit = 50

  /// Goes on with a trial that a restart interrupted; its time begins anew.
  public mutating func resumeTrial(previous: Configuration, minutes: UInt8, now: Instant) {
    editing.trial = .init(previous: previous, deadline: now + .seconds(60 * Int(minutes)))
  }

  // MARK: - Commands

  mutating func beginConfiguring(_ answer: inout Text) {
    for other in editing.editors where other != console.number {
      answer.append("console ")
      answer.append(decimal: other)
      answer.append(" edits the same candidate\n")
    }
    if editing.isChanged { answer.append("the candidate has changes: compare shows them\n") }
    if !editing.editors.contains(console.number) { editing.editors.append(console.number) }
    console.isConfiguring = true
  }

  mutating func endConfiguring(_ answer: inout Text) {
    if editing.isChanged { answer.append("not committed; the candidate keeps its changes\n") }
    editing.editors.removeAll { $0 == console.number }
    console.isConfiguring = false
  }

  func showChanges(_ answer: inout Text) {
    let changes = editing.candidate.changes(since: editing.stored)
    for change in changes { answer.append(change) }
    if changes.isEmpty { answer.append("the candidate is what is stored\n") }
  }

  /// What was committed and waits for the next start.
  func showWaitingChanges(_ answer: inout Text) {
    let changes = editing.stored.changes(since: configuration)
    for change in changes { answer.append(change) }
    if changes.isEmpty { answer.append("what is stored is what runs\n") }
  }

  /// Appends what is wrong with the candidate; whether anything is.
  func appendMistakes(to answer: inout Text) -> Bool {
    let mistakes = editing.candidate.mistakes(checks: .standard, board: board)
    for mistake in mistakes {
      answer.append("  ")
      answer += mistake
      answer.append("\n")
    }
    return !mistakes.isEmpty
  }

  mutating func commit(trialMinutes: UInt8?, _ answer: inout Text) {
    if editing.trial != nil {
      if trialMinutes != nil {
        return answer.append("a trial runs: commit keeps it, then another can begin\n")
      }
      if !editing.isChanged { return console.errand = .confirm }
    }
    guard editing.isChanged else { return answer.append("nothing to commit\n") }
    var mistakes = Text()
    guard !appendMistakes(to: &mistakes) else {
      answer.append("not committed:\n")
      answer += mistakes
      return
    }
    console.errand = .store(editing.candidate, trialMinutes: trialMinutes)
  }

  mutating func restart(isForced: Bool, _ answer: inout Text) {
    let calls = ports.count { $0.report.call != nil }
    guard isForced || calls == 0 else {
      answer.append(decimal: calls)
      answer.append(calls == 1 ? " port is" : " ports are")
      answer.append(" in a call: restart now ends it\n")
      return
    }
    answer.append("restarting\n")
    console.wish = .restart
    console.isOver = true
  }

  // MARK: - What came of it

  mutating func finish(
    _ errand: ConsoleErrand, _ result: ConsoleErrandResult, _ answer: inout Text
  ) {
    noteStorage(errand, result)
    switch (errand, result) {
    case (_, .failed(let reason)):
      if case .setPassword(let role, _) = errand {
        finishPassword(of: role, isStored: false, &answer)
      }
      answer += reason
      // What is forgotten before the fault stays so.
      answer.append(
        errand == .factoryReset
          ? ": not all is forgotten: try again\n" : ": nothing was changed\n")
      console.failure = reason
      journal.note(.failure(Text("configuration: ") + reason), at: now)
    case (.store(let configuration, let minutes), _):
      finishCommit(configuration, minutes, &answer)
    case (.confirm, _):
      editing.trial = nil
      provisioningConfirmed()
      journal.note(.configurationConfirmed(console: console.number), at: now)
      answer.append("kept\n")
    case (.factoryReset, _):
      journal.note(.factoryReset(console: console.number), at: now)
      answer.append("every setting is forgotten; restarting\n")
      console.wish = .restart
      console.isOver = true
    case (.openCapture(let withMedia), .file(let path)):
      beginCapture(withMedia: withMedia)
      answer += Text("capturing to ") + path
    case (.closeCapture, .file(let path)):
      showCapture(&answer)
      answer += path
      capture = nil
    case (.readCapture(let part), .content(let file)): printCapture(file, part: part, &answer)
    case (.load, .loaded(let earlier)):
      editing.candidate = earlier
      showChanges(&answer)
    case (.setPassword(let role, _), _): finishPassword(of: role, isStored: true, &answer)
    case (.readEnvironment, .environment(let environment)): show(environment, &answer)
    case (.load, _), (.openCapture, _), (.closeCapture, _), (.readCapture, _),
      (.readEnvironment, _):
      break
    }
  }

  private mutating func finishCommit(
    _ committed: Configuration, _ minutes: UInt8?, _ answer: inout Text
  ) {
    audit(committed.changes(since: editing.stored))
    let deadline = minutes.map { now + .seconds(60 * Int($0)) }
    editing.trial = deadline.map { .init(previous: editing.stored, deadline: $0) }
    editing.stored = committed
    apply(committed)
    answer.append("committed\n")
    if let minutes {
      answer.append("on trial: unless commit follows within ")
      answer.append(decimal: minutes)
      answer.append(" min, the configuration before comes back\n")
    }
    if configuration.showsKeys {
      answer.append("keys of SRTP go in the clear: sip transport is not tls\n")
    }
    let waiting = committed.changes(since: configuration)
    guard !waiting.isEmpty else { return }
    answer.append("from the next start on ('restart' outside of the configuration):\n")
    for change in waiting { answer.append(change) }
    guard minutes == nil, waiting.contains(where: { $0.movesConsole }) else { return }
    answer.append("whoever is connected by what changes here is cut off then: ")
    answer.append("commit confirm MINUTES comes back by itself\n")
  }

  /// Notes who changed what, secrets hidden; of a very long change the beginning.
  private mutating func audit(_ changes: [ConfigurationChange]) {
    journal.note(
      .configurationCommitted(console: console.number, changes: changes.count), at: now)
    for change in changes.prefix(Self.auditLimit) {
      var lines = Text()
      lines.append(change)
      for line in lines.split(separator: UInt8(ascii: "\n")) {
        journal.note(.configurationChanged(console: console.number, Text(line)), at: now)
      }
    }
  }

  /// Gives everybody what may change while calls go on.
  private mutating func apply(_ stored: Configuration) {
    configuration = stored.untilRestart(configuration)
    agent.update(
      userAgent: configuration.sipUserAgent, sessions: SessionSettings(configuration),
      accounts: configuration.accounts)
    applyTransport()
    for i in ports.indices {
      guard let port = configuration.enabledPorts.first(where: { $0.number == ports[i].number })
      else { continue }
      ports[i].update(PortSettings(port, configuration))
    }
  }

  /// Ends a trial that nobody confirmed.
  mutating func advanceTrial(into out: inout Outbox<GatewayOutput>) {
    // Somebody's confirmation may be on its way to the disk.
    guard let trial = editing.trial, now >= trial.deadline, editing.storing == 0 else { return }
    editing.trial = nil
    let wasUntouched = !editing.isChanged
    editing.stored = trial.previous
    if wasUntouched { editing.candidate = trial.previous }
    apply(trial.previous)
    journal.note(
      .failure(Text("the configuration was not confirmed: the one before is back")), at: now)
    editing.storing += 1
    out.emit(.storeAgain(trial.previous))
    provisioningWentBack(into: &out)
    if configuration != trial.previous { stop(now: now, into: &out) }
  }
}
