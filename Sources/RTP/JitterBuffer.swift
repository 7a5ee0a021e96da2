internal import Base

/// Puts packets in order and gives out 10 ms at a time, delayed by no more than the network needs.
///
///     idle ── first packet ──> primed ── first read ──> running ── resynchronization ──> primed
///
/// Every packet has a delay: arrival minus media time. The reader has one too: the time of a read
/// minus the media time that it reads (`offset`). The difference is how long a packet lies here.
/// The offset is aimed at the 97th percentile of the delays, plus the time that a packet waits in
/// the socket, plus one frame. The reader holds for a frame to lengthen the delay and leaves one out
/// to shorten it. A steady delay (for modems) is aimed at once and then corrected when it is 40 ms
/// too short or longer than the longest only. Nothing allocates after `init`.
public final class JitterBuffer {
  /// Samples of a frame: 10 ms at 8 kHz.
  public static let frameSamples = 80
  /// Samples of the longest packet that is taken: 100 ms.
  public static let longestPacket = 800

  /// What a read brought.
  public enum Frame: UInt8, Sendable, BitwiseCopyable {
    /// The frame is filled.
    case audio
    /// Audio is missing: make it up from what was played before.
    case conceal
    /// The far party is silent on purpose, or has sent nothing for long.
    case comfort
    /// A telephone event stands in for the audio.
    case event
    /// Nothing has come yet, or the first packets are held back.
    case waiting
  }

  enum State: Equatable {
    case idle
    /// Packets lie here but none was read; the earliest one's position.
    case primed(first: Int64)
    case running
  }

  static let frame: Int64 = 80
  static let frameNs: Int64 = 10_000_000
  static let sampleNs: Int64 = 125_000
  /// Packets that arrive within this time are one burst after a stall.
  static let burstNs: Int64 = 80_000_000

  /// The bounds in force.
  public var settings: JitterSettings {
    didSet {
      bounds = Bounds(settings)
      if settings.isSteady, !oldValue.isSteady { pacing.settle() }
    }
  }
  /// What was counted since `init`.
  public internal(set) var counters = JitterCounters()

  private var bounds: Bounds
  var state = State.idle
  var store = SampleStore()
  var delays = DelayWindow()
  var history = SequenceHistory()
  var timeline = Timeline()
  var pacing = Pacing()

  /// The position that is read next.
  var cursor: Int64 = 0
  /// Where playing begins; what lies before is only waiting.
  var opening: Int64 = 0
  /// Behind the last sample that was really played.
  var played: Int64 = 0
  /// Time of a read minus the position that it reads, smoothed (ns).
  var offset: Int64 = 0
  /// Frames in a row for which nothing was there.
  var dryFrames = 0
  /// Packets in a row that fit nowhere.
  var misfits = 0
  /// When the first of them arrived (ns).
  var firstMisfit: Int64 = 0
  var source: UInt32?
  var candidate: UInt32?
  var isPausing = false
  /// When and up to which position an event was heard.
  var eventHeard: Instant?

  /// Makes an empty buffer.
  public init(settings: JitterSettings = JitterSettings()) {
    self.settings = settings
    bounds = Bounds(settings)
  }

  /// The present delay in milliseconds: what the buffer adds to the fastest packet's way.
  public var delayMs: UInt16 {
    guard state == .running, !delays.isEmpty else { return 0 }
    return UInt16(clamping: offset / 1_000_000 - delays.lowest)
  }

  /// The delay that is aimed at, in milliseconds.
  public var targetMs: UInt16 {
    delays.isEmpty ? 0 : UInt16(clamping: aim / 1_000_000 - delays.lowest)
  }

  /// The offset that is aimed at (ns).
  var aim: Int64 {
    if settings.isSteady { return plainAim }
    return bounded(max(plainAim + pacing.boost, lowest + pacing.peakAim))
  }

  /// The aim without what single late packets and stalls ask for.
  var plainAim: Int64 { bounded(delays.percentile97 * 1_000_000 + margin) }

  /// What a packet needs beyond its delay: it waits in the socket, then for a frame to begin.
  var margin: Int64 { bounds.service + Self.frameNs }

  /// The delay of the fastest packet (ns).
  var lowest: Int64 { delays.lowest * 1_000_000 }

  /// The highest offset that the settings allow.
  var ceiling: Int64 {
    lowest + bounds.maximum
  }

  private func bounded(_ offset: Int64) -> Int64 {
    min(max(offset, lowest + bounds.minimum), ceiling)
  }
}

/// The settings in nanoseconds: a `Duration` is divided with 128 bits, too slow for every packet.
private struct Bounds {
  let minimum: Int64
  let maximum: Int64
  let service: Int64

  init(_ settings: JitterSettings) {
    minimum = settings.minimum.inNanoseconds
    maximum = max(settings.minimum, settings.maximum).inNanoseconds
    service = settings.serviceInterval.inNanoseconds
  }
}

/// Timestamps unrolled onto one line of positions.
///
/// Only packets that are kept move it, so that a stray one cannot shift those after it.
struct Timeline: Sendable {
  /// Far from both ends of 64 bits, in samples and in nanoseconds.
  static let origin: Int64 = 1 << 40

  private var timestamp: UInt32?
  private var position = Timeline.origin

  /// The position of a timestamp: the nearest one to the last packet that was kept.
  func position(of stamp: UInt32) -> Int64 {
    guard let timestamp else { return Self.origin }
    return position + Int64(Int32(bitPattern: stamp &- timestamp))
  }

  /// The packet at `position` is kept.
  mutating func keep(_ stamp: UInt32, at position: Int64) {
    timestamp = stamp
    self.position = position
  }
}
