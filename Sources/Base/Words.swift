/// One word of a command line and where it stands.
public struct Word: Equatable, Sendable {
  /// The word's bytes, without quotes and escapes.
  public var text: Text
  /// Where it begins and ends in its line, in bytes, quotes included.
  public var range: Range<Int>
  /// Whether it was written in quotes.
  public var isQuoted: Bool
}

/// Why a line cannot be cut into words.
public struct WordsError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Reason: UInt8, CaseIterable, Sendable {
    /// A quoted word has no end.
    case openQuote
    /// A quote stands in the middle of a word.
    case strayQuote
    /// A byte below space, or DEL, that is not a tab.
    case controlByte
    /// The bytes are not UTF-8 (RFC 3629).
    case notUTF8
  }

  /// What is wrong.
  public let reason: Reason
  /// Where, in bytes from the line's beginning.
  public let offset: Int
}

/// Cuts a line at spaces and tabs; `"…"` is one word, in which `\"` and `\\` stand for themselves.
///
/// Files of commands and the console share these rules, so that a line can be pasted into either.
public func commandWords(_ line: Text) throws(WordsError) -> [Word] {
  for (offset, byte) in line.enumerated() where isControl(byte) && byte != UInt8(ascii: "\t") {
    throw WordsError(reason: .controlByte, offset: offset)
  }
  if let offset = firstInvalidUTF8(line[...]) {
    throw WordsError(reason: .notUTF8, offset: offset)
  }
  var words: [Word] = []
  var at = 0
  while let start = line[at...].firstIndex(where: { !isBlank($0) }) {
    let word =
      line[start] == UInt8(ascii: "\"")
      ? try quotedWord(line, start) : try bareWord(line, start)
    words.append(word)
    at = word.range.upperBound
  }
  return words
}

private func bareWord(_ line: Text, _ start: Int) throws(WordsError) -> Word {
  let end = line[start...].firstIndex(where: isBlank) ?? line.count
  if let quote = line[start..<end].firstIndex(of: UInt8(ascii: "\"")) {
    throw WordsError(reason: .strayQuote, offset: quote)
  }
  return Word(text: Text(line[start..<end]), range: start..<end, isQuoted: false)
}

private func quotedWord(_ line: Text, _ start: Int) throws(WordsError) -> Word {
  var text = Text()
  var at = start + 1
  while at < line.count {
    let byte = line[at]
    if byte == UInt8(ascii: "\"") {
      guard at + 1 == line.count || isBlank(line[at + 1]) else {
        throw WordsError(reason: .strayQuote, offset: at)
      }
      return Word(text: text, range: start..<at + 1, isQuoted: true)
    }
    if byte == UInt8(ascii: "\\"), at + 1 < line.count, isEscapable(line[at + 1]) { at += 1 }
    text.append(line[at])
    at += 1
  }
  throw WordsError(reason: .openQuote, offset: start)
}

private func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}

private func isEscapable(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}

/// Whether the byte is an ASCII control character (0–31, 127).
public func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

extension Array where Element == UInt8 {
  /// Appends a word so that `commandWords` reads the same bytes back: in quotes where it must be.
  public mutating func append(word: Text) {
    guard word.isEmpty || word.contains(where: Self.needsQuotes) || Self.opensSpecially(word) else {
      append(contentsOf: word)
      return
    }
    append(UInt8(ascii: "\""))
    for byte in word {
      if isEscapable(byte) { append(UInt8(ascii: "\\")) }
      append(byte)
    }
    append(UInt8(ascii: "\""))
  }

  private static func needsQuotes(_ byte: UInt8) -> Bool { isBlank(byte) || isEscapable(byte) }

  /// `!` and `#` open a comment, `<` a mark such as `<hidden>`.
  private static func opensSpecially(_ word: Text) -> Bool {
    guard let first = word.first else { return false }
    return first == UInt8(ascii: "!") || first == UInt8(ascii: "#") || first == UInt8(ascii: "<")
  }
}
