import Base
import Testing

@testable import Console

/// English answers in another language.
@Suite("Phrasebook")
struct PhrasebookTests {
  private static let book = Phrasebook(
    sentences: [
      """
      port #: %
      端口 #：%
      refused with #
      被拒绝，应答 #
      %, cause #
      %，原因值 #
      '$' may be $
      '$' 不明确：可能是 $
      """,
      """
      up #
      已运行 #
      refused with #
      never reached
      """,
    ],
    words: ["port\n端口", "on hook\n挂机"])

  private func phrase(_ english: String) -> String {
    String(decoding: Self.book.phrase(Text(english.utf8)), as: UTF8.self)
  }

  @Test(
    "A phrase, what stands in its places, and phrases in those",
    arguments: [
      ("port", "端口"), ("on hook", "挂机"), ("up 0:01:59", "已运行 0:01:59"),
      ("port 12: refused with 403, cause 21", "端口 12：被拒绝，应答 403，原因值 21"),
      ("port 1: something else", "端口 1：something else"),
      ("'up 2' may be port", "'up 2' 不明确：可能是 port"),
    ])
  func phrases(_ english: String, _ chinese: String) { #expect(phrase(english) == chinese) }

  @Test(
    "What does not fit as a whole stays as it is",
    arguments: [
      "", "ports", "a port", "port x: on hook", "port 1:", "port 1: ", ", cause 3", "up", "up ",
      "on hook\0", "refused with 40x",
    ])
  func others(_ english: String) { #expect(phrase(english) == english) }

  @Test("Columns stay below each other where there is room; a word alone may be a command")
  func columns() {
    let answer = "  port          up 7\n  something     up 5\nport\n\n   up 0:01  up 1  x\n"
    let lines = Self.book.lines(Text(answer.utf8))
    #expect(
      String(decoding: lines, as: UTF8.self)
        == "  port          已运行 7\n  something     已运行 5\nport\n\n   已运行 0:01  已运行 1  x\n")
  }

  @Test("An empty book changes nothing, not even blanks at a line's end")
  func empty() {
    let answer = Text("port  x  \n\n y".utf8)
    #expect(Phrasebook().lines(answer) == answer)
  }

  @Test("A phrase of its own words inside itself ends")
  func deep() {
    var text = "on hook"
    for i in 0..<200 { text = "port \(i): " + text }
    #expect(phrase(text).hasPrefix("端口 199：端口 198："))
  }
}
