internal import Base
internal import DSP
internal import MediaControl
internal import RTP
internal import SecureRTP

/// An open stream of a port: both halves and their reports.
final class MediaStream {
  private var sender: StreamSender
  private var receiver: StreamReceiver
  private var session: RTCPSession
  private var detector: DataToneDetector
  private let isCalled: Bool
  /// Where the far party wants RTP and RTCP.
  private var agreed: (media: Endpoint, control: Endpoint?)
  /// What may still come of the party before when another one speaks: 200 ms of packets.
  private static let stragglers = 10

  private var isStarted = false
  private var ignored = 0
  /// Whose first packet that was.
  private var party: UInt8
  private var report = InlineArray<192, UInt8>(repeating: 0)

  init(
    _ parameters: StreamParameters, settings: MediaSettings, sine: SineTable, random: UInt32,
    now: Instant
  ) {
    sender = StreamSender(parameters)
    receiver = StreamReceiver(parameters, settings: settings, sine: sine)
    detector = DataToneDetector()
    detector.data = parameters.data
    isCalled = parameters.isCalled
    agreed = (parameters.remote, parameters.remoteControl)
    party = parameters.party
    session = RTCPSession(
      source: parameters.synchronizationSource, name: settings.canonicalName, random: random,
      now: now)
  }

  /// Whether a packet is wanted for the next frame.
  var isDry: Bool { receiver.isDry }

  /// Whether the line's digits must be looked for, because they go out as events.
  ///
  /// Digits that we play come back as echo of the line and are not the subscriber's.
  var wantsDigits: Bool { sender.sendsEvents && !receiver.isPlayingDigits }

  /// Offer and answer changed the stream.
  func update(_ parameters: StreamParameters, now: Instant) {
    sender.update(parameters)
    receiver.update(parameters, now: now)
    session.speak(as: parameters.synchronizationSource)
    detector.data = parameters.data
    agreed = (parameters.remote, parameters.remoteControl)
    if parameters.party != party { (isStarted, ignored) = (false, Self.stragglers) }
    party = parameters.party
  }

  /// A digit (ASCII) began on the line.
  func begin(digit: UInt8) { sender.begin(digit: digit) }

  /// The digit is over.
  func endDigit() { sender.endDigit() }

  /// The thread left periods out.
  func skip(periods: UInt32) { sender.skip(periods: periods) }

  /// A datagram came to the RTP socket; returns whether it is the far party's first one.
  func receive(media bytes: Span<UInt8>, from peer: Endpoint, arrived: Instant) -> Bool {
    guard receiver.receive(bytes, from: peer, arrived: arrived), !isStarted else { return false }
    guard ignored == 0 else {
      ignored -= 1
      return false
    }
    isStarted = true
    return true
  }

  /// A datagram came to the RTCP socket; the host must be the one that sends the audio.
  func receive(control bytes: Span<UInt8>, from peer: Endpoint, arrived: Instant) {
    guard peer.address == receiver.remote.address else { return }
    receiver.receive(control: bytes) { session.receive($0, arrival: arrived) }
  }

  /// Datagrams came that no stream of ours can use.
  func countOversized(_ number: UInt32) { receiver.countOversized(number) }

  /// Sends what the line said in the period that `beat` counts.
  func talk(
    _ frame: borrowing Frame, isMuted: Bool, codec: G711, beat: UInt32, send: PacketOutput
  ) {
    let remote = receiver.remote
    sender.add(frame, isMuted: isMuted, codec: codec, beat: beat) { send(.media, $0, remote) }
  }

  /// Gives the line what the far party said.
  func listen(into frame: inout Frame, codec: G711, now: Instant) {
    receiver.render(into: &frame, codec: codec, now: now)
  }

  /// Takes what the far party said while the line hears something else.
  func discard(now: Instant) { receiver.discard(now: now) }

  /// Whether the called end is a modem or a fax machine, once that is known.
  func hearData(line: borrowing Frame, network: borrowing Frame) -> VoicebandData? {
    detector.hear(isCalled ? line.span : network.span)
  }

  /// Sends a report if it is time.
  func reportIfDue(now: Instant, send: PacketOutput) {
    guard let deadline = session.deadline, now >= deadline else { return }
    let sent = sent
    var bytes = report.mutableSpan
    let count = session.report(
      into: &bytes, sent: sent, heard: receiver.source, reception: &receiver.reception, now: now)
    sendReport(count, send)
  }

  /// Sends the last report and takes leave.
  func close(now: Instant, send: PacketOutput) {
    let sent = sent
    var bytes = report.mutableSpan
    let count = session.goodbye(
      into: &bytes, sent: sent, heard: receiver.source, reception: &receiver.reception, now: now)
    sendReport(count, send)
  }

  /// What was counted since the stream was opened.
  var statistics: StreamStatistics {
    var statistics = StreamStatistics()
    statistics.sentPackets = sender.allPackets
    receiver.fill(&statistics)
    statistics.roundTripMs = UInt16(clamping: session.roundTrip?.inMilliseconds ?? 0)
    statistics.remoteLostPackets = UInt32(max(0, session.remoteLost))
    return statistics
  }

  private var sent: RTCPSession.Sent? {
    guard sender.packets > 0 else { return nil }
    return RTCPSession.Sent(
      packets: sender.packets, octets: sender.octets, timestamp: sender.timestamp)
  }

  /// RTCP goes to the port above the far party's RTP (RFC 3550 §11), or where that party wants it
  /// (RFC 3605) as long as its RTP comes from where it said.
  private func sendReport(_ count: Int, _ send: PacketOutput) {
    var remote = receiver.remote
    if let control = agreed.control, remote == agreed.media {
      remote = control
    } else {
      remote.port &+= 1
    }
    var size = count
    if let protection = sender.protection {
      var bytes = report.mutableSpan
      size = protection.protectControl(&bytes, count: count)
    }
    send(.control, report.span.extracting(0..<size), remote)
  }
}
