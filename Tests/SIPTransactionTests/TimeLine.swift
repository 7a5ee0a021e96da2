import Base
import SIPTransaction

/// What the four machines have in common.
protocol Transaction {
  associatedtype Output: Equatable
  var deadline: Instant? { get }
  mutating func advance(to now: Instant, into out: inout Outbox<Output>)
}

extension InviteClient: Transaction {}
extension InviteServer: Transaction {}
extension NonInviteClient: Transaction {}
extension NonInviteServer: Transaction {}

/// Drives one transaction along a time line and hands back everything that it asked for.
struct TimeLine<T: Transaction> {
  var machine: T
  var out: Outbox<T.Output>

  init(_ start: (Instant, inout Outbox<T.Output>) -> T) {
    out = Outbox(limit: 8)
    machine = start(.zero, &out)
  }

  /// Lets every deadline up to `ms` fire, as the event loop would.
  mutating func run(toMs ms: Int64) -> [T.Output] {
    var seen = out.drain()
    while let deadline = machine.deadline, deadline <= at(ms) {
      machine.advance(to: deadline, into: &out)
      seen += out.drain()
    }
    return seen
  }

  /// Runs to `ms`, does something there, and hands back what came of both.
  mutating func at(
    _ ms: Int64, _ act: (inout T, Instant, inout Outbox<T.Output>) -> Void
  ) -> [T.Output] {
    let before = run(toMs: ms)
    act(&machine, at(ms), &out)
    return before + out.drain()
  }

  /// The milliseconds at which `output` comes, up to `end`.
  mutating func times(of output: T.Output, untilMs end: Int64) -> [Int64] {
    var times: [Int64] = []
    for item in out.drain() where item == output { times.append(0) }
    while let deadline = machine.deadline, deadline <= at(end) {
      machine.advance(to: deadline, into: &out)
      for item in out.drain() where item == output {
        times.append(deadline.nanoseconds / 1_000_000)
      }
    }
    return times
  }

  private func at(_ ms: Int64) -> Instant { Instant(nanoseconds: ms * 1_000_000) }
}
