/// A mistake in a text that a person wrote: where it is and what is wrong.
public struct Mistake: Equatable, Sendable {
  /// The line, from 1; 0 means the text as a whole.
  public var line: Int
  /// The column of the word at fault, in characters from 1; 0 means the line as a whole.
  public var column: Int
  /// The word at fault; empty when there is none, or when it is a secret.
  public var word: Text
  /// What is wrong, as a sentence without a full stop.
  public var reason: Text

  /// Makes the mistake at a place.
  public init(line: Int, column: Int, word: Text = [], reason: Text) {
    self.line = line
    self.column = column
    self.word = word
    self.reason = reason
  }

  fileprivate func isBefore(_ other: Mistake) -> Bool {
    if line == other.line { return column < other.column }
    return other.line == 0 || line != 0 && line < other.line
  }
}

/// The mistakes of one text, in the order in which they were found, as many as a person can use.
public struct MistakeList: Equatable, Sendable {
  /// The mistakes that are kept.
  public private(set) var kept: [Mistake] = []
  /// How many more were found.
  public private(set) var omitted = 0
  /// How many are kept.
  public let limit: Int

  /// Makes an empty list that keeps the first `limit` mistakes.
  public init(limit: Int = 100) { self.limit = limit }

  /// Whether nothing is wrong.
  public var isEmpty: Bool { kept.isEmpty }
  /// How many mistakes were found.
  public var count: Int { kept.count + omitted }

  /// Notes a mistake, or counts it when the list is full.
  public mutating func note(_ mistake: Mistake) {
    if kept.count < limit { kept.append(mistake) } else { omitted += 1 }
  }

  /// Puts the mistakes in the order of their lines and columns, those of the whole text last.
  ///
  /// By insertion: the list is short, and the library's sort costs 3 KB on the board.
  public mutating func sortByLine() {
    for end in kept.indices {
      var at = end
      while at > 0, kept[at].isBefore(kept[at - 1]) {
        kept.swapAt(at, at - 1)
        at -= 1
      }
    }
  }
}

extension Array where Element == UInt8 {
  /// Appends `line 7, column 15: reason`.
  public mutating func append(_ mistake: Mistake) {
    if mistake.line > 0 {
      append("line ")
      append(decimal: mistake.line)
      if mistake.column > 0 {
        append(", column ")
        append(decimal: mistake.column)
      }
      append(": ")
    }
    append(contentsOf: mistake.reason)
  }

  /// Appends the mistakes, one a line, and how many more there are.
  public mutating func append(_ list: MistakeList) {
    for mistake in list.kept {
      append(mistake)
      append(UInt8(ascii: "\n"))
    }
    guard list.omitted > 0 else { return }
    append("and ")
    append(decimal: list.omitted)
    append(" more\n")
  }

  /// Appends a word in single quotes for a message: at most 40 bytes, nothing that moves a cursor.
  public mutating func append(quoted word: Text) {
    append(UInt8(ascii: "'"))
    var rest = word[...]
    while !rest.isEmpty, word.count - rest.count < 40 {
      let length = utf8Length(rest) ?? 1
      if length == 1, rest.first.map({ $0 >= 0x7F || $0 < 0x20 }) ?? true {
        append(UInt8(ascii: "?"))
      } else {
        append(contentsOf: rest.prefix(length))
      }
      rest = rest.dropFirst(length)
    }
    if !rest.isEmpty { append("...") }
    append(UInt8(ascii: "'"))
  }

  /// Appends `: did you mean 'x'?` when a known word is near, or else the known words.
  public mutating func append(suggestionFor word: Text, among known: [Text]) {
    if let near = nearestWord(to: word, among: known) {
      append(": did you mean ")
      append(quoted: near)
      append("?")
    } else {
      append(": one of ")
      append(list: known)
    }
  }

  /// Appends the words with commas between them.
  public mutating func append(list words: [Text]) {
    for (i, word) in words.enumerated() {
      if i > 0 { append(", ") }
      append(contentsOf: word)
    }
  }
}
