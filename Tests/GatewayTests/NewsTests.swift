import Base
import Testing

@testable import Gateway

@Suite("News")
struct NewsTests {
  @Test("Every event is told once, and as RFC 5424 wants it")
  func told() {
    let world = World.registered(boxes: 1)
    let news = world.boxes[0].gateway.takeNews()
    #expect(news.map { string($0.line) }.first == "started")
    #expect(news.count == 5)
    #expect(world.boxes[0].gateway.takeNews().isEmpty)
    #expect(
      string(world.boxes[0].gateway.syslogMessage(news[4]))
        == "<134>1 2026-07-01T08:00:00.004000+08:00 box1 tipring - - - port 2: registered")
  }

  @Test("A failure is an error, and a box without a time tells none")
  func failure() {
    let world = World.registered(boxes: 1)
    _ = world.boxes[0].gateway.takeNews()
    world.boxes[0].gateway.wallClock = WallClock(
      utcNanoseconds: 0, utcOffsetSeconds: -12_600, at: .zero)
    world.boxes[0].gateway.note(failure: Text("disk"), now: world.now)
    let news = world.boxes[0].gateway.takeNews()
    #expect(
      news.map { string(world.boxes[0].gateway.syslogMessage($0)) }
        == ["<131>1 - box1 tipring - - - disk"])
    world.boxes[0].gateway.wallClock = WallClock(
      utcNanoseconds: 1_800_000_000_000_000_000, utcOffsetSeconds: -12_600, at: world.now)
    world.boxes[0].gateway.note(failure: Text("disk again"), now: world.now)
    let last = world.boxes[0].gateway.takeNews()
    #expect(
      last.map { string(world.boxes[0].gateway.syslogMessage($0)) }
        == ["<131>1 2027-01-15T04:30:00.000000-03:30 box1 tipring - - - disk again"])
  }
}
