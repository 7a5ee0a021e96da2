import Base
import Config
import Testing

/// A secret leaves the box in the stored file only.
@Suite("Secrets")
struct SecretTests {
  @Test(arguments: [
    "port 1 password s3cretS3cret extra",
    "port 1 password s3cret\"S3cret",
    "port 1 password <s3cretS3cret>",
    "port 1 password \"s3cretS3cret",
    "port 1 password s3cretS3cret s3cretS3cret",
    "port 1 password \"s3cretS3cret\" \"s3cret",
    "port 1 password \"" + String(repeating: "s3cret", count: 30) + "\"",
    "port 1 password \"s3cret\u{7}\"",
    "port 1 password s3cretS3cret\nport 1 password s3cretS3cret",
    "port 1 password s3cret\nport 1 password s3cret2",
  ])
  func noMistakeRepeatsIt(line: String) {
    let mistakes = Configuration.read(minimal(line), checks: checks).mistakes
    #expect(mistakes.count == 1)
    for mistake in mistakes.kept {
      #expect(!string(mistake.reason).contains("s3cret"))
      #expect(!string(mistake.word).contains("s3cret"))
    }
  }

  @Test func shownTextKeepsTheSecretThatIsSet() throws {
    let running = Configuration.read(
      minimal("port 1 password s3cret", "port 2 password \"<hidden>\""), checks: checks
    ).configuration
    let shown = running.text(secrets: .hidden)
    #expect(string(shown).contains("port 1 password <hidden>\n"))
    #expect(!string(shown).contains("s3cret"))
    #expect(report(shown, running: running) == "")
    #expect(Configuration.read(shown, checks: checks, running: running).configuration == running)
    #expect(report(shown).split(separator: "\n").count == 2)

    // A password that reads like the mark is in quotes, and a real one.
    #expect(string(running.ports[1].password) == "<hidden>")
    let stored = running.text(secrets: .stored)
    #expect(string(stored).contains("port 2 password \"<hidden>\"\n"))
    #expect(Configuration.read(stored, checks: checks).configuration == running)
  }
}
