internal import Base

/// Why a line of a description is refused: at which word, where in it, and the reason.
struct Refusal: Error {
  var index: Int
  var reason: Text
}

/// The words of one line, read from left to right.
struct LineWords {
  let line: WrittenLine
  /// What the line is about: the words up to the value, such as `card 1 rate`.
  private(set) var subject = Text()
  private var next = 0

  init(_ line: WrittenLine) { self.line = line }

  /// Whether a word is left.
  var isAtEnd: Bool { next >= line.words.count }

  /// The column of the next word.
  var column: Int {
    let start = isAtEnd ? line.words.last?.range.upperBound : line.words[next].range.lowerBound
    return line.column(start ?? 0)
  }

  /// Takes a word; without one the refusal says what is expected.
  mutating func take(_ expected: Text) throws(Refusal) -> Text {
    guard !isAtEnd else {
      var reason = beginning
      reason.append("something is missing: ")
      reason.append(contentsOf: expected)
      throw Refusal(index: next, reason: reason)
    }
    next += 1
    return line.words[next - 1].text
  }

  /// Takes one of some words, and gives its place among them.
  mutating func choose(_ known: [StaticString], _ why: StaticString) throws(Refusal) -> Int {
    let words = known.map { Text($0) }
    var expected = Text("one of ")
    expected.append(list: words)
    let word = try take(expected)
    if let place = words.firstIndex(of: word) { return place }
    throw refusal(why) { $0.append(suggestionFor: word, among: words) }
  }

  /// Takes a word of the subject.
  mutating func keyword(_ known: [StaticString], _ why: StaticString) throws(Refusal) -> Int {
    let place = try choose(known, why)
    extendSubject()
    return place
  }

  /// Takes a number of the subject: that of a card or port.
  mutating func subjectNumber(upTo limit: UInt8) throws(Refusal) -> UInt8 {
    let number = try self.number(1, Int(limit))
    extendSubject()
    return UInt8(number)
  }

  /// Takes a whole number in a range.
  mutating func number(_ lowest: Int, _ highest: Int) throws(Refusal) -> Int {
    var expected = Text("a number from ")
    expected.append(decimal: lowest)
    expected.append(" to ")
    expected.append(decimal: highest)
    let word = try take(expected)
    if let value = word.decimalValue, value >= lowest, value <= highest { return Int(value) }
    throw refusal(" is not ") { $0.append(contentsOf: expected) }
  }

  /// Takes a word that must be there.
  mutating func fixed(_ word: StaticString) throws(Refusal) {
    _ = try choose([word], " does not belong here")
  }

  /// Refuses words that nobody has taken.
  func end() throws(Refusal) {
    guard !isAtEnd else { return }
    var reason = beginning
    reason.append(quoted: line.words[next].text)
    reason.append(" is a word too many")
    if let first = line.words[next].text.first,
      first == UInt8(ascii: "!") || first == UInt8(ascii: "#")
    {
      reason.append(": a comment stands on a line of its own")
    }
    throw Refusal(index: next, reason: reason)
  }

  /// The refusal of the last word taken.
  func refusal(_ why: StaticString, _ more: (inout Text) -> Void = { _ in }) -> Refusal {
    var reason = beginning
    reason.append(quoted: line.words[next - 1].text)
    reason.append(why)
    more(&reason)
    return Refusal(index: next - 1, reason: reason)
  }

  private var beginning: Text {
    var text = subject
    if !text.isEmpty { text.append(": ") }
    return text
  }

  private mutating func extendSubject() {
    if !subject.isEmpty { subject.append(" ") }
    subject.append(contentsOf: line.words[next - 1].text)
  }
}
