internal import Base

/// The bounds of a jitter buffer.
public struct JitterSettings: Equatable, Sendable, BitwiseCopyable {
  /// The delay is never aimed below this.
  public var minimum = Duration.milliseconds(20)
  /// The delay is never aimed above this.
  public var maximum = Duration.milliseconds(200)
  /// How long a packet may lie in the socket before the owner reads it and hands it in.
  public var serviceInterval = Duration.milliseconds(20)
  /// Whether the payload is µ-law; the law tells what is silence.
  public var isMuLaw = false

  /// Whether the delay is changed as seldom as can be: a modem loses its carrier by a slip.
  public var isSteady = false

  /// 20 to 200 ms, sockets read every 20 ms, A-law.
  public init() {}
}
