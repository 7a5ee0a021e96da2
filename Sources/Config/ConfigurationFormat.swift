internal import Base

/// The file format of a stored configuration, as its first line says: `format 1`.
///
/// It changes when a line of an earlier firmware would be read as something else; a parameter more is
/// no other format. A file without the line was written by hand, for the firmware that reads it.
enum ConfigurationFormat {
  static let word: StaticString = "format"

  /// Reads the line; whether the file is of a later firmware.
  static func isLater(_ line: WrittenLine) throws(LineProblem) -> Bool {
    guard line.words.count == 2, let number = line.words[1].text.decimalValue, number > 0 else {
      throw LineProblem(index: 1, reason: Text("format: a number is missing, and nothing else"))
    }
    return number > Configuration.format
  }

  /// What is said of a later firmware's file, in place of all that is not understood in it.
  static func refusal(of line: WrittenLine) -> Mistake {
    var reason = Text("this configuration is of a later firmware, format ")
    reason += line.words[1].text
    reason.append("; this one reads format ")
    reason.append(decimal: Configuration.format)
    return line.mistake(at: 1, offset: 0, reason: reason)
  }
}

extension Configuration {
  /// The format that this firmware writes, and the latest that it reads.
  public static var format: UInt8 { 1 }
}
