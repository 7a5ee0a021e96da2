import Base
import Config
import Console
import Provisioning
import Testing

@testable import Gateway

/// A disk that takes its time: whoever wants something of it waits, and nothing else does.
@Suite("A slow disk")
struct StorageTests {
  /// A registered box whose console has a candidate with another host name, and a disk that does
  /// nothing before the test says so.
  private func world(_ trial: String? = nil) -> World {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.stored = [world.boxes[0].gateway.configuration]
    _ = world.console("configure")
    if let trial {
      _ = world.console("hostname tried")
      _ = world.console(trial)
    }
    _ = world.console("hostname hall")
    world.boxes[0].disk.isSlow = true
    return world
  }

  private func type(_ line: String, _ world: World, console: UInt8 = 1) {
    world.boxes[0].live[console] = nil
    world.boxes[0].begin(.line(Text(line.utf8)), number: console, now: world.now)
  }

  private func finish(_ world: World) -> String {
    let said = world.boxes[0].finishErrand(world.now)
    return string(Text(said)).replacing("\u{1E}", with: "|").replacing("\u{04}", with: "")
  }

  private func name(_ world: World) -> String {
    string(world.boxes[0].gateway.configuration.hostname)
  }

  @Test("A call goes on while a commit waits; committed is said when it is stored, and counts then")
  func commit() {
    let world = world()
    type("commit", world)
    #expect(world.boxes[0].live[1] == [], "nothing is said yet")
    #expect(world.boxes[0].consoles[1]?.isWaiting == true)
    world.connect(0, to: "6002", 0, 2)
    world.pass(.seconds(20))
    #expect(world.boxes[0].disk.stored.count == 1)
    #expect(name(world) == "box1", "what is not safe does not count")
    type("compare", world)
    #expect(world.boxes[0].live[1] == [], "the next line waits behind it")
    #expect(finish(world) == "committed\n|hall(config)# ")
    #expect(world.boxes[0].disk.stored.map { string($0.hostname) } == ["box1", "hall"])
    #expect(world.boxes[0].stage(1) == .talking)
    #expect(world.boxes[0].consoles[1]?.isWaiting == false)
    #expect(world.console("do show log").contains("console 1: + hostname hall\n"))
  }

  @Test("A disk that answers after a second is no alarm; one that does not answer for long is")
  func alarm() {
    let world = world()
    let alarms = { world.boxes[0].console("show alarms", number: 2, now: world.now) }
    type("commit", world)
    world.pass(.seconds(1))
    _ = finish(world)
    world.pass(.seconds(10))
    #expect(!world.console("do show log").contains("storage"))
    _ = world.console("hostname cellar")
    type("commit", world)
    world.pass(.seconds(3))
    #expect(alarms() == "no alarms\n")
    world.pass(.seconds(3))
    #expect(alarms().contains("the storage does not answer\n"))
    _ = finish(world)
    world.pass(.seconds(1))
    #expect(alarms() == "no alarms\n")
    #expect(world.console("do show log").contains("alarm over: the storage does not answer\n"))
  }

  @Test("What was changed meanwhile is a change to what is stored now")
  func changedMeanwhile() {
    let world = world()
    type("commit", world)
    _ = world.boxes[0].console("configure", number: 2, now: world.now)
    _ = world.boxes[0].console("sip expires 900", number: 2, now: world.now)
    let refusal = "another change is being stored; try again\n"
    for line in ["commit", "commit confirm 5", "discard"] {
      #expect(world.boxes[0].console(line, number: 2, now: world.now) == refusal)
    }
    let machine = world.boxes[0].dialogue(
      .machine(Text("commit")), number: 2, now: world.now
    ).answer
    #expect(machine.contains("another change is being stored"), "\(machine)")
    #expect(world.boxes[0].disk.waiting.count == 1)
    _ = finish(world)
    #expect(world.console("compare") == "- sip expires 600\n+ sip expires 900\n")
    type("commit", world, console: 2)
    #expect(finish(world) == "committed\n|hall(config)# ")
    #expect(
      world.boxes[0].disk.stored.map { $0.sipExpiresSeconds } == [600, 600, 900])
  }

  @Test("A disk that is full at last changes nothing, and says so")
  func full() {
    let world = world()
    type("commit", world)
    world.boxes[0].disk.failure = "x.conf: No space left on device"
    #expect(
      finish(world) == "x.conf: No space left on device: nothing was changed\n|box1(config*)# ")
    #expect(name(world) == "box1")
    world.pass(.seconds(10))
    #expect(world.console("do show alarms").contains("the last change could not be stored"))
  }

  @Test("A machine gets its object when it is done")
  func machine() {
    let world = world()
    world.boxes[0].begin(.machine(Text("commit")), now: world.now)
    #expect(world.boxes[0].live[1] == [])
    let said = finish(world)
    #expect(said.hasPrefix("{\"lines\":[\"committed\"],\"tables\":[]}\n"), "\(said)")
  }

  @Test("A trial does not end while its confirmation is on the way to the disk")
  func trial() {
    let world = world("commit confirm 1")
    _ = world.console("discard")
    world.pass(.seconds(59))
    type("commit", world)
    world.pass(.seconds(30))
    // Whatever makes the box turn meanwhile.
    world.act(0) { _, _ in }
    #expect(name(world) == "tried")
    #expect(finish(world) == "kept\n|tried(config)# ")
    world.pass(.seconds(30))
    #expect(name(world) == "tried")
    #expect(world.boxes[0].disk.waiting.isEmpty)
  }

  @Test("What a trial goes back to is on its way before anything else may be stored")
  func wentBack() {
    let world = world("commit confirm 1")
    world.pass(.seconds(61))
    #expect(name(world) == "box1", "what runs need not wait")
    #expect(world.boxes[0].disk.waiting.count == 1)
    #expect(world.console("commit") == "another change is being stored; try again\n")
    _ = finish(world)
    type("commit", world)
    #expect(finish(world) == "committed\n|hall(config)# ")
    #expect(
      world.boxes[0].disk.stored.map { string($0.hostname) }
        == ["box1", "tried", "box1", "hall"])
  }

  @Test("A password is changed when the disk has it; the next line is not shown meanwhile")
  func password() {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.isSlow = true
    for line in ["password", "Geheim-2026"] { type(line, world) }
    type("Geheim-2026", world)
    #expect(world.boxes[0].live[1] == [])
    #expect(world.boxes[0].disk.passwords.isEmpty)
    #expect(finish(world) == "the password of admin is changed\n|box1> ")
    #expect(world.boxes[0].disk.passwords == [.administrator: "Geheim-2026"])
  }

  @Test("A factory reset restarts when all is forgotten, and not before")
  func factoryReset() {
    let world = world()
    type("do factory-reset confirm", world)
    world.passUnchecked(.seconds(20))
    #expect(!world.boxes[0].isStopped)
    #expect(finish(world).hasPrefix("every setting is forgotten; restarting\n"))
    world.passUnchecked(.seconds(5))
    #expect(world.boxes[0].isStopped)
    #expect(world.boxes[0].disk.stored.isEmpty)
  }

  @Test("A configuration from a server waits while a console's is being stored")
  func provisioning() {
    let settings = [
      "provisioning url https://192.0.2.9/box.conf", "provisioning spread 0",
    ]
    let world = World(boxes: 1, ports: 1, settings: settings)
    world.start()
    world.pass(.seconds(5))
    let now = world.now
    world.act(0) { gateway, _ in
      gateway.beginProvisioning(
        ProvisioningRecord(), random: RandomSource(testSeed: 7), now: now)
    }
    world.pass(.milliseconds(10))
    world.boxes[0].disk.isSlow = true
    _ = world.console("configure")
    _ = world.console("hostname hall")
    type("commit", world)
    var response = HTTPResponse()
    response.status = 200
    response.body = world.boxes[0].gateway.configuration.text(secrets: .stored)
    response.body += Text("sip expires 700\n")
    let later = world.now
    world.act(0) { $0.provisioningAnswered(response, now: later, into: &$1) }
    #expect(world.boxes[0].disk.waiting.count == 1)
    let shown = world.boxes[0].console("show provisioning", number: 2, now: world.now)
    #expect(shown.contains("another change is being stored"), "\(shown)")
    #expect(finish(world) == "committed\n|hall(config)# ")
  }
}
