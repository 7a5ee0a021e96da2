internal import Base
internal import Console
internal import SIPAgent

extension Gateway {
  /// Below the table of calls: who takes part in each one whose far party is a conference.
  func showConferences(_ answer: inout Text) {
    for session in agent.sessions {
      guard let roster = session.conference else { continue }
      answer.append(session: session.number)
      answer.append(" of ")
      answer.append(port: session.account)
      answer.append(": ")
      answer.append(conferenceOf: roster.count, roster.isCut)
      answer.append("\n")
      guard !roster.participants.isEmpty else { continue }
      var table = newTable()
      table.addColumn("participant")
      table.addColumn("name")
      table.addColumn("state")
      for participant in roster.participants {
        table.addRow([
          participant.entity, participant.displayText, Text(words(for: participant.status)),
        ])
      }
      table.append(to: &answer)
    }
  }

  private func words(for status: ParticipantStatus) -> StaticString {
    switch status {
    case .connected: "connected"
    case .onHold: "on hold"
    case .muted: "muted"
    case .invited: "being called"
    case .joining: "joining"
    case .gone: "has left"
    case .other: "unknown"
    }
  }
}

extension Array where Element == UInt8 {
  /// Appends what the log says when the size of a conference changes.
  mutating func append(conferenceNote count: Int, _ hasOthers: Bool) {
    if count > 0 {
      append(conferenceOf: count, hasOthers)
    } else {
      append("no conference any more")
    }
  }

  /// Appends how large a conference is; with others its focus does not say how many more there are.
  mutating func append(conferenceOf count: Int, _ hasOthers: Bool) {
    append(hasOthers ? "conference of more than " : "conference of ")
    append(decimal: count)
  }
}
