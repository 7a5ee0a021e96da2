import Base
import Board
import Call
import Config
import Line
import Linux

/// Configuration and board files, read with everything that the other parts know of their words.
enum ConfigurationFile {
  /// Reads a configuration; every mistake is printed and ends the program with status 1.
  static func load(_ path: Text, board: Text?) -> Configuration {
    let description = board.map(loadBoard)
    let (configuration, mistakes) = Configuration.read(
      contents(of: path), checks: checks, board: description)
    complain(mistakes, in: path)
    return configuration
  }

  /// Reads a board description; every mistake is printed and ends the program with status 1.
  static func loadBoard(_ path: Text) -> BoardDescription {
    let (board, mistakes) = BoardDescription.read(contents(of: path))
    complain(mistakes, in: path)
    guard let board else { StandardStreams.exit(1) }
    return board
  }

  private static func contents(of path: Text) -> Text {
    do throws(Errno) {
      return try File.read(path, limit: CommandFile.sizeLimit)
    } catch {
      StandardStreams.complain(path + Text(": ") + error.message + Text("\n"))
      StandardStreams.exit(1)
    }
  }

  private static func complain(_ mistakes: MistakeList, in path: Text) {
    guard !mistakes.isEmpty else { return }
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
    StandardStreams.complain(text)
    StandardStreams.exit(1)
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
