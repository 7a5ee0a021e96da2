public import Base

/// How SIP gets to a server.
public enum SIPTransport: UInt8, Sendable {
  /// Datagrams.
  case udp
  /// A connection.
  case tcp
  /// A connection that is encrypted.
  case tls

  /// The transport of a NAPTR service field (RFC 3263 §4.1), in whatever case it is written.
  init?(service: Text) {
    if service.equalsIgnoringCase("SIP+D2U") {
      self = .udp
    } else if service.equalsIgnoringCase("SIP+D2T") {
      self = .tcp
    } else if service.equalsIgnoringCase("SIPS+D2T") {
      self = .tls
    } else {
      return nil
    }
  }

  /// What the name of a domain's servers begins with (RFC 3263 §4.1).
  var servicePrefix: StaticString {
    switch self {
    case .udp: "_sip._udp."
    case .tcp: "_sip._tcp."
    case .tls: "_sips._tcp."
    }
  }

  /// Where such servers listen when nobody says otherwise (RFC 3261 §19.1.2).
  var standardPort: UInt16 { self == .tls ? 5061 : 5060 }
}

/// A server that DNS has told of, with its addresses.
public struct ServerLocation: Equatable, Sendable {
  /// How preferred it is, the lowest number most: the place of its NAPTR record, then the priority
  /// of its SRV record.
  public let rank: UInt32
  /// How often it is to be the first one of its rank (RFC 2782).
  public let weight: UInt16
  /// How SIP gets there.
  public let transport: SIPTransport
  /// Its host.
  public let target: Text
  /// Its port.
  public let port: UInt16
  /// Its addresses, in ascending order.
  public internal(set) var addresses: [IPAddress] = []

  init(
    rank: UInt32, weight: UInt16 = 0, transport: SIPTransport, target: Text, port: UInt16
  ) {
    self.rank = rank
    self.weight = weight
    self.transport = transport
    self.target = target
    self.port = port
  }

  /// Adds addresses; each is there once.
  mutating func add(_ new: [IPAddress], limit: Int) {
    for address in new where addresses.count < limit && !addresses.contains(address) {
      let place = addresses.firstIndex { Self.precedes(address, $0) } ?? addresses.count
      addresses.insert(address, at: place)
    }
  }

  private static func precedes(_ a: IPAddress, _ b: IPAddress) -> Bool {
    switch (a, b) {
    case (.v4(let a), .v4(let b)): a < b
    case (.v6(let a, let c), .v6(let b, let d)): (a, c) < (b, d)
    case (.v4, .v6): true
    case (.v6, .v4): false
    }
  }
}

extension Array where Element == ServerLocation {
  /// The servers in the order in which they are to be tried (RFC 2782): by rank, and within a rank
  /// by chance, the heavier ones earlier.
  func ordered(using random: inout RandomSource) -> [ServerLocation] {
    // A weight of 0 has a chance only when it stands before the others.
    var rest = inOrder { ($0.rank, $0.weight) < ($1.rank, $1.weight) }
    var ordered: [ServerLocation] = []
    while let rank = rest.first?.rank {
      let group = rest.prefix { $0.rank == rank }
      let sum = group.reduce(0) { $0 + UInt64($1.weight) }
      let drawn = random.next() % (sum + 1)
      var running: UInt64 = 0
      let place = group.firstIndex { server in
        running += UInt64(server.weight)
        return running >= drawn
      }
      ordered.append(rest.remove(at: place ?? 0))
    }
    return ordered
  }

  /// The servers in an order; for so few it costs a tenth of the code of `sorted`.
  @inline(never)
  func inOrder(_ precedes: (ServerLocation, ServerLocation) -> Bool) -> [ServerLocation] {
    var ordered: [ServerLocation] = []
    for server in self {
      let place = ordered.firstIndex { precedes(server, $0) } ?? ordered.count
      ordered.insert(server, at: place)
    }
    return ordered
  }

  /// The addresses of such servers, each once; one server's follow each other, beginning with any.
  func endpoints(limit: Int, using random: inout RandomSource) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    for server in self where !server.addresses.isEmpty {
      let first = Int(random.next() % UInt64(server.addresses.count))
      for i in server.addresses.indices {
        let address = server.addresses[(first + i) % server.addresses.count]
        let endpoint = Endpoint(address, server.port)
        if endpoints.count < limit, !endpoints.contains(endpoint) { endpoints.append(endpoint) }
      }
    }
    return endpoints
  }
}
