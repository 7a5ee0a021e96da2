public import Access
public import Base
public import Config
internal import MediaControl

/// What one console keeps between its lines.
public struct ConsoleSession: Sendable {
  /// The console's number, from 1, by which others and the log know it.
  public let number: UInt8
  /// What its user may do.
  public let role: UserRole
  /// Whether lines change the candidate configuration.
  var isConfiguring = false
  /// Whether the console asked to be left.
  public internal(set) var isOver = false
  /// Whether the present line's answer is for other eyes too, such as a configuration.
  var isVerbatim = false
  /// What the present line wants of the world around the gateway.
  var errand: ConsoleErrand?
  /// Why what the present line wanted was not done.
  var failure: Text?
  /// What the present line wants of the rest of the gateway.
  var wish: ConsoleWish?
  /// The lines of a configuration that is being pasted; `nil` outside of `load`.
  var paste: ConfigurationPaste?

  /// An answer whose errand takes its time.
  struct Held {
    let answer: Text
    let isMachine: Bool
  }
  /// What is answered when the present line's errand is done.
  var held: Held?

  /// Whether the present line's answer waits for `Gateway.carriedOut`.
  public var isWaiting: Bool { held != nil }

  /// A password that is being asked for.
  var passwordDialogue: PasswordDialogue?

  /// Makes the state of a console that was just opened.
  public init(number: UInt8, role: UserRole) {
    self.number = number
    self.role = role
  }
}

/// What a command wants done inside the gateway when its answer is complete.
enum ConsoleWish {
  /// End in order.
  case restart
  /// Register every port at once.
  case register
  /// Tell of everything that happens.
  case monitor
  /// Ask a host whether it is there.
  case ping(IPAddress)
  /// Walk from a name to addresses.
  case resolve(Text)
  /// Make a call from a port, for so many seconds.
  case testCall(PortNumber, Text, seconds: Int)
  /// Try a port's line in these ways.
  case testLine(PortNumber, [LineTest])
}

/// What a command wants done outside of the gateway before its answer is complete.
public enum ConsoleErrand: Equatable, Sendable {
  /// How many earlier configurations are kept.
  public static let historyLimit: UInt8 = 10

  /// Store a configuration in place of the stored one, on trial for so many minutes if any.
  case store(Configuration, trialMinutes: UInt8?)
  /// Forget that the stored configuration is on trial.
  case confirm
  /// Forget the stored configuration and all before it.
  case factoryReset
  /// Make an empty file for a capture; what it gets comes from `takeCapture`, and with media from the
  /// voice ports' packets too.
  case openCapture(withMedia: Bool)
  /// Close the capture's file; the result names it.
  case closeCapture
  /// Read the file of the last capture, of which a part will be shown; the result is its content.
  case readCapture(part: Int)
  /// Read the configuration that was stored so many commits ago.
  case load(UInt8)
  /// Read what the box runs on.
  case readEnvironment
  /// Store what crypt(3) makes of a role's new password.
  case setPassword(UserRole, Text)

  /// Whether the stored configuration, or what it goes back to, is another one afterwards.
  public var changesWhatIsStored: Bool {
    switch self {
    case .store, .confirm, .factoryReset: true
    case .openCapture, .closeCapture, .readCapture, .load, .readEnvironment, .setPassword: false
    }
  }
}

/// What came of an errand.
public enum ConsoleErrandResult: Sendable {
  /// It is done.
  case done
  /// The configuration that was read.
  case loaded(Configuration)
  /// Where the file is.
  case file(Text)
  /// What the file holds.
  case content(Text)
  /// What the box runs on.
  case environment(BoxEnvironment)
  /// It could not be done; nothing was changed.
  case failed(Text)
}

/// Configurations beside the one that runs, and who works on them.
struct ConfigurationEditing {
  /// How many minutes a commit may be on trial.
  static let trialRange = 1...60
  /// A stored configuration that goes away by itself unless somebody confirms it.
  struct Trial {
    let previous: Configuration
    let deadline: Instant
  }

  /// The configuration that the next start takes.
  var stored: Configuration
  /// What `commit` would store; every console changes the same one.
  var candidate: Configuration
  /// The consoles that change it.
  var editors: [UInt8] = []
  var trial: Trial?
  /// How many changes of what is stored are on their way to the disk.
  var storing = 0

  init(_ stored: Configuration) {
    self.stored = stored
    candidate = stored
  }

  var isChanged: Bool { candidate != stored }
}
