import Base
import Call
import Console
import Line
import MediaControl
import Testing

@testable import Gateway

/// `test port N`, letter by letter.
@Suite("Tests of a line")
struct LineTestTests {
  private func type(_ line: String, _ world: World, console: UInt8 = 1) {
    world.boxes[0].begin(.line(Text(line)), number: console, now: world.now)
  }

  private func interrupt(_ world: World) {
    world.boxes[0].begin(.interrupt, number: 1, now: world.now)
  }

  /// What the console was sent since the last call; the protocol's marks are letters in brackets.
  private func taken(_ world: World, console: UInt8 = 1) -> String {
    defer { world.boxes[0].live[console] = nil }
    let marks: [Character: String] = [
      "\u{0E}": "[live]", "\u{1E}": "[prompt]", "\u{04}": "[end]\n",
    ]
    return string(world.boxes[0].live[console] ?? []).map { marks[$0] ?? String($0) }.joined()
  }

  private func press(_ key: Character, _ low: Int16, _ high: Int16, _ world: World) {
    let now = world.now
    let levels = DigitLevels(lowTenthsDBm0: low, highTenthsDBm0: high)
    world.act(0) {
      $0.receive(.digitMeasured(1, key.asciiValue ?? 0, levels), now: now, into: &$1)
    }
  }

  private func flash(_ milliseconds: Int64, _ world: World) {
    world.replace(0)
    world.pass(.milliseconds(milliseconds))
    world.lift(0)
  }

  @Test("All of it, with a person who does what is said")
  func all() {
    let world = World.registered(boxes: 1)
    type("test port 1", world)
    world.pass(.seconds(2))
    world.lift(0)
    world.pass(.seconds(1))
    flash(200, world)
    world.pass(.seconds(1))
    for _ in 0..<3 {
      flash(61, world)
      world.pass(.milliseconds(39))
    }
    world.pass(.seconds(12))
    world.replace(0)
    world.pass(.seconds(1))
    world.lift(0)
    world.pass(.milliseconds(200))
    #expect(world.boxes[0].tone(1) == "dial")
    world.pass(.seconds(5))
    #expect(world.boxes[0].tone(1) == nil && world.boxes[0].media[1].probe == .digits)
    press("5", -90, -72, world)
    world.pass(.seconds(1))
    press("#", -100, -121, world)
    world.pass(.seconds(6))
    #expect(world.boxes[0].media[1].probe == .echo)
    world.pass(.seconds(2))
    #expect(world.boxes[0].media[1].probe == .loopback)
    world.pass(.seconds(20))
    #expect(
      taken(world) == """
        [live]testing port 1; Ctrl-C ends it
        loop: on the hook; lift, tap the hook, dial, hang up; 15 s
        loop: 2.00 s  lifted
        loop: 3.20 s  hook flash of 200 ms
        loop: 4.71 s  digit 3 by pulses, breaks of 61 ms
        loop: over, the handset is off
        ring: hang up
        ring: one burst
        ring: lifted after 0.50 s, and the bell is silent
        tone: dial tone for 5 s
        tone: over
        dtmf: press keys; 5 s without one end it
        dtmf: 0.20 s  digit 5: low -9.0 dBm0, high -7.2 dBm0, twist 1.8 dB
        dtmf: 1.20 s  digit #: low -10.0 dBm0, high -12.1 dBm0, twist -2.1 dB
        dtmf: over
        erl: noise for 2 s; keep quiet
        erl: echo return loss 18.4 dB
        talk: speak; it comes back a second later, for 20 s
        talk: over
        the test is over
        [prompt]box1> [end]

        """)
    #expect(world.boxes[0].stage(1) == .dialling, "who holds the handset has a line")
    #expect(world.boxes[0].gateway.history.isEmpty)
    world.replace(0)
    world.expectQuiet()
  }

  @Test("Hanging up is the end: of the loop's test, and of all that wants the handset off")
  func hungUp() {
    let world = World.registered(boxes: 1)
    type("test port 1", world)
    world.pass(.seconds(1))
    world.lift(0)
    world.pass(.seconds(1))
    world.replace(0)
    world.pass(.seconds(1))
    #expect(world.boxes[0].feeds[1] == .ringing, "nobody waits for the rest of 15 s")
    world.lift(0)
    world.pass(.seconds(6))
    #expect(world.boxes[0].media[1].probe == .digits)
    world.replace(0)
    world.pass(.seconds(1))
    let said = taken(world)
    #expect(
      said.hasSuffix(
        """
        dtmf: press keys; 5 s without one end it
        dtmf: over: hung up
        erl: left out: hung up
        talk: left out: hung up
        the test is over
        [prompt]box1> [end]

        """), "\(said)")
    #expect(said.contains(" s  hung up\nloop: over, on the hook\nring: one burst\n"), "\(said)")
    world.lift(0)
    world.pass(.seconds(1))
    #expect(world.boxes[0].stage(1) == .dialling, "whoever lifts now wants to call")
    world.replace(0)
    world.expectQuiet()
  }

  @Test("All of it, with nobody there: the bell rings once, the rest is left out after 30 s")
  func alone() {
    let world = World.registered(boxes: 1)
    type("test port 1", world)
    world.pass(.seconds(50))
    #expect(
      taken(world) == """
        [live]testing port 1; Ctrl-C ends it
        loop: on the hook; lift, tap the hook, dial, hang up; 15 s
        loop: nothing happened
        ring: one burst
        ring: the burst is over, not lifted
        tone: lift the handset
        tone: left out: not lifted
        dtmf: left out: not lifted
        erl: left out: not lifted
        talk: left out: not lifted
        the test is over
        [prompt]box1> [end]

        """)
    world.expectQuiet()
  }

  @Test("A ring that nobody answers lasts a burst, and the log says who rang")
  func ring() {
    let world = World.registered(boxes: 1)
    world.mark()
    type("test port 2 ring", world)
    world.pass(.seconds(10))
    #expect(
      world.boxes[0].take() == [
        "0 p2 ringing", "1000 p2 onHookTransmission", "1000 p2 standby",
      ])
    #expect(taken(world).contains("ring: the burst is over, not lifted\nthe test is over\n"))
    #expect(world.console("show log").contains("console 1: tests port 2"))
    world.expectQuiet()
  }

  @Test("A call that comes in while the handset is on the hook rings, and the test is over")
  func incoming() {
    let world = World.registered()
    type("test port 1 ring", world)
    world.pass(.milliseconds(500))
    world.lift(1)
    world.dial("6001", 1)
    world.pass(.seconds(1))
    #expect(world.boxes[0].stage(1) == .ringing)
    #expect(
      taken(world).hasSuffix("a call comes in: the test is over\n[prompt]box1> [end]\n"))
    world.lift(0)
    world.pass(.seconds(1))
    #expect(world.boxes[0].stage(1) == .talking)
    type("test port 1 talk", world)
    #expect(taken(world).hasPrefix("the port is busy\n"))
    world.replace(0)
    world.replace(1)
    world.expectQuiet()
  }

  @Test("A call that comes in while the handset is off is told that the line is busy")
  func busy() {
    let world = World.registered()
    type("test port 1 talk", world)
    world.lift(0)
    world.lift(1)
    world.dial("6001", 1)
    world.pass(.seconds(1))
    #expect(world.boxes[1].tone(1) == "busy")
    #expect(world.boxes[0].media[1].probe == .loopback)
    world.replace(0)
    world.pass(.seconds(1))
    #expect(
      taken(world) == """
        [live]testing port 1; Ctrl-C ends it
        talk: lift the handset
        talk: speak; it comes back a second later, for 20 s
        talk: over: hung up
        the test is over
        [prompt]box1> [end]

        """)
    world.replace(1)
    world.expectQuiet()
  }

  @Test("Ctrl-C ends it wherever it is, and nothing is left", arguments: LineTest.allCases)
  func interrupted(test: LineTest) {
    for milliseconds: Int64 in [0, 300, 1_500] {
      let world = World.registered(boxes: 1)
      if test.wantsOffHook == true { world.lift(0) }
      type("test port 1 \(string(Text(test.word)))", world)
      world.pass(.milliseconds(milliseconds))
      interrupt(world)
      let said = taken(world)
      #expect(said.hasSuffix("[prompt]box1> [end]\n"), "\(said)")
      #expect(world.boxes[0].stage(1) == (test.wantsOffHook == true ? .dialling : .idle))
      world.replace(0)
      world.expectQuiet()
    }
  }

  @Test("A console that goes takes its test along; a second test waits for the first")
  func consoles() {
    let world = World.registered(boxes: 1)
    type("test port 1 loop", world)
    type("test port 1 ring", world, console: 2)
    #expect(taken(world, console: 2) == "the port is busy\n[prompt]box1> [end]\n")
    type("call 1 6002", world, console: 2)
    #expect(taken(world, console: 2) == "the port is busy\n[prompt]box1> [end]\n")
    type("test port 2 loop", world, console: 2)
    #expect(taken(world, console: 2).hasPrefix("[live]testing port 2"))
    let (session, now) = (world.boxes[0].consoles[1], world.now)
    world.act(0) { gateway, out in if let session { gateway.close(session, now: now, into: &out) } }
    #expect(world.boxes[0].stage(1) == .idle && world.boxes[0].stage(2) == .testing)
    world.pass(.seconds(20))
    #expect(world.boxes[0].stage(2) == .idle)
  }

  @Test("Ring current that other ports use up is waited for, 10 s")
  func noCurrent() {
    let world = World.registered()
    world.boxes[0].gateway.ringLimit = 0
    type("test port 1 ring", world)
    world.pass(.seconds(12))
    #expect(
      taken(world).contains("ring: no ring current: other ports use it\nthe test is over\n"))
    #expect(world.boxes[0].feeds[1] == .standby)
    world.expectQuiet()
  }

  @Test("Keys without an end do not keep a test for ever; an audio that stands still is said")
  func bounded() {
    let world = World.registered(boxes: 1)
    world.lift(0)
    type("test port 1 dtmf", world)
    for _ in 0..<40 {
      press("1", -90, -90, world)
      world.pass(.seconds(2))
    }
    #expect(taken(world).hasSuffix("dtmf: over\nthe test is over\n[prompt]box1> [end]\n"))
    world.replace(0)
    world.pass(.seconds(1))
    world.boxes[0].media.isAlive = false
    world.lift(0)
    type("test port 1 erl", world)
    world.pass(.seconds(6))
    #expect(taken(world).contains("erl: nothing was measured: the audio stands still\n"))
  }

  @Test("A card that is lost ends the test")
  func lostCard() {
    let world = World.registered(boxes: 1)
    type("test port 1 loop", world)
    var ports = PortSet()
    ports.insert(1)
    let (lost, now) = (ports, world.now)
    world.act(0) { $0.receive(.cardLost(1, lost, errno: 19), now: now, into: &$1) }
    #expect(taken(world).hasSuffix("the port is out of service\n[prompt]box1> [end]\n"))
    type("test port 1 loop", world)
    #expect(taken(world).hasPrefix("the port is out of service\n"))
  }

  @Test("For a machine every line is an object; an operator may test; mistakes point at the word")
  func forms() {
    let world = World.registered(boxes: 1)
    world.boxes[0].roles[1] = .operator
    world.boxes[0].begin(.machine(Text("test port 2 ring")), now: world.now)
    world.pass(.seconds(3))
    #expect(
      taken(world) == """
        [live]{"line":"testing port 2; Ctrl-C ends it"}
        {"line":"ring: one burst"}
        {"line":"ring: the burst is over, not lifted"}
        {"line":"the test is over"}
        {"lines":[],"tables":[]}
        [prompt]box1> [end]

        """)
    type("test port 5", world)
    #expect(taken(world).hasPrefix("the port is not in use\n"))
    type("test port 1 louder", world)
    #expect(taken(world).contains("one of loop, ring, tone, dtmf, erl, talk"))
  }

  @Test("A handset that was left off the hook has to be replaced first")
  func lockedOut() {
    let world = World.registered(boxes: 1)
    world.lift(0)
    world.pass(.seconds(300))
    #expect(world.boxes[0].stage(1) == .lockedOut)
    type("test port 1 loop", world)
    #expect(
      taken(world).hasPrefix("the handset was left off the hook: hang up first\n"))
    world.replace(0)
    world.expectQuiet()
  }
}
