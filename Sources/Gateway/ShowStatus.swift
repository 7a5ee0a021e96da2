internal import Base
internal import Call
internal import Config
internal import Console
internal import MediaControl
internal import SIPAgent

extension Gateway {
  /// `show status`: the box on one screen.
  func showStatus(_ answer: inout Text) {
    answer += configuration.hostname
    answer.append(", ")
    answer += Text(version.prefix { $0 != UInt8(ascii: "\n") })
    answer.append(", ")
    answer.append(wallClock.localTime(at: now))
    answer.append(", up ")
    answer.append(clock: now - startedAt)
    answer.append("\n")
    if let resetReason {
      answer.append("started: ")
      answer.append(resetReason)
      answer.append("\n")
    }
    showNetwork(&answer)
    appendServers(to: &answer)
    appendPorts(to: &answer)
    let complaints = complaints
    answer.append(complaints.isEmpty ? "no alarms\n" : "alarms:\n")
    for alarm in complaints {
      answer.append("  ")
      answer += alarm
      answer.append("\n")
    }
  }

  /// The SBC that serves, then the others.
  private func appendServers(to answer: inout Text) {
    answer.append("SBC: ")
    if agent.settings.servers.isEmpty {
      answer.append("unknown")
    } else {
      append(agent.server, to: &answer)
    }
    for other in agent.settings.servers where other != agent.server {
      answer.append("; instead of it ")
      append(other, to: &answer)
    }
    answer.append("\n")
    appendUnresolved(to: &answer)
  }

  private func append(_ server: Endpoint, to answer: inout Text) {
    answer.append(server)
    if agent.hasFailed(server) { answer.append(" (does not answer)") }
    answer += carriage(to: server)
  }

  private func appendPorts(to answer: inout Text) {
    var table = newTable()
    table.addColumn("port", .right)
    table.addColumn("number")
    table.addColumn("state")
    table.addColumn("registration")
    table.addColumn("last answer", .right)
    table.addColumn("next try in", .right)
    for port in ports {
      let registration = agent.registrations.first { $0.account == port.number }
      table.addRow([
        cell { $0.append(decimal: port.number) },
        configuration.ports.first { $0.number == port.number }?.telephoneNumber ?? [],
        cell { $0.append(port.report.stage) },
        cell { if let registration { $0.append(registration.status) } },
        cell { text in
          if let code = registration?.lastCode, code > 0 { text.append(decimal: code) }
        },
        cell { text in
          if let next = registration?.nextAttempt { text.append(clock: max(.zero, next - now)) }
        },
      ])
    }
    table.append(to: &answer)
  }

  /// What needs somebody now, one sentence each; beside the alarms, what somebody left unfinished.
  private var complaints: [Text] {
    var alarms: [Text] = []
    for port in ports {
      guard let last = chain(of: port.number).last, last.isBroken else { continue }
      alarms.append(
        cell { text in
          text.append(port: port.number)
          text.append(": ")
          text.append(last.name)
          text.append(": ")
          text += last.words
        })
    }
    for card in cards where card.ownXruns > 0 {
      alarms.append(
        cell { text in
          text.append(card: card.number)
          text.append(": the box was too slow ")
          text.append(decimal: card.ownXruns)
          text.append(" times")
        })
    }
    if !isClockSet { alarms.append(Text("the clock is not set")) }
    if let missing = wordsOfMissingButton { alarms.append(missing) }
    if let trial = editing.trial {
      alarms.append(
        cell { text in
          text.append("the configuration is on trial for another ")
          text.append(clock: max(.zero, trial.deadline - now))
        })
    }
    let waiting = editing.stored.changes(since: configuration).count
    if waiting > 0 {
      alarms.append(
        cell { text in
          text.append(decimal: waiting)
          text.append(waiting == 1 ? " change waits" : " changes wait")
          text.append(" for a restart")
        })
    }
    return alarms
  }
}
