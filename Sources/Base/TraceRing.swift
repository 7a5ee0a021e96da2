/// The last events of a machine, kept as typed values; text is made when somebody asks for it.
///
/// The same event many times in a row is one entry, so that a flood cannot wash the rest away.
public struct TraceRing<Event: Equatable> {
  /// An event, and when and how often it happened in a row.
  public struct Entry {
    /// What happened.
    public let event: Event
    /// When it happened first.
    public let first: Instant
    /// When it happened last.
    public fileprivate(set) var last: Instant
    /// How often it happened in a row.
    public fileprivate(set) var times: UInt32
  }

  private var entries: [Entry] = []
  private var oldest = 0
  /// How many entries are kept.
  public let capacity: Int
  /// How many entries were ever made; a repeated event makes none.
  public private(set) var total: UInt64 = 0

  /// Makes an empty trace that keeps the last `capacity` entries.
  public init(capacity: Int) {
    precondition(capacity > 0, "a trace keeps at least one event")
    self.capacity = capacity
  }

  /// Notes an event; the oldest entry is forgotten when the trace is full.
  public mutating func note(_ event: Event, at time: Instant) {
    if let newest, entries[newest].event == event {
      entries[newest].last = time
      entries[newest].times &+= 1
      return
    }
    total += 1
    let entry = Entry(event: event, first: time, last: time, times: 1)
    if entries.count < capacity {
      entries.append(entry)
    } else {
      entries[oldest] = entry
      oldest = (oldest + 1) % capacity
    }
  }

  /// Calls `body` with every kept entry, oldest first.
  public func forEach(_ body: (Entry) -> Void) {
    for i in entries.indices { body(entries[(oldest + i) % entries.count]) }
  }

  /// Calls `body` with the kept ones of the last `number` entries, oldest first.
  public func forEach(ofLast number: UInt64, _ body: (Entry) -> Void) {
    let kept = Int(min(number, UInt64(entries.count)))
    for i in entries.count - kept..<entries.count { body(entries[(oldest + i) % entries.count]) }
  }

  private var newest: Int? {
    entries.isEmpty ? nil : (oldest + entries.count - 1) % entries.count
  }
}
