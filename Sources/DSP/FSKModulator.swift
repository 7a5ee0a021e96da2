/// Sends bytes as frequency shift keying at 1200 baud, 8 data bits, least significant first
/// (Bell 202, ITU-T V.23 channel 1).
///
/// ```
///   seizure (300 bits 0101…) --> mark (180 ones) --> bytes (0, data, 1) --> tail (marks) --> done
/// ```
struct FSKModulator: Sendable {
  /// The two frequencies.
  struct Pair: Sendable {
    let markHz: Double
    let spaceHz: Double

    static let bell202 = Pair(markHz: 1200, spaceHz: 2200)
    static let v23 = Pair(markHz: 1300, spaceHz: 2100)
  }

  /// Channel seizure of an on-hook transmission (GR-30, ETSI EN 300 659-1).
  static let seizureBits = 300
  /// Marks behind the seizure.
  static let markBits = 180
  /// Marks behind the checksum, so that the receiver's filters see its last bit.
  static let tailBits = 10

  private let markStep: UInt32
  private let spaceStep: UInt32
  private var oscillator: Oscillator
  private var bit = -1
  /// Counts 1200 a sample; a bit is over at 8000.
  private var clock = 8000

  /// -14 dBm0 a frequency: within the -13.5 ± 1.5 dBm of GR-30.
  init(_ pair: Pair, levelDBm0: Double = -14) {
    markStep = SineTable.step(hertz: pair.markHz)
    spaceStep = SineTable.step(hertz: pair.spaceHz)
    oscillator = Oscillator(phase: 0, step: 0, peak: Level.peak(dBm0: levelDBm0))
  }

  /// Fills the frame from the message; returns whether everything is out.
  mutating func render(
    _ message: InlineArray<128, UInt8>, count: Int, sine: SineTable,
    into frame: inout MutableSpan<Int16>
  ) -> Bool {
    let end = Self.seizureBits + Self.markBits + count * 10 + Self.tailBits
    for i in frame.indices {
      if clock >= 8000 {
        clock -= 8000
        bit = min(bit + 1, end)
        oscillator.step = Self.isMark(bit, message, count) ? markStep : spaceStep
      }
      clock += 1200
      frame[i] = bit < end ? saturated(oscillator.next(sine)) : 0
    }
    return bit >= end
  }

  private static func isMark(
    _ bit: Int, _ message: InlineArray<128, UInt8>, _ count: Int
  ) -> Bool {
    guard bit >= seizureBits else { return bit & 1 == 1 }
    let place = bit - seizureBits - markBits
    guard place >= 0, place < count * 10 else { return true }
    switch place % 10 {
    case 0: return false
    case 9: return true
    default: return message[place / 10] >> UInt8(place % 10 - 1) & 1 == 1
    }
  }
}
