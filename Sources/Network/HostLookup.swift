public import Base

/// The address of a host that was provisioned by its name, asked for again when it is old.
///
///     due ──A──> asked ──address──> known until its time is over ──> due, with that address
///      ^           │ none: AAAA, once                                  │
///      └──10 s─────┴── none again: the address before stays ───────────┘
public struct HostLookup: Sendable {
  /// However short DNS lets an address live, it is asked for no more often than this.
  public static let shortestLife = Duration.seconds(60)
  private static let longestLife = Duration.seconds(86_400)
  private static let pause = Duration.seconds(10)

  private enum State: Equatable, Sendable {
    case due(Instant)
    case asked(DNSType)
  }

  /// The host.
  public let name: Text
  /// Where it was last; `nil` while DNS has never said so.
  public private(set) var address: IPAddress?
  private var state: State

  /// Nothing is known.
  public init(_ name: Text, now: Instant) {
    self.name = name
    state = .due(now)
  }

  /// When `advance` must be called next; `nil` while an answer is waited for.
  public var deadline: Instant? { if case .due(let at) = state { at } else { nil } }

  /// Lets the time pass; what DNS has to be asked now.
  public mutating func advance(to now: Instant) -> DNSQuestion? {
    guard case .due(let at) = state, now >= at else { return nil }
    return ask(.a)
  }

  /// Takes the answer; what DNS has to be asked next, and whether there is no address at all.
  public mutating func receive(
    _ answer: DNSAnswer, now: Instant
  ) -> (next: DNSQuestion?, hasFailed: Bool) {
    guard case .asked(let type) = state else { return (nil, false) }
    if case .records(let records) = answer {
      for record in records {
        guard case .address(let found) = record.content else { continue }
        address = found
        let life = Duration.seconds(Int64(record.seconds))
        state = .due(now + min(max(life, Self.shortestLife), Self.longestLife))
        return (nil, false)
      }
    }
    if type == .a { return (ask(.aaaa), false) }
    state = .due(now + Self.pause)
    return (nil, true)
  }

  private mutating func ask(_ type: DNSType) -> DNSQuestion {
    state = .asked(type)
    return DNSQuestion(name, type)
  }
}
