import Base
import Board
import Call
import Config
import Line
import Linux

/// What is wrong with a file, as lines that an installer reads.
struct FileComplaint: Error {
  let text: Text
}

/// Configuration and board files, read with everything that the other parts know of their words.
enum ConfigurationFile {
  /// What stands behind a stored configuration's name when it is the one before.
  static var previousSuffix: Text { Text(".1") }

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
      try contents(of: path), checks: checks, board: board)
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

  private static var checks: ConfigurationChecks {
    ConfigurationChecks(countries: CountryProfile.all.map { Text($0.code) }) { text in
      do throws(DigitMapError) {
        _ = try DigitMap(parsing: text)
        return nil
      } catch {
        return WordProblem(offset: error.offset, reason: error.reason.words)
      }
    }
  }
}

extension DigitMapError.Reason {
  /// What is wrong, as words behind "is not a digit map: ".
  fileprivate var words: Text {
    switch self {
    case .empty: Text("something is empty here")
    case .unexpectedCharacter: Text("not a digit, x, T, S, *, #, a range or a dot")
    case .unclosed: Text("a bracket is never closed")
    case .badRange: Text("a range is two digits, the lower one first")
    case .nothingToRepeat: Text("a dot needs something before it")
    case .tooLong: Text("too long")
    }
  }
}
