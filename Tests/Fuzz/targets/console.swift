import Base
import Console

/// Gives any bytes to a console as a client's, then to a shell as a keyboard's and as the box's, and
/// to the page of metrics as a request.
///
/// Every answer is framed once and drives no terminal; the shell never draws what is not text, a
/// line's end or one of its own three control sequences.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: count))
  askBox(bytes)
  typeAndAnswer(bytes)
  logIn(bytes)
  askForPage(bytes)
  return 0
}

/// A request is read the same in whatever pieces it comes, and gets the page or a refusal.
private func askForPage(_ bytes: Text) {
  var (whole, piecemeal) = (PageRequestReader(), PageRequestReader())
  let request = whole.receive(bytes)
  var same: PageRequest?
  for byte in bytes where same == nil { same = piecemeal.receive([byte]) }
  precondition(request == same)
  guard let request else { return }
  let page = Text("up 1\n")
  let answer = request.answer { page }
  precondition(answer.starts(with: Text("HTTP/1.1 ")))
  precondition(request.verdict != .page || request.isHead == (answer.suffix(5) != page[...]))
}

private func askBox(_ bytes: Text) {
  let tree = CommandTree<Int>([
    Command("show", "Show", [Command("N", .number(1...9), "Number") { count, _, _ in count += 1 }]),
    Command(
      "say", "Say",
      [
        Command("WORD", .text, "Word") { _, words, answer in
          if case .text(let word) = words[0] { answer += word }
        }
      ]),
  ])
  var calls = 0
  var decoder = RequestDecoder()
  for request in decoder.receive(bytes) {
    let framed = ConsoleProtocol.frame(tree.answer(request, in: &calls), prompt: bytes)
    precondition(framed.last == ConsoleProtocol.endOfAnswer)
    precondition(framed.count { $0 == ConsoleProtocol.endOfAnswer } == 1)
    precondition(framed.count { $0 == ConsoleProtocol.endOfText } == 1)
  }
}

private func typeAndAnswer(_ bytes: Text) {
  var outbox = Outbox<LineEditorOutput>(limit: 4_096)
  var editor = LineEditor(columns: 20, rows: 5, into: &outbox)
  for (place, part) in bytes.split(separator: 0xFE, omittingEmptySubsequences: false).enumerated() {
    if place % 2 == 0 {
      editor.receive(part, into: &outbox)
    } else {
      editor.type(part, into: &outbox)
    }
    for output in outbox.drain() {
      if case .send(let line) = output { precondition(line.count <= 513) }
    }
  }
}

/// What somebody types at the login: bounded attempts, nothing on the screen that drives a terminal
/// but what erases a letter.
private func logIn(_ bytes: Text) {
  var outbox = Outbox<LoginPromptOutput>(limit: 2)
  var prompt = LoginPrompt(banner: Text("box\r\n"), into: &outbox)
  for part in bytes.split(separator: 0xFE, omittingEmptySubsequences: false) {
    _ = outbox.drain()
    prompt.type(part, into: &outbox)
    for output in outbox.drain() {
      switch output {
      case .screen(let screen): precondition(!screen.contains(0x1B))
      case .quit: return
      case .attempt(let name, let password):
        precondition(!name.isEmpty && name.count <= 64 && password.count <= 64)
        prompt.refuse(Text("no"), into: &outbox)
        prompt.open(into: &outbox)
      }
    }
  }
}
