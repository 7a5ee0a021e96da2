/// Gives back what it takes, some time later; silence before.
@safe
public final class DelayLine {
  private let samples: UnsafeMutablePointer<Int16>
  private let count: Int
  private var place = 0

  /// Makes a line that is silent for so many samples.
  public init(samples count: Int) {
    precondition(count > 0, "no delay")
    self.count = count
    unsafe samples = .allocate(capacity: count)
    unsafe samples.initialize(repeating: 0, count: count)
  }

  deinit { unsafe samples.deallocate() }

  /// Takes samples and fills as many that are old.
  public func pass(_ new: Span<Int16>, into old: inout MutableSpan<Int16>) {
    precondition(new.count == old.count, "what goes in comes out")
    for i in new.indices {
      let sample = unsafe samples[place]
      unsafe samples[place] = new[i]
      old[i] = sample
      place = place + 1 == count ? 0 : place + 1
    }
  }
}
