/// Sends one event after another as RFC 4733 §2.5.1 wants it.
///
///     idle ── start ──> held ── stop ──> closing (the end packet, 3 times) ──> idle
///                        │ an update every 50 ms          │
///                        └ a new segment after 8.19 s     └ a digit that waits goes first to held
///
/// Time is the stream's own RTP timestamp, so the machine needs no clock. Call `next` once a media
/// period; it hands out one packet at the most.
public struct TelephoneEventSender: Sendable {
  /// A packet that is due; its sequence number is the stream's next.
  public struct Packet: Equatable, Sendable, BitwiseCopyable {
    /// The payload.
    public let event: TelephoneEvent
    /// Set on the first packet of an event.
    public let marker: Bool
    /// When the event began, in the stream's time; not the present timestamp.
    public let timestamp: UInt32
  }

  /// Samples between two updates: 50 ms (§2.5.1.2).
  public static let updateSamples: UInt32 = 400
  /// The shortest event that we report: 40 ms (Q.24), in samples.
  public static let shortestSamples: UInt32 = 320
  /// How often the end is said (§2.5.1.4).
  public static let endPackets = 3

  private struct Event: Sendable, BitwiseCopyable {
    var code: UInt8
    var volume: UInt8
    var start: UInt32
    var isStopped = false
    /// When the end was asked for.
    var end: UInt32 = 0
  }

  private enum State: Sendable, BitwiseCopyable {
    case idle
    /// `sent` is the timestamp of the last update, `nil` before the first.
    case held(Event, sent: UInt32?)
    case closing(Event, left: Int, sent: UInt32)
  }

  private var state = State.idle
  private var waiting: Event?

  /// Nothing to send.
  public init() {}

  /// Whether packets of an event are still to be sent.
  public var isSending: Bool {
    if case .idle = state { false } else { true }
  }

  /// Whether an event sounds, so that the stream's audio is withheld.
  ///
  /// The copies of an end packet may go out between audio packets.
  public var withholdsAudio: Bool {
    if case .held = state { true } else { waiting != nil }
  }

  /// An event began at `timestamp`; `volume` in dBm0 without its sign.
  ///
  /// One event may wait while another is being closed; a further one replaces it.
  public mutating func start(code: UInt8, volume: UInt8 = 10, at timestamp: UInt32) {
    let event = Event(code: code, volume: volume, start: timestamp)
    switch state {
    case .idle:
      state = .held(event, sent: nil)
    case .held(var former, let sent):
      if !former.isStopped { stop(&former, at: timestamp) }
      state = .held(former, sent: sent)
      waiting = event
    case .closing:
      waiting = event
    }
  }

  /// The event that began last is over at `timestamp`.
  public mutating func stop(at timestamp: UInt32) {
    if waiting != nil {
      if waiting?.isStopped == false { stopWaiting(at: timestamp) }
      return
    }
    guard case .held(var event, let sent) = state, !event.isStopped else { return }
    stop(&event, at: timestamp)
    state = .held(event, sent: sent)
  }

  /// The packet that is due at `timestamp`, the stream's present time.
  public mutating func next(at timestamp: UInt32) -> Packet? {
    switch state {
    case .idle: nil
    case .held(let event, let sent): update(event, sent, timestamp)
    case .closing(let event, let left, let sent): close(event, left, sent, timestamp)
    }
  }

  private func stop(_ event: inout Event, at timestamp: UInt32) {
    event.isStopped = true
    let lasted = timestamp &- event.start
    // A timestamp before the start is a caller's slip; the shortest event is still a digit.
    let isShort = Int32(bitPattern: lasted) < Int32(Self.shortestSamples)
    event.end = event.start &+ (isShort ? Self.shortestSamples : lasted)
  }

  private mutating func stopWaiting(at timestamp: UInt32) {
    guard var event = waiting else { return }
    stop(&event, at: timestamp)
    waiting = event
  }

  private mutating func update(_ event: Event, _ sent: UInt32?, _ now: UInt32) -> Packet? {
    let lasted = now &- event.start
    guard let sent else {
      state = .held(event, sent: now)
      // A duration of zero would mean a state and not an event (§2.3.5).
      return packet(event, lasting: min(max(lasted, 80), Self.shortestSamples), marker: true)
    }
    if event.isStopped, lasted >= event.end &- event.start {
      return close(event, Self.endPackets, nil, now)
    }
    if lasted > 0xFFFF { return split(event, now) }
    guard now &- sent >= Self.updateSamples else { return nil }
    state = .held(event, sent: now)
    return packet(event, lasting: lasted)
  }

  /// Goes on with a new segment, because the duration has 16 bits (§2.5.1.3).
  private mutating func split(_ event: Event, _ now: UInt32) -> Packet {
    var rest = event
    rest.start = event.start &+ 0xFFFF
    state = .held(rest, sent: now)
    return packet(event, lasting: 0xFFFF)
  }

  private mutating func close(
    _ event: Event, _ left: Int, _ sent: UInt32?, _ now: UInt32
  ) -> Packet? {
    let lasted = min(event.end &- event.start, 0xFFFF)
    // Two packet times between the copies, so that one burst of loss does not take all three.
    if let sent, waiting == nil, now &- sent < 160 { return nil }
    if left > 1 {
      state = .closing(event, left: left - 1, sent: now)
    } else if let event = waiting {
      waiting = nil
      state = .held(event, sent: nil)
    } else {
      state = .idle
    }
    return packet(event, lasting: lasted, isEnd: true)
  }

  private func packet(
    _ event: Event, lasting samples: UInt32, marker: Bool = false, isEnd: Bool = false
  ) -> Packet {
    Packet(
      event: TelephoneEvent(
        code: event.code, isEnd: isEnd, volume: event.volume,
        duration: UInt16(clamping: samples)),
      marker: marker, timestamp: event.start)
  }
}
