public import Base
internal import DSP
public import MediaControl

/// The audio of one port: every period a frame comes from the line and a frame goes to it.
///
/// ```
///   the line hears:  probe > caller ID > tone > stream (with the far party's digits) > silence
///   the line says:   digit detector --> events for control, RFC 4733 for the far party
///                    stream         --> RTP; silent while a digit sounds or may sound
///                    probe          --> what it measures, or back to the line a second later
/// ```
/// Pure: time and datagrams come in, datagrams and events go out. Nothing allocates but the opening
/// of a stream and the beginning of a probe.
public final class PortChannel {
  /// How late a probe returns what the line says: a second.
  private static let loopbackSamples = 8_000
  /// Nobody presses a key twice within this time.
  private static let keyLimit = Duration.milliseconds(300)

  private let port: PortNumber
  private let settings: MediaSettings
  private let tools: Toolbox
  private let events: EventSink
  private var random: RandomSource
  private var tones: ToneGenerator
  private var callerID: CallerIDModulator?
  private var detector = DTMFDetector()
  private var isListening = false
  private var isDetecting = false
  private var wasSounding = false
  /// The last digit that the control loop was told, and when.
  private var dialled: (digit: UInt8, at: Instant)?
  private var stream: MediaStream?
  private var isMeasuringDigits = false
  /// The digit that a probe hears, with its tones at their loudest.
  private var measured: (digit: UInt8, levels: DigitLevels)?
  private var delay: DelayLine?
  private var echo: EchoMeter?

  /// Makes an idle channel.
  public init(
    port: PortNumber, settings: MediaSettings, tools: Toolbox, random: RandomSource,
    events: EventSink
  ) {
    self.port = port
    self.settings = settings
    self.tools = tools
    self.events = events
    self.random = random
    tones = ToneGenerator(sine: tools.sine)
  }

  /// Whether the line needs its periods; an idle channel may be left alone.
  public var isActive: Bool {
    isListening || isMeasuringDigits || delay != nil || echo != nil || callerID != nil
      || !tones.isFinished || stream != nil
  }

  /// Whether a stream is open.
  public var isStreaming: Bool { stream != nil }

  /// Whether the next period has nothing to play unless a packet comes.
  public var wantsPackets: Bool { stream?.isDry ?? false }

  /// Does what the control loop asks; commands of the thread itself are not for a channel.
  public func perform(_ command: MediaCommand, now: Instant, send: PacketOutput) {
    switch command {
    case .play(_, let tone): tones.start(tone)
    case .stopTone:
      tones.stop()
      callerID = nil
    case .sendCallerID(_, let signal):
      callerID = CallerIDModulator(signal, sine: tools.sine)
    case .listenForDigits(_, let yes): isListening = yes
    case .probe(_, let probe): begin(probe)
    case .openStream(_, let parameters): open(parameters, now, send)
    case .updateStream(_, let parameters): stream?.update(parameters, now: now)
    case .closeStream: close(now, send)
    case .reportStream:
      if let statistics = stream?.statistics { events.emit(.streamReport(port, statistics)) }
    case .attachAudio, .stop: break
    }
  }

  /// A datagram came to one of the stream's sockets.
  public func receive(
    _ kind: MediaKind, _ bytes: Span<UInt8>, from peer: Endpoint, arrived: Instant
  ) {
    switch kind {
    case .media:
      if stream?.receive(media: bytes, from: peer, arrived: arrived) == true {
        events.emit(.streamStarted(port))
      }
    case .control:
      stream?.receive(control: bytes, from: peer, arrived: arrived)
    }
  }

  /// Datagrams came that are longer than any of ours.
  public func countOversized(_ number: UInt32) { stream?.countOversized(number) }

  /// The thread left periods out; the far party must see that time passed.
  public func skip(periods: UInt32) { stream?.skip(periods: periods) }

  /// One period: hears the line's frame and fills the one for it.
  ///
  /// `now` is the period's nominal time, `beat` its number in the thread.
  public func run(
    heard: borrowing Frame, played: inout Frame, now: Instant, beat: UInt32, send: PacketOutput
  ) {
    detectDigits(heard, now)
    let isMuted = isDetecting && stream?.wantsDigits == true && detector.isSuspicious
    stream?.talk(heard, isMuted: isMuted, codec: tools.codec, beat: beat, send: send)
    play(into: &played, now)
    if let data = stream?.hearData(line: heard, network: played) {
      events.emit(.dataHeard(port, data))
    }
    runProbe(heard, &played)
    stream?.reportIfDue(now: now, send: send)
  }

  private func detectDigits(_ heard: borrowing Frame, _ now: Instant) {
    let wanted = isListening || isMeasuringDigits || stream?.wantsDigits == true
    if wanted, !isDetecting {
      detector.reset()
      wasSounding = false
    }
    isDetecting = wanted
    guard wanted else { return stream?.endDigit() ?? () }
    let digit = detector.hear(heard.span)
    let isSounding = detector.isSounding
    if wasSounding, !isSounding || digit != nil { stream?.endDigit() }
    wasSounding = isSounding
    if isMeasuringDigits { measure(digit) }
    guard let digit else { return }
    if isListening {
      events.emit(.digit(port, digit, at: now))
      dialled = (digit, now)
    }
    if !isSameKey(digit, now) { stream?.begin(digit: digit) }
  }

  /// Whether the digit is the key that completed the number, still down when the call was answered.
  ///
  /// The line rested in between, so that the detector heard a pause that the subscriber never made.
  private func isSameKey(_ digit: UInt8, _ now: Instant) -> Bool {
    guard !isListening, let dialled else { return false }
    return dialled.digit == digit && now - dialled.at < Self.keyLimit
  }

  private func play(into frame: inout Frame, _ now: Instant) {
    if callerID != nil || !tones.isFinished {
      stream?.discard(now: now)
      var samples = frame.mutableSpan
      if callerID != nil {
        playCallerID(&samples)
      } else {
        tones.render(into: &samples)
      }
    } else if stream != nil {
      stream?.listen(into: &frame, codec: tools.codec, now: now)
    } else {
      frame = Frame(repeating: 0)
    }
  }

  private func playCallerID(_ samples: inout MutableSpan<Int16>) {
    guard callerID?.render(into: &samples) == true else { return }
    callerID = nil
    events.emit(.callerIDSent(port))
  }

  // MARK: Probes

  private func begin(_ probe: LineProbe?) {
    isMeasuringDigits = probe == .digits
    measured = nil
    delay = probe == .loopback ? DelayLine(samples: Self.loopbackSamples) : nil
    echo = probe == .echo ? EchoMeter(sine: tools.sine) : nil
  }

  private func runProbe(_ heard: borrowing Frame, _ frame: inout Frame) {
    var samples = frame.mutableSpan
    if let delay {
      delay.pass(heard.span, into: &samples)
    } else if let loss = echo?.run(heard: heard.span, played: &samples) {
      echo = nil
      events.emit(.echoMeasured(port, loss))
    }
  }

  /// Follows the digit that sounds, and tells it when it is over.
  private func measure(_ new: UInt8?) {
    if let measured, new != nil || !detector.isSounding {
      events.emit(.digitMeasured(port, measured.digit, measured.levels))
      self.measured = nil
    }
    guard let levels = detector.levels else { return }
    if let new {
      measured = (new, levels)
    } else if let old = measured, Self.sum(levels) > Self.sum(old.levels) {
      measured = (old.digit, levels)
    }
  }

  private static func sum(_ levels: DigitLevels) -> Int {
    Int(levels.lowTenthsDBm0) + Int(levels.highTenthsDBm0)
  }

  private func open(_ parameters: StreamParameters, _ now: Instant, _ send: PacketOutput) {
    close(now, send)
    stream = MediaStream(
      parameters, settings: settings, sine: tools.sine, random: random.nextWord(), now: now)
  }

  private func close(_ now: Instant, _ send: PacketOutput) {
    guard stream != nil else { return }
    stream?.close(now: now, send: send)
    if let statistics = stream?.statistics { events.emit(.streamClosed(port, statistics)) }
    stream = nil
  }
}
