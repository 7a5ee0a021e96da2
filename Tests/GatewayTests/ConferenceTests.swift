import Base
import Testing

@testable import Gateway

/// A call with a conference, as the console and the log show it.
@Suite("Who takes part in a conference")
struct ConferenceTests {
  private static let users =
    "<users><user entity=\"sip:6001@ims.example\"/><user entity=\"sip:ann@ims.example\">"
    + "<display-text>Ann</display-text><endpoint entity=\"a\"><status>on-hold</status></endpoint>"
    + "</user><user entity=\"sip:bob@ims.example\"><endpoint entity=\"b\"><status>alerting</status>"
    + "</endpoint></user></users>"

  private func document(_ version: Int, _ body: String) -> String {
    "<conference-info version=\"\(version)\" state=\"full\">\(body)</conference-info>"
  }

  private func conference(language: String = "en") -> World {
    let world = World.registered(boxes: 1)
    for line in ["configure", "language \(language)", "commit", "exit"] {
      _ = world.console(line)
    }
    world.sbc.scripts["9001"] = [
      SBC.Reply(after: .seconds(1), code: 200, description: farDescription(), isFocus: true)
    ]
    world.lift(0)
    world.dial("9001", 0)
    world.pass(.seconds(2))
    world.depart(world.sbc.notify(document(1, Self.users), number: 1))
    world.pass(.seconds(1))
    return world
  }

  private func lines(_ answer: String) -> [String] {
    answer.split(separator: "\n").dropFirst(2).map { String($0) }
  }

  @Test("In the list of calls, letter by letter, and in the log; nothing once it is over")
  func shown() {
    let world = conference()
    #expect(
      lines(world.console("show calls")) == [
        "call 1 of port 1: conference of 2",
        "participant           name  state",
        "sip:6001@ims.example        connected",
        "sip:ann@ims.example   Ann   on hold",
        "sip:bob@ims.example         being called",
      ])
    #expect(world.console("show log").contains("call 1: conference of 2\n"))
    let crowd = (1...40).map { "<user entity=\"\($0)\"/>" }.joined()
    world.depart(world.sbc.notify(document(2, "<users>\(crowd)</users>"), number: 2))
    world.pass(.seconds(1))
    #expect(lines(world.console("show calls"))[0] == "call 1 of port 1: conference of more than 32")
    world.replace(0)
    world.pass(.seconds(1))
    #expect(!world.console("show calls").contains("conference"))
    world.stop(0)
    world.pass(.seconds(5))
  }

  @Test("The same in Chinese")
  func chinese() {
    let world = conference(language: "zh")
    #expect(
      lines(world.console("show calls")) == [
        "呼叫 1（端口 1）：2 方会议",
        "与会者                名称  状态",
        "sip:6001@ims.example        已接通",
        "sip:ann@ims.example   Ann   保持中",
        "sip:bob@ims.example         正在呼叫",
      ])
  }
}
