internal import Base

/// Goes through a text line by line; lines end with LF, a CR before it is cut off.
struct LineReader {
  private var rest: ArraySlice<UInt8>
  /// The number of the last line that was given out, from 1.
  private(set) var number = 0

  init(_ text: Text) { rest = text[...] }

  mutating func next() -> ArraySlice<UInt8>? {
    guard !rest.isEmpty else { return nil }
    number += 1
    let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
    let line = rest[rest.startIndex..<end]
    rest = end < rest.endIndex ? rest[(end + 1)...] : []
    return line.last == 0x0D ? line.dropLast() : line
  }
}

/// Goes through a line word by word; blanks part them.
struct WordReader {
  /// What is left, from the next word on.
  private(set) var rest: ArraySlice<UInt8>

  init(_ line: ArraySlice<UInt8>) { rest = line.drop { $0 == 0x20 } }

  mutating func next() -> ArraySlice<UInt8>? {
    guard !rest.isEmpty else { return nil }
    let word = rest.prefix { $0 != 0x20 }
    rest = rest[word.endIndex...].drop { $0 == 0x20 }
    return word
  }
}

/// Whether the byte is a decimal digit.
func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
