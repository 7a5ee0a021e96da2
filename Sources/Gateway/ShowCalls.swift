internal import Base
internal import Call
internal import Console
internal import MediaControl

extension Gateway {
  /// `show calls`: what has ended, newest last, then what is in progress, and who takes part in it.
  func showCalls(_ answer: inout Text) {
    var table = newCallTable()
    table.addColumn("lost", .right)
    table.addColumn("concealed", .right)
    table.addColumn("MOS", .right)
    for record in history { addRow(record, isOver: true, to: &table) }
    for port in ports {
      if let call = port.report.call { addRow(call, isOver: false, to: &table) }
    }
    table.append(to: &answer)
    showConferences(&answer)
  }

  private func addRow(_ record: CallRecord, isOver: Bool, to table: inout TextTable) {
    table.addRow(
      beginning(of: record, isOver: isOver) + [
        cell { if let s = record.statistics { $0.append(decimal: s.lostPackets) } },
        cell { if let s = record.statistics { $0.append(decimal: s.concealedFrames) } },
        cell { if let s = record.statistics, let quality = CallQuality(s) { $0.append(quality) } },
      ])
  }

  /// A table with the columns that every table of calls begins with.
  private func newCallTable() -> TextTable {
    var table = newTable()
    table.addColumn("port", .right)
    table.addColumn("direction")
    table.addColumn("far party")
    table.addColumn("began")
    table.addColumn("talked", .right)
    table.addColumn("end")
    return table
  }

  /// Their cells.
  private func beginning(of record: CallRecord, isOver: Bool) -> [Text] {
    [
      cell { $0.append(decimal: record.port) },
      Text(
        record.isEmergency ? "emergency" : record.direction == .outgoing ? "out" : "in"),
      cell { text in
        text += record.number.isEmpty ? Text("unknown") : record.number
        guard !record.redirectedFrom.isEmpty else { return }
        text.append(" by ")
        text += record.redirectedFrom
      },
      cell { $0.append(wallClock.localTime(at: record.startedAt)) },
      cell { text in
        guard let answeredAt = record.answeredAt else { return }
        text.append(clock: (isOver ? record.endedAt : now) - answeredAt)
      },
      cell { if isOver { $0.append(endOf: record) } else { $0.append("in progress") } },
    ]
  }

  /// `show call history`: what has ended, newest last, with what its stream counted.
  func showCallHistory(_ answer: inout Text) {
    var table = newCallTable()
    for title in Self.streamTitles { table.addColumn(title, .right) }
    for record in history { table.addRow(cells(of: record)) }
    table.append(to: &answer)
  }

  private static let streamTitles: [StaticString] = [
    "sent", "received", "lost", "late", "concealed", "jitter ms", "round trip ms", "MOS",
  ]

  private func cells(of record: CallRecord) -> [Text] {
    let numbers = record.statistics.map { s in
      [
        s.sentPackets, s.receivedPackets, s.lostPackets, s.latePackets, s.concealedFrames,
        s.jitter / 8, UInt32(s.roundTripMs),
      ]
    }
    let counted = numbers.map { $0.map { number in cell { $0.append(decimal: number) } } }
    let quality = record.statistics.flatMap { CallQuality($0) }
    return beginning(of: record, isOver: true)
      + (counted ?? [Text](repeating: [], count: Self.streamTitles.count - 1))
      + [cell { text in if let quality { text.append(quality) } }]
  }

  /// `show media`: the open streams as they last reported, then the sums of the ended ones.
  func showMedia(_ answer: inout Text) {
    var table = newTable()
    for title in Self.mediaTitles { table.addColumn(title, .right) }
    for (port, s) in reports {
      let numbers: [UInt64] = [
        UInt64(port), UInt64(s.sentPackets), UInt64(s.receivedPackets), UInt64(s.lostPackets),
        UInt64(s.latePackets), UInt64(s.duplicatePackets), UInt64(s.refusedPackets),
        UInt64(s.strangerPackets), UInt64(s.forgedPackets), UInt64(s.replayedPackets),
        UInt64(s.concealedFrames), UInt64(s.droppedFrames),
        UInt64(s.jitter / 8), UInt64(s.bufferMs), UInt64(s.roundTripMs),
      ]
      table.addRow(numbers.map { number in cell { $0.append(decimal: number) } })
    }
    table.append(to: &answer)
    append(media, to: &answer)
    for card in cards { append(card, to: &answer) }
  }

  private func append(_ card: CardStatistics, to answer: inout Text) {
    answer.append(card: card.number)
    if card.isLost { answer.append(" is gone") }
    let rows: [(UInt32, StaticString)] = [
      (card.captureXruns &+ card.playbackXruns, " xruns ("), (card.captureXruns, " capture, "),
      (card.playbackXruns, " playback, "), (card.ownXruns, " ours), "),
      (card.slippedPeriods, " periods slipped, lost "),
      (card.losses, " times, woken at most "), (card.latestWakeUs, " us late, worked at most "),
      (card.longestWorkUs, " us\n"),
    ]
    answer.append(": ")
    for (number, words) in rows {
      answer.append(decimal: number)
      answer.append(words)
    }
  }

  private static var mediaTitles: [StaticString] {
    [
      "port", "sent", "received", "lost", "late", "duplicate", "refused", "stranger",
      "forged", "replayed", "concealed", "dropped", "jitter ms", "buffer ms", "round trip ms",
    ]
  }

  private func append(_ totals: MediaTotals, to answer: inout Text) {
    let rows: [(UInt64, StaticString)] = [
      (totals.endedStreams, " ended streams: "),
      (totals.ended[.lostPackets], " packets lost, "), (totals.ended[.latePackets], " late, "),
      (totals.ended[.refusedPackets], " refused, "),
      (totals.ended[.strangerPackets], " from strangers, "),
      (totals.ended[.forgedPackets], " forged, "), (totals.ended[.replayedPackets], " replayed, "),
      (totals.ended[.concealedFrames], " frames concealed, "),
      (totals.ended[.droppedFrames], " dropped, "),
      (totals.missedPeriods, " periods missed\n"),
    ]
    for (number, words) in rows {
      answer.append(decimal: number)
      answer.append(words)
    }
  }
}
