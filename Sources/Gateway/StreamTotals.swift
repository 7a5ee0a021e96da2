internal import MediaControl

/// What every stream counts.
enum StreamCounter: UInt8, CaseIterable {
  case sentPackets
  case receivedPackets
  case lostPackets
  case latePackets
  case duplicatePackets
  case refusedPackets
  case strangerPackets
  case forgedPackets
  case replayedPackets
  case concealedFrames
  case droppedFrames

  /// What a stream has counted of it.
  func value(in statistics: StreamStatistics) -> UInt32 {
    switch self {
    case .sentPackets: statistics.sentPackets
    case .receivedPackets: statistics.receivedPackets
    case .lostPackets: statistics.lostPackets
    case .latePackets: statistics.latePackets
    case .duplicatePackets: statistics.duplicatePackets
    case .refusedPackets: statistics.refusedPackets
    case .strangerPackets: statistics.strangerPackets
    case .forgedPackets: statistics.forgedPackets
    case .replayedPackets: statistics.replayedPackets
    case .concealedFrames: statistics.concealedFrames
    case .droppedFrames: statistics.droppedFrames
    }
  }
}

/// What streams have counted together, those that are open up to their last report.
///
/// It never falls, though a stream's own numbers do: a packet that was taken for lost may come after
/// all (RFC 3550 §A.3), and a new source begins at nothing. A reader of the sums would take every
/// fall for a restart and count everything twice.
struct StreamTotals {
  private var sums = [UInt64](repeating: 0, count: StreamCounter.allCases.count)

  /// The sum.
  subscript(counter: StreamCounter) -> UInt64 { sums[Int(counter.rawValue)] }

  /// Adds what has risen in a stream since its report before this one, if there was one.
  mutating func add(_ statistics: StreamStatistics, since last: StreamStatistics?) {
    let last = last ?? StreamStatistics()
    for counter in StreamCounter.allCases {
      let (before, now) = (counter.value(in: last), counter.value(in: statistics))
      if now > before { sums[Int(counter.rawValue)] += UInt64(now - before) }
    }
  }
}
