import Base
import Config
import Foundation
import Testing

@Suite("Formats of the stored file")
struct FormatTests {
  private var folder: URL {
    URL(fileURLWithPath: #filePath).appendingPathComponent("../../Fixtures/configurations")
      .standardized
  }

  @Test("What earlier firmware stored is read for ever, without a mistake")
  func earlier() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(files.first == "0.1.0.conf")
    for file in files {
      let text = Text(try Data(contentsOf: folder.appendingPathComponent(file)))
      let (configuration, mistakes) = Configuration.read(text, checks: checks)
      #expect(mistakes.kept.isEmpty, "\(file): \(mistakes.kept.map { string($0.reason) })")
      #expect(!configuration.enabledPorts.isEmpty, "\(file)")
      #expect(
        Configuration.read(configuration.text(secrets: .stored), checks: checks).configuration
          == configuration)
    }
  }

  @Test("A file of a later firmware is refused in one sentence, whatever else is in it")
  func later() {
    let said = report(Text("format 2\nhologram on\nport 1 enable\nport 99 colour red\n"))
    #expect(
      said == "line 1, column 8: this configuration is of a later firmware, format 2; "
        + "this one reads format 1\n")
  }

  @Test("A format that is none", arguments: ["format", "format x", "format 0", "format 1 2"])
  func torn(line: String) {
    #expect(report(Text(line.utf8)).contains("format: a number is missing, and nothing else"))
  }
}
