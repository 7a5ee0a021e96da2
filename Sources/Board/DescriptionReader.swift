public import Base

extension BoardDescription {
  /// Reads a description: a file of commands, each about one thing and given once.
  ///
  /// Every mistake is noted with its place; `nil` when there is one.
  public static func read(_ text: Text) -> (board: BoardDescription?, mistakes: MistakeList) {
    var mistakes = MistakeList()
    var draft = DescriptionDraft()
    CommandFile.read(text, noting: &mistakes) { line, mistakes in
      do throws(Refusal) {
        try draft.read(line)
      } catch {
        mistakes.note(line.mistake(at: error.index, reason: error.reason))
      }
    }
    if text.count <= CommandFile.sizeLimit { draft.check(&mistakes) }
    mistakes.sortByLine()
    return (mistakes.isEmpty ? draft.board : nil, mistakes)
  }
}

/// A description in the making, with the place where each thing was given.
struct DescriptionDraft {
  /// Where something was given.
  struct Origin {
    let subject: Text
    let line: Int
    let column: Int
  }

  var board = BoardDescription(name: [], driver: .simulator, ports: 0)
  /// The lamp beside the reset button, which may be named before it.
  var buttonLamp: GPIOPin?
  /// What the file gives, even with a wrong value: it is not missing as well.
  private(set) var origins: [Origin] = []

  private static var commands: [StaticString] {
    ["name", "driver", "ports", "card", "port", "ring", "hook", "button", "watchdog"]
  }

  /// Reads one line into the draft.
  mutating func read(_ line: WrittenLine) throws(Refusal) {
    var words = LineWords(line)
    let why: StaticString = " is not a command of a board description"
    switch try words.keyword(Self.commands, why) {
    case 0: try readName(&words)
    case 1: try readDriver(&words)
    case 2: try readPorts(&words)
    case 3: try readCard(&words)
    case 4: try readPort(&words)
    case 5: try readRing(&words)
    case 6: try readHook(&words)
    case 7: try readButton(&words)
    default: try readWatchdog(&words)
    }
    try words.end()
  }

  /// Where the subject was given.
  func origin(_ subject: Text) -> Origin? { origins.first { $0.subject == subject } }

  /// Notes that the line gives its subject; twice is a mistake.
  mutating func give(_ words: LineWords) throws(Refusal) {
    if let earlier = origin(words.subject) {
      var reason = words.subject
      reason.append(" is already given in line ")
      reason.append(decimal: earlier.line)
      throw Refusal(index: 0, reason: reason)
    }
    origins.append(
      Origin(subject: words.subject, line: words.line.number, column: words.column))
  }

  private mutating func readName(_ words: inout LineWords) throws(Refusal) {
    try give(words)
    let name = try words.take(Text("1 to 32 letters, digits and hyphens"))
    guard (1...32).contains(name.count), name.allSatisfy(isNameByte) else {
      throw words.refusal(" is not 1 to 32 letters, digits and hyphens")
    }
    board.name = name
  }

  private mutating func readDriver(_ words: inout LineWords) throws(Refusal) {
    try give(words)
    let drivers = LineDriver.allCases
    board.driver = drivers[try words.choose(drivers.map { $0.word }, " is not a line driver")]
  }

  private mutating func readPorts(_ words: inout LineWords) throws(Refusal) {
    try give(words)
    board.ports = UInt8(try words.number(1, Int(BoardDescription.portLimit)))
  }

  private mutating func readRing(_ words: inout LineWords) throws(Refusal) {
    _ = try words.keyword(["limit"], " is not known here")
    try give(words)
    board.ringLimit = UInt8(try words.number(1, Int(BoardDescription.portLimit)))
  }

  private mutating func readHook(_ words: inout LineWords) throws(Refusal) {
    _ = try words.keyword(["debounce"], " is not known here")
    try give(words)
    board.hookDebounceMs = UInt8(try words.number(1, Int(BoardDescription.hookDebounceLimitMs)))
  }

  private mutating func readWatchdog(_ words: inout LineWords) throws(Refusal) {
    try give(words)
    let device = try words.take(Text("the path of a device"))
    guard device.first == UInt8(ascii: "/"), device.count <= 107 else {
      throw words.refusal(" is not the path of a device, such as /dev/watchdog")
    }
    try words.fixed("timeout")
    let seconds = try words.number(2, Int(WatchdogDescription.timeoutLimit))
    var watchdog = WatchdogDescription(device: device, timeoutSeconds: UInt8(seconds))
    watchdog.line = words.line.number
    board.watchdog = watchdog
  }
}

private func isNameByte(_ byte: UInt8) -> Bool {
  lowercased(byte) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    || byte == UInt8(ascii: "-")
}
