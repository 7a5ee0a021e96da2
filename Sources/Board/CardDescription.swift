public import Base

/// One audio card of a board: a PCM whose channels are the codecs of some ports.
public struct CardDescription: Equatable, Sendable {
  /// How a sample lies in the card's memory.
  public enum SampleFormat: UInt8, CaseIterable, Sendable {
    /// 16 bits, signed, in the processor's byte order.
    case s16
    /// 8 bits of G.711 A-law.
    case aLaw

    /// The word that names the format in a description.
    public var word: StaticString {
      switch self {
      case .s16: "s16"
      case .aLaw: "a-law"
      }
    }
  }

  /// The most cards that a board may have.
  public static let limit: UInt8 = 4
  /// The most channels that a card may have.
  public static let channelLimit: UInt8 = 32
  /// The longest name of a PCM, in bytes.
  public static let nameLimit = 63

  /// The card's number, from 1.
  public var number: UInt8
  /// The ALSA name of the PCM that the lines' microphones are captured from.
  public var capture: Text
  /// The ALSA name of the PCM that plays to the lines' earpieces.
  public var playback: Text
  /// How many channels the PCM has.
  public var channels: UInt8 = 1
  /// How a sample lies in memory.
  public var format = SampleFormat.s16
  /// Samples a second: 8000, 16000 or 48000.
  public var hertz: UInt32 = 8_000
  /// The length of the playback ring in milliseconds, a whole number of periods of 10 ms.
  public var bufferMs: UInt16 = 40
  /// The line of the description that names the card, for messages.
  public var line = 0

  /// Describes a card with one channel, 8 kHz, and a ring of four periods.
  public init(number: UInt8, capture: Text, playback: Text) {
    self.number = number
    self.capture = capture
    self.playback = playback
  }
}
