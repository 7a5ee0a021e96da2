/// Nanoseconds of CLOCK_MONOTONIC, or of the line's own time.
typealias Nanoseconds = Int64

/// The time of the line: it counts frames while audio runs, and the kernel's clock while it is
/// idle.
///
/// So a flash of 100 ms is ten frames of a box that is tested faster than real time, and 100 ms
/// of a box that sends nothing.
struct LineClock {
  /// One frame of 80 samples.
  static let frame: Nanoseconds = 10_000_000
  /// Without a frame for so long, the audio has stopped.
  static let idleAfter: Nanoseconds = 60_000_000

  /// The line's time.
  private(set) var time: Nanoseconds = 0
  /// Whether frames are coming.
  private(set) var isRunning = false
  private var updated: Nanoseconds

  init(now: Nanoseconds) { updated = now }

  /// A frame has come.
  mutating func countFrame(now: Nanoseconds) {
    time += isRunning ? Self.frame : max(0, now - updated)
    isRunning = true
    updated = now
  }

  /// The kernel's clock has moved on; `true` when the audio is seen to have stopped.
  mutating func advance(to now: Nanoseconds) -> Bool {
    guard !isRunning || now - updated >= Self.idleAfter else { return false }
    defer { isRunning = false }
    time += max(0, now - updated)
    updated = now
    return isRunning
  }

  /// When the audio has stopped if no frame comes.
  var idleDeadline: Nanoseconds? { isRunning ? updated + Self.idleAfter : nil }

  /// When the kernel's clock must be looked at for something due at a time of the line.
  func wakeUp(for due: Nanoseconds) -> Nanoseconds {
    isRunning ? updated + Self.idleAfter : updated + max(0, due - time)
  }
}
