internal import Base
internal import Call
internal import MediaControl

/// What `test port N` can try of a line, in the order in which it tries all of it.
enum LineTest: UInt8, CaseIterable {
  case loop
  case ring
  case tone
  case dtmf
  case erl
  case talk

  /// What is typed behind the port's number, and what the lines of its answer begin with.
  var word: StaticString {
    switch self {
    case .loop: "loop"
    case .ring: "ring"
    case .tone: "tone"
    case .dtmf: "dtmf"
    case .erl: "erl"
    case .talk: "talk"
    }
  }

  /// What it does, for `?` and `help`.
  var help: StaticString {
    switch self {
    case .loop: "What the hook and a dial do, for 15 s"
    case .ring: "One burst of the bell, and whether the handset is lifted in it"
    case .tone: "Dial tone into the handset, for 5 s"
    case .dtmf: "The keys that are pressed, with the levels of their tones"
    case .erl: "Echo return loss: how much weaker comes back what is sent"
    case .talk: "What is said into the handset, back into it a second later"
    }
  }

  /// Where the handset must be; `nil` when that is the question.
  var wantsOffHook: Bool? {
    switch self {
    case .loop: nil
    case .ring: false
    case .tone, .dtmf, .erl, .talk: true
    }
  }

  /// What the port does meanwhile.
  var activity: PortTest {
    switch self {
    case .loop: .watch
    case .ring: .ring
    case .tone: .tone
    case .dtmf: .probe(.digits)
    case .erl: .probe(.echo)
    case .talk: .probe(.loopback)
    }
  }

  /// When it is over if nothing ends it sooner.
  var limit: Duration {
    switch self {
    case .loop, .dtmf: .seconds(15)
    case .ring: .seconds(10)
    case .tone: .seconds(5)
    // It measures for 2.3 s.
    case .erl: .seconds(5)
    case .talk: .seconds(20)
    }
  }

  /// What whoever holds the handset has to know when it begins.
  var beginning: StaticString {
    switch self {
    case .loop: "lift, tap the hook, dial, hang up; 15 s"
    case .ring: "one burst"
    case .tone: "dial tone for 5 s"
    case .dtmf: "press keys; 5 s without one end it"
    case .erl: "noise for 2 s; keep quiet"
    case .talk: "speak; it comes back a second later, for 20 s"
    }
  }
}
