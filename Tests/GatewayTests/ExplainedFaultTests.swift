import Base
import Config
import Foundation
import MediaControl
import Network
import Testing

@testable import Gateway

/// A fault: what is done to a sound box, and what `explain` has to say of it.
private struct Fault: Sendable {
  enum Verdict: Sendable {
    /// The port cannot call, and this link is to blame.
    case broken(link: String)
    /// The port can call, but a note tells what somebody may complain of.
    case note
  }

  let name: String
  let verdict: Verdict
  /// A part of the words that only this fault may have.
  let words: String
  var port = 1
  /// Lines of the configuration more; with a voice network nothing is registered before the cause.
  var settings: [String] = []
  let cause: @Sendable (World) -> Void
}

extension World {
  /// Types lines at the first box's console.
  fileprivate func type(_ lines: String...) {
    for line in lines { _ = console(line) }
  }

  /// Takes a pin of the first box's port 1 away.
  fileprivate func loseLineCircuit() {
    let now = now
    act(0) { gateway, out in
      let why = Text("lamp (line 9 of the board file): GPIO led1: Device or resource busy".utf8)
      gateway.lineCircuitLost(1, why: why, now: now, into: &out)
    }
  }

  /// Takes the card of the first box's port 1 away.
  fileprivate func loseCard() {
    let now = now
    var ports = PortSet()
    ports.insert(1)
    act(0) { gateway, out in
      gateway.cards = [CardStatistics(number: 1)]
      gateway.receive(.cardLost(1, ports, errno: 19), now: now, into: &out)
    }
  }

  /// Brings the first box's voice interface up.
  fileprivate func raisePath() {
    let now = now
    act(0) { gateway, out in
      let address = InterfaceAddress(.v4(0xC000_0265), prefix: 24)
      gateway.pathRose(Lease(address), now: now, into: &out)
    }
    pass(.seconds(2))
  }

  /// Answers every question to DNS with a failure, or with the SBC's address.
  fileprivate func answerDNS(_ failure: DNSFailure?) {
    while !boxes[0].questions.isEmpty {
      let (number, question) = boxes[0].questions.removeFirst()
      let record = DNSRecord(.address(SBC.endpoint.address), seconds: 30)
      let known: DNSAnswer = question.type == .a ? .records([record]) : .failure(.noData)
      let now = now
      act(0) { $0.resolved(number, failure.map { .failure($0) } ?? known, now: now, into: &$1) }
    }
  }

  /// The same after the first box's voice interface has come up.
  fileprivate func raisePath(_ failure: DNSFailure?) {
    raisePath()
    answerDNS(failure)
    pass(.seconds(1))
  }

  /// A call from the first box's port 1 to a far party with a script.
  fileprivate func call(_ reply: SBC.Reply) {
    sbc.scripts["9001"] = [reply]
    lift(0)
    dial("9001", 0)
    pass(.seconds(6))
    replace(0)
    pass(.seconds(40))
  }

  /// An answered call whose stream counts this.
  fileprivate func talk(_ change: (inout StreamStatistics) -> Void) {
    change(&boxes[0].media.statistics)
    call(SBC.Reply(after: .seconds(1), code: 200, description: farDescription()))
  }
}

extension Fault {
  static let all = hardware + network + registrar + notes + calls

  private static let hardware: [Fault] = [
    Fault(
      name: "port that is not enabled", verdict: .broken(link: "service"),
      words: "port 3 enable is not set", port: 3
    ) { _ in },
    Fault(
      name: "port enabled without a restart", verdict: .broken(link: "service"),
      words: "next start", port: 3
    ) { world in
      world.type("configure", "port 3 enable", "port 3 number 6009", "port 3 line simulator /x")
      world.type("commit", "exit")
    },
    Fault(
      name: "audio card unplugged", verdict: .broken(link: "audio card"), words: "card 1 is gone"
    ) { $0.loseCard() },
    Fault(
      name: "pin held by another program", verdict: .broken(link: "line circuit"),
      words: "GPIO led1: Device or"
    ) { $0.loseLineCircuit() },
    Fault(
      name: "shorted, or off hook for long", verdict: .broken(link: "line"),
      words: "the two wires touch"
    ) { world in
      world.lift(0)
      world.pass(.seconds(600))
    },
  ]

  private static let vlan = ["network interface eth0", "network vlan 100"]
  private static let fixed = vlan + ["network address 192.0.2.101/24"]
  private static let named = [
    "network dns 192.0.2.53", "no sip server", "sip server sbc.example.net",
  ]

  private static let network: [Fault] = [
    Fault(
      name: "no cable", verdict: .broken(link: "cable"), words: "eth0: no cable", settings: vlan
    ) { $0.boxes[0].gateway.hasVoiceCable = false },
    Fault(
      name: "cable pulled while registered", verdict: .broken(link: "cable"),
      words: "eth0: no cable", settings: vlan
    ) { world in
      world.raisePath()
      world.boxes[0].gateway.hasVoiceCable = false
      world.boxes[0].gateway.pathFell(now: world.now)
    },
    Fault(
      name: "wrong VLAN: no DHCP", verdict: .broken(link: "address"),
      words: "no DHCP server answers on VLAN 100: is that the carrier's VLAN?", settings: vlan
    ) { _ in },
    Fault(
      name: "no DHCP, no VLAN", verdict: .broken(link: "address"),
      words: "no DHCP server answers", settings: ["network interface eth0"]
    ) { _ in },
    Fault(
      name: "interface that cannot be made", verdict: .broken(link: "address"),
      words: "does not come up", settings: fixed
    ) { _ in },
    Fault(
      name: "nobody tells where the SBC is", verdict: .broken(link: "SBC"),
      words: "sip server is not set, and DHCP tells none", settings: vlan + ["no sip server"]
    ) { $0.raisePath() },
    Fault(
      name: "DNS dead", verdict: .broken(link: "SBC"),
      words: "sbc.example.net: no DNS server answers", settings: fixed + named
    ) { $0.raisePath(.timeout) },
    Fault(
      name: "DNS server not there", verdict: .broken(link: "SBC"),
      words: "no DNS server is there, or there is no way to it", settings: fixed + named
    ) { $0.raisePath(.unreachable) },
    Fault(
      name: "SBC's name misspelt", verdict: .broken(link: "SBC"),
      words: "there is no such name (NXDOMAIN)", settings: fixed + named
    ) { $0.raisePath(.noName) },
    Fault(
      name: "SBC's name for TLS only", verdict: .broken(link: "SBC"),
      words: "offers no SIP by the transport of sip transport", settings: fixed + named
    ) { $0.raisePath(.noTransport) },
    Fault(
      name: "DNS dies while registered", verdict: .note,
      words: "no DNS server answers; what was known before goes on", settings: fixed + named
    ) { world in
      world.raisePath(nil)
      world.pass(.seconds(60))
      world.answerDNS(.timeout)
    },
    Fault(
      name: "SBC silent from the start", verdict: .broken(link: "registration"),
      words: "SBC 192.0.2.1:5060 does not answer", settings: fixed
    ) { world in
      world.sbc.isAlive = false
      world.raisePath()
      world.pass(.seconds(60))
    },
    Fault(
      name: "SBC silent for long", verdict: .broken(link: "registration"),
      words: "SBC 192.0.2.1:5060 does not answer"
    ) { world in
      world.sbc.isAlive = false
      world.pass(.seconds(1_200))
    },
  ]

  private static let registrar: [Fault] =
    [
      Fault(
        name: "wrong user or password: 401", verdict: .broken(link: "registration"),
        words: "refuses the user name or the password of 6001 (401)"
      ) { world in
        world.sbc.endlessChallenge = "Digest realm=\"r\", nonce=\"m\", qop=\"auth\""
        world.pass(.seconds(1_200))
      },
      Fault(
        name: "unknown digest", verdict: .broken(link: "registration"),
        words: "a digest that this firmware does not know"
      ) { world in
        world.sbc.endlessChallenge = "Digest realm=\"r\", nonce=\"m\", algorithm=Whirlpool"
        world.pass(.seconds(1_200))
      },
      Fault(
        name: "accepted, not kept", verdict: .broken(link: "registration"),
        words: "accepts without keeping our address"
      ) { world in
        world.sbc.keepsNothing = true
        world.pass(.seconds(1_200))
      },
    ]
    + [
      refused(400, "does not understand"), refused(403, "forbids 6001"),
      refused(404, "does not know 6001 at ims.example"), refused(405, "the SBC refuses (405)"),
      refused(408, "cannot serve now"), refused(420, "does not understand"),
      refused(423, "longer sip expires"), refused(480, "cannot serve now"),
      refused(500, "cannot serve now"), refused(503, "cannot serve now"),
      refused(504, "cannot serve now"), refused(600, "the SBC refuses (600)"),
      refused(604, "does not know 6001 at ims.example"),
    ]

  private static func refused(_ code: UInt16, _ words: String) -> Fault {
    Fault(name: "SBC answers \(code)", verdict: .broken(link: "registration"), words: words) {
      world in
      world.sbc.refusal = code
      world.pass(.seconds(1_200))
    }
  }

  private static let notes: [Fault] = [
    Fault(
      name: "clock wrong: 1970", verdict: .note, words: "the clock is not set: no time server"
    ) { world in
      world.boxes[0].gateway.wallClock = WallClock(
        utcNanoseconds: 0, utcOffsetSeconds: 28_800, at: world.now)
    },
    Fault(name: "disk full", verdict: .note, words: "could not be stored: is the disk full?") {
      world in
      world.boxes[0].disk.failure = "No space left on device"
      world.type("configure", "hostname hall", "commit", "exit")
    },
    Fault(name: "box too slow", verdict: .note, words: "too slow for its audio") { world in
      let now = world.now
      let xrun = CardXrun(
        isCapture: true, isWithinWork: false, workUs: 21_000, awayUs: 100, missedPeriods: 2)
      world.act(0) { $0.receive(.xrun(1, xrun), now: now, into: &$1) }
    },
    Fault(
      name: "SBC silent, registered still", verdict: .note,
      words: "the SBC does not renew the registration, which is over in"
    ) { world in
      world.sbc.isAlive = false
      world.pass(.seconds(400))
    },
  ]

  private static let calls: [Fault] = [
    Fault(name: "wrong codec", verdict: .note, words: "to 9001: no common codec") { world in
      world.call(
        SBC.Reply(after: .seconds(1), code: 200, description: farDescription(formats: "18")))
    },
    Fault(name: "far party busy", verdict: .note, words: "to 9001: refused with 486") {
      $0.call(SBC.Reply(code: 486))
    },
    Fault(name: "number does not exist", verdict: .note, words: "to 9001: refused with 404") {
      $0.call(SBC.Reply(code: 404))
    },
    Fault(name: "calls barred", verdict: .note, words: "to 9001: refused with 403") {
      $0.call(SBC.Reply(code: 403))
    },
    Fault(name: "no media here: 488", verdict: .note, words: "to 9001: refused with 488") {
      $0.call(SBC.Reply(code: 488))
    },
    Fault(name: "RTP blocked", verdict: .note, words: "no audio came from the far party") {
      $0.talk { $0.receivedPackets = 0 }
    },
    Fault(name: "RTP from elsewhere", verdict: .note, words: "from another address than the SBC") {
      $0.talk {
        $0.receivedPackets = 0
        $0.strangerPackets = 400
      }
    },
    Fault(name: "RTP in another codec", verdict: .note, words: "a codec that was not agreed on") {
      $0.talk {
        $0.receivedPackets = 0
        $0.refusedPackets = 400
      }
    },
    Fault(name: "SRTP under another key", verdict: .note, words: "came under another key") {
      $0.talk {
        $0.receivedPackets = 0
        $0.forgedPackets = 400
      }
    },
    Fault(name: "lossy way to us", verdict: .note, words: "30 packets to us were lost") {
      $0.talk { $0.lostPackets = 30 }
    },
    Fault(
      name: "lossy way to the far party", verdict: .note,
      words: "40 packets to the far party were lost"
    ) {
      $0.talk { $0.remoteLostPackets = 40 }
    },
  ]
}

@Suite("Explain names every fault")
struct ExplainedFaultTests {
  @Test("The table of faults, each named, and none of a sound port")
  func table() {
    #expect(Fault.all.count >= 30)
    var table = "What explain says of deliberate faults\n"
    for (number, fault) in Fault.all.enumerated() {
      let (said, world) = explained(fault)
      let line = judge(fault, said)
      let name = fault.name.padding(toLength: 34, withPad: " ", startingAt: 0)
      table += "\(number + 1 < 10 ? " " : "")\(number + 1)  \(name)\(line)\n"
      if case .broken(let link) = fault.verdict, fault.port == 1 {
        let status = world.console("show status")
        #expect(status.contains("port 1: \(link): "), "\(fault.name): \(status)")
      }
    }
    print(table)
    let sound = World.registered(boxes: 1).console("explain port 1")
    #expect(!sound.contains("BROKEN") && !sound.contains("note"))
  }

  private func explained(_ fault: Fault) -> (String, World) {
    let world = World(boxes: 1, settings: fault.settings, label: fault.name)
    world.start()
    world.pass(.seconds(5))
    fault.cause(world)
    return (world.console("explain port \(fault.port)"), world)
  }

  /// The line that names the fault, which has to be the only one of its kind.
  private func judge(_ fault: Fault, _ said: String) -> Substring {
    let mark: String
    let end: String
    switch fault.verdict {
    case .broken(let link):
      mark = "BROKEN: "
      end = "port \(fault.port) cannot call: look at its \(link)\n"
    case .note:
      mark = "  note   "
      end = "port \(fault.port) can call\n"
      #expect(!said.contains("BROKEN"), "\(fault.name): \(said)")
    }
    let named = said.split(separator: "\n").filter { $0.contains(mark) }
    #expect(named.count == 1, "\(fault.name): \(said)")
    #expect(named.first?.contains(fault.words) == true, "\(fault.name): \(said)")
    #expect(said.hasSuffix(end), "\(fault.name): \(said)")
    return named.first?.trimmingPrefix("  ") ?? "nothing"
  }
}
