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
      try keepPrevious(stored, board: board)
      try attempt(stored) { () throws(Errno) in try File.replace(stored, with: content) }
    } catch {
      StandardStreams.complain(error.text)
      StandardStreams.exit(1)
    }
    StandardStreams.print(stored + Text(": stored; it counts from the next start\n"))
    StandardStreams.exit(0)
  }

  /// Copies what is stored, so that its own name never stands for nothing; a broken file is not
  /// worth to be kept in place of a good one.
  private static func keepPrevious(
    _ stored: Text, board: BoardDescription?
  ) throws(FileComplaint) {
    let previous = stored + ConfigurationFile.previousSuffix
    guard (try? ConfigurationFile.read(stored, board: board)) != nil else { return }
    let content = try ConfigurationFile.contents(of: stored)
    try attempt(previous) { () throws(Errno) in try File.replace(previous, with: content) }
  }

  private static func attempt(
    _ path: Text, _ body: () throws(Errno) -> Void
  ) throws(FileComplaint) {
    do throws(Errno) {
      try body()
    } catch {
      throw FileComplaint(
        text: path + Text(": ") + error.message + Text(": nothing was changed\n"))
    }
  }
}
