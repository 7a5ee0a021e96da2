internal import Base

/// Finds the parameter that the first words of a command name.
enum ParameterName {
  /// The parameter and how many words its name takes.
  static func find(
    _ words: ArraySlice<Word>, port: UInt8
  ) throws(LineProblem) -> (Parameter, length: Int) {
    let scope: ParameterScope = port > 0 ? .port : .box
    var candidates = Parameter.allCases.filter { $0.row.scope == scope }.map(Candidate.init)
    var depth = 0
    while true {
      if let found = candidates.first(where: { $0.words.count == depth }) {
        return (found.parameter, depth)
      }
      let index = words.startIndex + depth
      let known = nextWords(candidates, depth, scope)
      guard index < words.endIndex else {
        throw LineProblem(index: index, reason: missing(known, after: words, port))
      }
      let word = words[index]
      candidates = candidates.filter { $0.words[depth] == word.text }
      guard !candidates.isEmpty else {
        let before = words[words.startIndex..<index]
        throw LineProblem(index: index, reason: unknown(word.text, known, after: before, port))
      }
      depth += 1
    }
  }

  private struct Candidate {
    let parameter: Parameter
    let words: [Text]

    init(_ parameter: Parameter) {
      self.parameter = parameter
      words = Text(parameter.row.words).split(separator: UInt8(ascii: " ")).map { Text($0) }
    }
  }

  /// The words that may stand at the place, each once.
  private static func nextWords(
    _ candidates: [Candidate], _ depth: Int, _ scope: ParameterScope
  ) -> [Text] {
    var known: [Text] = []
    for candidate in candidates where !known.contains(candidate.words[depth]) {
      known.append(candidate.words[depth])
    }
    if depth == 0, scope == .box { known.append(Text("port")) }
    return known
  }

  private static func missing(
    _ known: [Text], after words: ArraySlice<Word>, _ port: UInt8
  ) -> Text {
    var reason = prefix(words, port)
    reason.append("a word is missing: one of ")
    reason.append(list: known)
    return reason
  }

  private static func unknown(
    _ word: Text, _ known: [Text], after words: ArraySlice<Word>, _ port: UInt8
  ) -> Text {
    var reason = prefix(words, port)
    reason.append(quoted: word)
    reason.append(words.isEmpty && port == 0 ? " is not a command" : " is not known here")
    reason.append(suggestionFor: word, among: known)
    return reason
  }

  private static func prefix(_ words: ArraySlice<Word>, _ port: UInt8) -> Text {
    var text = Text()
    if port > 0 {
      text.append("port ")
      text.append(decimal: port)
    }
    for word in words {
      if !text.isEmpty { text.append(" ") }
      text.append(contentsOf: word.text)
    }
    if !text.isEmpty { text.append(": ") }
    return text
  }
}
