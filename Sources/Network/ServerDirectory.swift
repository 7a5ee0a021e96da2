public import Base

/// The addresses of the provisioned SBCs, those that have names kept up to date by DNS.
///
/// ```
///   of each name:  asking --found--> known, until most of its time to live is over --> asking
///                  asking --failed--> as before, until a pause that grows is over --> asking
/// ```
/// What is known stays known while DNS fails: an old address is better than none. The order of
/// servers is drawn anew only when the servers are others; a refresh alone moves nobody.
public struct ServerDirectory: Sendable {
  /// What the directory wants done.
  public enum Output: Equatable, Sendable {
    /// Ask DNS; the answer comes by `receive` with this number.
    case ask(UInt32, DNSQuestion)
    /// `endpoints` are others than before, or are known for the first time.
    case changed
    /// A name could not be resolved, for this reason; said once for each reason in a row.
    case failed(ServerName, DNSFailure)
  }

  /// More outputs than one call of any function makes.
  public static let outputLimit = 32
  /// The numbers of its questions end here; those above are for others who ask by the same way.
  public static let lastNumber: UInt32 = 0x3FFF_FFFF
  /// How many SBCs are kept.
  public static let limit = 8
  /// A time to live is kept within these bounds, in seconds.
  public static let lifetimes: ClosedRange<UInt32> = 10...86_400
  /// The longest that a failure on the way counts (RFC 2308 §7), in seconds.
  static let longestDoubt: UInt32 = 300
  /// The first pause after a failure, and the longest.
  static let pauses = (first: Duration.seconds(2), last: Duration.seconds(60))

  private struct Entry: Sendable {
    let name: ServerName
    /// What is known of it, in a fixed order.
    var servers: [ServerLocation] = []
    var means: ServerWalk.Means?
    /// The same, in the order in which it is tried.
    var endpoints: [Endpoint] = []
    var walk: ServerWalk?
    /// The number of the question that is open; 0 for none.
    var question: UInt32 = 0
    var askAt: Instant?
    var failures = 0
    /// How many walks in a row were not sure of what they found.
    var doubts = 0
    var failure: DNSFailure?

    /// Whether it has had its chance.
    var isSettled: Bool { !endpoints.isEmpty || failure != nil }
  }

  private var entries: [Entry] = []
  private var types: [DNSType] = [.a]
  private var transports: [SIPTransport]
  private var random: RandomSource
  private var lastQuestion: UInt32 = 0
  private var isRunning = false
  /// The SBCs, the first choice first; empty while a name has not had its first answer.
  public private(set) var endpoints: [Endpoint] = []

  /// Makes a directory of nobody, for a box with these transports, the preferred one first.
  public init(transports: [SIPTransport], random: RandomSource) {
    self.transports = transports
    self.random = random
  }

  /// The names that could not be resolved the last time, with the reason.
  public var failures: [(name: ServerName, failure: DNSFailure)] {
    entries.compactMap { entry in entry.failure.map { (entry.name, $0) } }
  }

  /// Goes by other transports from the next `start` on; what is known is forgotten.
  public mutating func use(_ transports: [SIPTransport]) {
    self.transports = transports
    entries = []
  }

  /// The name that an address is from; `nil` for one that was given as such.
  ///
  /// Where no name has the very port, one that has the address is meant: responses go where a Via says.
  public func name(of endpoint: Endpoint) -> Text? {
    if entries.contains(where: { $0.name == .endpoint(endpoint) }) { return nil }
    return name { $0 == endpoint } ?? name { $0.address == endpoint.address }
  }

  private func name(where isMeant: (Endpoint) -> Bool) -> Text? {
    for entry in entries {
      if case .host(let name, _) = entry.name, entry.endpoints.contains(where: isMeant) {
        return name
      }
    }
    return nil
  }

  /// Whether a name is being looked for, and nothing is known of any.
  public var isLooking: Bool { endpoints.isEmpty && entries.contains { $0.walk != nil } }

  /// Begins, or goes on with other names; of the same names everything stays known.
  public mutating func start(
    _ names: [ServerName], isIPv6: Bool, now: Instant, into out: inout Outbox<Output>
  ) {
    isRunning = true
    let wanted: [DNSType] = isIPv6 ? [.aaaa] : [.a]
    let old = wanted == types ? entries : []
    types = wanted
    entries = names.prefix(Self.limit).map { name in
      var entry = old.first { $0.name == name } ?? Entry(name: name)
      entry.walk = nil
      entry.question = 0
      entry.failures = 0
      entry.askAt = name.isHost ? now : nil
      if case .endpoint(let endpoint) = name { entry.endpoints = [endpoint] }
      return entry
    }
    endpoints = []
    publish(into: &out)
    advance(to: now, into: &out)
  }

  /// There is no way to any DNS server: nobody is asked until the next `start`.
  public mutating func stop() {
    isRunning = false
    for i in entries.indices {
      entries[i].walk = nil
      entries[i].question = 0
      entries[i].askAt = nil
    }
  }

  /// When `advance` must be called next.
  public var deadline: Instant? { entries.reduce(nil) { soonest($0, $1.askAt) } }

  /// Lets the time pass.
  public mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    guard isRunning else { return }
    for i in entries.indices {
      guard let due = entries[i].askAt, now >= due,
        case .host(let name, let port) = entries[i].name
      else { continue }
      entries[i].askAt = nil
      var walk = ServerWalk(
        name, port: port, transports: transports, types: types, known: entries[i].means)
      let step = walk.begin()
      entries[i].walk = walk
      perform(step, i, now: now, into: &out)
    }
  }

  /// Takes an answer; one to a question that nobody waits for any more is ignored.
  public mutating func receive(
    _ number: UInt32, _ answer: DNSAnswer, now: Instant, into out: inout Outbox<Output>
  ) {
    guard number != 0, let i = entries.firstIndex(where: { $0.question == number }),
      let step = entries[i].walk?.receive(answer)
    else { return }
    entries[i].question = 0
    perform(step, i, now: now, into: &out)
  }

  private mutating func perform(
    _ step: ServerWalk.Step, _ i: Int, now: Instant, into out: inout Outbox<Output>
  ) {
    switch step {
    case .ask(let question):
      lastQuestion = lastQuestion % Self.lastNumber + 1
      entries[i].question = lastQuestion
      out.emit(.ask(lastQuestion, question))
    case .over(.found(let servers, let seconds, let means, let isDoubtful)):
      entries[i].walk = nil
      entries[i].failure = nil
      entries[i].failures = 0
      entries[i].means = means
      keep(servers, i)
      let life = isDoubtful ? min(seconds, doubtfulLife(i)) : seconds
      entries[i].doubts = isDoubtful ? min(entries[i].doubts + 1, 5) : 0
      let kept = min(max(life, Self.lifetimes.lowerBound), Self.lifetimes.upperBound)
      entries[i].askAt = now + share(of: .seconds(Int64(kept)), from: 80, to: 95)
      publish(into: &out)
    case .over(.failed(let failure)):
      entries[i].walk = nil
      if entries[i].failure != failure { out.emit(.failed(entries[i].name, failure)) }
      entries[i].failure = failure
      let doublings = min(entries[i].failures, 5)
      entries[i].failures += 1
      let pause = min(Self.pauses.first * (1 << doublings), Self.pauses.last)
      entries[i].askAt = now + share(of: pause, from: 50, to: 100)
      publish(into: &out)
    }
  }

  /// How soon it is asked again what a DNS server has failed at: there are some that never learn it.
  private func doubtfulLife(_ i: Int) -> UInt32 {
    min(Self.lifetimes.lowerBound << UInt32(entries[i].doubts), Self.longestDoubt)
  }

  private mutating func keep(_ servers: [ServerLocation], _ i: Int) {
    let servers = servers.inOrder {
      ($0.rank, $0.port) != ($1.rank, $1.port)
        ? ($0.rank, $0.port) < ($1.rank, $1.port) : $0.target.lexicographicallyPrecedes($1.target)
    }
    guard servers != entries[i].servers else { return }
    entries[i].servers = servers
    entries[i].endpoints = servers.ordered(using: &random)
      .endpoints(limit: Self.limit, using: &random)
  }

  /// By chance, so that boxes that were switched on together do not ask together for ever.
  private mutating func share(of pause: Duration, from least: Int, to most: Int) -> Duration {
    let percent = least + Int(random.next() % UInt64(most - least + 1))
    return .nanoseconds(pause.inNanoseconds / 100 * Int64(percent))
  }

  /// Tells a new list; the first one when every name has had its chance, so that nobody begins with
  /// a backup while the first choice is still being looked for.
  private mutating func publish(into out: inout Outbox<Output>) {
    guard entries.allSatisfy({ $0.isSettled }) else { return }
    var all: [Endpoint] = []
    for entry in entries {
      for endpoint in entry.endpoints where all.count < Self.limit && !all.contains(endpoint) {
        all.append(endpoint)
      }
    }
    guard all != endpoints else { return }
    endpoints = all
    out.emit(.changed)
  }
}
