import Base
import MediaControl
import Testing

@testable import Gateway

/// What the console prints, letter by letter; a line behind `>` is what the operator types.
@Suite("Console transcripts")
struct TranscriptTests {
  @Test("Everything, a second after the start")
  func fresh() {
    let world = World(boxes: 1)
    world.start()
    world.pass(.seconds(1))
    follow(
      world,
      """
      > show version
      Tipring 0.1
      host name box1, up 0:00:01
      > show ports
      port  number  state    digits or far party  since
         1  6001    on hook
         2  6002    on hook
      > show registrations
      port  number  state       last answer  expires in  next try in
         1  6001    registered          200     0:09:59      0:04:59
         2  6002    registered          200     0:09:59      0:04:59
      > show calls
      port  direction  far party  began  talked  end  lost  concealed  MOS
      > show media
      port  sent  received  lost  late  duplicate  refused  stranger  forged  replayed  concealed  dropped  jitter ms  buffer ms  round trip ms
      0 ended streams: 0 packets lost, 0 late, 0 refused, 0 from strangers, 0 forged, 0 replayed, 0 frames concealed, 0 dropped, 0 periods missed
      > show counters
      count  what
          4  datagrams received
          4  datagrams sent
      > show reset
      started 2026-07-01 08:00:00, up 0:00:01
      reason: not recorded
      > show log
      2026-07-01 08:00:00.000000  started
      2026-07-01 08:00:00.000000  port 1: registering
      2026-07-01 08:00:00.000000  port 2: registering
      2026-07-01 08:00:00.004000  port 1: registered
      2026-07-01 08:00:00.004000  port 2: registered
      > show running-config
      hostname box1
      sip server 192.0.2.1
      sip domain ims.example
      sip local 192.0.2.101
      sip expires 600
      digit-map (6xxx|9xxx|11[09]|0xx.T)
      !
      port 1 enable
      port 1 number 6001
      port 1 password <hidden>
      port 1 display-name "Room 6001"
      port 1 line simulator /run/p1
      !
      port 2 enable
      port 2 number 6002
      port 2 password <hidden>
      port 2 display-name "Room 6002"
      port 2 line simulator /run/p2
      """)
  }

  @Test("A call in progress, others that ended")
  func calls() {
    follow(
      afterSomeCalls(),
      """
      > show ports
      port  number  state     digits or far party    since
         1  6001    dialling  6
         2  6002    talking   6004                 0:00:09
      > show calls
      port  direction  far party  began                 talked  end               lost  concealed   MOS
         1  out        9001       2026-07-01 08:00:05           refused with 486
         1  out        6003       2026-07-01 08:00:09  0:01:12  hung up here        10         20  4.18
         2  in         6004       2026-07-01 08:01:26  0:00:08  in progress
      > show media
      port  sent  received  lost  late  duplicate  refused  stranger  forged  replayed  concealed  dropped  jitter ms  buffer ms  round trip ms
         2   500       490    10     0          0        0         0       0         0         20        0          2         40             12
      1 ended streams: 10 packets lost, 0 late, 0 refused, 0 from strangers, 0 forged, 0 replayed, 20 frames concealed, 0 dropped, 0 periods missed
      > show counters
      count  what
         12  datagrams received
         13  datagrams sent
      """)
  }

  @Test("The log of these calls")
  func log() {
    follow(
      afterSomeCalls(),
      """
      > show log
      2026-07-01 08:00:00.000000  started
      2026-07-01 08:00:00.000000  port 1: registering
      2026-07-01 08:00:00.000000  port 2: registering
      2026-07-01 08:00:00.004000  port 1: registered
      2026-07-01 08:00:00.004000  port 2: registered
      2026-07-01 08:00:05.000000  port 1: loop closed
      2026-07-01 08:00:05.000000  port 1: digit 9
      2026-07-01 08:00:05.100000  port 1: digit 0
      2026-07-01 08:00:05.200000  port 1: digit 0
      2026-07-01 08:00:05.300000  port 1: digit 1
      2026-07-01 08:00:05.300000  port 1: calls 9001
      2026-07-01 08:00:05.352000  call 1: refused with 486
      2026-07-01 08:00:05.352000  port 1: call to 9001, talked 0:00:00, refused with 486
      2026-07-01 08:00:07.300000  port 1: loop open
      2026-07-01 08:00:08.300000  port 1: loop closed
      2026-07-01 08:00:09.300000  port 1: digit 6
      2026-07-01 08:00:09.400000  port 1: digit 0
      2026-07-01 08:00:09.500000  port 1: digit 0
      2026-07-01 08:00:09.600000  port 1: digit 3
      2026-07-01 08:00:09.600000  port 1: calls 6003
      2026-07-01 08:00:09.606000  call 2: 180
      2026-07-01 08:00:11.602000  call 2: answered
      2026-07-01 08:00:11.662000  port 1: far party's audio begins
      2026-07-01 08:01:23.600000  port 1: loop open
      2026-07-01 08:01:24.100000  call 2: ended here
      2026-07-01 08:01:24.110000  port 1: call to 6003, talked 0:01:12, hung up here, sent 500, \
      received 490, lost 10, late 0, concealed 20, jitter ms 2, round trip ms 12, MOS 4.18
      2026-07-01 08:01:26.904000  call 3: for port 2 from 6004
      2026-07-01 08:01:26.904000  port 2: ringing
      2026-07-01 08:01:28.900000  port 2: loop closed
      2026-07-01 08:01:28.900000  call 3: answered
      2026-07-01 08:01:28.960000  port 2: far party's audio begins
      2026-07-01 08:01:35.900000  port 1: loop closed
      2026-07-01 08:01:36.900000  port 1: digit 6
      """)
  }

  private func afterSomeCalls() -> World {
    let world = World.registered()
    world.sbc.scripts["9001"] = [SBC.Reply(after: .milliseconds(50), code: 486)]
    world.lift(0)
    world.dial("9001", 0)
    world.pass(.seconds(2))
    world.replace(0)
    world.pass(.seconds(1))
    world.connect(0, to: "6003", 1, 1)
    world.pass(.seconds(71))
    world.replace(0)
    world.pass(.seconds(1))
    world.replace(1)
    world.pass(.seconds(1))
    world.connect(1, 2, to: "6002", 0, 2)
    world.pass(.seconds(6))
    world.lift(0)
    world.pass(.seconds(1))
    world.press("6", 0)
    return world
  }

  @Test("What an SBC does not accept, and what the box cannot tell from one that is not there")
  func registrations() {
    let world = World(boxes: 1, ports: 1)
    world.sbc.isAlive = false
    world.start()
    world.pass(.seconds(10))
    follow(
      world,
      """
      > show registrations
      port  number  state        last answer  expires in  next try in
         1  6001    registering
      """)
    world.sbc.restart()
    world.sbc.refusal = 403
    world.pass(.seconds(100))
    world.lift(0)
    follow(
      world,
      """
      > show registrations
      port  number  state             last answer  expires in  next try in
         1  6001    refused with 403          403                  0:16:48
      > show ports
      port  number  state                     digits or far party  since
         1  6001    off hook, not registered
      > show log
      2026-07-01 08:00:00.000000  started
      2026-07-01 08:00:00.000000  port 1: registering
      2026-07-01 08:00:05.000000  alarm: no port can call
      2026-07-01 08:00:11.502000  port 1: REGISTER answered with 403
      2026-07-01 08:00:11.502000  port 1: refused with 403
      2026-07-01 08:00:16.502000  alarm: port 1: not registered
      2026-07-01 08:01:50.000000  port 1: loop closed
      2026-07-01 08:01:50.000000  port 1: off hook while not registered
      """)
  }

  @Test("What the box runs on")
  func environment() {
    let world = World(boxes: 1, ports: 1)
    var environment = BoxEnvironment()
    environment.load = Text("0.12 0.08 0.03")
    environment.memoryKiB = 94_268
    environment.availableKiB = 60_123
    environment.ownKiB = 2_008
    environment.storageKiB = 6_841
    environment.freeKiB = 6_700
    world.boxes[0].disk.environment = environment
    follow(
      world,
      """
      > show environment
      what          all KiB  free KiB
      memory          94268     60123
      storage          6841      6700
      this program     2008
      load of 1, 5, 15 minutes: 0.12 0.08 0.03
      no temperature sensor
      no reset button
      """)
    world.boxes[0].disk.environment.temperatures = [
      .init(name: Text("cpu-thermal"), milliCelsius: 45_260),
      .init(name: Text("case"), milliCelsius: -5_040),
    ]
    #expect(
      world.boxes[0].console("show environment", now: world.now).hasSuffix(
        "temperature cpu-thermal: 45.3 C\ntemperature case: -5.0 C\nno reset button\n"))
  }

  @Test("Every command")
  func help() { follow(World(boxes: 1, ports: 1), Self.everyCommand) }

  private static let everyCommand = """
    > help
      show status                     The box on one screen
      show alarms                     What is wrong, and since when
      show version                    Program, libraries and uptime
      show ports                      Every port: hook, state and call
      show registrations              Every port's registration at the SBC
      show registrations detail       With what the SBC told of routes and identities
      show port PORT                  Its number
      show calls                      Calls in progress and the last ones that ended
      show call history               Calls that ended, with what their streams counted
      show network                    Interfaces, addresses and what DHCP told
      show provisioning               Where the configuration comes from, and what came of it
      show media                      What the audio streams counted
      show counters                   What the SIP side counted
      show capture                    How far the capture is
      show environment                Memory, storage, load and temperature
      show reset                      Why the box started last
      show log                        The last events, oldest first
      show running-config             The configuration, secrets hidden
      show configuration              The configuration that is stored, secrets hidden
      show configuration differences  What waits for the next start
      explain port PORT               What is broken first, if anything
      capture start                   Begin, at most 256 KiB
      capture start KIB               At most so many KiB
      capture start KIB media         RTP and RTCP too, with all that is said
      capture start media             RTP and RTCP too, with all that is said
      capture stop                    End, and say where the file is
      capture print                   The file as base64, for a terminal that keeps what it shows
      capture print PART              One part of 64 KiB; else the first
      support-bundle                  Everything for the desk, without secrets
      factory-reset                   Forget every setting and start as the factory did
      factory-reset confirm           There is no way back
      register now                    Every port, whatever it waits for
      ping ADDRESS                    Its address, IPv4 or IPv6
      resolve NAME                    A domain or a host, such as sbc.example.net
      call PORT NUMBER                The digits to dial
      call PORT NUMBER SECONDS        How long to talk, else 10
      test port PORT                  All of it, in this order
      test port PORT loop             What the hook and a dial do, for 15 s
      test port PORT ring             One burst of the bell, and whether the handset is lifted in it
      test port PORT tone             Dial tone into the handset, for 5 s
      test port PORT dtmf             The keys that are pressed, with the levels of their tones
      test port PORT erl              Echo return loss: how much weaker comes back what is sent
      test port PORT talk             What is said into the handset, back into it a second later
      monitor                         Tell of lines, SIP and RTP while it happens
      password                        Change the password that you log in with
      password operator               That of the user who looks and changes nothing
      provision now                   Ask at once for a new one
      configure                       Edit the configuration
      restart                         End in order and start again
      restart now                     Even when that ends calls
      exit                            Leave the console
      quit                            Leave the console
      help                            List every command

    A word may be shortened as long as it is clear: sh ver. A ? lists what may come next.
    """

  @Test("What may come first, and behind show")
  func firstWords() {
    let world = World(boxes: 1, ports: 1)
    follow(
      world,
      """
      > ?
        show            Show how the box is
        explain         Walk the way from a telephone to the SBC
        capture         SIP and what the lines do, as a file for Wireshark
        support-bundle  Everything for the desk, without secrets
        factory-reset   Forget every setting and start as the factory did
        register        Register at the SBC
        ping            Ask a host whether it is there
        resolve         Ask DNS where the servers of a name are
        call            Make a call from a port whose handset is on the hook
        test            Try a line
        monitor         Tell of lines, SIP and RTP while it happens
        password        Change the password that you log in with
        provision       Configuration from a server
        configure       Edit the configuration
        restart         End in order and start again
        exit            Leave the console
        quit            Leave the console
        help            List every command
      > show ?
        status          The box on one screen
        alarms          What is wrong, and since when
        version         Program, libraries and uptime
        ports           Every port: hook, state and call
        registrations   Every port's registration at the SBC
        port            Everything of one port
        calls           Calls in progress and the last ones that ended
        call            One table of calls
        network         Interfaces, addresses and what DHCP told
        provisioning    Where the configuration comes from, and what came of it
        media           What the audio streams counted
        counters        What the SIP side counted
        capture         How far the capture is
        environment     Memory, storage, load and temperature
        reset           Why the box started last
        log             The last events, oldest first
        running-config  The configuration, secrets hidden
        configuration   The configuration that is stored, secrets hidden
      >
      """)
  }

  @Test("What may come next, and mistakes")
  func mistakes() {
    let world = World(boxes: 1, ports: 1)
    follow(
      world,
      """
      > sh ver
      Tipring 0.1
      host name box1, up 0:00:00
      > show
        show
            ^ a word is missing: one of status, alarms, version, ports, registrations, port, calls, call, network, provisioning, media, counters, capture, environment, reset, log, running-config, configuration
      > show r
        show r
             ^ 'r' may be registrations, reset, running-config
      > show nothing
        show nothing
             ^ 'nothing' is not known: one of status, alarms, version, ports, registrations, port, calls, call, network, provisioning, media, counters, capture, environment, reset, log, running-config, configuration
      > reboot
        reboot
        ^ 'reboot' is not known: one of show, explain, capture, support-bundle, factory-reset, register, ping, resolve, call, test, monitor, password, provision, configure, restart, exit, quit, help
      > show ports now
        show ports now
                   ^ 'now' is a word too many
      >
      """)
  }

  private func follow(
    _ world: World, _ transcript: String, _ place: SourceLocation = #_sourceLocation
  ) {
    var said = ""
    for line in transcript.split(separator: "\n") where line.hasPrefix(">") {
      said += line + "\n" + world.console(String(line.dropFirst(2)))
    }
    #expect(said == transcript + "\n", sourceLocation: place)
  }
}
