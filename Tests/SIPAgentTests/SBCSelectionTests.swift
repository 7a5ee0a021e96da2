import Base
import Testing

@testable import SIPAgent

/// Drives one selection along a time line; the SBCs are there or not, as the test says.
struct SelectionLine {
  var machine: SBCSelection
  var isThere: [Bool]
  /// Everything but the questions, with the second at which it was said.
  var said: [(second: Double, SBCSelection.Output)] = []
  var questions: [Int]
  private var now = Instant.zero
  private var missed: [(at: Instant, place: Int)] = []
  private var out = Outbox<SBCSelection.Output>(limit: 16)
  private let patience: Duration

  init(_ count: Int, settings: HeartbeatSettings = HeartbeatSettings(), seed: UInt64 = 1) {
    machine = SBCSelection(count: count, settings: settings)
    isThere = [Bool](repeating: true, count: count)
    questions = [Int](repeating: 0, count: count)
    patience = settings.patience
    var random = RandomSource(testSeed: seed)
    machine.start(now: now, using: &random)
  }

  /// Lets time pass; a question is answered at once, or missed after the patience.
  mutating func pass(_ duration: Duration) {
    let end = now + duration
    while true {
      let next = soonest(machine.deadline, missed.map { $0.at }.min())
      guard let next, next <= end else { break }
      now = max(now, next)
      for miss in missed where miss.at <= now { machine.missed(miss.place, now: now, into: &out) }
      missed.removeAll { $0.at <= now }
      machine.advance(to: now, into: &out)
      sort()
    }
    now = end
  }

  mutating func silent(_ place: Int) { act { $0.silent(place, now: $1, into: &$2) } }

  mutating func refused(_ place: Int, seconds: Int64) {
    act { $0.refused(place, until: $1 + .seconds(seconds), now: $1, into: &$2) }
  }

  private mutating func act(
    _ body: (inout SBCSelection, Instant, inout Outbox<SBCSelection.Output>) -> Void
  ) {
    body(&machine, now, &out)
    sort()
  }

  private mutating func sort() {
    while !out.pending.isEmpty {
      for output in out.drain() {
        guard case .ask(let place) = output else {
          said.append((Double((now - .zero).inMilliseconds) / 1_000, output))
          continue
        }
        questions[place] += 1
        if isThere[place] {
          machine.answered(place, now: now, into: &out)
        } else {
          missed.append((now + patience, place))
        }
      }
    }
  }

  mutating func takeWords() -> [SBCSelection.Output] {
    defer { said = [] }
    return said.map { $0.1 }
  }
}

@Suite("Selection of the SBC")
struct SBCSelectionTests {
  @Test("One SBC is asked only when that is wanted")
  func one() {
    var line = SelectionLine(1)
    line.pass(.seconds(3_600))
    #expect(line.questions == [0])
    #expect(line.machine.deadline == nil)
    var settings = HeartbeatSettings()
    settings.isForOne = true
    line = SelectionLine(1, settings: settings)
    line.pass(.seconds(3_600))
    #expect(line.questions == [120])
    line.isThere = [false]
    line.pass(.seconds(60))
    #expect(line.takeWords() == [.failed(0)])
    line.isThere = [true]
    line.pass(.seconds(31))
    #expect(line.takeWords() == [.returned(0), .resumed])
  }

  @Test(
    "The second serves when the first is gone, the first again when it has held", arguments: 1...20)
  func failOver(seed: UInt64) throws {
    var line = SelectionLine(2, seed: seed)
    line.pass(.seconds(100))
    line.isThere[0] = false
    line.pass(.seconds(45))  // A pause, three misses of 2 s and two pauses of 2 s between them.
    #expect(line.takeWords() == [.failed(0), .moved(from: 0, to: 1)])
    #expect(line.machine.serving == 1)
    line.isThere[0] = true
    line.pass(.seconds(62))  // Two answers.
    #expect(line.takeWords() == [.returned(0)])
    #expect(line.machine.serving == 1)
    line.pass(.seconds(60))
    #expect(line.takeWords() == [.moved(from: 1, to: 0)])
  }

  @Test("A way that flaps does not move what is registered")
  func flapping() {
    var line = SelectionLine(2)
    line.isThere[0] = false
    line.pass(.seconds(60))
    _ = line.takeWords()
    for _ in 0..<50 {
      line.isThere[0] = true
      line.pass(.seconds(50))
      line.isThere[0] = false
      line.pass(.seconds(60))
    }
    let moves = line.takeWords().filter { if case .moved = $0 { true } else { false } }
    #expect(moves == [])
  }

  @Test("One miss, or two, is nothing")
  func hiccup() {
    var line = SelectionLine(2)
    for _ in 0..<20 {
      line.isThere[0] = false
      line.pass(.seconds(7))
      line.isThere[0] = true
      line.pass(.seconds(60))
    }
    #expect(line.takeWords() == [])
  }

  @Test("An unanswered request moves at once, but only if there is somewhere to go")
  func silence() {
    var line = SelectionLine(2)
    line.silent(0)
    #expect(line.takeWords() == [.failed(0), .moved(from: 0, to: 1)])
    line.isThere = [false, true]
    line.silent(1)
    #expect(line.takeWords() == [])
    line.pass(.seconds(1))
    #expect(line.machine.serving == 1)
  }

  @Test("With all of them gone the first that answers serves", arguments: 1...20)
  func allGone(seed: UInt64) {
    var line = SelectionLine(3, seed: seed)
    line.isThere = [false, false, false]
    line.pass(.seconds(3_600))
    _ = line.takeWords()
    line.isThere[2] = true
    line.pass(.seconds(32))
    #expect(!line.machine.hasFailed(2))
    #expect(line.machine.serving == 2)
    line.isThere[0] = true
    line.pass(.seconds(125))
    #expect(line.machine.serving == 0)
  }

  @Test("After 503 nobody goes there before Retry-After is over")
  func refusal() {
    var line = SelectionLine(2)
    line.refused(0, seconds: 600)
    #expect(line.takeWords() == [.failed(0), .moved(from: 0, to: 1)])
    let asked = line.questions[0]
    line.pass(.seconds(599))
    #expect(line.questions[0] == asked)
    line.pass(.seconds(95))
    #expect(line.takeWords() == [.returned(0), .moved(from: 1, to: 0)])
  }

  @Test("When nobody is left, one that was to be left alone for a day is asked with the others")
  func refusalAndLoss() {
    var line = SelectionLine(2)
    line.refused(0, seconds: 86_400)
    _ = line.takeWords()
    line.isThere[1] = false
    line.silent(1)
    line.pass(.seconds(200))
    #expect(line.takeWords() == [.failed(1), .returned(0), .moved(from: 1, to: 0)])
  }
}
