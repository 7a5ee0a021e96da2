/// One line of a file of commands, cut into words.
public struct WrittenLine: Sendable {
  /// The line's number, from 1.
  public let number: Int
  /// The words, at least one.
  public let words: [Word]
  /// The line itself.
  public let bytes: Text

  /// The column of a byte, in characters from 1.
  public func column(_ offset: Int) -> Int {
    characterCount(bytes[..<min(offset, bytes.count)]) + 1
  }

  /// A mistake at a word, or behind the last one when there is no such word.
  public func mistake(at index: Int, offset: Int = 0, reason: Text) -> Mistake {
    guard index < words.count else {
      let end = words.last?.range.upperBound ?? 0
      return Mistake(line: number, column: column(end), reason: reason)
    }
    let word = words[index]
    let start = word.range.lowerBound + (word.isQuoted && offset > 0 ? 1 : 0) + offset
    return Mistake(line: number, column: column(start), word: word.text, reason: reason)
  }
}

/// A file of commands: one a line; a line that begins with `!` or `#` is a comment.
public enum CommandFile {
  /// The longest file, in bytes.
  public static let sizeLimit = 65_536
  /// The longest line, in bytes.
  public static let lineLimit = 512

  /// Calls `body` with every line that holds a command; lines that cannot be read are noted.
  public static func read(
    _ text: Text, noting mistakes: inout MistakeList,
    _ body: (WrittenLine, inout MistakeList) -> Void
  ) {
    guard text.count <= sizeLimit else {
      let reason = Text("the file is longer than 65536 bytes and was not read")
      mistakes.note(Mistake(line: 0, column: 0, reason: reason))
      return
    }
    var number = 0
    var rest = text.starts(with: byteOrderMark) ? text[3...] : text[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      number += 1
      if let line = command(rest[rest.startIndex..<end], number, &mistakes) {
        body(line, &mistakes)
      }
      rest = rest[min(end + 1, rest.endIndex)...]
    }
  }

  /// What some editors put in front of UTF-8.
  private static var byteOrderMark: Text { [0xEF, 0xBB, 0xBF] }

  private static func command(
    _ raw: ArraySlice<UInt8>, _ number: Int, _ mistakes: inout MistakeList
  ) -> WrittenLine? {
    let bytes = Text(raw.last == UInt8(ascii: "\r") ? raw.dropLast() : raw)
    guard bytes.count <= lineLimit else {
      let reason = Text("the line is longer than 512 bytes")
      mistakes.note(Mistake(line: number, column: lineLimit + 1, reason: reason))
      return nil
    }
    if isComment(bytes) { return nil }
    do throws(WordsError) {
      let words = try commandWords(bytes)
      return words.isEmpty ? nil : WrittenLine(number: number, words: words, bytes: bytes)
    } catch {
      let column = characterCount(bytes[..<error.offset]) + 1
      mistakes.note(Mistake(line: number, column: column, reason: error.reason.sentence))
      return nil
    }
  }

  private static func isComment(_ bytes: Text) -> Bool {
    let first = bytes.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    return first == UInt8(ascii: "!") || first == UInt8(ascii: "#")
  }
}

extension WordsError.Reason {
  /// What is wrong, as a sentence without a full stop.
  public var sentence: Text {
    switch self {
    case .openQuote: Text("the quote is never closed")
    case .strayQuote: Text("a quote may only open and close a whole word; inside one, write \\\"")
    case .controlByte: Text("a control character does not belong here")
    case .notUTF8: Text("the text is not UTF-8 from here on")
    }
  }
}
