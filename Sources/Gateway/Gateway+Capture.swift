public import Base
internal import Config
internal import SIPAgent

/// What a capture takes of the box's turns; the shell writes it to the file.
extension Gateway {
  /// How large a capture may be, in KiB; it lies in memory.
  static let captureRange = 16...2_048

  /// What has to be appended to the capture's file; empty while there is none.
  public mutating func takeCapture() -> Text {
    guard capture != nil else { return [] }
    captureEvents()
    return capture?.take() ?? []
  }

  mutating func beginCapture() {
    capture = Capture(limit: captureLimit)
    capturedEvents = journal.total
  }

  /// Notes a SIP message behind the events before it.
  mutating func capture(_ message: Text, from: Endpoint, to: Endpoint) {
    guard capture != nil else { return }
    captureEvents()
    capture?.note(message, from: from, to: to, utc: wallClock.utcNanoseconds(at: now))
  }

  private mutating func captureEvents() {
    guard journal.total > capturedEvents else { return }
    let (clock, host, local) = (wallClock, configuration.hostname, agent.settings.local.address)
    var taken: [(line: Text, utc: Int64)] = []
    journal.forEach(ofLast: journal.total - capturedEvents) { entry in
      var line = Text()
      line.append(entry.event)
      taken.append((line, clock.utcNanoseconds(at: entry.first)))
    }
    capturedEvents = journal.total
    for (line, utc) in taken { capture?.note(event: line, of: host, at: local, utc: utc) }
  }

  func showCapture(_ answer: inout Text) {
    guard let capture else { return answer.append("no capture runs\n") }
    answer.append(decimal: capture.packets)
    answer.append(" packets, ")
    answer.append(decimal: capture.size)
    answer.append(" of ")
    answer.append(decimal: capture.limit)
    answer.append(" bytes")
    if capture.omitted > 0 {
      answer.append(", no room for ")
      answer.append(decimal: capture.omitted)
      answer.append(" more")
    }
    answer.append("\n")
  }
}
