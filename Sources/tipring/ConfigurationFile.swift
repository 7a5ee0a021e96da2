import Base
import Board
import Config
import Gateway
import Linux

/// What is wrong with a file, as lines that an installer reads.
struct FileComplaint: Error {
  let text: Text

  /// The first line, without its end.
  var sentence: Text { Text(text.prefix { $0 != UInt8(ascii: "\n") }) }
}

/// Configuration and board files, read with everything that the other parts know of their words.
enum ConfigurationFile {
  /// Reads a configuration; every mistake is printed and ends the program with status 1.
  static func load(_ path: Text, board: BoardDescription?) -> Configuration {
    do throws(FileComplaint) {
      return try read(path, board: board)
    } catch {
      StandardStreams.complain(error.text)
      StandardStreams.exit(1)
    }
  }

  /// Reads a board description; every mistake is printed and ends the program with status 1.
  static func loadBoard(_ path: Text) -> BoardDescription {
    do throws(FileComplaint) {
      let (board, mistakes) = BoardDescription.read(try contents(of: path))
      if let board { return board }
      throw complaint(of: mistakes, in: path)
    } catch {
      StandardStreams.complain(error.text)
      StandardStreams.exit(1)
    }
  }

  /// Reads a configuration.
  static func read(
    _ path: Text, board: BoardDescription?
  ) throws(FileComplaint) -> Configuration {
    let (configuration, mistakes) = Configuration.read(
      try contents(of: path), checks: .standard, board: board)
    guard mistakes.isEmpty else { throw complaint(of: mistakes, in: path) }
    return configuration
  }

  static func contents(of path: Text) throws(FileComplaint) -> Text {
    do throws(Errno) {
      return try File.read(path, limit: CommandFile.sizeLimit)
    } catch {
      throw FileComplaint(text: path + Text(": ") + error.message + Text("\n"))
    }
  }

  private static func complaint(of mistakes: MistakeList, in path: Text) -> FileComplaint {
    var text = Text()
    for mistake in mistakes.kept {
      text += path
      text.append(": ")
      text.append(mistake)
      text.append("\n")
    }
    if mistakes.omitted > 0 {
      text.append("and ")
      text.append(decimal: mistakes.omitted)
      text.append(" more\n")
    }
    return FileComplaint(text: text)
  }
}
