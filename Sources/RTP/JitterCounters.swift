/// What a jitter buffer counted since it was made.
public struct JitterCounters: Equatable, Sendable, BitwiseCopyable {
  /// Audio packets taken in.
  public var acceptedPackets: UInt32 = 0
  /// Packets that came after their time to be played.
  public var latePackets: UInt32 = 0
  /// Packets that came twice.
  public var duplicatePackets: UInt32 = 0
  /// Packets that were empty, too long, too far ahead or of another source.
  public var refusedPackets: UInt32 = 0
  /// Frames of 10 ms played as they came.
  public var playedFrames: UInt32 = 0
  /// Frames of 10 ms that were made up, for loss and to lengthen the delay.
  public var concealedFrames: UInt32 = 0
  /// Of those, the frames that were put in to lengthen the delay.
  public var insertedFrames: UInt32 = 0
  /// Frames of 10 ms that were left out to shorten the delay.
  public var droppedFrames: UInt32 = 0
  /// Frames of 10 ms of a pause: the far party sends nothing on purpose.
  public var comfortFrames: UInt32 = 0
  /// Frames of 10 ms in which a telephone event stood for the audio.
  public var eventFrames: UInt32 = 0
  /// How often the buffer began anew: another source or a jump of the timestamps.
  public var restarts: UInt32 = 0

  /// All zero.
  public init() {}
}
