import Base
import Console
import Testing

@Suite("Text table")
struct TextTableTests {
  @Test func columnsFitTheWidestCell() {
    var table = TextTable()
    table.addColumn("PORT", .right)
    table.addColumn("NAME")
    table.addColumn("STATE")
    table.addRow([Text("1"), Array("前台".utf8), Text("idle")])
    table.addRow([Text("12"), Text("Workshop"), Text("talking"), Text("dropped")])
    table.addRow([Text("3")])
    var text = Text()
    table.append(to: &text)
    #expect(
      String(decoding: text, as: UTF8.self) == """
        PORT  NAME      STATE
           1  前台      idle
          12  Workshop  talking
           3

        """)
  }

  @Test(arguments: [
    ("plain", 5, "plain"), ("é", 1, "é"), ("电话", 4, "电话"), ("e\u{301}", 1, "e\u{301}"),
    ("a\u{1B}[0m", 5, "a?[0m"), ("\u{9B}x", 2, "?x"), ("\u{202E}x", 2, "?x"),
    ("a\tb\nc", 5, "a\tb\nc"),
  ])
  func widthAndPrintableForm(text: String, width: Int, shown: String) {
    #expect(displayWidth(Array(text.utf8)) == width)
    #expect(String(decoding: printable(Array(text.utf8)), as: UTF8.self) == shown)
  }

  @Test func brokenBytesBecomeQuestionMarks() {
    #expect(printable([0x61, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0xC0, 0xAF, 0xFF]) == Text("a?(??????"))
  }
}
