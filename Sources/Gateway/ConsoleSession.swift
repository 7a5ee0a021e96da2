public import Base
public import Config
public import Console
internal import SIPAgent

/// What one console keeps between its lines.
public struct ConsoleSession: Sendable {
  /// The console's number, from 1, by which others and the log know it.
  public let number: UInt8
  /// Whether lines change the candidate configuration.
  var isConfiguring = false
  /// Whether the console asked to be left.
  public internal(set) var isOver = false
  /// What the present line wants of the world around the gateway.
  var errand: ConsoleErrand?
  /// What the present line wants of the rest of the gateway.
  var wish: ConsoleWish?
  /// The lines of a configuration that is being pasted; `nil` outside of `load`.
  var paste: ConfigurationPaste?

  /// Makes the state of a console that was just opened.
  public init(number: UInt8) { self.number = number }
}

/// What a command wants done inside the gateway when its answer is complete.
enum ConsoleWish {
  /// End in order.
  case restart
  /// Register every port at once.
  case register
}

/// What a command wants done outside of the gateway before its answer is complete.
public enum ConsoleErrand: Equatable, Sendable {
  /// Store a configuration in place of the stored one, on trial for so many minutes if any.
  case store(Configuration, trialMinutes: UInt8?)
  /// Forget that the stored configuration is on trial.
  case confirm
  /// Forget the stored configuration and all before it.
  case factoryReset
  /// Make an empty file for a capture; what it gets comes from `takeCapture`.
  case openCapture
  /// Close the capture's file; the result names it.
  case closeCapture
  /// Read the configuration that was stored so many commits ago.
  case load(UInt8)
}

/// What came of an errand.
public enum ConsoleErrandResult: Sendable {
  /// It is done.
  case done
  /// The configuration that was read.
  case loaded(Configuration)
  /// Where the file is.
  case file(Text)
  /// It could not be done; nothing was changed.
  case failed(Text)
}

/// Configurations beside the one that runs, and who works on them.
struct ConfigurationEditing {
  /// How many minutes a commit may be on trial.
  static let trialRange = 1...60
  /// How many earlier configurations are kept.
  static let historyLimit = 10

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

  init(_ stored: Configuration) {
    self.stored = stored
    candidate = stored
  }

  var isChanged: Bool { candidate != stored }
}

extension Gateway {
  /// Answers a request of a console, ready to be sent.
  ///
  /// `errands` carries out what a command needs of the world; it is called at most once.
  public mutating func answer(
    _ request: ConsoleRequest, of session: inout ConsoleSession, now: Instant,
    into out: inout Outbox<GatewayOutput>,
    errands: (ConsoleErrand) -> ConsoleErrandResult
  ) -> Text {
    self.now = now
    console = session
    var answer = Text()
    if case .line(let line) = request, console.paste != nil {
      takePasted(line, &answer)
    } else if !isComment(request) {
      let tree = console.isConfiguring ? configurationCommands : commandTree
      answer = tree.answer(request, in: &self)
    }
    if let errand = console.errand {
      console.errand = nil
      finish(errand, errands(errand), &answer)
    }
    fulfil(into: &out)
    session = console
    return ConsoleProtocol.frame(answer, prompt: prompt)
  }

  private mutating func fulfil(into out: inout Outbox<GatewayOutput>) {
    guard let wish = console.wish else { return }
    console.wish = nil
    switch wish {
    case .restart: stop(now: now, into: &out)
    case .register:
      agent.registerAgain(now: now, into: &agentOutputs)
      settle(into: &out)
    }
  }

  /// Forgets a console that is gone; what it changed stays in the candidate.
  public mutating func close(_ session: ConsoleSession) {
    editing.editors.removeAll { $0 == session.number }
  }

  /// A pasted configuration has lines of its own between ports.
  private func isComment(_ request: ConsoleRequest) -> Bool {
    guard case .line(let line) = request, let first = line.first else { return false }
    return first == UInt8(ascii: "!") || first == UInt8(ascii: "#")
  }

  private var prompt: Text {
    guard !console.isOver else { return [] }
    if console.paste != nil { return Text("load> ") }
    var text = configuration.hostname
    guard console.isConfiguring else { return text + Text("> ") }
    text.append(editing.isChanged ? "(config*)# " : "(config)# ")
    return text
  }
}
