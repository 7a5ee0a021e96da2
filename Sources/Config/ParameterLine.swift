public import Base

/// What is wrong with a line: at which word, where in it, and the reason.
public struct LineProblem: Error {
  /// The place of the word at fault in its line; behind the last: one is missing.
  public var index: Int
  /// Where in that word, in bytes.
  public var offset = 0
  /// What is wrong, with the parameter's name in front.
  public var reason: Text
  /// Whether the word must not be repeated.
  public var isSecret = false
}

extension Parameter {
  /// The value that the words behind the parameter's name are; `port` is 0 for the box's own.
  ///
  /// `running` is the configuration whose secret `<hidden>` keeps.
  public func value(
    ofPort port: UInt8, _ words: ArraySlice<Word>, checks: ConfigurationChecks,
    running: Configuration?
  ) throws(LineProblem) -> ParameterValue {
    let row = row
    do throws(ValueProblem) {
      if row.isSecret, let kept = try keptSecret(port, words, running) { return kept }
      var reader = ValueReader(words, checks)
      return try reader.read(row.type)
    } catch {
      var reason = Text()
      reason.append(subject: self, port: port)
      reason.append(": ")
      reason.append(contentsOf: error.reason)
      throw LineProblem(
        index: error.index, offset: error.offset, reason: reason, isSecret: row.isSecret)
    }
  }

  /// The secret that `<hidden>` stands for; `nil` when the words are something else.
  private func keptSecret(
    _ port: UInt8, _ words: ArraySlice<Word>, _ running: Configuration?
  ) throws(ValueProblem) -> ParameterValue? {
    guard words.count == 1, let word = words.first, !word.isQuoted,
      word.text.equals(Configuration.hiddenMark)
    else { return nil }
    if let kept = running?.setValue(self, port: port) { return kept }
    let reason = Text("<hidden> keeps the secret that is set, but none is: write it out here")
    throw ValueProblem(index: words.startIndex, reason: reason)
  }
}
