public import Base

/// Decides when the watchdog is fed: only when every media thread has moved since it was last asked.
///
/// ```
///   asking --every thread moved--> fed --interval--> asking
///     |  ^
///     |  +-- the thread moves again --+
///     +--a thread has not moved for half of the time-out--> accusing (named once, never fed)
/// ```
/// That the control loop moves is proved by calling `advance`: a loop that hangs feeds nobody.
public struct HealthMonitor: Sendable {
  /// What is to be done.
  public enum Output: Equatable, Sendable {
    /// Ask every media thread for a sign of life.
    case askForProof
    /// Feed the watchdog.
    case feed
    /// A thread stands still: keep its number (from 0) where the next start finds it.
    case accuse(thread: Int)
    /// The thread that was accused moves again.
    case acquit
  }

  /// The most that one call of `advance` puts out.
  public static let outputLimit = 8

  private struct Suspect: Sendable {
    /// The counter as it was when the thread was asked last.
    var proof: UInt32 = 0
    var movedAt: Instant
  }

  private let timeout: Duration
  private var suspects: [Suspect]
  private var accused: Int?
  /// When the threads are looked at next.
  public private(set) var deadline: Instant

  /// Begins to watch `threads` threads; `timeout` is the watchdog's.
  public init(threads: Int, timeout: Duration, now: Instant) {
    self.timeout = timeout
    suspects = [Suspect](repeating: Suspect(movedAt: now), count: threads)
    deadline = now
  }

  /// Between two looks; three may be late before the watchdog bites.
  private var interval: Duration { timeout / 5 }

  /// Takes the counters of the threads at a deadline; a counter that has changed is a proof.
  public mutating func advance(
    to now: Instant, proofs: [UInt32], into out: inout Outbox<Output>
  ) {
    guard now >= deadline else { return }
    deadline = now + interval
    for (i, proof) in proofs.enumerated() where i < suspects.count {
      if proof != suspects[i].proof { suspects[i].movedAt = now }
      suspects[i].proof = proof
    }
    judge(now, into: &out)
    out.emit(.askForProof)
  }

  private mutating func judge(_ now: Instant, into out: inout Outbox<Output>) {
    // A thread that was asked one interval ago has had time to answer, also in the first look.
    guard let silent = suspects.firstIndex(where: { now - $0.movedAt > interval }) else {
      if accused != nil { out.emit(.acquit) }
      accused = nil
      return out.emit(.feed)
    }
    guard accused == nil, now - suspects[silent].movedAt >= timeout / 2 else { return }
    accused = silent
    out.emit(.accuse(thread: silent))
  }
}
