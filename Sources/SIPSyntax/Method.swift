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
    let first = range.isEmpty ? 0 : bytes[range.lowerBound]
    let candidate: Method
    switch range.count {
    case 3: candidate = first == UInt8(ascii: "A") ? .ack : .bye
    case 4: candidate = .info
    case 5: candidate = first == UInt8(ascii: "P") ? .prack : .refer
    case 6:
      switch first {
      case UInt8(ascii: "I"): candidate = .invite
      case UInt8(ascii: "C"): candidate = .cancel
      case UInt8(ascii: "U"): candidate = .update
      default: candidate = .notify
      }
    case 7:
      switch first {
      case UInt8(ascii: "O"): candidate = .options
      case UInt8(ascii: "M"): candidate = .message
      default: candidate = .publish
      }
    case 8: candidate = .register
    case 9: candidate = .subscribe
    default: candidate = .other
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
