public import Base

/// Hears that the called end of a line is a modem or a fax machine (ITU-T V.25, V.8, T.30).
///
/// ```
///   people --2100 Hz for 1 s--> modem --eight flags of V.21--> fax
/// ```
/// The answering tone lasts for 2.6 to 4 s. Its phase may turn every 450 ms and its amplitude swing
/// by a fifth; whoever whistles or plays the flute hardly keeps within 30 Hz for as long. Flags are
/// looked for behind the tone only: they go before each message of T.30 for a second. V.8 speaks in
/// the same channel, but in characters of ten bits.
public struct DataToneDetector: Sendable {
  /// Tones weaker than this are not heard.
  public static let thresholdDBm0 = -43.0

  /// Samples of a frame: 10 ms.
  private static let length = 80
  /// Every other frame is looked at; so many must have had the tone.
  private static let frames = 50
  /// What a frame without it costs: a turn of the phase is one.
  private static let penalty = 2
  /// How much of the sound the tone must be.
  private static let share: Float = 0.75

  /// What was heard; may be set to what the other end of the call has heard.
  public var data: VoicebandData? {
    didSet {
      guard data != oldValue else { return }
      hits = 0
      flags = V21FlagCounter()
    }
  }

  /// Twice the cosine of the tone's step, 94.5 degrees.
  private static let coefficient: Float = -0.156_918_19

  private let threshold: Float
  private var isEven = false
  private var hits = 0
  private var flags = V21FlagCounter()

  /// Makes a detector that has heard nothing.
  public init() {
    let peak = Float(Level.peak(dBm0: Self.thresholdDBm0))
    threshold = peak * peak / 2
  }

  /// Hears 80 samples; returns what has become known by them.
  public mutating func hear(_ frame: Span<Int16>) -> VoicebandData? {
    precondition(frame.count == Self.length, "no frame of 10 ms")
    switch data {
    case nil: return hearTone(frame) ? become(.modem) : nil
    case .modem: return flags.hear(frame) ? become(.fax) : nil
    case .fax: return nil
    }
  }

  private mutating func become(_ new: VoicebandData) -> VoicebandData {
    data = new
    return new
  }

  private mutating func hearTone(_ frame: Span<Int16>) -> Bool {
    isEven.toggle()
    guard isEven else { return false }
    hits = hasTone(frame) ? hits + 1 : max(0, hits - Self.penalty)
    return hits >= Self.frames
  }

  /// Goertzel's filter at 2100 Hz, of which a frame holds 21 whole turns.
  private func hasTone(_ frame: Span<Int16>) -> Bool {
    var (last, before, squares): (Float, Float, Float) = (0, 0, 0)
    for i in frame.indices {
      let sample = Float(frame[i])
      squares += sample * sample
      (last, before) = (sample + Self.coefficient * last - before, last)
    }
    let count = Float(Self.length)
    let power = 2 * (last * last + before * before - Self.coefficient * last * before) / count
    return squares >= threshold * count && power >= squares * Self.share
  }
}

/// Counts flags of HDLC in channel 2 of V.21: 1650 Hz for six bits, 1850 Hz for two, 300 bit/s.
///
/// In 20 samples the first turns by an eighth more than four turns, the other by an eighth more
/// than four and a half: the product of samples so far apart tells by its sign which it is.
private struct V21FlagCounter {
  private static let lag = 20
  /// Samples of a flag, in thirds: 640; and how far a flag may be off.
  private static let flag = 640
  private static let tolerance = 60
  private static let enough = 8
  /// How much of the power the product must be; it is 0.7 of it when nothing else sounds.
  private static let certainty: Float = 0.2

  private var past = InlineArray<20, Float>(repeating: 0)
  private var place = 0
  private var product: Float = 0
  private var power: Float = 0
  private var isMark = false
  /// Samples since 1650 Hz became 1850 Hz.
  private var sinceFall = 0
  private var flags = 0

  /// Hears samples; returns whether enough flags came in a row.
  mutating func hear(_ frame: Span<Int16>) -> Bool {
    for i in frame.indices {
      let sample = Float(frame[i])
      product += (sample * past[place] - product) / 8
      power += (sample * sample - power) / 64
      past[place] = sample
      place = place + 1 == Self.lag ? 0 : place + 1
      sinceFall = min(sinceFall + 1, Self.flag)
      follow()
    }
    return flags >= Self.enough
  }

  private mutating func follow() {
    let least = power * Self.certainty
    if isMark, product < -least {
      isMark = false
      flags = abs(3 * sinceFall - Self.flag) <= Self.tolerance ? flags + 1 : 0
      sinceFall = 0
    } else if !isMark, product > least {
      isMark = true
    }
  }
}
