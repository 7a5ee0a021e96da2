internal import Synchronization

/// What the thread counts and others read at any time.
final class Meters: Sendable {
  private let periods = Atomic<UInt32>(0)
  private let proofs = Atomic<UInt32>(0)
  private let sleeping = Atomic<Bool>(false)
  private let missed = Atomic<UInt32>(0)
  private let late = Atomic<UInt32>(0)
  private let dropped = Atomic<UInt32>(0)
  private let unsent = Atomic<UInt32>(0)
  private let lostEvents = Atomic<UInt32>(0)

  func notePeriod() { add(1, to: periods) }
  func noteProof() { add(1, to: proofs) }
  func note(sleeping now: Bool) { sleeping.store(now, ordering: .relaxed) }
  func noteMissed(_ number: UInt32) { add(number, to: missed) }
  func noteUnsent(_ number: UInt32) { if number > 0 { add(number, to: unsent) } }
  func note(lostEvents total: UInt32) { lostEvents.store(total, ordering: .relaxed) }

  func noteLine(late lateFrames: UInt32, dropped droppedFrames: UInt32) {
    if lateFrames > 0 { add(lateFrames, to: late) }
    if droppedFrames > 0 { add(droppedFrames, to: dropped) }
  }

  var reading: MediaMeters {
    MediaMeters(
      periods: periods.load(ordering: .relaxed), proofs: proofs.load(ordering: .relaxed),
      isSleeping: sleeping.load(ordering: .relaxed),
      missedPeriods: missed.load(ordering: .relaxed),
      lateLineFrames: late.load(ordering: .relaxed),
      droppedLineFrames: dropped.load(ordering: .relaxed),
      unsentPackets: unsent.load(ordering: .relaxed),
      lostEvents: lostEvents.load(ordering: .relaxed))
  }

  /// Only the media thread writes, so a load and a store are enough.
  private func add(_ number: UInt32, to counter: borrowing Atomic<UInt32>) {
    counter.store(counter.load(ordering: .relaxed) &+ number, ordering: .relaxed)
  }
}

/// A reading of the media thread's counters.
public struct MediaMeters: Equatable, Sendable, BitwiseCopyable {
  /// Periods that were run, modulo 2^32.
  public let periods: UInt32
  /// Turns of the thread, modulo 2^32: it moves with every period, and with every `askForProof`.
  public let proofs: UInt32
  /// Whether the thread waits for a command, because no port is active.
  public let isSleeping: Bool
  /// Periods that were left out, because the thread woke too late.
  public let missedPeriods: UInt32
  /// Frames of a simulated line that did not come in time.
  public let lateLineFrames: UInt32
  /// Frames of a simulated line that were thrown away.
  public let droppedLineFrames: UInt32
  /// Datagrams that the kernel did not take.
  public let unsentPackets: UInt32
  /// Events that were lost because nobody read them.
  public let lostEvents: UInt32
}
