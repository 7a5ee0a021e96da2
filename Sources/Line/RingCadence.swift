/// How the bell rings: on and off times that repeat, beginning with an on time.
public struct RingCadence: Equatable, Sendable {
  /// Milliseconds of ringing and of silence in turn; an even count.
  public let milliseconds: [UInt16]

  /// How many entries a cadence has at the most.
  public static let limit = 16

  /// Makes the cadence, or returns `nil` when it has an odd count, too many entries or a zero.
  public init?(_ milliseconds: [UInt16]) {
    guard !milliseconds.isEmpty, milliseconds.count <= Self.limit,
      milliseconds.count.isMultiple(of: 2), !milliseconds.contains(0)
    else { return nil }
    self.milliseconds = milliseconds
  }

  /// Makes the cadence of one ring and one silence.
  public init(onMs: UInt16, offMs: UInt16) {
    milliseconds = [max(onMs, 1), max(offMs, 1)]
  }

  /// Makes the cadence of two rings and a long silence, as in the United Kingdom.
  public init(doubleOnMs onMs: UInt16, gapMs: UInt16, offMs: UInt16) {
    milliseconds = [max(onMs, 1), max(gapMs, 1), max(onMs, 1), max(offMs, 1)]
  }

  /// Rings that can be told from any country's own: patterns 2 to 4 of GR-506 (§14).
  public static let distinctive: [RingCadence] = [
    RingCadence(milliseconds: [800, 400, 800, 4000]),
    RingCadence(milliseconds: [400, 200, 400, 200, 800, 4000]),
    RingCadence(milliseconds: [300, 200, 1000, 200, 300, 4000]),
  ]

  private init(milliseconds: [UInt16]) { self.milliseconds = milliseconds }

  /// The index of the first of the longest silences: where caller ID has room.
  public var longSilence: Int {
    var best = 1
    for i in stride(from: 3, to: milliseconds.count, by: 2)
    where milliseconds[i] > milliseconds[best] { best = i }
    return best
  }
}
