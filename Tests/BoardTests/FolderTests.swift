import Base
import Board
import Foundation
import Testing

/// The files in `board/` are what a newcomer copies first.
@Suite("Board folders")
struct FolderTests {
  static let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../board")
    .standardized

  static let names =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
    .filter { !$0.contains(".") }.sorted() ?? []

  @Test func thereAreSome() {
    #expect(Self.names.contains("sim"))
  }

  @Test(arguments: names)
  func descriptionHasNoMistake(name: String) throws {
    let url = Self.folder.appendingPathComponent("\(name)/board.conf")
    let (board, mistakes) = BoardDescription.read(try Text(Data(contentsOf: url)))
    var report = Text()
    report.append(mistakes)
    #expect(String(decoding: report, as: UTF8.self) == "")
    #expect(board != nil)
  }
}
