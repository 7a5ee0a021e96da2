internal import MediaControl
internal import Synchronization

/// What a card's thread counts and others read at any time.
final class CardMeters: Sendable {
  private let number: CardNumber
  private let lost = Atomic<Bool>(false)
  private let losses = Atomic<UInt32>(0)
  private let captureXruns = Atomic<UInt32>(0)
  private let playbackXruns = Atomic<UInt32>(0)
  private let ownXruns = Atomic<UInt32>(0)
  private let slipped = Atomic<UInt32>(0)
  private let latestWake = Atomic<UInt32>(0)
  private let longestWork = Atomic<UInt32>(0)

  init(_ number: CardNumber) { self.number = number }

  func note(isLost: Bool) {
    lost.store(isLost, ordering: .relaxed)
    if isLost { add(1, to: losses) }
  }

  func note(_ xrun: CardXrun) {
    if xrun.isCapture { add(1, to: captureXruns) } else { add(1, to: playbackXruns) }
    if xrun.isOurs { add(1, to: ownXruns) }
  }

  func noteSlip() { add(1, to: slipped) }

  /// A waking: how late it was and how long the work took.
  func note(lateNs: Int64, workNs: Int64) {
    raise(latestWake, to: UInt32(clamping: lateNs / 1_000))
    raise(longestWork, to: UInt32(clamping: workNs / 1_000))
  }

  var reading: CardStatistics {
    var statistics = CardStatistics(number: number)
    statistics.isLost = lost.load(ordering: .relaxed)
    statistics.losses = losses.load(ordering: .relaxed)
    statistics.captureXruns = captureXruns.load(ordering: .relaxed)
    statistics.playbackXruns = playbackXruns.load(ordering: .relaxed)
    statistics.ownXruns = ownXruns.load(ordering: .relaxed)
    statistics.slippedPeriods = slipped.load(ordering: .relaxed)
    statistics.latestWakeUs = latestWake.load(ordering: .relaxed)
    statistics.longestWorkUs = longestWork.load(ordering: .relaxed)
    return statistics
  }

  /// Only the media thread writes, so a load and a store are enough.
  private func add(_ number: UInt32, to counter: borrowing Atomic<UInt32>) {
    counter.store(counter.load(ordering: .relaxed) &+ number, ordering: .relaxed)
  }

  private func raise(_ peak: borrowing Atomic<UInt32>, to value: UInt32) {
    if value > peak.load(ordering: .relaxed) { peak.store(value, ordering: .relaxed) }
  }
}
