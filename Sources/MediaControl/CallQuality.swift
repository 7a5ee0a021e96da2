/// How good a G.711 call was for its listener, by the E-model (ITU-T G.107) with its default values.
public struct CallQuality: Equatable, Sendable {
  /// The transmission rating R of a path without any impairment (G.107 table 3).
  static let best = 93.2
  /// How well concealment hides a lost packet of G.711 (G.113 appendix I: Ie 0, Bpl 25.1).
  private static let robustness = 25.1
  /// What the packets' length and the card add to the buffer's delay, in milliseconds.
  private static let ownDelay = 30.0

  /// The transmission rating R, 0 to 100.
  public let rating: Double

  /// Judges by the share of packets that were not there to be played, and by the delay.
  public init(lossPercent: Double, delayMs: Double) {
    let loss = 95 * lossPercent / (lossPercent + Self.robustness)
    let delay = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0)
    rating = min(max(Self.best - loss - delay, 0), 100)
  }

  /// Judges a stream; `nil` when nothing was received.
  public init?(_ stream: StreamStatistics) {
    guard let share = Self.lossPercent(of: stream) else { return nil }
    self.init(
      lossPercent: share,
      delayMs: Self.ownDelay + Double(stream.bufferMs) + Double(stream.roundTripMs) / 2)
  }

  /// How it was to listen to, whatever the delay.
  public init?(listeningTo stream: StreamStatistics) {
    guard let share = Self.lossPercent(of: stream) else { return nil }
    self.init(lossPercent: share, delayMs: 0)
  }

  /// The share of packets that were not there to be played; `nil` when nothing was received.
  private static func lossPercent(of stream: StreamStatistics) -> Double? {
    guard stream.receivedPackets > 0 else { return nil }
    let missed = Double(stream.lostPackets) + Double(stream.latePackets)
    let wanted = Double(stream.receivedPackets) + Double(stream.lostPackets)
    return min(100, 100 * missed / wanted)
  }

  /// The mean opinion score in hundredths, 100 to 450 (G.107 annex B).
  public var hundredthsOfMOS: Int {
    let mos = 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating)
    return Int((100 * max(mos, 1)).rounded())
  }
}
