import Base
import Testing

@testable import Gateway

@Suite("Registration of a box")
struct RegistrationTests {
  @Test("Without an SBC it keeps trying, ever more slowly, and registers when the SBC appears")
  func missingSBC() {
    let world = World(boxes: 1, ports: 1)
    world.sbc.isAlive = false
    world.mark()
    world.start()
    #expect(world.boxes[0].take() == ["0 REGISTER"])
    world.pass(.seconds(4 * 3_600))
    let times = firstCopies(world.boxes[0].take())
    let pauses = zip([0] + times, times).map { $1 - $0 - 32_000 }  // Timer F, 64*T1
    // RFC 5626 §4.5: 60, 120, 240 … 1800 s, of which chance leaves half to all.
    for (i, pause) in pauses.enumerated() {
      let longest = min(1_800_000, 30_000 << (i + 1))
      #expect((longest / 2...longest + 1).contains(pause), "pause \(i): \(pause) ms")
    }
    #expect(pauses.count >= 8)
    world.sbc.restart()
    world.pass(.seconds(1_800 + 32))
    #expect(world.sbc.bindings[Text("6001")] == 0)
    #expect(world.console("show registrations").contains("registered"))
  }

  @Test("Boxes that lose the SBC together do not come back together")
  func spread() {
    let starts = (UInt64(1)...20).map { seed in
      let world = World(boxes: 1, ports: 1, seed: seed)
      world.sbc.isAlive = false
      world.mark()
      world.start()
      world.pass(.seconds(100))
      return firstCopies(world.boxes[0].take()).first ?? 0
    }
    #expect(Set(starts.map { $0 / 1_000 }).count > 10, "\(starts)")
    #expect(starts.allSatisfy { (62_000...92_001).contains($0) }, "\(starts)")
  }

  @Test("A lost binding comes back with the next refresh, and the port works meanwhile")
  func restartedSBC() {
    let world = World.registered()
    world.sbc.restart()
    #expect(world.sbc.bindings.isEmpty)
    world.pass(.seconds(300))
    #expect(world.sbc.bindings.count == 4)
    world.connect(0, to: "6003", 1, 1)
    world.replace(0)
    world.replace(1)
    world.expectQuiet()
  }

  @Test("An unregistered port has its own tone, and dial tone as soon as it registers")
  func unregisteredTone() {
    let world = World(boxes: 1, ports: 1)
    world.sbc.isAlive = false
    world.start()
    world.pass(.seconds(1))
    world.mark()
    world.lift(0)
    #expect(
      world.boxes[0].take() == ["0 p1 forwardActive", "0 p1 play unregistered", "0 p1 listen"])
    world.sbc.isAlive = true
    world.pass(.seconds(20))
    #expect(world.boxes[0].tone(1) == "dial")
    world.replace(0)
    world.expectQuiet()
  }

  @Test("A port whose binding has run out stops taking calls until it registers again")
  func expiredBinding() {
    let world = World.registered(boxes: 1)
    world.sbc.isAlive = false
    world.pass(.seconds(601))
    world.lift(0)
    #expect(world.boxes[0].tone(1) == "unregistered")
    world.replace(0)
    world.sbc.restart()
    world.pass(.seconds(3_600))
    world.lift(0)
    #expect(world.boxes[0].tone(1) == "dial")
    world.replace(0)
    world.expectQuiet()
  }

  /// When each REGISTER was sent, without the first one and without repetitions (timer E).
  private func firstCopies(_ log: [String]) -> [Int] {
    var times: [Int] = []
    var last = 0
    for line in log where line.hasSuffix(" REGISTER") {
      let time = line.split(separator: " ").first.flatMap { Int($0) } ?? 0
      if time - last > 4_001 { times.append(time) }  // T2
      last = time
    }
    return times
  }
}
