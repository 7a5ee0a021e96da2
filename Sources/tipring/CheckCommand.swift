import Base
import Linux

/// `tipring check FILE`: every mistake of a configuration, with its place and its reason.
enum CheckCommand {
  static func run(_ arguments: Arguments) -> Never {
    guard let path = arguments.first else {
      Entry.fail("usage: tipring check FILE [--board FILE]\n")
    }
    let board = arguments.value(of: "--board").map(ConfigurationFile.loadBoard)
    _ = ConfigurationFile.load(path, board: board)
    StandardStreams.print(path + Text(": no mistake found\n"))
    StandardStreams.exit(0)
  }
}

/// `tipring check-board FILE`: every mistake of a board description.
enum CheckBoardCommand {
  static func run(_ arguments: Arguments) -> Never {
    guard let path = arguments.first else { Entry.fail("usage: tipring check-board FILE\n") }
    _ = ConfigurationFile.loadBoard(path)
    StandardStreams.print(path + Text(": no mistake found\n"))
    StandardStreams.exit(0)
  }
}
