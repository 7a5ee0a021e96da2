import Base
import Config
import Console
import Foundation
import Testing

@testable import Gateway

@Suite("The console for machines")
struct MachineTests {
  private func asked(_ world: World, _ line: String) throws -> [String: Any] {
    let answer = world.boxes[0].dialogue(.machine(Text(line.utf8)), now: world.now).answer
    #expect(answer.filter { $0 == "\n" }.count == 1, "\(line): one line")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any], "\(line)")
  }

  @Test("What the disk refuses is an error to a machine")
  func disk() throws {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.failure = "full"
    for line in ["configure", "hostname hall"] {
      #expect(try asked(world, line)["error"] == nil)
    }
    #expect(try asked(world, "commit")["error"] != nil)
    #expect(try asked(world, "compare")["error"] == nil)
  }

  /// Every way through the tree of commands that shows something.
  private func showCommands() -> [String] {
    func ways(_ command: Command<Gateway>, _ before: String) -> [String] {
      let here = before + (command.argument == nil ? string(command.word) : "1")
      return (command.action == nil ? [] : [here])
        + command.children.flatMap { ways($0, here + " ") }
    }
    return Gateway.commands.filter {
      ["show", "explain", "support-bundle"].contains(string($0.word))
    }
    .flatMap { ways($0, "") }
  }

  @Test("Every answer of show is the same for a machine, word by word")
  func same() throws {
    // A call, so that no table is empty: one without rows does not tell its titles.
    let world = World.registered()
    world.connect(0, to: "6003", 1, 1)
    world.replace(0)
    world.replace(1)
    world.pass(.seconds(10))
    world.connect(0, to: "6003", 1, 1)
    world.pass(.seconds(7))
    let commands = showCommands()
    #expect(commands.count >= 20)
    for line in commands {
      let json = try asked(world, line)
      #expect(json["error"] == nil, "\(line)")
      var words = (try #require(json["lines"] as? [String])).joined(separator: " ")
      for table in try #require(json["tables"] as? [[[String: Any]]]) {
        for row in table {
          for (title, cell) in row { words += " \(title) \(cell is NSNull ? "" : "\(cell)")" }
        }
      }
      let shown = Set(world.boxes[0].console(line, now: world.now).split { " \n".contains($0) })
      let missing = shown.subtracting(words.split { " \n".contains($0) })
      #expect(missing.isEmpty, "\(line): \(missing)")
    }
  }

  @Test("Cells have their types, and a mistake its place")
  func types() throws {
    let world = World.registered(boxes: 1)
    let tables = try #require(
      try asked(world, "show registrations")["tables"] as? [[[String: Any]]])
    #expect(tables[0][0]["port"] as? Int == 1)
    #expect(tables[0][0]["last answer"] as? Int == 200)
    #expect(tables[0][0]["state"] as? String == "registered")
    let refused = try asked(world, "show nothing")
    let reason = try #require(refused["error"] as? String)
    #expect(reason.hasPrefix("'nothing' is not known"))
    #expect(refused["column"] as? Int == 6)
  }

  @Test("A machine changes the configuration as a person does, but types no password")
  func configures() throws {
    let world = World.registered(boxes: 1)
    for line in ["configure", "sip expires 900", "commit"] {
      #expect(try asked(world, line)["error"] == nil, "\(line)")
    }
    let stored = try #require(world.boxes[0].disk.stored.last)
    #expect(string(stored.text(secrets: .hidden)).contains("sip expires 900"))
    #expect(try asked(world, "exit")["error"] == nil)
    _ = try asked(world, "password")
    #expect(
      try asked(world, "show ports")["error"] as? String == "the console waits for something else")
    #expect(world.boxes[0].disk.passwords.isEmpty)
  }
}
