public import MediaControl

/// Measures the echo return loss of a line: how much weaker comes back what is sent into it.
///
/// It sends sines of 300, 400 … 3400 Hz whose power falls by 3 dB an octave: these weights make the
/// ratio of the two powers the echo loss of ITU-T G.122. Together they repeat every 10 ms, a frame,
/// so the frames that come back are added up: the echo grows, noise and speech do not. However late
/// the echo comes, once it is there its power is the same.
/// ```
///   settling --0.3 s--> adding --2 s--> the loss, then silence
/// ```
public struct EchoMeter: Sendable {
  /// How loud it sends.
  public static let levelDBm0 = -13.0

  /// Samples after which the signal repeats.
  private static let period = 80
  /// The sines, as multiples of 100 Hz.
  private static let harmonics = 3...34
  /// Frames until every echo is there, that of a card's rings too.
  private static let settling = 30
  private static let frames = 200
  /// An echo so much weaker, 60 dB, is none.
  private static let none: Float = 1e-6

  /// A turn of a sine.
  private var turn = InlineArray<80, Float>(repeating: 0)
  private var signal = InlineArray<80, Int16>(repeating: 0)
  /// The mean square of the signal.
  private var sent: Float = 0
  /// The frames that came back, one upon the other.
  private var sums = InlineArray<80, Float>(repeating: 0)
  /// The same with the second half taken from the first: no echo is left, as much noise as there.
  private var differences = InlineArray<80, Float>(repeating: 0)
  private var count = 0

  /// Makes a meter that begins with its first frame.
  public init(sine: SineTable) {
    for n in 0..<Self.period { turn[n] = sine.sine(turns: Double(n) / Double(Self.period)) }
    var wave = InlineArray<80, Float>(repeating: 0)
    for k in Self.harmonics {
      // Phases that run as the square of the number keep the peaks low (M. R. Schroeder, 1970).
      let phase = k * k * Self.period / (2 * Self.harmonics.count)
      let peak = 1 / Float(k).squareRoot()
      for n in 0..<Self.period { wave[n] += peak * turn[(k * n + phase) % Self.period] }
    }
    let peak = Float(Level.peak(dBm0: Self.levelDBm0))
    let scale = (peak * peak / 2 / Self.meanSquare(wave)).squareRoot()
    for n in 0..<Self.period {
      signal[n] = nearest(Double(wave[n] * scale))
      wave[n] = Float(signal[n])
    }
    sent = Self.meanSquare(wave)
  }

  /// Hears a frame and fills the next one; the loss once it is known.
  public mutating func run(
    heard: Span<Int16>, played: inout MutableSpan<Int16>
  ) -> EchoReturnLoss? {
    precondition(heard.count == Self.period && played.count == Self.period, "no frame of 10 ms")
    let end = Self.settling + Self.frames
    if count >= Self.settling, count < end { add(heard) }
    count += count <= end ? 1 : 0
    for n in 0..<Self.period { played[n] = count < end ? signal[n] : 0 }
    return count == end ? loss : nil
  }

  private mutating func add(_ heard: Span<Int16>) {
    let isFirstHalf = count < Self.settling + Self.frames / 2
    for n in 0..<Self.period {
      let sample = Float(heard[n])
      sums[n] += sample
      differences[n] += isFirstHalf ? sample : -sample
    }
  }

  private var loss: EchoReturnLoss {
    let frames = Float(Self.frames)
    let noise = powerOfSines(in: differences) / (frames * frames)
    let echo = powerOfSines(in: sums) / (frames * frames) - noise
    let least = max(3 * noise, sent * Self.none)
    return EchoReturnLoss(
      tenthsDB: Level.tenthsDB(sent / max(echo, least)), isLowerBound: echo < least)
  }

  /// The mean square at the frequencies that are sent; a hum is none of them.
  private func powerOfSines(in samples: InlineArray<80, Float>) -> Float {
    var power: Float = 0
    for k in Self.harmonics {
      var (real, imaginary): (Float, Float) = (0, 0)
      for n in 0..<Self.period {
        let place = k * n % Self.period
        real += samples[n] * turn[(place + Self.period / 4) % Self.period]
        imaginary += samples[n] * turn[place]
      }
      power += real * real + imaginary * imaginary
    }
    return 2 * power / Float(Self.period * Self.period)
  }

  private static func meanSquare(_ samples: InlineArray<80, Float>) -> Float {
    var sum: Float = 0
    for n in 0..<period { sum += samples[n] * samples[n] }
    return sum / Float(period)
  }
}
