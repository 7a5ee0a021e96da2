internal import Base

/// A line being typed, as whole characters, and the place in it where the next one goes.
struct LineBuffer: Equatable, Sendable {
  private(set) var characters: [Text] = []
  /// How many characters stand before the cursor.
  private(set) var cursor = 0
  private var size = 0

  var text: Text { Text(characters.joined()) }
  var beforeCursor: Text { Text(characters[..<cursor].joined()) }
  var isEmpty: Bool { characters.isEmpty }
  var isAtEnd: Bool { cursor == characters.count }

  init() {}

  init(_ text: Text) {
    for character in Self.characters(of: text) { _ = insert(character) }
  }

  init(_ text: Text, cursor: Int) {
    self.init(text)
    self.cursor = min(cursor, characters.count)
  }

  /// Cuts bytes into characters; those that are not UTF-8 are left out.
  static func characters(of text: Text) -> [Text] {
    var characters: [Text] = []
    var rest = text[...]
    while !rest.isEmpty {
      let length = utf8Length(rest)
      if let length { characters.append(Text(rest.prefix(length))) }
      rest = rest.dropFirst(length ?? 1)
    }
    return characters
  }

  /// Puts a character at the cursor; `false` when the line has no room for it.
  mutating func insert(_ character: Text) -> Bool {
    guard size + character.count < ConsoleProtocol.lineLimit else { return false }
    characters.insert(character, at: cursor)
    cursor += 1
    size += character.count
    return true
  }

  mutating func move(by steps: Int) { cursor = min(max(0, cursor + steps), characters.count) }
  mutating func moveToStart() { cursor = 0 }
  mutating func moveToEnd() { cursor = characters.count }

  mutating func remove(_ range: Range<Int>) {
    let range = range.clamped(to: 0..<characters.count)
    size -= characters[range].reduce(0) { $0 + $1.count }
    characters.removeSubrange(range)
    if cursor > range.lowerBound { cursor = max(range.lowerBound, cursor - range.count) }
  }

  /// Removes the word before the cursor and the blanks behind that word.
  mutating func removeWord() {
    let blank = Text(" ")
    var start = cursor
    while start > 0, characters[start - 1] == blank { start -= 1 }
    while start > 0, characters[start - 1] != blank { start -= 1 }
    remove(start..<cursor)
  }
}

/// The lines typed before, the last one last.
struct LineHistory: Sendable {
  private static let limit = 100
  private var lines: [Text] = []
  /// Which line is shown; `lines.count` is the one being typed.
  private var place = 0
  private var typed = Text()

  mutating func add(_ line: Text) {
    if !line.isEmpty, line != lines.last { lines.append(line) }
    if lines.count > Self.limit { lines.removeFirst() }
    place = lines.count
  }

  /// The line before the one shown, which is kept when it is the one being typed.
  mutating func older(than shown: Text) -> Text? {
    guard place > 0 else { return nil }
    if place == lines.count { typed = shown }
    place -= 1
    return lines[place]
  }

  /// The last line before the one shown that begins like this.
  mutating func older(than shown: Text, with beginning: Text) -> Text? {
    let found = lines[..<place].lastIndex { $0.starts(with: beginning) && $0 != shown }
    guard let found else { return nil }
    if place == lines.count { typed = shown }
    place = found
    return lines[found]
  }

  /// The line behind the one shown.
  mutating func newer() -> Text? {
    guard place < lines.count else { return nil }
    place += 1
    return place == lines.count ? typed : lines[place]
  }
}
