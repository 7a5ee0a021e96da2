public import Base
internal import Config
internal import Console
internal import SIPAgent

/// What a capture takes of the box's turns; the shell writes it to the file.
extension Gateway {
  /// How large a capture may be, in KiB, and how large it is unless somebody says, or wants media for
  /// which nothing is too much; it lies in memory.
  private static let captureRange = 16...2_048
  private static let captureStandard = 256
  private static let partRange = 1...CapturePrint.parts(of: captureRange.upperBound * 1_024)

  /// The command `capture`.
  static var captureCommand: Command<Gateway> {
    let limit = Command<Gateway>(
      "KIB", .number(captureRange), "At most so many KiB", [mediaCommand]
    ) { box, arguments, _ in box.openCapture(arguments, withMedia: false) }
    return Command(
      "capture", "SIP and what the lines do, as a file for Wireshark",
      [
        Command("start", "Begin, at most 256 KiB", [limit, mediaCommand]) { box, _, _ in
          box.openCapture([], withMedia: false)
        },
        Command("stop", "End, and say where the file is") { box, _, answer in
          guard box.capture != nil else { return answer.append("no capture runs\n") }
          box.console.errand = .closeCapture
        },
        Command(
          "print", "The file as base64, for a terminal that keeps what it shows",
          [
            Command("PART", .number(partRange), "One part of 64 KiB; else the first") {
              box, arguments, answer in box.wishToPrint(arguments, &answer)
            }
          ]
        ) { box, _, answer in box.wishToPrint([.number(1)], &answer) },
      ])
  }

  private static var mediaCommand: Command<Gateway> {
    Command("media", "RTP and RTCP too, with all that is said") { box, arguments, _ in
      box.openCapture(arguments, withMedia: true)
    }
  }

  private mutating func openCapture(_ arguments: [Argument], withMedia: Bool) {
    var size = withMedia ? Self.captureRange.upperBound : Self.captureStandard
    if case .number(let number) = arguments.first { size = number }
    captureLimit = size * 1_024
    console.errand = .openCapture(withMedia: withMedia)
  }

  private mutating func wishToPrint(_ arguments: [Argument], _ answer: inout Text) {
    guard capture == nil else { return refuse("a capture runs: capture stop first", &answer) }
    guard case .number(let part) = arguments.first else { return }
    console.errand = .readCapture(part: part)
  }

  /// Prints a part of the file, without a pager between its lines.
  mutating func printCapture(_ file: Text, part: Int, _ answer: inout Text) {
    let parts = CapturePrint.parts(of: file.count)
    guard part <= parts else {
      console.failure = cell {
        $0.append("the file has ")
        $0.append(decimal: parts)
        $0.append(parts == 1 ? " part" : " parts")
      }
      answer += console.failure ?? []
      return answer.append("\n")
    }
    begin(.print)
    for line in CapturePrint.lines(of: file, part: part) { live[live.count - 1].add(line) }
    live[live.count - 1].end()
  }

  /// What has to be appended to the capture's file; empty while there is none.
  public mutating func takeCapture() -> Text {
    guard capture != nil else { return [] }
    captureEvents()
    return capture?.take() ?? []
  }

  mutating func beginCapture(withMedia: Bool) {
    capture = Capture(limit: captureLimit)
    capturesMedia = withMedia
    capturedEvents = journal.total
  }

  /// Notes a SIP message behind the events before it.
  mutating func capture(_ message: Text, from: Endpoint, to: Endpoint) {
    guard capture != nil else { return }
    captureEvents()
    capture?.note(message, from: from, to: to, utc: wallClock.utcNanoseconds(at: now))
  }

  /// Notes a packet of RTP or RTCP, given from its IP header on, if it is from or to this box.
  public mutating func capture(packet: Text, utcNanoseconds utc: Int64) {
    guard wantsPackets else { return }
    captureEvents()
    if Capture.concerns(packet, agent.settings.local.address) { capture?.note(packet, utc: utc) }
  }

  /// Whether packets of the media are wanted.
  public var wantsPackets: Bool { capturesMedia && capture?.isFullOfPackets == false }

  private mutating func captureEvents() {
    let (host, local) = (configuration.hostname, agent.settings.local.address)
    for news in journal.news(since: &capturedEvents) {
      capture?.note(
        event: news.line, of: host, at: local, utc: wallClock.utcNanoseconds(at: news.at))
    }
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
