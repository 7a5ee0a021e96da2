internal import Base

/// A line read down to its last word.
struct CommandMatch<Context> {
  var children: [Command<Context>]
  var action: CommandAction<Context>?
  var arguments: [Argument] = []
}

extension CommandTree {
  /// Follows words, typed in full or shortened, from the root.
  func match(_ words: ArraySlice<Word>) throws(CommandProblem) -> CommandMatch<Context> {
    var match = CommandMatch(children: commands, action: nil)
    for index in words.indices {
      let word = words[index].text
      guard let child = try Self.child(match.children, word, index) else {
        throw CommandProblem(index: index, reason: Self.unknown(word, match.children))
      }
      if case .words = child.argument {
        match.arguments.append(.words(words[index...]))
        match.children = [child]
        match.action = child.action
        return match
      }
      if let type = child.argument {
        match.arguments.append(try Self.argument(type, word, child, index))
      }
      match.children = child.children
      match.action = child.action
    }
    return match
  }

  /// The child that a word means: a word typed in full wins, then a clear beginning, then a place
  /// for an argument.
  private static func child(
    _ children: [Command<Context>], _ word: Text, _ index: Int
  ) throws(CommandProblem) -> Command<Context>? {
    if let exact = children.first(where: { $0.isKeyword && word.hasSameLetters(as: $0.word) }) {
      return exact
    }
    let possible = children.filter { $0.begins(with: word) }
    if possible.count > 1 {
      var reason = Text()
      reason.append(quoted: word)
      reason.append(" may be ")
      reason.append(list: possible.map { $0.word })
      throw CommandProblem(index: index, reason: reason)
    }
    return possible.first ?? children.first { !$0.isKeyword }
  }

  private static func argument(
    _ type: ArgumentType, _ word: Text, _ child: Command<Context>, _ index: Int
  ) throws(CommandProblem) -> Argument {
    switch type {
    case .text, .words: return .text(word)
    case .number(let range):
      if let value = word.decimalValue, let number = Int(exactly: value), range.contains(number) {
        return .number(number)
      }
      var reason = Text()
      reason.append(quoted: word)
      reason.append(" is not ")
      reason += child.word
      reason.append(": a number from ")
      reason.append(decimal: range.lowerBound)
      reason.append(" to ")
      reason.append(decimal: range.upperBound)
      throw CommandProblem(index: index, reason: reason)
    }
  }

  private static func unknown(_ word: Text, _ children: [Command<Context>]) -> Text {
    var reason = Text()
    reason.append(quoted: word)
    guard !children.isEmpty else {
      reason.append(" is a word too many")
      return reason
    }
    reason.append(" is not known")
    reason.append(suggestionFor: word, among: children.map { $0.word })
    return reason
  }
}

extension Command {
  /// Whether the word is typed as it is.
  var isKeyword: Bool { argument == nil }

  /// Whether the word is typed as it is and begins like this, letters without case.
  func begins(with start: Text) -> Bool {
    isKeyword && word.begins(with: start)
  }
}

extension Array where Element == UInt8 {
  /// Whether it begins like this, letters without case.
  func begins(with start: Text) -> Bool {
    count >= start.count && Text(prefix(start.count)).hasSameLetters(as: start)
  }

  /// Whether both are the same, letters without case.
  fileprivate func hasSameLetters(as other: Text) -> Bool {
    elementsEqual(other) { lowercased($0) == lowercased($1) }
  }
}
