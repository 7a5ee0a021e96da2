public import Base
internal import Config

/// An event as others are told of it.
public struct News: Equatable, Sendable {
  /// One line of text, without its end.
  public let line: Text
  /// Whether something could not be done, or is wrong.
  public let isFailure: Bool
  /// When it happened.
  public let at: Instant
}

extension TraceRing where Event == JournalEvent {
  /// What was noted behind the first `read` events; `read` is moved on to the end.
  func news(since read: inout UInt64) -> [News] {
    guard total > read else { return [] }
    var news: [News] = []
    forEach(ofLast: total - read) { entry in
      var line = Text()
      line.append(entry.event)
      news.append(News(line: line, isFailure: entry.event.isFailure, at: entry.first))
    }
    read = total
    return news
  }
}

extension Gateway {
  /// An event as a collector wants it (RFC 5424): facility local0, severity error or informational.
  ///
  /// A box whose clock is not set tells no time (§6.2.3).
  public func syslogMessage(_ news: News) -> Text {
    var message = Text("<")
    message.append(decimal: 16 * 8 + (news.isFailure ? 3 : 6))
    message.append(">1 ")
    if isClockSet { append(timestamp: news.at, to: &message) } else { message.append("-") }
    message.append(" ")
    message += configuration.hostname
    message.append(" tipring - - - ")
    message += news.line
    return message
  }

  /// Appends a time with its offset from UTC (RFC 3339 §5.6).
  private func append(timestamp instant: Instant, to text: inout Text) {
    text.append(timestamp: wallClock.localTime(at: instant))
    text.append(".")
    text.append(decimal: wallClock.microseconds(at: instant), padded: 6)
    let minutes = Int(wallClock.utcOffsetNanoseconds / 60_000_000_000)
    text.append(minutes < 0 ? "-" : "+")
    text.append(decimal: abs(minutes) / 60, padded: 2)
    text.append(":")
    text.append(decimal: abs(minutes) % 60, padded: 2)
  }
}
