public import Base

/// One walk through DNS from the name of a SIP domain to addresses (RFC 3263 §4).
///
/// ```
///   pointers(NAPTR) --some--> services(SRV of each) --targets--> addresses(A, AAAA of each) --> over
///       |                       ^        |                          ^
///       +--none--> _sip._udp. --+        +--none: the name itself---+
///   with a port ---------------------------------------------------+
/// ```
/// A server's word that there is no such record leads on; silence leads on too, as long as nobody
/// knows better: what the last walk found by NAPTR is not replaced by what is found without.
public struct ServerWalk: Sendable {
  /// How far a walk came to know of its records.
  public enum Means: UInt8, Sendable {
    /// The name's own addresses.
    case addresses
    /// SRV records at the standard name.
    case services
    /// NAPTR records.
    case pointers
  }

  /// What has to be done.
  public enum Step: Equatable, Sendable {
    /// Ask this, and tell the answer.
    case ask(DNSQuestion)
    /// The walk is over.
    case over(Outcome)
  }

  /// What a walk has found.
  public enum Outcome: Equatable, Sendable {
    /// Servers with their addresses, for how many seconds and by which means.
    ///
    /// `isDoubtful` when some question stayed without an answer.
    case found([ServerLocation], seconds: UInt32, Means, isDoubtful: Bool)
    /// None.
    case failed(DNSFailure)
  }

  /// How many servers, and addresses of each, are kept.
  public static let limit = 8

  private enum State: Sendable {
    case pointers
    case services
    case addresses
    case over
  }

  private let name: Text
  private let transports: [SIPTransport]
  private let types: [DNSType]
  private let known: Means?
  private var state: State
  private var means = Means.addresses
  /// Where SRV records are asked for, the most preferred first.
  private var services: [(name: Text, transport: SIPTransport, rank: UInt32)] = []
  private var place = 0
  private var typePlace = 0
  private var servers: [ServerLocation] = []
  private var seconds = UInt32.max
  private var isDoubtful = false
  private var failure = DNSFailure.noData

  /// Makes a walk from a name; with a port (other than 0) it is that of a host, not of a domain.
  ///
  /// `types` are those of addresses that are wanted, `known` is how a former walk has found servers.
  public init(
    _ name: Text, port: UInt16, transports: [SIPTransport], types: [DNSType], known: Means? = nil
  ) {
    self.name = name
    self.transports = transports
    self.types = types
    self.known = known
    state = port > 0 ? .addresses : .pointers
    if port > 0 {
      servers = [
        ServerLocation(rank: 0, transport: transports.first ?? .udp, target: name, port: port)
      ]
    }
  }

  /// The first step.
  public mutating func begin() -> Step { next() }

  /// Takes the answer to the question of the last step; the next step.
  public mutating func receive(_ answer: DNSAnswer) -> Step {
    switch state {
    case .pointers: takePointers(answer)
    case .services: takeServices(answer)
    case .addresses: takeAddresses(answer)
    case .over: break
    }
    return next()
  }

  private mutating func next() -> Step {
    switch state {
    case .pointers:
      return .ask(DNSQuestion(name, .naptr))
    case .services:
      if place < services.count { return .ask(DNSQuestion(services[place].name, .srv)) }
      leaveServices()
      return next()
    case .addresses:
      if place < servers.count {
        return .ask(DNSQuestion(servers[place].target, types[typePlace]))
      }
      state = .over
      return next()
    case .over:
      let found = servers.filter { !$0.addresses.isEmpty }
      guard !found.isEmpty else { return .over(.failed(failure)) }
      return .over(.found(found, seconds: seconds, means, isDoubtful: isDoubtful))
    }
  }

  /// Whether a failure ends the walk: it is no server's word, and a former walk knows better.
  private mutating func mustStop(_ failure: DNSFailure, _ needed: Means) -> Bool {
    self.failure = failure
    guard !failure.isFinal else { return false }
    isDoubtful = true
    guard failure == .noServer || known.map({ $0.rawValue >= needed.rawValue }) ?? false else {
      return false
    }
    servers = []
    state = .over
    return true
  }

  // MARK: - NAPTR

  private mutating func takePointers(_ answer: DNSAnswer) {
    switch answer {
    case .failure(let failure):
      if mustStop(failure, .pointers) { return }
    case .records(let records):
      let offered = Self.pointers(in: records)
      guard offered.isEmpty else {
        means = .pointers
        return follow(offered)
      }
    }
    means = .services
    services = transports.prefix(1).map { (Text($0.servicePrefix) + name, $0, 0) }
    state = .services
  }

  /// A NAPTR record that speaks of SIP.
  private struct Pointer {
    /// Order and preference as one number, the lowest first.
    let rank: UInt32
    let isService: Bool
    let transport: SIPTransport
    let name: Text
    let seconds: UInt32

    init?(_ record: DNSRecord) {
      guard
        case .pointer(let order, let preference, let flags, let service, let name) = record.content,
        let transport = SIPTransport(service: service), !name.isEmpty
      else { return nil }
      isService = flags.equalsIgnoringCase("s")
      guard isService || flags.equalsIgnoringCase("a") else { return nil }
      rank = UInt32(order) << 16 | UInt32(preference)
      self.transport = transport
      self.name = name
      seconds = record.seconds
    }
  }

  /// The records that speak of SIP, the most preferred first.
  private static func pointers(in records: [DNSRecord]) -> [Pointer] {
    var pointers: [Pointer] = []
    for record in records {
      guard let pointer = Pointer(record) else { continue }
      let place = pointers.firstIndex { pointer.rank < $0.rank } ?? pointers.count
      pointers.insert(pointer, at: place)
    }
    return pointers
  }

  /// RFC 3263 §4.1 leaves out the transports that we lack, RFC 3403 §4.1 all but the first order.
  private mutating func follow(_ offered: [Pointer]) {
    let usable = offered.filter { transports.contains($0.transport) }
    guard let order = usable.first.map({ $0.rank >> 16 }) else {
      failure = .noTransport
      state = .over
      return
    }
    for (i, pointer) in usable.prefix(Self.limit).enumerated() where pointer.rank >> 16 == order {
      seconds = min(seconds, pointer.seconds)
      let rank = UInt32(i) << 16
      if pointer.isService {
        services.append((pointer.name, pointer.transport, rank))
      } else {
        servers.append(
          ServerLocation(
            rank: rank, transport: pointer.transport, target: pointer.name,
            port: pointer.transport.standardPort))
      }
    }
    state = .services
  }

  // MARK: - SRV

  private mutating func takeServices(_ answer: DNSAnswer) {
    let (_, transport, rank) = services[place]
    place += 1
    switch answer {
    case .failure(let failure):
      _ = mustStop(failure, .services)
    case .records(let records):
      for record in records {
        guard case .service(let priority, let weight, let port, let target) = record.content else {
          continue
        }
        seconds = min(seconds, record.seconds)
        // RFC 2782: the root as the target says that there is decidedly no such service.
        guard !target.isEmpty, port > 0 else {
          failure = .noTransport
          continue
        }
        servers.append(
          ServerLocation(
            rank: rank | UInt32(priority), weight: weight, transport: transport, target: target,
            port: port))
      }
    }
  }

  private mutating func leaveServices() {
    place = 0
    state = .addresses
    // The first ones in the order of preference, if there are too many.
    let ordered = servers.inOrder { ($0.rank, $1.weight) < ($1.rank, $0.weight) }
    servers = Array(ordered.prefix(Self.limit))
    guard servers.isEmpty, means == .services, failure != .noTransport else { return }
    means = .addresses
    let transport = transports.first ?? .udp
    servers = [
      ServerLocation(rank: 0, transport: transport, target: name, port: transport.standardPort)
    ]
  }

  // MARK: - Addresses

  private mutating func takeAddresses(_ answer: DNSAnswer) {
    let target = servers[place].target
    switch answer {
    case .failure(let failure):
      if mustStop(failure, .addresses) { return }
    case .records(let records):
      var addresses: [IPAddress] = []
      for record in records {
        guard case .address(let address) = record.content else { continue }
        addresses.append(address)
        seconds = min(seconds, record.seconds)
      }
      for i in servers.indices where servers[i].target == target {
        servers[i].add(addresses, limit: Self.limit)
      }
    }
    typePlace += 1
    guard typePlace == types.count else { return }
    typePlace = 0
    repeat {
      place += 1
    } while place < servers.count
      && servers[..<place].contains { $0.target == servers[place].target }
  }
}
