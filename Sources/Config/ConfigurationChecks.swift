public import Base

/// What is wrong inside a word, found by somebody who knows its language.
public struct WordProblem: Equatable, Sendable {
  /// Where, in bytes from the word's beginning.
  public var offset: Int
  /// What is wrong, as words that follow "is not a digit map: ".
  public var reason: Text

  /// Makes the problem at a place.
  public init(offset: Int, reason: Text) {
    self.offset = offset
    self.reason = reason
  }
}

/// What the configuration cannot know by itself, because the knowledge lives in other parts.
public struct ConfigurationChecks: Sendable {
  /// The names of the country profiles that there are.
  public var countries: [Text]
  /// What is wrong with a digit map; `nil` when nothing is.
  public var digitMapProblem: @Sendable (Text) -> WordProblem?

  /// Gathers what other parts know.
  public init(countries: [Text], digitMapProblem: @escaping @Sendable (Text) -> WordProblem?) {
    self.countries = countries
    self.digitMapProblem = digitMapProblem
  }
}
