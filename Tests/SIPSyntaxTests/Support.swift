import Base
import Foundation
import SIPSyntax

/// The folder of the inputs that several suites share.
private let fixtures = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")

func fixture(_ path: String) throws -> Text {
  Text(try Data(contentsOf: fixtures.appendingPathComponent(path)))
}

func fixtureNames(_ folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: fixtures.appendingPathComponent(folder).path)
    .filter { $0.hasSuffix(".dat") }
}

extension Message {
  /// A message from text in which a line ends as in Swift.
  init(lines: String) throws {
    try self.init(parsing: Text(lines.replacingOccurrences(of: "\n", with: "\r\n").utf8))
  }

  func string(_ range: Range<Int>?) -> String? { range.map(string) }
  func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
