import Base
import Call
import MediaControl
import SIPAgent
import Testing

/// Every situation that a port can be in; a new stage needs one of them, or several.
enum Situation: String, CaseIterable {
  case idle
  case unregistered
  case dialling
  case inviting
  case calling
  case ringback
  case earlyMedia
  case ringing
  case talking
  case disconnected
  case howler
  case lockedOut
  case outOfService
  case outOfServiceOffHook
  case withoutLineCircuit
  case withoutBoth
  case testing
  case testingOffHook
  case testingBell

  /// The stage that `show ports` names.
  var stage: PortStage {
    switch self {
    case .idle: .idle
    case .unregistered: .unregistered
    case .dialling: .dialling
    case .inviting, .calling: .calling
    case .ringback, .earlyMedia: .alerting
    case .ringing: .ringing
    case .talking: .talking
    case .disconnected: .disconnected
    case .howler: .howler
    case .lockedOut: .lockedOut
    case .outOfService, .outOfServiceOffHook, .withoutLineCircuit, .withoutBoth: .outOfService
    case .testing, .testingOffHook, .testingBell: .testing
    }
  }
}

/// Everything that can happen to a port.
enum Happening: String, CaseIterable {
  case lift
  case replace
  case flash
  case digit
  case registered
  case lostRegistration
  case incoming
  case invited
  case notInvited
  case progress
  case earlyMedia
  case answered
  case answeredBadly
  case offered
  case offeredBadly
  case offerAccepted
  case ended
  case strangerEnded
  case streamStarted
  case dataHeard
  case offerRefused
  case otherParty
  case emergency
  case timeUp
  case cardLost
  case cardReturned
  case otherCardLost
  case lineCircuitLost
  case lineCircuitReturned
  case testBegun
  case testEnded
}

extension PortBench {
  /// Brings a new port into a situation, at 10 s.
  mutating func enter(_ situation: Situation) {
    switch situation {
    case .idle: break
    case .unregistered:
      _ = tell(.registration(1, .failed(.timeout)), 0)
      _ = loop(.closed, 0)
    case .dialling:
      _ = loop(.closed, 0)
    case .inviting: dial()
    case .calling: call()
    case .ringback:
      call()
      progress(180, [])
    case .earlyMedia:
      call()
      progress(183, remote())
    case .ringing:
      _ = tell(.incoming(newSession(), 1, caller, offer: remote()), 9_000)
    case .talking:
      call()
      if let session { _ = tell(.answered(session, description: remote()), 9_000) }
    case .disconnected:
      _ = loop(.closed, 0)
      _ = digit("9", 1_000)
      _ = digit("9", 1_000)
    case .howler:
      _ = loop(.closed, 0)
      _ = digit("9", 1_000)
      _ = digit("9", 1_000)
      _ = run(to: 41_000)
    case .lockedOut:
      _ = loop(.closed, 0)
      _ = digit("9", 1_000)
      _ = digit("9", 1_000)
      _ = run(to: 101_000)
    case .outOfService: _ = loseCard(0)
    case .outOfServiceOffHook:
      _ = loop(.closed, 0)
      _ = loseCard(1_000)
    case .withoutLineCircuit: _ = lineCircuit(isDriven: false, 0)
    case .withoutBoth:
      _ = lineCircuit(isDriven: false, 0)
      _ = loseCard(0)
    case .testing: _ = test(.watch, 0)
    case .testingOffHook:
      _ = loop(.closed, 0)
      _ = test(.probe(.digits), 1_000)
    case .testingBell: _ = test(.ring, 9_000)
    }
  }

  private mutating func loseCard(_ ms: Int64) -> [String] {
    tell(.cardLost(1, ports(1), errno: 19), ms)
  }

  private func ports(_ number: PortNumber) -> PortSet {
    var ports = PortSet()
    ports.insert(number)
    return ports
  }

  private mutating func dial() {
    _ = loop(.closed, 5_000)
    for key in "110" { _ = digit(key, 8_000) }
  }

  private mutating func call() {
    dial()
    _ = invited(newSession(), 8_000)
  }

  private mutating func progress(_ code: UInt16, _ description: Text) {
    guard let session else { return }
    _ = tell(.progress(session, code: code, description: description), 8_500)
  }

  /// Lets something happen now; what belongs to a session happens in the port's own, or in one
  /// that it does not know.
  mutating func happen(_ happening: Happening) {
    let ms = now.nanoseconds / 1_000_000
    let session = self.session ?? SessionNumber(rawValue: 999)
    switch happening {
    case .lift: _ = loop(.closed, ms)
    case .replace:
      _ = loop(.open, ms)
      _ = run(to: ms + 500)
    case .flash:
      _ = loop(.open, ms)
      _ = loop(.closed, ms + 200)
    case .digit: _ = digit("5", ms)
    case .registered: _ = tell(.registration(1, .registered), ms)
    case .lostRegistration: _ = tell(.registration(1, .failed(.timeout)), ms)
    case .incoming: _ = tell(.incoming(newSession(), 1, caller, offer: remote()), ms)
    case .invited: _ = invited(newSession(), ms)
    case .notInvited: _ = invited(nil, ms)
    case .progress: _ = tell(.progress(session, code: 180, description: []), ms)
    case .earlyMedia: _ = tell(.progress(session, code: 183, description: remote()), ms)
    case .answered: _ = tell(.answered(session, description: remote()), ms)
    case .answeredBadly: _ = tell(.answered(session, description: foreign), ms)
    case .offered: _ = tell(.offered(session, description: remote(version: 9)), ms)
    case .offeredBadly: _ = tell(.offered(session, description: foreign), ms)
    case .offerAccepted: _ = tell(.offerAccepted(session, description: remote()), ms)
    case .ended: _ = tell(.ended(session, .byRemote), ms)
    case .strangerEnded: _ = tell(.ended(SessionNumber(rawValue: 998), .byRemote), ms)
    case .streamStarted: _ = tell(.streamStarted(1), ms)
    case .dataHeard: _ = tell(.dataHeard(1, .modem), ms)
    case .offerRefused: _ = tell(.offerRefused(session, code: 488), ms)
    case .otherParty:
      _ = tell(.progress(session, code: 183, description: [], isOtherParty: true), ms)
    case .emergency: _ = tell(.emergency(session), ms)
    case .cardLost: _ = loseCard(ms)
    case .cardReturned: _ = tell(.cardReturned(1, ports(1)), ms)
    case .otherCardLost: _ = tell(.cardLost(2, ports(2), errno: 19), ms)
    case .lineCircuitLost: _ = lineCircuit(isDriven: false, ms)
    case .lineCircuitReturned: _ = lineCircuit(isDriven: true, ms)
    case .testBegun: _ = test(.ring, ms)
    case .testEnded: _ = endTest(ms)
    case .timeUp:
      let before = stage
      var end = ms
      while stage == before, end < ms + 200_000 {
        end += 500
        _ = run(to: end)
      }
    }
  }
}

@Suite("Every situation of a port and everything that can happen")
struct PortPairTests {
  /// The stage after each happening, in the order of `Happening`, by its letter.
  private static func expected(_ situation: Situation) -> String {
    switch situation {
    // lift replace flash digit | registered lost | incoming invited not | progress early answered
    // bad | offered bad accepted | ended stranger | stream data refused, other party, emergency, time |
    // card lost returned, another lost | line circuit lost returned | test begun ended
    case .idle: "did i ii rii iiii iii ii iiiiii oii oi si"
    case .unregistered: "uiu u du uuu uuuu uuu uu uuuuuh ouu ou su"
    case .dialling: "did d dd ddd dddd ddd dd dddddx odd od sd"
    case .inviting: "cic c cc ccx cccc ccc cc cccccx occ oc cc"
    case .calling: "cic c cc ccc aatx ccc xc cccccx occ oc cc"
    case .ringback: "aia a aa aaa aatx aaa xa aaaacx oaa oa aa"
    case .earlyMedia: "aia a aa aaa aatx aaa xa aaaacx oaa oa aa"
    case .ringing: "trt r rr rrr rrrr rrr ir rrrrri orr or rr"
    case .talking: "tit t tt ttt tttt ttt xt tttttt ott ot tt"
    case .disconnected: "xix x xx xxx xxxx xxx xx xxxxxh oxx ox sx"
    case .howler: "hih h hh hhh hhhh hhh hh hhhhhl ohh oh sh"
    case .lockedOut: "lil l ll lll llll lll ll llllll oll ol ll"
    case .outOfService: "ooo o oo ooo oooo ooo oo oooooo oio oo oo"
    case .outOfServiceOffHook: "ooo o oo ooo oooo ooo oo oooooo odo oo oo"
    case .withoutLineCircuit: "ooo o oo ooo oooo ooo oo oooooo ooo oi oo"
    case .withoutBoth: "ooo o oo ooo oooo ooo oo oooooo ooo oo oo"
    case .testing: "sss s ss rss ssss sss ss ssssss oss os si"
    case .testingOffHook: "sss s ss sss ssss sss ss ssssss oss os sd"
    case .testingBell: "sss s ss rss ssss sss ss ssssss oss os si"
    }
  }

  private static func letter(_ stage: PortStage) -> Character {
    switch stage {
    case .idle: "i"
    case .unregistered: "u"
    case .dialling: "d"
    case .calling: "c"
    case .alerting: "a"
    case .ringing: "r"
    case .talking: "t"
    case .disconnected: "x"
    case .howler: "h"
    case .lockedOut: "l"
    case .outOfService: "o"
    case .testing: "s"
    }
  }

  @Test("Every pair leads where the table says", arguments: Situation.allCases)
  func pairs(_ situation: Situation) throws {
    let row = Self.expected(situation).filter { $0 != " " }
    try #require(row.count == Happening.allCases.count)
    for (happening, expected) in zip(Happening.allCases, row) {
      let label = "\(situation) + \(happening)"
      var bench = try PortBench(label: label)
      bench.enter(situation)
      #expect(bench.stage == situation.stage, "\(label)")
      bench.happen(happening)
      #expect(Self.letter(bench.stage) == expected, "\(label)")
      bench.expectNothingLeft()
    }
  }

  @Test("Every pair of happenings in every situation leaves nothing behind")
  func triples() throws {
    for situation in Situation.allCases {
      for first in Happening.allCases {
        for second in Happening.allCases {
          var bench = try PortBench(label: "\(situation) + \(first) + \(second)")
          bench.enter(situation)
          bench.happen(first)
          bench.happen(second)
          bench.expectNothingLeft()
        }
      }
    }
  }

  @Test("Every stage has its situation")
  func coverage() {
    #expect(Set(Situation.allCases.map(\.stage)) == Set(PortStage.allCases))
  }

  @Test(
    "A second call is refused: 486, and 480 without a card; a test makes way",
    arguments: Situation.allCases)
  func busy(_ situation: Situation) throws {
    var bench = try PortBench(label: "\(situation)")
    bench.enter(situation)
    let ms = bench.now.nanoseconds / 1_000_000
    let seen = bench.tell(.incoming(bench.newSession(), 1, caller, offer: remote()), ms)
    switch situation {
    case .idle: #expect(seen == ["0 ring", "0 ringing"])
    case .testing: #expect(seen == ["0 test dropped", "0 ring", "0 ringing"])
    case .testingBell:
      let test = ["\(ms) ringing", "\(ms) standby", "\(ms) test dropped"]
      #expect(seen == test + ["\(ms) ring", "\(ms) ringing"])
    case .outOfService, .outOfServiceOffHook, .withoutLineCircuit, .withoutBoth:
      #expect(seen == ["\(ms) reject 480"])
    default: #expect(seen == ["\(ms) reject 486"])
    }
  }
}
