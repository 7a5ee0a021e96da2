/// The hook switch and the dial's contact: opens and closes the loop, at once or in a sequence.
struct HookSwitch {
  /// The times of a rotary dial: 10 pulses a second, break to make 1.6 to 1.
  struct PulseTiming: Equatable {
    var breakMs = 61
    var makeMs = 39
    var betweenDigitsMs = 800
  }

  /// Whether the handset is lifted.
  private(set) var isLifted = false
  /// Whether the loop is closed; open for moments while flashing or pulsing.
  private(set) var isClosed = false
  private var steps: [(at: Nanoseconds, closed: Bool)] = []
  private var freeAt: Nanoseconds = 0

  /// Whether a flash or pulses are still going on, with the pause after them.
  func isBusy(at time: Nanoseconds) -> Bool { !steps.isEmpty || time < freeAt }

  /// When something is to be done or a pause is over.
  func deadline(after time: Nanoseconds) -> Nanoseconds? {
    steps.first?.at ?? (freeAt > time ? freeAt : nil)
  }

  mutating func lift() {
    isLifted = true
    isClosed = true
  }

  mutating func hangUp(at time: Nanoseconds) {
    isLifted = false
    isClosed = false
    steps = []
    freeAt = time
  }

  /// Opens the loop for a moment.
  mutating func flash(ms: Int, at time: Nanoseconds) {
    let start = max(time, freeAt)
    steps.append((start, false))
    freeAt = start + milliseconds(ms)
    steps.append((freeAt, true))
  }

  /// Dials digits by breaks of the loop; 0 is ten of them.
  mutating func pulse(_ digits: [Int], _ timing: PulseTiming, at time: Nanoseconds) {
    freeAt = max(time, freeAt)
    for digit in digits {
      for _ in 0..<(digit == 0 ? 10 : digit) {
        steps.append((freeAt, false))
        steps.append((freeAt + milliseconds(timing.breakMs), true))
        freeAt += milliseconds(timing.breakMs + timing.makeMs)
      }
      freeAt += milliseconds(timing.betweenDigitsMs)
    }
  }

  /// The next change of the loop that is due.
  mutating func nextChange(at time: Nanoseconds) -> Bool? {
    guard let step = steps.first, step.at <= time else { return nil }
    steps.removeFirst()
    isClosed = step.closed
    return step.closed
  }
}

/// A number of milliseconds as nanoseconds.
func milliseconds(_ count: Int) -> Nanoseconds { Nanoseconds(count) * 1_000_000 }
