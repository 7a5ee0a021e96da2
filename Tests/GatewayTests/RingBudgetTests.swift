import Base
import Call
import Line
import MediaControl
import Testing

@testable import Gateway

@Suite("A supply of ring current that does not do for all ports")
struct RingBudgetTests {
  @Test("Two phones ring by turns, and both have caller ID", arguments: [UInt8(1), 2])
  func turns(_ limit: UInt8) {
    let world = World.registered()
    world.boxes[1].gateway.ringLimit = limit
    for port in [PortNumber(1), 2] { world.lift(0, port) }
    world.dial("6003", 0, 1)
    world.dial("6004", 0, 2)
    world.mark()
    let bursts = ringTimes(world, seconds: 12)
    #expect(bursts[1].count == 3 && bursts[2].count == 3, "\(bursts)")
    // The first one began while the second number was being dialled.
    #expect(overlap(bursts[1].dropFirst(), bursts[2].dropFirst()) == (limit == 2), "\(bursts)")
    #expect(world.boxes[1].media.callerIDs.count == 2)
    for port in [PortNumber(1), 2] { world.replace(0, port) }
    world.pass(.seconds(1))
    world.expectQuiet()
  }

  @Test("The one that waits rings at once when the other is answered")
  func freed() {
    let world = World.registered()
    world.boxes[1].gateway.ringLimit = 1
    for port in [PortNumber(1), 2] { world.lift(0, port) }
    world.dial("6003", 0, 1)
    world.dial("6004", 0, 2)
    world.passUnchecked(.milliseconds(100))
    #expect(world.boxes[1].feeds[2] == .standby)
    world.lift(1, 1)
    #expect(world.boxes[1].feeds[2] == .ringing)
  }

  /// When each port's bursts began, by port, in steps of 50 ms.
  private func ringTimes(_ world: World, seconds: Int) -> [[Int]] {
    var bursts = [[Int]](repeating: [], count: 3)
    var before = [LineFeed](repeating: .standby, count: 3)
    for step in 0..<(seconds * 20) {
      world.passUnchecked(.milliseconds(50))
      for port in 1...2 {
        let feed = world.boxes[1].feeds[PortNumber(port)] ?? .open
        if feed == .ringing, before[port] != .ringing { bursts[port].append(step * 50) }
        before[port] = feed
      }
    }
    return bursts
  }

  private func overlap(_ a: ArraySlice<Int>, _ b: ArraySlice<Int>) -> Bool {
    a.contains { x in b.contains { abs($0 - x) < 900 } }
  }
}
