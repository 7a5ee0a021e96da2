/// Hears DTMF digits in the audio of the line (ITU-T Q.23, Q.24).
///
/// Of each group of frequencies it sees 800 complex values a second. A tone is a value that turns
/// evenly: how evenly tells a tone from speech, how far tells the frequency, and its length the
/// level. A digit is a pair of tones that lasted 27.5 ms without falling below half its amplitude;
/// so 40 ms are always enough and 24 ms never are, however the tones lie in the frames.
/// ```
///   silent --27.5 ms of a pair--> sounding --two blocks without the pair, and a third--> silent
///                                    |  ^
///                                    +--+ 27.5 ms of another pair
/// ```
/// Pieces of a digit with up to 15 ms between them are one digit; 30 ms apart they are two.
public struct DTMFDetector: ~Copyable {
  /// Tones weaker than this are not digits; Q.24 asks for -25 dBm and a long line may cost more.
  public static let thresholdDBm0 = -33.0

  private enum State {
    case silent
    case sounding(place: Int, power: SIMD2<Float>, missing: Int)
  }

  /// Outputs that a digit fills: 22 of 1.25 ms.
  private static let digitLength = 22
  /// Outputs that tell whether a digit goes on.
  private static let tailLength = 4
  /// Outputs that make a digit possible.
  private static let suspicionLength = 5

  private var filter: DTMFFilter
  private let groups: DTMFGroups
  private var outputs = InlineArray<24, GroupPair>(repeating: .zero)
  private var filled = 0
  private var state = State.silent

  /// Whether a digit sounds now or may have begun.
  public private(set) var isSuspicious = false

  /// Makes a detector that has heard nothing.
  public init() {
    let sine = SineTable()
    filter = DTMFFilter(sine)
    groups = DTMFGroups(sine)
  }

  /// Forgets what it heard.
  public mutating func reset() {
    filter.reset()
    outputs = .init(repeating: .zero)
    filled = 0
    state = .silent
    isSuspicious = false
  }

  /// Whether a digit sounds now.
  public var isSounding: Bool {
    if case .sounding = state { true } else { false }
  }

  /// Hears a frame; returns the digit (ASCII) that it became sure of, if any.
  ///
  /// It thinks whenever 80 samples are complete.
  public mutating func hear(_ frame: Span<Int16>) -> UInt8? {
    var digit: UInt8?
    for i in frame.indices {
      filter.set(filled, frame[i])
      filled += 1
      guard filled == DTMFFilter.block else { continue }
      filled = 0
      filter.finishBlock(into: &outputs)
      digit = think() ?? digit
    }
    return digit
  }

  private mutating func think() -> UInt8? {
    let digit = groups.pair(in: outputs, last: Self.digitLength, rules: .digit)
    switch state {
    case .silent:
      guard let digit else { break }
      return begin(digit)
    case .sounding(let place, let power, let missing):
      if let digit, digit.place != place { return begin(digit) }
      proceed(place, digit?.power ?? power, missing)
    }
    isSuspicious =
      isSounding || groups.pair(in: outputs, last: Self.suspicionLength, rules: .suspicion) != nil
    return nil
  }

  private mutating func begin(_ digit: TonePair) -> UInt8 {
    state = .sounding(place: digit.place, power: digit.power, missing: 0)
    isSuspicious = true
    return Self.key(digit.place)
  }

  private mutating func proceed(_ place: Int, _ power: SIMD2<Float>, _ missing: Int) {
    let tail = groups.pair(in: outputs, last: Self.tailLength, rules: .tail)
    if let tail, tail.place == place, all(tail.least .>= power / 4) {
      state = .sounding(place: place, power: power, missing: 0)
    } else if missing < 2 {
      state = .sounding(place: place, power: power, missing: missing + 1)
    } else {
      state = .silent
    }
  }

  private static func key(_ place: Int) -> UInt8 {
    let keys: StaticString = "123A456B789C*0#D"
    return keys.withUTF8Buffer { letters in unsafe letters[place & 15] }
  }
}
