/// Sound without a break, and what it is made of as far as it is known.
struct Burst {
  /// What it is.
  enum Sound: Equatable {
    case unclear
    case tone([Double])
    case other
  }

  /// What a review found.
  enum Review {
    case same
    /// From that sample on it is something else.
    case changed(at: Int, Burst)
  }

  /// Number of its first sample.
  let start: Int
  private(set) var sound = Sound.unclear
  /// Level of the last review.
  private(set) var levelDBm0 = Level.silenceDBm0
  private var reviewAt: Int
  private var reviews = 0
  private var candidate: [Double]?
  private var readings: [DTMFReceiver.Reading] = []

  /// Too little to separate two tones 90 Hz apart would be less than this (60 ms).
  private static let firstLook = 480
  /// Enough to separate two tones 25 Hz apart (200 ms).
  private static let longLook = 1_600
  private static let step = 800
  private static let tonePurity = 0.85

  init(start: Int) {
    self.start = start
    reviewAt = start + Self.firstLook
  }

  var hertz: [Double]? {
    if case .tone(let hertz) = sound { return hertz }
    return nil
  }

  var isOther: Bool { sound == .other }

  /// Whether the last two looks found the same level.
  private(set) var isSteady = false

  /// What the namer needs to know.
  var now: ToneNamer.Now {
    switch sound {
    case .unclear: .unclear
    case .tone(let hertz): digit == nil ? .tone(hertz: hertz, since: start) : .other
    case .other: .other
    }
  }

  /// The key, when at least two looks in a row agreed on one and no other was seen.
  var digit: DTMFReceiver.Reading? {
    guard readings.count >= 2, let last = readings.last else { return nil }
    return readings.allSatisfy { $0.key == last.key } ? readings[readings.count / 2] : nil
  }

  func isReviewDue(at position: Int) -> Bool { position >= reviewAt }

  /// Looks at the last 20 ms for a digit, if all of it belongs to this sound.
  mutating func observeDigit(_ history: SampleHistory) {
    let from = history.count - DTMFReceiver.window
    guard from >= start, readings.count < 100 else { return }
    let range = history.range(from, history.count)
    if let reading = DTMFReceiver.read(history.samples, range) { readings.append(reading) }
  }

  /// Looks again at a sound that goes on.
  mutating func review(_ history: SampleHistory) -> Review {
    let position = history.count
    defer { reviews += 1 }
    reviewAt = reviews == 0 ? start + Self.longLook : position + Self.step
    switch sound {
    case .unclear:
      sound = Self.analyze(history, start + 8, position)
    case .tone where position - start < Self.longLook + Self.step && reviews <= 1:
      sound = Self.analyze(history, start + 8, position)
    case .tone(let hertz):
      return check(hertz, history, position)
    case .other:
      return lookForTone(history, position)
    }
    measure(history, from: max(start + 8, position - Self.longLook), to: position)
    return .same
  }

  /// The last word on a sound that has ended.
  mutating func finish(at end: Int, _ history: SampleHistory) {
    let from = max(start + 8, end - Self.longLook)
    if end - start < Self.longLook + Self.step || sound == .unclear {
      sound = Self.analyze(history, from, end - 8)
    }
    measure(history, from: from, to: end - 8)
  }

  /// A tone's level is that of its sines; beats would make the mean of a few periods inexact.
  private mutating func measure(_ history: SampleHistory, from: Int, to end: Int) {
    let range = history.range(from, end)
    let last = levelDBm0
    if case .tone(let hertz) = sound, hertz.count > 1 {
      let fit = ToneFit(history.samples, range, hertz: hertz)
      levelDBm0 = Level.dBm0(meanSquare: fit.amplitudes.reduce(0) { $0 + $1 * $1 / 2 })
    } else {
      levelDBm0 = Level.dBm0(history.samples, range)
    }
    isSteady = abs(levelDBm0 - last) < 0.5
  }

  /// The tone must still explain the 50 ms before the last 20 (which may be its end already).
  private mutating func check(
    _ hertz: [Double], _ history: SampleHistory, _ position: Int
  ) -> Review {
    let at = position - 560
    let range = history.range(at, position - 160)
    if ToneFit(history.samples, range, hertz: hertz).purity > 0.8 {
      measure(history, from: max(start + 8, position - 960), to: position - 160)
      return .same
    }
    return .changed(at: at, Burst(start: at))
  }

  /// Two looks in a row must find the same tone: a vowel is pure for a moment too.
  private mutating func lookForTone(_ history: SampleHistory, _ position: Int) -> Review {
    let found = Self.analyze(history, position - Self.longLook, position)
    guard case .tone(let hertz) = found else {
      candidate = nil
      measure(history, from: position - Self.step, to: position)
      return .same
    }
    guard let candidate, areNear(hertz, candidate, within: 0.005) else {
      candidate = hertz
      return .same
    }
    return .changed(at: position - 2 * Self.step, Burst(start: position - 2 * Self.step))
  }

  /// What samples are made of: few sines that explain nearly everything, or something else.
  static func analyze(_ history: SampleHistory, _ from: Int, _ to: Int) -> Sound {
    let range = history.range(max(from, to - longLook), to)
    guard range.count >= 160 else { return .other }
    let hertz = Spectrum(history.samples, range).peaks().map(\.hertz).sorted()
    guard !hertz.isEmpty else { return .other }
    let fit = ToneFit(history.samples, range, hertz: hertz)
    return fit.purity > tonePurity ? .tone(hertz) : .other
  }
}
