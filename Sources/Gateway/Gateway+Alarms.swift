public import Base
internal import Call
internal import Console
internal import MediaControl
internal import Provisioning
internal import SIPAgent

extension Gateway {
  /// How long after an xrun of ours the box counts as too slow.
  private static let slowFor = Duration.seconds(600)
  /// How often the clock is looked at, of which nobody tells.
  private static let lookInterval = Duration.seconds(60)

  /// Raises and clears alarms.
  ///
  /// What they depend on is noted when it changes, so that a turn in which nothing was noted costs
  /// nothing.
  mutating func checkAlarms() {
    guard !isStopping else { return }
    let isDue = alarms.deadline.map { now >= $0 } ?? false
    guard
      isDue || journal.total != alarmsChecked.total
        || editing.storing != alarmsChecked.storing
        || now - alarmsChecked.at >= Self.lookInterval
    else { return }
    for change in alarms.update(wrong, now: now) { journal.note(.alarm(change), at: now) }
    alarmsChecked = (journal.total, editing.storing, now)
  }

  /// All that is wrong now.
  private var wrong: [Alarm] {
    var wrong: [Alarm] = []
    if path == .down { wrong.append(.networkDown) }
    for server in agent.settings.servers where agent.hasFailed(server) {
      wrong.append(.serverLost(server))
    }
    var canCall = false
    for port in ports {
      let report = port.report
      let registration = agent.registrations.first { $0.account == report.number }
      let status = registration?.status
      if case .failed = status { wrong.append(.notRegistered(report.number)) }
      if status == .registered, let failures = registration?.failures, failures > 0 {
        wrong.append(.notRefreshed(report.number))
      }
      if report.stage == .lockedOut { wrong.append(.lockedOut(report.number)) }
      if let card = report.missing.card, !wrong.contains(.cardLost(card)) {
        wrong.append(.cardLost(card))
      }
      if report.missing.lineCircuit { wrong.append(.lineCircuitLost(report.number)) }
      canCall = canCall || (status == .registered && report.missing.isEmpty)
    }
    if !canCall, !ports.isEmpty { wrong.append(.noService) }
    for slow in slowCards where isRecent(slow.at) { wrong.append(.tooSlow(slow.card)) }
    if !isClockSet { wrong.append(.clockNotSet) }
    if hasStorageFailed { wrong.append(.storageFailed) }
    if editing.storing > 0 { wrong.append(.storageWaits) }
    if let problem = provisioning?.problem { wrong.append(.provisioning(problem)) }
    return wrong
  }

  /// Whether our own work took too long lately.
  var isSlow: Bool { slowCards.contains { isRecent($0.at) } }

  private func isRecent(_ slow: Instant) -> Bool { now - slow < Self.slowFor }

  /// Notes whether what an errand had to store is stored.
  mutating func noteStorage(_ errand: ConsoleErrand, _ result: ConsoleErrandResult) {
    switch errand {
    case .store, .confirm, .setPassword, .factoryReset:
      if case .failed = result { hasStorageFailed = true } else { hasStorageFailed = false }
    case .load, .openCapture, .closeCapture, .readCapture, .readEnvironment: break
    }
  }

  /// Takes what came of storing the configuration before a trial again.
  public mutating func storedAgain(
    _ errand: ConsoleErrand, _ result: ConsoleErrandResult, now: Instant
  ) {
    editing.storing -= 1
    noteStorage(errand, result)
    if case .failed(let why) = result { note(failure: why, now: now) }
  }

  /// Notes that our own work for a card took too long.
  mutating func noteSlow(_ card: CardNumber) {
    slowCards.removeAll { $0.card == card }
    slowCards.append((card, now))
  }

  /// `show alarms`: what is raised, and since when.
  func showAlarms(_ answer: inout Text) {
    var table = newTable()
    table.addColumn("since")
    table.addColumn("alarm")
    for (alarm, since) in alarms.raised {
      table.addRow([
        cell { $0.append(wallClock.localTime(at: since)) }, cell { $0.append(alarm) },
      ])
    }
    if alarms.raised.isEmpty { answer.append("no alarms\n") } else { table.append(to: &answer) }
  }
}

extension Array where Element == UInt8 {
  mutating func append(_ alarm: Alarm) {
    switch alarm {
    case .networkDown: append("no way to the SBC")
    case .noService: append("no port can call")
    case .serverLost(let server):
      append("SBC ")
      append(server)
      append(" does not answer")
    case .notRegistered(let port):
      append(port: port)
      append(": not registered")
    case .notRefreshed(let port):
      append(port: port)
      append(": registration not renewed")
    case .lockedOut(let port):
      append(port: port)
      append(": off hook for long")
    case .cardLost(let card):
      append(card: card)
      append(" is gone")
    case .lineCircuitLost(let port):
      append(port: port)
      append(": its line circuit cannot be driven")
    case .tooSlow(let card):
      append(card: card)
      append(": the box was too slow")
    case .clockNotSet: append("the clock is not set")
    case .provisioning(let why):
      append("provisioning: ")
      append(contentsOf: why)
    case .storageFailed: append("the last change could not be stored")
    case .storageWaits: append("the storage does not answer")
    }
  }
}
