import Base
import Board
import Testing

@Suite("Board description")
struct BoardTests {
  @Test(arguments: [
    ("name sim\ndriver simulator\nports 2", ""),
    (
      "", "name is missing\ndriver is missing\nports is missing\n"
    ),
    ("name sim\nports 2\n", "driver is missing\n"),
    (
      "name sim\ndriver simulater\nports 2",
      "line 2, column 8: driver: 'simulater' is not a line driver: did you mean 'simulator'?\n"
    ),
    (
      "name sim\ndriver slick\nports 33",
      """
      line 2, column 8: driver: 'slick' is not a line driver: did you mean 'slic'?
      line 3, column 7: ports: '33' is not a number from 1 to 32

      """
    ),
    ("name s!m", "line 1, column 6: name: 's!m' is not 1 to 32 letters, digits and hyphens\n"),
    ("name", "line 1, column 5: name takes exactly one value\n"),
    ("name a b", "line 1, column 8: name takes exactly one value\n"),
    (
      "name a\nname b\ndriver simulator\ndriver simulator\nports 1\nports 1",
      """
      line 2, column 6: name was given before
      line 4, column 8: driver was given before
      line 6, column 7: ports was given before

      """
    ),
    (
      "nme a",
      "line 1, column 1: 'nme' is not a command of a board description: did you mean 'name'?\n"
    ),
    (
      "ports 0\nports two",
      """
      line 1, column 7: ports: '0' is not a number from 1 to 32
      line 2, column 7: ports: 'two' is not a number from 1 to 32

      """
    ),
  ])
  func everyMistakeIsNamed(text: String, expected: String) {
    let (board, mistakes) = BoardDescription.read(Text(text))
    var report = Text()
    report.append(mistakes)
    #expect(string(report) == expected)
    #expect((board != nil) == mistakes.isEmpty)
  }
}
