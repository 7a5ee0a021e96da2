internal import Base
internal import Call
internal import Config
internal import Console
internal import MediaControl
internal import SIPAgent

extension Gateway {
  /// How many of a port's last calls `show port N` lists.
  private static let shownCalls = 5

  /// `show port N`: everything of one port, then the walk to the SBC.
  func showPort(_ port: PortNumber, _ answer: inout Text) {
    let settings = configuration.ports.first { $0.number == port }
    row("number", settings?.telephoneNumber ?? [], &answer)
    row("name", settings?.displayName ?? [], &answer)
    if let report = ports.first(where: { $0.number == port })?.report {
      row("state", translation(cell { $0.append(report.stage) }), &answer)
      row("digits", report.digits, &answer)
      if let isLit = report.isLampLit {
        row("message lamp", translation(isLit ? Text("lit") : Text("dark")), &answer)
      }
    }
    if let report = agent.registrations.first(where: { $0.account == port }) {
      showServices(report, &answer)
    }
    if let stream = reports.first(where: { $0.port == port })?.statistics {
      row("audio", cell { $0.append(stream) }, &answer)
    }
    for call in history.filter({ $0.port == port }).suffix(Self.shownCalls) {
      row("call", words(for: call), &answer)
    }
    explain(port, &answer)
  }

  /// `show registrations detail`.
  func showRegistrationDetails(_ answer: inout Text) {
    for report in agent.registrations {
      answer.append(port: report.account)
      answer.append(": ")
      answer.append(report.status)
      answer.append("\n")
      if report.lastCode > 0 {
        row("last answer", cell { $0.append(decimal: report.lastCode) }, &answer)
      }
      if report.failures > 0 {
        row("failed tries", cell { $0.append(decimal: report.failures) }, &answer)
      }
      if let end = report.expiresAt {
        row("expires in", cell { $0.append(clock: max(.zero, end - now)) }, &answer)
      }
      if let next = report.nextAttempt {
        row("next try in", cell { $0.append(clock: max(.zero, next - now)) }, &answer)
      }
      row("trunk", report.trunk, &answer)
      row("identity", report.defaultIdentity, &answer)
      row("identities", report.identities, &answer)
      row("route", report.serviceRoute, &answer)
      row("path", report.path, &answer)
      row("agreement", report.agreement, &answer)
      row("contact", report.contact, &answer)
      if let flow = report.flow { row("flow", cell { $0.append(decimal: flow) }, &answer) }
      let way = carriage(to: agent.server)
      if !way.isEmpty, report.account == agent.registrations.first?.account {
        row("SBC", cell { $0.append(agent.server) } + way, &answer)
      }
      if let watch = report.watch {
        row("reg event", translation(cell { $0.append(watch) }), &answer)
      }
      if let watch = report.mailbox {
        row("mailbox", translation(cell { $0.append(watch) }), &answer)
      }
      if let watch = report.profile {
        row("ua-profile", translation(cell { $0.append(watch) }), &answer)
      }
      showServices(report, &answer)
    }
  }

  /// What the network has said of a line: its mailbox, its dial tone.
  private func showServices(_ report: RegistrationReport, _ answer: inout Text) {
    if let messages = report.messages {
      row("messages", translation(cell { $0.append(messages) }), &answer)
    }
    if let pattern = report.dialTone {
      row("dial tone", translation(cell { $0.append(pattern) }), &answer)
    }
  }

  /// A row of name and value; nothing for an empty value.
  private func row(_ name: StaticString, _ value: Text, _ answer: inout Text) {
    guard !value.isEmpty else { return }
    answer += rowHead(name) + value
    answer.append("\n")
  }

  /// The name that a row begins with, up to its value.
  func rowHead(_ name: StaticString) -> Text {
    let head = Text("  ") + translation(Text(name))
    return head + Text(repeating: UInt8(ascii: " "), count: max(2, 16 - displayWidth(head)))
  }

  private func words(for call: CallRecord) -> Text {
    var words = Text()
    words.append(wallClock.localTime(at: call.startedAt))
    words.append(call.direction == .outgoing ? " to " : " from ")
    words += call.number.isEmpty ? Text("unknown") : call.number
    if let answered = call.answeredAt {
      words.append(", talked ")
      words.append(clock: call.endedAt - answered)
    }
    words.append(", ")
    words.append(call.end)
    return words
  }
}

extension Array where Element == UInt8 {
  /// Appends what a mailbox says.
  fileprivate mutating func append(_ messages: MessageSummary) {
    append(messages.isWaiting ? "waiting" : "none waiting")
    guard let new = messages.newMessages, let old = messages.oldMessages else { return }
    append(", ")
    append(decimal: new)
    append(" new, ")
    append(decimal: old)
    append(" old")
  }

  /// Appends the dial tone that the network has named.
  fileprivate mutating func append(_ pattern: DialTonePattern) {
    switch pattern {
    case .standard: append("the standard one")
    case .specialCondition: append("special: a service is active")
    case .messageWaiting: append("special: messages wait")
    }
  }

  /// Appends how a subscription stands.
  fileprivate mutating func append(_ watch: WatchStatus) {
    switch watch {
    case .idle: append("not subscribed")
    case .pending: append("asked for")
    case .active: append("subscribed")
    case .declined(200): append("ended by the network")
    case .declined(let code):
      append("refused with ")
      append(decimal: code)
    }
  }

  /// Appends what a stream counted, in a row.
  fileprivate mutating func append(_ stream: StreamStatistics) {
    let parts: [(UInt64, StaticString)] = [
      (UInt64(stream.sentPackets), " sent, "), (UInt64(stream.receivedPackets), " received, "),
      (UInt64(stream.lostPackets), " lost, "), (UInt64(stream.latePackets), " late, jitter "),
      (UInt64(stream.jitter / 8), " ms, buffer "), (UInt64(stream.bufferMs), " ms, round trip "),
      (UInt64(stream.roundTripMs), " ms"),
    ]
    for (number, words) in parts {
      append(decimal: number)
      append(words)
    }
  }
}
