public import Base

extension BoardDescription {
  /// Reads a description: a file of the commands `name`, `driver` and `ports`, each once.
  ///
  /// Every mistake is noted with its place; `nil` when there is one.
  public static func read(_ text: Text) -> (board: BoardDescription?, mistakes: MistakeList) {
    var mistakes = MistakeList()
    var draft = DescriptionDraft()
    CommandFile.read(text, noting: &mistakes) { line, mistakes in
      if let mistake = draft.take(line) { mistakes.note(mistake) }
    }
    if mistakes.isEmpty { draft.noteMissing(&mistakes) }
    guard mistakes.isEmpty, let name = draft.name, let driver = draft.driver,
      let ports = draft.ports
    else { return (nil, mistakes) }
    return (BoardDescription(name: name, driver: driver, ports: ports), mistakes)
  }
}

private struct DescriptionDraft {
  var name: Text?
  var driver: LineDriver?
  var ports: UInt8?

  static var words: [Text] { [Text("name"), Text("driver"), Text("ports")] }

  mutating func take(_ line: WrittenLine) -> Mistake? {
    let command = line.words[0].text
    guard Self.words.contains(command) else {
      var reason = Text()
      reason.append(quoted: command)
      reason.append(" is not a command of a board description")
      reason.append(suggestionFor: command, among: Self.words)
      return line.mistake(at: 0, reason: reason)
    }
    guard line.words.count == 2 else {
      var reason = command
      reason.append(" takes exactly one value")
      return line.mistake(at: min(line.words.count, 2), reason: reason)
    }
    return set(command, line.words[1].text).map { line.mistake(at: 1, reason: $0) }
  }

  /// Stores a value, or says what is wrong with it.
  private mutating func set(_ command: Text, _ value: Text) -> Text? {
    if command.equals("name") { return setName(value) }
    if command.equals("driver") { return setDriver(value) }
    return setPorts(value)
  }

  private mutating func setName(_ value: Text) -> Text? {
    if name != nil { return Text("name was given before") }
    guard (1...32).contains(value.count), value.allSatisfy(isNameByte) else {
      return refusal("name: ", value, " is not 1 to 32 letters, digits and hyphens")
    }
    name = value
    return nil
  }

  private mutating func setDriver(_ value: Text) -> Text? {
    if driver != nil { return Text("driver was given before") }
    driver = LineDriver.allCases.first { value.equals($0.word) }
    if driver != nil { return nil }
    var reason = refusal("driver: ", value, " is not a line driver")
    reason.append(suggestionFor: value, among: LineDriver.allCases.map { Text($0.word) })
    return reason
  }

  private mutating func setPorts(_ value: Text) -> Text? {
    if ports != nil { return Text("ports was given before") }
    guard let number = value.decimalValue, (1...UInt64(BoardDescription.portLimit)).contains(number)
    else { return refusal("ports: ", value, " is not a number from 1 to 32") }
    ports = UInt8(number)
    return nil
  }

  func noteMissing(_ mistakes: inout MistakeList) {
    let isMissing = [name == nil, driver == nil, ports == nil]
    for (word, missing) in zip(Self.words, isMissing) where missing {
      var reason = word
      reason.append(" is missing")
      mistakes.note(Mistake(line: 0, column: 0, reason: reason))
    }
  }
}

private func isNameByte(_ byte: UInt8) -> Bool {
  lowercased(byte) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    || byte == UInt8(ascii: "-")
}

private func refusal(_ subject: StaticString, _ value: Text, _ why: StaticString) -> Text {
  var reason = Text(subject)
  reason.append(quoted: value)
  reason.append(why)
  return reason
}
