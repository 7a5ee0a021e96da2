public import Base

/// The types of records that we ask for (RFC 1035 §3.2.2, RFC 3596, RFC 2782, RFC 3403).
public enum DNSType: UInt16, Sendable {
  /// An IPv4 address.
  case a = 1
  /// An IPv6 address.
  case aaaa = 28
  /// Where a service is.
  case srv = 33
  /// By which transports a service is.
  case naptr = 35

  /// The type's name.
  public var spelling: StaticString {
    switch self {
    case .a: "A"
    case .aaaa: "AAAA"
    case .srv: "SRV"
    case .naptr: "NAPTR"
    }
  }
}

/// What DNS is asked.
public struct DNSQuestion: Equatable, Sendable {
  /// A host name, or one with labels that begin with an underscore; no dot at the end.
  public let name: Text
  /// Which records are wanted.
  public let type: DNSType

  /// Makes the question.
  public init(_ name: Text, _ type: DNSType) {
    self.name = name
    self.type = type
  }
}

/// A record that belongs to what was asked.
public struct DNSRecord: Equatable, Sendable {
  /// What it says.
  public enum Content: Equatable, Sendable {
    /// A or AAAA.
    case address(IPAddress)
    /// SRV (RFC 2782); an empty target says that there is no such service.
    case service(priority: UInt16, weight: UInt16, port: UInt16, target: Text)
    /// NAPTR (RFC 3403) without its regular expression, which SIP does not use (RFC 3263 §4.1).
    case pointer(order: UInt16, preference: UInt16, flags: Text, service: Text, name: Text)
  }

  /// How long it may be kept, in seconds: the shortest of its own and of the aliases before it.
  public var seconds: UInt32
  /// What it says.
  public let content: Content

  /// Makes a record.
  public init(_ content: Content, seconds: UInt32) {
    self.content = content
    self.seconds = seconds
  }
}

/// Why a question has no records for an answer.
public enum DNSFailure: Equatable, Sendable {
  /// Nobody has told us a server.
  case noServer
  /// No server has answered.
  case timeout
  /// No server is there, or there is no way to it.
  case unreachable
  /// There is no such name (NXDOMAIN).
  case noName
  /// There is such a name, but it has no such records.
  case noData
  /// The servers could not find out (SERVFAIL, and codes that nobody expects).
  case serverFailure
  /// The servers do not answer us (REFUSED).
  case refused
  /// The answer makes no sense.
  case malformed
  /// SIP is offered only by transports that we do not have, or not at all.
  case noTransport

  /// Whether a server that knows has said so; everything else may be over in a moment.
  public var isFinal: Bool {
    switch self {
    case .noName, .noData, .noTransport: true
    case .noServer, .timeout, .unreachable, .serverFailure, .refused, .malformed: false
    }
  }
}

/// What became of a question.
public enum DNSAnswer: Equatable, Sendable {
  /// At least one record of the type that was asked for.
  case records([DNSRecord])
  /// None.
  case failure(DNSFailure)
}
