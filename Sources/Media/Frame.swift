internal import Base

/// One period of audio: 80 samples, 10 ms at 8 kHz.
public typealias Frame = InlineArray<80, Int16>

/// The pace of the media thread.
public enum Period {
  /// Samples of a period.
  public static let samples = 80
  /// How long a period is.
  public static let length = Duration.milliseconds(10)
}
