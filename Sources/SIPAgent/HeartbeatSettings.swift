/// How the box finds out which of its SBCs are there, and when it goes to another one.
public struct HeartbeatSettings: Equatable, Sendable {
  /// Between two heartbeats (OPTIONS, RFC 3261 §11) to the same SBC.
  public var pause = Duration.seconds(30)
  /// How long a request may stay without any response before another SBC is asked.
  public var patience = Duration.seconds(2)
  /// How many heartbeats in a row may be missed before the SBC counts as failed.
  public var missesAllowed = 3
  /// How many in a row a failed SBC must answer while another one serves.
  public var answersWanted = 2
  /// How long an SBC of higher rank must have been well before it serves again.
  public var holdTime = Duration.seconds(60)
  /// Whether an SBC that is the only one is asked too.
  public var isForOne = false

  /// Makes the settings that the common products ship with, but for the shorter patience.
  public init() {}
}
