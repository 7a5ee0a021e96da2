import Base
import Config
import Foundation
import MediaControl
import Network
import Testing

@testable import Gateway

@Suite("Explain")
struct ExplainTests {
  @Test("A sound port")
  func sound() {
    let world = World.registered(boxes: 1)
    #expect(
      world.console("explain port 1") == """
          service       in service as 6001
          line          on hook
          SBC           192.0.2.1:5060
          registration  registered, for another 0:09:55
        port 1 can call

        """)
    #expect(
      world.console("show status") == """
        box1, Tipring 0.1, 2026-07-01 08:00:05, up 0:00:05
        voice: left to the system; own address 192.0.2.101
        SBC: 192.0.2.1:5060
        port  number  state    registration  last answer  next try in
           1  6001    on hook  registered            200      0:04:55
           2  6002    on hook  registered            200      0:04:55
        no alarms

        """)
  }

  @Test("show port N, show registrations detail, register now")
  func details() {
    let world = World.registered(boxes: 1)
    #expect(
      world.console("show port 2") == """
          number        6002
          name          Room 6002
          state         on hook
          service       in service as 6002
          line          on hook
          SBC           192.0.2.1:5060
          registration  registered, for another 0:09:55
        port 2 can call

        """)
    #expect(
      world.console("show registrations detail") == """
        port 1: registered
          last answer   200
          expires in    0:09:55
          next try in   0:04:55
        port 2: registered
          last answer   200
          expires in    0:09:55
          next try in   0:04:55

        """)
    let core = World(boxes: 1, ports: 1, settings: ["sip profile ims"])
    core.start()
    core.pass(.seconds(5))
    #expect(
      core.console("show registrations detail").hasSuffix("reg event     refused with 405\n"))
    world.mark()
    #expect(world.console("register now") == "asked: show registrations\n")
    world.pass(.milliseconds(100))
    #expect(world.boxes[0].take().filter { $0.hasSuffix("REGISTER") }.count == 2)
    #expect(world.console("show port 1").contains("registered, for another 0:09:59"))
  }
}
