internal import Access
internal import Base
internal import Board
internal import Call
internal import Config
internal import Console
internal import MediaControl
internal import SIPAgent
internal import SIPSyntax

extension Gateway {
  /// The command language outside of the configuration; made when a line comes, so that it takes no
  /// memory meanwhile.
  var commandTree: CommandTree<Gateway> {
    CommandTree(Self.commands(of: console.role), translate: translation)
  }

  /// What a role may say: an operator looks and tests, and changes nothing.
  static func commands(of role: UserRole) -> [Command<Gateway>] {
    guard role == .operator else { return commands }
    let forAdministrators =
      ["capture", "configure", "factory-reset", "provision", "restart"] as [StaticString]
    return commands.filter { command in
      !forAdministrators.contains { command.word.equals($0) }
    }
  }

  /// The command language of the console: one entry a command.
  static var commands: [Command<Gateway>] {
    [
      Command(
        "show", "Show how the box is",
        [
          Command("status", "The box on one screen") { box, _, answer in
            box.showStatus(&answer)
          },
          Command("alarms", "What is wrong, and since when") { box, _, answer in
            box.showAlarms(&answer)
          },
          Command("version", "Program, libraries and uptime") { box, _, answer in
            box.showVersion(&answer)
          },
          Command("ports", "Every port: hook, state and call") { box, _, answer in
            box.showPorts(&answer)
          },
          Command(
            "registrations", "Every port's registration at the SBC",
            [
              Command("detail", "With what the SBC told of routes and identities") {
                box, _, answer in box.showRegistrationDetails(&answer)
              }
            ]
          ) { box, _, answer in box.showRegistrations(&answer) },
          Command(
            "port", "Everything of one port",
            [
              Command("PORT", .number(1...Int(BoardDescription.portLimit)), "Its number") {
                box, arguments, answer in
                guard case .number(let port) = arguments.first else { return }
                box.showPort(PortNumber(port), &answer)
              }
            ]),
          Command("calls", "Calls in progress and the last ones that ended") { box, _, answer in
            box.showCalls(&answer)
          },
          Command(
            "call", "One table of calls",
            [
              Command("history", "Calls that ended, with what their streams counted") {
                box, _, answer in box.showCallHistory(&answer)
              }
            ]),
          Command("network", "Interfaces, addresses and what DHCP told") { box, _, answer in
            box.showNetwork(&answer)
          },
          Command("provisioning", "Where the configuration comes from, and what came of it") {
            box, _, answer in box.showProvisioning(&answer)
          },
          Command("media", "What the audio streams counted") { box, _, answer in
            box.showMedia(&answer)
          },
          Command("counters", "What the SIP side counted") { box, _, answer in
            box.showCounters(&answer)
          },
          Command("capture", "How far the capture is") { box, _, answer in
            box.showCapture(&answer)
          },
          Command("environment", "Memory, storage, load and temperature") { box, _, _ in
            box.console.errand = .readEnvironment
          },
          Command("reset", "Why the box started last") { box, _, answer in
            box.showReset(&answer)
          },
          Command("log", "The last events, oldest first") { box, _, answer in
            box.console.isVerbatim = true
            box.showLog(&answer)
          },
          Command("running-config", "The configuration, secrets hidden") { box, _, answer in
            box.appendVerbatim(box.configuration.text(secrets: .hidden), to: &answer)
          },
          Command(
            "configuration", "The configuration that is stored, secrets hidden",
            [
              Command("differences", "What waits for the next start") { box, _, answer in
                box.showWaitingChanges(&answer)
              }
            ]
          ) { box, _, answer in
            box.appendVerbatim(box.editing.stored.text(secrets: .hidden), to: &answer)
          },
        ]),
      Command(
        "explain", "Walk the way from a telephone to the SBC",
        [
          Command(
            "port", "One port",
            [
              Command(
                "PORT", .number(1...Int(BoardDescription.portLimit)),
                "What is broken first, if anything"
              ) { box, arguments, answer in
                guard case .number(let port) = arguments.first else { return }
                box.explain(PortNumber(port), &answer)
              }
            ])
        ]),
      captureCommand,
      Command("support-bundle", "Everything for the desk, without secrets") { box, _, answer in
        box.console.isVerbatim = true
        box.appendSupportBundle(to: &answer)
      },
      Command(
        "factory-reset", "Forget every setting and start as the factory did",
        [
          Command("confirm", "There is no way back") { box, _, answer in
            box.console.errand = .factoryReset
          }
        ]
      ) { box, _, answer in
        answer.append("every setting and password is lost: factory-reset confirm does it\n")
      },
      Command(
        "register", "Register at the SBC",
        [
          Command("now", "Every port, whatever it waits for") { box, _, answer in
            box.console.wish = .register
            answer.append("asked: show registrations\n")
          }
        ]),
      pingCommand, resolveCommand, callCommand, testCommand, monitorCommand, passwordCommand,
      provisionCommand,
      Command("configure", "Edit the configuration") { box, _, answer in
        box.beginConfiguring(&answer)
      },
      Command(
        "restart", "End in order and start again",
        [
          Command("now", "Even when that ends calls") { box, _, answer in
            box.restart(isForced: true, &answer)
          }
        ]
      ) { box, _, answer in box.restart(isForced: false, &answer) },
      Command("exit", "Leave the console") { box, _, _ in box.console.isOver = true },
      Command("quit", "Leave the console") { box, _, _ in box.console.isOver = true },
    ]
  }

  func showVersion(_ answer: inout Text) {
    answer += version
    answer.append("host name ")
    answer += configuration.hostname
    answer.append(", up ")
    answer.append(clock: now - startedAt)
    answer.append("\n")
  }

  private func showPorts(_ answer: inout Text) {
    var table = newTable()
    table.addColumn("port", .right)
    table.addColumn("number")
    table.addColumn("state")
    table.addColumn("digits or far party")
    table.addColumn("since", .right)
    for port in ports {
      let report = port.report
      table.addRow([
        cell { $0.append(decimal: report.number) },
        telephoneNumber(of: report.number),
        cell { text in
          text.append(report.stage)
          text.append(report.missing)
        },
        report.digits,
        cell { text in
          if let call = report.call { text.append(clock: now - call.startedAt) }
        },
      ])
    }
    table.append(to: &answer)
  }

  func showReset(_ answer: inout Text) {
    answer.append("started ")
    answer.append(wallClock.localTime(at: startedAt))
    answer.append(", up ")
    answer.append(clock: now - startedAt)
    answer.append("\nreason: ")
    if let resetReason { answer.append(resetReason) } else { answer.append("not recorded") }
    answer.append("\n")
  }

  private func showRegistrations(_ answer: inout Text) {
    var table = newTable()
    table.addColumn("port", .right)
    table.addColumn("number")
    table.addColumn("state")
    table.addColumn("last answer", .right)
    table.addColumn("expires in", .right)
    table.addColumn("next try in", .right)
    for report in agent.registrations {
      table.addRow([
        cell { $0.append(decimal: report.account) },
        telephoneNumber(of: report.account),
        cell { $0.append(report.status) },
        cell { if report.lastCode > 0 { $0.append(decimal: report.lastCode) } },
        cell { append(report.expiresAt, to: &$0) },
        cell { append(report.nextAttempt, to: &$0) },
      ])
    }
    table.append(to: &answer)
  }

  func showCounters(_ answer: inout Text) {
    var table = newTable()
    table.addColumn("count", .right)
    table.addColumn("what")
    for counter in AgentCounter.allCases where agent.counters[counter] > 0 {
      table.addRow([
        cell { $0.append(decimal: agent.counters[counter]) }, cell { $0.append(counter) },
      ])
    }
    for reason in SyntaxError.Reason.allCases where agent.counters[reason] > 0 {
      table.addRow([
        cell { $0.append(decimal: agent.counters[reason]) },
        cell { text in
          text.append("malformed: ")
          text.append(reason)
        },
      ])
    }
    table.append(to: &answer)
  }

  func showLog(_ answer: inout Text) {
    journal.forEach { entry in
      append(time: entry.last, to: &answer)
      answer.append("  ")
      answer.append(entry.event)
      if entry.times > 1 {
        answer.append(" (")
        answer.append(decimal: entry.times)
        answer.append(" times)")
      }
      answer.append("\n")
    }
  }

  /// Appends date, time and microseconds, by which the log is laid beside a capture of the wire.
  private func append(time instant: Instant, to answer: inout Text) {
    answer.append(wallClock.localTime(at: instant))
    answer.append(".")
    answer.append(decimal: wallClock.microseconds(at: instant), padded: 6)
  }

  private func append(_ deadline: Instant?, to text: inout Text) {
    guard let deadline else { return }
    text.append(clock: max(.zero, deadline - now))
  }

  private func telephoneNumber(of port: PortNumber) -> Text {
    configuration.ports.first { $0.number == port }?.telephoneNumber ?? []
  }
}

/// Makes one cell of a table.
func cell(_ fill: (inout Text) -> Void) -> Text {
  var text = Text()
  fill(&text)
  return text
}
