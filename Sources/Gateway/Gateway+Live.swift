public import Base
internal import Call
internal import Console

/// Bytes for a console whose answer goes on.
public struct LivePiece: Equatable, Sendable {
  /// The console's number.
  public let console: UInt8
  /// What it gets, as it is sent.
  public let bytes: Text
  /// Whether it is as good as a key that was pressed: something that ends by itself is under way.
  public let keepsAwake: Bool
}

/// Answers that go on after their line: `monitor`, `ping`, `resolve`, `call` and `test`.
extension Gateway {
  /// Gives what the consoles have to be sent since the last call.
  public mutating func takeLive() -> [LivePiece] {
    guard !live.isEmpty else { return [] }
    tellEvents()
    tellOmitted()
    var pieces: [LivePiece] = []
    for i in live.indices {
      let bytes = live[i].take()
      guard !bytes.isEmpty else { continue }
      pieces.append(
        LivePiece(console: live[i].console, bytes: bytes, keepsAwake: live[i].endsByItself))
    }
    live.removeAll { $0.isOver }
    return pieces
  }

  /// When one of them needs `advanceLive`.
  var liveDeadline: Instant? {
    live.isEmpty ? nil : live.reduce(omissionDue) { soonest($0, $1.deadline) }
  }

  // MARK: - Beginning and end

  /// Lets the present line's answer go on.
  mutating func begin(_ kind: LiveAnswer.Kind) {
    tellEvents()
    if !isWatched {
      liveEvents = journal.total
      liveOmitted = 0
      omissionDue = nil
    }
    live.append(
      LiveAnswer(
        kind, console: console.number, isMachine: tablePlaces != nil, prompt: prompt,
        in: kind.isVerbatim ? Phrasebook() : phrasebook))
  }

  /// Whether anybody is told of events and messages.
  var isWatched: Bool { live.contains { $0.showsEvents && !$0.isOver } }

  /// Whether the present console's answer goes on.
  var isLive: Bool { live.contains { $0.console == console.number } }

  mutating func beginMonitor(_ answer: inout Text) {
    answer.append("every event and every SIP message; Ctrl-C ends it\n")
    begin(.monitor)
  }

  /// Ends a console's answer; what it still has to be sent, with the end.
  mutating func interrupt(_ number: UInt8, into out: inout Outbox<GatewayOutput>) -> Text {
    guard let i = live.firstIndex(where: { $0.console == number }) else { return [] }
    tellEvents()
    let wasOver = live[i].isOver
    live[i].end()
    let bytes = live[i].take()
    let ended = live.remove(at: i)
    // One that is over has hung up or given its port back, or whoever lifted the handset has it.
    guard !wasOver else { return bytes }
    switch ended.kind {
    case .call(let call): if call.holdsLoop { hangUp(call.port, into: &out) }
    case .test(let run): endLineTest(on: run.port, into: &out)
    case .monitor, .ping, .resolve, .print: break
    }
    return bytes
  }

  /// Lets the time pass for pings, test calls and tests of lines.
  mutating func advanceLive(into out: inout Outbox<GatewayOutput>) {
    for i in live.indices where !live[i].isOver {
      switch live[i].kind {
      case .monitor, .resolve, .print: break
      case .ping(var run):
        let step = run.advance(to: now)
        live[i].kind = .ping(run)
        perform(step, of: run, at: i, into: &out)
      case .call: advanceCall(at: i, into: &out)
      case .test: advanceLineTest(at: i, into: &out)
      }
    }
  }

  /// Goes from phase to phase for as long as one leads to the next at once.
  private mutating func advanceCall(at i: Int, into out: inout Outbox<GatewayOutput>) {
    while case .call(var call) = live[i].kind, !live[i].isOver, let place = index(of: call.port) {
      let isRecorded = history.contains {
        $0.port == call.port && $0.startedAt >= call.beganAt
      }
      let step = call.advance(ports[place].report.stage, isRecorded: isRecorded, to: now)
      live[i].kind = .call(call)
      guard step != .nothing else { return }
      perform(step, of: call, at: i, into: &out)
    }
  }
}
