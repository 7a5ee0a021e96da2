internal import Base
internal import Call
internal import Line
internal import MediaControl
internal import SIPAgent

/// What the media thread has counted since the start, for `show media`.
struct MediaTotals {
  var missedPeriods: UInt64 = 0
  var endedStreams: UInt64 = 0
  /// What those that have ended counted.
  var ended = StreamTotals()

  mutating func add(_ statistics: StreamStatistics) {
    endedStreams += 1
    ended.add(statistics, since: nil)
  }
}

extension Gateway {
  mutating func note(_ event: MediaEvent) {
    switch event {
    case .digit(let port, let digit, let heardAt):
      journal.note(.digit(port, digit, at: heardAt), at: heardAt)
    case .streamStarted(let port):
      journal.note(.streamStarted(port), at: now)
    case .streamClosed(let port, let statistics):
      media.add(statistics)
      streams.add(statistics, since: lastReport(of: port))
      reports.removeAll { $0.port == port }
    case .audioDetached(let port):
      journal.note(.audioDetached(port), at: now)
    case .periodsMissed(let count):
      media.missedPeriods += UInt64(count)
      journal.note(.periodsMissed(count), at: now)
    case .xrun(let card, let xrun):
      media.missedPeriods += UInt64(xrun.missedPeriods)
      if xrun.isOurs { noteSlow(card) }
      if xrunNotes.take(at: now) { journal.note(.xrun(card, xrun), at: now) }
    case .cardLost(let card, _, _):
      journal.note(.cardLost(card), at: now)
    case .cardReturned(let card, _):
      journal.note(.cardReturned(card), at: now)
    case .streamReport(let port, let statistics):
      keep(statistics, of: port)
    case .callerIDSent, .dataHeard, .digitMeasured, .echoMeasured:
      break  // A step of ringing; what the port notes itself; and what only a test wants.
    }
  }

  private mutating func keep(_ statistics: StreamStatistics, of port: PortNumber) {
    streams.add(statistics, since: lastReport(of: port))
    reports.removeAll { $0.port == port }
    reports.append((port, statistics))
    tell(statistics, of: port)
  }

  private func lastReport(of port: PortNumber) -> StreamStatistics? {
    reports.first { $0.port == port }?.statistics
  }

  /// Adds a call that is over to the sums.
  mutating func count(_ record: CallRecord) {
    switch record.direction {
    case .outgoing: outgoingCalls.add(record)
    case .incoming: incomingCalls.add(record)
    }
  }

  mutating func note(_ output: UserAgentOutput) {
    switch output {
    case .registration(let account, let status):
      journal.note(.registration(account, status), at: now)
    case .incoming(let session, let account, let caller, _):
      journal.note(.incoming(account, session, caller), at: now)
    case .progress(let session, let code, let description, _, _):
      journal.note(
        .progress(session, code: code, hasDescription: !description.isEmpty), at: now)
    case .answered(let session, _):
      journal.note(.answered(session), at: now)
    case .offered(let session, _):
      journal.note(.offered(session), at: now)
    case .ended(let session, let reason, _):
      journal.note(.ended(session, reason), at: now)
    case .emergency(let session):
      journal.note(.agent(.emergencyLearnt(session)), at: now)
    case .note(let note):
      journal.note(.agent(note), at: now)
    case .referred(let session, let number):
      journal.note(.referred(session, to: number), at: now)
    case .replacing(let session, let old, _, _):
      journal.note(.replacing(session, of: old), at: now)
    case .send, .sendByStream, .confirmed, .offerAccepted, .offerRefused, .transfer,
      .stopped,
      .messages, .dialTone:
      break  // The wire, and steps that another event tells.
    }
  }

  mutating func note(_ output: PortOutput, of port: PortNumber) {
    switch output {
    case .ring:
      journal.note(.ringing(port), at: now)
    case .answer(let session, _):
      journal.note(.answered(session), at: now)
    case .invite(let number, _, _):
      journal.note(.inviting(port, number), at: now)
    case .note(let note):
      journal.note(.port(port, note), at: now)
    case .feed, .media, .reject, .hangUp, .reoffer, .acceptOffer, .refuseOffer, .record,
      .test:
      break  // What follows from an event that is noted already.
    }
  }
}
