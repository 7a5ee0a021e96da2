/// The last events of a machine, kept as typed values; text is made when somebody asks for it.
public struct TraceRing<Event> {
  /// An event, its time and its place in the whole history.
  public struct Entry {
    /// How many events were noted before this one.
    public let number: UInt64
    /// When it was noted.
    public let time: Instant
    /// What happened.
    public let event: Event
  }

  private var entries: [Entry] = []
  private var total: UInt64 = 0
  /// How many events are kept.
  public let capacity: Int

  /// Makes an empty trace that keeps the last `capacity` events.
  public init(capacity: Int) {
    precondition(capacity > 0, "a trace keeps at least one event")
    self.capacity = capacity
    entries.reserveCapacity(capacity)
  }

  /// Notes an event; the oldest one is forgotten when the trace is full.
  public mutating func note(_ event: Event, at time: Instant) {
    let entry = Entry(number: total, time: time, event: event)
    if entries.count < capacity {
      entries.append(entry)
    } else {
      entries[Int(total % UInt64(capacity))] = entry
    }
    total += 1
  }

  /// Calls `body` with every kept event, oldest first.
  public func forEach(_ body: (Entry) -> Void) {
    let start = entries.count < capacity ? 0 : Int(total % UInt64(capacity))
    for i in entries.indices {
      body(entries[(start + i) % entries.count])
    }
  }
}
