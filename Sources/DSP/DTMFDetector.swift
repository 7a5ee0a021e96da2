public import MediaControl

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

  private let filter: DTMFFilter
  private let groups: DTMFGroups
  private var loudness = Loudness()
  private var isRefused = false
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
    loudness = Loudness()
    isRefused = false
    filled = 0
    state = .silent
    isSuspicious = false
  }

  /// Whether a digit sounds now.
  public var isSounding: Bool {
    if case .sounding = state { true } else { false }
  }

  /// How loud the tones of the digit are that sounds now; `nil` when none does.
  public var levels: DigitLevels? {
    guard case .sounding(_, let power, _) = state else { return nil }
    return DigitLevels(
      lowTenthsDBm0: Level.tenthsDBm0(meanSquare: power.x),
      highTenthsDBm0: Level.tenthsDBm0(meanSquare: power.y))
  }

  /// Hears a frame; returns the digit (ASCII) that it became sure of, if any.
  ///
  /// It thinks whenever 80 samples are complete.
  public mutating func hear(_ frame: Span<Int16>) -> UInt8? {
    var digit: UInt8?
    var next = 0
    while next < frame.count {
      let count = min(frame.count - next, DTMFFilter.block - filled)
      loudness.add(filter.set(filled, frame.extracting(next..<next + count)))
      next += count
      filled += count
      guard filled == DTMFFilter.block else { continue }
      filled = 0
      filter.finishBlock()
      digit = think() ?? digit
      loudness.nextBlock()
    }
    return digit
  }

  private mutating func think() -> UInt8? {
    let digit = findDigit()
    switch state {
    case .silent:
      guard let digit else { break }
      return begin(digit)
    case .sounding(let place, let power, let missing):
      if let digit, digit.place != place { return begin(digit) }
      proceed(place, digit?.power ?? power, missing)
    }
    isSuspicious = isSounding || mayBegin()
    return nil
  }

  /// A pair that is not most of the sound has one chance, when it begins: it may come upon a dial
  /// tone.
  private mutating func findDigit() -> TonePair? {
    let pair = groups.pair(in: filter, last: Self.digitLength, rules: .digit)
    guard let pair else {
      isRefused = false
      return nil
    }
    let power = pair.power.sum()
    isRefused = !loudness.isMostly(power) && (isRefused || !loudness.hasRisen(by: power))
    return isRefused ? nil : pair
  }

  private func mayBegin() -> Bool {
    let pair = groups.pair(in: filter, last: Self.suspicionLength, rules: .suspicion)
    return pair.map { loudness.isNewestMostly($0.power.sum()) } ?? false
  }

  private mutating func begin(_ digit: TonePair) -> UInt8 {
    state = .sounding(place: digit.place, power: digit.power, missing: 0)
    isSuspicious = true
    return Self.key(digit.place)
  }

  private mutating func proceed(_ place: Int, _ power: SIMD2<Float>, _ missing: Int) {
    let tail = groups.pair(in: filter, last: Self.tailLength, rules: .tail)
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

/// How loud the line was in the newest blocks, as the mean square of everything.
///
/// Speech whose overtones fall on a pair has much else; a digit has nothing else, but the dial tone
/// that sounded before it.
private struct Loudness {
  private var blocks = InlineArray<7, Float>(repeating: 0)

  mutating func add(_ squares: Float) { blocks[0] += squares / Float(DTMFFilter.block) }

  mutating func nextBlock() {
    for i in (1..<7).reversed() { blocks[i] = blocks[i - 1] }
    blocks[0] = 0
  }

  /// Whether a pair of that power was most of the sound from 30 to 10 ms ago.
  func isMostly(_ pair: Float) -> Bool { pair >= recent * 0.5 }

  /// Whether a pair of that power is just what came to the sound from 70 to 50 ms ago.
  func hasRisen(by pair: Float) -> Bool {
    let before = (blocks[5] + blocks[6]) / 2
    return pair >= recent / 8 && abs(recent - before - pair) <= pair / 2
  }

  private var recent: Float { (blocks[1] + blocks[2]) / 2 }

  /// Whether a pair of that power is most of the newest block.
  func isNewestMostly(_ pair: Float) -> Bool { pair >= blocks[0] * 0.5 }
}
