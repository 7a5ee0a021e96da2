internal import Base
internal import Console
internal import MediaControl
internal import SIPAgent

/// What those are told who watch the box: events, SIP messages and streams, on one clock.
extension Gateway {
  /// Notes a SIP message for those who watch.
  ///
  /// `isSecure` is of a connection, `nil` of a datagram.
  mutating func tell(_ message: Text, isSent: Bool, far: Endpoint, isSecure: Bool?) {
    guard isWatched else { return }
    tellEvents()
    tellWatchers { text in
      text.append(isSent ? "SIP --> " : "SIP <-- ")
      text.append(far)
      if let isSecure { text.append(isSecure ? " TLS" : " TCP") }
      text.append("  ")
      text.append(ladderWordsOf: message)
    }
  }

  /// Notes an open stream's counters for those who watch.
  mutating func tell(_ stream: StreamStatistics, of port: PortNumber) {
    guard isWatched else { return }
    tellEvents()
    tellWatchers { text in
      text.append("RTP port ")
      text.append(decimal: port)
      let rows: [(StaticString, UInt32)] = [
        (": sent ", stream.sentPackets), (", received ", stream.receivedPackets),
        (", lost ", stream.lostPackets), (", late ", stream.latePackets),
        (", concealed ", stream.concealedFrames), (", jitter ms ", stream.jitter / 8),
        (", buffer ms ", UInt32(stream.bufferMs)),
      ]
      for (words, number) in rows {
        text.append(words)
        text.append(decimal: number)
      }
    }
  }

  mutating func tellEvents() {
    guard isWatched else { return }
    for news in journal.news(since: &liveEvents) {
      tellWatchers(at: news.at) { $0 += news.line }
    }
  }

  mutating func tellOmitted() {
    guard let due = omissionDue, now >= due else { return }
    let count = liveOmitted
    liveOmitted = 0
    omissionDue = nil
    addToWatchers { text in
      text.append(decimal: count)
      text.append(" lines left out: too many at once")
    }
  }

  private mutating func tellWatchers(at instant: Instant? = nil, _ fill: (inout Text) -> Void) {
    guard liveTokens.take(at: now) else {
      liveOmitted += 1
      omissionDue = omissionDue ?? now + .seconds(1)
      return
    }
    let (clock, at) = (wallClock, instant ?? now)
    addToWatchers { text in
      text.append(clockTime: clock, at: at)
      text.append("  ")
      fill(&text)
    }
  }

  private mutating func addToWatchers(_ fill: (inout Text) -> Void) {
    let line = cell(fill)
    for i in live.indices where live[i].showsEvents && !live[i].isOver { live[i].add(line) }
  }
}

extension Array where Element == UInt8 {
  /// Appends `hh:mm:ss.mmm`.
  fileprivate mutating func append(clockTime clock: WallClock, at instant: Instant) {
    append(timeOfDay: clock.localTime(at: instant))
    append(".")
    append(decimal: clock.microseconds(at: instant) / 1_000, padded: 3)
  }
}
