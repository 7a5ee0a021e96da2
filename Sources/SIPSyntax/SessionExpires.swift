/// Which side of a transaction keeps a session alive (RFC 4028 §4).
public enum Refresher: UInt8, Equatable, Sendable {
  /// The one that sent the request.
  case client
  /// The one that answered it.
  case server

  /// The value of the parameter `refresher`.
  public var spelling: StaticString {
    switch self {
    case .client: "uac"
    case .server: "uas"
    }
  }
}

/// A Session-Expires value (RFC 4028 §4).
public struct SessionExpires: Equatable, Sendable {
  /// How long the session lasts without a refresh.
  public var seconds: UInt32
  /// Who refreshes; `nil` where that is not said.
  public var refresher: Refresher?

  /// Makes a value.
  public init(seconds: UInt32, refresher: Refresher?) {
    self.seconds = seconds
    self.refresher = refresher
  }
}

extension Message {
  /// The Session-Expires; `nil` without one that begins with a number.
  public func sessionExpires() -> SessionExpires? {
    guard let range = first(.sessionExpires), let seconds = seconds(in: range) else { return nil }
    let start = bytes.span.find(UInt8(ascii: ";"), from: range.lowerBound, to: range.upperBound)
    var refresher: Refresher?
    if let value = parameter("refresher", in: start..<range.upperBound) {
      if bytes.span.holdsIgnoringCase("uac", at: value) { refresher = .client }
      if bytes.span.holdsIgnoringCase("uas", at: value) { refresher = .server }
    }
    return SessionExpires(seconds: seconds, refresher: refresher)
  }
}
