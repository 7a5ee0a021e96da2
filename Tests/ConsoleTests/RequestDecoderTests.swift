import Base
import Console
import Testing

@Suite("Request decoder")
struct RequestDecoderTests {
  struct Row: Sendable {
    let bytes: [UInt8]
    let expected: [ConsoleRequest]

    init(_ text: String, _ expected: [ConsoleRequest]) {
      self.init(Array(text.utf8), expected)
    }

    init(_ bytes: [UInt8], _ expected: [ConsoleRequest]) {
      self.bytes = bytes
      self.expected = expected
    }
  }

  static func line(_ text: String) -> ConsoleRequest { .line(Array(text.utf8)) }

  static let rows = [
    Row("show log\n", [line("show log")]),
    Row("a\rb\nc\r\nd\r\0e\n\n", ["a", "b", "c", "d", "e", ""].map(line)),
    Row("no end", []),
    Row("shiw\u{7F}\u{7F}ow\u{8}w log\n", [line("show log")]),
    Row("\u{8}\u{7F}ok\n", [line("ok")]),
    Row("电话\u{7F}x\n", [line("电x")]),
    Row("wrong\u{15}right\n", [line("right")]),
    Row("wrong\u{3}right\n", [line("right")]),
    Row("\u{4}", [.close]),
    Row("a\u{4}b\n", [line("ab")]),
    Row("\tsh\n", [.completion(Array("sh".utf8))]),
    Row("show\tlog\n", [line("show\tlog")]),
    Row("\u{1}\u{1F}\0a\u{7}b\n", [line("ab")]),
    // ECMA-48: arrow keys, a function key, a coloured word, a window title, ESC of nothing.
    Row("a\u{1B}[Ab\u{1B}[3~c\u{1B}[1;5Dd\u{1B}]0;title\u{7}e\u{1B}xf\n", [line("abcdef")]),
    Row("a\u{1B}]0;title\u{1B}\\b\u{1B}P1$q\u{1B}\\c\n", [line("abc")]),
    Row("a\u{1B}[\nb\u{1B}]never closed\nc\n", ["a", "b", "c"].map(line)),
    // RFC 854: WILL ECHO, a window size, a doubled 255, a lone command.
    Row([0x61, 0xFF, 0xFB, 0x01, 0x62, 0x0A], [line("ab")]),
    Row(
      [0x61, 0xFF, 0xFA, 31, 0, 80, 0xFF, 0xFF, 24, 0xFF, 0xF0, 0x62, 0x0A], [line("ab")]),
    Row([0x61, 0xFF, 0xF1, 0x62, 0x0A], [line("ab")]),
    Row([0x61, 0xFF, 0xFA] + [UInt8](repeating: 1, count: 256) + [0x62, 0x0A], [line("ab")]),
    Row(
      String(repeating: "x", count: 512) + "\nok\n",
      [line(String(repeating: "x", count: 512)), line("ok")]),
    Row(
      "\u{1}\n\u{1}delivered\n\u{1}show\n",
      [.login(hasDelivered: false), .login(hasDelivered: true), line("show")]),
    Row("show \u{1}delivered\n", [line("show delivered")]),
    Row(
      "\u{1}refused admin\n\u{1}refused\n\u{1}refusedx\n",
      [.loginRefused(user: Array("admin".utf8)), .loginRefused(user: []), line("refusedx")]),
    Row("\u{3}show\n\u{3}", [.interrupt, line("show"), .interrupt]),
    Row(
      String(repeating: "x", count: 513) + "\nok\n", [.tooLong(isMachine: false), line("ok")]),
    Row(
      "\u{2}" + String(repeating: "x", count: 100_000) + "\nok\n",
      [.tooLong(isMachine: true), line("ok")]),
  ]

  @Test(arguments: rows)
  func linesComeOutAsTyped(row: Row) {
    var whole = RequestDecoder()
    #expect(whole.receive(row.bytes) == row.expected)
    var slow = RequestDecoder()
    #expect(row.bytes.flatMap { slow.receive([$0]) } == row.expected)
  }

  @Test func hostileBytesNeverStopTheConsole() {
    let seed: UInt64 = 20_260_801
    var random = RandomSource(testSeed: seed)
    let tree = CommandTree<Int>([
      Command("count", "Count") { count, _, _ in count += 1 },
      Command("say", "Say", [Command("WORD", .text, "A word", action: nil)]),
    ])
    let pieces: [[UInt8]] = [
      [0x1B], [0xFF], [0xFA], [0x09], [0x7F], [0xC3], [0xE7, 0x94], Array("\ncount\n".utf8),
      Array("say \"".utf8), Array("?\n".utf8), [0x0A], [0x0D], [0x5B], [0x5D],
    ]
    var decoder = RequestDecoder()
    var count = 0
    var answers = 0
    for _ in 0..<20_000 {
      let byte = [UInt8(truncatingIfNeeded: random.next())]
      let bytes = random.next() & 3 == 0 ? byte : pieces[Int(random.next() % 14)]
      for request in decoder.receive(bytes) {
        if case .line(let line) = request { #expect(line.count <= 512) }
        var answer = ConsoleProtocol.frame(tree.answer(request, in: &count), prompt: [])
        answers += 1
        #expect((answer.popLast(), answer.popLast()) == (0x04, 0x1E), "seed \(seed)")
        #expect(answer == printable(answer), "seed \(seed)")
      }
    }
    #expect(answers > 1000, "seed \(seed)")
    #expect(count > 100, "seed \(seed)")
    // Whatever came before, three line ends later a command is heard.
    let before = count
    for request in decoder.receive([UInt8](repeating: 1, count: 260) + Array("\n\n\ncount\n".utf8))
    {
      _ = tree.answer(request, in: &count)
    }
    #expect(count == before + 1, "seed \(seed)")
  }
}
