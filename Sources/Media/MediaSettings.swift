public import Base
public import DSP

/// What every stream of the box has in common.
public struct MediaSettings: Sendable {
  /// The canonical name in RTCP (RFC 3550 §6.5.1): `user@host` or the host alone.
  public var canonicalName: Text
  /// The least delay of the jitter buffer.
  public var minimumDelay = Duration.milliseconds(20)
  /// The greatest delay of the jitter buffer.
  public var maximumDelay = Duration.milliseconds(200)
  /// The delay of the jitter buffer for modems and fax machines.
  public var dataDelay = Duration.milliseconds(80)
  /// Priority of the thread under SCHED_FIFO, 1 to 99; 0 for an ordinary thread.
  public var priority = 50

  /// Makes the settings with the delays of an adaptive buffer, 20 to 200 ms.
  public init(canonicalName: Text) { self.canonicalName = canonicalName }
}

/// The tables that all channels share.
public struct Toolbox: Sendable {
  /// The codec.
  public let codec = G711()
  /// The sine of every generator.
  public let sine = SineTable()

  /// Makes the tables.
  public init() {}
}

/// Which of a stream's two sockets a datagram belongs to.
public enum MediaKind: Sendable, BitwiseCopyable {
  /// RTP: audio and telephone events.
  case media
  /// RTCP: reports.
  case control
}

/// Takes a datagram that a channel wants sent, and where to.
public typealias PacketOutput = (MediaKind, Span<UInt8>, Endpoint) -> Void
