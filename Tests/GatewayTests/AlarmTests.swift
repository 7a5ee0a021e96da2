import Base
import Testing

@testable import Gateway

@Suite("Alarms")
struct AlarmTests {
  private func instant(_ seconds: Int) -> Instant { Instant(nanoseconds: 0) + .seconds(seconds) }

  @Test("What lasts is raised once and cleared once; what comes and goes is neither")
  func soak() {
    var list = AlarmList()
    #expect(list.update([.networkDown], now: instant(0)).isEmpty)
    #expect(list.deadline == instant(5))
    #expect(list.update([.networkDown, .clockNotSet], now: instant(4)).isEmpty)
    #expect(
      list.update([.networkDown], now: instant(5))
        == [.init(alarm: .networkDown, isRaised: true)])
    #expect(list.deadline == nil)
    #expect(list.update([.networkDown, .clockNotSet], now: instant(6)).isEmpty)
    #expect(
      list.update([.clockNotSet], now: instant(11)) == [
        .init(alarm: .networkDown, isRaised: false), .init(alarm: .clockNotSet, isRaised: true),
      ])
    #expect(list.raised.map { $0.since } == [instant(6)])
    #expect(list.update([], now: instant(12)) == [.init(alarm: .clockNotSet, isRaised: false)])
    #expect(list.raised.isEmpty)
  }

  /// The lines of `show log` that tell of alarms, without their dates.
  private func told(_ world: World) -> [String] {
    world.boxes[0].console("show log", number: 2, now: world.now)
      .split(separator: "\n").filter { $0.contains("alarm") }.map { String($0.dropFirst(11)) }
  }

  @Test("An SBC that refuses, then accepts")
  func registration() {
    let world = World(boxes: 1, ports: 1)
    world.sbc.refusal = 403
    world.start()
    world.pass(.seconds(10))
    #expect(
      told(world) == [
        "08:00:05.000000  alarm: no port can call",
        "08:00:05.002000  alarm: port 1: not registered",
      ])
    #expect(
      world.boxes[0].console("show alarms", now: world.now) == """
        since                alarm
        2026-07-01 08:00:00  no port can call
        2026-07-01 08:00:00  port 1: not registered

        """)
    world.sbc.refusal = nil
    world.pass(.seconds(2_000))
    #expect(told(world).count == 4)
    #expect(
      told(world).suffix(2).map { $0.dropFirst(17) } == [
        "alarm over: no port can call", "alarm over: port 1: not registered",
      ])
    #expect(world.boxes[0].console("show alarms", now: world.now) == "no alarms\n")
  }

  @Test("An SBC that is silent while the binding lasts, and comes back")
  func refresh() {
    let world = World.registered(boxes: 1)
    world.sbc.isAlive = false
    world.pass(.seconds(360))
    #expect(
      told(world).map { $0.dropFirst(17) } == [
        "alarm: port 1: registration not renewed", "alarm: port 2: registration not renewed",
      ])
    world.sbc.isAlive = true
    world.pass(.seconds(2_000))
    for port in 1...2 {
      #expect(
        told(world).contains { $0.hasSuffix("alarm over: port \(port): registration not renewed") })
    }
    #expect(world.boxes[0].console("show alarms", now: world.now) == "no alarms\n")
  }

  @Test("A disk that refuses, until it takes something again")
  func storage() {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.failure = "full"
    for line in ["configure", "hostname hall", "commit"] {
      _ = world.boxes[0].console(line, now: world.now)
    }
    world.pass(.seconds(6))
    #expect(told(world).map { $0.dropFirst(17) } == ["alarm: the last change could not be stored"])
    world.boxes[0].disk.failure = nil
    _ = world.boxes[0].console("commit", now: world.now)
    world.pass(.seconds(1))
    #expect(told(world).last?.dropFirst(17) == "alarm over: the last change could not be stored")
  }
}
