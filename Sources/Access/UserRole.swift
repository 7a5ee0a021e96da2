public import Base

/// What somebody at a console may do.
public enum UserRole: UInt8, CaseIterable, Sendable {
  /// Everything.
  case administrator
  /// Look and test; change nothing.
  case `operator`

  /// The name to log in with.
  public var loginName: StaticString {
    switch self {
    case .administrator: "admin"
    case .operator: "operator"
    }
  }

  /// The role that logs in with a name; `nil` for a stranger.
  public init?(loginName: Text) {
    guard let role = Self.allCases.first(where: { loginName.equals($0.loginName) }) else {
      return nil
    }
    self = role
  }
}
