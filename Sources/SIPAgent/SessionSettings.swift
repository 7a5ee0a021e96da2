/// When provisional responses are made reliable (RFC 3262).
public enum Reliability: UInt8, Equatable, Sendable {
  /// Never: 100rel is not understood.
  case off
  /// When the far side wants it so.
  case supported
  /// Whenever the far side can.
  case preferred
}

/// What sessions are asked to do beyond RFC 3261.
public struct SessionSettings: Equatable, Sendable {
  /// The shortest session interval that the standard allows (RFC 4028 §4).
  static let shortestSeconds: UInt32 = 90

  /// When provisional responses are made reliable.
  public var reliability = Reliability.supported
  /// How long a session lasts without a refresh (RFC 4028); 0 leaves session timers alone.
  public var expiresSeconds: UInt32 = 1_800
  /// The shortest session interval that is taken.
  public var minimumSeconds: UInt32 = 90

  /// Makes the standards' own settings.
  public init() {}

  var hasTimers: Bool { expiresSeconds > 0 }

  /// What is asked for: never less than what is taken.
  var askedSeconds: UInt32 { max(expiresSeconds, leastSeconds) }

  var leastSeconds: UInt32 { max(minimumSeconds, Self.shortestSeconds) }

  /// The option tags that may stand in Require.
  var extensions: [StaticString] {
    var tags: [StaticString] = []
    if reliability != .off { tags.append("100rel") }
    if hasTimers { tags.append("timer") }
    tags.append("replaces")
    tags.append("norefersub")
    return tags
  }
}
