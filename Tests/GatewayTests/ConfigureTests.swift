import Base
import Config
import Console
import Testing

@testable import Gateway

/// Editing the configuration at the console, letter by letter, prompt by prompt.
@Suite("Configuration at the console")
struct ConfigureTests {
  @Test("What counts at once, what waits for a restart, and that a call goes on")
  func commit() {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.stored = [world.boxes[0].gateway.configuration]
    world.follow(
      """
      box1> configure
      box1(config)# sip exp 900
      box1(config*)# po 2 disp "Front desk"
      box1(config*)# port 2 password "new secret"
      box1(config*)# no port 1 display-name
      box1(config*)# compare
      - sip expires 600
      + sip expires 900
      - port 1 display-name "Room 6001"
      - port 2 password <hidden>
      + port 2 password <hidden>
      - port 2 display-name "Room 6002"
      + port 2 display-name "Front desk"
      box1(config*)# commit
      committed
      from the next start on ('restart' outside of the configuration):
      - port 2 password <hidden>
      + port 2 password <hidden>
      box1(config)# commit
      nothing to commit
      box1(config)# exit
      box1> show configuration differences
      - port 2 password <hidden>
      + port 2 password <hidden>
      box1> show log
      2026-07-01 08:00:00.000000  started
      2026-07-01 08:00:00.000000  port 1: registering
      2026-07-01 08:00:00.000000  port 2: registering
      2026-07-01 08:00:00.004000  port 1: registered
      2026-07-01 08:00:00.004000  port 2: registered
      2026-07-01 08:00:05.000000  console 1: configuration committed, changes: 4
      2026-07-01 08:00:05.000000  console 1: - sip expires 600
      2026-07-01 08:00:05.000000  console 1: + sip expires 900
      2026-07-01 08:00:05.000000  console 1: - port 1 display-name "Room 6001"
      2026-07-01 08:00:05.000000  console 1: - port 2 password <hidden>
      2026-07-01 08:00:05.000000  console 1: + port 2 password <hidden>
      2026-07-01 08:00:05.000000  console 1: - port 2 display-name "Room 6002"
      2026-07-01 08:00:05.000000  console 1: + port 2 display-name "Front desk"
      """)
    let box = world.boxes[0]
    #expect(box.disk.stored.count == 2)
    #expect(box.disk.stored.last?.sipExpiresSeconds == 900)
    #expect(string(box.disk.stored[1].ports[1].password) == "new secret")
    #expect(string(box.gateway.configuration.ports[1].password) == "secret")
    #expect(string(box.gateway.configuration.ports[1].displayName) == "Front desk")
  }

  @Test("Whoever would be cut off is told so, unless it comes back by itself")
  func cutOff() {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.stored = [world.boxes[0].gateway.configuration]
    world.follow(
      """
      box1> configure
      box1(config)# console socket /run/other
      box1(config*)# commit confirm 5
      committed
      on trial: unless commit follows within 5 min, the configuration before comes back
      from the next start on ('restart' outside of the configuration):
      + console socket /run/other
      box1(config)# commit
      kept
      box1(config)# console socket /run/third
      box1(config*)# commit
      committed
      from the next start on ('restart' outside of the configuration):
      + console socket /run/third
      whoever is connected by what changes here is cut off then: commit confirm MINUTES comes back by itself
      """)
  }

  @Test("Mistakes point at the word; nothing is stored")
  func mistakes() {
    let world = World.registered(boxes: 1)
    world.follow(
      """
      box1> configure
      box1(config)# sip expires 5
        sip expires 5
                    ^ sip expires: '5' is out of range: 60 to 600000 s
      box1(config)# sip expires
        sip expires
                   ^ VALUE is missing: 60 to 600000 s
      box1(config)# port 9 number 1
      box1(config*)# port 33 number 1
        port 33 number 1
             ^ '33' is not PORT: a number from 1 to 32
      box1(config*)# port 1 codec pcma g729
        port 1 codec pcma g729
                          ^ port 1 codec: 'g729' is not known: one of pcma, pcmu
      box1(config*)# port 1 password <bad
        port 1 password: a secret that begins with < must be in quotes
      box1(config*)# digit-map "(6x|7"
        digit-map "(6x|7"
                  ^ digit-map: not a digit map: a bracket is never closed
      box1(config*)# no sip server
      box1(config*)# media jitter min 100
      box1(config*)# media jitter max 50
      box1(config*)# check
        media jitter min: the shortest delay, 100 ms, is above the longest, 50 ms
        sip server is missing
      box1(config*)# commit
      not committed:
        media jitter min: the shortest delay, 100 ms, is above the longest, 50 ms
        sip server is missing
      box1(config*)# reboot
        reboot
        ^ 'reboot' is not known: one of hostname, language, country, network, management, sip, media, digit-map, emergency-numbers, timers, syslog, tls, provisioning, metrics, console, port, no, show, compare, check, commit, save, load, discard, rollback, do, exit, help
      box1(config*)# discard
      box1(config)# compare
      the candidate is what is stored
      """)
    #expect(world.boxes[0].disk.stored.isEmpty)
  }

  @Test("A disk that cannot be written to changes nothing")
  func disk() {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.failure = "x.conf: No space left on device"
    world.follow(
      """
      box1> configure
      box1(config)# hostname hall
      box1(config*)# commit
      x.conf: No space left on device: nothing was changed
      box1(config*)# rollback 1
      x.conf: No space left on device: nothing was changed
      """)
    #expect(string(world.boxes[0].gateway.configuration.hostname) == "box1")
  }

  @Test("A commit on trial comes back by itself")
  func trial() {
    let world = World.registered(boxes: 1)
    world.follow(
      """
      box1> configure
      box1(config)# hostname hall
      box1(config*)# commit confirm 5
      committed
      on trial: unless commit follows within 5 min, the configuration before comes back
      hall(config)# commit confirm 5
      a trial runs: commit keeps it, then another can begin
      """)
    #expect(world.boxes[0].disk.trialMinutes == 5)
    world.pass(.seconds(299))
    #expect(string(world.boxes[0].gateway.configuration.hostname) == "hall")
    world.pass(.seconds(2))
    #expect(string(world.boxes[0].gateway.configuration.hostname) == "box1")
    #expect(world.boxes[0].disk.trialMinutes == nil)
    #expect(world.boxes[0].disk.stored.map { string($0.hostname) } == ["hall", "box1"])
    #expect(!world.boxes[0].isStopped, "nothing of it needs a restart")
    #expect(world.console("do show log").contains("not confirmed: the one before is back"))
  }

  @Test("A commit on trial stays when it is confirmed")
  func confirmed() {
    let world = World.registered(boxes: 1)
    world.follow(
      """
      box1> configure
      box1(config)# hostname hall
      box1(config*)# commit confirm 1
      committed
      on trial: unless commit follows within 1 min, the configuration before comes back
      hall(config)# commit
      kept
      """)
    world.pass(.seconds(120))
    #expect(string(world.boxes[0].gateway.configuration.hostname) == "hall")
    #expect(world.boxes[0].disk.trialMinutes == nil)
  }

  @Test("After a restart the trial goes on; what it takes back ends the process in order")
  func trialOverRestart() {
    let world = World.registered(boxes: 1)
    var previous = world.boxes[0].gateway.configuration
    previous.set(.portPassword, port: 1, to: .text(Text("older")))
    let now = world.now
    world.boxes[0].act(now) { gateway, _ in
      gateway.resumeTrial(previous: previous, minutes: 2, now: now)
    }
    world.passUnchecked(.seconds(125))
    #expect(world.boxes[0].disk.stored == [previous])
    #expect(world.boxes[0].isStopped)
  }

  @Test("Earlier configurations come back as candidates")
  func rollback() {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.stored = [world.boxes[0].gateway.configuration]
    world.follow(
      """
      box1> configure
      box1(config)# hostname hall
      box1(config*)# commit
      committed
      hall(config)# rollback 1
      - hostname hall
      + hostname box1
      hall(config*)# commit
      committed
      box1(config)# rollback 9
      x.conf.9: No such file: nothing was changed
      """)
  }

  @Test("Two consoles know of each other and change the same candidate")
  func twoConsoles() {
    let world = World.registered(boxes: 1)
    world.follow(
      """
      box1> configure
      box1(config)# hostname hall
      """)
    world.follow(
      """
      box1> configure
      console 1 edits the same candidate
      the candidate has changes: compare shows them
      box1(config*)# compare
      - hostname box1
      + hostname hall
      box1(config*)# exit
      not committed; the candidate keeps its changes
      """, console: 2)
  }

  @Test("A restart waits for calls, unless it must not")
  func restart() {
    let world = World.registered(boxes: 1)
    world.follow("box1> restart\nrestarting")
    world.passUnchecked(.seconds(5))
    #expect(world.boxes[0].isStopped)
  }

  @Test("load merge and load replace: all lines, or every mistake and none")
  func load() {
    let world = World.registered(boxes: 1)
    world.follow(
      """
      box1> configure
      box1(config)# load merge
      paste the lines; a line with . ends, one with abort forgets them
      load> hostname hall
      load> ! a comment
      load> sip expires soon
      load> port 99 enable
      load> .
      line 3, column 13: sip expires: 'soon' is not a number: 60 to 600000 s
      line 4, column 6: port: '99' is not a port number: 1 to 32
      nothing was changed
      box1(config)# load merge
      paste the lines; a line with . ends, one with abort forgets them
      load> hostname hall
      load> sip expires 900
      load> .
      - hostname box1
      + hostname hall
      - sip expires 600
      + sip expires 900
      box1(config*)# load merge
      paste the lines; a line with . ends, one with abort forgets them
      load> hostname attic
      load> abort
      nothing was changed
      box1(config*)# discard
      """)
    let text = world.console("show").split(separator: "\n").filter { !$0.contains("display") }
    _ = world.console("load replace")
    for line in text { _ = world.console(String(line)) }
    #expect(
      world.console(".") == """
        - port 1 display-name "Room 6001"
        - port 2 display-name "Room 6002"

        """, "<hidden> keeps the passwords")
  }

  @Test("A paste has a limit, and what is behind it is not lost in silence")
  func longPaste() {
    let world = World.registered(boxes: 1)
    _ = world.console("configure")
    _ = world.console("load merge")
    let line = "sip user-agent " + String(repeating: "x", count: 400)
    for _ in 0..<200 { #expect(world.console(line) == "") }
    #expect(world.console(".") == "too long: at most 65536 bytes; nothing was changed\n")
    #expect(world.console("compare") == "the candidate is what is stored\n")
  }

  @Test("The factory's settings need a second word; what the desk gets has no secret in it")
  func factoryReset() {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.stored = [world.boxes[0].gateway.configuration]
    let bundle = world.console("support-bundle")
    #expect(bundle.contains("== show log\n") && bundle.contains("port 1 password <hidden>\n"))
    #expect(!bundle.contains("secret"))
    world.follow(
      """
      box1> factory-reset
      every setting and password is lost: factory-reset confirm does it
      """)
    #expect(world.boxes[0].disk.stored.count == 1)
    #expect(world.console("factory-reset confirm").hasPrefix("every setting is forgotten"))
    world.passUnchecked(.seconds(5))
    #expect(world.boxes[0].disk.stored.isEmpty)
    #expect(world.boxes[0].isStopped)
  }

  @Test("What show prints can be pasted back, comments and all")
  func paste() {
    let world = World.registered(boxes: 1)
    let text = world.console("show configuration")
    _ = world.console("configure")
    for line in text.split(separator: "\n") {
      #expect(world.console(String(line)) == "", "\(line)")
    }
    #expect(world.console("compare") == "the candidate is what is stored\n")
  }

  @Test("Every parameter is reachable by words and by completion")
  func completion() {
    let world = World.registered(boxes: 1)
    let tree = world.boxes[0].gateway.configurationCommands
    for parameter in Parameter.allCases {
      let path = parameter.row.scope == .port ? "port 1 " : ""
      let words = string(Text(parameter.row.words)).split(separator: " ")
      for (i, word) in words.enumerated() {
        let before = path + words[..<i].map { $0 + " " }.joined()
        let answer = tree.answer(
          .completion(Text(before + word)), in: &world.boxes[0].gateway)
        #expect(string(answer).first == " ", "\(before)\(word)")
      }
      let value = tree.answer(
        .line(Text(path + words.joined(separator: " ") + " ?")), in: &world.boxes[0].gateway)
      let expected = parameter.row.type.summary
      if case .flag = parameter.row.type { continue }
      #expect(string(value).contains("VALUE  " + string(expected)), "\(parameter)")
    }
  }
}
