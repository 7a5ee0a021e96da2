internal import MediaControl

/// Plays DTMF digits (ITU-T Q.23) into the line: those that came as RFC 4733 events, and those of
/// a DTMF caller ID.
///
/// ```
///   idle --play--> sounding --released and long enough--> pausing --long enough--> idle
///                     ^                                      |
///                     +-------------- the next digit waits --+
/// ```
/// A digit never sounds shorter than the shortest that a receiver must take (Q.24: 40 ms), nor
/// does a pause; digits that come faster wait.
public struct DTMFGenerator: Sendable {
  /// How many digits may wait; more are refused.
  public static let limit = 16

  private enum State: Sendable {
    case idle
    case sounding(samples: Int)
    case pausing(samples: Int)
  }

  private var tones: ToneGenerator
  private var state = State.idle
  private var waiting = InlineArray<16, UInt8>(repeating: 0)
  private var count = 0
  private var isHeld = false
  private let onSamples: Int
  private let offSamples: Int

  /// Makes a generator with the shortest sound and pause that it makes.
  public init(sine: SineTable, onMs: Int, offMs: Int) {
    tones = ToneGenerator(sine: sine)
    onSamples = onMs * 8
    offSamples = offMs * 8
  }

  /// Whether nothing sounds and nothing waits.
  public var isIdle: Bool {
    if case .idle = state { count == 0 } else { false }
  }

  /// Plays a digit (`0`-`9`, `*`, `#`, `A`-`D`) behind those that wait; `held` keeps the last one
  /// sounding until `release`.
  ///
  /// Returns whether the digit was taken.
  public mutating func play(_ digit: UInt8, held: Bool) -> Bool {
    guard count < Self.limit, Self.tone(digit) != nil else { return false }
    waiting[count] = digit
    count += 1
    isHeld = held
    return true
  }

  /// Ends a digit that was held, as soon as it was long enough.
  public mutating func release() { isHeld = false }

  /// Fills the frame; state changes happen between frames.
  public mutating func render(into frame: inout MutableSpan<Int16>) {
    advance()
    tones.render(into: &frame)
    switch state {
    case .idle: break
    case .sounding(let samples): state = .sounding(samples: samples + frame.count)
    case .pausing(let samples): state = .pausing(samples: samples + frame.count)
    }
  }

  private mutating func advance() {
    switch state {
    case .idle:
      begin()
    case .sounding(let samples):
      guard samples >= onSamples, !isHeld || count > 0 else { return }
      tones.stop()
      state = .pausing(samples: 0)
    case .pausing(let samples):
      guard samples >= offSamples else { return }
      state = .idle
      begin()
    }
  }

  private mutating func begin() {
    guard count > 0, let tone = Self.tone(waiting[0]) else { return }
    count -= 1
    for i in 0..<count { waiting[i] = waiting[i + 1] }
    tones.start(tone)
    state = .sounding(samples: 0)
  }

  /// The pair of a digit, high group 2 dB above the low one as exchanges send it.
  private static func tone(_ digit: UInt8) -> Tone? {
    guard let place = place(digit) else { return nil }
    let rows: InlineArray<4, UInt16> = [697, 770, 852, 941]
    let columns: InlineArray<4, UInt16> = [1209, 1336, 1477, 1633]
    var segment = ToneSegment(silenceMs: 0)
    segment.components[0] = .init(hertz: rows[place >> 2], levelDBm0: -11)
    segment.components[1] = .init(hertz: columns[place & 3], levelDBm0: -9)
    var tone = Tone()
    return tone.append(segment) ? tone : nil
  }

  /// Row times four plus column on the keypad.
  private static func place(_ digit: UInt8) -> Int? {
    var place: Int?
    let keys: StaticString = "123A456B789C*0#D"
    keys.withUTF8Buffer { letters in place = unsafe letters.firstIndex(of: digit) }
    return place
  }
}
