import Base
import Config
import Provisioning
import Testing

@testable import Gateway

/// A configuration that a server has: applied on trial, kept, refused, gone back.
@Suite("Provisioning")
struct ProvisioningTests {
  private static let settings = [
    "provisioning url https://192.0.2.9/box.conf", "provisioning spread 0",
    "provisioning confirm 2",
  ]

  /// A registered box that has just asked for its file.
  private func world(_ more: [String] = []) -> World {
    let world = World(boxes: 1, ports: 1, settings: Self.settings + more)
    world.start()
    world.pass(.seconds(5))
    begin(world)
    return world
  }

  private func begin(_ world: World, _ record: ProvisioningRecord = ProvisioningRecord()) {
    let now = world.now
    world.act(0) { gateway, _ in
      gateway.beginProvisioning(record, random: RandomSource(testSeed: 7), now: now)
    }
    world.pass(.milliseconds(10))
  }

  /// The box's own configuration as a file, with one piece of it changed.
  private func file(_ world: World, _ old: String, _ new: String) -> String {
    string(world.boxes[0].gateway.configuration.text(secrets: .stored))
      .replacing(old, with: new)
  }

  private func answer(_ world: World, _ status: UInt16, _ body: String = "") {
    var response = HTTPResponse()
    response.status = status
    response.body = Text(body)
    response.entityTag = Text("\"1\"")
    let now = world.now
    world.act(0) { $0.provisioningAnswered(response, now: now, into: &$1) }
  }

  private func fetches(_ world: World) -> Int {
    world.boxes[0].provisionings.count { if case .fetch = $0 { true } else { false } }
  }

  @Test("A good file is on trial, and kept when the server answers again")
  func kept() {
    let world = world()
    #expect(fetches(world) == 1)
    answer(world, 200, file(world, "hostname box1", "hostname hall"))
    #expect(string(world.boxes[0].gateway.configuration.hostname) == "hall")
    #expect(world.boxes[0].disk.trialMinutes == 2)
    let shown = world.console("show provisioning")
    #expect(shown.contains("last answer: a new configuration, on trial\n"))
    #expect(shown.contains("comes back in 0:02:00 unless 1 ports are registered"))
    world.pass(.seconds(11))
    #expect(fetches(world) == 2)
    answer(world, 304)
    #expect(world.boxes[0].disk.trialMinutes == nil)
    world.pass(.seconds(300))
    #expect(string(world.boxes[0].gateway.configuration.hostname) == "hall")
    let log = world.console("show log")
    #expect(log.contains("provisioning: configuration committed, changes: 1\n"))
    #expect(log.contains("provisioning: + hostname hall\n"))
    #expect(log.contains("provisioning: configuration confirmed\n"))
  }

  @Test("A file goes back when the server cannot be reached with it")
  func goesBack() {
    let world = world()
    answer(world, 200, file(world, "hostname box1", "hostname hall"))
    for _ in 0..<20 {
      world.pass(.seconds(10))
      let now = world.now
      world.act(0) { $0.provisioningFailed(Text("no way"), now: now, into: &$1) }
    }
    #expect(string(world.boxes[0].gateway.configuration.hostname) == "box1")
    #expect(string(world.boxes[0].disk.stored.last?.hostname ?? []) == "box1")
    #expect(world.console("show alarms").contains("the last file did not prove good"))
  }

  @Test("What only a start takes begins one, which waits for calls")
  func restart() {
    let world = world()
    let changed = file(world, "port 1 password secret", "port 1 password other")
    world.lift(0)
    world.dial("9111", 0)
    answer(world, 200, changed)
    #expect(world.console("show provisioning").contains("waits until no port is in a call"))
    #expect(world.boxes[0].disk.stored.isEmpty)
    world.replace(0)
    world.pass(.seconds(40))
    #expect(!world.boxes[0].isStopped)
    answer(world, 200, changed)
    world.pass(.seconds(5))
    #expect(world.boxes[0].isStopped)
    #expect(world.boxes[0].disk.trialMinutes == 2)
  }

  @Test("A bad file is refused with its line; the candidate of a console stays")
  func refused() {
    let world = world()
    _ = world.console("configure")
    _ = world.console("sip expires 900")
    answer(world, 200, file(world, "sip expires 600", "sip expires soon"))
    world.pass(.seconds(6))
    let alarms = world.console("do show alarms")
    #expect(alarms.contains("provisioning: the file is refused: line "), "\(alarms)")
    #expect(alarms.contains("column 13: sip expires: 'soon' is not a number"), "\(alarms)")
    #expect(world.boxes[0].disk.stored.isEmpty)
    _ = world.console("do provision now")
    world.pass(.milliseconds(10))
    answer(world, 200, file(world, "hostname box1", "hostname hall"))
    #expect(world.console("compare").contains("+ sip expires 900"))
    #expect(string(world.boxes[0].gateway.configuration.hostname) == "hall")
  }

  @Test("Somebody at a console keeps what is on trial; an operator asks for nothing")
  func console() {
    let world = world()
    answer(world, 200, file(world, "hostname box1", "hostname hall"))
    _ = world.console("configure")
    #expect(world.console("commit") == "kept\n")
    guard case .remember(let record)? = world.boxes[0].provisionings.last else {
      Issue.record("nothing is remembered")
      return
    }
    #expect(record.isKept)
    world.boxes[0].roles[2] = .operator
    let said = world.boxes[0].console("provision now", number: 2, now: world.now)
    #expect(said.contains("'provision' is not known"))
  }

  @Test("A record of a file that went back is an alarm from the start on")
  func remembered() {
    let world = World(boxes: 1, ports: 1, settings: Self.settings)
    world.start()
    var record = ProvisioningRecord()
    record.fingerprint = Text("1")
    begin(world, record)
    world.pass(.seconds(10))
    #expect(world.console("show alarms").contains("went back"))
  }
}
