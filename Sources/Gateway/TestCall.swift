internal import Base
internal import Call
internal import MediaControl

/// A call that a person at the console makes from a port whose handset stays on the hook.
///
///     lifting ──dial tone──> dialled ──answer──> talking ──time is over──> hangingUp ──record──> over
///        └──no dial tone────────┴──refused, 60 s────┴──far party hangs up──────^
struct TestCall {
  /// What has to be done at the port.
  enum Step: Equatable {
    case nothing
    /// Send the number's digits.
    case dial
    /// Open the loop.
    case hangUp
    /// Nothing more.
    case over
  }

  private enum Phase {
    case lifting
    case dialled
    case talking
    case hangingUp
  }

  private static let dialToneLimit = Duration.seconds(5)
  private static let answerLimit = Duration.seconds(60)
  private static let hangUpLimit = Duration.seconds(3)

  let port: PortNumber
  let number: Text
  let beganAt: Instant
  private let duration: Duration
  private var phase = Phase.lifting
  /// When the phase ends by itself.
  private(set) var deadline: Instant

  /// Whether the loop counts as closed because of this call.
  var holdsLoop: Bool { phase != .hangingUp }

  /// Begins with a loop that was just closed; `duration` is how long the parties talk.
  init(from port: PortNumber, to number: Text, for duration: Duration, now: Instant) {
    self.port = port
    self.number = number
    self.duration = duration
    beganAt = now
    deadline = now + Self.dialToneLimit
  }

  /// Looks at where the port stands, and whether the call's record is there.
  mutating func advance(_ stage: PortStage, isRecorded: Bool, to now: Instant) -> Step {
    let isLate = now >= deadline
    switch (phase, stage) {
    case (.lifting, .dialling):
      enter(.dialled, until: now + Self.answerLimit)
      return .dial
    case (.lifting, .idle) where !isLate: return .nothing
    case (.dialled, .talking):
      enter(.talking, until: now + duration)
      return .nothing
    case (.dialled, .dialling) where !isLate, (.dialled, .calling) where !isLate,
      (.dialled, .alerting) where !isLate, (.talking, .talking) where !isLate:
      return .nothing
    case (.hangingUp, .idle) where isRecorded: return .over
    case (.hangingUp, _): return isLate ? .over : .nothing
    case (.lifting, _), (.dialled, _), (.talking, _):
      enter(.hangingUp, until: now + Self.hangUpLimit)
      return .hangUp
    }
  }

  private mutating func enter(_ phase: Phase, until deadline: Instant) {
    self.phase = phase
    self.deadline = deadline
  }
}
