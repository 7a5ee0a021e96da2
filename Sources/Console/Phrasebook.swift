public import Base

/// What the console says, in another language than English, in which all of it is written.
///
/// A page is lines of text: an English phrase, below it the other one, and so on. In a phrase `%`
/// and `$` stand for anything, `#` for a number or a time; what stands there goes into the places of
/// the other phrase, in the same order, and that of a `%` is looked up itself. The first phrase that
/// fits wins.
public struct Phrasebook: Sendable {
  private let pages: Text
  /// Where the sentences end and the words begin.
  private let sentencesEnd: Int
  /// How deep a phrase may stand in another one.
  private static var depthLimit: Int { 4 }

  /// Makes a book; its pages are looked through in their order.
  ///
  /// `words` mean something in a table or a sentence only; by themselves in a line they may be a
  /// command or a name that somebody gave.
  public init(sentences: [StaticString] = [], words: [StaticString] = []) {
    var text = Text()
    Self.append(sentences, to: &text)
    sentencesEnd = text.count
    Self.append(words, to: &text)
    pages = text
  }

  private static func append(_ pages: [StaticString], to text: inout Text) {
    for page in pages {
      text.append(page)
      text.append("\n")
    }
  }

  /// Whether the book has no phrase, so that English stays as it is.
  public var isEmpty: Bool { pages.isEmpty }

  /// A sentence or a word in the other language; as it is where the book does not know it.
  public func phrase(_ english: Text) -> Text {
    phrase(english[...], in: pages[...], depth: 0) ?? english
  }

  /// Lines of an answer: of each, its columns, which are two or more blanks apart, as sentences.
  ///
  /// A column begins below the one of the line above where both fit.
  public func lines(_ answer: Text) -> Text {
    guard !isEmpty else { return answer }
    var text = Text()
    text.reserveCapacity(answer.count)
    var rest = answer[...]
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      text += self.line(line)
      rest = rest.dropFirst(line.count)
      if !rest.isEmpty { text.append(rest.removeFirst()) }
    }
    return text
  }

  private func line(_ line: ArraySlice<UInt8>) -> Text {
    var text = Text()
    // Where the next column begins in the English line.
    var column = 0
    var rest = line
    while !rest.isEmpty {
      let blanks = rest.prefix { $0 == UInt8(ascii: " ") }
      rest = rest.dropFirst(blanks.count)
      column += blanks.count
      let gap = Swift.max(text.isEmpty ? 0 : 2, column - displayWidth(text))
      let piece = Self.piece(rest)
      text += Text(repeating: UInt8(ascii: " "), count: text.isEmpty ? column : gap)
      text += phrase(piece, in: pages[..<sentencesEnd], depth: 0) ?? Text(piece)
      column += displayWidth(Text(piece))
      rest = rest.dropFirst(piece.count)
    }
    return text
  }

  /// What stands before the next two blanks.
  private static func piece(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    for i in line.indices.dropLast() {
      if line[i] == UInt8(ascii: " "), line[i + 1] == UInt8(ascii: " ") { return line[..<i] }
    }
    return line
  }

  private func phrase(
    _ english: ArraySlice<UInt8>, in pages: ArraySlice<UInt8>, depth: Int
  ) -> Text? {
    guard !english.isEmpty, depth < Self.depthLimit else { return nil }
    var rest = pages
    while !rest.isEmpty {
      let pattern = Self.takeLine(&rest)
      let other = Self.takeLine(&rest)
      if let found = PhraseMatch(english, pattern) { return fill(other, found, depth) }
    }
    return nil
  }

  private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let line = rest.prefix { $0 != UInt8(ascii: "\n") }
    rest = rest.dropFirst(line.count + 1)
    return line
  }

  private func fill(_ other: ArraySlice<UInt8>, _ found: PhraseMatch, _ depth: Int) -> Text {
    var text = Text()
    var next = 0
    for byte in other {
      if PhraseMatch.isPlace(byte), next < found.parts.count {
        let part = found.parts[next]
        let isLookedUp = byte == PhraseMatch.phrase
        text +=
          isLookedUp ? phrase(part, in: pages[...], depth: depth + 1) ?? Text(part) : Text(part)
        next += 1
      } else {
        text.append(byte)
      }
    }
    return text
  }
}

/// A text that fits a phrase, and what stands in the phrase's places.
private struct PhraseMatch {
  static var phrase: UInt8 { UInt8(ascii: "%") }
  static var number: UInt8 { UInt8(ascii: "#") }

  static func isPlace(_ byte: UInt8) -> Bool {
    byte == phrase || byte == number || byte == UInt8(ascii: "$")
  }

  private(set) var parts: [ArraySlice<UInt8>] = []

  /// Lays a text over a phrase; every `%` and `$` takes as little as it can, the last one all.
  init?(_ text: ArraySlice<UInt8>, _ phrase: ArraySlice<UInt8>) {
    var text = text
    var phrase = phrase
    while let first = phrase.first {
      phrase.removeFirst()
      if first == Self.number {
        let digits = Self.number(text)
        guard !digits.isEmpty else { return nil }
        parts.append(digits)
        text = text.dropFirst(digits.count)
      } else if Self.isPlace(first) {
        let words = phrase.prefix { !Self.isPlace($0) }
        let isLast = words.count == phrase.count
        guard let place = Self.place(of: words, in: text, isLast: isLast) else { return nil }
        parts.append(text[..<place])
        text = text[place...]
      } else {
        guard text.first == first else { return nil }
        text.removeFirst()
      }
    }
    guard text.isEmpty else { return nil }
  }

  /// The number or the time that a text begins with; a colon behind it is none of it.
  private static func number(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var digits = text.prefix { isOfNumber($0) }
    while let last = digits.last, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) {
      digits.removeLast()
    }
    return digits
  }

  private static func isOfNumber(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: ":")).contains(byte) || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "-")
  }

  /// Where words stand behind at least one byte; `isLast` wants them at the end.
  private static func place(
    of words: ArraySlice<UInt8>, in text: ArraySlice<UInt8>, isLast: Bool
  ) -> Int? {
    guard text.count > words.count else { return nil }
    let last = text.endIndex - words.count
    if isLast { return text[last...].elementsEqual(words) ? last : nil }
    var place = text.startIndex + 1
    while place <= last {
      if text[place..<place + words.count].elementsEqual(words) { return place }
      place += 1
    }
    return nil
  }
}
