internal import Base

/// The names of all parameters, to find the one that the first words of a command are.
struct ParameterNames {
  private let box = Self.candidates(.box)
  private let port = Self.candidates(.port)

  /// The parameter and how many words its name takes.
  func find(
    _ words: ArraySlice<Word>, port: UInt8
  ) throws(LineProblem) -> (Parameter, length: Int) {
    var candidates = port > 0 ? self.port : box
    var depth = 0
    while true {
      if let found = candidates.first(where: { $0.words.count == depth }) {
        return (found.parameter, depth)
      }
      let index = words.startIndex + depth
      guard index < words.endIndex else {
        let known = Self.nextWords(candidates, depth, isBox: port == 0)
        throw LineProblem(index: index, reason: Self.missing(known, after: words, port))
      }
      let word = words[index]
      let matching = candidates.filter { $0.words[depth] == word.text }
      guard !matching.isEmpty else {
        let known = Self.nextWords(candidates, depth, isBox: port == 0)
        let before = words[words.startIndex..<index]
        throw LineProblem(index: index, reason: Self.unknown(word.text, known, after: before, port))
      }
      candidates = matching
      depth += 1
    }
  }

  private struct Candidate {
    let parameter: Parameter
    let words: [Text]

    init(_ parameter: Parameter, _ row: ParameterRow) {
      self.parameter = parameter
      words = Text(row.words).split(separator: UInt8(ascii: " ")).map { Text($0) }
    }
  }

  private static func candidates(_ scope: ParameterScope) -> [Candidate] {
    Parameter.allCases.compactMap { parameter in
      let row = parameter.row
      return row.scope == scope ? Candidate(parameter, row) : nil
    }
  }

  /// The words that may stand at the place, each once.
  private static func nextWords(
    _ candidates: [Candidate], _ depth: Int, isBox: Bool
  ) -> [Text] {
    var known: [Text] = []
    for candidate in candidates where !known.contains(candidate.words[depth]) {
      known.append(candidate.words[depth])
    }
    if depth == 0, isBox { known.append(Text("port")) }
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
