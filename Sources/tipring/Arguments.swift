import Base

/// The words behind a subcommand: options with a value, and the rest.
struct Arguments {
  private let words: [Text]

  init(_ words: ArraySlice<Text>) { self.words = Array(words) }

  /// The word behind an option such as `--config`, or `nil`.
  func value(of option: StaticString) -> Text? {
    guard let i = words.firstIndex(where: { $0.equals(option) }) else { return nil }
    return i + 1 < words.count ? words[i + 1] : nil
  }

  /// Whether an option without a value is there.
  func has(_ option: StaticString) -> Bool { words.contains { $0.equals(option) } }

  /// The first word, when it is not an option.
  var first: Text? {
    guard let word = words.first, word.first != UInt8(ascii: "-") else { return nil }
    return word
  }

  /// Every word that is neither an option nor an option's value.
  func rest(withValueOptions options: [StaticString], flags: [StaticString] = []) -> [Text] {
    var rest: [Text] = []
    var isValue = false
    for word in words {
      if isValue {
        isValue = false
      } else if options.contains(where: { word.equals($0) }) {
        isValue = true
      } else if !flags.contains(where: { word.equals($0) }) {
        rest.append(word)
      }
    }
    return rest
  }
}
