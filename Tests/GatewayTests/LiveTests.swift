import Base
import Console
import MediaControl
import Testing

@testable import Gateway

/// Answers that go on after their line, letter by letter.
@Suite("Answers that go on")
struct LiveTests {
  private static let host = IPAddress.v4(0xC000_0201)

  /// Types a line at a console of the first box.
  private func type(_ line: String, _ world: World, console: UInt8 = 1) {
    world.boxes[0].begin(.line(Text(line)), number: console, now: world.now)
  }

  private func interrupt(_ world: World, console: UInt8 = 1) {
    world.boxes[0].begin(.interrupt, number: console, now: world.now)
  }

  /// What the console was sent since the last call; the protocol's marks are letters in brackets.
  private func taken(_ world: World, console: UInt8 = 1) -> String {
    defer { world.boxes[0].live[console] = nil }
    let marks: [Character: String] = [
      "\u{0E}": "[live]", "\u{1E}": "[prompt]", "\u{04}": "[end]\n",
    ]
    return string(world.boxes[0].live[console] ?? []).map { marks[$0] ?? String($0) }.joined()
  }

  /// Answers the echo requests that were sent, after so many milliseconds.
  private func answerEchoes(_ world: World, after milliseconds: Int64, from host: IPAddress? = nil)
  {
    let echoes = world.boxes[0].echoes
    world.boxes[0].echoes = []
    world.pass(.milliseconds(milliseconds))
    let now = world.now
    for echo in echoes {
      world.act(0) { gateway, _ in
        gateway.echoed(echo.number, from: host ?? echo.host, now: now)
      }
    }
  }

  // MARK: monitor

  @Test("A call as it happens: line, digits, SIP and RTP on one clock, until Ctrl-C")
  func monitor() {
    let world = World.registered()
    type("monitor", world)
    world.connect(0, to: "6003", 1, 1)
    world.pass(.seconds(6))
    world.replace(0)
    world.pass(.seconds(1))
    interrupt(world)
    #expect(
      taken(world) == """
        [live]every event and every SIP message; Ctrl-C ends it
        08:00:05.000  port 1: loop closed
        08:00:06.000  port 1: digit 6
        08:00:06.100  port 1: digit 0
        08:00:06.200  port 1: digit 0
        08:00:06.300  port 1: digit 3
        08:00:06.300  port 1: calls 6003
        08:00:06.300  SIP --> 192.0.2.1:5060  INVITE sip:6003@ims.example
        08:00:06.302  SIP <-- 192.0.2.1:5060  407 Proxy Authentication Required (INVITE)
        08:00:06.302  SIP --> 192.0.2.1:5060  ACK sip:6003@ims.example
        08:00:06.302  SIP --> 192.0.2.1:5060  INVITE sip:6003@ims.example
        08:00:06.306  SIP <-- 192.0.2.1:5060  180 Ringing (INVITE)
        08:00:06.306  call 1: 180
        08:00:08.302  SIP <-- 192.0.2.1:5060  200 OK (INVITE)
        08:00:08.302  SIP --> 192.0.2.1:5060  ACK sip:6003@192.0.2.102:5060
        08:00:08.302  call 1: answered
        08:00:08.362  port 1: far party's audio begins
        08:00:13.312  RTP port 1: sent 500, received 490, lost 10, late 0, concealed 20, jitter \
        ms 2, buffer ms 40
        08:00:15.300  port 1: loop open
        08:00:15.800  SIP --> 192.0.2.1:5060  BYE sip:6003@192.0.2.102:5060
        08:00:15.800  call 1: ended here
        08:00:15.804  SIP <-- 192.0.2.1:5060  200 OK (BYE)
        08:00:15.810  port 1: call to 6003, talked 0:00:07, hung up here, sent 500, received 490, \
        lost 10, late 0, concealed 20, jitter ms 2, round trip ms 12, MOS 4.18
        [prompt]box1> [end]

        """)
    type("show ports", world)
    #expect(taken(world).hasPrefix("port  number"))
  }

  @Test("A flood is cut, and how much of it is told")
  func flood() {
    let world = World.registered(boxes: 1)
    type("monitor", world)
    for _ in 0..<1_000 { world.receive(Text("BYE sip:x SIP/2.0\r\n\r\n"), 0) }
    world.pass(.seconds(5))
    let said = taken(world)
    let shown = said.split(separator: "\n").filter { $0.contains("SIP <--") }.count
    #expect((300...400).contains(shown), "\(shown) lines")
    let told = said.split(separator: "\n").compactMap { line in
      line.hasSuffix("lines left out: too many at once") ? Int(line.prefix { $0 != " " }) : nil
    }
    #expect(told.reduce(0, +) >= 1_000 - shown)
    for _ in 0..<1_000 { world.receive(Text("BYE sip:x SIP/2.0\r\n\r\n"), 0) }
    interrupt(world)
    _ = taken(world)
    world.pass(.seconds(60))
    type("monitor", world)
    world.pass(.seconds(5))
    #expect(!taken(world).contains("left out"), "that was somebody else's")
  }

  @Test("For a machine every line is an object, and the last one is that of every answer")
  func machine() {
    let world = World.registered(boxes: 1)
    world.boxes[0].begin(.machine(Text("monitor")), now: world.now)
    world.lift(0)
    world.boxes[0].begin(.interrupt, now: world.now)
    #expect(
      taken(world) == """
        [live]{"line":"every event and every SIP message; Ctrl-C ends it"}
        {"line":"08:00:05.000  port 1: loop closed"}
        {"lines":[],"tables":[]}
        [prompt]box1> [end]

        """)
  }

  @Test("What a stranger sends moves no cursor and begins no line")
  func hostile() {
    let world = World.registered(boxes: 1)
    type("monitor", world)
    world.receive(Text("OPTIONS \u{1B}[2J\u{07}\u{1E} SIP/2.0\r\n\r\n"), 0)
    world.receive(Text([0xFF, 0x0A, 0x04]), 0)
    let said = taken(world)
    #expect(!said.contains("\u{1B}") && !said.contains("\u{07}"))
    #expect(!said.contains("[prompt]") && !said.contains("[end]"))
  }

  // MARK: ping

  @Test("Five answers, and how long they took")
  func ping() {
    let world = World.registered(boxes: 1)
    type("ping 192.0.2.1", world)
    for _ in 0..<5 {
      answerEchoes(world, after: 12)
      world.pass(.milliseconds(988))
    }
    #expect(
      taken(world) == """
        [live]echo requests to 192.0.2.1
        192.0.2.1 answers after 12.00 ms
        192.0.2.1 answers after 12.00 ms
        192.0.2.1 answers after 12.00 ms
        192.0.2.1 answers after 12.00 ms
        192.0.2.1 answers after 12.00 ms
        5 sent, 5 answered, between 12.00 and 12.00 ms
        [prompt]box1> [end]

        """)
  }

  @Test("A host that is silent, one that answers late, and one that was not asked")
  func lost() {
    let world = World.registered(boxes: 1)
    type("ping 192.0.2.1", world)
    answerEchoes(world, after: 100, from: .v4(7))
    answerEchoes(world, after: 1_500)
    world.pass(.seconds(5))
    #expect(
      taken(world) == """
        [live]echo requests to 192.0.2.1
        no answer within 1 s
        no answer within 1 s
        no answer within 1 s
        no answer within 1 s
        no answer within 1 s
        5 sent, 0 answered
        [prompt]box1> [end]

        """)
    type("ping 192.0.2.1", world)
    interrupt(world)
    #expect(taken(world).hasSuffix("[prompt]box1> [end]\n"))
  }

  @Test("A request that cannot be sent ends it, and two consoles do not ping at once")
  func refusedPing() {
    let world = World.registered(boxes: 1)
    type("ping 192.0.2.1", world)
    type("ping 192.0.2.2", world, console: 2)
    #expect(taken(world, console: 2) == "another console pings\n[prompt]box1> [end]\n")
    let now = world.now
    world.act(0) { gateway, _ in gateway.echoFailed(Text("Operation not permitted"), now: now) }
    #expect(taken(world).contains("not sent: Operation not permitted\n[prompt]box1> [end]"))
    type("ping here", world)
    #expect(taken(world).contains("^ no address; one is 192.0.2.1 or 2001:db8::1"))
  }

  // MARK: call

  @Test("A test call: the far party's telephone rings, and after the time all is as before")
  func call() {
    let world = World.registered()
    type("call 1 6003 3", world)
    world.pass(.seconds(2))
    world.lift(1)
    world.pass(.seconds(10))
    #expect(
      taken(world) == """
        [live]port 1 calls 6003; Ctrl-C hangs up
        08:00:05.000  console 1: test call from port 1 to 6003
        08:00:05.000  port 1: calls 6003
        08:00:05.000  SIP --> 192.0.2.1:5060  INVITE sip:6003@ims.example
        08:00:05.004  SIP <-- 192.0.2.1:5060  407 Proxy Authentication Required (INVITE)
        08:00:05.004  SIP --> 192.0.2.1:5060  ACK sip:6003@ims.example
        08:00:05.004  SIP --> 192.0.2.1:5060  INVITE sip:6003@ims.example
        08:00:05.008  SIP <-- 192.0.2.1:5060  180 Ringing (INVITE)
        08:00:05.008  call 1: 180
        08:00:07.002  SIP <-- 192.0.2.1:5060  200 OK (INVITE)
        08:00:07.002  SIP --> 192.0.2.1:5060  ACK sip:6003@192.0.2.102:5060
        08:00:07.002  call 1: answered
        08:00:07.062  port 1: far party's audio begins
        08:00:10.502  SIP --> 192.0.2.1:5060  BYE sip:6003@192.0.2.102:5060
        08:00:10.502  call 1: ended here
        08:00:10.506  SIP <-- 192.0.2.1:5060  200 OK (BYE)
        08:00:10.512  port 1: call to 6003, talked 0:00:03, hung up here, sent 500, received 490, \
        lost 10, late 0, concealed 20, jitter ms 2, round trip ms 12, MOS 4.18
        the test call is over
        [prompt]box1> [end]

        """)
    world.replace(1)
    world.expectQuiet()
  }

  @Test("A test call that is refused ends by itself; one whose console goes ends at once")
  func endedCalls() {
    let world = World.registered()
    type("call 1 9001", world)
    world.pass(.seconds(20))
    #expect(taken(world).hasSuffix("the test call is over\n[prompt]box1> [end]\n"))
    type("call 1 6003", world)
    world.pass(.seconds(2))
    let (session, now) = (world.boxes[0].consoles[1], world.now)
    #expect(world.boxes[0].stage(1) == .alerting)
    world.act(0) { gateway, out in if let session { gateway.close(session, now: now, into: &out) } }
    world.pass(.seconds(2))
    #expect(world.boxes[0].stage(1) == .idle)
    world.expectQuiet()
  }

  @Test("Who lifts the handset of a test call has the call")
  func takenOver() {
    let world = World.registered()
    type("call 1 6003 3", world)
    world.pass(.seconds(2))
    world.lift(1)
    world.pass(.seconds(1))
    world.lift(0)
    world.pass(.seconds(20))
    #expect(
      taken(world).contains(
        "the handset was lifted: the call is its own now\n[prompt]box1> [end]\n"))
    #expect(world.boxes[0].stage(1) == .talking)
    world.replace(0)
    world.replace(1)
    world.expectQuiet()
  }

  @Test("Who lifts the handset when a test call hangs up has his line", arguments: [100, 400, 900])
  func liftedLate(milliseconds: Int64) {
    let world = World.registered()
    type("call 1 6003 3", world)
    world.pass(.seconds(2))
    world.lift(1)
    world.pass(.seconds(3) + .milliseconds(milliseconds))
    world.lift(0)
    world.pass(.seconds(2))
    #expect(taken(world).contains("[prompt]box1> [end]\n"))
    let stage = world.boxes[0].stage(1)
    #expect(stage == .talking || stage == .dialling, "\(String(describing: stage))")
    world.replace(0)
    world.replace(1)
    world.expectQuiet()
  }

  @Test("A number that nobody can dial ends by itself, and nobody else gets the port before")
  func impossible() {
    let world = World.registered()
    type("call 1 5", world)
    world.pass(.milliseconds(800))
    #expect(world.boxes[0].stage(1) == .idle)
    type("call 1 6003", world, console: 2)
    #expect(taken(world, console: 2).hasPrefix("the port is busy\n"))
    world.lift(0)
    world.pass(.seconds(1))
    #expect(world.boxes[0].stage(1) == .dialling, "the handset is the subscriber's")
    #expect(taken(world).hasSuffix("the test call is over\n[prompt]box1> [end]\n"))
    world.replace(0)
    world.pass(.seconds(2))
    type("call 1 5", world)
    world.pass(.seconds(5))
    #expect(taken(world).hasSuffix("the test call is over\n[prompt]box1> [end]\n"))
    world.expectQuiet()
  }

  @Test("An operator calls numbers, not codes that change the line")
  func operatorsCalls() {
    let world = World.registered(boxes: 1)
    world.boxes[0].roles[1] = .operator
    type("call 1 *726003", world)
    #expect(taken(world).contains("an operator calls numbers without * and #"))
    type("call 1 6002", world)
    #expect(taken(world).hasPrefix("[live]"))
  }

  @Test("A port that cannot call says why")
  func refusedCalls() {
    let world = World.registered(boxes: 1)
    world.lift(0)
    for (line, why) in [
      ("call 1 6003", "the port is busy"), ("call 5 6003", "the port is not in use"),
      ("call 2 60x3", "no number: at most 32 of 0-9, * and #"),
    ] {
      type(line, world)
      #expect(taken(world).contains(why), "\(line)")
    }
    let early = World(boxes: 1)
    type("call 2 6003", early)
    #expect(taken(early).contains("the port is not registered"))
  }
}
