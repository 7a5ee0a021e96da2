import Base
import Config
import Foundation
import MediaControl
import Network
import Testing

@testable import Gateway

/// Faults, one a row: what is done to a sound box, and which link `explain` has to blame.
private struct Fault: Sendable, CustomTestStringConvertible {
  let name: String
  let link: String
  /// A part of the words that only this fault may have.
  let words: String
  var port = 1
  let cause: @Sendable (World) -> Void

  var testDescription: String { name }

  static let all: [Fault] = [
    Fault(
      name: "port that is not enabled", link: "service", words: "port 3 enable is not set", port: 3
    ) { _ in },
    Fault(
      name: "port enabled without a restart", link: "service", words: "next start", port: 3
    ) { world in
      world.type("configure", "port 3 enable", "port 3 number 6009", "port 3 line simulator /x")
      world.type("commit", "exit")
    },
    Fault(name: "audio card unplugged", link: "audio card", words: "card 1 is gone") { world in
      world.loseCard()
    },
    Fault(name: "pin held by another", link: "line circuit", words: "GPIO led1: Device or") {
      world in
      world.loseLineCircuit()
    },
    Fault(name: "wires shorted", link: "line", words: "the two wires touch") { world in
      world.lift(0)
      world.pass(.seconds(600))
    },
    Fault(name: "SBC silent", link: "registration", words: "SBC 192.0.2.1:5060 does not answer") {
      world in
      world.sbc.isAlive = false
      world.pass(.seconds(1_200))
    },
    refused(400, "does not understand"), refused(403, "forbids 6001"),
    refused(404, "does not know 6001 at ims.example"), refused(408, "cannot serve now"),
    refused(423, "longer sip expires"), refused(480, "cannot serve now"),
    refused(500, "cannot serve now"), refused(503, "cannot serve now"),
    refused(504, "cannot serve now"), refused(600, "the SBC refuses"),
  ]

  private static func refused(_ code: UInt16, _ words: String) -> Fault {
    Fault(name: "SBC answers \(code)", link: "registration", words: words) { world in
      world.sbc.refusal = code
      world.pass(.seconds(1_200))
    }
  }
}

extension World {
  /// Types lines at the first box's console.
  fileprivate func type(_ lines: String...) {
    for line in lines { _ = console(line) }
  }

  /// Takes a pin of the first box's port 1 away.
  fileprivate func loseLineCircuit() {
    let now = now
    boxes[0].act(now) { gateway, out in
      let why = Text("lamp (line 9 of the board file): GPIO led1: Device or resource busy".utf8)
      gateway.lineCircuitLost(1, why: why, now: now, into: &out)
    }
  }

  /// Takes the card of the first box's port 1 away.
  fileprivate func loseCard() {
    let now = now
    var ports = PortSet()
    ports.insert(1)
    boxes[0].act(now) { gateway, out in
      gateway.cards = [CardStatistics(number: 1)]
      gateway.receive(.cardLost(1, ports, errno: 19), now: now, into: &out)
    }
  }
}

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

  @Test("Every fault is named", arguments: Fault.all)
  private func fault(_ fault: Fault) {
    let world = World.registered(boxes: 1)
    fault.cause(world)
    let said = world.console("explain port \(fault.port)")
    let blamed = said.split(separator: "\n").filter { $0.contains("BROKEN: ") }
    #expect(blamed.count == 1, "\(said)")
    #expect(blamed.first?.contains(fault.words) == true, "\(said)")
    #expect(said.hasSuffix("port \(fault.port) cannot call: look at its \(fault.link)\n"))
    let row = fault.name.padding(toLength: 32, withPad: " ", startingAt: 0)
    print("\(row)\(blamed.first.map { $0.trimmingPrefix("  ") } ?? "nothing")")
    if fault.port == 1 {
      #expect(world.console("show status").contains("port 1: \(fault.link): "))
    }
  }

  @Test("The network's links: cable, address, an SBC that nobody tells")
  func network() throws {
    var out = Outbox<GatewayOutput>(limit: Gateway.outputLimit)
    let text =
      "network interface eth0\nnetwork vlan 100\nsip domain a.example\n"
      + "port 1 enable\nport 1 number 6001\nport 1 line simulator /p\n"
    let (configuration, mistakes) = Configuration.read(Text(text), checks: .standard)
    #expect(mistakes.isEmpty)
    var gateway = Gateway(
      configuration, version: [],
      wallClock: WallClock(utcNanoseconds: 0, utcOffsetSeconds: 0, at: .zero),
      seed: (1, 2, 3, 4), now: .zero, into: &out)
    func blamed(_ gateway: inout Gateway) -> String {
      var answer = Text()
      gateway.explain(1, &answer)
      return string(answer).split(separator: "\n").first { $0.contains("BROKEN") }
        .map { String($0.drop { $0 == " " }) } ?? ""
    }
    gateway.start(now: .zero, into: &out)
    gateway.hasVoiceCable = false
    #expect(blamed(&gateway) == "cable         BROKEN: eth0: no cable, or its far end is off")
    gateway.hasVoiceCable = true
    #expect(
      blamed(&gateway)
        == "address       BROKEN: no DHCP server answers on VLAN 100: is that the carrier's VLAN?")
    gateway.pathRose(
      Lease(InterfaceAddress(.v4(0x0A64_0001), prefix: 24)), now: .zero, into: &out)
    #expect(blamed(&gateway).hasPrefix("SBC           BROKEN: unknown: sip server is not set"))
    var answer = Text()
    gateway.explain(1, &answer)
    #expect(string(answer).contains("  note          the clock is not set"))
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
    world.mark()
    #expect(world.console("register now") == "asked: show registrations\n")
    world.pass(.milliseconds(100))
    #expect(world.boxes[0].take().filter { $0.hasSuffix("REGISTER") }.count == 2)
    #expect(world.console("show port 1").contains("registered, for another 0:09:59"))
  }

  @Test("A call that failed is remembered as a note")
  func lastCall() {
    let world = World.registered(boxes: 1)
    world.sbc.scripts["9001"] = [
      SBC.Reply(after: .seconds(1), code: 200, description: farDescription(formats: "18"))
    ]
    world.lift(0)
    world.dial("9001", 0)
    world.pass(.seconds(2))
    world.replace(0)
    world.pass(.seconds(40))
    #expect(
      world.console("explain port 1").contains(
        "  note          the last call, to 9001: no common codec\nport 1 can call\n"))
  }
}
