import Base
import Testing

@Suite("Words")
struct WordsTests {
  @Test(arguments: [
    ("", []), ("  \t ", []), ("a", ["a"]), (" a  bc\td ", ["a", "bc", "d"]),
    ("\"a b\" c", ["a b", "c"]), ("\"\"", [""]), (#""\"\\" x"#, [#""\"#, "x"]),
    (#""a\b""#, [#"a\b"#]), (#"a\b"#, [#"a\b"#]), ("电话 \"前 台\"", ["电话", "前 台"]),
  ])
  func lineIsCut(line: String, words: [String]) throws {
    let found = try commandWords(Text(line))
    #expect(found.map { string($0.text) } == words)
    for word in found {
      #expect(word.isQuoted == (Text(line)[word.range.lowerBound] == 0x22))
    }
  }

  @Test(arguments: [
    ("a \"b", WordsError.Reason.openQuote, 2), ("\"a\\\"", .openQuote, 0),
    ("a\"b\"", .strayQuote, 1), ("\"a\"b", .strayQuote, 2), ("ab\u{0}", .controlByte, 2),
    ("\u{7F}", .controlByte, 0),
  ])
  func whyALineIsNotCut(line: String, reason: WordsError.Reason, offset: Int) {
    let error = #expect(throws: WordsError.self) { try commandWords(Text(line)) }
    #expect(error?.reason == reason)
    #expect(error?.offset == offset)
  }

  /// RFC 3629 §4: what is a character and what only looks like one; the standard library judges.
  @Test func utf8AgreesWithTheStandardLibrary() {
    let seed: UInt64 = 20_260_804
    var random = RandomSource(testSeed: seed)
    let edges: [UInt8] = [
      0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
      0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
    ]
    var valid = 0
    for _ in 0..<20_000 {
      let count = Int(random.next() % 5)
      let bytes = (0..<count).map { _ in edges[Int(random.next() % UInt64(edges.count))] }
      let isValid = String(validating: bytes, as: UTF8.self) != nil
      #expect((firstInvalidUTF8(bytes[...]) == nil) == isValid, "seed \(seed) \(bytes)")
      if isValid {
        valid += 1
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars.count
        #expect(characterCount(bytes[...]) == scalars, "seed \(seed) \(bytes)")
      }
    }
    #expect(valid > 2000, "seed \(seed)")
  }

  @Test(arguments: [
    ("srever", "server"), ("Server", "server"), ("servr", "server"), ("sevrr", "server"),
    ("nothing", nil), ("s", nil), ("prt", "port"), ("ptr", nil), ("prot", "port"),
    ("hostnmae", "hostname"), ("hostn", nil),
  ])
  func nearWordIsFound(word: String, expected: String?) {
    let known = ["server", "port", "hostname"].map { Text($0) }
    #expect(nearestWord(to: Text(word), among: known).map(string) == expected)
  }
}
