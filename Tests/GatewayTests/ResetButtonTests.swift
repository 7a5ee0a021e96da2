import Base
import Testing

@testable import Gateway

/// A button, and what became of it, on one time line.
private struct Bench {
  private var button: ResetButton
  private var now = Instant.zero
  private var out = Outbox<ResetButton.Output>(limit: ResetButton.outputLimit)
  /// What it wanted: the milliseconds since the start, and what.
  private(set) var log: [String] = []

  init(isPressed: Bool = false) { button = ResetButton(isPressed: isPressed, now: now) }

  /// Lets time pass, as the loop does: at each deadline.
  mutating func pass(_ duration: Duration) {
    let end = now + duration
    var turns = 0
    while let deadline = button.deadline, deadline <= end {
      turns += 1
      guard turns < 1_000 else {
        Issue.record("a deadline that does not pass")
        break
      }
      now = max(now, deadline)
      button.advance(to: now, into: &out)
      note()
    }
    now = end
  }

  mutating func press() { set(true) }
  mutating func letGo() { set(false) }

  private mutating func set(_ isPressed: Bool) {
    button.observe(isPressed: isPressed, at: now, into: &out)
    note()
  }

  private mutating func note() {
    for output in out.drain() {
      let what =
        switch output {
        case .lamp(let isLit): isLit ? "lit" : "dark"
        case .reset: "reset"
        }
      log.append("\((now - .zero).inMilliseconds) \(what)")
    }
  }
}

@Suite("The reset button")
struct ResetButtonTests {
  @Test("Ten seconds, and not a moment less; the lamp blinks until then and is lit from then on")
  func held() {
    var bench = Bench()
    bench.pass(.seconds(5))
    bench.press()
    bench.pass(.milliseconds(10_029))
    #expect(bench.log.prefix(3) == ["5030 lit", "5530 dark", "6030 lit"])
    #expect(bench.log.count == 20)
    #expect(!bench.log.contains { $0.hasSuffix("reset") })
    bench.pass(.milliseconds(1))
    #expect(bench.log.suffix(2) == ["15030 lit", "15030 reset"])
    bench.pass(.seconds(3_600))
    #expect(bench.log.count == 22, "once, however long it is held")
    bench.letGo()
    bench.pass(.seconds(1))
    #expect(bench.log.last == "3615060 dark")
  }

  @Test("Let go before: nothing, however often", arguments: [1, 100, 5_000, 9_990])
  func letGo(milliseconds: Int) {
    var bench = Bench()
    for _ in 0..<20 {
      bench.press()
      bench.pass(.milliseconds(milliseconds))
      bench.letGo()
      bench.pass(.milliseconds(100))
    }
    #expect(!bench.log.contains { $0.hasSuffix("reset") })
    #expect(bench.log.isEmpty == (milliseconds < 30))
    if let last = bench.log.last { #expect(last.hasSuffix("dark")) }
  }

  @Test("A contact that bounces while it is pressed, held or let go counts as one press")
  func bounces() {
    var bench = Bench()
    for _ in 0..<10 {
      bench.press()
      bench.pass(.milliseconds(3))
      bench.letGo()
      bench.pass(.milliseconds(2))
    }
    #expect(bench.log == [], "bounce alone is no press")
    bench.press()
    for _ in 0..<99 {
      bench.pass(.milliseconds(97))
      bench.letGo()
      bench.pass(.milliseconds(3))
      bench.press()
    }
    bench.pass(.milliseconds(129))
    #expect(!bench.log.contains { $0.hasSuffix("reset") })
    bench.pass(.milliseconds(1))
    #expect(bench.log.last == "10080 reset")
  }

  @Test("Let go in the last moment, before that has lasted: nothing")
  func lastMoment() {
    var bench = Bench()
    bench.press()
    bench.pass(.milliseconds(10_020))
    bench.letGo()
    bench.pass(.seconds(20))
    #expect(!bench.log.contains { $0.hasSuffix("reset") })
    #expect(bench.log.last == "10050 dark")
  }

  @Test("Pressed since the start: nothing before it was let go")
  func stuck() {
    var bench = Bench(isPressed: true)
    bench.pass(.seconds(100))
    #expect(bench.log == [])
    bench.letGo()
    bench.pass(.seconds(1))
    bench.press()
    bench.pass(.seconds(11))
    #expect(bench.log.contains("111030 reset"))
  }

  @Test("Held for long enough, the box forgets everything and restarts, and says by whom")
  func factoryReset() {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.stored = [world.boxes[0].gateway.configuration]
    world.boxes[0].disk.isSlow = true
    let now = world.now
    world.act(0) { $0.buttonHeld(now: now, into: &$1) }
    world.pass(.seconds(10))
    #expect(!world.boxes[0].isStopped, "not before it is safe")
    _ = world.boxes[0].finishErrand(world.now)
    #expect(
      world.console("show log").contains("by the button: every setting forgotten\n"))
    world.passUnchecked(.seconds(5))
    #expect(world.boxes[0].disk.stored.isEmpty)
    #expect(world.boxes[0].isStopped)
  }

  @Test("A disk that does not forget leaves a box that goes on, with an alarm")
  func failure() {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.failure = "x.conf: Read-only file system"
    let now = world.now
    world.act(0) { $0.buttonHeld(now: now, into: &$1) }
    world.pass(.seconds(10))
    #expect(!world.boxes[0].isStopped)
    #expect(
      world.console("show log").contains(
        "the reset button: x.conf: Read-only file system: not all is forgotten\n"))
    #expect(world.console("show alarms").contains("the last change could not be stored"))
  }

  @Test("A board without the button, with it, and with one whose pin is missing")
  func presence() {
    let world = World.registered(boxes: 1)
    let now = world.now
    #expect(world.console("show environment").hasSuffix("no reset button\n"))
    world.act(0) { gateway, _ in
      gateway.note(resetButton: .ready(pin: Text("gpiochip0:7")), now: now)
    }
    #expect(world.console("show environment").hasSuffix("reset button: gpiochip0:7\n"))
    let why = Text("line 9 of the board file: GPIO gpiochip0:7: Device or resource busy")
    for _ in 0..<3 {
      world.act(0) { gateway, _ in gateway.note(resetButton: .missing(why), now: now) }
    }
    let words = "reset button: missing: \(string(why))\n"
    #expect(world.console("show environment").hasSuffix(words))
    #expect(
      world.console("show status").contains("the reset button is missing: \(string(why))\n"))
    let log = world.console("show log").split(separator: "\n").filter { $0.contains("button") }
    #expect(log.count == 1, "said once: \(log)")
  }
}
