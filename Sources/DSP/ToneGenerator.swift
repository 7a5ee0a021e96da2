public import MediaControl

/// Plays a tone as the country describes it: frequencies, levels, modulation, cadence.
///
/// Every segment rises and falls within 2 ms, so that its edges do not click; two segments with
/// the same sound in a row are one sound.
public struct ToneGenerator: Sendable {
  /// Samples of a rise or fall.
  private static let ramp = 16

  private let sine: SineTable
  private var tone = Tone()
  private var segment = 0
  private var oscillators: InlineArray<4, Oscillator>
  private var modulation = Oscillator()
  private var sounding = 0
  /// Samples since the sound began, as far as its rise needs them.
  private var risen = 0
  /// Samples until the segment ends.
  private var left = 0
  private var falls = false

  /// Whether the tone has ended; then only silence comes.
  public private(set) var isFinished = true

  /// Makes a generator that plays nothing yet.
  public init(sine: SineTable) {
    self.sine = sine
    oscillators = InlineArray(repeating: Oscillator())
  }

  /// Begins a tone; the one before is forgotten.
  public mutating func start(_ tone: Tone) {
    self.tone = tone
    isFinished = tone.count == 0
    if !isFinished { enter(0, joined: false) }
  }

  /// Lets what sounds now fall to silence, and ends the tone.
  public mutating func stop() {
    guard !isFinished else { return }
    tone.repeatFrom = nil
    segment = Int(tone.count) - 1
    left = min(left, min(risen, Self.ramp))
    falls = true
    if left == 0 { isFinished = true }
  }

  /// Fills the frame.
  public mutating func render(into frame: inout MutableSpan<Int16>) {
    var i = 0
    while i < frame.count {
      if isFinished {
        frame[i] = 0
        i += 1
        continue
      }
      let n = min(frame.count - i, left)
      for j in i..<i + n {
        frame[j] = nextSample()
        left -= 1
      }
      i += n
      if left == 0 { leave() }
    }
  }

  private mutating func nextSample() -> Int16 {
    guard sounding > 0 else { return 0 }
    var sum: Int32 = 0
    for k in 0..<sounding { sum += oscillators[k].next(sine) }
    if modulation.step > 0 { sum += (sum * (modulation.next(sine) >> 3)) >> 12 }
    if risen < Self.ramp {
      risen += 1
      sum = sum * Int32(risen) / Int32(Self.ramp)
    }
    if falls, left <= Self.ramp { sum = sum * Int32(left - 1) / Int32(Self.ramp) }
    return saturated(sum)
  }

  private var following: Int? {
    if segment + 1 < Int(tone.count) { return segment + 1 }
    guard let again = tone.repeatFrom, again < tone.count else { return nil }
    return Int(again)
  }

  private mutating func leave() {
    guard let next = following else {
      isFinished = true
      return
    }
    enter(next, joined: Self.soundsSame(tone.segments[segment], tone.segments[next]))
  }

  private mutating func enter(_ index: Int, joined: Bool) {
    segment = index
    let new = tone.segments[index]
    left = new.milliseconds == 0 ? Int.max : Int(new.milliseconds) * 8
    falls = following.map { !Self.soundsSame(new, tone.segments[$0]) } ?? true
    guard !joined else { return }
    risen = 0
    sounding = 0
    for k in 0..<4 where new.components[k].hertz > 0 {
      oscillators[sounding] = Self.oscillator(new.components[k])
      sounding += 1
    }
    // 90 % depth: the peak is 0.9 of the scale that the sample is multiplied with.
    modulation = Oscillator(
      phase: 0, step: SineTable.step(hertz: Double(new.modulationHz)), peak: 29_491)
  }

  private static func oscillator(_ component: ToneSegment.Component) -> Oscillator {
    Oscillator(
      phase: 0, step: SineTable.step(hertz: Double(component.hertz)),
      peak: Level.peak(dBm0: Double(component.levelDBm0)))
  }

  private static func soundsSame(_ a: ToneSegment, _ b: ToneSegment) -> Bool {
    var timed = b
    timed.milliseconds = a.milliseconds
    return a == timed
  }
}
