/// Samples of the past behind which a period is put, so that a filter sees both in one row.
@safe
private final class SampleRow {
  let past: Int
  private let room: Int
  private let samples: UnsafeMutablePointer<Int16>

  init(past: Int, room: Int) {
    self.past = past
    self.room = room
    unsafe samples = .allocate(capacity: past + room)
    unsafe samples.initialize(repeating: 0, count: past + room)
  }

  deinit { unsafe samples.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Int32 { unsafe Int32(samples[index]) }

  func put(_ new: Span<Int16>) {
    precondition(new.count <= room, "longer than a period")
    for i in new.indices { unsafe samples[past + i] = new[i] }
  }

  /// Forgets the oldest samples.
  func move(by count: Int) {
    for i in 0..<past { unsafe samples[i] = samples[count + i] }
  }

  func clear() {
    for i in 0..<past { unsafe samples[i] = 0 }
  }
}

/// Makes 8 kHz of a card's rate, for one channel.
public final class Decimator {
  private let filter: RateFilter
  private let row: SampleRow

  /// Begins with silence.
  public init(_ filter: RateFilter) {
    self.filter = filter
    row = SampleRow(past: filter.count - 1, room: 80 * filter.factor)
  }

  /// Forgets what came before.
  public func reset() { row.clear() }

  /// Converts up to 10 ms; `slow` gets one sample for `factor` samples of `fast`.
  public func convert(_ fast: Span<Int16>, into slow: inout MutableSpan<Int16>) {
    precondition(fast.count <= slow.count * filter.factor, "no room for the samples")
    row.put(fast)
    for i in 0..<fast.count / filter.factor {
      let start = i * filter.factor
      var sum: Int64 = 0
      for k in 0..<filter.count { sum &+= Int64(filter[k] &* row[start + k]) }
      slow[i] = saturated(sum / Int64(filter.factor))
    }
    row.move(by: fast.count)
  }
}

/// Makes a card's rate of 8 kHz, for one channel.
public final class Interpolator {
  private let filter: RateFilter
  private let row: SampleRow

  /// Begins with silence.
  public init(_ filter: RateFilter) {
    self.filter = filter
    row = SampleRow(past: RateFilter.phaseTaps - 1, room: 80)
  }

  /// Forgets what came before.
  public func reset() { row.clear() }

  /// Converts up to 10 ms; `fast` gets `factor` samples for one of `slow`.
  public func convert(_ slow: Span<Int16>, into fast: inout MutableSpan<Int16>) {
    precondition(slow.count * filter.factor <= fast.count, "no room for the samples")
    row.put(slow)
    for i in slow.indices {
      for phase in 0..<filter.factor {
        var sum: Int32 = 0
        var tap = phase
        for k in stride(from: i + RateFilter.phaseTaps - 1, through: i, by: -1) {
          sum &+= filter[tap] &* row[k]
          tap += filter.factor
        }
        fast[i * filter.factor + phase] = saturated(Int64(sum))
      }
    }
    row.move(by: slow.count)
  }
}

/// A sum of taps as a sample, rounded and kept within 16 bits.
@inline(__always)
private func saturated(_ sum: Int64) -> Int16 {
  Int16(clamping: (sum &+ (1 << (RateFilter.fraction - 1))) >> Int64(RateFilter.fraction))
}
