/// What one stream counted, from its first packet on.
public struct StreamStatistics: Equatable, Sendable, BitwiseCopyable {
  /// RTP packets sent.
  public var sentPackets: UInt32 = 0
  /// RTP packets taken from the far party.
  public var receivedPackets: UInt32 = 0
  /// Packets that never came (RFC 3550 A.3).
  public var lostPackets: UInt32 = 0
  /// Packets that came after their time to be played.
  public var latePackets: UInt32 = 0
  /// Packets that came twice.
  public var duplicatePackets: UInt32 = 0
  /// Packets that were not RTP, not in an agreed format, or more than the buffer holds.
  public var refusedPackets: UInt32 = 0
  /// Packets from an address that is not the far party's.
  public var strangerPackets: UInt32 = 0
  /// Protected packets whose tag was wrong: another key, no protection, or a forger.
  public var forgedPackets: UInt32 = 0
  /// Protected packets that came again, or too late to tell.
  public var replayedPackets: UInt32 = 0
  /// Frames of 10 ms that were made up because nothing was there to play.
  public var concealedFrames: UInt32 = 0
  /// Frames of 10 ms that were left out to shorten the delay.
  public var droppedFrames: UInt32 = 0
  /// Interarrival jitter in RTP timestamp units (RFC 3550 §6.4.1).
  public var jitter: UInt32 = 0
  /// The jitter buffer's present delay in milliseconds.
  public var bufferMs: UInt16 = 0
  /// Round trip time by RTCP in milliseconds; 0 while unknown.
  public var roundTripMs: UInt16 = 0
  /// The far party's synchronization source; 0 while nothing was heard.
  public var remoteSource: UInt32 = 0
  /// What the far party reported lost of ours.
  public var remoteLostPackets: UInt32 = 0

  /// All zero.
  public init() {}
}
