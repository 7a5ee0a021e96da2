internal import Base

extension CommandTree {
  /// What may come next on a line that is not finished, one word a line with its help.
  ///
  /// Behind a blank that is any word, and the line's end when it may end there; behind a letter it
  /// is what begins like the last word.
  func help(_ line: Text) throws(CommandProblem) -> Text {
    let (match, beginning) = try split(line)
    var rows: [(Text, Text)] = []
    if beginning.isEmpty, match.action != nil {
      rows.append((Text("<enter>"), translate(Text("Do it"))))
    }
    for child in match.children where child.isPossible(beginning) {
      rows.append((child.word, translate(child.help)))
    }
    if rows.isEmpty {
      var reason = Text("nothing begins with ")
      reason.append(quoted: beginning)
      if beginning.isEmpty { reason = Text("nothing may follow here") }
      let count = (try? commandWords(line))?.count ?? 0
      throw CommandProblem(index: beginning.isEmpty ? count : count - 1, reason: reason)
    }
    var text = Text()
    Self.append(rows, to: &text)
    return text
  }

  /// The answer to a request for completion: a first line with what to insert, then, when that
  /// does not settle the word, the words that are possible.
  func completion(_ line: Text) -> Text {
    guard (try? commandWords(line)) != nil, let (match, beginning) = try? split(line) else {
      return Text("\n")
    }
    let possible = match.children.flatMap { $0.words(beginningWith: beginning) }
    guard let first = possible.first else { return Text("\n") }
    var common = first.word
    for other in possible.dropFirst() {
      let shared = zip(common, other.word).prefix { lowercased($0) == lowercased($1) }
      common = shared.map { $0.0 }
    }
    var text = Text(common.dropFirst(beginning.count))
    if possible.count == 1 { text.append(" ") }
    text.append("\n")
    if possible.count > 1, common.count == beginning.count {
      Self.append(possible.map { ($0.word, translate($0.help)) }, to: &text)
    }
    return text
  }

  /// The words before the last one matched, and the beginning of the last one.
  private func split(_ line: Text) throws(CommandProblem) -> (CommandMatch<Context>, Text) {
    let words = (try? commandWords(line)) ?? []
    let isOpen = line.last.map { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") } ?? false
    let beginning = isOpen ? words.last?.text ?? [] : []
    return (try match(isOpen ? words.dropLast() : words[...]), beginning)
  }

  /// Appends every command that does something, with all its words, and its help.
  static func appendList(
    _ commands: [Command<Context>], _ translate: (Text) -> Text, to text: inout Text
  ) {
    var rows: [(Text, Text)] = []
    collect(commands, [], into: &rows)
    append(rows.map { ($0.0, translate($0.1)) }, to: &text)
  }

  private static func collect(
    _ commands: [Command<Context>], _ before: Text, into rows: inout [(Text, Text)]
  ) {
    for command in commands {
      var path = before
      if !path.isEmpty { path.append(" ") }
      path += command.word
      if command.action != nil || command.children.isEmpty { rows.append((path, command.help)) }
      collect(command.children, path, into: &rows)
    }
  }

  private static func append(_ rows: [(Text, Text)], to text: inout Text) {
    let width = rows.reduce(0) { max($0, $1.0.count) }
    for (word, help) in rows {
      text.append("  ")
      text.append(contentsOf: word)
      for _ in word.count..<width + 2 { text.append(" ") }
      text += help
      while text.last == UInt8(ascii: " ") { text.removeLast() }
      text.append("\n")
    }
  }
}

extension Command {
  /// Whether what was typed may become this word.
  fileprivate func isPossible(_ beginning: Text) -> Bool { !isKeyword || begins(with: beginning) }

  /// The words that the beginning may become: the word itself, or the values to choose from.
  fileprivate func words(beginningWith start: Text) -> [(word: Text, help: Text)] {
    if case .words(let choices) = argument {
      return choices.map { (Text($0), Text()) }.filter { $0.0.begins(with: start) }
    }
    return begins(with: start) ? [(word, help)] : []
  }
}
