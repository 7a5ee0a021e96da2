/// A piece of a tone: up to four frequencies at once for some time, or silence.
public struct ToneSegment: Equatable, Sendable, BitwiseCopyable {
  /// A frequency and its level.
  public struct Component: Equatable, Sendable, BitwiseCopyable {
    /// In hertz; 0 when the component is not used.
    public var hertz: UInt16
    /// In dBm0.
    public var levelDBm0: Int8

    /// Makes a component.
    public init(hertz: UInt16, levelDBm0: Int8) {
      self.hertz = hertz
      self.levelDBm0 = levelDBm0
    }

    /// No sound.
    public static let none = Component(hertz: 0, levelDBm0: 0)
  }

  /// What sounds together.
  public var components: InlineArray<4, Component>
  /// Frequency of an amplitude modulation of 90 % depth in hertz; 0 for none (`400*25`).
  public var modulationHz: UInt8
  /// In milliseconds; 0 means for ever.
  public var milliseconds: UInt16

  /// Makes a silence.
  public init(silenceMs milliseconds: UInt16) {
    components = InlineArray(repeating: .none)
    modulationHz = 0
    self.milliseconds = milliseconds
  }

  /// Whether nothing sounds.
  public var isSilence: Bool { components[0].hertz == 0 }

  /// Compares every field.
  public static func == (a: ToneSegment, b: ToneSegment) -> Bool {
    for i in 0..<4 where a.components[i] != b.components[i] { return false }
    return a.modulationHz == b.modulationHz && a.milliseconds == b.milliseconds
  }
}

/// A tone as the country describes it: segments, played once and then from `repeatFrom` on.
///
/// A value without pointers, so that it crosses from the control loop to the media thread whole.
public struct Tone: Sendable, BitwiseCopyable {
  /// How many segments a tone has at the most.
  public static let limit = 16

  /// The segments in their order; only the first `count` are used.
  public private(set) var segments: InlineArray<16, ToneSegment>
  /// How many segments are used.
  public private(set) var count: UInt8
  /// Where to go on after the last segment; `nil` ends the tone.
  public var repeatFrom: UInt8?

  /// Makes a tone without a segment: silence.
  public init() {
    segments = InlineArray(repeating: ToneSegment(silenceMs: 0))
    count = 0
    repeatFrom = nil
  }

  /// Adds a segment at the end, or returns `false` when the tone is full.
  public mutating func append(_ segment: ToneSegment) -> Bool {
    guard count < Self.limit else { return false }
    segments[Int(count)] = segment
    count += 1
    return true
  }
}
