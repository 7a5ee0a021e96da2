import Base
import Testing

@testable import Console

/// A terminal with the editor on one side and a console that answers on the other.
private struct Desk {
  var editor: LineEditor
  var terminal: TerminalRow
  var outbox = Outbox<LineEditorOutput>(limit: 4)
  var sent: [String] = []
  var hasQuit = false

  init(columns: Int = 40, rows: Int = 1000) {
    terminal = TerminalRow(columns: columns)
    editor = LineEditor(columns: columns, rows: rows, into: &outbox)
    drain()
    answer("")
    sent = []
  }

  mutating func type(_ text: String) {
    editor.type(Array(text.utf8), into: &outbox)
    drain()
  }

  mutating func answer(_ text: String, prompt: String = "> ") {
    editor.receive(Array(text.utf8) + [0x1E] + Array(prompt.utf8) + [0x04], into: &outbox)
    drain()
  }

  /// A part of an answer.
  mutating func receive(_ text: String) {
    editor.receive(Array(text.utf8), into: &outbox)
    drain()
  }

  private mutating func drain() {
    for output in outbox.drain() {
      switch output {
      case .screen(let bytes): terminal.write(bytes)
      case .send(let bytes): sent.append(String(decoding: bytes, as: UTF8.self))
      case .quit: hasQuit = true
      }
    }
  }
}

@Suite("Line editor")
struct LineEditorTests {
  struct Row: Sendable {
    let typed: String
    let row: String
    let cursor: Int
  }

  /// What is typed, what the row shows and where the cursor stands.
  static let rows = [
    Row(typed: "", row: "> ", cursor: 2),
    Row(typed: "show", row: "> show", cursor: 6),
    Row(typed: "shw\u{1B}[Do", row: "> show", cursor: 5),
    Row(typed: "how\u{1}s", row: "> show", cursor: 3),
    Row(typed: "how\u{1B}[Hs\u{5}!", row: "> show!", cursor: 7),
    Row(typed: "how\u{1B}OHs\u{1B}OF!", row: "> show!", cursor: 7),
    Row(typed: "how\u{1B}[1~s\u{1B}[4~!", row: "> show!", cursor: 7),
    Row(typed: "showw\u{7F}", row: "> show", cursor: 6),
    Row(typed: "\u{7F}\u{7F}a", row: "> a", cursor: 3),
    Row(typed: "xshow\u{1}\u{4}", row: "> show", cursor: 2),
    Row(typed: "xshow\u{1}\u{1B}[3~", row: "> show", cursor: 2),
    Row(typed: "show log\u{1}\u{6}\u{6}\u{B}", row: "> sh", cursor: 4),
    Row(typed: "show log\u{2}\u{2}\u{15}", row: "> og", cursor: 2),
    Row(typed: "show  log  \u{17}", row: "> show  ", cursor: 8),
    Row(typed: "show log\u{17}\u{17}\u{17}x", row: "> x", cursor: 3),
    Row(typed: "wrong\u{3}", row: "> ", cursor: 2),
    Row(typed: "电话x\u{2}\u{2}", row: "> 电话x", cursor: 4),
    Row(typed: "电话\u{7F}y", row: "> 电y", cursor: 5),
    Row(typed: "a\u{1B}[15~\u{1B}[1;5C\u{1B}\u{1B}[Db", row: "> ba", cursor: 3),
    Row(typed: "a\u{1B}[\rb\u{0}\u{1}c", row: "> cab", cursor: 3),
    Row(typed: "ab\u{C}", row: "> ab", cursor: 4),
  ]

  @Test(arguments: rows)
  func keysChangeTheRow(row: Row) {
    var desk = Desk()
    desk.type(row.typed)
    #expect(desk.terminal.row == row.row)
    #expect(desk.terminal.cursor == row.cursor)
    #expect(desk.sent.isEmpty)
  }

  @Test func halfACharacterIsNotShown() {
    var outbox = Outbox<LineEditorOutput>(limit: 4)
    var editor = LineEditor(columns: 40, rows: 24, into: &outbox)
    editor.receive([0x1E, 0x3E, 0x04], into: &outbox)
    _ = outbox.drain()
    editor.type([0xE7, 0x94], into: &outbox)
    #expect(outbox.drain() == [])
    editor.type([0xB5, 0xC3, 0x61, 0xFF, 0x80, 0xF8], into: &outbox)
    #expect(outbox.drain() == [.screen(Array("电a".utf8))])
  }

  @Test func enterSendsAndTheAnswerIsFollowedByAPrompt() {
    var desk = Desk()
    desk.type("show version\r")
    #expect(desk.sent == ["show version\n"])
    desk.answer("tipring 1\nup 5 s\n")
    #expect(desk.terminal.text == "> show version\ntipring 1\nup 5 s\n> ")
    desk.type("\r  \r")
    #expect(desk.sent.count == 1)
  }

  @Test func keysTypedAheadWaitForTheAnswer() {
    var desk = Desk()
    desk.type("one\rtwo\rthr")
    #expect(desk.sent == ["one\n"])
    desk.answer("1\n")
    #expect(desk.sent == ["one\n", "two\n"])
    desk.answer("2\n")
    #expect(desk.terminal.text == "> one\n1\n> two\n2\n> thr")
  }

  @Test func historyReturnsToTheLineBeingTyped() {
    var desk = Desk()
    for line in ["one", "two", "two"] {
      desk.type("\(line)\r")
      desk.answer("")
    }
    desk.type("ne\u{1B}[A")
    #expect(desk.terminal.row == "> two")
    desk.type("\u{10}")
    #expect(desk.terminal.row == "> one")
    desk.type("\u{1B}[A")
    #expect(desk.terminal.row == "> one")
    desk.type("\u{E}\u{1B}[B\u{1B}[B")
    #expect(desk.terminal.row == "> ne")
  }

  @Test func tabInsertsWhatTheConsoleSays() {
    var desk = Desk()
    desk.type("sh\t")
    #expect(desk.sent == ["\tsh\n"])
    desk.answer("ow \n")
    #expect(desk.terminal.row == "> show ")
    desk.type("l\t")
    desk.answer("\n  log      Recent\n  license  Terms\n")
    #expect(desk.terminal.text == "> show l\n  log      Recent\n  license  Terms\n> show l")
  }

  @Test func questionMarkAsksAndKeepsTheLine() {
    var desk = Desk()
    desk.type("show l?")
    #expect(desk.sent == ["show l?\n"])
    desk.answer("  log  Recent\n")
    #expect(desk.terminal.text == "> show l?\n  log  Recent\n> show l")
    desk.type("og \"a\\\"?")
    #expect(desk.terminal.row == "> show log \"a\\\"?")
    #expect(desk.sent.count == 1)
  }

  @Test(arguments: ["\u{4}", "show log\r\u{3}", "sh\t\u{4}", "a\rb\u{4}"])
  func leaves(typed: String) {
    var desk = Desk()
    desk.type(typed)
    #expect(desk.hasQuit)
  }

  @Test func theBoxGivesThePromptAndEndsTheDialogue() {
    var desk = Desk()
    desk.type("configure\r")
    desk.answer("told\n", prompt: "box(config)# ")
    desk.type("exit\rx")
    #expect(desk.terminal.text == "> configure\ntold\nbox(config)# exit\n")
    #expect(!desk.hasQuit)
    desk.answer("", prompt: "")
    #expect(desk.hasQuit)
    #expect(desk.sent == ["configure\n", "exit\n"])
  }

  @Test func aLongAnswerStopsAtEveryScreenful() {
    var desk = Desk(rows: 4)
    let answer = (1...9).map { "row \($0)\n" }.joined()
    desk.type("show log\r")
    desk.answer(answer)
    #expect(desk.terminal.text == "> show log\nrow 1\nrow 2\nrow 3\n--more--")
    desk.type("\r")
    #expect(desk.terminal.text.hasSuffix("row 3\nrow 4\n--more--"))
    desk.type("x ")
    #expect(desk.terminal.text.hasSuffix("row 4\nrow 5\nrow 6\nrow 7\n--more--"))
    desk.type(" ")
    #expect(desk.terminal.text.hasSuffix("row 7\nrow 8\nrow 9\n> "))
    desk.type("show log\r")
    desk.answer(answer)
    desk.type("q")
    #expect(desk.terminal.text.hasSuffix("row 3\n> "))
    desk.type("a\r")
    desk.answer("row 1\nrow 2\nrow 3\n")
    #expect(desk.terminal.text.hasSuffix("row 3\n> "), "exactly a screenful needs no key")
    #expect(desk.sent == ["show log\n", "show log\n", "a\n"])
  }

  @Test("A row that a terminal wraps is several; a character never falls into two")
  func wrappedRows() {
    var desk = Desk(columns: 10, rows: 4)
    desk.type("a\r")
    desk.answer("1234567890\n1234567890abc\nlast\n")
    #expect(desk.terminal.text == "> a\n1234567890\n1234567890abc\n--more--")
    desk.type(" ")
    #expect(desk.terminal.text.hasSuffix("abc\nlast\n> "))
    desk.type("b\r")
    desk.answer("九个汉字之多的一行啊啊啊啊啊啊\n")
    #expect(desk.terminal.text.hasSuffix("> b\n九个汉字之多的一行啊啊啊啊啊啊\n> "))
    desk.type("c\r")
    desk.answer("九个汉字之多的一行啊啊啊啊啊啊啊\n")
    #expect(desk.terminal.text.hasSuffix("> c\n九个汉字之多的一行啊啊啊啊啊啊--more--"))
    desk.type("\r")
    #expect(desk.terminal.text.hasSuffix("\n啊\n> "), "it goes on with what was held")
  }

  @Test("An answer that goes on turns no page; Ctrl-C ends it, and only a second one leaves")
  func live() {
    var desk = Desk(rows: 5)
    desk.type("monitor\r")
    desk.receive("\u{0E}row 1\nrow 2\nrow 3\nrow 4\n")
    desk.receive("row 5\nrow 6\n")
    #expect(desk.terminal.text.hasSuffix("row 5\nrow 6\n"))
    desk.sent = []
    desk.type("\u{3}")
    #expect(desk.sent == ["\u{3}"])
    #expect(!desk.hasQuit)
    desk.answer("row 7\n")
    #expect(desk.terminal.text.hasSuffix("row 6\nrow 7\n> "))
    desk.type("monitor\r")
    desk.receive("\u{0E}row 1\n")
    desk.type("\u{3}\u{3}")
    #expect(desk.hasQuit, "a box that does not answer keeps nobody")
  }

  @Test func aSearchFindsTheLastLineThatBeginsSo() {
    var desk = Desk()
    for line in ["show ports", "ping 1", "show log", "exit"] {
      desk.type(line + "\r")
      desk.answer("")
    }
    desk.type("sho\u{12}")
    #expect(desk.terminal.row == "> show log")
    #expect(desk.terminal.cursor == 5)
    desk.type("\u{12}")
    #expect(desk.terminal.row == "> show ports")
    desk.type("\u{12}")
    #expect(desk.terminal.row == "> show ports")
    desk.type("\u{5} 1\r")
    #expect(desk.sent.last == "show ports 1\n")
  }

  @Test func aLongLineScrollsSidewaysAndStaysBelowTheLimit() {
    var desk = Desk(columns: 20)
    desk.type("0123456789abcdefghijklmnop")
    #expect(desk.terminal.row == "> 9abcdefghijklmnop")
    desk.type("\u{1}")
    #expect(desk.terminal.row == "> 0123456789abcdefg")
    #expect(desk.terminal.cursor == 2)
    desk.type(String(repeating: "x", count: 1000) + "\r")
    #expect(desk.sent.map(\.utf8.count) == [512])
  }

  /// Any keys: the row shows the line around the cursor and nothing stands behind the last column.
  @Test func randomKeysKeepRowAndLineTogether() {
    let seed: UInt64 = 4711
    var random = RandomSource(testSeed: seed)
    let keys = [
      "a", "b", " ", "电", "é", "\u{7F}", "\u{1B}[D", "\u{1B}[C", "\u{1}", "\u{5}", "\u{15}",
      "\u{B}", "\u{17}", "\u{4}", "\u{1B}[3~", "word ", "\u{1B}[A", "\u{1B}[B", "\u{3}",
    ]
    var desk = Desk(columns: 30)
    for _ in 0..<20_000 {
      let key = keys[Int(random.next() % UInt64(keys.count))]
      if key == "\u{4}", desk.terminal.row == "> " { continue }
      desk.type(key)
      #expect(!desk.terminal.overflowed, "seed \(seed)")
      #expect(desk.terminal.row.hasPrefix("> "), "seed \(seed)")
      #expect(desk.terminal.cursor >= 2 && desk.terminal.cursor < 30, "seed \(seed)")
      if random.next() % 50 == 0 {
        desk.type("\r")
        desk.answer("")
      }
    }
    #expect(!desk.hasQuit, "seed \(seed)")
    #expect(desk.sent.count > 100, "seed \(seed)")
  }
}
