import Base
import Console
import Foundation
import Testing

@Suite("Answers for a machine")
struct MachineAnswerTests {
  /// What Foundation's decoder reads.
  private func decoded(_ json: Text) throws -> NSDictionary {
    try #require(try JSONSerialization.jsonObject(with: Data(json)) as? NSDictionary)
  }

  private func table(_ rows: [[Text]], _ places: TablePlaces) -> TextTable {
    var table = TextTable(for: places)
    table.addColumn("port", .right)
    table.addColumn("far party")
    for row in rows { table.addRow(row) }
    return table
  }

  @Test("Lines and tables stand apart; numbers are numbers, nothing is null")
  func tables() throws {
    let places = TablePlaces()
    var answer = Text("before\n")
    table([[Text("1"), Text("6002")], [Text("2"), []]], places).append(to: &answer)
    answer.append("between\n\n")
    table([], places).append(to: &answer)
    answer.append("behind")
    let json = MachineAnswer.json(answer, places, refusal: nil)
    #expect(json.last == UInt8(ascii: "\n"))
    #expect(json.dropLast().allSatisfy { $0 >= 0x20 })
    let expected: NSDictionary = [
      "lines": ["before", "between", "behind"],
      "tables": [
        [["port": 1, "far party": "6002"], ["port": 2, "far party": NSNull()]], [],
      ],
    ]
    #expect(try decoded(json) == expected)
  }

  @Test("What a far party sends can end neither its string nor the object")
  func hostile() throws {
    let name = Array("\"}],\u{2}[\\\u{3}\n\t\u{1B}[2J".utf8) + [0xFF, 0xC3]
    let places = TablePlaces()
    var answer = name + Text("\n")
    table([[name, name]], places).append(to: &answer)
    let read = try decoded(MachineAnswer.json(answer, places, refusal: nil))
    let lines = try #require(read["lines"] as? [String])
    #expect(lines == ["\"}],?[\\?", "\t?[2J??"])
    let tables = try #require(read["tables"] as? [[[String: String]]])
    #expect(tables == [[["port": "\"}],?[\\?\n\t?[2J??", "far party": "\"}],?[\\?\n\t?[2J??"]]])
  }

  @Test("A refusal says where and why")
  func refusal() throws {
    let read = try decoded(
      MachineAnswer.json(
        Text("x\n"), TablePlaces(), refusal: LineRefusal(offset: 5, reason: Text("no \"word\""))))
    let expected: NSDictionary = [
      "error": "no \"word\"", "column": 6, "lines": ["x"], "tables": [],
    ]
    #expect(read == expected)
  }
}
