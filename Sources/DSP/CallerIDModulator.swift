public import MediaControl

/// Makes the sound of a caller ID message: FSK or DTMF digits.
public struct CallerIDModulator: Sendable {
  private enum Sound: Sendable {
    case fsk(FSKModulator)
    case digits(DTMFGenerator, next: Int)
  }

  private let signal: CallerIDSignal
  private let sine: SineTable
  private var sound: Sound

  /// Begins a message.
  public init(_ signal: CallerIDSignal, sine: SineTable) {
    self.signal = signal
    self.sine = sine
    switch signal.modulation {
    case .bell202: sound = .fsk(FSKModulator(.bell202))
    case .v23: sound = .fsk(FSKModulator(.v23))
    // 70 ms on and off is what DTMF caller ID receivers are built for (ETSI EN 300 659-1 annex B).
    case .dtmf: sound = .digits(DTMFGenerator(sine: sine, onMs: 70, offMs: 70), next: 0)
    }
  }

  /// Fills the frame; returns whether the message is out with it.
  public mutating func render(into frame: inout MutableSpan<Int16>) -> Bool {
    let count = Int(signal.count)
    switch sound {
    case .fsk(var modulator):
      let isDone = modulator.render(signal.bytes, count: count, sine: sine, into: &frame)
      sound = .fsk(modulator)
      return isDone

    case .digits(var generator, var next):
      if next < count, generator.isIdle {
        _ = generator.play(signal.bytes[next], held: false)
        next += 1
      }
      generator.render(into: &frame)
      sound = .digits(generator, next: next)
      return next == count && generator.isIdle
    }
  }
}
