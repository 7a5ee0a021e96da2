/// A request's method; the names are the standards' own.
public enum Method: UInt8, CaseIterable, Equatable, Sendable {
  /// RFC 3261 §13.
  case invite
  /// RFC 3261 §13.2.2.4.
  case ack
  /// RFC 3261 §15.
  case bye
  /// RFC 3261 §9.
  case cancel
  /// RFC 3261 §10.
  case register
  /// RFC 3261 §11.
  case options
  /// RFC 3262.
  case prack
  /// RFC 3311.
  case update
  /// RFC 6086.
  case info
  /// RFC 6665.
  case notify
  /// RFC 6665.
  case subscribe
  /// RFC 3515.
  case refer
  /// RFC 3428.
  case message
  /// RFC 3903.
  case publish
  /// A method that none of these standards names.
  case other

  /// The name on the wire; empty for `other`.
  public var spelling: StaticString {
    switch self {
    case .invite: "INVITE"
    case .ack: "ACK"
    case .bye: "BYE"
    case .cancel: "CANCEL"
    case .register: "REGISTER"
    case .options: "OPTIONS"
    case .prack: "PRACK"
    case .update: "UPDATE"
    case .info: "INFO"
    case .notify: "NOTIFY"
    case .subscribe: "SUBSCRIBE"
    case .refer: "REFER"
    case .message: "MESSAGE"
    case .publish: "PUBLISH"
    case .other: ""
    }
  }

  /// The method that the bytes name, compared with case (RFC 3261 §7.1).
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    let candidate: Method =
      switch (range.count, range.isEmpty ? 0 : bytes[range.lowerBound]) {
      case (3, UInt8(ascii: "A")): .ack
      case (3, _): .bye
      case (4, _): .info
      case (5, UInt8(ascii: "P")): .prack
      case (5, _): .refer
      case (6, UInt8(ascii: "I")): .invite
      case (6, UInt8(ascii: "C")): .cancel
      case (6, UInt8(ascii: "U")): .update
      case (6, _): .notify
      case (7, UInt8(ascii: "O")): .options
      case (7, UInt8(ascii: "M")): .message
      case (7, _): .publish
      case (8, _): .register
      case (9, _): .subscribe
      default: .other
      }
    let isSpelled = candidate != .other && bytes.holds(candidate.spelling, at: range)
    self = isSpelled ? candidate : .other
  }
}

/// A set of methods, for instance those that a user agent takes.
public struct MethodSet: Equatable, Sendable {
  private var bits: UInt32 = 0

  /// Makes the set of these methods.
  public init(_ methods: Method...) {
    for method in methods { insert(method) }
  }

  /// Adds a method.
  public mutating func insert(_ method: Method) { bits |= 1 << UInt32(method.rawValue) }

  /// Whether the method is in the set.
  public func contains(_ method: Method) -> Bool { bits >> UInt32(method.rawValue) & 1 != 0 }

  /// Calls `body` with every method of the set, in the order of their declaration.
  public func forEach(_ body: (Method) -> Void) {
    for method in Method.allCases where contains(method) { body(method) }
  }
}
