import Base
import Console
import Linux

/// `tipring shell [--socket PATH] [--json] [--login | --delivered] [COMMAND…]`: talks to a running gateway.
///
/// `--login` tells the gateway that somebody has logged in, `--delivered` that the password was the
/// one of every box, so that the gateway asks for another one. With `--json` each answer is one JSON
/// object in one line (`MachineAnswer`), and a refused command ends the program with status 1.
/// With a command on the command line it prints one answer; at a terminal it edits lines; from a
/// pipe it takes a command a line.
enum ShellCommand {
  /// Where the gateway listens unless its configuration says otherwise.
  static var standardPath: Text { Text("/run/tipring/console") }

  static func run(_ arguments: Arguments) -> Never {
    let path = arguments.value(of: "--socket") ?? standardPath
    do throws(Errno) {
      let box = try UnixConnection(connectingTo: path)
      let (greeting, command) = split(
        arguments.rest(withValueOptions: ["--socket"], flags: ["--json"]))
      let mark = arguments.has("--json") ? [ConsoleProtocol.machineMark] : []
      if !command.isEmpty {
        ask(mark + Text(command.joined(separator: Text(" "))), box)
      } else if StandardStreams.isTerminal, mark.isEmpty {
        try Shell(box, greeting: greeting).run()
      } else {
        askLineByLine(box, mark)
      }
    } catch {
      StandardStreams.complain(
        path + Text(": ") + error.message + Text(": is the gateway running?\n"))
      StandardStreams.exit(1)
    }
    StandardStreams.exit(0)
  }

  /// What tells the gateway of a login, and the words behind the option.
  private static func split(_ words: [Text]) -> (greeting: Text, command: [Text]) {
    guard let first = words.first else { return ([], []) }
    let rest = Array(words.dropFirst())
    if first.equals("--login") { return ([ConsoleProtocol.loginMark], rest) }
    guard first.equals("--delivered") else { return ([], words) }
    return ([ConsoleProtocol.loginMark] + Text(ConsoleProtocol.deliveredPassword), rest)
  }

  private static func askLineByLine(_ box: UnixConnection, _ mark: Text) {
    var rest = Text()
    while true {
      let bytes = StandardStreams.read()
      rest += bytes
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        ask(mark + Text(rest[..<end]), box)
        rest.removeFirst(end + 1)
      }
      guard !bytes.isEmpty else { break }
    }
    if !rest.isEmpty { ask(mark + rest, box) }
  }

  private static let refused: StaticString = "{\"error\":"

  /// Sends a line and prints its answer; a refusal in JSON ends the program.
  private static func ask(_ line: Text, _ box: UnixConnection) {
    guard box.sendWaiting(line + Text("\n")) else { gone() }
    var isText = true
    var beginning = Text()
    while true {
      let bytes = box.receiveWaiting()
      if bytes.isEmpty { gone() }
      beginning += bytes.prefix(Self.refused.utf8CodeUnitCount - beginning.count)
      if isText {
        let end = bytes.firstIndex(of: ConsoleProtocol.endOfText)
        let text = bytes[..<(end ?? bytes.endIndex)]
        StandardStreams.print(Text(text.filter { $0 != ConsoleProtocol.liveMark }))
        isText = end == nil
      }
      if bytes.contains(ConsoleProtocol.endOfAnswer) { break }
    }
    let isMachine = line.first == ConsoleProtocol.machineMark
    if isMachine, beginning.equals(Self.refused) { StandardStreams.exit(1) }
  }

  static func gone() -> Never {
    StandardStreams.complain(Text("the gateway has closed the console\n"))
    StandardStreams.exit(1)
  }
}

/// The shell at a terminal.
final class Shell {
  private let box: UnixConnection
  private let terminal: RawTerminal
  private let window: WindowSignal
  private var loop: EventLoop
  private var outputs = Outbox<LineEditorOutput>(limit: 64)
  private var editor: LineEditor

  init(_ box: UnixConnection, greeting: Text) throws(Errno) {
    self.box = box
    loop = try EventLoop()
    window = try WindowSignal()
    try loop.watch(0)
    try loop.watch(window.rawValue)
    try loop.watch(box.rawValue)
    editor = LineEditor(
      columns: RawTerminal.columns, rows: RawTerminal.rows, greeting: greeting, into: &outputs)
    terminal = try RawTerminal()
  }

  /// Runs until the user or the box ends it.
  func run() {
    while perform() {
      for descriptor in loop.wait(until: nil, now: .zero) {
        if descriptor == window.rawValue {
          window.take()
          editor.resize(
            columns: RawTerminal.columns, rows: RawTerminal.rows, into: &outputs)
          continue
        }
        let bytes = descriptor == 0 ? StandardStreams.read() : box.receiveWaiting()
        if bytes.isEmpty { return leave() }
        if descriptor == 0 {
          editor.type(bytes, into: &outputs)
        } else {
          editor.receive(bytes, into: &outputs)
        }
      }
    }
    leave()
  }

  /// Carries out what the editor wants; `false` when it wants to leave.
  private func perform() -> Bool {
    for output in outputs.drain() {
      switch output {
      case .screen(let bytes): StandardStreams.print(bytes)
      case .send(let bytes): if !box.sendWaiting(bytes) { return false }
      case .quit: return false
      }
    }
    return true
  }

  private func leave() {
    terminal.restore()
    StandardStreams.print(Text("\n"))
  }
}
