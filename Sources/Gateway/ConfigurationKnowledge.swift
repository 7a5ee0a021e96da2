internal import Base
internal import Call
public import Config
internal import Line

extension ConfigurationChecks {
  /// What the other parts know of a configuration's words: the countries, and what a digit map is.
  public static var standard: ConfigurationChecks {
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
