import Base
import Board
import Linux

/// `tipring install FILE --config STORED [--board FILE]`: checks a configuration and stores it.
///
/// The stored file is the old one or the new one at any moment, power cut or not; the old one stays
/// beside it as `STORED.1`, which `run` takes when the stored file cannot be read.
enum InstallCommand {
  private static let usage: StaticString =
    "usage: tipring install FILE --config STORED [--board FILE]\n"

  static func run(_ arguments: Arguments) -> Never {
    guard let path = arguments.first, let stored = arguments.value(of: "--config") else {
      Entry.fail(usage)
    }
    let board = arguments.value(of: "--board").map(ConfigurationFile.loadBoard)
    _ = ConfigurationFile.load(path, board: board)
    do throws(FileComplaint) {
      let content = try ConfigurationFile.contents(of: path)
      try ConfigurationStore(path: stored, board: board).store(content, trialMinutes: nil)
    } catch {
      StandardStreams.complain(error.sentence + Text(": nothing was changed\n"))
      StandardStreams.exit(1)
    }
    StandardStreams.print(stored + Text(": stored; it counts from the next start\n"))
    StandardStreams.exit(0)
  }
}
