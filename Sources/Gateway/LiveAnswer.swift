internal import Base
internal import Console

/// An answer that goes on after its line: what a console is told of what happens meanwhile.
struct LiveAnswer {
  /// What it tells, and what it does.
  enum Kind {
    /// Every event and every SIP message, until it is interrupted.
    case monitor
    /// The answers of a host.
    case ping(PingRun)
    /// The way from a name to addresses.
    case resolve(ResolveRun)
    /// The same as `monitor`, until a test call is over.
    case call(TestCall)
    /// What a test of a line finds.
    case test(PortTestRun)
    /// Something long that no page is turned in; over from the start.
    case print

    /// Whether its lines are others' words, or meant for a program.
    var isVerbatim: Bool {
      switch self {
      case .monitor, .print: true
      case .ping, .resolve, .call, .test: false
      }
    }
  }

  let console: UInt8
  let isMachine: Bool
  /// What the console's language calls it.
  private let book: Phrasebook
  /// What the console shows when it is over.
  let prompt: Text
  var kind: Kind
  /// What the console has not got yet.
  private(set) var pending = Text()
  private(set) var isOver = false

  init(_ kind: Kind, console: UInt8, isMachine: Bool, prompt: Text, in book: Phrasebook) {
    self.kind = kind
    self.console = console
    self.isMachine = isMachine
    self.prompt = prompt
    self.book = book
  }

  /// Whether events and messages are told.
  var showsEvents: Bool {
    switch kind {
    case .monitor, .call: true
    case .ping, .resolve, .test, .print: false
    }
  }

  /// Whether it does not have to be interrupted.
  var endsByItself: Bool {
    switch kind {
    case .monitor: false
    case .ping, .resolve, .call, .test, .print: true
    }
  }

  /// When `advance` of its kind must be called next.
  var deadline: Instant? {
    switch kind {
    case .monitor, .resolve, .print: nil
    case .ping(let run): run.deadline
    case .call(let call): call.deadline
    case .test(let run): run.deadline
    }
  }

  /// Adds a line, given without its end; for a machine it is a JSON object, `{"line":"…"}`.
  mutating func add(_ line: Text) {
    // What a caller sends must not begin a line of its own.
    let line = printable(book.lines(line)).map { $0 < 0x20 ? UInt8(ascii: "?") : $0 }
    pending += isMachine ? Self.json(linesOf: line) : line + Text("\n")
  }

  /// Ends it; a machine gets the object that every other answer is.
  mutating func end() {
    guard !isOver else { return }
    isOver = true
    if isMachine { pending += MachineAnswer.json([], TablePlaces(), refusal: nil) }
  }

  /// The beginning of an answer for a machine, given as text: an object a line.
  static func json(linesOf answer: Text) -> Text {
    var json = Text()
    for line in answer.split(separator: UInt8(ascii: "\n")) {
      json.append("{\"line\":")
      json.append(json: Text(line))
      json.append("}\n")
    }
    return json
  }

  /// What the console gets now.
  mutating func take() -> Text {
    defer { pending = [] }
    return isOver ? pending + ConsoleProtocol.end(prompt: prompt) : pending
  }
}
